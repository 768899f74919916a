from odoo.tests import HttpCase, tagged

from odoo.addons.quality_complaint.tests.dashboard_common import DashboardMixin

from .score_common import ScoredCampaignCommon

DASHBOARD = "customer_survey.spreadsheet_dashboard_satisfaction"


@tagged("post_install", "-at_install")
class TestCampaignDashboard(DashboardMixin, ScoredCampaignCommon, HttpCase):
    """The dashboard of satisfaction shows the scores of the campaigns."""

    def test_its_scores_are_those_of_the_copies(self):
        before, campaign = self._collect_two_years()
        _values, charts = self._get_figures(DASHBOARD, self.organizer)
        scores = {shown[0]: round(percent, 1) for shown, percent in charts["Satisfaction by Campaign"]}
        # 2 and 3 of 5; then 3 of 9, 4 of 5 and 9 of 9
        self.assertEqual(scores, {before.id: 50.0, campaign.id: 71.1})
        # the target is 80 %: 4 of 5 reach it, 3 and 9 of 9 together do not
        states = {(shown[0], state): count for shown, state, count in charts["Against the Target"]}
        self.assertEqual(states, {(before.id, "under"): 1, (campaign.id, "under"): 1, (campaign.id, "reached"): 1})

    def test_another_companys_campaigns_are_not_in_it(self):
        self._collect_two_years()
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        organizer = self._new_user("moon", "customer_survey.group_organizer", company=company)
        self.assertFalse(any(self._get_figures(DASHBOARD, organizer)[1].values()), "and where there is nothing it opens")
        self.assertNotIn(DASHBOARD, self._get_shown(self.worker))

    def test_it_opens_for_each_role_with_and_without_data(self):
        self.start_tour("/odoo/satisfaction-dashboard", "quality_dashboard", login=self.organizer.login)
        self._collect_two_years()
        for user in (self.organizer, self.collector, self.reviewer):
            self.start_tour("/odoo/satisfaction-dashboard", "quality_dashboard", login=user.login)
