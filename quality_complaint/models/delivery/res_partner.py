from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    delivery_followup_off = fields.Boolean("No Delivery Follow-up", help="This customer is not asked how deliveries arrived.")
    delivery_followup_count = fields.Integer(compute="_compute_delivery_followup_count", groups="quality_complaint.group_reporter")

    def _compute_delivery_followup_count(self):
        counts = dict(self.env["delivery.followup"]._read_group(
            [("partner_id", "in", self.commercial_partner_id.ids)], ["partner_id"], ["__count"],
        ))
        for partner in self:
            partner.delivery_followup_count = counts.get(partner.commercial_partner_id, 0)

    def action_view_delivery_followups(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_delivery_followup"),
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
        }
