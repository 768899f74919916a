import io
import json

import lxml.html
import openpyxl

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..report.xlsx_document import MAX_LINES, write_documents
from .reply_common import ReplyCommon
from .test_register import FORMULAS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_book(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def read_rows(sheet):
    """The texts of each row from left to right."""
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


@tagged("post_install", "-at_install")
class TestReplyXlsx(ReplyCommon):
    def _write(self, *documents):
        file = io.BytesIO()
        write_documents(file, [(name, lxml.html.fromstring(html)) for name, html in documents])
        return read_book(file.getvalue())

    def _write_rows(self, html):
        return read_rows(self._write(("Sheet", f"<div>{html}</div>")).active)

    # ------------------------------------------------------------ of any document
    def test_its_texts_stand_below_one_another_in_their_order(self):
        self.assertEqual(
            self._write_rows("""
                first <b>line</b><br/>second line <h4>Heading</h4> between
                <div><p>In a   paragraph</p><ul><li>one</li><li>two <p>of two</p></li></ul><ol><li>first</li><li>second</li></ol></div>
                <style>p { color: red }</style><script>alert(1)</script><!-- no --><p> </p> last <img alt="a rusty blade"/>
            """),
            [["first line\nsecond line"], ["Heading"], ["between"], ["In a paragraph"], ["• one"], ["• two\nof two"], ["1. first"], ["2. second"], ["last [a rusty blade]"]],
        )

    def test_tables_are_tables_whatever_their_shape(self):
        sheet = self._write(("Sheet", """<div>
            <table><thead><tr><th style="width: 25%">刀</th><th>さび</th></tr></thead><tbody>
                <tr><td>1</td><td>a<br/>b</td></tr><tr><td colspan="2">both</td></tr><tr><td>short</td></tr>
                <tr><td colspan="x">odd</td><td><table><tr><td>inner</td><td>cells</td></tr></table></td></tr></tbody></table>
            <table><tr><td>1</td><td>2</td><td>3</td></tr></table></div>""")).active
        self.assertEqual(read_rows(sheet), [
            ["刀", "さび"], ["1", "a\nb"], ["both"], ["short"], ["odd", "inner cells"], ["1", "2", "3"],
        ])
        self.assertTrue(sheet["A1"].font.bold)
        self.assertEqual(sheet["G1"].value, "さび", "a quarter of 24 columns")
        self.assertIn("A3:X3", [str(merged) for merged in sheet.merged_cells.ranges])

    def test_a_table_with_more_columns_than_the_grid_keeps_them_all(self):
        cells = "".join(f"<td>{number}</td>" for number in range(60))
        self.assertEqual(self._write_rows(f"<table><tr>{cells}</tr></table><p>below</p>"), [[str(number) for number in range(60)], ["below"]])

    def test_a_cell_that_claims_to_be_endlessly_wide_is_harmless(self):
        for span in ("99999999", "9" * 5000):
            with self.subTest(len(span)):
                self.assertEqual(
                    self._write_rows(f'<table><tr><td colspan="{span}">wide</td></tr><tr><td>1</td></tr></table><p>below</p>'),
                    [["wide"], ["1"], ["below"]],
                )

    def test_a_text_is_never_a_formula(self):
        for text in FORMULAS:
            for html in (f"<p>{text}</p>", f"<table><tr><td>{text}</td></tr></table>", f"<table><tr><td>x</td><td>{text}</td></tr></table>", f"<h4>{text}</h4>"):
                with self.subTest(html):
                    cells = [cell for row in self._write(("Sheet", f"<div>{html}</div>")).active.iter_rows() for cell in row if cell.value not in (None, "x")]
                    self.assertEqual([(cell.value, cell.data_type) for cell in cells], [(text.strip(), "s")])

    def test_what_is_higher_than_excel_shows_goes_on_in_the_next_row(self):
        words = [f"word{number}" for number in range(3000)]
        html = f"<p>{' '.join(words)}</p><table><tr><td>left</td><td>{'刀' * 4000}</td></tr></table>"
        sheet = self._write(("Sheet", f"<div>{html}</div>")).active
        text = " ".join(value for row in read_rows(sheet) for value in row)
        self.assertEqual([word for word in text.split() if word.startswith("word")], words)
        self.assertEqual(text.count("刀"), 4000)
        self.assertEqual(text.count("left"), 1)
        self.assertLessEqual(max(row.height for row in sheet.row_dimensions.values()), 409)
        self.assertLessEqual(max(value.count("\n") for row in read_rows(sheet) for value in row), MAX_LINES)

    def test_each_document_has_a_sheet_with_a_name_that_excel_takes(self):
        book = self._write(("C/2026/00001", "<p>a</p>"), ("C/2026/00001", "<p>b</p>"), ("[x]:*?" * 20, "<p>c</p>"), ("", "<p>d</p>"))
        self.assertEqual(len(book.sheetnames), 4)
        self.assertEqual([sheet["A1"].value for sheet in book], ["a", "b", "c", "d"])
        self.assertEqual(book.sheetnames[:2], ["C202600001", "C202600001 (2)"])

    def test_an_empty_document_is_an_empty_sheet(self):
        self.assertEqual(self._write_rows(""), [])

    # ------------------------------------------------------------ of a reply
    def test_the_8d_says_in_excel_what_it_says_on_paper(self):
        complaint = self._create_8d()
        complaint.with_user(self.rep).reply_body = str(complaint.reply_body).replace("<h4>D8 Closure", "<p>=1+1 手で書いた</p><h4>D8 Closure")
        self._approve(complaint)
        name, content = complaint.with_user(self.rep)._make_xlsx(self.form_8d)
        self.assertEqual(name, f"8D Report {complaint.name.replace('/', '-')}.xlsx")
        sheet = read_book(content).active
        rows = read_rows(sheet)
        self.assertEqual(rows[:2], [[f"8D Report {complaint.name}"], ["Complaint", complaint.name, "Date", complaint.reply_approved_on.strftime("%m/%d/%Y")]])
        for expected in (
            ["D1 Team"], ["Name", "Role", "Department"], ["Handler", "Handles the complaint", "Quality"], ["D4 Root Causes"], ["2", "下雨且无遮盖\n→ Root cause"],
            ["1", "包装を誰も確認しない"], ["=1+1 手で書いた"], ["D8 Closure and Recognition"], ["Sales manager\nSunrise Tools"],
        ):
            with self.subTest(expected):
                self.assertIn(expected, rows)
        self.assertFalse([cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"])
        text = "".join("".join(value for row in rows for value in row).split())
        pages, _pages = self._read_pdf(complaint.with_context(force_report_rendering=True)._print_reply(self.form_8d)[1])
        for words in lxml.html.fromstring(f"<div>{complaint.reply_body}</div>").itertext():
            with self.subTest(words):
                self.assertIn("".join(words.split()), text)
                self.assertIn("".join(words.split()), "".join(pages))

    def test_a_customer_who_wants_it_gets_it_as_excel_too(self):
        complaint, without = self._create_8d(), self._create_8d()
        self._send_reply(self._approve(without))
        self.customer.complaint_reply_xlsx = True
        self._send_reply(self._approve(complaint))
        self.assertEqual(len(without.reply_ids.attachment_ids), 1)
        files = complaint.reply_ids.attachment_ids
        self.assertEqual(len(files), 2)
        book = files.filtered(lambda file: file.name.endswith(".xlsx"))
        self.assertEqual(book.mimetype, XLSX)
        self.assertIn(["D1 Team"], read_rows(read_book(book.raw).active))
        self._send(complaint.reply_ids.with_user(self.rep), "action_send_again")
        self.assertEqual(set(complaint.message_ids[:1].attachment_ids.mapped("name")), set(files.mapped("name")))


@tagged("post_install", "-at_install")
class TestDocumentDownload(ReplyCommon, HttpCase):
    def _download(self, user, report, complaints, **values):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/quality_complaint/document/{report.id}.xlsx", data={
            "ids": json.dumps(complaints.ids), "context": "{}", "csrf_token": Request.csrf_token(self), **values,
        })

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sheet_report = cls.env.ref("quality_complaint.action_report_complaint_sheet")
        cls.handled, cls.new = cls._create_handled(), cls._create_complaint(subject="=HYPERLINK(1)")

    def test_complaint_sheets_are_downloaded_each_on_a_sheet(self):
        both = self.handled | self.new
        action = both.with_user(self.rep).action_export_sheet()
        self.assertEqual(action["params"]["url"], f"/quality_complaint/document/{self.sheet_report.id}.xlsx")
        self.assertEqual(json.loads(action["params"]["data"]["ids"]), both.ids)
        response = self._download(self.rep, self.sheet_report, both)
        self.assertEqual((response.status_code, response.headers["Content-Type"]), (200, XLSX))
        self.assertIn("Complaint%20Sheet.xlsx", response.headers["Content-Disposition"])
        first, second = read_book(response.content)
        self.assertEqual(first.title, self.handled.name.replace("/", ""))
        rows = read_rows(first)
        self.assertEqual(rows[0], [f"Complaint Sheet {self.handled.name}"])
        for expected in (["刀身生锈"], ["雨の日に届きました"], ["1", "The box was wet"], ["Screwdriver set", "さび", "2.00 Units", "No Warranty"]):
            with self.subTest(expected):
                self.assertTrue([row for row in rows if row[:len(expected)] == expected], rows)
        self.assertIn(["=HYPERLINK(1)"], read_rows(second))

    def test_one_is_named_after_its_complaint(self):
        response = self._download(self.rep, self.sheet_report, self.new)
        self.assertIn(f"Complaint%20Sheet%20{self.new.name.replace('/', '-')}.xlsx", response.headers["Content-Disposition"])

    def test_the_reply_is_downloaded_in_its_layout(self):
        complaint = self._create_8d()
        action = complaint.with_user(self.rep).action_export_reply()
        self.assertEqual(action["params"]["url"], f"/quality_complaint/document/{self.form_8d.id}.xlsx")
        rows = read_rows(read_book(self._download(self.rep, self.form_8d, complaint).content).active)
        self.assertIn(["D1 Team"], rows)
        self.assertIn(["Draft: not approved yet"], rows)

    def test_who_may_not_read_one_of_them_gets_none(self):
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self._new_user("foreign", "quality_complaint.group_manager", company=company)
        for user in (self.other_rep, foreign, self._new_user("portal", "base.group_portal")):
            with self.subTest(user.login), mute_logger("odoo.http"):
                self.assertEqual(self._download(user, self.sheet_report, self.handled | self.new).status_code, 403)
        self.authenticate(None, None)
        response = self.url_open(f"/quality_complaint/document/{self.sheet_report.id}.xlsx", data={"csrf_token": Request.csrf_token(self)})
        self.assertNotIn("spreadsheet", response.headers["Content-Type"])

    def test_nonsense_is_answered_and_nothing_breaks(self):
        sale_report = self.env.ref("sale.action_report_saleorder")
        with mute_logger("odoo.http"):
            for expected, report, values in (
                (400, self.sheet_report, {"ids": "no json"}), (400, self.sheet_report, {"ids": '["x"]'}), (400, self.sheet_report, {"ids": "7"}),
                (400, self.sheet_report, {"context": "[]"}), (403, self.sheet_report, {"ids": "[]"}), (403, self.sheet_report, {"ids": "[0]"}), (403, sale_report, {}),
            ):
                with self.subTest(values=values, report=report.name):
                    self.assertEqual(self._download(self.rep, report, self.new, **values).status_code, expected)
            self.assertEqual(self._download(self.rep, self.env["ir.actions.report"].browse(0), self.new).status_code, 404)
