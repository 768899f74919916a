import io

from pypdf import PdfReader

from odoo.fields import Command
from odoo.tests import tagged

from .test_verification import VerificationCommon

REPORT = "quality_complaint.report_complaint_sheet"


@tagged("post_install", "-at_install")
class TestComplaintSheet(VerificationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.product_tmpl_id.write({"warranty_duration": 1, "warranty_unit": "year"})
        picking = cls._deliver(cls._create_order((cls.product, 10)))
        cls.complaint = cls._create_complaint(
            subject="刀身生锈", description="<p>雨の日に届きました</p>", picking_id=picking.id,
            line_ids=[Command.create({
                "product_id": cls.product.id, "quantity": 2, "move_id": picking.move_ids.id, "defect": "さび",
            })],
            demand_ids=[Command.create({"name": "请更换全部刀具"}), Command.create({"name": "Tell us <b>why</b>"})],
        )
        cls._move_to(cls.complaint, "investigation")
        handled = cls.complaint.with_user(cls.handler)
        handled.write({
            "handling_opinion": "Replace and cover", "analysis": "<p>The sets were dry when they left</p>",
            "cause_ids": [
                Command.create({"name": "The box was wet", "sequence": 1}),
                Command.create({
                    "name": "下雨且无遮盖", "sequence": 2, "is_root": True, "team_id": cls.team.id,
                    "cause_id": cls.env.ref("quality_complaint.cause_transport_weather").id,
                }),
                Command.create({"name": "Nobody looks after the packing", "kind": "escape"}),
            ],
        })
        handled.demand_ids[0].write({"answer": "New sets were sent", "outcome": "granted"})
        cls.capa = cls._carry_out(cls.complaint)
        cls._judge(cls.capa, "ineffective", reason="Rust on three pallets")

    def _print(self, complaints=None, user=None, **context):
        report = self.env["ir.actions.report"].with_user(user or self.handler).with_context(force_report_rendering=True, **context)
        content, kind = report._render_qweb_pdf(REPORT, (complaints or self.complaint).ids)
        self.assertEqual(kind, "pdf")
        return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]

    def test_it_says_all_that_a_reader_needs(self):
        text = "".join(self._print())
        for expected in (
            self.complaint.name, "刀身生锈", "Blue Workshop", "Ada Blue", "Screwdriver set", "さび", "2.00 Units", "10.00", "In Warranty",
            "雨の日に届きました", "请更换全部刀具", "New sets were sent", "Granted", "Tell us <b>why</b>", "Upheld", "Replace and cover",
            "The sets were dry when they left", "The box was wet", "下雨且无遮盖", "→ Root cause", "Weather during transport",
            "Environment", "Nobody looks after the packing", "Cover the pallets", "Covered", "Corrective Action", "Worker", "In Progress",
            "Not Effective", "Rust on three pallets", "Removes: 下雨且无遮盖", "Resolve", "Follow Up",
        ):
            with self.subTest(expected):
                self.assertIn("".join(expected.split()), text)

    def test_the_whys_are_numbered_in_each_chain(self):
        text = "".join(self._print())
        happened, undetected = text.index("Whyithappened"), text.index("Whyitwasnotdetected")
        self.assertLess(happened, text.index("1Theboxwaswet"))
        self.assertLess(text.index("1Theboxwaswet"), text.index("2下雨且无遮盖"))
        self.assertLess(text.index("2下雨且无遮盖"), undetected)
        self.assertLess(undetected, text.index("1Nobodylooks"))

    def test_it_speaks_the_readers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.handler.lang = "fr_FR"
        self.capa.sudo().date_deadline = "2026-12-24 12:00:00"
        self.assertIn("24/12/2026", "".join(self._print(lang="fr_FR")))
        self.assertIn("12/24/2026", "".join(self._print(lang="en_US")))

    def test_several_are_printed_each_on_pages_of_its_own(self):
        other = self._create_complaint(subject="Bent blade")
        pages = self._print(self.complaint | other)
        first = [number for number, page in enumerate(pages) if self.complaint.name in page]
        second = [number for number, page in enumerate(pages) if other.name in page]
        self.assertTrue(first and second)
        self.assertLess(max(first), min(second))

    def test_a_new_complaint_prints_without_the_parts_that_it_does_not_have(self):
        text = "".join(self._print(self._create_complaint(), self.rep))
        for absent in ("CauseAnalysis", "Whyithappened", "HandlingOpinion", "Verdict", "Follow-up"):
            with self.subTest(absent):
                self.assertNotIn(absent, text)
        self.assertIn("Replacethem", text)
