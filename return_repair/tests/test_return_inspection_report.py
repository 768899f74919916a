import io

from pypdf import PdfReader

from odoo.fields import Command
from odoo.tests import tagged

from .common import ReturnCommon

REPORT = "return_repair.report_inspection"


@tagged("post_install", "-at_install")
class TestReturnInspectionReport(ReturnCommon):
    """The customer can be given on paper what was found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 100)
        cls._create_shipped_order((cls.product, 10))
        cls.order = cls._move_return(cls._create_return(line_ids=[cls._get_line(note="刀身生锈", resolution="repair")]), "inspection")

    def _print(self, orders=None, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.rep).with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf(REPORT, (orders or self.order).ids)
        self.assertEqual(kind, "pdf")
        return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)

    def _inspect_at(self, moment):
        line = self.order.with_user(self.handler).line_ids
        with self.at(moment):
            line.part_ids = [Command.create({"product_id": self._create_product("バネ").id, "quantity": 3})]
            self._record_results(self.order.with_user(self.handler), fault="other", fault_description="さびたバネ")

    def test_it_says_what_was_found_by_whom_and_when(self):
        self.assertIn("Notinspectedyet", self._print())
        self._inspect_at("2056-12-24 12:00:00")
        text = self._print()
        for expected in (
            self.order.name, "Screwdriver set", "刀身生锈", "Another Fault", "さびたバネ", "Add: 3.00 Units バネ", "Repair", "Handler", "12/24/2056", "Rep",
        ):
            with self.subTest(expected):
                self.assertIn("".join(expected.split()), text)
        self.assertNotIn("Notinspectedyet", text)

    def test_it_speaks_the_customers_language_and_its_days_are_the_companys(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        self._inspect_at("2056-12-23 20:00:00")
        self.assertIn("24/12/2056", self._print())

    def test_what_did_not_come_is_not_in_it(self):
        other = self._create_return()
        text = self._print(self.order | other)
        self.assertIn(other.name, text)
        self.assertEqual(text.count("Screwdriverset"), 1)
        self.assertIn("Nothinghasbeenreceivedyet", text)
