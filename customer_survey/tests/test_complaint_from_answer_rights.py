from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import SurveyCommon


@tagged("post_install", "-at_install")
class TestComplaintFromAnswerRights(SurveyCommon):
    def test_without_the_right_to_file_there_is_no_button_and_no_complaint(self):
        participation = self._create_participation()
        for user, shown in ((self.surveyor, 1), (self.survey_only, 0)):
            view = self.env["survey.user_input"].with_user(user).get_view(view_type="form")
            buttons = etree.fromstring(view["arch"]).findall(".//button[@name='action_file_complaint']")
            self.assertEqual(len(buttons), shown)
        with self.assertRaises(AccessError):
            participation.with_user(self.survey_only).action_file_complaint()

    def test_without_the_right_to_surveys_the_answer_stays_closed(self):
        participation = self._create_participation()
        with self.assertRaises(AccessError):
            participation.with_user(self.rep).action_file_complaint()
        with self.assertRaises(AccessError):  # nor through the new form that the button opens
            Form(self.env["quality.complaint"].with_user(self.rep).with_context(default_survey_user_input_id=participation.id))

    def test_a_restricted_survey_stays_with_its_users(self):
        participation = self._create_participation()
        self.survey.restrict_user_ids = [Command.set(self.survey_only.ids)]
        with self.assertRaises(AccessError):
            participation.with_user(self.surveyor).action_file_complaint()

    def test_who_handles_the_complaint_reads_the_words_without_the_survey(self):
        participation = self._create_participation(answers={"Tell us more": "Rusty"})
        complaint = self._file_complaint(participation)
        handled = complaint.with_user(self.handler)
        self.assertIn("Rusty", handled.description)
        with self.assertRaises(AccessError):
            handled.read(["survey_user_input_id"])

    def test_a_customer_of_a_company_that_one_may_not_work_in_is_refused(self):
        participation = self._create_participation(partner=self._create_stranger(self._create_company()))
        self.env.invalidate_all()  # the button reads it anew
        with self.assertRaises(AccessError):
            self._open_complaint(participation)

    def test_the_complaint_is_filed_in_the_company_of_its_customer(self):
        other = self._create_company()
        self.surveyor.company_ids = [Command.link(other.id)]
        participation = self._create_participation(partner=self._create_stranger(other))
        for allowed in ([self.company.id, other.id], [other.id, self.company.id]):
            form = Form(self.env["quality.complaint"].with_user(self.surveyor).with_context(
                allowed_company_ids=allowed, default_survey_user_input_id=participation.id,
            ))
            self.assertEqual(form.company_id, other)
            self.assertIn(form.type_id.company_id, (other, self.env["res.company"]))

    def test_the_complaint_is_filed_in_the_company_that_has_asked(self):
        other = self._create_company()
        self.surveyor.company_ids = [Command.link(other.id)]
        campaign = self.env["survey.campaign"].with_company(other).create({"name": "Sunset 2026", "survey_id": self.survey.id, "company_id": other.id})
        participation = self._create_participation(partner=self._create_stranger(self.env["res.company"]), campaign_id=campaign.id)
        for allowed in ([self.company.id, other.id], [other.id, self.company.id]):
            form = Form(self.env["quality.complaint"].with_user(self.surveyor).with_context(
                allowed_company_ids=allowed, default_survey_user_input_id=participation.id,
            ))
            self.assertEqual(form.company_id, other)

    def _create_company(self):
        return self.env["res.company"].create({"name": "Sunset Tools"})

    def _create_stranger(self, company):
        return self.env["res.partner"].create({"name": "Red Garage", "company_id": company.id})
