from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    return_order_count = fields.Integer(compute="_compute_return_order_count", groups="quality_complaint.group_reporter")

    def _compute_return_order_count(self):
        counts = dict(self.env["return.order"]._read_group(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)], ["commercial_partner_id"], ["__count"],
        ))
        for partner in self:
            partner.return_order_count = counts.get(partner.commercial_partner_id, 0)

    def action_view_return_orders(self):
        """All returns of the customer, also those of his other contacts."""
        self.ensure_one()
        return self.env["return.order"]._action_view(
            [("commercial_partner_id", "=", self.commercial_partner_id.id)], partner_id=self.commercial_partner_id.id,
        )
