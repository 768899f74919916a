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
