from odoo.tests import HttpCase, tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignPlanningTour(CampaignCommon, HttpCase):
    def test_from_the_plan_to_the_invitations(self):
        silent = self._create_customer("Silent", email=False)
        for customer in (self.contact, silent):
            self._create_shipped_order(customer=customer)
        self.start_tour("/odoo/action-customer_survey.action_survey_campaign", "survey_campaign_plan", login=self.organizer.login)
        campaign = self.env["survey.campaign"].search([("name", "=", "Satisfaction of the Year")])
        self.assertEqual((campaign.state, campaign.user_id, campaign.survey_id), ("running", self.organizer, self.env.ref("customer_survey.survey_standard")))
        self.assertIn("Are the new blades better?", campaign.objectives)
        self._run_sending()
        self.assertEqual(
            {recipient.partner_id: recipient.state for recipient in campaign.recipient_ids}, {self.contact: "sent", silent: "excluded"},
        )


@tagged("post_install", "-at_install")
class TestCampaignEntryTour(CampaignCommon, HttpCase):
    def test_copies_are_typed_in_one_after_the_other(self):
        campaign = self._create_campaign(date_end="2099-12-31")
        self.env["survey.campaign.recipient"].with_user(self.organizer).create({"campaign_id": campaign.id, "partner_id": self.contact.id})
        campaign.action_start()
        self.start_tour(
            f"/odoo/action-customer_survey.action_survey_campaign/{campaign.id}", "survey_campaign_type_in", login=self.collector.login,
        )
        copies = self.env["survey.user_input"].search([("campaign_id", "=", campaign.id)])
        self.assertEqual(sorted(copies.mapped("copy_reference")), ["P-009", "P-010"])
        self.assertEqual(copies.entered_by_id, self.collector)


@tagged("post_install", "-at_install")
class TestCampaignAnswerTour(CampaignCommon, HttpCase):
    """On a phone, without a login."""

    browser_size = "390x844"
    touch_enabled = True

    def test_the_standard_questionnaire_is_answered_with_a_thumb(self):
        campaign = self._create_campaign(survey_id=self.env.ref("customer_survey.survey_standard").id, date_end="2099-12-31")
        recipient = self.env["survey.campaign.recipient"].with_user(self.organizer).create({"campaign_id": campaign.id, "partner_id": self.contact.id})
        campaign.action_start()
        self._run_sending()
        copy = recipient.sudo().user_input_id
        self.start_tour(copy.get_start_url(), "survey_campaign_answer")
        self.env.invalidate_all()
        self.assertEqual((recipient.state, copy.state), ("answered", "done"))
        percents = {result.page_id.title: result.percent for result in campaign.result_ids}
        self.assertEqual(
            {title: round(percent) for title, percent in percents.items()},
            {"Product Quality": 100, "Delivery": 80, "Service": 20, "Complaint Handling": 20, "Price": 80, "Overall": 60},
        )
        self.assertEqual(campaign.nps, 100.0)
        self.assertIn("Answer the phone", copy.user_input_line_ids.mapped("value_text_box"))
