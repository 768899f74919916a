from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..complaint.quality_complaint import FELL_AWAY_STATES


class QualityComplaintFollowUp(models.Model):
    """Which of the answers of a customer counts."""

    _inherit = "quality.complaint.follow.up"

    counts_as_verdict = fields.Boolean(
        "Counts as Verdict", compute="_compute_counts_as_verdict", search="_search_counts_as_verdict",
        help="The last answer on the complaint, in whatever round, unless the complaint is cancelled, merged into another or not upheld.",
    )

    @api.depends(
        "satisfied", "complaint_id.state", "complaint_id.follow_up_ids.satisfied", "complaint_id.follow_up_ids.date_answered",
        "complaint_id.follow_up_ids.date",
    )
    def _compute_counts_as_verdict(self):
        for follow_up in self:
            complaint = follow_up.complaint_id
            follow_up.counts_as_verdict = complaint.state not in FELL_AWAY_STATES and follow_up == complaint._get_last_answer()

    @api.model
    def _get_verdict_condition(self):
        """Of ``answer`` about ``complaint``, as SQL: the last one, by the same order as `quality.complaint._get_last_answer`."""
        return SQL(
            """
            answer.satisfied IS NOT NULL AND complaint.state NOT IN %s AND NOT EXISTS (
                SELECT FROM quality_complaint_follow_up later
                 WHERE later.complaint_id = answer.complaint_id AND later.satisfied IS NOT NULL
                   AND (COALESCE(later.date_answered, later.date), later.id) > (COALESCE(answer.date_answered, answer.date), answer.id)
            )
            """,
            FELL_AWAY_STATES,
        )

    def _search_counts_as_verdict(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", SQL(
            """(
            SELECT answer.id
              FROM quality_complaint_follow_up answer
              JOIN quality_complaint complaint ON complaint.id = answer.complaint_id
             WHERE %s
            )""",
            self._get_verdict_condition(),
            to_flush=[
                *(self._fields[name] for name in ("complaint_id", "satisfied", "date_answered", "date")),
                self.env["quality.complaint"]._fields["state"],
            ],
        ))
