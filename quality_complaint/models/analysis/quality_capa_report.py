from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.choices import get_choices
from ..capa.quality_capa import CAPA_TYPES, CARRIED_OUT_STATES, UNFINISHED_STATES
from ..capa.quality_capa_verdict import VERDICTS

# the columns of the tables in Excel, in their order: (field, its width in characters)
MEASURE_COLUMNS = [
    ("team_id", 22), ("name", 50), ("complaint_id", 40), ("partner_id", 28), ("user_id", 20), ("date_deadline", 16), ("state", 16),
    ("date_done", 16), ("timeliness", 12), ("verdict", 16), ("date_verified", 16), ("date_told", 16),
]
TASK_COLUMNS = [
    ("complaint_id", 40), ("name", 50), ("capa_type", 18), ("team_id", 22), ("user_id", 20), ("date_start", 16), ("date_deadline", 16),
    ("state", 18), ("progress", 10), ("timeliness", 12), ("delay_hours", 10), ("pause_count", 9), ("date_done", 16), ("verdict", 16),
]

MEASURE_ORDER = "company_id, team_id, date_deadline, id"
TASK_ORDER = "company_id, complaint_id, date_deadline, id"


class QualityCapaReport(models.Model):
    """A row for each action: whose it is, in time or late, how far, whether it worked and whether the customer knows."""

    _name = "quality.capa.report"
    _description = "Analysis of Actions"
    _inherit = ["quality.timeliness.mixin"]
    _auto = False
    _order = "date_deadline desc, id desc"
    _rec_name = "name"
    _depends = {
        "quality.capa": [
            "name", "company_id", "capa_type", "state", "user_id", "team_id", "complaint_id", "verification_required", "is_objected",
            "date_start", "date_deadline", "date_done", "date_paused",
        ],
        "quality.complaint": ["commercial_partner_id", "type_id", "team_id"],
        "quality.capa.verdict": ["capa_id", "verdict", "date"],
        "quality.complaint.reply": ["complaint_id", "sent_on"],
        "quality.deadline.pause": ["complaint_id", "date_from", "date_to"],
    }
    _printed_columns = [
        ("name", 22), ("complaint_id", 18), ("partner_id", 12), ("user_id", 10), ("state", 8), ("date_done", 7), ("verdict", 9),
        ("date_verified", 7), ("date_told", 7),
    ]
    _printed_order = MEASURE_ORDER
    _printed_group = "team_id"
    _printed_day = "date_deadline"
    _printed_report = "quality_complaint.action_report_preventive_measures"

    capa_id = fields.Many2one("quality.capa", "Action", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    name = fields.Char("Measure", readonly=True)
    capa_type = fields.Selection(CAPA_TYPES, "Kind", readonly=True)
    team_id = fields.Many2one("quality.team", "Department", readonly=True, help="The team of the action, else that of its complaint.")
    complaint_id = fields.Many2one("quality.complaint", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    type_id = fields.Many2one("quality.complaint.type", "Complaint Type", readonly=True)
    state = fields.Selection(
        selection=get_choices("quality.capa", "state"), readonly=True,
    )
    is_objected = fields.Boolean("Objected", readonly=True, help="It waits to be revised.")
    progress = fields.Float(
        "Progress (%)", digits=(16, 0), readonly=True, aggregator="avg",
        help="Planned 0, awaiting agreement 25, in progress 50, to verify 75, done 100. What is cancelled does not count.",
    )
    carried_out_rate = fields.Float(
        "Carried Out (%)", digits=(16, 1), readonly=True, aggregator="avg", help="Done or to verify, of all that are not cancelled.",
    )
    age_days = fields.Float(
        "Days Open", digits=(16, 1), readonly=True, aggregator="avg", help="Calendar days since the start, of what is not carried out.",
    )
    verdict = fields.Selection(VERDICTS, readonly=True, help="The last one.")
    date_verified = fields.Datetime("Verified On", readonly=True, help="When the last verdict was given.")
    verified_count = fields.Integer("Verified", readonly=True, help="Done, and judged by the quality department before.")
    date_told = fields.Datetime(
        "Sent to Customer On", readonly=True, help="When the first reply was sent after the measure had been planned.",
    )
    told_count = fields.Integer("Sent to Customer", readonly=True)

    @api.model
    def _get_about_fields(self):
        return ["capa_id"]

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT actions.*, (actions.date_told IS NOT NULL)::int AS told_count
              FROM (
                SELECT capa.id, capa.id AS capa_id, capa.company_id, capa.name, capa.capa_type, capa.state, capa.user_id, capa.complaint_id,
                       capa.is_objected, capa.date_start, capa.date_deadline, capa.date_done,
                       COALESCE(capa.team_id, complaint.team_id) AS team_id, complaint.commercial_partner_id AS partner_id, complaint.type_id,
                       CASE capa.state
                           WHEN 'draft' THEN 0 WHEN 'proposed' THEN 25 WHEN 'open' THEN 50 WHEN 'verify' THEN 75 WHEN 'done' THEN 100
                       END::float AS progress,
                       CASE WHEN capa.state IN %(carried_out)s THEN 100.0 WHEN capa.state != 'cancel' THEN 0.0 END AS carried_out_rate,
                       CASE WHEN capa.state IN %(unfinished)s THEN %(age_days)s END AS age_days,
                       (
                       SELECT judged.verdict FROM quality_capa_verdict judged WHERE judged.capa_id = capa.id
                        ORDER BY judged.date DESC, judged.id DESC LIMIT 1
                       ) AS verdict,
                       (SELECT MAX(judged.date) FROM quality_capa_verdict judged WHERE judged.capa_id = capa.id) AS date_verified,
                       (capa.state = 'done' AND capa.verification_required)::int AS verified_count,
                       CASE WHEN capa.state != 'cancel' THEN (
                       SELECT MIN(reply.sent_on) FROM quality_complaint_reply reply
                        WHERE reply.complaint_id = capa.complaint_id AND reply.sent_on >= LEAST(capa.create_date, capa.date_start)
                       ) END AS date_told,
                       %(timeliness)s
                  FROM quality_capa capa
             LEFT JOIN quality_complaint complaint ON complaint.id = capa.complaint_id
              ) actions
            """,
            carried_out=CARRIED_OUT_STATES, unfinished=UNFINISHED_STATES,
            age_days=self._get_days(SQL("capa.date_start"), SQL("%s::timestamp", fields.Datetime.now())),
            timeliness=self._get_timeliness_columns("quality.capa", "capa"),
        )

    # ------------------------------------------------------------ preventive measures
    @api.model
    def _get_printed_title(self):
        return self.env._("Preventive Measures")

    def _get_printed_summary(self):
        return self.env._(
            "%(count)s measures, %(done)s carried out, %(verified)s verified, %(told)s sent to customers",
            count=len(self), done=len(self.filtered(lambda row: row.state in CARRIED_OUT_STATES)),
            verified=sum(self.mapped("verified_count")), told=sum(self.mapped("told_count")),
        )

    @api.model
    def _get_measure_columns(self):
        """(field, label, width in Excel) of each column."""
        return self._get_table_columns(MEASURE_COLUMNS)

    def action_export_measures(self):
        return self._action_download_table("/quality_complaint/analysis/preventive-measures.xlsx")

    # ------------------------------------------------------------ task progress
    @api.model
    def _get_task_columns(self):
        """(field, label, width in Excel) of each column."""
        return self._get_table_columns(TASK_COLUMNS)

    def action_export_tasks(self):
        return self._action_download_table("/quality_complaint/analysis/task-progress.xlsx")
