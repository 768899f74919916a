from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    complaint_ids = fields.One2many("quality.complaint", "sale_order_id", "Complaints", groups="quality_complaint.group_reporter")
    complaint_count = fields.Integer(compute="_compute_complaint_count", groups="quality_complaint.group_reporter")

    def _compute_complaint_count(self):
        counts = dict(self.env["quality.complaint"]._read_group(
            [("sale_order_id", "in", self.ids)], ["sale_order_id"], ["__count"],
        ))
        for order in self:
            order.complaint_count = counts.get(order, 0)

    def action_file_complaint(self):
        """A new complaint about all that was delivered of these orders."""
        return self.order_line.action_file_complaint()

    def action_view_complaints(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint"),
            "domain": [("sale_order_id", "=", self.id)],
            "context": {"default_sale_order_id": self.id, "default_partner_id": self.partner_id.commercial_partner_id.id},
        }
