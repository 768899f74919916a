from ast import literal_eval
from contextlib import closing

from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestFollowUp(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._move_to(cls._create_complaint(), "follow_up")

    def _get_told(self, user):
        self.env.flush_all()
        return self.env["mail.message"].sudo().search([
            ("model", "=", "quality.complaint"), ("res_id", "=", self.complaint.id),
            ("message_type", "=", "user_notification"), ("partner_ids", "in", user.partner_id.ids),
        ], order="id desc", limit=1).subject

    def test_not_satisfied_without_words_is_refused(self):
        for remark in (False, "", "  \n"):
            with self.subTest(remark), self.assertRefused("Write what the customer is not satisfied with"):
                self._answer(self.complaint, "no", remark)
        self._answer(self.complaint, "yes", False)
        self.assertEqual(self.complaint.state, "closed")
        with self.assertRefused("is finished"):
            self.complaint.follow_up_ids.with_user(self.rep).satisfied = "no"

    def test_what_the_customer_answered_is_nobodys_to_change(self):
        follow_up = self.env["quality.complaint.follow.up"].with_user(self.rep).create({
            "complaint_id": self.complaint.id, "satisfied": "no", "remark": "Still rusty",
        })
        for user in (self.rep, self.quality_manager, self.complaint_admin):
            with self.assertRaises(AccessError):
                follow_up.with_user(user).satisfied = "yes"

    def test_not_satisfied_begins_a_new_round(self):
        self.assertTrue(self.complaint.reply_approved_on and self.complaint.reply_sent_on)
        self._answer(self.complaint, "no", "Still rusty")
        self.assertEqual((self.complaint.state, self.complaint.round), ("investigation", 2))
        self.assertFalse(
            self.complaint.reply_approved_by_id or self.complaint.reply_approved_on or self.complaint.reply_sent_on,
        )
        self.assertEqual(self.complaint.follow_up_ids.mapped(lambda answer: (answer.round, answer.remark)), [(1, "Still rusty")])
        self.assertEqual(self._get_told(self.handler), f"{self.complaint.display_name}: the customer is not satisfied")
        self.assertEqual(self.complaint.activity_ids.user_id, self.handler)

    def test_the_words_go_to_the_team_that_they_are_about(self):
        packing = self.env["quality.team"].create({"name": "Packing", "company_id": self.company.id, "leader_id": self.outsider.id})
        follow_up = self.env["quality.complaint.follow.up"].with_user(self.rep).create({
            "complaint_id": self.complaint.id, "satisfied": "no", "remark": "The box was open", "team_id": packing.id,
        })
        follow_up.action_confirm()
        self.assertEqual((self.complaint.state, self.complaint.round, self.complaint.team_id), ("investigation", 2, packing))
        transfer = self.complaint.transfer_ids
        self.assertEqual(
            (transfer.from_team_id, transfer.to_team_id, transfer.create_uid, transfer.reason),
            (self.team, packing, self.rep, "The customer is not satisfied: The box was open"),
        )
        self.assertEqual(self.complaint.activity_ids.user_id, self.outsider)
        steps = self.complaint.sudo().milestone_ids.filtered(lambda step: step.round == 2 and step.owner_role == "handler")
        self.assertEqual(steps.user_id, self.outsider)
        self.assertIn("is transferred to Packing", self._get_told(self.outsider))
        self.assertIn("is transferred to Packing", self._get_told(self.handler), "told once")

    def test_a_team_that_cannot_take_it_is_refused_and_nothing_is_recorded(self):
        empty = self.env["quality.team"].create({"name": "Nobody", "company_id": self.company.id})
        # the window stores the answer, and goes on with a call of its own
        with self.assertRefused("Nobody has no leader"), closing(self.env.cr.savepoint()):
            self.env["quality.complaint.follow.up"].with_user(self.rep).create({
                "complaint_id": self.complaint.id, "satisfied": "no", "remark": "The box was open", "team_id": empty.id,
            })
        self.assertFalse(self.complaint.follow_up_ids)
        self._answer(self.complaint, "no", "The box was open")
        self.assertEqual((self.complaint.state, self.complaint.team_id), ("investigation", self.team))

    def test_who_gives_it_away_and_sees_it_no_more_is_led_to_his_list(self):
        packing = self.env["quality.team"].create({"name": "Packing", "company_id": self.company.id, "leader_id": self.outsider.id})
        follow_up = self.env["quality.complaint.follow.up"].with_user(self.handler).create({
            "complaint_id": self.complaint.id, "satisfied": "no", "remark": "The box was open", "team_id": packing.id,
        })
        action = follow_up.action_confirm()
        self.assertIn("has left your list", action["params"]["message"])
        self.assertEqual(action["params"]["next"]["res_model"], "quality.complaint")

    def test_an_old_answer_does_not_count_twice(self):
        first = self.env["quality.complaint.follow.up"].with_user(self.rep).create({
            "complaint_id": self.complaint.id, "satisfied": "no", "remark": "Still rusty",
        })
        first.action_confirm()
        self.complaint.with_user(self.handler).action_resolve()
        self.complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(self.complaint)
        with self.assertRefused("Only his last answer in this round counts"):
            first.action_confirm()
        self.assertEqual((self.complaint.state, self.complaint.round), ("follow_up", 2))

    def test_the_reply_of_each_round_stands_with_its_answer(self):
        with self.at("2026-05-04 09:00:00"):
            complaint = self._move_to(self._create_complaint(), "follow_up")
        with self.at("2026-05-05 09:00:00"):
            complaint.with_user(self.rep).action_correct_reply()
            complaint.with_user(self.rep).reply_body = "<p>Corrected</p>"
            complaint.with_user(self.sales_manager).action_approve_reply()
            self._send_reply(complaint)
        with self.at("2026-05-06 09:00:00"):
            self._answer(complaint, "no", "Still rusty")
            complaint.with_user(self.handler).action_resolve()
            complaint.with_user(self.rep).reply_body = "<p>The second round</p>"
            complaint.with_user(self.sales_manager).action_approve_reply()
            self._send_reply(complaint)
        with self.at("2026-05-07 09:00:00"):
            self._answer(complaint, "yes")
        self.assertEqual(
            complaint.follow_up_ids.sorted("id").mapped("reply_body"), ["<p>Corrected</p>", "<p>The second round</p>"],
        )

    def test_the_window_takes_two_fields(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint_follow_up")
        action["context"] = {
            "default_complaint_id": self.complaint.id, "default_channel": "phone", "default_partner_id": self.contact.id,
        }
        form = self._open_action(self.rep, action)
        form.satisfied = "no"
        form.remark = "Still rusty"
        follow_up = form.save()
        self.assertEqual(
            (follow_up.channel, follow_up.partner_id, follow_up.user_id, follow_up.team_id),
            ("phone", self.contact, self.rep, self.team),
        )
        follow_up.with_context(**action["context"]).action_confirm()
        self.assertEqual(self.complaint.round, 2)

    def test_those_who_handle_it_again_see_what_was_said(self):
        self.assertFalse(self.complaint.unsatisfied_remark)
        self._answer(self.complaint, "no", "Still rusty")
        self.assertEqual(self.complaint.with_user(self.handler).unsatisfied_remark, "Still rusty")
        self.complaint.with_user(self.handler).action_resolve()
        self.assertEqual(self.complaint.unsatisfied_remark, "Still rusty")
        self.complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(self.complaint)
        self.assertFalse(self.complaint.unsatisfied_remark, "he has a new reply")
        self._answer(self.complaint, "yes")
        self.complaint.with_user(self.quality_manager).action_reopen()
        self.assertFalse(self.complaint.unsatisfied_remark)

    def test_round_after_round_until_the_customer_is_satisfied(self):
        for number in (2, 3):
            self._answer(self.complaint, "no", f"Round {number} is needed")
            self.assertEqual(self.complaint.round, number)
            self.complaint.with_user(self.handler).action_resolve()
            self.complaint.with_user(self.sales_manager).action_approve_reply()
            self._send_reply(self.complaint)
        self._answer(self.complaint, "yes")
        self.assertEqual((self.complaint.state, self.complaint.round), ("closed", 3))
        self.assertEqual(sorted(self.complaint.follow_up_ids.mapped("round")), [1, 2, 3])

    def test_satisfied_closes(self):
        self.assertFalse(self.complaint.date_closed)
        self._answer(self.complaint, "yes")
        self.assertEqual(self.complaint.state, "closed")
        self.assertTrue(self.complaint.date_closed)
        self.assertFalse(self.complaint.activity_ids)

    def test_satisfied_is_kept_and_the_user_told_when_something_is_missing(self):
        self.complaint_type.write({"root_cause_required": True, "preventive_required": True})
        notice = self._answer(self.complaint, "yes", "Fine now")
        self.assertEqual(notice["tag"], "display_notification")
        self.assertEqual(notice["params"]["message"], "The root cause\nA preventive action")
        self.assertEqual((self.complaint.state, self.complaint.current_satisfied), ("follow_up", "yes"))
        self.assertEqual(self.complaint.follow_up_ids.remark, "Fine now")
        self.complaint_type.write({"root_cause_required": False, "preventive_required": False})
        self.complaint.with_user(self.rep).action_close()
        self.assertEqual(self.complaint.state, "closed")

    def test_an_answer_outside_of_the_follow_up_moves_nothing(self):
        for state in ("draft", "review", "investigation", "reply"):
            complaint = self._move_to(self._create_complaint(), state)
            with self.subTest(state), self.assertRefused("is not in follow-up"):
                self._answer(complaint, "yes")
            self.assertEqual(complaint.state, state)

    def test_a_reopened_complaint_asks_the_customer_again(self):
        self._answer(self.complaint, "yes")
        self.complaint.with_user(self.quality_manager).action_reopen()
        self.assertEqual((self.complaint.round, self.complaint.current_satisfied), (2, False))
        self.complaint.with_user(self.handler).action_resolve()
        self.complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(self.complaint)
        with self.assertRefused("A follow-up in which the customer is satisfied"):
            self.complaint.with_user(self.rep).action_close()

    def test_only_a_manager_reopens(self):
        finished = [self._move_to(self._create_complaint(), state) for state in ("closed", "rejected", "cancel")]
        for complaint in finished:
            for user in (self.rep, self.handler):
                with self.subTest(complaint.state, user=user.login), self.assertRefused("that takes the right"):
                    complaint.with_user(user).action_reopen()
            complaint.with_user(self.quality_manager).action_reopen()
            self.assertTrue(complaint.is_open)

    def test_the_window_cancels_several_with_one_reason(self):
        complaints = self._create_complaint() | self._move_to(self._create_complaint(), "review")
        action = self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint_cancel")
        Wizard = self.env[action["res_model"]].with_user(self.quality_manager)
        wizard = Wizard.with_context(default_complaint_ids=complaints.ids).create({"reason": "duplicate", "note": "of C/2026/00001"})
        wizard.action_confirm()
        for complaint in complaints:
            self.assertEqual(
                (complaint.state, complaint.cancel_reason, complaint.cancel_note), ("cancel", "duplicate", "of C/2026/00001"),
            )
        with self.assertRefused("can't go to «Cancelled»"):
            Wizard.create({"complaint_ids": [Command.set(complaints.ids)], "reason": "mistake"}).action_confirm()
        self.assertEqual(set(complaints.mapped("cancel_reason")), {"duplicate"})

    def test_an_answer_to_a_reply_that_was_not_sent_is_refused(self):
        complaint = self._move_to(self._create_complaint(), "reply")
        with self.assertRefused("is not in follow-up"):
            complaint.env["quality.complaint.follow.up"].create({"complaint_id": complaint.id, "satisfied": "yes"})
        self.assertFalse(complaint.follow_up_ids)


@tagged("post_install", "-at_install")
class TestResultReported(ComplaintCommon):
    """Whoever raised a complaint is told how it went on: in Discuss and by e-mail, once, and not of what he did himself."""

    def _get_subjects(self, complaint, user):
        self.env.flush_all()
        return self.env["mail.message"].sudo().search([
            ("model", "=", "quality.complaint"), ("res_id", "=", complaint.id),
            ("message_type", "=", "user_notification"), ("partner_ids", "in", user.partner_id.ids),
        ], order="id").mapped("subject")

    def _file(self, state, user=None, **values):
        complaint = self._create_complaint(user or self.rep, **values)
        return self._move_to(complaint.with_user(self.rep), state)

    def test_at_closing_by_somebody_else(self):
        complaint, other = self._file("follow_up"), self._file("follow_up")
        self._answer(complaint, "yes", user=self.quality_manager)
        self.assertEqual(self._get_subjects(complaint, self.rep)[-1], f"Closed, the customer is satisfied: {complaint.display_name}")
        before = self._get_subjects(other, self.rep)
        self._answer(other, "yes")
        self.assertEqual(self._get_subjects(other, self.rep), before, "he knows it: he did it")

    def test_at_rejecting(self):
        complaint = self._file("rejected")
        self.assertEqual(self._get_subjects(complaint, self.rep)[-1:], [f"Closed as not upheld: {complaint.display_name}"])

    def test_of_a_new_round_and_of_reopening(self):
        complaint = self._file("follow_up")
        self._answer(complaint, "no", user=self.quality_manager)
        self.assertEqual(self._get_subjects(complaint, self.rep)[-1], f"{complaint.display_name}: the customer is not satisfied")
        closed = self._file("closed")
        closed.with_user(self.quality_manager).action_reopen()
        self.assertEqual(self._get_subjects(closed, self.rep)[-1], f"Reopened: {closed.display_name}")

    def test_who_has_two_roles_is_told_once(self):
        complaint = self._file("follow_up")
        complaint.sudo().write({"user_id": self.handler.id})
        self._answer(complaint, "no", user=self.quality_manager)
        told = [subject for subject in self._get_subjects(complaint, self.handler) if "not satisfied" in subject]
        self.assertEqual(len(told), 1)

    def test_when_something_is_still_open_before_closing(self):
        self.complaint_type.root_cause_required = True
        complaint = self._file("follow_up")
        self._answer(complaint, "yes", user=self.quality_manager)
        self.assertEqual(self._get_subjects(complaint, self.rep)[-1], f"{complaint.display_name}: the customer is satisfied")

    def test_what_we_found_ourselves_goes_back_to_who_found_it(self):
        internal = self._file("follow_up", self.stock_user, channel="internal", user_id=self.rep.id)
        by_phone = self._file("follow_up", self.stock_user, channel="phone", user_id=self.rep.id)
        for complaint in internal | by_phone:
            self._answer(complaint, "yes", user=self.quality_manager)
        closed = f"Closed, the customer is satisfied: {internal.display_name}"
        self.assertEqual(self._get_subjects(internal, self.stock_user), [closed])
        self.assertEqual(self._get_subjects(internal, self.rep)[-1], closed)
        self.assertFalse(self._get_subjects(by_phone, self.stock_user))

    def test_in_discuss_and_by_mail(self):
        complaint = self._file("follow_up")
        self.rep.notification_type = "inbox"
        self._answer(complaint, "yes", user=self.quality_manager)
        closed = f"Closed, the customer is satisfied: {complaint.display_name}"
        note = self.env["mail.notification"].search([("res_partner_id", "=", self.rep.partner_id.id), ("mail_message_id.subject", "=", closed)])
        self.assertEqual(note.mapped("notification_type"), ["inbox"])
        mail = self.env["mail.mail"].search([("subject", "=", closed), ("recipient_ids", "in", self.rep.partner_id.ids)])
        self.assertEqual(len(mail), 1)


@tagged("post_install", "-at_install")
class TestFollowUpStatistics(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.FollowUp = cls.env["quality.complaint.follow.up"]

    def _read(self, groupby, user=None, domain=()):
        Model = self.FollowUp.with_user(user or self.quality_manager)
        return Model._read_group([("company_id", "=", self.company.id), *domain], [groupby], ["__count", "satisfied_rate:avg"])

    def test_the_rate_is_of_those_who_have_answered(self):
        for satisfied in ("yes", "yes", "yes", "no"):
            self._answer(self._move_to(self._create_complaint(), "follow_up"), satisfied)
        asked = self._move_to(self._create_complaint(), "follow_up")
        self._send(asked, "action_ask_by_mail")
        self.assertEqual(self._read("team_id"), [(self.team, 5, 75.0)])
        self.assertEqual(self._read("salesperson_id"), [(self.rep, 5, 75.0)])
        self.assertEqual(self._read("channel"), [("email", 1, False), (False, 4, 75.0)])

    def test_the_round_and_the_team_are_those_of_then(self):
        packing = self.env["quality.team"].create({"name": "Packing", "company_id": self.company.id, "leader_id": self.outsider.id})
        complaint = self._move_to(self._create_complaint(), "follow_up")
        self._answer(complaint, "no")
        complaint.sudo()._transfer(packing, "It is the box")
        complaint.with_user(self.outsider).action_resolve()
        complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(complaint)
        self._answer(complaint, "yes")
        self.assertEqual(self._read("round"), [(1, 1, 0.0), (2, 1, 100.0)])
        self.assertEqual({team.name: rate for team, _count, rate in self._read("team_id")}, {"Quality": 0.0, "Packing": 100.0})

    def test_everybody_counts_what_he_may_see(self):
        self._answer(self._move_to(self._create_complaint(), "follow_up"), "yes")
        self.assertEqual(self._read("team_id", self.other_rep), [])
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        stranger = self._new_user("stranger", "quality_complaint.group_manager", company)
        self.assertFalse(self.FollowUp.with_user(stranger).search_count([("company_id", "=", self.company.id)]))

    def test_later_rounds_are_found(self):
        again, once = (self._move_to(self._create_complaint(), "follow_up") for _each in range(2))
        self._answer(again, "no")
        view = self.env["quality.complaint"].get_view(self.env.ref("quality_complaint.view_quality_complaint_search").id, "search")["arch"]
        domain = literal_eval(etree.fromstring(view).xpath("//filter[@name='again']")[0].get("domain"))
        self.assertEqual(self.env["quality.complaint"].search(domain) & (again | once), again)
