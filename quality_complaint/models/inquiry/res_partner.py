from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    inquiry_count = fields.Integer(compute="_compute_inquiry_count", groups="quality_complaint.group_reporter")

    def _compute_inquiry_count(self):
        counts = dict(self.env["quality.inquiry"]._read_group(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)], ["commercial_partner_id"], ["__count"],
        ))
        for partner in self:
            partner.inquiry_count = counts.get(partner.commercial_partner_id, 0)

    def action_view_inquiries(self):
        """All that the customer asked, also by his other contacts."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_inquiry"),
            "domain": [("commercial_partner_id", "=", self.commercial_partner_id.id)],
            "context": {"default_partner_id": self.id},
        }
