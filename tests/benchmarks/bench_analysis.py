"""The first screen of each analysis takes hardly longer than the same figures asked for in SQL by hand.

    COMPLAINTS=1000000 ./setup/test --only pytest -- -n 0 tests/benchmarks/bench_analysis.py
"""

import os
from itertools import cycle
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from make_complaints import make_complaints
from measure import compare_screens, get_month

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.quality_complaint.tests.common import ComplaintCommon

COMPLAINTS = int(os.environ.get("COMPLAINTS", "100000"))


@tagged("post_install", "-at_install")
class BenchAnalysis(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        states = ("review", "investigation", "reply", "follow_up", "closed", "closed", "closed", "rejected", "cancel")
        originals = cls.env["quality.complaint"].union(*(cls._move_to(cls._create_complaint(), state).sudo() for state in states))
        originals += cls._move_to(cls._create_complaint(user=cls.complaint_admin, user_id=cls.rep.id, is_history=True), "closed").sudo()
        # also of finished ones, where nobody could plan one any more
        cls.env["quality.capa"].create([
            {"name": "Sort", "complaint_id": complaint.id, "user_id": cls.worker.id, "capa_type": kind, "date_deadline": fields.Datetime.now()}
            for complaint, kind in zip(originals, cycle(("correction", "preventive")), strict=False)
        ])
        make_complaints(originals, COMPLAINTS)

    def _get_screens(self):
        """{name: (what the web client asks for, the same by hand, the figures of each group)}"""
        now, company = fields.Datetime.now(), self.company.id
        as_manager = self.env(user=self.quality_manager.id, context={"allowed_company_ids": self.company.ids, "lang": "en_US", "tz": "UTC"})
        complaints, steps, capas = (as_manager[f"quality.{name}.report"] for name in ("complaint", "milestone", "capa"))
        pareto, first = as_manager["quality.pareto"], now.replace(day=1, hour=0, minute=0, second=0)
        valid = [("state", "not in", ("cancel", "rejected"))]
        month = get_month(SQL("date_received"))
        missed = SQL("(date_done IS NULL AND date_paused IS NULL AND date_deadline < %s OR date_paused IS NULL AND date_done > date_deadline)", now)
        return {
            "complaints: graph by month and type": (
                lambda: complaints.formatted_read_group(valid, ["date_received:month", "type_id"], ["__count"]),
                SQL(
                    """
                    SELECT %s, type_id, COUNT(*) FROM quality_complaint
                     WHERE company_id = %s AND state NOT IN ('cancel', 'rejected') GROUP BY 1, 2
                    """, month, company,
                ),
                "__count",
            ),
            "complaints: pivot by type and month": (
                lambda: complaints.formatted_read_grouping_sets(
                    valid, [[], ["type_id"], ["date_received:month"], ["type_id", "date_received:month"]], ["days_to_close:avg", "__count"],
                ),
                SQL(
                    """
                    SELECT type_id, %s, COUNT(*),
                           AVG(EXTRACT(
                               EPOCH FROM CASE WHEN state IN ('closed', 'rejected') AND is_history IS NOT TRUE THEN date_closed END - date_received
                           )::float / 86400)
                      FROM quality_complaint WHERE company_id = %s AND state NOT IN ('cancel', 'rejected')
                     GROUP BY GROUPING SETS ((), (1), (2), (1, 2))
                    """, month, company,
                ),
                "__count", "days_to_close:avg",
            ),
            "handling status: customers": (
                lambda: complaints.formatted_read_group(valid, ["partner_id"], ["__count", "open_count:sum", "late_count:sum"], limit=80),
                SQL(
                    """
                    SELECT complaint.commercial_partner_id, COUNT(*), SUM((complaint.state NOT IN ('closed', 'rejected', 'cancel'))::int),
                           SUM((complaint.state NOT IN ('closed', 'rejected', 'cancel') AND complaint.date_deadline < %(now)s AND EXISTS (
                               SELECT FROM quality_milestone
                                WHERE complaint_id = complaint.id AND active AND date_done IS NULL AND date_paused IS NULL AND date_deadline < %(now)s
                           ))::int)
                      FROM quality_complaint complaint LEFT JOIN res_partner customer ON customer.id = complaint.commercial_partner_id
                     WHERE complaint.company_id = %(company)s AND complaint.state NOT IN ('cancel', 'rejected')
                     GROUP BY 1, customer.id ORDER BY customer.complete_name, customer.id DESC LIMIT 80
                    """, now=now, company=company,
                ),
                "__count", "open_count:sum", "late_count:sum",
            ),
            "timeliness: pivot by step": (
                lambda: steps.formatted_read_grouping_sets(
                    [], [[], ["step"]], ["__count", "in_time_rate:avg", "late_count:sum", "delay_hours:avg"],
                ),
                SQL(
                    """
                    SELECT step, COUNT(*), AVG(CASE WHEN %(missed)s THEN 0.0 WHEN date_done IS NOT NULL THEN 100.0 END),
                           SUM((%(missed)s AND date_done IS NULL)::int),
                           AVG(CASE WHEN %(missed)s THEN EXTRACT(EPOCH FROM COALESCE(date_done, %(now)s) - date_deadline)::float / 3600 END)
                      FROM (
                        SELECT step, date_done, date_deadline, date_paused FROM quality_milestone
                         WHERE company_id = %(company)s AND active
                           AND (round > 1 OR is_history IS NOT TRUE)
                     UNION ALL
                        SELECT 'part', date_done, date_deadline, date_paused FROM quality_complaint_assignment
                         WHERE company_id = %(company)s AND active
                      ) tasks GROUP BY GROUPING SETS ((), (1))
                    """, missed=missed, now=now, company=company,
                ),
                "__count", "in_time_rate:avg", "late_count:sum", "delay_hours:avg",
            ),
            "actions: pivot by department and kind": (
                lambda: capas.formatted_read_grouping_sets(
                    [("state", "!=", "cancel")], [[], ["team_id"], ["capa_type"], ["team_id", "capa_type"]], ["in_time_rate:avg", "late_count:sum"],
                ),
                SQL(
                    """
                    SELECT team_id, capa_type, AVG(CASE WHEN missed THEN 0.0 WHEN date_done IS NOT NULL THEN 100.0 END),
                           SUM((missed AND date_done IS NULL)::int)
                      FROM (
                        SELECT COALESCE(capa.team_id, complaint.team_id) AS team_id, capa_type, date_done, %(missed)s AS missed
                          FROM quality_capa capa
                          JOIN (SELECT id AS of_complaint, team_id FROM quality_complaint) complaint ON of_complaint = capa.complaint_id
                         WHERE company_id = %(company)s AND state != 'cancel'
                      ) actions GROUP BY GROUPING SETS ((), (1), (2), (1, 2))
                    """, missed=missed, company=company,
                ),
                "in_time_rate:avg", "late_count:sum",
            ),
            "pareto of causes": (
                lambda: pareto.formatted_read_group(valid, ["cause_id"], ["counted_id:count_distinct"]),
                SQL(
                    """
                    SELECT main_cause_id, COUNT(*) FROM quality_complaint
                     WHERE company_id = %s AND state NOT IN ('cancel', 'rejected') GROUP BY 1
                    """, company,
                ),
                "counted_id:count_distinct",
            ),
            "objectives of the last twelve months": (
                lambda: as_manager["quality.objective"].search([]).read(["actual", "status"]),
                self._get_objectives_by_hand(now, first - relativedelta(months=11)),
            ),
            "appraisal of this month: pivot by team and person": (
                lambda: as_manager["quality.appraisal"].formatted_read_grouping_sets(
                    [("month", ">=", first.date())], [[], ["team_id"], ["team_id", "user_id"]], ["task_count:sum", "in_time_rate:avg"],
                ),
                self._get_appraisal_by_hand(now, first),
                "task_count:sum", "in_time_rate:avg",
            ),
        }

    def _get_objectives_by_hand(self, now, since):
        def of_step(step, condition):
            return SQL(
                """
                SELECT %(month)s, COUNT(*),
                       COUNT(*) FILTER (WHERE date_done <= step.date_deadline OR date_done IS NOT NULL AND step.date_paused IS NOT NULL)
                  FROM quality_milestone step
                  JOIN quality_complaint complaint ON complaint.id = complaint_id JOIN quality_complaint_type type ON type.id = type_id
                 WHERE step.active AND step.company_id = %(company)s
                   AND step.date_deadline >= %(since)s AND step.date_deadline < %(now)s AND (date_done IS NOT NULL OR step.date_paused IS NULL)
                   AND (step = %(step)s OR step = 'resolve' AND NOT EXISTS (
                        SELECT FROM quality_milestone other
                         WHERE other.complaint_id = step.complaint_id AND other.round = step.round AND other.step = %(step)s AND other.active
                       ))
                   AND complaint.state NOT IN ('cancel', 'rejected') AND (step.round > 1 OR step.is_history IS NOT TRUE) AND %(condition)s
                 GROUP BY 1
                """,
                step=step, condition=condition, month=get_month(SQL("step.date_deadline")), company=self.company.id, since=since, now=now,
            )

        return SQL(
            """
            %(handled)s UNION ALL %(analysed)s UNION ALL
            SELECT %(month)s, COUNT(*), COUNT(*) FILTER (WHERE satisfied = 'yes') FROM (%(answers)s) answers WHERE date >= %(since)s GROUP BY 1
            UNION ALL
            SELECT %(closed)s, COUNT(*), COUNT(*) FILTER (WHERE is_bad IS NOT TRUE)
              FROM quality_complaint complaint
         LEFT JOIN (
                SELECT complaint_id, BOOL_OR(verdict = 'ineffective' OR verdict = 'inconclusive' AND state = 'done') AS is_bad,
                       BOOL_OR((verdict = 'effective' AND last.date_done = capa.date_done AND state = 'done') IS NOT TRUE) AS is_unproven
                  FROM quality_capa capa
             LEFT JOIN (
                    SELECT DISTINCT ON (capa_id) capa_id, verdict, date_done FROM quality_capa_verdict ORDER BY capa_id, date DESC, id DESC
                  ) last ON capa_id = capa.id
                 WHERE capa_type IN ('corrective', 'preventive') AND verification_required AND (state != 'cancel' OR verdict = 'ineffective')
                 GROUP BY 1
              ) judged ON complaint_id = complaint.id
             WHERE state = 'closed' AND company_id = %(company)s AND date_closed >= %(since)s AND (is_bad OR is_unproven IS NOT TRUE)
             GROUP BY 1
            """,
            handled=of_step("reply", SQL("TRUE")),
            analysed=of_step("analyse", SQL("NOT (minor_skips_investigation IS TRUE AND severity = 'minor')")),
            answers=self._get_answers_by_hand(), month=get_month(SQL("date")), closed=get_month(SQL("date_closed")),
            company=self.company.id, since=since,
        )

    def _get_answers_by_hand(self):
        return SQL(
            """
            SELECT DISTINCT ON (complaint_id) answer.team_id, answer.handler_id, satisfied, COALESCE(date_answered, date) AS date
              FROM quality_complaint_follow_up answer JOIN quality_complaint complaint ON complaint.id = complaint_id
             WHERE satisfied IS NOT NULL AND complaint.company_id = %s AND state NOT IN ('cancel', 'rejected')
             ORDER BY complaint_id, COALESCE(date_answered, date) DESC, answer.id DESC
            """, self.company.id,
        )

    def _get_appraisal_by_hand(self, now, since):
        return SQL(
            """
            SELECT team_id, user_id, COUNT(is_done),
                   COUNT(*) FILTER (WHERE is_in_time) * 100.0 / NULLIF(COUNT(*) FILTER (WHERE is_in_time OR is_late), 0)
              FROM (
                SELECT team_id, user_id, date_done IS NOT NULL AS is_done, date_done <= date_deadline AS is_in_time,
                       COALESCE(date_done, %(now)s) > date_deadline AND date_paused IS NULL AS is_late
                  FROM quality_milestone
                 WHERE active AND company_id = %(company)s AND date_deadline >= %(since)s
                   AND (round > 1 OR is_history IS NOT TRUE)
             UNION ALL
                SELECT COALESCE(capa.team_id, complaint.team_id), capa.user_id, date_done IS NOT NULL, date_done <= capa.date_deadline,
                       COALESCE(date_done, %(now)s) > capa.date_deadline AND capa.date_paused IS NULL
                  FROM quality_capa capa LEFT JOIN quality_complaint complaint ON complaint.id = complaint_id
                 WHERE capa.company_id = %(company)s AND capa.date_deadline >= %(since)s AND capa.state != 'cancel'
             UNION ALL
                SELECT team_id, user_id, date_done IS NOT NULL, date_done <= date_deadline,
                       COALESCE(date_done, %(now)s) > date_deadline AND date_paused IS NULL
                  FROM quality_complaint_assignment WHERE active AND company_id = %(company)s AND date_deadline >= %(since)s
             UNION ALL
                SELECT team_id, responder_id, date_done IS NOT NULL, date_done <= date_deadline,
                       COALESCE(date_done, %(now)s) > date_deadline AND date_paused IS NULL
                  FROM quality_inquiry WHERE company_id = %(company)s AND date_deadline >= %(since)s
             UNION ALL
                SELECT team_id, handler_id, NULL, NULL, NULL FROM (%(answers)s) answers WHERE date >= %(since)s
              ) entries GROUP BY GROUPING SETS ((), (1), (1, 2))
            """,
            answers=self._get_answers_by_hand(), company=self.company.id, now=now, since=since,
        )

    def test_a_first_screen_is_as_fast_as_sql_by_hand(self):
        self.startPatcher(patch.object(fields.Datetime, "now", return_value=fields.Datetime.now()))  # late for both at the same moment
        count = self.env["quality.complaint"].search_count([("company_id", "=", self.company.id)])
        compare_screens(self, self._get_screens(), f"{count:,} complaints")
