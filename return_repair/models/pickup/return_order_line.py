from odoo import models


class ReturnOrderLine(models.Model):
    _inherit = "return.order.line"

    def _is_paid(self):
        """True where the customer was charged for it and has paid."""
        self.ensure_one()
        invoices = self.sale_line_id._get_invoice_charges().move_id
        return bool(invoices) and all(invoice.payment_state in ("paid", "in_payment", "reversed") for invoice in invoices)
