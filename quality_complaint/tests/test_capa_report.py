from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .analysis_common import AnalysisCommon

REPORT = "quality.capa.report"
NOW = "2026-03-12 10:00:00"


class CapaReportCommon(AnalysisCommon):
    """Actions of a complaint of Monday, 2026-03-02, each due on 2026-03-09 10:00, seen on Thursday the 12th at 10:00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packing = cls.env["quality.team"].create({"name": "包装部", "company_id": cls.company.id})
        cls.complaint = cls._approve(cls._file("2026-03-02 10:00:00"), "2026-03-02 12:00:00")
        cls.complaint.with_user(cls.handler).handling_opinion = "Sort and replace"
        with cls.at(cls, "2026-03-03 10:00:00"):
            cls.in_time, cls.done_late, cls.late, cls.planned, cls.cancelled = (
                cls._plan(name) for name in ("Sort", "Replace", "Repair", "Call", "Forget")
            )
            cls.prevent = cls._plan("Cover pallets", capa_type="preventive", team_id=cls.packing.id, criterion="No rust", window_days=0)
            cls.train = cls._plan("培训员工", capa_type="preventive", criterion="No rust", window_days=0)
            cls._start(cls.in_time | cls.done_late | cls.late | cls.prevent | cls.train)
            cls.cancelled.with_user(cls.handler).action_cancel()
        cls._carry_out(cls.in_time, "2026-03-09 10:00:00")
        cls._carry_out(cls.prevent, "2026-03-08 10:00:00")
        cls._carry_out(cls.done_late, "2026-03-09 22:00:00")
        cls.all = cls.in_time | cls.done_late | cls.late | cls.planned | cls.cancelled | cls.prevent | cls.train
        cls.domain = [("capa_id", "in", cls.all.ids)]
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _plan(cls, name, **values):
        return cls._create_capa(cls.complaint, name=name, date_deadline="2026-03-09 10:00:00", **values)

    @classmethod
    def _carry_out(cls, capa, moment):
        with cls.at(cls, moment):
            owned = capa.with_user(cls.worker)
            owned.result = "<p>Done</p>"
            owned.action_done()

    @classmethod
    def _verify(cls, capa, moment, verdict):
        with cls.at(cls, moment):
            capa.with_user(cls.quality_manager)._give_verdict(verdict, "Looked at ten pallets")

    def setUp(self):
        super().setUp()
        frozen = self.at(NOW)
        frozen.__enter__()
        self.addCleanup(frozen.__exit__, None, None, None)

    def _get_row(self, capa, user=None):
        return self._get_rows(REPORT, capa, "capa_id", user)[capa]


@tagged("post_install", "-at_install")
class TestCapaReport(CapaReportCommon):
    """The analysis of actions: each figure against one that is counted by hand."""

    def test_in_time_and_late_are_what_the_actions_themselves_say(self):
        rows = self._get_rows(REPORT, self.all, "capa_id")
        self.assertEqual({capa: row.timeliness for capa, row in rows.items()}, {
            self.in_time: "met", self.prevent: "met", self.cancelled: False,
            **dict.fromkeys((self.done_late, self.late, self.planned, self.train), "missed"),
        })
        self.assertEqual({capa: row.timeliness for capa, row in rows.items()}, {capa: capa.deadline_state for capa in self.all})

    def test_the_figures(self):
        measures = ("late_count:sum", "in_time_rate:avg", "delay_hours:avg", "age_days:avg")
        self.assertEqual(self._sum(REPORT, self.domain, "capa_id", *measures), {
            self.in_time: (0, 100, False, False), self.prevent: (0, 100, False, False),
            self.done_late: (0, 0, 12, False),
            # three days after the deadline, nine after the start
            self.late: (1, 0, 72, 9), self.planned: (1, 0, 72, 9), self.train: (1, 0, 72, 9),
            self.cancelled: (0, False, False, False),
        })
        # two of six
        self.assertEqual(self._sum(REPORT, self.domain, None, "in_time_rate:avg", "late_count:sum", "__count"), (200 / 6, 3, 7))

    def test_progress(self):
        proposed = self._plan_ahead("Ask", participant_ids=[self.rep.id])
        proposed.with_user(self.handler).action_propose()
        rows = self._get_rows(REPORT, self.all | proposed, "capa_id")
        self.assertEqual({capa: row.progress for capa, row in rows.items()}, {
            self.in_time: 100, self.done_late: 100, self.prevent: 75, self.late: 50, self.train: 50, proposed: 25, self.planned: 0,
            self.cancelled: 0,
        })
        # what is cancelled does not count: 400 of 7
        total = self._sum(REPORT, [("capa_id", "in", (self.all | proposed).ids)], None, "progress:avg", "carried_out_rate:avg")
        self.assertEqual(total, (400 / 7, 300 / 7))
        self.assertAlmostEqual(total[1], self.complaint.capa_progress, 6, "as on the complaint")

    def _plan_ahead(self, name, **values):
        return self._create_capa(self.complaint, name=name, date_deadline="2026-03-20 10:00:00", **values)

    def test_an_action_that_is_objected_to_is_found(self):
        objected = self._plan_ahead("Ask")
        objected.with_user(self.handler).action_propose()
        self.env["quality.capa.object"].with_user(self.worker).create({"capa_ids": objected.ids, "reason": "No time"}).action_confirm()
        domain = [("is_objected", "=", True), ("complaint_id", "=", self.complaint.id)]
        found = self.env[REPORT].with_user(self.quality_manager).search(domain)
        self.assertEqual(found.capa_id.ids, objected.ids)

    def test_the_last_verdict_counts(self):
        self._verify(self.prevent, "2026-03-10 10:00:00", "ineffective")
        row = self._get_row(self.prevent)
        self.assertEqual((row.state, row.verdict, row.verified_count), ("open", "ineffective", 0))
        self.assertEqual(str(row.date_verified), "2026-03-10 10:00:00")
        self._carry_out(self.prevent, "2026-03-11 10:00:00")
        self._verify(self.prevent, "2026-03-11 12:00:00", "effective")
        row = self._get_row(self.prevent)
        self.assertEqual((row.state, row.verdict, row.verified_count), ("done", "effective", 1))
        self.assertEqual(str(row.date_verified), "2026-03-11 12:00:00")
        self.assertEqual(self._get_row(self.in_time).verified_count, 0, "done, but nobody judged it")

    def test_the_department_is_the_actions_else_the_complaints(self):
        self.assertEqual(self._sum(REPORT, self.domain, "team_id", "__count"), {self.packing: 1, self.team: 6})

    def test_it_is_counted_by_owner_kind_complaint_and_customer(self):
        for group, expected in (
            ("user_id", {self.worker: 7}), ("capa_type", {"correction": 5, "preventive": 2}), ("complaint_id", {self.complaint: 7}),
            ("partner_id", {self.customer: 7}), ("date_deadline:month", {fields.Datetime.to_datetime("2026-03-01"): 7}),
            ("state", {"done": 2, "verify": 1, "open": 2, "draft": 1, "cancel": 1}),
        ):
            with self.subTest(group):
                self.assertEqual(self._sum(REPORT, self.domain, group, "__count"), expected)

    # ------------------------------------------------------------ sent to the customer
    def test_a_measure_is_sent_with_the_first_reply_after_it_was_planned(self):
        self.assertFalse(self._get_row(self.prevent).date_told)
        self.train.with_user(self.handler).action_cancel()
        self.late.with_user(self.handler).action_cancel()
        self.planned.with_user(self.handler).action_cancel()
        self._reply(self.complaint, "2026-03-12 08:00:00")
        row = self._get_row(self.prevent)
        self.assertEqual((str(row.date_told), row.told_count), ("2026-03-12 08:00:00", 1))
        self.assertFalse(self._get_row(self.train).date_told, "was cancelled")
        self._hear(self.complaint, "2026-03-12 09:00:00", "no")
        planned = self._plan_ahead("Buy better film", capa_type="preventive", criterion="No rust")
        self.assertFalse(self._get_row(planned).date_told, "was planned after the reply")
        self.assertEqual(str(self._get_row(self.prevent).date_told), "2026-03-12 08:00:00")

    # ------------------------------------------------------------ pauses
    def test_a_pause_counts_for_what_was_not_done_yet(self):
        self._resume(self._pause(self.complaint, "2026-03-08 12:00:00"), "2026-03-09 08:00:00")
        self._pause(self.complaint, "2026-03-10 12:00:00")
        rows = self._get_rows(REPORT, self.all, "capa_id")
        self.assertEqual({capa: row.pause_count for capa, row in rows.items()}, {
            self.prevent: 0, self.in_time: 1, self.done_late: 1, self.late: 2, self.planned: 2, self.train: 2, self.cancelled: 2,
        })

    # ------------------------------------------------------------ who sees what
    def test_each_sees_the_actions_that_they_may_read(self):
        stranger = self._create_stranger()
        for user, count in (
            (self.quality_manager, 7), (self.sales_manager, 7), (self.handler, 7), (self.rep, 7),
            (self.outsider, 0), (self.other_rep, 0), (stranger, 0),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.env[REPORT].with_user(user).search_count(self.domain), count)
        for user in (self.other_rep, stranger, self.worker):
            with self.assertRaises(AccessError):
                self.env[REPORT].with_user(user).browse(self.late.id).read(["progress"])

    def test_a_row_opens_its_action(self):
        action = self._get_row(self.late, self.rep).action_view_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("quality.capa", self.late.id))
