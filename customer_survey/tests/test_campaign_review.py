from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignReview(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls._create_customer(f"Customer {number}") for number in range(2)]

    def _submit(self, **values):
        campaign = self._collect(100, **values)
        campaign.action_close()
        campaign.action_submit()
        return campaign.with_user(self.reviewer)

    def test_the_management_approves_with_its_opinion(self):
        campaign, other = self._submit(), self._submit(name="Other")
        with self.assertRaisesRegex(UserError, "(?s)Satisfaction 2026 .*• The opinion of the management.*Other .*• The opinion of the management"):
            (campaign | other).action_approve()
        form = Form(campaign)
        form.review_opinion = "<p>More for the hotline</p>"
        form.save()
        other.review_opinion = "Good"
        with self.at("2026-08-10 08:00:00"):
            (campaign | other).action_approve()
        for approved in (campaign, other):
            self.assertEqual((approved.state, approved.reviewed_by_id, str(approved.reviewed_on)), ("feedback", self.reviewer, "2026-08-10 08:00:00"))
        [message] = campaign.message_ids.filtered(lambda message: "hotline" in (message.body or ""))
        self.assertEqual((message.author_id, message.partner_ids), (self.reviewer.partner_id, self.organizer.partner_id))

    def test_the_management_writes_its_opinion_and_nothing_else(self):
        campaign = self._submit()
        for values in ({"name": "Mine"}, {"target_percent": 10}, {"review_opinion": "Good", "feedback_body": "Thanks"}, {"reviewed_by_id": self.organizer.id}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                campaign.write(values)
        campaign.message_post(body="When is the meeting?")

    def test_the_management_sees_the_rest_of_the_form_as_text(self):
        form = Form(self._submit())
        for name in ("name", "year", "user_id", "survey_id", "date_send", "date_end", "target_percent", "minimum_copies", "complaint_threshold", "objectives", "partner_domain"):
            with self.subTest(name), self.assertRaisesRegex(AssertionError, "readonly"):
                form[name] = False
        form.review_opinion = "<p>Good</p>"
        form.save()

    def test_nobody_else_writes_the_opinion_and_nobody_later_or_earlier(self):
        campaign = self._submit()
        for user in (self.organizer, self.collector, self.rep):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                campaign.with_user(user).review_opinion = "Very good"
        campaign.review_opinion = "Good"
        campaign.action_approve()
        running = self._collect(100, name="Running").with_user(self.reviewer)
        for reviewed in (campaign, running):
            with self.assertRaisesRegex(UserError, "while it reviews"):
                reviewed.review_opinion = "Very good"
        with self.assertRaises(UserError):
            campaign.action_approve()

    def test_the_management_of_another_company_does_not_review_it(self):
        campaign = self._submit()
        stranger = self._new_user("stranger", "customer_survey.group_reviewer", company=self.env["res.company"].create({"name": "Moon"}))
        with self.assertRaises(AccessError):
            campaign.with_user(stranger).review_opinion = "Bad"
