from datetime import date

from odoo.tests import tagged

from .test_rate_chart import RateChartCommon

BASELINE = {"baseline_to": date(2025, 12, 31)}


@tagged("post_install", "-at_install")
class TestRateSignal(RateChartCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # only those of the tests are checked
        cls.env["quality.rate.chart"].search([]).active = False
        cls._fill([1] * 12 + [5])

    def _run_cron(self, moment):
        self.env.flush_all()
        with self.at(moment), self.enter_registry_test_mode():
            self.env.ref("quality_complaint.cron_rate_signal").method_direct_trigger()
        self.env.invalidate_all()

    def _get_activities(self, chart):
        return chart.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref("quality_complaint.mail_activity_type_rate_signal"),
        )

    def test_a_rate_that_is_too_high_is_told_and_planned_for_once(self):
        chart = self._create_chart(user_id=self.handler.id, **BASELINE)
        quiet = self._create_chart(name="Quiet", watch_from=date(2026, 2, 1), **BASELINE)
        short = self._create_chart(name="Short", date_from=date(2025, 6, 1))
        self.assertFalse(chart.capa_ids or self._get_activities(chart), "looking at it tells nobody")
        for moment in ("2026-02-11 04:00:00", "2026-02-11 04:10:00", "2026-02-12 04:00:00"):
            self._run_cron(moment)
        capa, activity = chart.capa_ids, self._get_activities(chart)
        self.assertEqual(
            (capa.state, capa.capa_type, capa.user_id, capa.check_product_ids, capa.company_id),
            ("draft", "corrective", self.handler, self.product, self.company),
        )
        self.assertIn("January 2026: 5 complaints among 100", capa.description)
        self.assertEqual((activity.user_id, activity.summary), (self.handler, "Complaint rate too high: Screwdriver set"))
        self.assertEqual(chart.point_ids.filtered("signalled_on").mapped("month"), [date(2026, 1, 1)])
        self.assertEqual(chart.point_ids[-1].capa_id, capa)
        self.assertEqual(chart.with_user(self.handler).action_view_capas()["domain"], [("rate_chart_id", "in", chart.ids)])
        self.assertEqual(capa.with_user(self.handler).rate_chart_id, chart)
        self.assertEqual((quiet.point_ids[-1].status, short.problem), ("high", "too_few_points"))
        self.assertFalse((quiet | short).capa_ids or self._get_activities(quiet | short), "not watched yet, and too little data")

    def test_another_signal_goes_to_the_action_that_is_planned_already(self):
        chart = self._create_chart(**BASELINE)
        self._run_cron("2026-02-11 04:00:00")
        capa = chart.capa_ids
        self._ship(13, 100)
        self._complain(13, 6)
        self._run_cron("2026-03-02 04:00:00")
        self.assertEqual(chart.capa_ids, capa)
        self.assertEqual(len(self._get_activities(chart)), 2)
        self.assertIn("February 2026: 6 complaints", capa.message_ids[0].body)
        capa.action_cancel()
        self._ship(14, 100)
        self._complain(14, 5)
        self._run_cron("2026-04-02 04:00:00")
        self.assertEqual(len(chart.capa_ids), 2)

    def test_a_low_rate_calls_for_nothing(self):
        """Two months without a complaint where five are expected: each is √5 standard deviations below."""
        self._ship(13, 500)
        self._ship(14, 500)
        chart = self._create_chart(rule_set="western_electric", watch_from=date(2026, 2, 1), **BASELINE)
        self._run_cron("2026-04-02 04:00:00")
        self.assertEqual((chart.point_ids[-1].status, chart.point_ids[-1].rule), ("low", "two_of_three"))
        self.assertFalse(chart.capa_ids or self._get_activities(chart))
