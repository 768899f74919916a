"""The first screen of each analysis takes hardly longer than the same figures asked for in SQL by hand.

    COMPLAINTS=100000 ./setup/test tests/benchmarks/bench_analysis.py
"""

import os
from itertools import cycle

from make_complaints import make_complaints
from measure import compare, report

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.quality_complaint.tests.common import ComplaintCommon

COMPLAINTS = int(os.environ.get("COMPLAINTS", "10000"))
RATIO = 1.2


@tagged("post_install", "-at_install")
class BenchAnalysis(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        states = ("review", "investigation", "reply", "follow_up", "closed", "closed", "closed", "rejected", "cancel")
        originals = cls.env["quality.complaint"].union(*(cls._move_to(cls._create_complaint(), state).sudo() for state in states))
        # also of finished ones, where nobody could plan one any more
        cls.env["quality.capa"].create([
            {"name": "Sort", "complaint_id": complaint.id, "user_id": cls.worker.id, "capa_type": kind, "date_deadline": fields.Datetime.now()}
            for complaint, kind in zip(originals, cycle(("correction", "preventive")), strict=False)
        ])
        make_complaints(originals, COMPLAINTS)

    def _get_screens(self):
        """{name: (what the web client asks for, the same by hand)}"""
        now, company = fields.Datetime.now(), self.company.id
        as_manager = self.env(user=self.quality_manager.id, context={"allowed_company_ids": self.company.ids, "lang": "en_US", "tz": "UTC"})
        complaints, steps, capas = (as_manager[f"quality.{name}.report"] for name in ("complaint", "milestone", "capa"))
        valid = [("state", "not in", ("cancel", "rejected"))]
        month = SQL("date_trunc('month', date_received AT TIME ZONE 'UTC' AT TIME ZONE 'UTC')")  # the reader's
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
            ),
            "complaints: pivot by type and month": (
                lambda: complaints.formatted_read_grouping_sets(
                    valid, [[], ["type_id"], ["date_received:month"], ["type_id", "date_received:month"]], ["days_to_close:avg", "__count"],
                ),
                SQL(
                    """
                    SELECT type_id, %s, COUNT(*),
                           AVG(EXTRACT(EPOCH FROM CASE WHEN state IN ('closed', 'rejected') THEN date_closed END - date_received)::float / 86400)
                      FROM quality_complaint WHERE company_id = %s AND state NOT IN ('cancel', 'rejected')
                     GROUP BY GROUPING SETS ((), (1), (2), (1, 2))
                    """, month, company,
                ),
            ),
            "handling status: customers": (
                lambda: complaints.formatted_read_group(valid, ["partner_id"], ["__count", "open_count:sum", "late_count:sum"], limit=80),
                SQL(
                    """
                    SELECT complaint.commercial_partner_id, COUNT(*), SUM((complaint.state NOT IN ('closed', 'rejected', 'cancel'))::int),
                           SUM((complaint.state NOT IN ('closed', 'rejected', 'cancel') AND complaint.date_deadline < %(now)s AND EXISTS (
                               SELECT FROM quality_milestone WHERE complaint_id = complaint.id AND active AND date_done IS NULL AND date_paused IS NULL AND date_deadline < %(now)s
                           ))::int)
                      FROM quality_complaint complaint LEFT JOIN res_partner customer ON customer.id = complaint.commercial_partner_id
                     WHERE complaint.company_id = %(company)s AND complaint.state NOT IN ('cancel', 'rejected')
                     GROUP BY 1, customer.complete_name ORDER BY customer.complete_name LIMIT 80
                    """, now=now, company=company,
                ),
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
                      FROM quality_milestone WHERE company_id = %(company)s AND active GROUP BY GROUPING SETS ((), (1))
                    """, missed=missed, now=now, company=company,
                ),
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
            ),
        }

    def test_a_first_screen_is_as_fast_as_sql_by_hand(self):
        count = self.env["quality.complaint"].search_count([("company_id", "=", self.company.id)])
        for name, (screen, by_hand) in self._get_screens().items():
            with self.subTest(name):
                ratio, seconds, seconds_by_hand = compare(self.env, screen, lambda by_hand=by_hand: self.env.execute_query(by_hand), rounds=7)
                report(f"{name}, {count:,} complaints", seconds, seconds_by_hand, ratio)
                self.assertLessEqual(ratio, RATIO)
