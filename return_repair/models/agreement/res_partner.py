from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_agreement_count = fields.Integer(compute="_compute_service_agreement_count", groups="sales_team.group_sale_salesman,quality_complaint.group_handler")

    def _compute_service_agreement_count(self):
        counts = dict(self.env["service.agreement"]._read_group(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids), ("state", "!=", "cancel")], ["commercial_partner_id"], ["__count"],
        ))
        for partner in self:
            partner.service_agreement_count = counts.get(partner.commercial_partner_id, 0)

    def action_view_service_agreements(self):
        """All agreements with the customer, also those that were made with other contacts."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_service_agreement"),
            "domain": [("commercial_partner_id", "=", self.commercial_partner_id.id)],
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }
