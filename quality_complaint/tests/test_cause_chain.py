from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestCauseChain(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.weather = cls.env.ref("quality_complaint.cause_transport_weather")
        cls.inspection = cls.env.ref("quality_complaint.cause_final_inspection")
        cls.complaint = cls._move_to(cls._create_complaint(), "investigation")

    def _find(self, name, kind="occurrence", root_class=None, **values):
        return self.env["quality.complaint.cause"].with_user(self.handler).create({
            "complaint_id": self.complaint.id, "name": name, "kind": kind, "is_root": bool(root_class),
            "cause_id": root_class and root_class.id, **values,
        })

    # ------------------------------------------------------------ the chains
    def test_each_chain_is_numbered_for_itself_in_its_order(self):
        escape = self._find("Nobody looked", "escape")
        rust, wet, rain = self._find("Rust", sequence=1), self._find("Wet", sequence=2), self._find("Rain", sequence=3)
        self.assertEqual((rust | wet | rain).mapped("number"), [1, 2, 3])
        self.assertEqual(escape.number, 1)
        rust.sequence = 9
        self.assertEqual((rust | wet | rain).mapped("number"), [3, 1, 2])
        wet.kind = "escape"
        self.assertEqual((rust.number, rain.number), (2, 1))
        self.assertEqual((escape | wet).mapped("number"), [2, 1])

    def test_the_two_chains_are_written_in_the_form_and_are_the_causes(self):
        form = Form(self.complaint.with_user(self.handler))
        for name in ("Rust", "Wet"):
            with form.occurrence_cause_ids.new() as cause:
                cause.name = name
        with form.escape_cause_ids.new() as cause:
            cause.name = "Nobody looked"
            cause.cause_id = self.inspection
            cause.team_id = self.team
            cause.is_root = True
        form.save()
        self.assertEqual(
            self.complaint.cause_ids.mapped(lambda cause: (cause.kind, cause.number, cause.name)),
            [("occurrence", 1, "Rust"), ("occurrence", 2, "Wet"), ("escape", 1, "Nobody looked")],
        )
        self.assertEqual(self.complaint.escape_cause_ids.method, "measurement")
        self.assertEqual(self.complaint.main_cause_id, self.inspection)

    def test_a_department_of_another_company_is_refused(self):
        team = self.env["quality.team"].create({"name": "Far", "company_id": self.env["res.company"].create({"name": "Other"}).id})
        with self.assertRefused("Far"):
            self._find("Rust", team_id=team.id)

    def test_the_tree_takes_no_cycle(self):
        environment = self.weather.parent_id
        with self.assertRefused("A cause can't be part of itself", error=ValidationError):
            environment.parent_id = self.weather

    # ------------------------------------------------------------ actions follow from causes
    def test_a_corrective_action_removes_the_one_root_cause(self):
        root = self._find("Rain", root_class=self.weather)
        self._find("Wet")
        for capa_type, expected in (("corrective", root), ("preventive", root.browse()), ("correction", root.browse())):
            with self.subTest(capa_type):
                capa = self._create_capa(self.complaint, capa_type=capa_type)
                self.assertEqual(capa.cause_ids, expected)
                self.assertEqual(capa.check_cause_id, expected.cause_id)

    def test_with_two_root_causes_the_planner_says_which(self):
        roots = self._find("Rain", root_class=self.weather) | self._find("No check", "escape", root_class=self.inspection)
        capa = self._create_capa(self.complaint, capa_type="corrective")
        self.assertFalse(capa.cause_ids)
        capa.cause_ids = roots[1]
        self.assertEqual(capa.check_cause_id, self.inspection)

    def test_an_action_planned_before_the_analysis_takes_the_root_cause_when_it_is_found(self):
        capa, other, cancelled, carried_out = (
            self._create_capa(complaint, capa_type="corrective", result="Covered")
            for complaint in (self.complaint, self._create_complaint(), self.complaint, self.complaint)
        )
        cancelled.action_cancel()
        self.complaint.with_user(self.handler).handling_opinion = "Cover"
        self._start(carried_out)
        carried_out.action_done()
        cause = self._find("Rain", cause_id=self.weather.id)
        self.assertFalse(capa.cause_ids)
        cause.is_root = True
        self.assertEqual((capa.cause_ids, carried_out.cause_ids), (cause, cause))
        self.assertEqual((other.cause_ids.ids, cancelled.cause_ids.ids), ([], []))
        self.assertEqual((capa.check_cause_id, carried_out.check_cause_id.ids), (self.weather, []), "how it is judged is fixed")

    def test_closing_asks_which_root_cause_the_corrective_action_removes(self):
        gap = "A corrective action that says which root cause it removes"
        self.complaint_type.root_cause_required = True
        capa = self._create_capa(self.complaint, capa_type="corrective")
        self.assertNotIn(gap, self.complaint._get_gaps("closed"), "the root cause itself comes first")
        roots = self._find("Rain", root_class=self.weather) | self._find("No check", "escape", root_class=self.inspection)
        capa.cause_ids = False
        for link, type_asks, severity, skips, expected in (
            (False, True, "major", False, True), (False, False, "major", False, False), (False, True, "minor", True, False),
            (roots[1].ids, True, "major", False, False),
        ):
            self.complaint_type.write({"root_cause_required": type_asks, "minor_skips_investigation": skips})
            self.complaint.sudo().severity = severity
            capa.cause_ids = [Command.set(link or [])]
            with self.subTest(link=link, type_asks=type_asks, severity=severity):
                self.assertEqual(gap in self.complaint._get_gaps("closed"), expected)
        capa.cause_ids = False
        self.complaint.sudo().severity = "major"
        self.complaint_type.root_cause_required = True
        self.assertIn(gap, self.complaint._get_gaps("closed"))
        capa.with_user(self.handler).action_cancel()
        self.assertNotIn(gap, self.complaint._get_gaps("closed"), "no corrective action, nothing to say")

    # ------------------------------------------------------------ the main cause
    def test_the_main_cause_is_the_root_causes_class_else_the_first(self):
        self.assertFalse(self.complaint.main_cause_id)
        self._find("Thin box", cause_id=self.env.ref("quality_complaint.cause_packaging").id, sequence=1)
        self.assertEqual(self.complaint.main_cause_id, self.env.ref("quality_complaint.cause_packaging"))
        self._find("Rain", root_class=self.weather, sequence=2)
        self.assertEqual(self.complaint.main_cause_id, self.weather)
