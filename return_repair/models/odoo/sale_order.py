from odoo import fields, models

# how a return names one
RETURN_PATHS = ("sale_order_id", "line_ids.sale_line_id.order_id")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    return_order_count = fields.Integer(compute="_compute_return_order_count", groups="quality_complaint.group_reporter")

    def _compute_return_order_count(self):
        counts = self.env["return.order"]._count_about(self, *RETURN_PATHS)
        for order in self:
            order.return_order_count = counts[order._origin]

    def _prepare_replacement_values(self):
        """How a quotation that follows from this order agrees with it: a dictionary of ``sale.order`` values."""
        if not self:
            return {}
        return {
            "partner_invoice_id": self.partner_invoice_id.id, "partner_shipping_id": self.partner_shipping_id.id,
            "pricelist_id": self.pricelist_id.id, "fiscal_position_id": self.fiscal_position_id.id, "payment_term_id": self.payment_term_id.id,
            "team_id": self.team_id.id, "warehouse_id": self.warehouse_id.id,
        }

    def action_file_return(self):
        """A new return of all that was delivered of these orders and can still come back."""
        return self.order_line.action_file_return()

    def action_view_return_orders(self):
        self.ensure_one()
        Return = self.env["return.order"]
        return Return._action_view(
            Return._get_about_domain(self, *RETURN_PATHS), sale_order_id=self.id, partner_id=self.partner_id.commercial_partner_id.id,
        )
