from odoo import api, fields, models
from odoo.exceptions import ValidationError


class QualityComplaintCause(models.Model):
    """One finding of the cause analysis."""

    _name = "quality.complaint.cause"
    _description = "Cause of a Complaint"
    _inherit = ["quality.complaint.part"]
    _order = "complaint_id, kind desc, sequence, id"  # occurrence before escape

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("occurrence", "Occurrence"), ("escape", "Escape")], required=True, default="occurrence",
        help="Occurrence: why it happened. Escape: why it was not detected before it left.",
    )
    name = fields.Text("Why", required=True)
    cause_id = fields.Many2one("quality.cause", "Class", ondelete="restrict", index=True)
    is_root = fields.Boolean("Root Cause", help="The last why: removing it keeps the complaint from coming back.")

    @api.constrains("is_root", "cause_id")
    def _check_root_is_classified(self):
        if any(cause.is_root and not cause.cause_id for cause in self):
            raise ValidationError(self.env._("Give each root cause its class, so that it counts in the statistics."))
