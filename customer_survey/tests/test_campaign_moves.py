from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignMoves(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(cls._frozen("2026-06-10 08:00:00"))
        cls._deliver(cls._create_order(), date="2026-06-01 10:00:00")

    @staticmethod
    def _frozen(moment):
        from freezegun import freeze_time

        return freeze_time(moment)

    def test_whoever_writes_the_state_presses_the_button(self):
        campaign = self._create_campaign(survey_id=False, date_end=False)
        with self.assertRaisesRegex(UserError, "(?s)can't go to «Collecting» yet. Still missing:\n• The questionnaire\n• The last day.*• Somebody to ask"):
            campaign.state = "running"
        campaign.write({"survey_id": self.survey.id, "date_end": "2026-07-31"})
        campaign.action_find_recipients()
        campaign.state = "running"
        self.assertEqual(str(campaign.date_started), "2026-06-10 08:00:00")
        with self.assertRaisesRegex(UserError, "is in state «Collecting» and can't go to «Done»"):
            campaign.state = "done"
        campaign.action_close()
        self.assertEqual(str(campaign.date_deadline), "2026-08-31 23:59:59", "a month after the last day for answers, to the end of that day")
        campaign.action_submit()
        with self.assertRaisesRegex(UserError, "that takes the right to review surveys"):
            campaign.action_approve()
        campaign.with_user(self.reviewer).review_opinion = "Good"
        campaign.with_user(self.reviewer).action_approve()
        self.assertEqual(campaign.state, "feedback")

    def test_the_questionnaire_can_be_answered_by_everybody_and_counts(self):
        campaign = self._create_campaign()
        campaign.action_find_recipients()
        self.question["Are you satisfied?"].is_satisfaction = False
        self.survey.write({"users_login_required": True, "access_mode": "token"})
        self.assertEqual(
            campaign.next_gaps,
            "A questionnaire that customers can answer without a login (its options)\nA question in the questionnaire that counts as satisfaction",
        )

    def test_who_is_written_from_has_an_address(self):
        campaign = self._create_campaign()
        campaign.action_find_recipients()
        self.organizer.email = False
        self.assertIn("An e-mail address of Organizer or of Sunrise Tools", campaign.next_gaps)
        self.company.email = "hello@sunrise.example"
        campaign.invalidate_recordset()
        self.assertFalse(campaign.next_gaps)

    def test_cancelling_and_sending_back_take_a_reason(self):
        campaign, other = self._create_campaign(), self._create_campaign(name="Other")
        with self.assertRaisesRegex(UserError, "Use the button"):
            (campaign | other).state = "cancel"
        self.env["survey.campaign.reason"].with_user(self.organizer).create({
            "campaign_ids": (campaign | other).ids, "move": "cancel", "reason": "No budget",
        }).action_confirm()
        self.assertEqual((campaign | other).mapped("cancel_reason"), ["No budget"] * 2)
        campaign.action_reopen()
        self.assertEqual((campaign.state, campaign.cancel_reason), ("draft", False))

    def test_the_management_sends_back_with_its_reason(self):
        campaign = self._create_campaign()
        campaign.action_find_recipients()
        campaign.action_start()
        campaign.action_close()
        campaign.action_submit()
        self.env["survey.campaign.reason"].with_user(self.reviewer).create({
            "campaign_ids": campaign.ids, "move": "send_back", "reason": "Where is Asia?",
        }).action_confirm()
        self.assertEqual(campaign.state, "evaluation")
        self.assertIn("Where is Asia?", str(campaign.message_ids[0].body) + str(campaign.message_ids[1].body))

    def test_a_cancelled_campaign_goes_on_with_those_who_were_asked(self):
        campaign = self._create_campaign()
        campaign.action_find_recipients()
        campaign.action_start()
        self._run_sending()
        asked = campaign.recipient_ids
        campaign._cancel("By mistake")
        self.assertFalse(campaign.date_deadline)
        campaign.action_reopen()
        self._deliver(self._create_order(customer=self._create_customer("Red")), date="2026-06-02 10:00:00")
        campaign.action_find_recipients()
        self.assertEqual([recipient.state for recipient in campaign.recipient_ids.sorted("id")], ["sent", "planned"])
        (campaign.recipient_ids - asked).unlink()
        campaign.action_start()
        self.assertEqual((campaign.state, campaign.recipient_ids, asked.state), ("running", asked, "sent"))
        self.assertEqual(str(asked.sudo().user_input_id.deadline), "2026-07-31 23:59:59")

    def test_a_copy_is_the_plan_of_another_year(self):
        campaign = self._create_campaign(year=2025, date_delivered_from="2025-01-01", date_delivered_to="2025-05-31", target_percent=70)
        campaign.date_delivered_to = "2026-06-10"
        campaign.action_find_recipients()
        campaign.action_start()
        copy = campaign.copy()
        self.assertEqual(
            (copy.name, copy.year, copy.state, copy.target_percent, str(copy.date_delivered_to), copy.date_deadline),
            ("Satisfaction 2026 (copy)", 2026, "draft", 70, "2026-06-10", False),
        )
        self.assertEqual(campaign.copy({"name": "Autumn"}).name, "Autumn")

    def test_who_organizes_has_the_right_to_and_does_not_approve_it(self):
        for user in (self.collector, self.reviewer):
            with self.subTest(user=user.name), self.assertRaisesRegex(ValidationError, f"{user.name} can't organize .* without the right to organize"):
                self._create_campaign(user_id=user.id)
        stranger = self._new_user("stranger", "sales_team.group_sale_manager", company=self.env["res.company"].create({"name": "Moon"}))
        with self.assertRaises(UserError):
            self._create_campaign(user_id=stranger.id)
        both = self._new_user("both", "customer_survey.group_organizer,customer_survey.group_reviewer")
        own, other = self._create_campaign(user_id=both.id), self._create_campaign(name="Other", recent_days=0)
        for campaign in (own, other):
            campaign.action_find_recipients()
            campaign.action_start()
            campaign.action_close()
            campaign.action_submit()
        self.assertEqual([campaign.with_user(both).can_approve for campaign in (own, other)], [False, True])
        with self.assertRaisesRegex(UserError, "somebody else than who organizes"):
            own.with_user(both).action_approve()
        other.with_user(both).review_opinion = "Good"
        other.with_user(both).action_approve()
        self.assertEqual(other.state, "feedback")

    def test_customer_service_and_others_organize_nothing(self):
        campaign = self._create_campaign()
        for user in (self.collector, self.worker, self.rep):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                campaign.with_user(user).name = "Mine"

    def test_a_campaign_of_another_company_is_not_seen(self):
        campaign = self._create_campaign()
        campaign.action_find_recipients()
        stranger = self._new_user("stranger", "sales_team.group_sale_manager", company=self.env["res.company"].create({"name": "Moon"}))
        self.assertFalse(self.env["survey.campaign"].with_user(stranger).search([("id", "=", campaign.id)]))
        self.assertFalse(self.env["survey.campaign.recipient"].with_user(stranger).search([("campaign_id", "=", campaign.id)]))
        with self.assertRaises(AccessError):
            campaign.with_user(stranger).with_company(stranger.company_id).read(["name"])
