from odoo import fields, models
from odoo.fields import Command


class QualityComplaintSimilar(models.TransientModel):
    """What is like a complaint, as found at this moment."""

    _name = "quality.complaint.similar"
    _description = "Similar Complaints and Solutions"

    complaint_id = fields.Many2one("quality.complaint", required=True)
    can_manage = fields.Boolean(related="complaint_id.can_manage", related_sudo=False)
    can_handle = fields.Boolean(related="complaint_id.can_handle", related_sudo=False)
    can_edit = fields.Boolean(related="complaint_id.can_edit", related_sudo=False)
    line_ids = fields.One2many("quality.complaint.similar.line", "window_id")
    duplicate_ids = fields.One2many("quality.complaint.similar.line", "window_id", domain=[("kind", "=", "duplicate")])
    solution_ids = fields.One2many("quality.complaint.similar.line", "window_id", domain=[("kind", "=", "solution")])
    similar_ids = fields.One2many("quality.complaint.similar.line", "window_id", domain=[("kind", "=", "complaint")])
    note = fields.Text(readonly=True)

    def _fill(self):
        """Duplicates, solutions and earlier complaints; what is likely a duplicate is not proposed a second time."""
        for window in self:
            complaint = window.complaint_id
            duplicates = complaint._find_duplicates()
            known = complaint.browse(duplicate.id for duplicate, _score, _reason in duplicates)
            window.note = complaint._get_simple_comparison_note()
            window.line_ids = [
                Command.create({"kind": kind, name: record.id, "score": score, "reason": reason})
                for kind, name, proposals in (
                    ("duplicate", "similar_id", duplicates),
                    ("solution", "solution_id", complaint._find_solutions()),
                    ("complaint", "similar_id", complaint._find_similar_complaints(known)),
                )
                for record, score, reason in proposals
            ]
