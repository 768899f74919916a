from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestCustomerAnswer(ComplaintCommon):
    """The customer himself answers, without any right to complaints."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(cls.env, login="qc_ada", groups="base.group_portal", name="Ada", company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)])
        cls.complaint, cls.other = (cls._move_to(cls._create_complaint(), "follow_up") for _each in range(2))

    def _record(self, satisfied, remark="In my own words", complaint=None, channel="portal"):
        complaint = (complaint or self.complaint).with_user(self.portal_user)
        return complaint._record_customer_answer(satisfied, remark, self.contact, channel)

    def test_satisfied_closes_this_complaint_only(self):
        answer = self._record("yes")
        self.assertEqual((self.complaint.state, self.other.state), ("closed", "follow_up"))
        answer = answer.sudo()
        self.assertEqual(
            (answer.satisfied, answer.remark, answer.partner_id, answer.channel, answer.round),
            ("yes", "In my own words", self.contact, "portal", 1),
        )
        self.assertFalse(answer.user_id, "nobody asked him")
        self.assertTrue(answer.date_answered)

    def test_not_satisfied_begins_the_next_round_with_those_responsible(self):
        reply = self.complaint.reply_ids
        answer = self._record("no", "Still rusty").sudo()
        self.assertEqual((self.complaint.state, self.complaint.round, self.other.round), ("investigation", 2, 1))
        self.assertEqual(self.complaint.activity_ids.user_id, self.handler)
        self.assertEqual((answer.round, answer.team_id, answer.reply_id), (1, self.team, reply), "the reply that he judged is kept")
        self.assertFalse(self.complaint.reply_body)

    def test_not_satisfied_without_words_is_refused(self):
        for remark in (False, "", " \n"):
            with self.subTest(remark=remark), self.assertRefused("Please write what you are not satisfied with"):
                self._record("no", remark)
        self.assertFalse(self.complaint.follow_up_ids)

    def test_anything_else_than_yes_and_no_is_refused(self):
        for verdict in ("perhaps", "", False, None):
            with self.subTest(verdict=verdict), self.assertRefused("Say whether you are satisfied or not."):
                self._record(verdict)

    def test_the_same_answer_twice_is_one(self):
        for satisfied, complaint in (("yes", self.complaint), ("no", self.other)):
            first = self._record(satisfied, complaint=complaint)
            self.assertEqual(self._record(satisfied, complaint=complaint), first)
            self.assertEqual(complaint.follow_up_ids.with_env(first.env), first)
        self.assertEqual(self.other.round, 2)

    def test_the_same_answer_twice_is_one_while_something_is_open(self):
        self.complaint_type.root_cause_required = True
        self._record("yes")
        self._record("yes")
        self.assertEqual((self.complaint.state, len(self.complaint.follow_up_ids)), ("follow_up", 1))
        self._record("no", "It broke again")
        self.assertEqual(self.complaint.round, 2, "he may think otherwise as long as it is not closed")

    def test_the_opposite_answer_afterwards_is_refused(self):
        self._record("yes")
        self._record("no", complaint=self.other)
        for satisfied, complaint in (("no", self.complaint), ("yes", self.other)):
            with self.assertRefused("does not wait for your answer any more"):
                self._record(satisfied, complaint=complaint)
        self.assertEqual((self.complaint.state, self.other.state), ("closed", "investigation"))

    def test_what_is_not_in_follow_up_takes_no_answer(self):
        for state in ("draft", "review", "investigation", "reply", "rejected", "cancel"):
            complaint = self._move_to(self._create_complaint(), state)
            with self.subTest(state), self.assertRefused("does not wait for your answer any more"):
                self._record("yes", complaint=complaint)

    def test_what_somebody_stored_without_going_on_does_not_stand_in_his_way(self):
        for satisfied, complaint, state in (("yes", self.complaint, "closed"), ("no", self.other, "investigation")):
            complaint.env["quality.complaint.follow.up"].with_user(self.rep).create({
                "complaint_id": complaint.id, "satisfied": satisfied, "remark": "By phone",
            })
            self.assertEqual(complaint.state, "follow_up")
            with self.subTest(satisfied):
                for _again in range(2):
                    self._record(satisfied, complaint=complaint)
                    self.assertEqual(complaint.state, state)
        self.assertEqual(self.other.round, 2)

    def test_each_round_has_its_answer(self):
        self._record("no")
        self.complaint.with_user(self.handler).action_resolve()
        self.complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(self.complaint)
        self._record("no", "Not again")
        self.assertEqual(self.complaint.round, 3)
        self.assertEqual(sorted(self.complaint.follow_up_ids.mapped("round")), [1, 2])
