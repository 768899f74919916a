from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.condition import get_condition
from ...tools.month import format_month
from .quality_objective_cases import CASE_DEPENDS

# the columns of the Excel file, in their order: (field, its width in characters)
COLUMNS = [
    ("month", 12), ("company_id", 24), ("team_id", 24), ("user_id", 24), ("task_count", 12), ("in_time_count", 10), ("done_late_count", 10),
    ("open_late_count", 10), ("forgotten_count", 10), ("in_time_rate", 12), ("answer_count", 12), ("satisfied_count", 10),
    ("satisfied_rate", 12), ("rounds", 10),
]

ORDER = "month, company_id, team_id, user_id, id"

# what somebody is or was responsible for; what has fallen away has none
COUNTED = Domain("deadline_state", "!=", False)


class QualityAppraisal(models.Model):
    """Who was responsible for how much, and did it in time, late or not at all: a row for each person, team and month.

    Tasks are steps of complaints, actions, parts that teams are asked for and forwarded inquiries, in the month of their deadline; answers
    are those of the customers whose complaints the person handled when they answered, in the month of the last one.
    """

    _name = "quality.appraisal"
    _description = "Appraisal"
    _inherit = ["quality.rate.mixin", "quality.table.mixin"]
    _auto = False
    _order = "month desc, user_id, team_id, id"
    _rec_name = "user_id"
    _rates = {
        "in_time_rate": (100, "in_time_count", "due_count"), "satisfied_rate": (100, "satisfied_count", "answer_count"),
        "rounds": (1, "round_count", "answer_count"),
    }
    _depends = {
        **CASE_DEPENDS,
        "quality.milestone": [*CASE_DEPENDS["quality.milestone"], "user_id"],
        "quality.capa": [*CASE_DEPENDS["quality.capa"], "user_id", "team_id", "company_id", "date_deadline", "date_paused"],
        "quality.complaint.follow.up": [*CASE_DEPENDS["quality.complaint.follow.up"], "handler_id", "round"],
        "quality.complaint.assignment": [
            "complaint_id", "user_id", "team_id", "company_id", "active", "date_deadline", "date_done", "date_paused",
        ],
        "quality.inquiry": ["responder_id", "team_id", "company_id", "state", "date_deadline", "date_done", "date_paused"],
        "res.company": ["resource_calendar_id", "appraisal_forgotten_days"],
    }

    user_id = fields.Many2one("res.users", "Person", readonly=True, help="Empty: nobody was responsible.")
    team_id = fields.Many2one("quality.team", readonly=True, help="The team that it was done for.")
    company_id = fields.Many2one("res.company", readonly=True)
    month = fields.Date(readonly=True, help="Its first day: the month in which the tasks are due, and in which the customers answered.")
    task_count = fields.Integer("Responsible For", readonly=True, help="Steps and parts of complaints, actions and inquiries that are "
        "due in the month, also those that are not due yet.")
    in_time_count = fields.Integer("In Time", readonly=True, help="Done at the deadline or before, or while the clock stood.")
    done_late_count = fields.Integer("Done Late", readonly=True)
    open_late_count = fields.Integer("Open and Late", readonly=True)
    due_count = fields.Integer("Done or Late", readonly=True, help="What the share of what was in time is of.")
    forgotten_count = fields.Integer(
        "Forgotten", readonly=True, help="Late, and not done within the days after its deadline that stand in the settings "
            "(Forgotten After); it stays so when it is done later.",
    )
    in_time_rate = fields.Float("In Time (%)", digits=(5, 1), readonly=True, aggregator="avg", help="Of all that is done or late.")
    answer_count = fields.Integer("Customers Who Answered", readonly=True, help="Of the complaints that the person handled "
        "when the customers said whether they are satisfied.")
    satisfied_count = fields.Integer("Satisfied", readonly=True, help="By the last answer.")
    satisfied_rate = fields.Float("Satisfied (%)", digits=(5, 1), readonly=True, aggregator="avg", help="Of the customers who answered.")
    round_count = fields.Integer("Rounds in All", readonly=True)
    rounds = fields.Float(digits=(5, 1), readonly=True, aggregator="avg", help="Until the last answer, on average of the "
        "complaints whose customers answered.")
    definition = fields.Text("How It Is Counted", compute="_compute_definition")

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_definition(self):
        for row in self:
            row.definition = "\n".join(self._get_definition(row.company_id))

    @api.model
    def _get_definition(self, company):
        """How it is counted in that company: a list of sentences."""
        return [
            self.env._(
                "Tasks are the steps of complaints, the actions, the parts of complaints that teams are asked for and the forwarded "
                    "inquiries that a person is responsible for, in the month of their deadline and for the team that they are done for.",
            ),
            self.env._("In time: done at the deadline or before, or while the clock stood. What is not due yet, or whose clock "
                "stands, is neither in time nor late."),
            self.env._(
                "Forgotten: late and not done within %s days after the deadline, also when it was done later. The days are set "
                    "in the settings.",
                company.sudo().appraisal_forgotten_days,  # a limit that people are measured by is no secret
            ),
            self.env._("Satisfied and rounds: by the last answer of each customer, in its month, for whoever handled the "
                "complaint then."),
            self.env._("Not counted: tasks that fell away before they were done, tasks of imported history, answers on complaints "
                "that are cancelled, merged into another or not upheld."),
        ]

    # ------------------------------------------------------------ the table
    @property
    def _table_query(self):
        Milestone = self.env["quality.milestone"]
        # a task or answer is in one row only, so the first one names the row
        return SQL(
            """
            SELECT sums.*, in_time_count * 100.0 / NULLIF(due_count, 0) AS in_time_rate,
                   satisfied_count * 100.0 / NULLIF(answer_count, 0) AS satisfied_rate,
                   round_count * 1.0 / NULLIF(answer_count, 0) AS rounds
              FROM (
                SELECT MIN(id) AS id, user_id, team_id, company_id, month, COUNT(is_in_time) AS task_count,
                       COUNT(*) FILTER (WHERE is_in_time) AS in_time_count,
                       COUNT(*) FILTER (WHERE is_late AND is_done) AS done_late_count,
                       COUNT(*) FILTER (WHERE is_late AND NOT is_done) AS open_late_count,
                       COUNT(*) FILTER (WHERE is_in_time OR is_late) AS due_count,
                       COUNT(*) FILTER (WHERE is_late AND is_forgotten) AS forgotten_count,
                       COUNT(is_satisfied) AS answer_count, COUNT(*) FILTER (WHERE is_satisfied) AS satisfied_count,
                       COALESCE(SUM(round), 0) AS round_count
                  FROM (
                    %(steps)s UNION ALL %(capas)s UNION ALL %(parts)s UNION ALL %(inquiries)s UNION ALL
                    SELECT complaint_id::bigint * 5 + 2, handler_id, team_id, company_id, month, NULL, NULL, NULL, NULL, is_satisfied, round
                      FROM (%(answers)s) answers
                  ) entries
              GROUP BY user_id, team_id, company_id, month
              ) sums
            """,
            steps=self._get_tasks_sql(
                "quality.milestone", 0, SQL("task.team_id"),
                SQL("task.active AND (%s)", get_condition(Milestone, Milestone._measured_domain(), "task")),
            ),
            capas=self._get_tasks_sql("quality.capa", 1, SQL("COALESCE(task.team_id, complaint.team_id)"), SQL("TRUE")),
            parts=self._get_tasks_sql("quality.complaint.assignment", 3, SQL("task.team_id"), SQL("task.active")),
            inquiries=self._get_tasks_sql("quality.inquiry", 4, SQL("task.team_id"), SQL("TRUE"), "responder_id"),
            answers=self.env["quality.objective"]._get_last_answers_sql(),
        )

    @api.model
    def _get_tasks_sql(self, model, number, team, condition, owner="user_id"):
        """The tasks of a model with deadlines and ``complaint_id``, under the alias ``task``."""
        Task = self.env[model]
        return SQL(
            """
            SELECT task.id::bigint * 5 + %(number)s AS id, %(owner)s AS user_id, %(team)s AS team_id, task.company_id, %(month)s AS month,
                   (%(met)s) AS is_in_time, (%(missed)s) AS is_late, task.date_done IS NOT NULL AS is_done,
                   COALESCE(task.date_done, %(now)s) > task.date_deadline + company.appraisal_forgotten_days * INTERVAL '1 day'
                       AS is_forgotten,
                   NULL::boolean AS is_satisfied, NULL::integer AS round
              FROM %(table)s task
         LEFT JOIN quality_complaint complaint ON complaint.id = task.complaint_id
              JOIN res_company company ON company.id = task.company_id
         LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
             WHERE task.date_deadline IS NOT NULL AND (%(counted)s) AND %(condition)s AND %(since)s
            """,
            table=SQL.identifier(Task._table), owner=SQL.identifier("task", owner), number=number, team=team, condition=condition,
            now=fields.Datetime.now(),
            month=self.env["res.company"]._get_month_sql(SQL("task.date_deadline")),
            since=self._get_since_sql(SQL("task.date_deadline")),
            met=get_condition(Task, [("deadline_state", "in", ["met"])], "task"),
            missed=get_condition(Task, [("deadline_state", "in", ["missed"])], "task"),
            counted=get_condition(Task, COUNTED, "task"),
        )

    @api.depends("user_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            who = row.user_id.sudo().name or self.env._("Nobody")
            row.display_name = f"{who} · {format_month(self.env, row.month)}"

    # ------------------------------------------------------------ what was counted
    def _get_tasks_domain(self, owner="user_id"):
        """Of the tasks of this row; `_get_tasks_sql` says the same in SQL."""
        self.ensure_one()
        begin, end = self.company_id._get_month_bounds(self.month)
        return (
            Domain(owner, "=", self.user_id.id) & Domain("company_id", "=", self.company_id.id)
            & Domain("date_deadline", ">=", begin) & Domain("date_deadline", "<", end) & COUNTED
        )

    def action_view_steps(self):
        team = self.team_id.id
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_milestone_counted"),
            "name": self.display_name,
            "domain": list(
                self._get_tasks_domain() & Domain("active", "=", True) & Domain("team_id", "=", team)
                & self.env["quality.milestone"]._measured_domain(),
            ),
        }

    def action_view_capas(self):
        team = self.team_id.id
        of_team = Domain("team_id", "=", team)
        if team:
            of_team |= Domain("team_id", "=", False) & Domain("complaint_id.team_id", "=", team)
        else:
            of_team &= Domain("complaint_id.team_id", "=", False)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_capa"),
            "name": self.display_name,
            "domain": list(self._get_tasks_domain() & of_team),
            "context": {},
        }

    def action_view_parts(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_my_assignments"),
            "name": self.display_name,
            "domain": list(self._get_tasks_domain() & Domain("active", "=", True) & Domain("team_id", "=", self.team_id.id)),
            "context": {},
        }

    def action_view_inquiries(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_inquiry"),
            "name": self.display_name,
            "domain": list(self._get_tasks_domain("responder_id") & Domain("team_id", "=", self.team_id.id)),
            "context": {"create": False},
        }

    def action_view_answered(self):
        """The complaints whose last answers are counted."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint"),
            "name": self.display_name,
            "domain": [("id", "in", self._get_answered_ids())],
            "context": {},
        }

    def _get_answered_ids(self):
        self.ensure_one()
        self.env.flush_all()
        return [complaint_id for (complaint_id,) in self.env.execute_query(SQL(
            """
            SELECT complaint_id FROM (%(answers)s) answers
             WHERE company_id = %(company)s AND month = %(month)s
               AND handler_id IS NOT DISTINCT FROM %(user)s AND team_id IS NOT DISTINCT FROM %(team)s
          ORDER BY complaint_id
            """,
            answers=self.env["quality.objective"]._get_last_answers_sql(), company=self.company_id.id, month=self.month,
            user=self.user_id.id or None, team=self.team_id.id or None,
        ))]

    # ------------------------------------------------------------ Excel
    @api.model
    def _get_report_columns(self):
        """(field, label, width in Excel) of each column."""
        return self._get_table_columns(COLUMNS)

    def action_export_appraisal(self):
        return self._action_download_table("/quality_complaint/analysis/appraisal.xlsx")
