"""A customer asks in the portal for repairs out of warranty: one quotation is signed there, one is declined."""

import re

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.quality_complaint.tests.portal_common import PortalCommon
from odoo.addons.return_repair.tests.quotation_common import SIGNATURE
from odoo.addons.return_repair.tests.story_common import ReturnStoryCommon


@tagged("post_install", "-at_install")
class TestPaidRepairStory(ReturnStoryCommon, PortalCommon):
    """A blade costs 30, an hour of labour 60, the inspection 25; 10 % taxes are added."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.warranty_duration = 12
        cls.blade = cls._create_product("Blade", list_price=30, taxes_id=cls.tax.ids, invoice_policy="delivery")
        cls._add_stock(cls.blade, 50)
        labour, fee = cls.env["product.product"].create([
            {"name": name, "type": "service", "list_price": price, "invoice_policy": "delivery", "taxes_id": cls.tax.ids}
            for name, price in (("Labour", 60), ("Inspection", 25))
        ])
        cls.company.write({"repair_labour_product_id": labour.id, "repair_fee_product_id": fee.id})
        cls.sold = cls._create_order({"product_id": cls.product.id, "product_uom_qty": 10, "price_unit": 100, "tax_ids": cls.tax.ids})
        cls._deliver(cls.sold).move_ids.date = "2020-01-15 10:00:00"
        cls.sold._create_invoices().action_post()
        cls.env.flush_all()

    def test_a_signed_quotation_is_worked_off_and_charged(self):
        order = self._ask()
        self._decide(order)
        repair = self._bring_and_inspect(order)
        quotation = self._quote(order, repair)
        self._sign(order, repair, quotation)
        self._repair(order, repair)
        invoice = self._charge(quotation)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total, quotation.invoice_status), (150, 165, "invoiced"))
        self._end(order)

    def test_a_declined_quotation_sends_the_goods_back_as_they_are_with_the_fee(self):
        order = self._ask()
        self._decide(order)
        repair = self._bring_and_inspect(order)
        quotation = self._quote(order, repair)
        self._decline(order, repair, quotation)
        fee = repair.fee_order_id
        self.assertEqual((fee.state, fee.amount_total, fee.user_id), ("sale", 27.5, self.rep))
        self.assertEqual(self._charge(fee).amount_total, 27.5)
        self.assertFalse(quotation.invoice_ids)
        self.assertEqual(set(repair.move_ids.mapped("state")), {"cancel"}, "no part was used")
        self._end(order)

    # ------------------------------------------------------------ the customer asks, and is answered
    def _ask(self):
        [delivered] = self.sold.order_line._prepare_complaint_lines()
        key = f"{delivered['sale_line_id']}-{delivered['move_id']}-0"
        self._login(self.ada)
        self._post("/my/returns/new", {
            "sent": "1", "order_id": self.sold.id, "submission": "form-1", "line": [key], f"quantity_{key}": "2", f"wish_{key}": "repair",
            f"note_{key}": "Does not cut any more", "reason_id": self.reason.id, "collection": "courier",
        })
        order = self._get_filed()
        self.assertEqual((order.partner_id, order.contact_id, order.user_id), (self.customer, self.contact, self.rep))
        self.assertEqual(self._get_activities(order), {self.rep: ["Complete the return and submit it"]})
        return order

    def _get_filed(self):
        return self.env["return.order"].search([("channel", "=", "web"), ("company_id", "=", self.company.id)])

    def _read(self, order):
        self._login(self.ada)
        return self._get_text(self._open(f"/my/returns/{order.id}"))

    def _decide(self, order):
        """The wish is not the decision; what is decided the customer reads when they were told."""
        self.assertEqual(order.line_ids.warranty_state, "out")
        order.with_user(self.rep).line_ids.resolution = "repair"
        self._submit_and_accept(order)
        self.assertIn("Being Examined", self._read(order))
        self._send_answer(order)
        self.assertIn("Waiting for Your Goods", self._read(order))

    # ------------------------------------------------------------ the goods come
    def _bring_and_inspect(self, order):
        self._count(order, 2)
        self.assertIn("Being Inspected", self._read(order))
        self._record(order, parts=[(self.blade, 1)], usable="no")
        order.with_user(self.inspector).action_inspected()
        self.env.invalidate_all()
        repair = order.sudo().repair_ids
        self.assertEqual((repair.under_warranty, repair.quotation_state), (False, "missing"))
        return repair

    def _by_workshop(self, repair):
        return repair.with_user(self.stock_user).with_company(self.company)

    def _assert_waits(self, repair, text):
        for act in ("action_validate", "action_repair_start"):
            with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
                getattr(self._by_workshop(repair), act)()
        self.env.invalidate_all()
        self.assertEqual(repair.state, "draft")

    def _quote(self, order, repair):
        """The workshop says how long it takes, the sales representative sends what it costs."""
        self._assert_waits(repair, "make a quotation")
        with Form(self._by_workshop(repair)) as form:
            form.labour_hours = 2
        order.with_user(self.rep).action_quote_repairs()
        quotation = repair.sale_order_id
        self._assert_waits(repair, f"send quotation {quotation.name}")
        self._send(quotation.with_user(self.rep), "action_quotation_send")
        self.env.invalidate_all()
        self.assertEqual((quotation.state, quotation.amount_total, repair.quotation_state), ("sent", 165, "waiting"))
        self.assertTrue(order.with_user(self.rep).is_waiting_for_customer)
        self._assert_waits(repair, "has not accepted quotation")
        return quotation

    # ------------------------------------------------------------ yes
    def _sign(self, order, repair, quotation):
        """The page of the return leads to the offer, and the offer says what is repaired and why it is charged."""
        self._login(self.ada)
        page = self._open(f"/my/returns/{order.id}")
        [url] = {re.sub(r"[?#].*", "", link) for link in page.xpath("//main//a/@href") if f"/my/orders/{quotation.id}" in link}
        offer = self._get_text(self._open(url))
        for expected in (repair.name, order.name, "Does not cut any more", "Out of Warranty", "165.00"):
            self.assertIn(expected, offer)
        self.make_jsonrpc_request(f"{url}/accept", {"access_token": "", "name": "Ada Blue", "signature": SIGNATURE})
        self.env.invalidate_all()
        self.assertEqual((quotation.state, quotation.signed_by, repair.quotation_state), ("sale", "Ada Blue", "accepted"))

    def _repair(self, order, repair):
        by_workshop = self._by_workshop(repair)
        by_workshop.action_validate()
        by_workshop.action_repair_start()
        for part in by_workshop.move_ids:
            part.quantity = part.product_uom_qty
        by_workshop.action_repair_end()
        self.env.invalidate_all()
        self.assertEqual(repair.state, "done")
        self.assertEqual(self._get_notice(order, "Repaired").notified_partner_ids, self.rep.partner_id)

    # ------------------------------------------------------------ no
    def _decline(self, order, repair, quotation):
        """The customer declines in the portal; the sales representative is told, and agrees on the fee with them."""
        self._login(self.ada)
        self._post(f"/my/orders/{quotation.id}/decline", {"decline_message": "A new one costs less"})
        self.assertEqual((quotation.state, repair.quotation_state), ("cancel", "declined"))
        told = self._get_activities(order)[self.rep]
        self.assertTrue(any(quotation.name in summary for summary in told), told)
        self._assert_waits(repair, "was declined")
        window = self._open_action(self.rep, {
            "res_model": "repair.quotation.refusal", "context": {"default_order_ids": quotation.ids},
        })
        window.reason = "A new one costs less"
        window.charge_fee = True
        window.save().action_confirm()
        self.env.invalidate_all()
        self.assertEqual((repair.state, repair.refusal_reason), ("cancel", "A new one costs less"))
        self.assertNotIn(self.rep, self._get_activities(order))

    # ------------------------------------------------------------ the end
    def _charge(self, sale):
        """Sales makes the invoice, accounting posts it."""
        sale.with_user(self.rep).with_company(self.company)._create_invoices()
        self._post_entries(sale.invoice_ids)
        return sale.invoice_ids

    def _end(self, order):
        """The goods go back, repaired or not: they never left the delivered quantity of the order."""
        back = order.sudo().transfer_ids
        self.assertEqual((back.state, back.partner_id, back.move_ids.product_uom_qty), ("assigned", self.customer, 2))
        self._assert_missing(order, f"Transfer {back.name}, which brings Screwdriver set to the customer")
        self._ship(back)
        self._get_done(order)
        self._assert_order(self.sold, 10, 10, 10, "invoiced")
        self.assertIn("Done", self._read(order))
