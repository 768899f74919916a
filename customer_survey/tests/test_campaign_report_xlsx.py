import io

import openpyxl

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .score_common import ScoredCampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignReportXlsx(ScoredCampaignCommon, HttpCase):
    """The report as an Excel file."""

    def _get(self, user, campaign):
        self.authenticate(user.login, user.login)
        return self.url_open(campaign.with_user(self.collector).action_export_report()["url"])

    def _read(self, user, campaign):
        response = self._get(user, campaign)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(int(response.headers["Content-Length"]), len(response.content))
        return openpyxl.load_workbook(io.BytesIO(response.content))

    def _get_rows(self, sheet):
        return [list(row) for row in sheet.iter_rows(min_row=3, values_only=True)]

    def test_its_figures_are_the_campaigns(self):
        _before, campaign = self._collect_two_years()
        book = self._read(self.reviewer, campaign)
        self.assertEqual(book.sheetnames, ["Summary", "Items", "Segments", "Copies", "Remarks", "What Customers Have in Common", "Measures Planned", "Management Review", "Feedback to Customers"])
        summary = {row[0]: row[1] for row in self._get_rows(book["Summary"])}
        self.assertIn("Interim", summary["Note"])
        self.assertEqual((summary["Customers Asked"], summary["Copies Returned"], summary["Response Rate"]), (4, 3, 75))
        for label, figure in (
            ("Overall Satisfaction", campaign.satisfaction), ("The Time Before", 50), ("Change", campaign.satisfaction - 50),
            ("Net Promoter Score", campaign.nps), ("Net Promoter Score, lower end with 95 % confidence", campaign.nps_low),
            ("Satisfaction 2025", 50), ("Satisfaction 2026", campaign.satisfaction),
        ):
            self.assertAlmostEqual(summary[label], figure, 9, label)
        self.assertEqual(self._get_rows(book["Items"]), [
            ["Goods", "Quality", 3, 80, 80, 50, 30, None], ["Goods", "Delivery", 2, 50, 80, None, None, "Below"],
        ])
        segments = {(row[0], row[1]): row[2:] for row in self._get_rows(book["Segments"])}
        self.assertEqual(segments["Section", "Goods"], [5, 68, 50, 18])
        self.assertEqual(segments["Salesperson", "Other rep"], [1, 100, None, None])
        self.assertEqual(segments["Salesperson", "Rep"][0], 2)
        copies = self._get_rows(book["Copies"])
        self.assertEqual([row[8:10] for row in copies], [[3, 9], [4, 5], [9, 9]])
        self.assertAlmostEqual(sum(row[10] for row in copies) / 3, campaign.satisfaction, 9)
        self.assertEqual([(row[2], row[3], row[11], row[12]) for row in copies], [
            ("E-mail", recipient.customer_id.name, value, group)
            for recipient, value, group in zip(campaign.recipient_ids, (10, 9, 0), ("Promoter", "Promoter", "Detractor"), strict=False)
        ])

    def test_what_a_customer_wrote_is_no_formula(self):
        _before, campaign = self._collect_two_years()
        sheet = self._read(self.collector, campaign)["Remarks"]
        self.assertEqual([(cell.value, cell.data_type) for cell in sheet["D"][2:]], [
            ("刀身太钝，手柄也松", "s"), ('=HYPERLINK("http://evil.example")', "s"),
        ])
        self.assertEqual([row[2] for row in self._get_rows(sheet)], campaign.recipient_ids[:2].mapped("name"))

    def test_it_has_charts_of_its_own_and_heads_that_stay(self):
        _before, campaign = self._collect_two_years()
        book = self._read(self.organizer, campaign)
        for name in ("Summary", "Items"):
            self.assertEqual(len(book[name]._charts), 1, name)
        self.assertEqual({sheet.freeze_panes for sheet in book}, {"B3"})
        chart = book["Items"]._charts[0]
        series = [serie for part in chart._charts for serie in part.series]
        self.assertEqual([serie.val.numRef.f for serie in series], ["Items!$D$3:$D$4", "Items!$E$3:$E$4"])
        self.assertEqual([point.v for point in series[0].cat.strRef.strCache.pt], ["Quality", "Delivery"])
        years = book["Summary"]._charts[0].series[0]
        shown = [book["Summary"][reference.replace("$", "")].value for reference in years.cat.strRef.f.split("!")[1].split(":")]
        self.assertEqual(shown, ["Satisfaction 2025", "Satisfaction 2026"])
        self.assertEqual([point.v for point in years.cat.strRef.strCache.pt], shown)

    def test_without_answers_it_has_no_charts(self):
        campaign = self._start(1)
        book = self._read(self.collector, campaign)
        self.assertEqual([len(sheet._charts) for sheet in book], [0] * 9)
        summary = {row[0]: row[1] for row in self._get_rows(book["Summary"])}
        self.assertEqual((summary["Copies Returned"], summary["Overall Satisfaction"]), (0, None))

    def test_a_copy_without_a_score_has_none(self):
        campaign = self._start(1)
        self._answer(campaign.recipient_ids, Remarks="No time")
        [row] = self._get_rows(self._read(self.collector, campaign)["Copies"])
        self.assertEqual(row[8:], [None] * 5)

    def test_many_copies_take_no_more_queries_than_few(self):
        counts = []
        for number in (2, 12):
            campaign = self._start(number, name=f"Of {number}")
            for recipient in campaign.recipient_ids:
                self._answer(recipient, Quality=4, Delivery="Bad", Recommend=9, Remarks="Late")
            campaign = campaign.with_user(self.reviewer)
            campaign._write_report(io.BytesIO())
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            campaign._write_report(io.BytesIO())
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_only_who_sees_the_campaign_gets_it(self):
        campaign = self._start(1)
        stranger = self._new_user("stranger", "sales_team.group_sale_manager", company=self.env["res.company"].create({"name": "Moon"}))
        portal = self._new_user("portal", "base.group_portal")
        for user, status in ((self.worker, 403), (self.rep, 403), (portal, 403), (stranger, 404)):
            with self.subTest(user.login), mute_logger("odoo.http"):
                self.assertEqual(self._get(user, campaign).status_code, status)
        self.authenticate(None, None)
        response = self.url_open(campaign.action_export_report()["url"])
        self.assertNotIn("spreadsheet", response.headers["Content-Type"])
