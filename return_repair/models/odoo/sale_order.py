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

    def action_file_return(self):
        """A new return of all that was delivered of these orders and can still come back."""
        return self.order_line.action_file_return()

    def action_view_return_orders(self):
        self.ensure_one()
        Return = self.env["return.order"]
        return Return._action_view(
            Return._get_about_domain(self, *RETURN_PATHS), sale_order_id=self.id, partner_id=self.partner_id.commercial_partner_id.id,
        )
