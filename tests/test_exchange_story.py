"""Two sets come back because the customer needs the metric ones, which cost more."""

from odoo.tests import Form, tagged

from odoo.addons.return_repair.tests.story_common import ReturnStoryCommon


@tagged("post_install", "-at_install")
class TestExchangeStory(ReturnStoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metric = cls._create_product("Metric set", list_price=150, invoice_policy="delivery", taxes_id=cls.tax.ids)
        cls._add_stock(cls.metric, 100)

    def test_exchange_for_another_specification_until_it_is_delivered_and_charged(self):
        with self.at("2026-02-20 09:00:00"):
            sold = self._sell()
        with self.at("2026-03-02 09:00:00"):
            order = self._file(sold)
            self._submit_and_accept(order)
            self.assertIn("Exchange", self._send_answer(order))
        with self.at("2026-03-04 10:00:00"):
            self.assertIn("All is here: now it is inspected.", self._count(order, 2))
            self.assertEqual(self._get_activities(order), {self.quality_manager: ["Have the goods inspected"]})
            self._record(order, fault="none", usable="yes", disposition="restock")
            order.with_user(self.inspector).action_inspected()
            self.env.invalidate_all()
        with self.at("2026-03-05 10:00:00"):
            new = self._offer(order, sold)
            self._deliver_and_charge(order, new)
            self._get_done(order)
        self._assert_order(sold, 8, 8, 8, "invoiced")
        self._assert_order(new, 2, 2, 2, "invoiced")

    def _file(self, sold):
        """From the line of the order; what for is chosen by hand."""
        form = self._open_action(self.rep, sold.order_line.with_user(self.rep).action_file_return())
        form.contact_id = self.contact
        form.reason_id = self.reason
        with form.line_ids.edit(0) as line:
            line.quantity = 2
            line.resolution = "exchange"
            line.exchange_product_id = self.metric
            self.assertEqual(line.exchange_quantity, 2)
        return form.save()

    def _offer(self, order, sold):
        """The old ones are credited and the new ones offered; both say the difference."""
        new, note = order.sudo().replacement_order_ids, order.sudo().credit_note_ids
        self.assertEqual((new.state, new.partner_id, new.user_id, new.origin), ("draft", self.customer, self.rep, order.name))
        self.assertEqual((note.amount_total, new.amount_total), (220, 330))
        for record in (order, new):
            self.assertTrue(record.message_ids.filtered(lambda message: "110.00" in message.body), "what is left to pay is told")
        self.assertIn(new, order.with_user(self.rep).replacement_order_ids, "the sales representative finds it")
        self._post_entries(note)
        self._assert_order(sold, 8, 8, 8, "invoiced")
        return new

    def _deliver_and_charge(self, order, new):
        with Form(new.with_user(self.rep)) as form, form.order_line.edit(0) as line:
            self.assertEqual(line.product_id, self.metric)
        self._send(new.with_user(self.rep), "action_quotation_send")
        new.with_user(self.rep).action_confirm()
        self._ship(new.picking_ids)
        self._assert_order(new, 2, 2, 0, "to invoice")
        invoice = self._invoice(new)
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", 330))
