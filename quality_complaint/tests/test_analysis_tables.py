import io
import json

import openpyxl
from pypdf import PdfReader

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_capa_report import CapaReportCommon

STATUS, ACTIONS = "quality.complaint.report", "quality.capa.report"


class TablesCommon(CapaReportCommon):
    """The complaint of the actions, another late one of another customer, and a closed one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.red.name = "红色车间"
        cls.late_complaint = cls._approve(cls._file_red("2026-03-05 10:00:00", subject="=1+1"), "2026-03-05 16:00:00")
        cls.closed = cls._reply(cls._approve(cls._file("2026-03-03 10:00:00"), "2026-03-03 16:00:00"), "2026-03-04 10:00:00")
        cls._hear(cls.closed, "2026-03-04 12:00:00", "yes")
        cls.complaints = cls.complaint | cls.late_complaint | cls.closed
        cls.env.ref("base.group_allow_export").user_ids += cls.rep | cls.other_rep | cls.quality_manager
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _get_status(self, user=None):
        return self.env[STATUS].with_user(user or self.quality_manager).search([("complaint_id", "in", self.complaints.ids)])

    def _get_measures(self, user=None):
        return self.env[ACTIONS].with_user(user or self.quality_manager).search(
            [("capa_id", "in", self.all.ids), ("capa_type", "=", "preventive")],
        )

    def _print(self, rows, **context):
        """What stands on paper, as the button prints it, without spaces."""
        action = rows.with_context(**context).action_print()
        self.assertEqual(set(action["context"]["active_ids"]), set(rows.ids))
        report = self.env["ir.actions.report"].with_user(rows.env.user).with_context(force_report_rendering=True, **context)
        content, kind = report._render_qweb_pdf(action["report_name"], rows.ids)
        self.assertEqual(kind, "pdf")
        return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


@tagged("post_install", "-at_install")
class TestAnalysisPaper(TablesCommon):
    """Handling status by customer and preventive measures, on paper."""

    def assertSays(self, text, *expected):
        for part in expected:
            with self.subTest(part):
                self.assertIn("".join(part.split()), text)

    def test_the_status_says_what_is_done_and_what_is_running_for_each_customer(self):
        text = self._print(self._get_status())
        self.assertSays(
            text, "Handling Status by Customer",
            "Sunrise Tools, 03/02/2026 to 03/05/2026: 3 complaints, 1 done, 2 still running, 2 of them late",
            "Blue Workshop 2 complaints, 1 done, 1 still running, 1 of them late",
            "红色车间 1 complaints, 0 done, 1 still running, 1 of them late",
            "Resolve, Reply to Customer, Follow Up", *self.complaints.mapped("name"),
        )
        self.assertLess(text.index("BlueWorkshop"), text.index("红色车间"), "a section for each customer")

    def test_the_measures_say_which_department_took_which_and_whether_the_customer_knows(self):
        self._verify(self.prevent, "2026-03-10 10:00:00", "effective")
        for capa in (self.train, self.late, self.planned):
            capa.with_user(self.handler).action_cancel()
        self._reply(self.complaint, "2026-03-11 10:00:00")
        text = self._print(self._get_measures().filtered(lambda row: row.state != "cancel"))
        self.assertSays(
            text, "Preventive Measures", "Sunrise Tools, 03/09/2026 to 03/09/2026: 1 measures, 1 carried out, 1 verified, 1 sent to customers",
            "包装部", "Cover pallets", "Effective 03/10/2026 03/11/2026",
        )

    def test_they_are_in_the_language_of_who_prints_them(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        for rows, expected in ((self._get_status(), ("红色车间", "2026/03/05")), (self._get_measures(), ("包装部", "培训员工", "2026/03/09"))):
            title = rows.with_context(lang="zh_CN")._get_printed_title()
            self.assertSays(self._print(rows, lang="zh_CN"), title, *expected)

    def test_an_empty_selection_is_said_and_not_drawn(self):
        for model in (STATUS, ACTIONS):
            empty = self.env[model].with_user(self.quality_manager).with_context(active_domain=[("date_deadline", ">", "2030-01-01")])
            with self.assertRefused("There is nothing to print in this selection"):
                empty.action_print()

    def test_another_companys_rows_are_not_printed(self):
        stranger = self._create_stranger()
        foreign = self.env[STATUS].with_user(stranger).with_context(active_domain=[("complaint_id", "in", self.complaints.ids)])
        with self.assertRefused("There is nothing to print in this selection"):
            foreign.action_print()
        mixed = self.env["quality.complaint"].with_company(self.other_company).create({
            "subject": "Theirs", "partner_id": self.customer.id, "company_id": self.other_company.id,
            "type_id": self.env["quality.complaint.type"].create({"name": "Theirs", "company_id": self.other_company.id}).id,
        })
        self.env.flush_all()
        rows = self.env[STATUS].with_user(self.quality_manager).browse((self.complaints | mixed).ids)
        self.assertEqual(len(rows._get_printed_by_company()), 1)


@tagged("post_install", "-at_install")
class TestAnalysisDownload(TablesCommon, HttpCase):
    """The three tables as Excel files, read back."""

    def _download(self, user, name, domain, **context):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/quality_complaint/analysis/{name}.xlsx", data={
            "domain": json.dumps(domain), "context": json.dumps(context), "csrf_token": Request.csrf_token(self),
        })

    def _read(self, response):
        """(sheet, its rows as dictionaries)"""
        self.assertEqual(response.status_code, 200)
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
        labels = [cell.value for cell in sheet[2]]
        return sheet, [dict(zip(labels, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=3)]

    def test_the_handling_status(self):
        action = self._get_status(self.rep).action_export_status()["params"]
        self.assertEqual(action["url"], "/quality_complaint/analysis/handling-status.xlsx")
        sheet, table = self._read(self._download(self.rep, "handling-status", json.loads(action["data"]["domain"])))
        self.assertEqual((sheet["A1"].value, sheet.freeze_panes), ("Handling Status by Customer", "B3"))
        self.assertEqual(
            [(row["Customer"], row["State"], row["Handling"], row["Steps Done"], row["Actions"], row["Actions Done"]) for row in table], [
                ("Blue Workshop", "Investigation", "Late", "Review", 6, 3),
                ("Blue Workshop", "Closed", "Done", "Review, Resolve, Reply to Customer, Follow Up", 0, 0),
                ("红色车间", "Investigation", "Late", "Review", 0, 0),
            ],
        )
        self.assertEqual((str(table[0]["Received On"]), str(table[0]["Next Deadline"])), ("2026-03-02 10:00:00", "2026-03-05 10:00:00"))
        self.assertEqual(table[2]["Complaint"], f"{self.late_complaint.name} =1+1")

    def test_the_preventive_measures(self):
        self._verify(self.prevent, "2026-03-10 10:00:00", "effective")
        sheet, table = self._read(self._download(self.quality_manager, "preventive-measures", [("id", "in", (self.prevent | self.train).ids)]))
        self.assertEqual(sheet["A1"].value, "Preventive Measures")
        found = {row["Measure"]: (row["Department"], row["State"], row["Timeliness"], row["Verdict"], str(row["Verified On"])) for row in table}
        self.assertEqual(found, {
            "Cover pallets": ("包装部", "Done", "In Time", "Effective", "2026-03-10 10:00:00"),
            "培训员工": ("Quality", "In Progress", "Late", None, "None"),
        })

    def test_the_task_progress(self):
        self._pause(self.complaint, "2026-03-10 12:00:00")
        sheet, table = self._read(self._download(self.handler_with_export(), "task-progress", [("id", "in", self.all.ids)]))
        self.assertEqual(sheet["A1"].value, "Task Progress")
        found = {row["Measure"]: (row["Owner"], row["Progress (%)"], row["Timeliness"], row["Hours Late"], row["Pauses"]) for row in table}
        self.assertEqual(found, {
            "Sort": ("Worker", 100, "In Time", None, 0), "Replace": ("Worker", 100, "Late", 12, 0),
            "Repair": ("Worker", 50, "Late", 72, 1), "Call": ("Worker", 0, "Late", 72, 1), "Forget": ("Worker", None, None, None, 1),
            "Cover pallets": ("Worker", 75, "In Time", None, 0), "培训员工": ("Worker", 50, "Late", 72, 1),
        })

    def handler_with_export(self):
        self.env.ref("base.group_allow_export").user_ids += self.handler
        return self.handler

    def test_who_may_read_an_action_but_not_its_complaint_reads_the_row(self):
        member = self._new_user("packer", "quality_complaint.group_handler,base.group_allow_export")
        self.packing.member_ids += member
        self.env.flush_all()
        self.assertFalse(self.complaint.with_user(member).has_access("read"))
        _sheet, table = self._read(self._download(member, "task-progress", [("id", "in", self.all.ids)]))
        self.assertEqual([(row["Measure"], row["Complaint"]) for row in table], [("Cover pallets", self.complaint.display_name)])

    def test_a_selection_with_nothing_in_it_is_a_head_alone(self):
        for name, title in (
            ("handling-status", "Handling Status by Customer"), ("preventive-measures", "Preventive Measures"), ("task-progress", "Task Progress"),
        ):
            with self.subTest(name):
                sheet, table = self._read(self._download(self.quality_manager, name, [("date_deadline", ">", "2030-01-01")]))
                self.assertEqual((sheet["A1"].value, table), (title, []))

    def test_each_gets_what_they_may_read_and_only_with_the_right_to_export(self):
        stranger = self._create_stranger()
        self.env.ref("base.group_allow_export").user_ids += stranger
        for name, ids in (("handling-status", self.complaints.ids), ("preventive-measures", self.all.ids), ("task-progress", self.all.ids)):
            for user in (self.other_rep, stranger):
                with self.subTest(name=name, user=user.login):
                    self.assertFalse(self._read(self._download(user, name, [("id", "in", ids)]))[1])
            with mute_logger("odoo.http"):
                self.assertEqual(self._download(self.handler, name, []).status_code, 403)
                self.assertEqual(self._download(self.rep, name, "x").status_code, 400)
