import io

from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.report.survey_campaign import MAX_REMARKS
from .score_common import ScoredCampaignCommon

REPORT = "customer_survey.report_campaign"


@tagged("post_install", "-at_install")
class TestCampaignReport(ScoredCampaignCommon):
    """The report on paper says what was answered, what is wrong with the figures, and nothing that nobody said."""

    def _print(self, campaigns, user=None, lang="en_US"):
        report = self.env["ir.actions.report"].with_user(user or self.reviewer).with_context(force_report_rendering=True, lang=lang)
        content, kind = report._render_qweb_pdf(REPORT, campaigns.ids)
        self.assertEqual(kind, "pdf")
        return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)

    def assertPrinted(self, text, *expected):
        for words in expected:
            with self.subTest(words):
                self.assertIn("".join(words.split()), text)

    def test_it_says_all_that_was_answered(self):
        _before, campaign = self._collect_two_years()
        campaign.objectives = "<p>Are the new blades better?</p>"
        with self.at("2026-06-20 08:00:00"):
            campaign.action_close()
        self.env.invalidate_all()
        text = self._print(campaign)
        # of the copies: 3 of 9, 4 of 5 and 9 of 9
        self.assertPrinted(
            text, "Customer Satisfaction Report: Satisfaction 2026", "Are the new blades better?", "Customers Asked 4", "Copies Returned 3",
            "Response Rate 75.0 %", "Overall Satisfaction 71.1 %", "Target 80.0 %", "The Time Before 50.0 %", "Change 21.1 percentage points",
            "Net Promoter Score 33.3", "Net Promoter Answers 3",
            "Satisfaction 2025 50.0 %", "Satisfaction 2026 71.1 %",
            "Quality 3 80.0 % 50.0 % +30.0", "Delivery 2 50.0 % — —",
            "Goods 5 68.0 % 50.0 % +18.0", "Rep 2 56.7 % 50.0 % +6.7", "Other rep 1 100.0 % — —",
            "What Customers Have in Common", "Delivery 50.0 30.0 1 2",
            "刀身太钝，手柄也松", "=HYPERLINK", campaign.recipient_ids[0].name,
        )
        self.assertNotIn("Interim", text)
        self.assertNotIn("Toofewcopies", text)

    def test_while_answers_come_in_it_is_interim(self):
        _before, campaign = self._collect_two_years()
        campaign.minimum_copies = 4
        self.assertPrinted(
            self._print(campaign, self.collector), "Interim, collection open", "Too few copies for a result: 3, and it takes 4.", "Status Collecting",
        )

    def test_without_answers_there_are_no_figures(self):
        campaign = self._start(2)
        text = self._print(campaign)
        self.assertPrinted(text, "No copy has come back yet.", "Response Rate 0.0 %", "Overall Satisfaction —")
        for missing in ("NetPromoter", "SatisfactionbyItem", "InCommon", "Remarks"):
            self.assertNotIn(missing, text)

    def test_copies_without_a_score_are_no_satisfaction_of_zero(self):
        campaign = self._start(1)
        self._answer(campaign.recipient_ids, Remarks="No time")
        self.assertPrinted(self._print(campaign), "Copies Returned 1", "Overall Satisfaction —", "No time")

    def test_nothing_below_the_target_is_said(self):
        campaign = self._start(1)
        self._answer(campaign.recipient_ids, Quality=4)
        self.assertPrinted(self._print(campaign), "No item is below the target.")

    def test_a_cancelled_campaign_is_none_to_compare_with(self):
        before, campaign = self._collect_two_years()
        self.env["survey.campaign.reason"].with_user(self.organizer).create({
            "campaign_ids": before.ids, "move": "cancel", "reason": "Wrong questionnaire",
        }).action_confirm()
        self.env.invalidate_all()
        report = campaign.with_user(self.reviewer)._get_report_values()
        self.assertNotIn("The Time Before", [label for label, _figure, _unit in report["figures"]])
        self.assertEqual([label for label, _copies, _percent in report["years"]], ["Satisfaction 2026"])
        self.assertEqual([item["previous"] for item in report["items"]], [None, None])
        self.assertIn("Cancelled: Wrong questionnaire", before.with_user(self.reviewer)._get_report_values()["notes"])

    def test_it_speaks_the_readers_language(self):
        _before, campaign = self._collect_two_years()
        for lang in ("zh_CN", "ja_JP"):
            self.env["res.lang"]._activate_lang(lang)
            text = self._print(campaign, lang=lang)
            self.assertPrinted(text, campaign.with_context(lang=lang)._get_report_title(), "2026/07/31", "刀身太钝，手柄也松")

    def test_of_many_remarks_the_latest_are_printed(self):
        campaign = self._start(1)
        copy = self._answer(campaign.recipient_ids, Quality=4, Remarks="The first one")
        line = copy.user_input_line_ids.filtered(lambda line: line.answer_type == "text_box")
        for number in range(MAX_REMARKS):
            line.copy({"value_text_box": f"And another, {number}"})
        text = self._print(campaign)
        self.assertPrinted(text, f"And another, {MAX_REMARKS - 1}", "Further remarks, in the Excel file: 1")
        self.assertNotIn("Thefirstone", text)

    def test_who_may_not_see_the_campaign_prints_nothing(self):
        campaign = self._start(1)
        stranger = self._new_user("stranger", "sales_team.group_sale_manager", company=self.env["res.company"].create({"name": "Moon"}))
        for user in (self.worker, self.rep, stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["ir.actions.report"].with_user(user)._render_qweb_html(REPORT, campaign.ids)
            with self.subTest(user.login), self.assertRaises(AccessError):
                campaign.with_user(user)._get_report_values()

    def test_on_screen_years_are_compared(self):
        before, campaign = self._collect_two_years()
        for model, this_year in (("survey.campaign.item", 68), ("survey.campaign.copy", 100 * (3 / 9 + 4 / 5 + 1) / 3)):
            years = self.env[model].with_user(self.reviewer)._read_group([("company_id", "=", self.company.id)], ["year"], ["percent:avg"])
            self.assertEqual([year for year, _percent in years], [2025, 2026])
            self.assertAlmostEqual(years[0][1], 50, 9)
            self.assertAlmostEqual(years[1][1], this_year, 9)
            records = self.env[model].with_user(self.reviewer).search([("company_id", "=", self.company.id)])
            self.assertEqual(list(records.campaign_id), [campaign, before], "the newest comes first")

    def test_the_button_prints_this_campaign(self):
        campaign = self._start(1)
        action = campaign.with_user(self.collector).action_print_report()
        self.assertEqual((action["report_name"], action["context"]["active_ids"]), (REPORT, campaign.ids))
