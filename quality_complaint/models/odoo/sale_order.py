from odoo import fields, models

# how a complaint names one, also where it is about several
COMPLAINT_PATHS = ("sale_order_id", "line_ids.sale_line_id.order_id")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    complaint_count = fields.Integer(compute="_compute_complaint_count", groups="quality_complaint.group_reporter")

    def _compute_complaint_count(self):
        counts = self.env["quality.complaint"]._count_about(self, *COMPLAINT_PATHS)
        for order in self:
            order.complaint_count = counts[order._origin]

    def action_file_complaint(self):
        """A new complaint about all that was delivered of these orders."""
        return self.order_line.action_file_complaint()

    def action_view_complaints(self):
        self.ensure_one()
        Complaint = self.env["quality.complaint"]
        return Complaint._action_view(
            Complaint._get_about_domain(self, *COMPLAINT_PATHS),
            sale_order_id=self.id, partner_id=self.partner_id.commercial_partner_id.id,
        )
