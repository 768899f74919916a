from odoo import api, fields, models
from odoo.exceptions import ValidationError


class QualityComplaintCause(models.Model):
    """One finding of the cause analysis: a why of the chain that ends in the root cause."""

    _name = "quality.complaint.cause"
    _description = "Cause of a Complaint"
    _inherit = ["quality.complaint.part"]
    _check_company_auto = True
    _order = "complaint_id, kind desc, sequence, id"  # occurrence before escape

    sequence = fields.Integer(default=10)
    number = fields.Integer("Why No.", compute="_compute_number", help="Its place in the chain: 1 is nearest to what the customer saw.")
    kind = fields.Selection(
        [("occurrence", "Occurrence"), ("escape", "Escape")], required=True, default="occurrence",
        help="Occurrence: why it happened. Escape: why it was not detected before it left.",
    )
    name = fields.Text("Why", required=True)
    cause_id = fields.Many2one("quality.cause", "Class", ondelete="restrict", index=True)
    method = fields.Selection(related="cause_id.method")
    team_id = fields.Many2one(
        "quality.team", "Department", check_company=True, help="The department that found it, or that it concerns.",
    )
    is_root = fields.Boolean("Root Cause", help="The last why: removing it keeps the complaint from coming back.")

    @api.depends("kind", "sequence", "complaint_id.occurrence_cause_ids.sequence", "complaint_id.escape_cause_ids.sequence")
    def _compute_number(self):
        for cause in self:
            chain = cause.complaint_id[f"{cause.kind}_cause_ids"] if cause.kind else cause.browse()
            chain = list(chain.sorted(lambda other: (other.sequence, not other._origin, other._origin.id)))
            cause.number = chain.index(cause) + 1 if cause in chain else len(chain) + 1

    @api.constrains("is_root", "cause_id")
    def _check_root_is_classified(self):
        if any(cause.is_root and not cause.cause_id for cause in self):
            raise ValidationError(self.env._("Give each root cause its class, so that it counts in the statistics."))

    @api.model_create_multi
    def create(self, vals_list):
        causes = super().create(vals_list)
        causes.complaint_id._record_recurrences()
        causes._note_analysed()
        return causes

    def write(self, vals):
        result = super().write(vals)
        if "cause_id" in vals:
            self.complaint_id._record_recurrences()
        if vals.get("is_root"):
            self._note_analysed()
        return result

    def _note_analysed(self):
        """With a root cause the step of analysing is done."""
        self.filtered("is_root").complaint_id._complete_milestones("analyse")
