from odoo import fields, models

# how a return names one
RETURN_PATHS = ("line_ids.move_id.picking_id",)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    return_order_count = fields.Integer(compute="_compute_return_order_count", groups="quality_complaint.group_reporter")

    def _compute_return_order_count(self):
        counts = self.env["return.order"]._count_about(self, *RETURN_PATHS)
        for picking in self:
            picking.return_order_count = counts[picking._origin]

    def action_file_return(self):
        """A new return of what these transfers brought to the customer."""
        self.check_access("read")
        Return = self.env["return.order"]
        return Return._action_file(Return._prepare_from_delivered(self.move_ids._prepare_complaint_lines()))

    def action_view_return_orders(self):
        self.ensure_one()
        Return = self.env["return.order"]
        return Return._action_view(Return._get_about_domain(self, *RETURN_PATHS))
