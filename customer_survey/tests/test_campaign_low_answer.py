from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignLowAnswer(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls._create_customer("Green Garden", user_id=cls.rep.id), cls.customer, cls._create_customer("Red Garage")]

    def _get_complaints(self, campaign):
        return self.env["quality.complaint"].search([("survey_user_input_id.campaign_id", "=", campaign.id)])

    def test_a_low_answer_becomes_a_complaint_of_its_customer_once(self):
        campaign = self._collect(40, 100, remark="Rusty blades", complaint_threshold=50)
        [complaint] = self._get_complaints(campaign)
        self.assertEqual(
            (complaint.partner_id, complaint.user_id, complaint.company_id, complaint.state, complaint.channel),
            (self.customers[0], self.rep, self.company, "draft", "web"),
        )
        self.assertIn("Rusty blades", complaint.description)
        self.assertEqual(complaint.activity_ids.user_id, self.rep)
        told = self.env["mail.message"].search([("model", "=", "quality.complaint"), ("res_id", "=", complaint.id), ("subject", "=like", "Not satisfied:%")])
        self.assertIn("40.0 %", str(told[:1].body))
        complaint.survey_user_input_id._mark_done()
        self._cancel(complaint)
        complaint.survey_user_input_id._mark_done()
        self.env.invalidate_all()
        self.assertEqual(self._get_complaints(campaign), complaint, "not anew when it is completed again, nor after it was cancelled")
        self.assertEqual(campaign.complaint_count, 1)
        self.assertEqual(campaign.with_user(self.organizer).action_view_complaints()["res_id"], complaint.id)

    def test_the_threshold_itself_is_not_below_it_and_zero_is_off(self):
        self.assertFalse(self._get_complaints(self._collect(40, complaint_threshold=40)))
        self.assertFalse(self._get_complaints(self._collect(40, name="Off", complaint_threshold=0)))
        self.assertEqual(len(self._get_complaints(self._collect(40, 40, name="Above", complaint_threshold=40.1))), 2)

    def test_without_a_salesperson_of_the_company_it_is_who_organizes(self):
        self.customers[0].user_id = self._new_user("stranger", "sales_team.group_sale_salesman", company=self.env["res.company"].create({"name": "Moon"}))
        self.assertEqual(self._get_complaints(self._collect(40, complaint_threshold=50)).user_id, self.organizer)

    def test_an_answer_without_a_contact_is_seen_to_by_who_organizes(self):
        campaign = self._collect(complaint_threshold=50)
        recipient = campaign.recipient_ids.sorted("id")[0]
        recipient.sudo().user_input_id.partner_id = False
        for _again in range(2):
            self._fill_in(recipient, **{"Are you satisfied?": self._choice("Are you satisfied?", "Not at all")})
        self.assertFalse(self._get_complaints(campaign))
        [activity] = campaign.activity_ids
        self.assertEqual((activity.user_id, activity.summary), (self.organizer, "Not satisfied: Green Garden"))

    def test_an_answer_is_kept_whatever_fails(self):
        campaign = self._collect(complaint_threshold=50)
        self.customers[0].company_id = self.env["res.company"].create({"name": "Moon"})
        with mute_logger("odoo.addons.customer_survey.models.loop.survey_user_input", "odoo.sql_db"):
            copy = self._fill_in(campaign.recipient_ids.sorted("id")[0], **{"Are you satisfied?": self._choice("Are you satisfied?", "Not at all")})
        self.assertEqual((copy.state, campaign.answered_count), ("done", 1))
        self.assertFalse(self._get_complaints(campaign))
        self.assertEqual(campaign.activity_ids.user_id, self.organizer)

    def test_what_counts_for_nothing_and_tests_become_nothing(self):
        campaign = self._collect(complaint_threshold=50)
        self._fill_in(campaign.recipient_ids.sorted("id")[0], **{"Tell us more": "Bad"})
        campaign.with_user(self.collector).action_send_test()
        test = campaign.recipient_ids.filtered(lambda recipient: recipient.state == "test")
        self._fill_in(test, **{"Are you satisfied?": self._choice("Are you satisfied?", "Not at all")})
        self._create_participation(answers={"Are you satisfied?": self._choice("Are you satisfied?", "Not at all")})
        self.assertFalse(self.env["quality.complaint"].search([("survey_user_input_id.survey_id", "=", self.survey.id)]))

    def test_another_company_sees_neither_complaint_nor_number(self):
        campaign = self._collect(40, complaint_threshold=50)
        complaint = self._get_complaints(campaign)
        stranger = self._new_user("stranger", "sales_team.group_sale_manager", company=self.env["res.company"].create({"name": "Moon"}))
        with self.assertRaises(AccessError):
            complaint.with_user(stranger).read(["name"])


@tagged("post_install", "-at_install")
class TestCampaignLowAnswerPage(CampaignCommon, HttpCase):
    def test_a_customer_who_answers_on_the_page_has_complained(self):
        self.customers = [self.contact]
        campaign = self._collect(complaint_threshold=50)
        copy = campaign.recipient_ids.sudo().user_input_id
        self.survey.questions_layout = "one_page"
        self.url_open(copy.get_start_url())
        self.make_jsonrpc_request(f"/survey/begin/{self.survey.access_token}/{copy.access_token}", {})
        self.make_jsonrpc_request(f"/survey/submit/{self.survey.access_token}/{copy.access_token}", {
            str(self.question["Are you satisfied?"].id): self._choice("Are you satisfied?", "Not at all"),
        })
        self.env.invalidate_all()
        self.assertEqual(copy.state, "done")
        complaint = self.env["quality.complaint"].search([("survey_user_input_id", "=", copy.id)])
        self.assertEqual((complaint.partner_id, complaint.contact_id), (self.customer, self.contact))
