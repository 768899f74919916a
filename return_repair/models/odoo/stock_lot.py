from odoo import fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    return_order_count = fields.Integer(compute="_compute_return_order_count", groups="quality_complaint.group_reporter")

    def _compute_return_order_count(self):
        counts = self.env["return.order"]._count_about(self, "line_ids.lot_id")
        for lot in self:
            lot.return_order_count = counts[lot._origin]

    def action_view_return_orders(self):
        self.ensure_one()
        return self.env["return.order"]._action_view([("line_ids.lot_id", "=", self.id)])

    def action_file_return(self):
        """A new return of this lot. When it went to several customers, ask which delivery it is about."""
        delivered = self._get_delivered_lines()
        if len(delivered.picking_id.partner_id.commercial_partner_id) <= 1:
            return delivered.action_file_return()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_lot_deliveries_return"),
            "domain": [("id", "in", delivered.ids)],
        }
