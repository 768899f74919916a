from contextlib import closing

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .delivery_common import SHIPPED, DeliveryCommon

# on the day of the deadline, before its hour, at it and after it
BEFORE, DUE, AFTER = "2031-03-06 16:59:59", "2031-03-06 17:00:00", "2031-03-06 17:00:01"


@tagged("post_install", "-at_install")
class TestDeliveryAnswers(DeliveryCommon):
    """The customer is asked point by point, or says that all is well."""

    def setUp(self):
        super().setUp()
        with self.at(SHIPPED):
            self.followup, self.other = self._ship_new(customer=self.contact), self._ship_new()
        self.mine = self.followup.with_user(self.rep)

    # ------------------------------------------------------------ all is well
    def test_all_ok_is_one_click(self):
        with self.at("2031-03-05 09:00:00"):
            self.mine.action_all_ok()
        self.assertEqual((self.followup.state, self.followup.result), ("done", "ok"))
        self.assertEqual(set(self.followup.check_ids.mapped("answer")), {"ok"})
        self.assertEqual((self.followup.done_by_id, str(self.followup.date_asked)), (self.rep, "2031-03-05"))
        self.assertEqual(self.followup.date_done, self._to_datetime("2031-03-05 09:00:00"))
        self.assertFalse(self._get_activity(self.followup))
        self.assertEqual((self.other.state, self._get_activity(self.other).user_id), ("open", self.rep))

    def test_several_are_all_ok_from_the_list(self):
        (self.mine | self.other.with_user(self.rep)).action_all_ok()
        self.assertEqual((self.followup | self.other).mapped("state"), ["done", "done"])
        with self.assertRefused(self.followup.name, "«Done»"):
            (self.mine | self._ship_new().with_user(self.rep)).action_all_ok()

    def test_the_last_answer_ends_it(self):
        first, second = self.mine.check_ids
        first.action_ok()
        self.assertEqual((self.followup.state, self.followup.unanswered_count), ("open", 1))
        second.action_ok()
        self.assertEqual((self.followup.state, self.followup.result, self.followup.done_by_id), ("done", "ok", self.rep))

    def test_an_answer_is_taken_back_by_pressing_again(self):
        check = self.mine.check_ids[0]
        check.action_ok()
        self.assertEqual(check.answer, "ok")
        check.action_ok()
        self.assertEqual((check.answer, self.followup.unanswered_count), (False, 2))

    def test_who_spoke_with_whom_and_how_is_kept(self):
        self.assertEqual(self.followup.contact_id, self.contact, "who ordered")
        self.assertFalse(self.other.contact_id)
        with self.at("2031-03-05 09:00:00"):
            with Form(self.mine) as form:
                form.channel = "visit"
                form.date_asked = "2031-03-04"
                form.remark = "The driver was early"
            self.mine.action_all_ok()
        self.assertEqual((self.followup.channel, str(self.followup.date_asked)), ("visit", "2031-03-04"), "the day on which he was asked, not today")

    def test_nobody_was_asked_on_a_day_that_lies_ahead(self):
        self.rep.tz = "Asia/Taipei"
        for moment, today, tomorrow in (("2031-03-05 15:59:59", "2031-03-05", "2031-03-06"), ("2031-03-05 16:00:00", "2031-03-06", "2031-03-07")):
            with self.subTest(moment), self.at(moment):
                with self.assertRefused("a day that lies ahead", self.followup.name, error=ValidationError):
                    self.mine.date_asked = tomorrow
                self.mine.date_asked = today
        self.assertFalse(self.other.date_asked)

    def test_in_time_or_late(self):
        for moment, expected in ((BEFORE, "met"), (DUE, "met"), (AFTER, "missed")):
            with self.subTest(moment), closing(self.env.cr.savepoint()), self.at(moment):
                self.assertEqual(self.followup.deadline_state, "missed" if expected == "missed" else "running")
                self.mine.action_all_ok()
                self.assertEqual(self.followup.deadline_state, expected)
            self.env.invalidate_all()

    # ------------------------------------------------------------ not all is well
    def test_what_is_not_ok_says_why(self):
        check = self._get_check(self.mine, self.packaging)
        for note in (False, "", "  "):
            with self.subTest(note), self.assertRefused("Write what was wrong: Packaging undamaged", error=ValidationError):
                check.note = note
                check.action_confirm_not_ok()
        self._mark_bad(self.followup)
        self.assertEqual((self.followup.state, self.followup.result, check.note), ("open", "not_ok", "Two boxes crushed"))
        self.assertFalse(self.other.result)

    def test_a_photo_is_asked_for_where_the_point_wants_one(self):
        self.packaging.photo_required = True
        followup = self._ship_new()
        check = self._get_check(followup, self.packaging).with_user(self.rep)
        check.note = "Two boxes crushed"
        with self.assertRefused("Add a photo: Packaging undamaged", error=ValidationError):
            check.action_confirm_not_ok()
        self._mark_bad(followup, photos=["boxes.jpg"])
        self.assertEqual((check.answer, check.photo_count), ("not_ok", 1))
        with self.assertRefused("Add a photo", error=ValidationError):
            check.attachment_ids = [Command.clear()]
        self._mark_bad(followup, self.on_time, "Two days late")

    def test_all_that_is_missing_is_said_at_once(self):
        self.packaging.photo_required = True
        check = self._get_check(self._ship_new(), self.packaging).with_user(self.rep)
        with self.assertRefused("Write what was wrong", "Add a photo", error=ValidationError):
            check.action_confirm_not_ok()

    def test_the_window_of_not_ok(self):
        check = self._get_check(self.mine, self.packaging)
        action = check.action_not_ok()
        self.assertEqual((action["res_id"], action["target"]), (check.id, "new"))
        with Form(check) as form:
            form.note = "Wet"
        check.action_confirm_not_ok()
        self.assertEqual(check.answer, "not_ok")
        check.action_ok()
        self.assertEqual((check.answer, self.followup.result), ("ok", False), "a mistake is put right")

    def test_not_ok_without_a_complaint_is_not_done_by_itself(self):
        self._mark_bad(self.followup)
        self._get_check(self.mine, self.on_time).action_ok()
        self.assertEqual((self.followup.state, self.followup.unanswered_count), ("open", 0))
        self.mine.action_all_ok()
        self.assertEqual((self.followup.state, self._get_check(self.followup, self.packaging).answer), ("open", "not_ok"), "and is not overwritten")
        Followup = self.env["delivery.followup"].with_user(self.rep)
        found = [("result", "=", "not_ok"), ("complaint_ids", "=", False), ("state", "!=", "cancel")]
        self.assertEqual(Followup.search(found), self.mine)
        self.mine.action_done()
        self.assertEqual(self.followup.state, "done")
        self.assertEqual(Followup.search(found), self.mine, "it is still found")

    def test_before_it_is_done_all_points_are_asked(self):
        self._mark_bad(self.followup)
        with self.assertRefused("Ask about all points first", f"{self.followup.name}: Arrived on time"):
            self.mine.action_done()

    # ------------------------------------------------------------ afterwards
    def test_what_was_asked_stays_until_it_is_reopened(self):
        self.mine.action_all_ok()
        check = self.mine.check_ids[0]
        for change in (
            lambda: check.action_ok(), lambda: check.write({"note": "No"}), lambda: self.mine.write({"remark": "No"}),
            lambda: self.mine.write({"user_id": self.other_rep.id}),
        ):
            with self.assertRefused("Reopen it to change it"):
                change()
        self.mine.message_post(body="He called again")
        self.mine.action_reopen()
        self.assertEqual((self.followup.state, self.followup.date_done, self.followup.done_by_id), ("open", False, self.env["res.users"]))
        self.assertEqual(self._get_activity(self.followup).user_id, self.rep)
        self.mine.action_done()
        self.assertEqual((self.followup.state, self.followup.result), ("done", "ok"), "nothing was changed after all")
        self.mine.action_reopen()
        self._mark_bad(self.followup)
        self.assertEqual((self.followup.state, self.other.state), ("open", "open"))

    def test_a_state_is_not_jumped_to(self):
        for values, text in (({"state": "done"}, "Ask about all points first"), ({"state": "open"}, "can't become «To Do»")):
            with self.subTest(values), self.assertRefused(text):
                self.mine.write(values)
        self.mine.check_ids.answer = "ok"
        self.assertEqual(self.followup.state, "done")
        for button in (self.mine.action_all_ok, self.mine.action_done, self.followup.with_user(self.sales_manager).action_cancel):
            with self.assertRefused("is «Done» and can't become"):
                button()
        self.mine.write({"state": "open"})
        self.assertEqual(self.followup.state, "open", "writing the state presses the button")

    def test_only_those_who_see_to_all_cancel_and_move_deadlines(self):
        for values in ({"cancel_reason": "not_reached"}, {"date_deadline": "2031-04-04 10:00:00"}):
            with self.subTest(values), self.assertRefused("Sales managers and quality managers", error=AccessError):
                self.mine.write(values)
        with self.assertRefused("Sales managers and quality managers", error=AccessError):
            self.mine.action_cancel()
        for manager in (self.sales_manager, self.quality_manager):
            with self.subTest(manager.login), closing(self.env.cr.savepoint()):
                managed = self.followup.with_user(manager)
                with self.assertRefused("Choose why it is cancelled", self.followup.name):
                    managed.action_cancel()
                managed.date_deadline = "2031-04-04 10:00:00"
                self.assertEqual(str(self._get_activity(self.followup).date_deadline), "2031-04-04")
                managed.cancel_reason = "not_reached"
                managed.action_cancel()
                self.assertEqual((self.followup.state, self.followup.deadline_state), ("cancel", False))
                self.assertFalse(self._get_activity(self.followup))
                self.assertEqual(self.other.state, "open")
                managed.action_reopen()
                self.assertEqual((self.followup.state, self.followup.cancel_reason), ("open", False))
            self.env.invalidate_all()

    def test_what_the_system_sets_is_nobodys_to_write(self):
        for user in (self.rep, self.sales_manager, self.complaint_admin):
            followup = self.followup.with_user(user)
            for values in (
                {"picking_id": self.other.picking_id.id}, {"partner_id": self.contact.id}, {"date_done": AFTER}, {"done_by_id": self.rep.id},
                {"company_id": self.env.company.id}, {"warned_on": AFTER}, {"date_start": AFTER}, {"result": "ok"}, {"date_shipped": AFTER},
            ):
                with self.subTest(values, user=user.login), self.assertRefused("Set by the system", error=AccessError):
                    followup.write(values)
            for values in ({"name": "Easier"}, {"kind": "other"}, {"point_id": self.on_time.id}, {"followup_id": self.other.id}, {"ok_rate": 1}):
                with self.subTest(values, user=user.login), self.assertRefused("stay as they were", error=AccessError):
                    followup.check_ids[0].write(values)

    # ------------------------------------------------------------ its activity
    def test_the_activity_is_not_ticked_off_without_answers(self):
        activity = self._get_activity(self.followup).with_user(self.rep)
        for act in (
            activity.action_done, lambda: activity.action_feedback(feedback="Fine"), activity.unlink,
            lambda: activity.write({"user_id": self.other_rep.id}), lambda: activity.write({"date_deadline": "2031-12-12"}),
            lambda: activity.write({"active": False}),
        ):
            with self.assertRefused("answer its points", self.followup.name):
                act()
        activity.summary = "Ask for the manager"
        other = self.followup.with_user(self.rep).activity_schedule("mail.mail_activity_data_call", user_id=self.rep.id)
        other.action_done()
        self.mine.action_all_ok()
        self.assertFalse(activity.exists())

    # ------------------------------------------------------------ where it is found
    def test_it_is_found_from_delivery_order_and_customer(self):
        picking, order = self.followup.picking_id.with_user(self.stock_user), self.followup.sale_order_id.with_user(self.rep)
        self.assertEqual((picking.delivery_followup_id, picking.delivery_followup_state), (self.followup, "open"))
        self.assertEqual(picking.action_view_delivery_followup()["res_id"], self.followup.id)
        self.assertEqual(order.delivery_followup_count, 1)
        self.assertEqual(order.action_view_delivery_followups()["res_id"], self.followup.id)
        for partner in (self.customer, self.contact):
            partner = partner.with_user(self.rep)
            self.assertEqual(partner.delivery_followup_count, 2)
            action = partner.action_view_delivery_followups()
            self.assertEqual(self.env["delivery.followup"].search(action["domain"]), self.followup | self.other)
        split = self._create_order((self.product, 10))
        self._ship(split, {self.product: 4})
        self._ship(split)
        action = split.action_view_delivery_followups()
        self.assertEqual(len(self.env["delivery.followup"].search(action["domain"])), 2)
        self.assertEqual((split.delivery_followup_count, self._create_order().delivery_followup_count), (2, 0))

    def test_a_photo_of_others_is_not_taken(self):
        foreign = self.env["ir.attachment"].create({
            "name": "secret.jpg", "raw": b"secret", "res_model": "res.partner", "res_id": self.customer.id,
        })
        check = self._get_check(self.mine, self.packaging)
        loose = self.env["ir.attachment"].create({"name": "loose.jpg", "raw": b"loose"})
        with self.assertRaises(AccessError):
            check.attachment_ids = [Command.set(loose.ids)]
        check.attachment_ids = [Command.set(foreign.ids)]
        self.assertEqual(foreign.res_model, "res.partner", "it stays whose it is")
