from odoo import models


class ReturnOrderLine(models.Model):
    _inherit = "return.order.line"

    def _is_paid(self):
        """True where the customer was charged for it and has paid."""
        self.ensure_one()
        invoices = self.sale_line_id._get_invoice_charges().move_id
        return bool(invoices) and all(invoice.payment_state in ("paid", "in_payment") for invoice in invoices)

    def _get_spot_amount(self):
        """With taxes: what will be credited for it, as far as it was not credited otherwise already."""
        self.ensure_one()
        sold, coming = self.sale_line_id, self.return_id.state not in ("inspection", "processing", "done")
        unit = sold.product_uom_id
        promised, received = (
            self.product_uom_id._compute_quantity(quantity, unit, round=False)
            for quantity in (self.quantity if coming else self.quantity_accepted, self.quantity_received)
        )
        if unit.compare(promised, 0) <= 0:
            return 0
        # the order counts as kept what has not come or was not taken off yet
        if sold.product_id.invoice_policy == "order":
            still_kept = promised - self.quantity_unordered
        else:
            still_kept = max(promised - received, 0) if coming else 0
        overcharged = sold._get_charged()[0] - self._get_kept() + still_kept
        return self.refund_currency_id.round(self.refund_amount * min(max(overcharged / promised, 0), 1))
