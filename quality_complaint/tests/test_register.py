import io
import json

import openpyxl
from freezegun import freeze_time
from pypdf import PdfReader

from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..report.xlsx import write_table
from .common import ComplaintCommon

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1")


class RegisterCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-05-04 10:00:00"):
            cls.rust = cls._create_complaint(
                subject="刀身生锈", channel="fax", urgency="urgent",
                line_ids=[Command.create({"product_id": cls.product.id, "defect": "さびが出た"})],
            )
            cls.upheld = cls._move_to(cls._create_complaint(subject="=HYPERLINK(1)"), "closed")
            cls.rejected = cls._move_to(cls._create_complaint(subject="Blunt"), "rejected")
            cls.cancelled = cls._move_to(cls._create_complaint(subject="Filed twice"), "cancel")
        cls.env.ref("base.group_allow_export").user_ids += cls.rep | cls.other_rep | cls.quality_manager
        cls.all = cls.rust | cls.upheld | cls.rejected | cls.cancelled


@tagged("post_install", "-at_install")
class TestRegister(RegisterCommon):
    """The customer feedback register: all that arrived, on screen and on paper."""

    def test_it_is_in_the_order_of_the_numbers_with_what_a_register_holds(self):
        rows = list(self.env["quality.complaint"].with_user(self.quality_manager)._iter_register_rows([("id", "in", self.all.ids)]))
        self.assertEqual([row[0] for row in rows], [f"C/2026/0000{number}" for number in (1, 2, 3, 4)])
        self.assertEqual([str(value) for value in rows[0]], [
            "C/2026/00001", "2026-05-04 10:00:00", "Fax", "Blue Workshop", "Ada Blue", "+1 555 0100", "Screwdriver set",
            "刀身生锈; さびが出た", "Urgent", "Rep", "Quality", "New", "", "",
        ])
        self.assertEqual([row[-3:-1] for row in rows[1:]], [
            ["Closed", "Upheld, Satisfied"], ["Not Upheld", "Not Upheld"], ["Cancelled", "Withdrawn by the Customer"],
        ])
        self.assertTrue(all(row[-1] for row in rows[1:]), "closed on")

    def test_times_are_the_readers(self):
        self.quality_manager.tz = "Asia/Tokyo"
        row = next(self.env["quality.complaint"].with_user(self.quality_manager)._iter_register_rows([("id", "=", self.rust.id)]))
        self.assertEqual(str(row[1]), "2026-05-04 19:00:00")

    def test_the_window_shows_all_of_it_and_nothing_twice(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint_register")
        arch = self.env[action["res_model"]].get_view(action["views"][0][0], "list")["arch"]
        self.assertIn('default_order="company_id, name"', arch)
        self.assertNotIn("active_test", action["context"])
        exported = self.all.with_user(self.quality_manager).export_data(
            [name for name, _label, _width in self.env["quality.complaint"]._get_register_columns()],
        )["datas"]
        self.assertEqual(exported[0][:3], ["C/2026/00001", self.rust.date_received, "Fax"])

    def test_it_is_printed_across_the_page_with_its_head_on_each(self):
        with self.at("2026-05-05 10:00:00"):
            more = self.env["quality.complaint"].create([
                {"subject": f"Dents {number}", "partner_id": self.customer.id, "type_id": self.complaint_type.id, "company_id": self.company.id}
                for number in range(60)
            ])
        report = self.env["ir.actions.report"].with_user(self.quality_manager).with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf("quality_complaint.report_register", (self.all | more).ids)
        self.assertEqual(kind, "pdf")
        pages = PdfReader(io.BytesIO(content)).pages
        self.assertGreater(len(pages), 1)
        for page in pages:
            self.assertGreater(page.mediabox.width, page.mediabox.height)
            flat = "".join(page.extract_text().split())
            self.assertIn("WhatIsWrong", flat)
        text = "".join("".join(page.extract_text().split()) for page in pages)
        for expected in ("CustomerFeedbackRegister", "刀身生锈", "さびが出た", "SunriseTools:64complaints", "WithdrawnbytheCustomer"):
            with self.subTest(expected):
                self.assertIn(expected, text)
        numbers = [text.index(f"C/2026/{number:05}") for number in range(1, 65)]
        self.assertEqual(numbers, sorted(numbers))

    def test_what_is_selected_is_printed_or_else_all_that_is_shown(self):
        Complaint = self.env["quality.complaint"].with_user(self.quality_manager)
        chosen = (self.rejected | self.rust).with_user(self.quality_manager).action_print_register()
        self.assertEqual(chosen["context"]["active_ids"], (self.rust | self.rejected).ids)
        shown = Complaint.with_context(active_domain=[("id", "in", self.all.ids), ("channel", "=", "phone")]).action_print_register()
        self.assertEqual(shown["context"]["active_ids"], (self.upheld | self.rejected | self.cancelled).ids)
        with self.assertRefused("There is no complaint to print"):
            Complaint.with_context(active_domain=[("id", "=", 0)]).action_print_register()

    def test_its_title_is_the_one_that_the_reader_knows(self):
        for lang, title in (("zh_CN", "客户反馈登记表"), ("ja_JP", "顧客フィードバック登録簿")):
            self.env["res.lang"]._activate_lang(lang)
            with self.subTest(lang):
                self.assertEqual(self.env["quality.complaint"].with_context(lang=lang)._get_register_title(), title)
                report = self.env.ref("quality_complaint.action_report_register").with_context(lang=lang, force_report_rendering=True)
                text = "".join(PdfReader(io.BytesIO(report._render_qweb_pdf(report, self.all.ids)[0])).pages[0].extract_text().split())
                self.assertIn(title, text)

    # ------------------------------------------------------------ the Excel file
    def test_a_text_is_never_a_formula(self):
        file = io.BytesIO()
        write_table(file, "Feedback: [all]", [("Text", 20), ("Number", 8)], ([text, number] for number, text in enumerate(FORMULAS)))
        sheet = openpyxl.load_workbook(io.BytesIO(file.getvalue())).active
        self.assertEqual(sheet.title, "Feedback all")
        for row, text in zip(sheet.iter_rows(min_row=3), FORMULAS, strict=True):
            with self.subTest(text):
                self.assertEqual(row[0].data_type, "s")
                self.assertEqual(row[0].value.strip(), text.strip())
        file = io.BytesIO()
        write_table(file, "Lines", [("Text", 20)], [["one\r\ntwo\rthree"]])
        self.assertEqual(openpyxl.load_workbook(file).active["A3"].value, "one\ntwo\nthree")
        self.assertEqual([row[1].value for row in sheet.iter_rows(min_row=4)], [1, 2, 3, 4, 5])

    def test_a_text_longer_than_a_cell_is_cut_and_not_lost(self):
        file = io.BytesIO()
        write_table(file, "Long", [("Text", 20)], [["x" * 40000]])
        sheet = openpyxl.load_workbook(io.BytesIO(file.getvalue())).active
        self.assertEqual(len(sheet["A3"].value), 32767)


@tagged("post_install", "-at_install")
class TestRegisterDownload(RegisterCommon, HttpCase):
    def _download(self, user, domain, **context):
        self.authenticate(user.login, user.login)
        return self.url_open("/quality_complaint/register.xlsx", data={
            "domain": json.dumps(domain), "context": json.dumps(context), "csrf_token": Request.csrf_token(self),
        })

    def _read(self, response):
        self.assertEqual(response.status_code, 200)
        return openpyxl.load_workbook(io.BytesIO(response.content)).active

    def test_it_is_downloaded_as_excel(self):
        response = self._download(self.quality_manager, [("id", "in", self.all.ids)])
        self.assertIn("Customer%20Feedback%20Register.xlsx", response.headers["Content-Disposition"])
        self.assertEqual(int(response.headers["Content-Length"]), len(response.content))
        sheet = self._read(response)
        self.assertEqual(sheet["A1"].value, "Customer Feedback Register")
        self.assertEqual([cell.value for cell in sheet[2]][:4], ["Number", "Received On", "Channel", "Customer"])
        self.assertEqual([sheet.cell(row, 1).value for row in range(3, 8)], [*self.all.mapped("name"), None])
        self.assertEqual((sheet["H3"].value, str(sheet["B3"].value)), ("刀身生锈; さびが出た", "2026-05-04 10:00:00"))
        self.assertEqual((sheet["H4"].value, sheet["H4"].data_type), ("=HYPERLINK(1)", "s"))

    def test_its_title_is_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        response = self._download(self.quality_manager, [("id", "in", self.all.ids)], lang="zh_CN")
        self.assertEqual((self._read(response)["A1"].value, self._read(response).title), ("客户反馈登记表", "客户反馈登记表"))
        self.assertIn("filename*=UTF-8''%E5%AE%A2%E6%88%B7", response.headers["Content-Disposition"])

    def test_each_gets_only_what_he_may_read(self):
        other = self._create_complaint(self.other_rep)
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self.env["quality.complaint"].with_company(company).create({
            "subject": "Not ours", "partner_id": self.customer.id, "company_id": company.id,
            "type_id": self.env["quality.complaint.type"].create({"name": "Theirs", "company_id": company.id}).id,
        })
        domain = [("id", "in", (self.all | other | foreign).ids)]
        for user, expected in ((self.rep, self.all), (self.other_rep, other), (self.quality_manager, self.all | other)):
            with self.subTest(user.login):
                sheet = self._read(self._download(user, domain))
                found = [sheet.cell(row, 1).value for row in range(3, sheet.max_row + 1)]
                self.assertEqual(found, expected.sudo().mapped("name"))

    def test_what_is_no_filter_is_refused(self):
        self.authenticate(self.quality_manager.login, self.quality_manager.login)
        for domain, context in (("x", "{}"), ("[1, 2]", "{}"), ("[]", "[1]")):
            response = self.url_open("/quality_complaint/register.xlsx", data={
                "domain": domain, "context": context, "csrf_token": Request.csrf_token(self),
            })
            self.assertEqual(response.status_code, 400, (domain, context))

    def test_who_is_nobody_gets_nothing(self):
        self.authenticate(None, None)
        response = self.url_open("/quality_complaint/register.xlsx", data={"csrf_token": Request.csrf_token(self)})
        self.assertNotIn("spreadsheet", response.headers["Content-Type"])
        portal = self._new_user("portal", "base.group_portal")
        for user in (portal, self.handler):
            with self.subTest(user.login), mute_logger("odoo.http"):
                self.assertEqual(self._download(user, []).status_code, 403, "without the right to export data")
