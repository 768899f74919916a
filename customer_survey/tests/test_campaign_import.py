import base64
import csv
import io

import openpyxl
import xlsxwriter

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_campaign_entry import EntryCommon

HEADINGS = [
    "Copy No.", "E-mail", "Are you satisfied?", "What went wrong?", "Rate us / Price", "Rate us / Quality", "Recommend us?", "How many broke?", "Since when?",
    "Tell us more", "Your nickname?",
]


class ImportCommon(EntryCommon):
    def _make_xlsx(self, *rows, headings=HEADINGS):
        book = openpyxl.Workbook()
        for row in (headings, *rows):
            book.active.append(row)
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    def _make_csv(self, *rows, headings=HEADINGS, encoding="utf-8", delimiter=","):
        file = io.StringIO()
        csv.writer(file, delimiter=delimiter).writerows((headings, *rows))
        return file.getvalue().encode(encoding)

    def _open_import(self, campaign, content, user=None):
        user = user or self.collector
        action = campaign.with_user(user).action_import_copies()
        return self.env["survey.campaign.import.wizard"].with_user(user).with_context(**action["context"]).create({"file": base64.b64encode(content)})

    def _import(self, campaign, content, **kwargs):
        """What the window says is wrong; None when the copies were imported."""
        wizard = self._open_import(campaign, content, **kwargs)
        action = wizard.action_import()
        self.env.flush_all()
        self.env.invalidate_all()
        if action["type"] == "ir.actions.client":
            return None
        self.assertEqual(action["res_id"], wizard.id)
        return wizard.errors.split("\n")


@tagged("post_install", "-at_install")
class TestCampaignImport(ImportCommon):
    def test_copies_come_in_complete_and_are_counted(self):
        campaign = self._start()
        self.assertIsNone(self._import(campaign, self._make_xlsx(
            ["007", "office@customer0.example", "Very", "Late; Broken", "Good", "Bad", 10, 2.5, "2026-05-01", "Fine", "Al"],
            [8, None, "not  AT all", None, None, "Good", "０", None, None, "-1+1 is none", None],
            ["", None, None],
        )))
        first, anonymous = self._get_copy(campaign, copy_reference="007"), self._get_copy(campaign, copy_reference="8")
        self.assertEqual((first.state, first.entry_channel, first.entered_by_id), ("done", "paper", self.collector))
        recipient = campaign.recipient_ids.filtered(lambda recipient: recipient.partner_id == self.customers[0])
        self.assertEqual((recipient.state, recipient.user_input_id), ("answered", first), "the copy that was mailed, not another one")
        self.assertEqual(
            [(line.question_id.title, line._get_answer_text()) for line in first.user_input_line_ids if not line.skipped],
            [
                ("Are you satisfied?", "Very"), ("What went wrong?", "Late"), ("What went wrong?", "Broken"), ("Rate us", "Price: Good"),
                ("Rate us", "Quality: Bad"), ("Recommend us?", "10"), ("How many broke?", "2.5"), ("Since when?", "05/01/2026"), ("Tell us more", "Fine"),
                ("Your nickname?", "Al"),
            ],
        )
        self.assertEqual(anonymous.user_input_line_ids.filtered("skipped").question_id.mapped("title"), [
            "What went wrong?", "How many broke?", "Since when?", "Your nickname?",
        ])
        self.assertEqual((campaign.copy_count, campaign.satisfaction, campaign.nps_count, campaign.nps), (2, 70.0, 2, 0.0))

    def test_all_that_is_wrong_is_said_at_once_and_nothing_comes_in(self):
        campaign = self._start()
        answered = campaign.recipient_ids.filtered(lambda recipient: recipient.partner_id == self.customers[2])
        with self.at("2026-06-12 08:00:00"):
            self._fill_in(answered, **{"Are you satisfied?": self._choice("Are you satisfied?", "Very")})
        self.assertEqual(self._import(campaign, self._make_xlsx(
            ["1", "office@customer0.example", "Very"],
            ["1", "nobody@nowhere.example", "Great", "Late; Lost", None, None, 11, "many", "soon"],
            [None, "office@customer0.example", "Very"],
            ["3", "office@customer2.example", None, None, None, None, 3.5],
            ["4"],
        )), [
            "Row 3, column «Copy No.»: 1 stands in row 2 already.",
            "Row 3, column «E-mail»: nobody@nowhere.example was not asked in this campaign. Leave it empty for a copy without a name.",
            "Row 3, column «Are you satisfied?»: «Great» is none of the answers: Very, Not at all.",
            "Row 3, column «What went wrong?»: «Lost» is none of the answers: Late, Broken.",
            "Row 3, column «Recommend us?»: «11» is no whole number from 0 to 10.",
            "Row 3, column «How many broke?»: «many» is no number.",
            "Row 3, column «Since when?»: «soon» is no date. Write it as year-month-day.",
            "Row 4, column «Copy No.»: each copy has a number, so that none is counted twice.",
            "Row 4, column «E-mail»: office@customer0.example stands in row 2 already.",
            "Row 5, column «E-mail»: Customer 2 has answered already.",
            "Row 5, column «Recommend us?»: «3.5» is no whole number from 0 to 10.",
            "Row 6: nothing was answered.",
        ])
        self.assertFalse(self._get_copy(campaign, entry_channel="paper"))
        self.assertEqual(campaign.copy_count, 1)

    def test_the_same_file_again_is_refused_by_its_numbers(self):
        campaign = self._start()
        content = self._make_csv(["A", "", "Very"], ["B", "office@customer1.example", "Very"])
        self.assertIsNone(self._import(campaign, content))
        self.assertEqual(self._import(campaign, content), [
            "Row 2, column «Copy No.»: A is in the campaign already.",
            "Row 3, column «Copy No.»: B is in the campaign already.",
            "Row 3, column «E-mail»: Customer 1 has answered already.",
        ])
        self.assertEqual(campaign.copy_count, 2)

    def test_columns_are_those_of_the_questionnaire_in_any_order(self):
        campaign = self._start()
        self.assertEqual(self._import(campaign, self._make_csv(["1"], headings=[*HEADINGS[:-2], "Colour", "Copy No."])), [
            "The column «Colour» is none of the questionnaire's.", "The column «Copy No.» is there twice.",
            "The column «Tell us more» is missing.", "The column «Your nickname?» is missing.",
        ])
        self.assertEqual(self._import(campaign, self._make_csv()), ["There is no copy in the file, only the headings."])
        self.assertIsNone(self._import(campaign, self._make_csv(
            ["", "", "", "", "7", "", "", "", "Very", "", "1"], headings=HEADINGS[::-1], delimiter=";",
        )))
        self.assertEqual(campaign.satisfaction, 100.0)

    def test_a_file_that_cannot_be_read_is_told_from_one_that_is_wrong(self):
        campaign = self._start()
        damaged = self._make_xlsx(["1", None, "Very"])[:400]
        for content, said in (
            (b" \n", "The file is empty."), (self._make_xlsx(headings=[]), "The file is empty."),
            (damaged, "The file is damaged, or neither an Excel file (.xlsx) nor a CSV file."),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "The file is damaged, or neither an Excel file (.xlsx) nor a CSV file."),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is a file of an old Excel. Save it as an .xlsx file."),
            (b"Copy No.\x81", "The characters of the file can't be read. Save it as CSV UTF-8, or as an .xlsx file."),
        ):
            with self.subTest(said):
                self.assertEqual(self._import(campaign, content), [said])

    def test_texts_of_asia_are_read_in_the_encodings_that_are_usual_there(self):
        self.question["Are you satisfied?"].suggested_answer_ids[0].value = "很满意"
        for number, (encoding, remark) in enumerate((
            ("utf-8", "太慢了"), ("utf-8-sig", "遅すぎる"), ("utf-16", "太慢了"), ("gb18030", "太慢了，不满意"),
        )):
            campaign = self._start(name=f"Of {encoding}", recent_days=0)
            self.assertIsNone(self._import(campaign, self._make_csv(
                [str(number), "", "很满意", "", "", "", "", "", "", remark, ""], encoding=encoding,
            )))
            self.assertEqual(self._get_copy(campaign, copy_reference=str(number)).user_input_line_ids.filtered("value_text_box").value_text_box, remark)

    def test_shift_jis_is_told_from_gb18030_by_what_fits_the_questionnaire(self):
        self.question["Are you satisfied?"].suggested_answer_ids[0].value = "とても満足"
        campaign = self._start()
        self.assertIsNone(self._import(campaign, self._make_csv(
            ["1", "", "とても満足", "", "", "", "", "", "", "対応が遅い", ""], encoding="cp932",
        )))
        self.assertEqual(self._get_copy(campaign, copy_reference="1").user_input_line_ids.filtered("value_text_box").value_text_box, "対応が遅い")

    def test_formulas_and_links_are_what_they_show(self):
        campaign = self._start()
        book = openpyxl.Workbook()
        book.active.append(HEADINGS)
        book.active.append(["1", "office@customer0.example", "Very", None, None, None, "=5+4"])
        book.active["B2"].hyperlink = "mailto:office@customer0.example"
        file = io.BytesIO()
        book.save(file)
        self.assertEqual(self._import(campaign, file.getvalue()), [
            "Row 2, column «Recommend us?»: the file does not say what comes out of the formula. Save it in a spreadsheet program first.",
        ])
        shown = io.BytesIO()
        with xlsxwriter.Workbook(shown) as written:
            sheet = written.add_worksheet()
            sheet.write_row(0, 0, HEADINGS)
            sheet.write_row(1, 0, ["1", "", "Very"])
            sheet.write_url(1, 1, "mailto:office@customer0.example", string="office@customer0.example")
            sheet.write_formula(1, 6, "=5+4", None, 9)
        self.assertIsNone(self._import(campaign, shown.getvalue()))
        self.assertEqual(campaign.nps, 100.0)

    def test_what_depends_on_another_answer_is_asked_of_nobody_else(self):
        self.question["What went wrong?"].triggering_answer_ids = [Command.set([int(self._choice("Are you satisfied?", "Not at all"))])]
        campaign = self._start()
        self.assertEqual(self._import(campaign, self._make_csv(["1", "", "Very", "Late"], ["2", "", "Not at all", "Late"])), [
            "Row 2, column «What went wrong?»: is not asked after the other answers of this copy.",
        ])
        self.assertIsNone(self._import(campaign, self._make_csv(["1", "", "Very"], ["2", "", "Not at all", "Late"])))
        self.assertNotIn("What went wrong?", self._get_copy(campaign, copy_reference="1").user_input_line_ids.question_id.mapped("title"))

    def test_only_those_who_collect_import_and_only_into_their_company(self):
        campaign = self._start()
        with self.assertRaises(AccessError):
            self.env["survey.campaign.import.wizard"].with_user(self.reviewer).create({"campaign_id": campaign.id})
        stranger = self._new_user("stranger", "customer_survey.group_collector", company=self.env["res.company"].create({"name": "Moon"}))
        wizard = self.env["survey.campaign.import.wizard"].with_user(stranger).create({
            "campaign_id": campaign.id, "file": base64.b64encode(self._make_csv(["1", "", "Very"])),
        })
        with self.assertRaises(AccessError):
            wizard.action_import()

    def test_queries_for_each_copy_are_near_constant(self):
        def count(number):
            campaign = self._start(name=f"Campaign of {number}", recent_days=0)
            content = self._make_csv(*([f"{index}", "", "Very", "Late", "Good", "Bad", "9", "", "", "Fine"] for index in range(number)))
            wizard = self._open_import(campaign, content)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.action_import()
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before
            self.assertEqual(campaign.copy_count, number)
            return queries

        count(2)
        few, many = count(10), count(60)
        self.assertLessEqual((many - few) / 50, 2, f"{few} queries for 10, {many} for 60")


@tagged("post_install", "-at_install")
class TestCampaignImportTemplate(ImportCommon, HttpCase):
    def test_the_table_to_fill_in_is_what_the_import_takes(self):
        campaign = self._start(date_end="2099-12-31")
        self.authenticate(self.collector.login, self.collector.login)
        action = self._open_import(campaign, b"-").action_download_template()
        book = openpyxl.load_workbook(io.BytesIO(self.url_open(action["url"]).content))
        sheet, allowed = book.worksheets
        self.assertEqual([cell.value for cell in sheet[1]], HEADINGS)
        self.assertEqual(sheet["C1"].comment.text.split("\n"), ["Very", "Not at all"])
        self.assertEqual([cell.value for cell in allowed["D"]][:4], ["What went wrong?", "Late", "Broken", "Several answers with semicolons between them."])
        sheet.append(["1", "", "Very"])
        file = io.BytesIO()
        book.save(file)
        self.assertIsNone(self._import(campaign, file.getvalue()))

    def test_it_is_for_those_who_collect(self):
        campaign = self._start(date_end="2099-12-31")
        self.authenticate(self.worker.login, self.worker.login)
        self.assertEqual(self.url_open(f"/customer_survey/copies_template/{campaign.id}").status_code, 403)
