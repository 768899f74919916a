from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from .analysis_common import NOW, AnalysisCommon

REPORT = "quality.milestone.report"


@tagged("post_install", "-at_install")
class TestMilestoneReport(AnalysisCommon):
    """The timeliness of steps. Late is what the deadlines themselves say, each figure is counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # reviewed 12 hours before the deadline, resolved 24 hours after it, replied exactly at it
        cls.first = cls._file("2026-03-02 10:00:00")
        cls._approve(cls.first, "2026-03-02 22:00:00")
        cls._reply(cls.first, "2026-03-06 10:00:00")
        # to be resolved 30 hours ago
        cls.late = cls._approve(cls._file_red("2026-03-02 10:00:00"), "2026-03-02 16:00:00")
        # stood from noon on, when two days less two hours were left for resolving
        cls.paused = cls._approve(cls._file_red("2026-03-05 10:00:00"), "2026-03-05 11:00:00")
        cls.pause = cls._pause(cls.paused, "2026-03-05 12:00:00")
        with cls.at(cls, "2026-03-04 10:00:00"):
            cls.cancelled = cls._move_to(cls._create_complaint(), "cancel")
        cls.all = cls.first | cls.late | cls.paused | cls.cancelled
        cls.domain = [("complaint_id", "in", cls.all.ids)]
        cls.env.flush_all()
        cls.env.invalidate_all()

    def setUp(self):
        super().setUp()
        frozen = self.at(NOW)
        frozen.__enter__()
        self.addCleanup(frozen.__exit__, None, None, None)

    def _get_timeliness(self, complaint):
        self.env.invalidate_all()
        rows = self.env[REPORT].with_user(self.quality_manager).search([("complaint_id", "=", complaint.id)])
        return {row.step: row.timeliness for row in rows}

    def test_each_step_is_in_time_late_running_or_paused(self):
        for complaint, expected in (
            (self.first, {"review": "met", "resolve": "missed", "reply": "met", "follow_up": "running"}),
            (self.late, {"review": "met", "resolve": "missed", "reply": "missed", "follow_up": "running"}),
            (self.paused, {"review": "met", "resolve": "paused", "reply": "paused", "follow_up": "paused"}),
            # what fell away was not late
            (self.cancelled, {}),
        ):
            with self.subTest(complaint.partner_id.name):
                self.assertEqual(self._get_timeliness(complaint), expected)

    def test_it_says_what_the_milestones_themselves_say(self):
        for moment in ("2026-03-02 10:00:00", "2026-03-05 10:00:00", "2026-03-05 10:00:01", NOW, "2027-01-01 00:00:00"):
            with self.at(moment):
                self.env.invalidate_all()
                steps = self.all.milestone_ids
                rows = {row.id: row.timeliness for row in self.env[REPORT].with_user(self.quality_manager).search(self.domain)}
                self.assertEqual(rows, {step.id: step.deadline_state for step in steps}, moment)

    def test_the_figures(self):
        self.assertEqual(
            self._sum(REPORT, self.domain, "step", "__count", "in_time_rate:avg", "late_count:sum", "delay_hours:avg", "days_taken:avg"), {
                # taken 12, 6 and 1 hours
                "review": (3, 100, 0, False, 19 / 24 / 3),
                # 24 hours late when it was done, and 30 until now; paused does not count
                "resolve": (3, 0, 1, 27, 4),
                # in time to the second; the other 6 hours late
                "reply": (3, 50, 1, 6, 4),
                "follow_up": (3, False, 0, False, False),
            },
        )
        # 4 in time of 7 that are done or late
        self.assertEqual(self._sum(REPORT, self.domain, None, "in_time_rate:avg", "late_count:sum"), (400 / 7, 2))

    def test_the_second_before_and_after_the_deadline(self):
        late = self._file_red("2026-03-02 10:00:00")
        self._approve(late, "2026-03-03 10:00:01")
        self.assertEqual(self._get_timeliness(late)["review"], "missed")
        self.assertEqual(self._get_timeliness(self.first)["reply"], "met", "at the deadline")

    def test_a_pause_moves_the_deadline_and_is_counted(self):
        rows = self.env[REPORT].with_user(self.quality_manager).search([("complaint_id", "=", self.paused.id)])
        self.assertEqual({row.step: row.pause_count for row in rows}, {"review": 0, "resolve": 1, "reply": 1, "follow_up": 1})
        self._resume(self.pause, "2026-03-07 12:00:00")
        with self.at("2026-03-09 10:00:00"):
            self.assertEqual(self._get_timeliness(self.paused)["resolve"], "running", "due on 03-10 10:00 instead of 03-08")
        with self.at("2026-03-10 10:00:01"):
            self.assertEqual(self._get_timeliness(self.paused)["resolve"], "missed")

    def test_steps_of_a_later_round_stand_beside_those_of_the_first(self):
        self._hear(self.first, "2026-03-06 12:00:00", "no")
        self.assertEqual(self._sum(REPORT, [("complaint_id", "=", self.first.id)], "round", "__count"), {1: 4, 2: 3})

    def test_parts_of_other_teams_stand_beside_the_steps(self):
        """Asked on March 5 at 10, due a day later: answered after six hours, a second late, or not at all; and one that is not needed."""
        packing = self.env["quality.team"].create({"name": "Packing", "company_id": self.company.id, "leader_id": self.worker.id})
        with self.at("2026-03-05 10:00:00"):
            parts = self.env["quality.complaint.assignment"].with_user(self.handler).create([
                {"complaint_id": self.late.id, "team_id": packing.id, "name": name, "date_deadline": "2026-03-06 10:00:00"}
                for name in ("Quick", "Late", "Forgotten", "Not needed")
            ])
        for part, moment in zip(parts, ("2026-03-05 16:00:00", "2026-03-06 10:00:01"), strict=False):
            with self.at(moment):
                asked = part.with_user(self.worker)
                asked.answer = "Wet pallets"
                asked.action_answered()
        parts[3].sudo()._withdraw()
        self.env.flush_all()
        domain = [("complaint_id", "=", self.late.id)]
        figures = self._sum(REPORT, domain, "step", "__count", "in_time_rate:avg", "late_count:sum", "delay_hours:avg")
        self.assertEqual(figures["part"], (3, 100 / 3, 1, (6 + 1 / 3600) / 2))
        self.assertEqual(self._sum(REPORT, domain, "team_id", "__count"), {self.team: 4, packing: 3})
        rows = self.env[REPORT].with_user(self.handler).search([*domain, ("step", "=", "part")])
        self.assertEqual([row.timeliness for row in rows], ["met", "missed", "missed"])
        self.assertEqual((rows[0].days_taken, rows[2].action_view_record()["res_id"]), (0.25, self.late.id))
        self.assertEqual([rows[0][name] for name in ("round", "owner_role", "policy_id")], [0, False, self.env["quality.deadline.policy"]])
        for name, value in (
            ("partner_id", self.late.commercial_partner_id), ("type_id", self.late.type_id), ("urgency", self.late.urgency),
            ("severity", self.late.severity),
        ):
            self.assertTrue(value, name)
            self.assertEqual(self._sum(REPORT, domain, name, "__count"), {value: 7}, name)
        with self.assertRaises(AccessError):
            rows.with_user(self.other_rep).read(["timeliness"])

    def test_imported_history_was_not_handled_here(self):
        old = self._create_complaint(self.complaint_admin, date_received="2026-02-02 10:00:00", is_history=True)
        self.assertTrue(old.milestone_ids.filtered(lambda step: step.deadline_state == "missed"))
        self.assertEqual(self._get_timeliness(old), {})
        old.sudo().milestone_ids.filtered(lambda step: step.step == "reply").copy({"round": 2})
        self.assertEqual(self._get_timeliness(old), {"reply": "missed"}, "another round is")

    def test_it_is_counted_by_owner_role_team_type_and_policy(self):
        for group, expected in (
            ("user_id", {self.quality_manager: 3, self.handler: 3, self.sales_manager: 3, self.rep: 3}),
            ("owner_role", {"leader": 3, "handler": 3, "sales_manager": 3, "reporter": 3}),
            ("team_id", {self.team: 12}), ("type_id", {self.complaint_type: 12}), ("policy_id", {self.policy: 12}),
            ("partner_id", {self.customer: 4, self.red: 8}),
        ):
            with self.subTest(group):
                self.assertEqual(self._sum(REPORT, self.domain, group, "__count"), expected)

    def test_each_sees_the_steps_of_complaints_that_they_may_read(self):
        stranger = self._create_stranger()
        for user, count in (
            (self.quality_manager, 12), (self.handler, 12), (self.rep, 12), (self.outsider, 0), (self.other_rep, 0), (stranger, 0),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.env[REPORT].with_user(user).search_count(self.domain), count)
        step = self.late.milestone_ids[:1]
        for user in (self.other_rep, stranger, self.worker):
            with self.assertRaises(AccessError):
                self.env[REPORT].with_user(user).browse(step.id).read(["timeliness"])
        self.red.user_id = self.other_rep
        self.env.flush_all()
        self.assertEqual(self.env[REPORT].with_user(self.other_rep).search_count(self.domain), 8, "of an own customer")

    def test_nothing_is_read_that_nobody_asks_for(self):
        analysis = self.env[REPORT].with_user(self.quality_manager)
        query = analysis._search([("company_id", "=", self.company.id)])
        self.env.cr.execute(SQL("EXPLAIN %s GROUP BY step", query.select(SQL("step"), SQL("AVG(in_time_rate)"))))
        plan = "\n".join(line for [line] in self.env.cr.fetchall())
        self.assertRegex(plan, r"on quality_milestone\b")
        self.assertNotRegex(plan, r"on quality_complaint\b", "nothing of the complaint")
        self.assertNotIn("Subquery Scan", plan, "steps and parts without the other columns")

    def test_a_row_opens_its_complaint(self):
        row = self.env[REPORT].with_user(self.rep).search([("complaint_id", "=", self.late.id)], limit=1)
        self.assertEqual(row.action_view_record()["res_id"], self.late.id)


@tagged("post_install", "-at_install")
class TestShareGraph(AnalysisCommon, HttpCase):
    """A complaint whose review is done in time, and of which nothing else is due."""

    def test_a_share_of_nothing_is_not_drawn_as_zero(self):
        self._move_to(self._create_complaint(), "investigation")
        self.start_tour("/odoo/timeliness", "quality_share_graph_timeliness", login=self.quality_manager.login)
        self.start_tour("/odoo/complaint-analysis", "quality_share_graph_complaints", login=self.quality_manager.login)
