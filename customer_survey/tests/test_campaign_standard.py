from odoo.tests import Form, tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignStandard(CampaignCommon):
    """The questionnaire that comes with the addon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.standard = cls.env.ref("customer_survey.survey_standard")

    def test_a_new_campaign_proposes_it(self):
        form = Form(self.env["survey.campaign"].with_user(self.organizer).with_company(self.company))
        self.assertEqual(form.survey_id, self.standard)
        form.name = "Satisfaction"
        self.assertEqual(form.save().survey_id, self.standard)
        self.standard.active = False
        form = Form(self.env["survey.campaign"].with_user(self.organizer).with_company(self.company))
        self.assertFalse(form.survey_id, "the company has put it away")

    def test_it_can_be_sent_as_it_is(self):
        self.assertEqual(self.standard._get_campaign_gaps(), [])
        self.assertEqual((self.standard.access_mode, self.standard.users_login_required), ("token", False))
        self.assertEqual(self.standard._get_supported_lang_codes(), [code for code, _name in self.env["res.lang"].get_installed()])

    def test_satisfied_is_80_percent(self):
        campaign = self._create_campaign(survey_id=self.standard.id)
        recipient = self.env["survey.campaign.recipient"].with_user(self.organizer).create({"campaign_id": campaign.id, "partner_id": self.contact.id})
        with self.at("2026-06-10 08:00:00"):
            campaign.action_start()
            recipient.sudo()._ask()
            copy = recipient.sudo().user_input_id
            copy._mark_in_progress()
            for question in self.standard.question_ids:
                if question.question_type == "matrix":
                    [second] = question.suggested_answer_ids[1]
                    copy._save_lines(question, {str(row.id): [second.id] for row in question.matrix_row_ids})
                elif question.question_type == "scale":
                    copy._save_lines(question, "9" if question.is_nps else "4")
                elif question.question_type == "simple_choice":
                    copy._save_lines(question, question.suggested_answer_ids[1].id)
            copy._clear_inactive_conditional_answers()
            copy._mark_done()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((campaign.satisfaction, campaign.nps), (80.0, 100.0))
        self.assertNotIn("Complaint Handling", campaign.result_ids.page_id.mapped("title"), "who has not complained is not asked how it was handled")
