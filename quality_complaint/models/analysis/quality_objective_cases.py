from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.condition import get_condition
from ..capa.quality_capa_verification import VERIFIED_TYPES
from ..complaint.quality_complaint import FELL_AWAY_STATES

# what the cases are read from
CASE_DEPENDS = {
    "quality.complaint": ["company_id", "team_id", "state", "date_closed", "severity", "type_id"],
    "quality.complaint.type": ["minor_skips_investigation"],
    "quality.complaint.follow.up": ["complaint_id", "satisfied", "date", "date_answered", "team_id"],
    "quality.milestone": [
        "complaint_id", "company_id", "team_id", "round", "step", "active", "date_deadline", "date_done", "date_paused", "is_history",
    ],
    "quality.capa": ["complaint_id", "capa_type", "state", "verification_required", "date_done"],
    "quality.capa.verdict": ["capa_id", "date", "verdict", "date_done"],
    "res.company": ["resource_calendar_id"],
    "resource.calendar": ["tz"],
}

# measure: the model of its cases
CASE_MODELS = {
    "handled": "quality.milestone", "analysed": "quality.milestone", "satisfied": "quality.complaint", "solved": "quality.complaint",
}


class QualityObjective(models.Model):
    """What counts, case by case; `_get_definition` says the same in words."""

    _inherit = "quality.objective"

    @api.model
    def _get_cases_sql(self):
        """A query of all cases of all companies: measure, res_id, company_id, team_id, month, is_reached."""
        return SQL(" UNION ALL ").join(SQL("(%s)", part) for part in self._get_cases_parts())

    @api.model
    def _get_cases_parts(self):
        """Of each measure the query of its cases."""
        not_skipped = SQL("NOT (type.minor_skips_investigation IS TRUE AND complaint.severity = 'minor')")
        return [
            self._get_handled_cases_sql(),
            self._get_step_cases_sql("analysed", "analyse", not_skipped),
            self._get_answer_cases_sql(),
            self._get_solved_cases_sql(),
        ]

    @api.model
    def _get_handled_cases_sql(self):
        return self._get_step_cases_sql("handled", "reply")

    @api.model
    def _get_step_cases_sql(self, measure, step, condition=None):
        """The steps that have fallen due; where none was promised in a round, resolving the complaint."""
        Milestone = self.env["quality.milestone"]
        return SQL(
            """
            SELECT %(measure)s AS measure, milestone.id AS res_id, milestone.company_id, milestone.team_id,
                   %(month)s AS month, (%(met)s) AS is_reached
              FROM quality_milestone milestone
              JOIN quality_complaint complaint ON complaint.id = milestone.complaint_id
              JOIN quality_complaint_type type ON type.id = complaint.type_id
              JOIN res_company company ON company.id = milestone.company_id
         LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
             WHERE milestone.active AND milestone.date_deadline < %(now)s AND (%(due)s)
               AND (milestone.step = %(step)s OR milestone.step = 'resolve' AND NOT EXISTS (
                    SELECT 1 FROM quality_milestone named
                     WHERE named.complaint_id = milestone.complaint_id AND named.round = milestone.round
                       AND named.step = %(step)s AND named.active
               ))
               AND complaint.state NOT IN %(fell_away)s AND (%(measured)s) AND %(condition)s AND %(since)s
            """,
            measure=measure, step=step, now=fields.Datetime.now(), fell_away=FELL_AWAY_STATES, condition=condition or SQL("TRUE"),
            month=self.env["res.company"]._get_month_sql(SQL("milestone.date_deadline")),
            since=self.env["quality.rate.mixin"]._get_since_sql(SQL("milestone.date_deadline")),
            met=get_condition(Milestone, [("deadline_state", "in", ["met"])], "milestone"),
            due=get_condition(Milestone, [("deadline_state", "in", ["met", "missed"])], "milestone"),
            measured=get_condition(Milestone, Milestone._measured_domain(), "milestone"),
        )

    @api.model
    def _get_answer_cases_sql(self):
        return SQL(
            "SELECT 'satisfied' AS measure, complaint_id AS res_id, company_id, team_id, month, is_satisfied AS is_reached FROM "
                "(%s) answers",
            self._get_last_answers_sql(),
        )

    @api.model
    def _get_last_answers_sql(self):
        """What each customer said at last."""
        moment = SQL("COALESCE(answer.date_answered, answer.date)")
        return SQL(
            """
            SELECT complaint.id AS complaint_id, complaint.company_id, answer.handler_id,
                   answer.team_id, %(month)s AS month, answer.satisfied = 'yes' AS is_satisfied, answer.round
              FROM quality_complaint_follow_up answer
              JOIN quality_complaint complaint ON complaint.id = answer.complaint_id
              JOIN res_company company ON company.id = complaint.company_id
         LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
             WHERE %(counted)s AND %(since)s
            """,
            month=self.env["res.company"]._get_month_sql(moment), since=self.env["quality.rate.mixin"]._get_since_sql(moment),
            counted=self.env["quality.complaint.follow.up"]._get_verdict_condition(),
        )

    @api.model
    def _get_solved_cases_sql(self):
        """The last verdict on each action that is verified decides, as in `quality.capa._is_found_effective`."""
        return SQL(
            """
            SELECT 'solved' AS measure, complaint.id AS res_id, complaint.company_id, complaint.team_id, %(month)s AS month,
                   judged.is_bad IS NOT TRUE AS is_reached
              FROM quality_complaint complaint
              JOIN res_company company ON company.id = complaint.company_id
         LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
         LEFT JOIN (
                   SELECT capa.complaint_id,
                          BOOL_OR(last.verdict = 'ineffective' OR last.verdict = 'inconclusive' AND capa.state = 'done') AS is_bad,
                          BOOL_OR((last.verdict = 'effective' AND last.date_done = capa.date_done AND capa.state = 'done') IS NOT TRUE)
                              AS is_unproven
                     FROM quality_capa capa
                LEFT JOIN (
                          SELECT DISTINCT ON (capa_id) capa_id, verdict, date_done FROM quality_capa_verdict
                        ORDER BY capa_id, date DESC, id DESC
                          ) last ON last.capa_id = capa.id
                    WHERE capa.complaint_id IS NOT NULL AND capa.capa_type IN %(types)s AND capa.verification_required
                      AND (capa.state != 'cancel' OR last.verdict = 'ineffective')
                 GROUP BY capa.complaint_id
                   ) judged ON judged.complaint_id = complaint.id
             WHERE complaint.state = 'closed' AND complaint.date_closed IS NOT NULL AND (judged.is_bad OR judged.is_unproven IS NOT TRUE)
               AND %(since)s
            """,
            since=self.env["quality.rate.mixin"]._get_since_sql(SQL("complaint.date_closed")),
            month=self.env["res.company"]._get_month_sql(SQL("complaint.date_closed")), types=VERIFIED_TYPES,
        )
