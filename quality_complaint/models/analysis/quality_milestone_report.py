from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.choices import get_choices
from ...tools.condition import get_condition
from ..complaint.quality_deadline_policy_line import OWNER_ROLES, STEPS


class QualityMilestoneReport(models.Model):
    """The timeliness of handling: a row for each step that a complaint needed or needs and that was handled here."""

    _name = "quality.milestone.report"
    _description = "Analysis of Timeliness"
    _inherit = ["quality.timeliness.mixin"]
    _auto = False
    _order = "date_deadline desc, id desc"
    _rec_name = "complaint_id"
    _depends = {
        "quality.milestone": [
            "complaint_id", "company_id", "active", "round", "step", "owner_role", "user_id", "policy_id", "date_start", "date_deadline",
            "date_done", "date_paused",
        ],
        "quality.complaint": ["commercial_partner_id", "type_id", "team_id", "urgency", "severity", "state", "is_history"],
        "quality.deadline.pause": ["complaint_id", "date_from", "date_to"],
    }

    complaint_id = fields.Many2one("quality.complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    type_id = fields.Many2one("quality.complaint.type", readonly=True)
    team_id = fields.Many2one("quality.team", "Responsible Team", readonly=True)
    urgency = fields.Selection(selection=get_choices("quality.complaint", "urgency"), readonly=True)
    severity = fields.Selection(selection=get_choices("quality.complaint", "severity"), readonly=True)
    step = fields.Selection(STEPS, readonly=True)
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
        Milestone = self.env["quality.milestone"]
        return SQL(
            """
            SELECT step.id, step.complaint_id, step.company_id, step.round, step.step, step.owner_role, step.user_id, step.policy_id,
                   step.date_start, step.date_deadline, step.date_done, complaint.commercial_partner_id AS partner_id, complaint.type_id,
                   complaint.team_id, complaint.urgency, complaint.severity,
                   %(days_taken)s AS days_taken, %(timeliness)s
              FROM quality_milestone step
         LEFT JOIN quality_complaint complaint ON complaint.id = step.complaint_id
             WHERE step.active AND (%(measured)s)
            """,
            measured=get_condition(Milestone, Milestone._measured_domain(), "step"),
            timeliness=self._get_timeliness_columns("quality.milestone", "step"),
            days_taken=self._get_days(SQL("step.date_start"), SQL("step.date_done")),
        )
