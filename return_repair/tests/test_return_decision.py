from psycopg2.errors import NotNullViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnDecision(ReturnCommon):
    """The leader of the responsible team and the sales representative both decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 1000)
        cls._create_shipped_order((cls.product, 500))
        # a department manager has no other right than to be one
        cls.team.leader_id = cls.worker
        cls.env.flush_all()

    def _submit(self, **values):
        order = self._create_return(line_ids=[self._get_line(resolution=values.pop("resolution", "refund"))], **values)
        order.action_submit()
        return order

    def test_both_are_asked_and_both_decide(self):
        order, second = self._submit(resolution=False), self._submit(resolution=False)
        self.assertEqual(self._get_activities(order), {self.worker: ["Decide on the return"], self.rep: ["Decide on the return"]})
        order.line_ids.resolution = "refund"
        order.with_user(self.worker).action_accept()
        self.assertEqual((order.state, order.verdict), ("decision", False))
        self.assertEqual(self._get_activities(order), {self.rep: ["Decide on the return"]})
        order.with_user(self.rep).action_accept()
        self.assertEqual((order.state, order.verdict), ("approved", "accepted"))
        self.assertEqual((order.manager_verdict_by_id, order.rep_verdict_by_id), (self.worker, self.rep))
        self.assertEqual(self._get_activities(order), {self.rep: ["Answer the customer"]})
        self.assertEqual((second.state, len(second.activity_ids)), ("decision", 2))

    def test_a_representative_who_submits_what_is_complete_has_decided(self):
        order = self._submit()
        self.assertEqual(order.rep_verdict, "accepted")
        self.assertEqual(self._get_activities(order), {self.worker: ["Decide on the return"]})
        by_other = self._create_return(self.sales_manager, user_id=self.rep.id)
        by_other.action_submit()
        self.assertFalse(by_other.rep_verdict, "it was another who submitted it")

    def test_one_who_refuses_is_enough_and_the_other_is_told_why(self):
        order = self._submit()
        self._say(order.with_user(self.worker), "refuse", "Worn out by use")
        self.assertEqual((order.state, order.verdict, order.refusal_reason), ("decision", "refused", "Worn out by use"))
        self.assertEqual(self._get_activities(order), {self.rep: ["Tell the customer why the return is refused"]})
        notice = self._get_notice(order, "Refused")
        self.assertEqual(notice.notified_partner_ids, self.rep.partner_id)
        self.assertIn("Worn out by use", notice.body)

    def test_a_refusal_takes_a_reason(self):
        order = self._submit()
        with self.assertRaises(NotNullViolation), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self._say(order.with_user(self.worker), "refuse", False)
        self.assertFalse(order.verdict)

    def test_who_is_neither_decides_nothing(self):
        order = self._submit(resolution=False)
        order.line_ids.resolution = "refund"
        for user in (self.stock_user, self.handler):
            with self.subTest(user.name), self.assertRaises(UserError):
                order.with_user(user).action_accept()
        self.assertFalse(order.manager_verdict or order.rep_verdict)

    def test_nobody_decides_twice_for_the_other(self):
        order = self._submit()
        with self.assertRaisesRegex(UserError, "is not waited for"):
            order.with_user(self.rep).action_accept()
        self.assertFalse(order.with_user(self.rep).can_decide)
        self.assertTrue(order.with_user(self.worker).can_decide)

    def test_stand_ins_decide_for_their_side_only(self):
        order = self._submit(resolution=False)
        order.line_ids.resolution = "refund"
        order.with_user(self.quality_manager).action_accept()
        self.assertEqual((order.manager_verdict, order.manager_verdict_by_id, order.rep_verdict), ("accepted", self.quality_manager, False))
        order.with_user(self.sales_manager).action_accept()
        self.assertEqual((order.rep_verdict_by_id, order.state), (self.sales_manager, "approved"))

    def test_who_is_both_decides_once(self):
        self.team.leader_id = self.rep
        order = self._create_return()
        order.action_submit()
        order.action_accept()
        self.assertEqual(order.state, "approved")

    def test_who_is_one_and_stands_in_for_the_other_decides_for_himself_first(self):
        self.team.leader_id = self.sales_manager
        order = self._submit(resolution=False)
        order.line_ids.resolution = "refund"
        by_manager = order.with_user(self.sales_manager)
        by_manager.action_accept()
        self.assertEqual((order.manager_verdict, order.rep_verdict), ("accepted", False))
        by_manager.action_accept()
        self.assertEqual(order.state, "approved", "pressed again for the other side")

    def test_who_changes_what_the_other_accepted_asks_him_again(self):
        order = self._submit(resolution=False)
        order.line_ids.resolution = "refund"
        order.with_user(self.worker).action_accept()
        order.with_user(self.rep).line_ids.resolution = "exchange"
        self.assertFalse(order.manager_verdict)
        self.assertEqual(self._get_activities(order).keys(), {self.worker, self.rep})
        order.with_user(self.rep).action_accept()
        order.with_user(self.worker).line_ids.quantity = 1
        self.assertFalse(order.rep_verdict)
        order.with_user(self.worker).action_accept()
        order.with_user(self.rep).line_ids.note = "Two scratches"
        self.assertEqual(order.manager_verdict, "accepted", "a note changes nothing that was decided")

    def test_the_decision_is_taken_back_until_the_customer_knows_it(self):
        order, second = self._submit(), self._submit()
        (order | second).with_user(self.worker).action_accept()
        order.with_user(self.rep).action_decide_anew()
        self.assertEqual((order.state, order.verdict, order.manager_verdict), ("decision", False, False))
        self.assertEqual(self._get_activities(order).keys(), {self.worker, self.rep})
        self.assertFalse(order.milestone_ids.filtered(lambda step: step.step == "decision").date_done)
        self.assertEqual(second.state, "approved")
        second.with_user(self.rep).action_tell()
        with self.assertRaisesRegex(UserError, "the customer knows it"):
            second.with_user(self.worker).action_decide_anew()

    def test_what_only_the_other_side_has_decided_is_not_taken_back(self):
        order = self._submit()
        self.assertFalse(order.with_user(self.worker).can_decide_anew)
        with self.assertRaisesRegex(UserError, "only the other side has decided"):
            order.with_user(self.worker).action_decide_anew()
        order.with_user(self.rep).action_decide_anew()
        self.assertFalse(order.rep_verdict)

    def test_a_refusal_is_taken_back_too(self):
        order = self._submit()
        self._say(order.with_user(self.worker), "refuse", "Worn out")
        with self.assertRaisesRegex(UserError, "Take the decision back"):
            order.with_user(self.worker).action_accept()
        order.with_user(self.worker).action_decide_anew()
        self.assertFalse(order.refusal_reason)
        self.assertEqual(order.state, "decision")

    def test_sending_back_tells_the_representative_and_forgets_what_was_decided(self):
        order = self._submit()
        order.with_user(self.worker).action_back_to_draft()
        self.assertEqual((order.state, order.rep_verdict), ("draft", False))
        self.assertEqual(self._get_activities(order), {self.rep: ["Complete the return and submit it"]})
        self.assertEqual(self._get_notice(order, f"{order.name} Blue Workshop was sent back").notified_partner_ids, self.rep.partner_id)

    def test_the_step_goes_with_the_person(self):
        order = self._submit(resolution=False)
        order.with_user(self.sales_manager).user_id = self.other_rep
        self.assertEqual(self._get_activities(order).keys(), {self.worker, self.other_rep})
        order.with_user(self.sales_manager).team_id = self.env["quality.team"].create({
            "name": "Packing", "company_id": self.company.id, "leader_id": self.handler.id,
        })
        self.assertEqual(self._get_activities(order).keys(), {self.handler, self.other_rep})

    def test_who_has_left_is_stood_in_for_by_the_other(self):
        order = self._create_return(self.sales_manager, user_id=self.rep.id)
        self.worker.active = False
        order.action_submit()
        self.assertEqual(self._get_activities(order), {self.rep: ["Decide on the return"]})
