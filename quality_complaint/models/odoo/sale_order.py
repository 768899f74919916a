from collections import Counter

from odoo import fields, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    _inherit = "sale.order"

    complaint_ids = fields.One2many("quality.complaint", "sale_order_id", "Complaints", groups="quality_complaint.group_reporter")
    complaint_count = fields.Integer(compute="_compute_complaint_count", groups="quality_complaint.group_reporter")

    def _get_complaint_domain(self):
        """Complaints about these orders, also those that are about several of them."""
        return Domain("sale_order_id", "in", self.ids) | Domain("line_ids.sale_line_id.order_id", "in", self.ids)

    def _compute_complaint_count(self):
        # the complaints are the user's to see; how they hang together need not be
        complaints = self.env["quality.complaint"].search(self._get_complaint_domain()).sudo()
        counts = Counter(
            order for complaint in complaints for order in complaint.sale_order_id | complaint.line_ids.sale_line_id.order_id
        )
        for order in self:
            order.complaint_count = counts[order]

    def action_file_complaint(self):
        """A new complaint about all that was delivered of these orders."""
        return self.order_line.action_file_complaint()

    def action_view_complaints(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint"),
            "domain": self._get_complaint_domain(),
            "context": {"default_sale_order_id": self.id, "default_partner_id": self.partner_id.commercial_partner_id.id},
        }
