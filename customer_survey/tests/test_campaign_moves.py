from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SurveyCommon


@tagged("post_install", "-at_install")
class TestCampaignMoves(SurveyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organizer = cls._new_user("organizer", "sales_team.group_sale_manager")
        cls.reviewer = cls._new_user("reviewer", "base.group_user,customer_survey.group_reviewer")

    def test_whoever_writes_the_state_presses_the_button(self):
        campaign = self._create_campaign()
        with self.assertRaisesRegex(UserError, "can't go to «Running» yet. Still missing:\n• The questionnaire\n• The last day"):
            campaign.state = "running"
        campaign.write({"survey_id": self.survey.id, "date_end": fields.Date.today()})
        campaign.state = "running"
        self.assertTrue(campaign.date_started)
        with self.assertRaisesRegex(UserError, "is in state «Running» and can't go to «Done»"):
            campaign.state = "done"
        campaign.action_close()
        campaign.action_submit()
        with self.assertRaisesRegex(UserError, "that takes the right to review surveys"):
            campaign.action_approve()
        campaign.with_user(self.reviewer).action_approve()
        self.assertEqual(campaign.state, "feedback")

    def _create_campaign(self, **values):
        return self.env["survey.campaign"].with_user(self.organizer).with_company(self.company).create({"name": "Satisfaction", **values})
