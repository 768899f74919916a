from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .quality_objective_cases import CASE_DEPENDS


class QualityMilestone(models.Model):
    """A step in the list of those that count for an objective, or for somebody's appraisal."""

    _inherit = "quality.milestone"

    counts_for_handling = fields.Boolean(
        "Counts for Handled in Time", compute="_compute_counts_for_handling", search="_search_counts_for_handling",
        help="As the definition of the quality objective says.",
    )

    @api.depends(
        "date_deadline", "date_done", "date_paused", "is_history", "complaint_id.state", "complaint_id.milestone_ids.step",
        "complaint_id.milestone_ids.active", "complaint_id.milestone_ids.round",
    )
    def _compute_counts_for_handling(self):
        # what counts does not depend on who looks
        counted = self.sudo().with_context(active_test=False).search([("id", "in", self.ids), ("counts_for_handling", "=", True)])
        for milestone in self:
            milestone.counts_for_handling = milestone._origin in counted

    def _search_counts_for_handling(self, operator, value):
        if operator != "in":
            return NotImplemented
        read = [
            self.env[model]._fields[name]
            for model in ("quality.milestone", "quality.complaint", "quality.complaint.type", "res.company", "resource.calendar")
            for name in CASE_DEPENDS[model]
        ]
        cases = self.env["quality.objective"]._get_handled_cases_sql()
        return Domain("id", "in", SQL("(SELECT res_id FROM (%s) handled)", cases, to_flush=read))

    def action_open_complaint(self):
        self.ensure_one()
        return self.complaint_id._get_records_action()
