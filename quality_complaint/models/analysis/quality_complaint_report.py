from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.choices import get_choices
from ...tools.condition import get_condition
from ..complaint.quality_complaint import CHANNELS, FELL_AWAY_STATES, STATES

# the columns of the table in Excel, in their order: (field, its width in characters)
STATUS_COLUMNS = [
    ("partner_id", 28), ("complaint_id", 40), ("date_received", 16), ("type_id", 20), ("state", 14), ("handling", 12), ("steps_done", 34),
    ("steps_running", 34), ("date_deadline", 16), ("capa_count", 10), ("capa_done_count", 10), ("team_id", 20), ("handler_id", 20),
    ("result", 20), ("date_closed", 16),
]

STATUS_ORDER = "company_id, partner_id, date_received, id"


class QualityComplaintReport(models.Model):
    """Complaints by what they are about, how fast they are handled, and what is done or still running. A row for each complaint."""

    _name = "quality.complaint.report"
    _description = "Analysis of Complaints"
    _inherit = ["quality.report.mixin"]
    _auto = False
    _order = "date_received desc, id desc"
    _rec_name = "complaint_id"
    _depends = {
        "quality.complaint": [
            "company_id", "commercial_partner_id", "type_id", "team_id", "handler_id", "user_id", "channel", "urgency", "severity",
            "validity", "responsibility", "main_cause_id", "state", "round", "date_received", "date_closed", "date_deadline", "date_paused",
            "is_history",
        ],
        "quality.complaint.line": ["complaint_id", "product_id"],
        "quality.complaint.cause": ["complaint_id", "team_id", "is_root", "kind", "sequence"],
        "quality.complaint.follow.up": ["complaint_id", "satisfied", "round", "date", "date_answered"],
        "quality.complaint.reply": ["complaint_id", "revision", "sent_on"],
        "quality.milestone": ["complaint_id", "active", "step", "round", "date_deadline", "date_done", "date_paused"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
        "res.partner": ["country_id"],
    }
    _printed_columns = [
        ("complaint_id", 20), ("date_received", 8), ("state", 8), ("steps_done", 14), ("steps_running", 14), ("date_deadline", 8),
        ("handling", 7), ("team_id", 9), ("handler_id", 12),
    ]
    _printed_order = STATUS_ORDER
    _printed_group = "partner_id"
    _printed_day = "date_received"
    _printed_report = "quality_complaint.action_report_handling_status"

    complaint_id = fields.Many2one("quality.complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    # what it is about
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, help="The company, whichever of its addresses complained.")
    country_id = fields.Many2one("res.country", readonly=True)
    type_id = fields.Many2one("quality.complaint.type", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    urgency = fields.Selection(selection=get_choices("quality.complaint", "urgency"), readonly=True)
    severity = fields.Selection(selection=get_choices("quality.complaint", "severity"), readonly=True)
    validity = fields.Selection(selection=get_choices("quality.complaint", "validity"), readonly=True)
    responsibility = fields.Selection(selection=get_choices("quality.complaint", "responsibility"), string="Caused By", readonly=True)
    main_cause_id = fields.Many2one("quality.cause", readonly=True)
    cause_team_id = fields.Many2one(
        "quality.team", "Department of the Cause", readonly=True, help="Named with the root cause, else with the first cause that has one.",
    )
    product_id = fields.Many2one("product.product", readonly=True, help="Empty where the complaint is about several products.")
    product_categ_id = fields.Many2one(
        "product.category", "Product Category", readonly=True, help="Empty where the complaint is about products of several categories.",
    )

    # whose it is
    team_id = fields.Many2one("quality.team", "Responsible Team", readonly=True)
    handler_id = fields.Many2one("res.users", readonly=True)
    user_id = fields.Many2one("res.users", "Sales Representative", readonly=True)

    # how far it is
    state = fields.Selection(STATES, readonly=True)
    handling = fields.Selection(
        [("done", "Done"), ("running", "Running"), ("paused", "Paused"), ("late", "Late")], readonly=True,
        help="Done: closed, not upheld or cancelled. Late: a step of it is late at this moment.",
    )
    date_received = fields.Datetime("Received On", readonly=True)
    date_closed = fields.Datetime("Closed On", readonly=True)
    date_deadline = fields.Datetime("Next Deadline", readonly=True)
    steps_done = fields.Char(compute="_compute_steps", help="Of the current round.")
    steps_running = fields.Char("Steps Still Running", compute="_compute_steps", help="Of the current round.")
    capa_count = fields.Integer("Actions", related="complaint_id.capa_count")
    capa_done_count = fields.Integer("Actions Done", related="complaint_id.capa_done_count")
    result = fields.Char(related="complaint_id.result")
    satisfied = fields.Selection(
        selection=get_choices("quality.complaint.follow.up", "satisfied"),
        string="Customer's Verdict", readonly=True, help="The customer's last answer, in whatever round.",
    )

    # figures
    open_count = fields.Integer("Open", readonly=True)
    late_count = fields.Integer("Late", readonly=True, help="Complaints of which a step is late at this moment.")
    reopened_count = fields.Integer("Reopened", readonly=True, help="Taken up again although the customer had been satisfied.")
    round = fields.Integer("Rounds", readonly=True, aggregator="avg")
    satisfied_rate = fields.Float(
        "Satisfied (%)", digits=(16, 1), readonly=True, aggregator="avg",
        help="By the last answer to each complaint; what is not answered, cancelled or not upheld does not count.",
    )
    days_to_review = fields.Float(
        "Days to Review", digits=(16, 1), readonly=True, aggregator="avg", help="Calendar days from the receipt to the first verdict, without "
            "imported history.",
    )
    days_to_answer = fields.Float(
        "Days to Answer", digits=(16, 1), readonly=True, aggregator="avg", help="Calendar days from the receipt to the first reply, without "
            "imported history.",
    )
    days_to_close = fields.Float(
        "Days to Close", digits=(16, 1), readonly=True, aggregator="avg",
        help="Calendar days from the receipt, of what is closed or not upheld, without imported history.",
    )
    days_open = fields.Float(
        digits=(16, 1), readonly=True, aggregator="avg", help="Calendar days since the receipt, of what is open.",
    )

    @api.model
    def _get_about_fields(self):
        return ["complaint_id"]

    @property
    def _table_query(self):
        now = SQL("%s::timestamp", fields.Datetime.now())
        # what was done before it was brought over was not done here
        handled_since = SQL("CASE WHEN complaint.is_history IS NOT TRUE THEN complaint.date_received END")
        Complaint = self.env["quality.complaint"]
        is_open = get_condition(Complaint, [("is_open", "=", True)], "complaint")
        # in this order: what is finished is not looked up
        is_late = SQL("(%s AND %s)", is_open, get_condition(Complaint, [("is_late", "=", True)], "complaint"))
        return SQL(
            """
            SELECT complaints.*,
                   CASE WHEN state NOT IN %(fell_away)s THEN CASE satisfied WHEN 'yes' THEN 100.0 WHEN 'no' THEN 0.0 END END
                       AS satisfied_rate
              FROM (
                SELECT complaint.id, complaint.id AS complaint_id, complaint.company_id, complaint.commercial_partner_id AS partner_id,
                       customer.country_id, complaint.type_id, complaint.channel, complaint.urgency, complaint.severity, complaint.validity,
                       complaint.responsibility, complaint.main_cause_id, complaint.team_id, complaint.handler_id, complaint.user_id,
                       complaint.state, complaint.round, complaint.date_received, complaint.date_closed, complaint.date_deadline,
                       (
                       SELECT cause.team_id FROM quality_complaint_cause cause
                        WHERE cause.complaint_id = complaint.id AND cause.team_id IS NOT NULL
                        ORDER BY COALESCE(cause.is_root, FALSE) DESC, cause.kind DESC, cause.sequence, cause.id LIMIT 1
                       ) AS cause_team_id,
                       (
                       SELECT CASE WHEN MIN(line.product_id) = MAX(line.product_id) THEN MIN(line.product_id) END
                         FROM quality_complaint_line line WHERE line.complaint_id = complaint.id
                       ) AS product_id,
                       (
                       SELECT CASE WHEN MIN(COALESCE(template.categ_id, 0)) = MAX(COALESCE(template.categ_id, 0)) THEN MIN(template.categ_id) END
                         FROM quality_complaint_line line
                         JOIN product_product product ON product.id = line.product_id
                         JOIN product_template template ON template.id = product.product_tmpl_id
                        WHERE line.complaint_id = complaint.id
                       ) AS product_categ_id,
                       CASE
                           WHEN NOT (%(is_open)s) THEN 'done' WHEN %(is_late)s THEN 'late'
                           WHEN complaint.date_paused IS NOT NULL THEN 'paused' ELSE 'running'
                       END AS handling,
                       (%(is_open)s)::int AS open_count, (%(is_late)s)::int AS late_count,
                       EXISTS (
                       SELECT FROM quality_complaint_follow_up answer
                        WHERE answer.complaint_id = complaint.id AND answer.satisfied = 'yes' AND answer.round < complaint.round
                       )::int AS reopened_count,
                       (
                       SELECT answer.satisfied FROM quality_complaint_follow_up answer
                        WHERE answer.complaint_id = complaint.id AND answer.satisfied IS NOT NULL
                        ORDER BY COALESCE(answer.date_answered, answer.date) DESC, answer.id DESC LIMIT 1
                       ) AS satisfied,
                       %(days_to_review)s AS days_to_review, %(days_to_answer)s AS days_to_answer, %(days_to_close)s AS days_to_close,
                       CASE WHEN %(is_open)s THEN %(days_open)s END AS days_open
                  FROM quality_complaint complaint
             LEFT JOIN res_partner customer ON customer.id = complaint.commercial_partner_id
             LEFT JOIN quality_complaint_reply reply ON reply.complaint_id = complaint.id AND reply.revision = 1
              ) complaints
            """,
            is_open=is_open, is_late=is_late, fell_away=FELL_AWAY_STATES,
            days_to_review=self._get_days(handled_since, SQL("""(
                SELECT MIN(step.date_done) FROM quality_milestone step
                 WHERE step.complaint_id = complaint.id AND step.step = 'review' AND step.active
            )""")),
            days_to_answer=self._get_days(handled_since, SQL("reply.sent_on")),
            days_to_close=self._get_days(
                handled_since, SQL("CASE WHEN complaint.state IN ('closed', 'rejected') THEN complaint.date_closed END"),
            ),
            days_open=self._get_days(SQL("complaint.date_received"), now),
        )

    @api.depends("complaint_id.milestone_ids.date_done", "complaint_id.milestone_ids.active", "complaint_id.round")
    @api.depends_context("lang")
    def _compute_steps(self):
        labels = dict(self.env["quality.milestone"]._fields["step"]._description_selection(self.env))
        for row in self:
            steps = row.complaint_id.milestone_ids.filtered(lambda step: step.round == row.complaint_id.round)
            done = steps.filtered("date_done")
            row.steps_done = ", ".join(labels[name] for name in dict.fromkeys(done.mapped("step")))
            row.steps_running = ", ".join(labels[step.step] for step in steps - done)

    # ------------------------------------------------------------ handling status by customer
    @api.model
    def _get_printed_title(self):
        return self.env._("Handling Status by Customer")

    def _get_printed_summary(self):
        running = self.filtered("open_count")
        return self.env._(
            "%(count)s complaints, %(done)s done, %(running)s still running, %(late)s of them late",
            count=len(self), done=len(self - running), running=len(running), late=sum(running.mapped("late_count")),
        )

    @api.model
    def _get_status_columns(self):
        """(field, label, width in Excel) of each column."""
        return self._get_table_columns(STATUS_COLUMNS)

    def action_export_status(self):
        return self._action_download_table("/quality_complaint/analysis/handling-status.xlsx")
