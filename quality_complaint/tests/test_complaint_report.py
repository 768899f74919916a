import json

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .analysis_common import NOW, AnalysisCommon

REPORT = "quality.complaint.report"


@tagged("post_install", "-at_install")
class TestComplaintReport(AnalysisCommon):
    """The analysis of complaints: each figure against one that is counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # answered late and closed on the last day
        cls.closed = cls._file("2026-03-02 10:00:00")
        cls._approve(cls.closed, "2026-03-02 22:00:00")
        cls._reply(cls.closed, "2026-03-06 10:00:00")
        # nothing since the review: to be resolved by 03-05 10:00
        cls.late = cls._approve(cls._file_red("2026-03-02 10:00:00"), "2026-03-02 16:00:00")
        cls.paused = cls._approve(cls._file_red("2026-03-05 10:00:00"), "2026-03-05 11:00:00")
        cls._pause(cls.paused, "2026-03-05 12:00:00")
        cls.fresh = cls._file_red("2026-03-06 10:00:00", line_ids=[
            Command.create({"product_id": cls.product.id}), Command.create({"product_id": cls.bolt.id}),
        ])
        # satisfied, and taken up again by the manager; not satisfied, and taken up again by the customer
        cls.reopened, cls.unsatisfied = (
            cls._reply(cls._approve(cls._file("2026-03-02 10:00:00"), "2026-03-02 16:00:00"), "2026-03-03 10:00:00") for _number in range(2)
        )
        cls._hear(cls.reopened, "2026-03-04 10:00:00", "yes")
        with cls.at(cls, "2026-03-05 10:00:00"):
            cls.reopened.with_user(cls.quality_manager).action_reopen()
        cls._hear(cls.unsatisfied, "2026-03-05 10:00:00", "no")
        with cls.at(cls, "2026-03-04 10:00:00"):
            cls.rejected = cls._move_to(cls._create_complaint(), "rejected")
            cls.cancelled = cls._move_to(cls._create_complaint(), "cancel")
        cls._hear(cls.closed, "2026-03-06 12:00:00", "yes")
        cls.all = cls.closed | cls.late | cls.paused | cls.fresh | cls.reopened | cls.unsatisfied | cls.rejected | cls.cancelled
        cls.env.flush_all()
        cls.env.invalidate_all()

    def setUp(self):
        super().setUp()
        frozen = self.at(NOW)
        frozen.__enter__()
        self.addCleanup(frozen.__exit__, None, None, None)
        self.domain = [("complaint_id", "in", self.all.ids)]

    def _read(self, group, *measures):
        return self._sum(REPORT, self.domain, group, *measures)

    def test_what_is_done_running_paused_or_late(self):
        rows = self._get_rows(REPORT, self.all, "complaint_id")
        self.assertEqual({complaint: row.handling for complaint, row in rows.items()}, {
            self.closed: "done", self.rejected: "done", self.cancelled: "done", self.late: "late", self.paused: "paused",
            self.fresh: "running", self.reopened: "running", self.unsatisfied: "running",
        })
        self.assertEqual(self._read(None, "open_count:sum", "late_count:sum", "__count"), (5, 1, 8))
        self.assertEqual(rows[self.late].complaint_id.is_late, True, "by the one definition of late")

    def test_groups_stand_in_the_order_that_a_search_has(self):
        """Types, countries and complaints have orders of their own: by number and name, by a translated name, the newest first."""
        self.fresh.sudo().write({
            "type_id": self.complaint_type.copy({"name": "A type", "sequence": 1}).id,
            "date_received": fields.Datetime.subtract(self.fresh.date_received, months=1),
        })
        report = self.env[REPORT].with_user(self.quality_manager)
        for name in ("complaint_id", "type_id", "partner_id", "country_id", "handler_id"):
            for direction in ("", " ASC", " desc", " DESC NULLS LAST"):
                with self.subTest(name + direction):
                    order = name + direction
                    expected = list(dict.fromkeys(row[name] for row in report.search(self.domain, order=order)))
                    self.assertGreater(len(expected), 1)
                    groups = [group for group, _count in report._read_group(self.domain, [name], ["__count"], order=order)]
                    self.assertEqual(groups, expected)
                    [groups, _all] = report._read_grouping_sets(self.domain, [[name], []], ["__count"], order=order)
                    self.assertEqual([group for group, _count in groups], expected)
        for name in ("date_received:month", "date_received:day", "date_received:day_of_week"):
            for direction in ("asc", "desc", "desc nulls last"):
                with self.subTest(name + direction):
                    groups = report._read_group(self.domain, [name], ["__count"], order=f"{name} {direction}")
                    [sets, _all] = report._read_grouping_sets(self.domain, [[name], []], ["__count"], order=f"{name} {direction}")
                    self.assertGreater(len(groups), 1)
                    self.assertEqual(groups, sorted(groups, reverse=direction != "asc"))
                    self.assertEqual(sets, groups)

    def test_what_is_late_before_the_clock_stops_stays_late(self):
        self._pause(self.late, NOW)
        self.assertEqual(self._get_rows(REPORT, self.late, "complaint_id")[self.late].handling, "late")

    def test_the_moment_of_the_deadline_is_in_time(self):
        for moment, expected in (("2026-03-05 09:59:59", "running"), ("2026-03-05 10:00:00", "running"), ("2026-03-05 10:00:01", "late")):
            with self.at(moment):
                self.assertEqual(self._get_rows(REPORT, self.late, "complaint_id")[self.late].handling, expected, moment)

    def test_days_are_calendar_days_with_their_parts(self):
        self.assertEqual(
            self._read("complaint_id", "days_to_review:avg", "days_to_answer:avg", "days_to_close:avg", "days_open:avg"), {
                self.closed: (0.5, 4, 4 + 2 / 24, False),
                self.late: (0.25, False, False, 4.25),
                self.paused: (1 / 24, False, False, 1.25),
                self.fresh: (False, False, False, 0.25),
                # the first reply counts, and what is open again is not closed
                self.reopened: (0.25, 1, False, 4.25),
                self.unsatisfied: (0.25, 1, False, 4.25),
                self.rejected: (0, False, 0, False),
                # what was withdrawn was neither answered nor closed
                self.cancelled: (False, False, False, False),
            },
        )

    def test_imported_history_says_nothing_about_days(self):
        with self.at(NOW):
            old = self._create_complaint(self.complaint_admin, date_received="2026-01-02 10:00:00", is_history=True, user_id=self.rep.id)
            self._move_to(old, "closed")
        self.assertEqual(
            self._sum(REPORT, [("complaint_id", "=", old.id)], None, "days_to_review:avg", "days_to_answer:avg", "days_to_close:avg", "__count"),
            (False, False, False, 1),
        )

    def test_rounds_reopened_and_satisfied(self):
        self.assertEqual(self._read("complaint_id", "round:avg", "reopened_count:sum", "satisfied_rate:avg"), {
            self.closed: (1, 0, 100), self.late: (1, 0, False), self.paused: (1, 0, False), self.fresh: (1, 0, False),
            self.reopened: (2, 1, 100), self.unsatisfied: (2, 0, 0), self.rejected: (1, 0, False), self.cancelled: (1, 0, False),
        })
        # two of the three who have answered
        self.assertAlmostEqual(self._read(None, "satisfied_rate:avg")[0], 200 / 3)
        self.assertEqual(self.env[REPORT].search([*self.domain, ("satisfied", "=", "no")]).complaint_id, self.unsatisfied)
        self._cancel(self.unsatisfied)
        self.env.flush_all()
        self.assertEqual(self._read(None, "satisfied_rate:avg")[0], 100, "what fell away is not judged")

    def test_the_last_answer_counts(self):
        self._reply(self.unsatisfied, NOW)
        with self.at("2026-03-06 17:00:00"):
            self._answer(self.unsatisfied, "yes")
            rows = self._get_rows(REPORT, self.unsatisfied, "complaint_id")
            self.assertEqual((rows[self.unsatisfied].satisfied, rows[self.unsatisfied].reopened_count), ("yes", 0))

    def test_it_is_counted_by_what_it_is_about(self):
        self.assertEqual(self._read("partner_id", "__count"), {self.customer: 5, self.red: 3})
        self.assertEqual(self._read("country_id", "__count"), {self.country: 5, self.env["res.country"]: 3})
        several = self.env["product.product"]
        self.assertEqual(self._read("product_id", "__count"), {self.product: 7, several: 1}, "two products are no single one")
        self.assertEqual(self._read("severity", "__count"), {"major": 5, False: 3})
        self.assertEqual(self._read("team_id", "__count"), {self.team: 8})
        self.assertEqual(self._read("user_id", "__count"), {self.rep: 8})
        self.assertEqual(self._read("handler_id", "__count"), {self.handler: 5, self.env["res.users"]: 3})
        self.assertEqual(self._read("date_received:month", "__count"), {fields.Datetime.to_datetime("2026-03-01"): 8})
        self.assertEqual(self._read("state", "__count"), {
            "closed": 1, "investigation": 4, "review": 1, "rejected": 1, "cancel": 1,
        })

    def test_a_category_of_two_products_is_named_where_it_is_one(self):
        tools, fittings = self.env["product.category"].create([{"name": "Tools"}, {"name": "Fittings"}])
        self.product.categ_id = self.bolt.categ_id = tools
        self.assertEqual(self._read("product_categ_id", "__count"), {tools: 8}, "the two products are of one category")
        for other in (fittings, fittings.browse()):
            self.bolt.categ_id = other
            self.assertEqual(self._read("product_categ_id", "__count"), {tools: 7, fittings.browse(): 1})

    def test_the_department_of_the_cause_is_that_of_the_root_cause(self):
        purchasing, packing = self.env["quality.team"].create([
            {"name": name, "company_id": self.company.id} for name in ("Purchasing", "Packing")
        ])
        weather = self.env["quality.cause"].create({"name": "Weather"})
        self.late.with_user(self.handler).write({"cause_ids": [
            Command.create({"name": "It was wet", "team_id": packing.id, "sequence": 1}),
            Command.create({"name": "Thin film", "team_id": purchasing.id, "sequence": 2, "is_root": True, "cause_id": weather.id}),
            Command.create({"name": "Nobody looked", "kind": "escape", "team_id": packing.id}),
        ]})
        self.paused.with_user(self.handler).write({"cause_ids": [
            Command.create({"name": "It fell", "sequence": 1}),
            Command.create({"name": "The box was open", "team_id": packing.id, "sequence": 2}),
        ]})
        self.assertEqual(self._read("cause_team_id", "__count"), {purchasing: 1, packing: 1, self.env["quality.team"]: 6})
        self.assertEqual(self._read("main_cause_id", "__count"), {weather: 1, self.env["quality.cause"]: 7})

    def test_steps_done_and_still_running(self):
        rows = self._get_rows(REPORT, self.all, "complaint_id")
        for complaint, expected in (
            (self.closed, ("Review, Resolve, Reply to Customer, Follow Up", "")),
            (self.late, ("Review", "Resolve, Reply to Customer, Follow Up")),
            # of this round
            (self.unsatisfied, ("", "Resolve, Reply to Customer, Follow Up")),
            (self.cancelled, ("", "")),
        ):
            self.assertEqual((rows[complaint].steps_done, rows[complaint].steps_running), expected)

    # ------------------------------------------------------------ who sees what
    def test_each_sees_the_complaints_that_they_may_read(self):
        stranger = self._create_stranger()
        for user, expected in (
            (self.quality_manager, self.all), (self.sales_manager, self.all), (self.handler, self.all), (self.rep, self.all),
            (self.outsider, self.all.browse()), (self.other_rep, self.all.browse()), (stranger, self.all.browse()),
        ):
            with self.subTest(user.login):
                seen = self.env[REPORT].with_user(user)
                readable = self.env["quality.complaint"].with_user(user).search([("id", "in", self.all.ids)])
                self.assertEqual(set(seen.search(self.domain).ids), set(readable.ids))
                self.assertEqual(set(readable.ids), set(expected.ids))
                self.assertEqual(seen._read_group(self.domain, [], ["__count"]), [(len(expected),)])
        for user in (self.other_rep, stranger):
            with self.assertRaises(AccessError):
                self.env[REPORT].with_user(user).browse(self.late.id).read(["handling"])
        self.red.user_id = self.other_rep
        self.env.flush_all()
        of_customer = self.env[REPORT].with_user(self.other_rep).search(self.domain)
        self.assertEqual(set(of_customer.ids), set((self.late | self.paused | self.fresh).ids), "of an own customer")

    def test_a_rule_of_the_administrators_own_counts_too(self):
        self.env["ir.rule"].create({
            "name": "Without late ones", "model_id": self.env["ir.model"]._get_id("quality.complaint"),
            "domain_force": f"[('id', '!=', {self.late.id})]",
        })
        self.env["ir.rule"].create({
            "name": "Nothing", "model_id": self.env["ir.model"]._get_id("quality.capa"), "domain_force": "[(0, '=', 1)]",
        })
        self.assertNotIn(self.late, self._get_rows(REPORT, self.all, "complaint_id"))
        self.assertFalse(self.env["quality.capa.report"].with_user(self.quality_manager)._sees_all())

    def test_a_rule_on_the_company_alone_can_ask_for_more_than_the_allowed_ones(self):
        capas, complaints = (self.env[model].with_user(self.quality_manager) for model in ("quality.capa.report", REPORT))
        self.assertTrue(capas._sees_all() and complaints._sees_all())
        rule = self.env["ir.rule"].create({
            "name": "Of another company", "model_id": self.env["ir.model"]._get_id("quality.complaint"),
            "domain_force": f"[('company_id', '=', {self.env['res.company'].create({'name': 'Moonlight Tools'}).id})]",
        })
        for domain in (rule.domain_force, "[('company_id', '=', False)]", "[('company_id', 'in', company_ids), ('id', '<', 0)]"):
            rule.domain_force = domain
            with self.subTest(domain):
                self.assertFalse(complaints._sees_all())
                self.assertFalse(complaints.search(self.domain))
                with self.assertRaises(AccessError):
                    complaints.browse(self.late.id).read(["handling"])
        rule.domain_force = f"[('company_id', 'in', {self.company.ids})]"
        self.assertTrue(complaints._sees_all(), "the company that is allowed")
        self.assertEqual(complaints.search_count(self.domain), len(self.all))

    def test_who_has_no_complaints_has_no_analysis(self):
        for user in (self.worker, self._new_user("portal", "base.group_portal"), self._new_user("public", "base.group_public")):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env[REPORT].with_user(user).search(self.domain)

    def test_a_row_opens_its_complaint(self):
        row = self._get_rows(REPORT, self.late, "complaint_id", self.rep)[self.late]
        action = row.action_view_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("quality.complaint", self.late.id))

    def test_the_kept_questions_can_be_asked(self):
        models = (REPORT, "quality.milestone.report", "quality.capa.report")
        for xmlid, names in (
            ("action_quality_complaint_analysis", {"Causes by Month", "Products and Causes", "Days by Team"}),
            ("action_handling_status", {"Still Running by Customer"}),
            ("action_quality_milestone_report", {"In Time by Team and Step", "Late Now by Owner"}),
            ("action_quality_capa_report", {"Verdicts by Department", "Open Actions by Owner and Age"}),
            ("action_task_progress", {"Late Tasks by Owner"}),
        ):
            action = self.env.ref(f"quality_complaint.{xmlid}")
            kept = self.env["ir.filters"].with_user(self.rep).get_filters(action.res_model, action.id)
            self.assertLessEqual(names, {found["name"] for found in kept})
        for found in self.env["ir.filters"].search([("model_id", "in", models), ("user_ids", "=", False)]):
            with self.subTest(found.name):
                context = json.loads(found.context.replace("'", '"'))
                report = self.env[found.model_id].with_user(self.rep)
                names = [name for name in context.get("pivot_measures", ()) if name != "__count"]
                measures = [f"{name}:{report._fields[name].aggregator}" for name in names]
                report.formatted_read_group(found._get_eval_domain(), context["group_by"], ["__count", *measures])
