from odoo import models


class QualityMilestone(models.Model):
    """A step in the list of those that count for an objective, or for somebody's appraisal."""

    _inherit = "quality.milestone"

    def action_open_complaint(self):
        self.ensure_one()
        return self.complaint_id._get_records_action()
