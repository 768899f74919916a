from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_return_refund import ReturnRefundCommon


@tagged("post_install", "-at_install")
class TestReturnChanges(ReturnRefundCommon):
    """What the customer gets may be decided anew until it is carried out, and the order follows, also for what came already."""

    def _decide(self, order, resolution):
        order.line_ids.with_user(self.quality_manager).resolution = resolution
        self.env.invalidate_all()

    def test_money_instead_of_a_repair_takes_what_came_off_what_was_delivered(self):
        sold = self._sell()
        order, other = (self._take_back(sold, resolution="repair", state="inspection") for _order in range(2))
        self._assert_order(sold, 10, 10, 10, "invoiced")
        self._decide(order, "refund")
        self.assertEqual(sold.order_line.qty_delivered, 8)
        self._carry_out(order)
        self.assertEqual(order.credit_note_ids.invoice_line_ids.quantity, 2)
        self._assert_order(sold, 8, 8, 8, "invoiced")
        self.assertFalse(any(other.line_ids.receipt_move_ids.mapped("to_refund")), "the other is repaired")

    def test_a_repair_instead_of_money_counts_as_delivered_again(self):
        sold = self._sell()
        order = self._take_back(sold, state="inspection")
        self.assertEqual(sold.order_line.qty_delivered, 8)
        self._decide(order, "repair")
        self._carry_out(order)
        self._assert_order(sold, 10, 10, 10, "invoiced")
        self.assertFalse(order.credit_note_ids)

    def test_what_is_still_expected_follows_too(self):
        sold = self._sell()
        order = self._create_return(line_ids=[self._get_line(move_id=sold.order_line.move_ids.id, resolution="repair")])
        self._move_return(order, "receiving")
        self._decide(order, "refund")
        self._decide(order, "refund")
        order.with_user(self.stock_user).action_received()
        self._carry_out(order)
        self._assert_order(sold, 8, 8, 8, "invoiced")

    def test_what_is_carried_out_stays_as_it_was_decided(self):
        sold = self._sell()
        order = self._take_back(sold)
        note = order.credit_note_ids
        for values in ({"resolution": "repair"}, {"resolution": "exchange", "exchange_quantity": 1}, {"quantity_accepted": 1}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "Cancel first what was made for it:\n• Screwdriver set: .+"), self.env.cr.savepoint():
                order.line_ids.with_user(self.quality_manager).write(values)
        order.line_ids.with_user(self.quality_manager).note = "Scratched"
        note.with_user(self.accountant).unlink()
        with self.assertRaisesRegex(UserError, f"Screwdriver set: {sold.name}"), self.env.cr.savepoint():
            order.line_ids.with_user(self.quality_manager).resolution = "repair"
        again = self._take_back(sold, resolution="exchange")
        with self.assertRaisesRegex(UserError, again.transfer_ids.name):
            again.line_ids.with_user(self.quality_manager).resolution = "refund"

    def test_after_a_cancelled_repair_the_money_is_owed(self):
        sold = self._sell()
        order = self._take_back(sold, 1, resolution="repair")
        by_leader = order.line_ids.with_user(self.quality_manager)
        with self.assertRaisesRegex(UserError, order.repair_ids.name), self.env.cr.savepoint():
            by_leader.resolution = "refund"
        order.repair_ids.action_repair_cancel()
        with self.assertRaisesRegex(UserError, "Use «Change Resolution»"), self.env.cr.savepoint():
            by_leader.resolution = "refund"
        by_leader._change_resolution("refund", "No spare parts", disposition="restock")
        order.credit_note_ids.with_user(self.accountant).unlink()
        self.env.invalidate_all()
        self.assertIn("The credit note for Screwdriver set", order.with_user(self.quality_manager).next_gaps)
        order.with_user(self.stock_user).action_make_credit_notes()
        self._assert_order(sold, 9, 9, 9, "invoiced")

    def test_what_is_not_accepted_after_all_is_not_awaited(self):
        sold = self._sell()
        line = {"move_id": sold.order_line.move_ids.id}
        order = self._create_return(line_ids=[self._get_line(**line, quantity=1), self._get_line(**line, quantity=3)])
        self._move_return(order, "receiving")
        awaited, refused = order.line_ids.sudo()
        awaited.receipt_move_ids.write({"quantity": 1, "picked": True})
        refused.receipt_move_ids.quantity = 0
        receipt = order.sudo().receipt_ids
        action = receipt.with_user(self.stock_user).button_validate()
        self.env[action["res_model"]].with_user(self.stock_user).with_context(**action["context"]).create({}).process()
        self.assertEqual(order.state, "receiving")
        refused.with_user(self.quality_manager).resolution = "reject"
        self.assertEqual((order.state, refused.receipt_move_ids.state), ("inspection", "cancel"))
        self.assertFalse(order.message_ids.filtered(lambda message: "not expected any more" in message.body))

    # ------------------------------------------------------------ how much is accepted
    def test_accepted_is_from_nothing_to_what_came_of_each_line(self):
        order = self._take_back(self._sell(), state="inspection")
        lines = order.line_ids.with_user(self.stock_user)
        for quantity in (-1, 2.01):
            with self.assertRaisesRegex(ValidationError, "it must be from 0 to 2, as many as came"), self.env.cr.savepoint():
                lines.quantity_accepted = quantity
        for quantity in (0, 2):
            lines.quantity_accepted = quantity
        other = self._take_back(self._sell(), 3, state="inspection")
        with self.assertRaisesRegex(ValidationError, "from 0 to 2(.|\n)*from 0 to 3"):
            (lines | other.line_ids.with_user(self.stock_user)).quantity_accepted = 4

    def test_what_has_not_come_is_not_accepted(self):
        order = self._move_return(self._create_return(line_ids=[self._get_line(move_id=self._sell().order_line.move_ids.id)]), "receiving")
        with self.assertRaisesRegex(UserError, "while the goods are inspected, not before"):
            order.line_ids.with_user(self.stock_user).quantity_accepted = 1

    def test_who_inspects_says_how_much_is_accepted(self):
        order = self._take_back(self._sell(), state="inspection")
        with self.assertRaisesRegex(UserError, "are inspected by the warehouse, or the responsible team"):
            order.line_ids.with_user(self.rep).quantity_accepted = 1
        order.line_ids.with_user(self.handler).quantity_accepted = 1
        self.assertEqual(order.line_ids.quantity_accepted, 1)
