from odoo import api, models


class QualityComplaintLine(models.Model):
    _inherit = "quality.complaint.line"

    @api.depends("complaint_id.date_received")
    def _compute_warranty_agreement_id(self):
        super()._compute_warranty_agreement_id()

    def _prepare_repair_values(self):
        """Parts are free where the warranty pays for parts."""
        return {**super()._prepare_repair_values(), "under_warranty": self.covers_parts}
