"""The price fell after the purchase, by more than the sales representative may give back."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.return_repair.tests.story_common import ReturnStoryCommon


@tagged("post_install", "-at_install")
class TestCompensationStory(ReturnStoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offer = cls.env["return.compensation.reason"].create({"name": "Spring offer"})
        cls.company.compensation_approval_limit = 100
        cls.sales_team = cls.env["crm.team"].create({"name": "Shops", "user_id": cls.sales_manager.id, "company_id": cls.company.id})

    def test_compensation_above_the_limit_is_approved_and_posted(self):
        with self.at("2026-02-20 09:00:00"):
            sold = self._sell()
            sold.team_id = self.sales_team
        with self.at("2026-03-02 09:00:00"):
            compensation = self._file(sold)
            self._submit(compensation)
            self._approve(compensation)
            self._credit(compensation, sold)
        self._assert_order(sold, 10, 10, 10, "invoiced")

    def _file(self, sold):
        form = self._open_action(self.rep, sold.with_user(self.rep).action_file_compensation())
        self.assertEqual((form.sale_line_id, form.price_then, form.quantity), (sold.order_line, 100, 10))
        form.price_now = 85
        compensation = form.save()
        self._assert_missing(compensation, "The reason")
        with self.assertRaisesRegex(UserError, "The reason"):
            compensation.action_submit()
        compensation.reason_id = self.offer
        self._assert_missing(compensation)
        self.assertEqual((compensation.difference, compensation.amount, compensation.amount_total), (150, 150, 165))
        return compensation

    def _submit(self, compensation):
        """Above the limit it waits for who leads the sales team, who has it among their activities."""
        compensation.with_user(self.rep).action_submit()
        self.env.invalidate_all()
        self.assertEqual((compensation.state, self._get_activities(compensation)), ("to_approve", {self.sales_manager: ["Approve the compensation"]}))
        self.assertFalse(compensation.sudo().credit_note_ids)
        with self.assertRaisesRegex(UserError, "a sales administrator who has not filed it"):
            compensation.with_user(self.rep).action_approve()

    def _approve(self, compensation):
        compensation.with_user(self.sales_manager).action_approve()
        self.env.invalidate_all()
        self.assertEqual((compensation.state, compensation.approved_by_id), ("approved", self.sales_manager))
        self.assertFalse(self._get_activities(compensation))

    def _credit(self, compensation, sold):
        """Accounting posts it; it pays part of the invoice, and no goods come back."""
        note, invoice = compensation.sudo().credit_note_ids, sold.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
        self.assertEqual((note.state, note.amount_untaxed, note.amount_total, note.reversed_entry_id), ("draft", 150, 165, invoice))
        self._assert_missing(compensation, "The posting of credit note")
        self._post_entries(note)
        self.assertEqual((note.state, compensation.state), ("posted", "paid"))
        self._assert_missing(compensation)
        self.assertEqual(sold.with_user(self.rep).compensation_count, 1)
