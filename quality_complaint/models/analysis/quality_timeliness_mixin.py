from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.choices import get_choices
from ...tools.condition import get_condition


class QualityTimelinessMixin(models.AbstractModel):
    """The rows of an analysis that are about something with a deadline: in time or late as `quality.deadline.mixin` defines it."""

    _name = "quality.timeliness.mixin"
    _description = "Analysis of Deadlines"
    _inherit = ["quality.report.mixin"]

    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    date_start = fields.Datetime("Start", readonly=True)
    date_deadline = fields.Datetime("Deadline", readonly=True)
    date_done = fields.Datetime("Done On", readonly=True)
    timeliness = fields.Selection(
        selection=get_choices("quality.milestone", "deadline_state"), readonly=True,
        help="Late: was done after its deadline, or is not done and its deadline has passed. Empty: it has fallen away.",
    )
    late_count = fields.Integer("Late Now", readonly=True, help="Not done, and the deadline has passed.")
    in_time_rate = fields.Float(
        "In Time (%)", digits=(16, 1), readonly=True, aggregator="avg", help="Of what is done or late; what is not due yet does not count.",
    )
    delay_hours = fields.Float(
        "Hours Late", digits=(16, 1), readonly=True, aggregator="avg",
        help="Of what is late, from the deadline until it was done, or until now.",
    )
    pause_count = fields.Integer("Pauses", readonly=True, help="How often the clock of the complaint stood in that time.")

    @api.model
    def _get_timeliness(self, model, alias):
        """What that model says of the deadline of a record, as SQL."""
        return SQL("CASE %s END", SQL(" ").join(
            SQL("WHEN %s THEN %s", get_condition(self.env[model], [("deadline_state", "in", [state])], alias), state)
            for state in ("missed", "met", "running", "paused")
        ))

    @api.model
    def _get_pause_count(self, alias):
        return SQL(
            """
            (
            SELECT COUNT(*) FROM quality_deadline_pause pause
             WHERE pause.complaint_id = %(alias)s.complaint_id AND pause.date_from < COALESCE(%(alias)s.date_done, %(now)s)
               AND (pause.date_to IS NULL OR pause.date_to > %(alias)s.date_start)
            )::int
            """,
            alias=SQL.identifier(alias), now=fields.Datetime.now(),
        )

    @api.model
    def _get_timeliness_columns(self, model, alias):
        """What follows from the deadline of a record of that model, as columns; each asks for no more than it needs."""
        records = self.env[model]
        return SQL(
            """
            %(timeliness)s AS timeliness, (%(overdue)s)::int AS late_count,
            CASE WHEN %(missed)s THEN 0.0 WHEN %(done)s THEN 100.0 END AS in_time_rate,
            CASE
                WHEN %(missed)s THEN EXTRACT(EPOCH FROM COALESCE(%(alias)s.date_done, %(now)s) - %(alias)s.date_deadline)::float / 3600
            END AS delay_hours,
            %(pause_count)s AS pause_count
            """,
            timeliness=self._get_timeliness(model, alias), pause_count=self._get_pause_count(alias),
            overdue=get_condition(records, records._overdue_domain(), alias),
            missed=get_condition(records, [("deadline_state", "in", ["missed"])], alias),
            done=get_condition(records, [("date_done", "!=", False)], alias),
            alias=SQL.identifier(alias), now=fields.Datetime.now(),
        )
