from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    delivery_followup_count = fields.Integer(compute="_compute_delivery_followup_count", groups="quality_complaint.group_reporter")

    def _compute_delivery_followup_count(self):
        counts = dict(self.env["delivery.followup"]._read_group([("sale_order_id", "in", self.ids)], ["sale_order_id"], ["__count"]))
        for order in self:
            order.delivery_followup_count = counts.get(order._origin, 0)

    def action_view_delivery_followups(self):
        """The follow-up of the order's delivery, or those of its deliveries."""
        self.ensure_one()
        followups = self.env["delivery.followup"].search([("sale_order_id", "=", self.id)])
        if len(followups) == 1:
            return followups._get_records_action()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_delivery_followup"),
            "domain": [("sale_order_id", "=", self.id)],
        }
