"""Ten were sold with a discount, the tax in the price. Four are to come back, three come, two are accepted, one goes back."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.return_repair.tests.story_common import ReturnStoryCommon


@tagged("post_install", "-at_install")
class TestRefundStory(ReturnStoryCommon):
    def test_refund_in_part_from_the_phone_call_to_the_posted_credit_note(self):
        with self.at("2026-02-20 09:00:00"):
            sold = self._sell_with_discount()
        with self.at("2026-03-02 09:00:00"):
            order = self._file(sold)
            self._submit_and_accept(order)
            self._check_answer(order)
        with self.at("2026-03-04 10:00:00"):
            self._receive(order)
        with self.at("2026-03-05 10:00:00"):
            self._inspect(order)
            self._send_back(order)
        with self.at("2026-03-06 10:00:00"):
            self._credit(order, sold)
            self._get_done(order)
        self._assert_order(sold, 8, 8, 8, "invoiced")

    def _sell_with_discount(self):
        included = self._create_tax("10 % included", 10, price_include_override="tax_included")
        sold = self._sell(discount=15, tax_ids=[Command.set(included.ids)])
        self.assertEqual((sold.amount_total, sold.invoice_ids.amount_total), (850, 850))
        self._assert_order(sold, 10, 10, 10, "invoiced")
        return sold

    def _file(self, sold):
        """The customer calls. From the order all is known but why, how many and what they want."""
        form = self._open_action(self.rep, sold.with_user(self.rep).action_file_return())
        self.assertEqual((form.partner_id, form.user_id), (self.customer, self.rep))
        form.contact_id = self.contact
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.product_id, line.quantity), (self.product, 10))
            line.quantity = 4
            line.note = "The tips are bent"
        order = form.save()
        self.assertEqual(order.line_ids.quantity_returnable, 10)
        self._assert_missing(order, "The reason", "The responsible team")
        order.reason_id = self.reason
        self._assert_missing(order)
        order.line_ids.resolution = "refund"
        self.assertEqual(order.line_ids.refund_amount, 340, "four at 85, the tax in it")
        return order

    def _check_answer(self, order):
        text = self._send_answer(order)
        for expected in (order.name, "4 Units Screwdriver set", "Refund", "7 Harbour Road, Dover"):
            self.assertIn(expected, text)
        self._assert_order(order.sale_order_ids, 10, 10, 10, "invoiced")

    def _receive(self, order):
        """Three are in the parcel; the customer has thrown the fourth away."""
        self.assertEqual(
            self._count(order, 3), "Screwdriver set: 3 of 4 Units received.\nThe rest stays expected.",
        )
        self.assertEqual((order.state, order.line_ids.quantity_received), ("receiving", 3))
        self._say(order.with_user(self.stock_user), "rest", "The customer has thrown it away")
        self.env.invalidate_all()
        self.assertEqual((order.state, order.line_ids.quantity_accepted), ("inspection", 3))
        self.assertEqual(sorted(order.receipt_ids.mapped("state")), ["cancel", "done"])
        self._assert_order(order.sale_order_ids, 10, 7, 10, "to invoice")

    def _inspect(self, order):
        """One of them was used as a chisel."""
        self._assert_missing(order, "As Announced, Fault Found, Usable, Disposition", user=self.inspector)
        self._assert_missing(order, "As Announced, Fault Found, Usable, Disposition")
        self.assertFalse(order.with_user(self.rep).can_advance, "the sales representative does not inspect")
        self._record(order, usable="no", quantity_accepted=2, disposition="scrap", fault_description="One was used as a chisel")
        self.assertEqual(order.line_ids.inspected_by_id, self.inspector)
        self._assert_missing(order, user=self.inspector)
        order.with_user(self.inspector).action_inspected()
        self.env.invalidate_all()
        self.assertEqual((order.state, order.sudo().scrap_ids.scrap_qty), ("processing", 2))

    def _send_back(self, order):
        back = order.sudo().transfer_ids
        self.assertEqual((back.partner_id, back.move_ids.product_uom_qty, back.move_ids.product_id), (self.customer, 1, self.product))
        self._assert_missing(order, f"Transfer {back.name}, which brings Screwdriver set to the customer", user=self.quality_manager)
        self._ship(back)
        self.assertEqual(back.state, "done")

    def _credit(self, order, sold):
        note, invoice = order.sudo().credit_note_ids, sold.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
        self.assertEqual((note.state, note.reversed_entry_id, note.partner_id), ("draft", invoice, self.customer))
        self.assertEqual((note.invoice_line_ids.quantity, note.invoice_line_ids.discount), (2, 15))
        self._post_entries(note)
        self.assertEqual((note.state, note.amount_total), ("posted", 170))
        self.assertAlmostEqual(note.amount_untaxed, 154.55)
        self.assertEqual(order.with_user(self.rep).line_ids.refund_amount, 170)
        self._assert_missing(order, user=self.quality_manager)
