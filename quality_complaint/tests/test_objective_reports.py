import io
import json
import zipfile
from datetime import datetime

import openpyxl
from pypdf import PdfReader

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_objectives import NOW, ObjectiveCommon


class ReportCommon(ObjectiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_languages("zh_CN")
        cls.env.ref("base.group_allow_export").user_ids += cls.handler
        cls.all = cls.env["quality.objective"].browse([objective.id for objective in cls.objectives.values()])

    def _fill(self):
        """Two of three replies in time in May, none of one in June; one customer who is satisfied."""
        self._answer_at(self._file("follow_up"), datetime(2026, 5, 12, 10), "yes")
        self._file("follow_up")
        self._file()
        self._file(moment=datetime(2026, 6, 1, 10))


@tagged("post_install", "-at_install")
class TestObjectivePdf(ReportCommon):
    def _print(self, objectives, user=None, **context):
        with self.at(NOW):
            self.env.invalidate_all()
            report = self.env["ir.actions.report"].with_user(user or self.handler).with_context(force_report_rendering=True, **context)
            content, kind = report._render_qweb_pdf("quality_complaint.report_objectives", objectives.ids)
        self.assertEqual(kind, "pdf")
        return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]

    def test_a_page_with_targets_months_trend_and_definitions(self):
        self._fill()
        [page] = self._print(self.all)
        for text in (
            "QualityObjectives", "SunriseTools:August2025toJuly2026", "HandledinTime", "95.0", "50.02/4", "66.72/3", "0.00/1", "-66.7",
            "SatisfiedwiththeHandling", "100.01/1", "Counted:eachpromisedreply", "Reached:thelastansweris", "neither0nor100%",
        ):
            with self.subTest(text):
                self.assertIn(text, page)
        self.assertEqual(page.count("Counted:"), 4)

    def test_it_is_chinese_for_who_reads_chinese(self):
        self._fill()
        self.team.name = "品质部"
        own = self.env["quality.objective"].create({"measure": "handled", "company_id": self.company.id, "team_id": self.team.id})
        [page] = self._print(self.all | own, lang="zh_CN")
        for text in ("·品质部", "2025年8月", "2026年7月", "66.7"):
            with self.subTest(text):
                self.assertIn(text, page)

    def test_a_page_for_each_company_and_an_empty_one_says_so(self):
        self._fill()
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        theirs = self.env["quality.objective"].search([("company_id", "=", other.id)])
        both = self._new_user("both", "quality_complaint.group_manager")
        both.company_ids |= other
        pages = self._print(self.all | theirs, both, allowed_company_ids=[self.company.id, other.id])
        self.assertEqual(len(pages), 2)
        empty = next(page for page in pages if "MoonlightTools:" in page)
        full = next(page for page in pages if "SunriseTools:" in page)
        self.assertIn("Notenoughdata:inthistimenothingcounts", empty)
        self.assertNotIn("100.0", empty.replace("100.0–", "", 1).replace("100.0Notenough", ""))
        self.assertNotIn("inthistimenothingcounts", full)

    def test_what_is_selected_is_printed_or_else_all_that_is_shown(self):
        solved = self.objectives["solved"].with_user(self.handler)
        self.assertEqual(solved.action_print_objectives()["context"]["active_ids"], solved.ids)
        shown = self.env["quality.objective"].with_user(self.handler).with_context(active_domain=[("id", "in", self.all.ids)])
        self.assertEqual(set(shown.action_print_objectives()["context"]["active_ids"]), set(self.all.ids))


@tagged("post_install", "-at_install")
class TestObjectiveDownload(ReportCommon, HttpCase):
    def _download(self, user, domain, **context):
        self.authenticate(user.login, user.login)
        with self.at(NOW):
            self.env.flush_all()
            return self.url_open("/quality_complaint/analysis/objectives.xlsx", data={
                "domain": json.dumps(domain), "context": json.dumps(context), "csrf_token": Request.csrf_token(self),
            })

    def _read(self, response):
        self.assertEqual(response.status_code, 200)
        return openpyxl.load_workbook(io.BytesIO(response.content))

    def test_targets_against_actuals_with_lines(self):
        self._fill()
        response = self._download(self.handler, [("id", "in", self.all.ids)])
        self.assertIn("Quality%20Objectives.xlsx", response.headers["Content-Disposition"])
        book = self._read(response)
        summary, months = book.worksheets
        rows = {row[1]: row for row in summary.iter_rows(min_row=3, values_only=True)}
        *figures, change, definition = rows["Handled in Time"]
        self.assertEqual(figures, ["Sunrise Tools", "Handled in Time", None, 95, 50, 2, 4, "Target Missed"])
        self.assertAlmostEqual(change, -200 / 3)
        self.assertTrue(definition.startswith("Counted: each promised reply"))
        self.assertEqual(rows["Effectively Solved"][3:8], (90, 100, 1, 1, "Target Met"))
        self.assertEqual(len(rows), 4)
        handled = [row for row in months.iter_rows(min_row=3, values_only=True) if row[1] == "Handled in Time"]
        self.assertEqual(len(handled), 12)
        self.assertEqual([row[3:] for row in handled[-3:]], [
            (95, 66.66666666666667, 2, 3, "Target Missed"), (95, 0, 0, 1, "Target Missed"), (95, None, 0, 0, "Not Enough Data"),
        ])
        self.assertEqual((handled[-1][2], months.freeze_panes), (datetime(2026, 7, 1), "B3"))
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
        self.assertEqual(len(charts), 4, "each objective in which something counted")
        self.assertTrue(all("lineChart" in chart and "2026-06-01" in chart for chart in charts))

    def test_an_empty_time_has_no_lines(self):
        book = self._read(self._download(self.handler, [("id", "in", self.all.ids)], lang="zh_CN"))
        summary, months = book.worksheets
        for row in summary.iter_rows(min_row=3, values_only=True):
            self.assertEqual(row[4:8], (None, 0, 0, "数据不足"))
        self.assertFalse(months._charts)

    def test_each_gets_what_they_may_read(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        theirs = self.env["quality.objective"].search([("company_id", "=", other.id)])
        summary = self._read(self._download(self.handler, [("id", "in", (self.all | theirs).ids)])).worksheets[0]
        self.assertEqual({summary.cell(row, 1).value for row in range(3, 7)}, {"Sunrise Tools"})
        self.assertEqual(summary.max_row, 6)
        self.env.ref("base.group_allow_export").user_ids += self.rep
        for user in (self.rep, self.quality_manager):
            with self.subTest(user.login), mute_logger("odoo.http"):
                self.assertEqual(self._download(user, []).status_code, 403, "without the right to read, or to export")
