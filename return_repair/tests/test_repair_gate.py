from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairGate(RepairCommon):
    def setUp(self):
        super().setUp()
        self._add_stock(self.product, 10)
        self.complaint = self._create_approved_complaint()
        handled = self.complaint.with_user(self.handler)  # has no right to repairs
        handled.write({"handling_opinion": "Repair them", "analysis": "Rain during transport"})
        handled.demand_ids.write({"answer": "Repaired", "outcome": "granted"})
        self.repair = self._create_repair(self.complaint)

    def _resolve(self):
        self.complaint.with_user(self.handler).action_resolve()

    def test_resolving_waits_for_the_repair_and_names_it(self):
        for move in ("action_validate", "action_repair_start"):
            with self.assertRaisesRegex(UserError, self.repair.name):
                self._resolve()
            getattr(self.repair, move)()
        self.assertIn(self.repair.name, self.complaint.with_user(self.handler)._get_gaps("reply")[0])
        self.repair.action_repair_end()
        self._resolve()
        self.assertEqual(self.complaint.state, "reply")

    def test_a_cancelled_repair_holds_nothing_up(self):
        self.repair.action_repair_cancel()
        self._resolve()
        self.assertEqual(self.complaint.state, "reply")

    def test_each_open_repair_is_named(self):
        second = self._create_repair(self.complaint)
        self.repair.action_repair_cancel()
        with self.assertRaises(UserError) as caught:
            self._resolve()
        self.assertIn(second.name, str(caught.exception))
        self.assertNotIn(self.repair.name, str(caught.exception))

    def test_repairs_of_another_complaint_hold_nothing_up(self):
        self.repair.action_repair_cancel()
        self._create_repair(self._create_approved_complaint())
        self._resolve()
        self.assertEqual(self.complaint.state, "reply")

    def test_the_missing_repair_stands_on_the_form(self):
        self.assertIn(self.repair.name, self.complaint.with_user(self.handler).next_gaps)
        self.repair.action_repair_cancel()
        self.complaint.invalidate_recordset(["next_gaps"])
        self.assertFalse(self.complaint.with_user(self.handler).next_gaps)

    def test_closing_waits_for_a_repair_that_was_opened_after_the_reply(self):
        self.repair.action_repair_cancel()
        self._move_to_follow_up()
        late = self._create_repair(self.complaint)
        self._answer(self.complaint, "yes")
        self.assertEqual(self.complaint.state, "follow_up")
        with self.assertRaisesRegex(UserError, late.name):
            self.complaint.with_user(self.rep).action_close()
        late.action_repair_cancel()
        self.complaint.with_user(self.rep).action_close()
        self.assertEqual(self.complaint.state, "closed")

    def _move_to_follow_up(self):
        self._resolve()
        self.complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(self.complaint)
