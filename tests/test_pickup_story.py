"""The goods are fetched at the customer's home, at the second try, and the driver brings the refund."""

from datetime import date, datetime

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.return_repair.tests.story_common import ReturnStoryCommon


@tagged("post_install", "-at_install")
class TestPickupStory(ReturnStoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.journal"].create({"name": "Cash", "code": "CASH", "type": "cash", "company_id": cls.company.id})
        cls.driver = cls._new_user("driver", "stock.group_stock_user")

    def test_home_pickup_with_the_refund_on_the_spot(self):
        with self.at("2026-02-20 09:00:00"):
            sold = self._sell_and_get_paid()
        with self.at("2026-03-02 09:00:00"):
            order = self._file(sold)
            self._submit_and_accept(order)
            self._appoint(order)
        with self.at("2026-03-04 09:40:00"):
            self._find_nobody(order)
        with self.at("2026-03-05 14:10:00"):
            self._fetch(order)
            payment = self._pay(order)
        with self.at("2026-03-05 17:00:00"):
            self._receive(order)
        with self.at("2026-03-06 10:00:00"):
            self._book(order, payment)
            self._get_done(order)
        self._assert_order(sold, 8, 8, 8, "invoiced")

    def _sell_and_get_paid(self):
        sold = self._sell()
        self.env["account.payment.register"].with_user(self.accountant).with_company(self.company).with_context(
            active_model="account.move", active_ids=sold.invoice_ids.ids,
        ).create({})._create_payments()
        return sold

    def _file(self, sold):
        form = self._open_action(self.rep, sold.with_user(self.rep).action_file_return())
        form.contact_id = self.contact
        form.reason_id = self.reason
        form.collection = "home_pickup"
        with form.line_ids.edit(0) as line:
            line.quantity = 2
            line.resolution = "refund"
        order = form.save()
        self.assertTrue(order._has_address(order.pickup_address_id))
        return order

    def _appoint(self, order):
        """The customer is told when we come, and the warehouse says who goes."""
        self._assert_missing(order, "When the goods are picked up")
        with self.assertRaisesRegex(UserError, "When the goods are picked up"):
            order.with_user(self.rep).action_send_answer()
        order.with_user(self.rep).pickup_date = "2026-03-04 09:00:00"
        self._assert_missing(order)
        text = self._send_answer(order)
        for expected in ("March 4, 2026", "1 Mill Lane, Brighton", "Our driver brings the refund"):
            self.assertIn(expected, text)
        order.with_user(self.stock_user).driver_id = self.driver
        self.env.invalidate_all()
        [summary] = self._get_activities(order)[self.driver]
        self.assertIn("1 Mill Lane, Brighton", summary)

    def _find_nobody(self, order):
        window = Form(self.env["return.pickup.missed"].with_user(self.driver).with_company(self.company).with_context(default_return_id=order.id))
        window.reason = "Nobody answers the bell"
        window.pickup_date = datetime(2026, 3, 5, 14)
        window.save().action_confirm()
        self.env.invalidate_all()
        self.assertEqual((order.pickup_misses, order.pickup_day, order.picked_up_on), (1, date(2026, 3, 5), False))
        notice = self._get_notice(order, order.display_name)
        self.assertEqual(notice.notified_partner_ids, self.rep.partner_id)
        self.assertIn("Nobody answers the bell", notice.body)

    def _fetch(self, order):
        by_driver = order.with_user(self.driver).with_company(self.company)
        self.assertFalse(by_driver.can_refund_on_spot, "first the goods")
        sheet = self.env["ir.actions.report"].with_user(self.driver)._render_qweb_html("return_repair.report_driver_sheet", order.ids)[0].decode()
        for expected in (order.name, "1 Mill Lane", "Screwdriver set", "220.00"):
            self.assertIn(expected, sheet)
        by_driver.action_picked_up()
        self.env.invalidate_all()
        self.assertEqual((order.picked_up_by_id, order.state, order.line_ids.quantity_received), (self.driver, "receiving", 0))
        self.assertNotIn(self.driver, self._get_activities(order))

    def _pay(self, order):
        """What is owed is proposed; the driver, who sees no journals, says that it was paid in cash."""
        window = Form(self.env["return.spot.refund"].with_user(self.driver).with_company(self.company).with_context(default_return_id=order.id))
        self.assertEqual((window.amount, window.method), (220, "cash"))
        window.save().action_confirm()
        self.env.invalidate_all()
        payment = order.sudo().spot_payment_ids
        self.assertEqual((payment.state, payment.amount, payment.journal_id.type, payment.partner_id), ("draft", 220, "cash", self.customer))
        self.assertEqual((order.with_user(self.rep).spot_refund_amount, order.with_user(self.rep).spot_owed), (220, 0))
        return payment

    def _receive(self, order):
        self.assertIn("All is here: now it is inspected.", self._count(order, 2))
        self._record(order, usable="yes", disposition="restock")
        order.with_user(self.inspector).action_inspected()
        self.env.invalidate_all()
        self.assertEqual(order.state, "processing")

    def _book(self, order, payment):
        """Accounting posts both, and nothing is owed any more."""
        note = order.sudo().credit_note_ids
        self.assertEqual((note.state, note.amount_total), ("draft", 220))
        self._post_entries(note)
        self._post_entries(payment)
        self.assertEqual(note.amount_residual, 0)
        self.assertEqual(payment.reconciled_invoice_ids, note)
        self._assert_missing(order, user=self.quality_manager)
