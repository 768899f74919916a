from psycopg2.errors import CheckViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .quotation_common import QuotationCommon


@tagged("post_install", "-at_install")
class TestQuotationInvoice(QuotationCommon):
    """What is invoiced is what was accepted and done."""

    def _done(self, hours_done=0, **values):
        repair = self._create_repair(self.outside, **values)
        order = self._quote(repair)
        order.action_confirm()
        repair.action_repair_start()
        repair.labour_hours_done = hours_done
        for move in repair.move_ids:
            move.quantity = move.product_uom_qty
        repair.action_repair_end()
        self.env.invalidate_all()
        return repair, order.sudo()

    def test_parts_and_labour_are_invoiced_as_accepted(self):
        repair, order = self._done(blades=2)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 2])
        invoice = self._invoice(order)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (180, 198))
        self.assertEqual(order.order_line.mapped("qty_invoiced"), [2, 2])
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertFalse(order.picking_ids, "the parts go with the repair, not with a delivery")
        self.assertEqual(repair.move_ids.mapped("state"), ["done"])

    def test_less_labour_is_invoiced_less_and_more_is_not_invoiced_more(self):
        for worked, charged in ((1, 1), (2, 2), (3, 2)):
            order = self._done(hours_done=worked, blades=0)[1]
            self.assertEqual(order.order_line.qty_delivered, charged)
            self.assertEqual(self._invoice(order).amount_untaxed, charged * 60)

    def test_hours_that_are_recorded_late_count(self):
        repair, order = self._done(blades=0)
        repair.labour_hours_done = 0.5
        self.assertEqual(order.order_line.qty_delivered, 0.5)

    def test_a_cancelled_repair_leaves_nothing_to_invoice(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        order.action_confirm()
        repair.action_repair_cancel()
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [0, 0])
        repair.action_repair_cancel_draft()
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 2])

    def test_hours_are_not_negative(self):
        repair = self._create_repair(self.outside)
        with self.assertRaises(CheckViolation), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            repair.labour_hours = -1
            repair.flush_recordset()

    def test_the_customers_price_list_and_currency_count(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create({"currency_id": euro.id, "rate": 0.5, "company_id": self.company.id, "name": "2020-01-01"})
        self.customer.with_company(self.company).property_product_pricelist = self.env["product.pricelist"].create({
            "name": "Euro", "currency_id": euro.id, "company_id": self.company.id,
        })
        order = self._quote(self._create_repair(self.outside))
        self.assertEqual((order.currency_id, order.amount_total), (euro, 82.5))
        order.action_confirm()
        self.assertEqual(order.repair_accepted_amount, 82.5)
