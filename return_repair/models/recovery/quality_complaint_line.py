from odoo import api, models


class QualityComplaintLine(models.Model):
    _inherit = "quality.complaint.line"

    @api.depends("complaint_id.name", "product_id", "lot_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = ", ".join(filter(None, (line.complaint_id.name, line.product_id.display_name, line.sudo().lot_id.name)))

    def action_claim_recovery(self):
        """Who caused it, as the review found, comes along."""
        self.ensure_one()
        caused_by = self.complaint_id.responsibility
        cause = {"cause": caused_by} if caused_by in ("supplier", "carrier") else {}
        return self.env["return.recovery"]._action_claim(complaint_line_id=self.id, **cause)
