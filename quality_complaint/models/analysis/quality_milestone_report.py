from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.choices import get_choices
from ...tools.condition import get_condition
from ..complaint.quality_deadline_policy_line import OWNER_ROLES, STEPS


class QualityMilestoneReport(models.Model):
    """The timeliness of handling: a row for each step that was handled here, and for each part that another team is asked for."""

    _name = "quality.milestone.report"
    _description = "Analysis of Timeliness"
    _inherit = ["quality.timeliness.mixin"]
    _auto = False
    _order = "date_deadline desc, id desc"
    _rec_name = "complaint_id"
    _depends = {
        "quality.milestone": [
            "complaint_id", "company_id", "active", "round", "step", "owner_role", "user_id", "team_id", "policy_id", "date_start", "date_deadline",
            "date_done", "date_paused", "is_history",
        ],
        "quality.complaint.assignment": [
            "complaint_id", "company_id", "active", "team_id", "user_id", "date_start", "date_deadline", "date_done", "date_paused",
        ],
        "quality.complaint": ["commercial_partner_id", "type_id", "urgency", "severity", "state"],
        "quality.deadline.pause": ["complaint_id", "date_from", "date_to"],
    }

    complaint_id = fields.Many2one("quality.complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    type_id = fields.Many2one("quality.complaint.type", readonly=True)
    team_id = fields.Many2one("quality.team", "Responsible Team", readonly=True, help="Of a part of another team: the team that is asked.")
    urgency = fields.Selection(selection=get_choices("quality.complaint", "urgency"), readonly=True)
    severity = fields.Selection(selection=get_choices("quality.complaint", "severity"), readonly=True)
    step = fields.Selection([*STEPS, ("part", "Part of Another Team")], readonly=True)
    owner_role = fields.Selection(OWNER_ROLES, readonly=True)
    policy_id = fields.Many2one("quality.deadline.policy", "Deadline Policy", readonly=True)
    round = fields.Integer(readonly=True, aggregator=None)
    days_taken = fields.Float(
        digits=(16, 1), readonly=True, aggregator="avg", help="Calendar days from the start until it was done.",
    )

    @api.model
    def _get_about_fields(self):
        return ["complaint_id"]

    @property
    def _table_query(self):
        # a step keeps its id, by which the database finds it among millions; the parts stand below zero, which core's addresses of
        # forms and of printed documents can't name: this analysis has neither
        Milestone = self.env["quality.milestone"]
        return SQL(
            """
            SELECT tasks.*, complaint.commercial_partner_id AS partner_id, complaint.type_id, complaint.urgency, complaint.severity
              FROM (%(steps)s UNION ALL %(parts)s) tasks
         LEFT JOIN quality_complaint complaint ON complaint.id = tasks.complaint_id
             WHERE tasks.is_counted
            """,
            steps=self._get_rows_sql(
                "quality.milestone", SQL("task.id, task.round, task.step, task.owner_role, task.policy_id"),
                get_condition(Milestone, Milestone._measured_domain(), "task"),
            ),
            parts=self._get_rows_sql("quality.complaint.assignment", SQL("-task.id, NULL::integer, 'part'::varchar, NULL::varchar, NULL::integer")),
        )

    @api.model
    def _get_rows_sql(self, model, columns, condition=None):
        """A row for each record of that model, which has a deadline, under the alias ``task``, and whether it is one to count (``is_counted``).

        No ``WHERE`` and no ``JOIN`` here, and the same types for both models: only then PostgreSQL reads the two tables without the columns that
        nobody asks for.

        :param SQL columns: id, round, step, owner_role, policy_id
        """
        return SQL(
            """
            SELECT %(columns)s, task.team_id, task.complaint_id, task.company_id, task.user_id, task.date_start, task.date_deadline, task.date_done,
                   %(days_taken)s AS days_taken, %(timeliness)s, task.active AND (%(condition)s) AS is_counted
              FROM %(table)s task
            """,
            columns=columns, condition=condition or SQL("TRUE"), table=SQL.identifier(self.env[model]._table),
            timeliness=self._get_timeliness_columns(model, "task"), days_taken=self._get_days(SQL("task.date_start"), SQL("task.date_done")),
        )
