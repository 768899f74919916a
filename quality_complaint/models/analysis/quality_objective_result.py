from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.month import format_month
from .quality_objective import MEASURES
from .quality_objective_cases import CASE_DEPENDS, CASE_MODELS


class QualityObjectiveResult(models.Model):
    """What was reached of an objective: a row for each month and team in which something counted. Nothing counted, no row."""

    _name = "quality.objective.result"
    _description = "Actual of a Quality Objective"
    _inherit = ["quality.rate.mixin"]
    _auto = False
    _order = "month desc, objective_id, team_id, id"
    _rec_name = "objective_id"
    _rates = {"percent": (100, "numerator", "denominator")}
    _depends = {"quality.objective": ["measure", "company_id", "team_id", "target", "active"], **CASE_DEPENDS}

    objective_id = fields.Many2one("quality.objective", "Quality Objective", readonly=True)
    measure = fields.Selection(MEASURES, "Objective", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("quality.team", "Responsible Team", readonly=True)
    month = fields.Date(readonly=True, help="Its first day. Months are those of the company's working hours.")
    denominator = fields.Integer("Counted", readonly=True)
    numerator = fields.Integer("Reached", readonly=True)
    percent = fields.Float("Actual (%)", digits=(5, 1), readonly=True, aggregator="avg", help="Of several months or teams: all "
        "that was reached, of all that counted.")
    target = fields.Float("Target (%)", digits=(5, 1), readonly=True, aggregator="avg")
    is_met = fields.Boolean("Target Met", readonly=True)
    change = fields.Float(
        "Change (points)", digits=(5, 1), readonly=True, aggregator=None, help="In percentage points, against the last month "
            "before in which something counted; empty in the first one.",
    )
    has_change = fields.Boolean("Compared", readonly=True, help="Something counted in a month before.")

    @property
    def _table_query(self):
        # a case is in one row of an objective only, so its first one names the row; its company is named in the window for PostgreSQL to count
        # those of that company only, where one is asked for
        return SQL(
            """
            SELECT months.*, numerator * 100 >= target * denominator AS is_met, percent - LAG(percent) OVER earlier AS change,
                   LAG(percent) OVER earlier IS NOT NULL AS has_change
              FROM (
                SELECT counted.id * 100000 + objective.id AS id, objective.id AS objective_id, objective.measure,
                       objective.company_id, counted.team_id, counted.month, objective.target,
                       counted.denominator, counted.numerator, counted.numerator * 100.0 / counted.denominator AS percent
                  FROM quality_objective objective
                  JOIN (%(counted)s) counted ON counted.measure = objective.measure AND counted.company_id = objective.company_id
                 WHERE objective.active AND (objective.team_id IS NULL OR objective.team_id = counted.team_id)
              ) months
            WINDOW earlier AS (PARTITION BY objective_id, company_id, team_id ORDER BY month)
            """,
            counted=self._get_counted_sql(),
        )

    @api.model
    def _get_counted_sql(self):
        """How many cases there are of each measure, company, team and month. Each measure is counted by itself: together they would be
        sorted. The team is no longer the column, else PostgreSQL reads a million steps team by team through its index, to have them in order.
        """
        return SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT measure, company_id, team_id + 0 AS team_id, month, MIN(res_id)::bigint AS id, COUNT(*) AS denominator,
                       COUNT(*) FILTER (WHERE is_reached) AS numerator
                  FROM (%s) cases
              GROUP BY measure, company_id, team_id + 0, month
                """,
                part,
            ) for part in self.env["quality.objective"]._get_cases_parts()
        )

    @api.depends("objective_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for result in self:
            result.display_name = f"{result.objective_id.display_name} · {format_month(self.env, result.month)}"

    # ------------------------------------------------------------ what was counted
    def _get_case_ids(self, is_reached=None):
        """Ids of the records of this row: all, or those that are reached or not."""
        self.ensure_one()
        self.env.flush_all()
        condition = SQL("TRUE") if is_reached is None else SQL("is_reached = %s", is_reached)
        return [res_id for (res_id,) in self.env.execute_query(SQL(
            """
            SELECT res_id FROM (%(cases)s) cases
             WHERE measure = %(measure)s AND company_id = %(company)s AND month = %(month)s
               AND team_id IS NOT DISTINCT FROM %(team)s AND %(condition)s
          ORDER BY res_id
            """,
            cases=self.env["quality.objective"]._get_cases_sql(), measure=self.measure, company=self.company_id.id, month=self.month,
            team=self.team_id.id or None, condition=condition,
        ))]

    def _action_view_cases(self, is_reached=None):
        action = {
            "quality.milestone": "quality_complaint.action_quality_milestone_counted",
            "quality.complaint": "quality_complaint.action_quality_complaint",
        }[CASE_MODELS[self.measure]]
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(action),
            "name": self.display_name,
            "domain": [("id", "in", self._get_case_ids(is_reached))],
            "context": {},
        }

    def action_view_counted(self):
        return self._action_view_cases()

    def action_view_reached(self):
        return self._action_view_cases(True)

    def action_view_missed(self):
        return self._action_view_cases(False)
