from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignRecord(CampaignCommon):
    """What customers have answered in a campaign is changed by nobody, whatever rights to surveys they have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls._create_customer(f"Customer {number}") for number in range(2)]
        cls.survey_manager = cls._new_user("survey_manager", "survey.group_survey_manager")

    def test_no_answer_is_deleted_or_changed(self):
        campaign = self._collect(40, 100)
        bad = campaign.recipient_ids.sorted("id")[0].sudo().user_input_id
        other = self._collect(name="Other")
        for user in (self.organizer, self.survey_manager):
            copy = bad.with_user(user)
            with self.subTest(user=user.name, act="delete"), self.assertRaisesRegex(AccessError, "What customers answer in a campaign stays as it is"):
                copy.unlink()
            for values in (
                {"state": "in_progress"}, {"test_entry": True}, {"campaign_id": False}, {"campaign_id": other.id}, {"entry_channel": "paper"}, {"partner_id": self.contact.id},
            ):
                with self.subTest(user=user.name, values=values), self.assertRaises(AccessError):
                    copy.write(values)
        line = bad.user_input_line_ids.filtered("suggested_answer_id").with_user(self.survey_manager)
        for act in (line.unlink, lambda: line.write({"suggested_answer_id": int(self._choice("Are you satisfied?", "Very"))}), line.copy):
            with self.assertRaises(AccessError):
                act()
        self.env.invalidate_all()
        self.assertEqual((campaign.satisfaction, campaign.copy_count, campaign.answered_count), (70.0, 2, 2))

    def test_no_answer_is_added(self):
        campaign = self._collect(100)
        own = self._create_participation(answers={"Are you satisfied?": self._choice("Are you satisfied?", "Very")}).with_user(self.organizer)
        UserInput, values = self.env["survey.user_input"].with_user(self.organizer), {"survey_id": self.survey.id, "state": "done"}
        for act in (
            lambda: own.write({"campaign_id": campaign.id}), lambda: UserInput.create({**values, "campaign_id": campaign.id}),
            lambda: UserInput.with_context(default_campaign_id=campaign.id).create(values),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                act()
        self.env.invalidate_all()
        self.assertEqual(campaign.copy_count, 1)

    def test_what_is_of_no_campaign_and_tests_are_the_users_own(self):
        campaign = self._collect()
        campaign.with_user(self.collector).action_send_test()
        test = campaign.recipient_ids.filtered(lambda recipient: recipient.state == "test").sudo().user_input_id
        copies = self._create_participation() | test
        copies.with_user(self.survey_manager).write({"nickname": "Me"})
        copies.with_user(self.survey_manager).unlink()
        self.assertFalse(copies.exists())

    def test_the_figures_follow_what_was_written_last(self):
        campaign = self._collect(100)
        copy = campaign.recipient_ids.sorted("id")[0].sudo().user_input_id
        count = self.env["survey.campaign.copy"].search_count([("campaign_id", "=", campaign.id)])
        copy.test_entry = True
        for model in ("survey.campaign.copy", "survey.campaign.item", "survey.campaign.result"):
            self.assertFalse(self.env[model].search_count([("campaign_id", "=", campaign.id)]), model)
        copy.test_entry = False
        self.assertEqual(self.env["survey.campaign.copy"].search_count([("campaign_id", "=", campaign.id)]), count)
        remark = copy.user_input_line_ids[0].copy({"answer_type": "text_box", "value_text_box": "Rust", "suggested_answer_id": False, "skipped": False})
        self.assertEqual(self.env["survey.campaign.remark"].search([("campaign_id", "=", campaign.id)]).ids, remark.ids)

    def test_a_complaint_is_filed_in_the_company_of_the_campaign(self):
        moon = self.env["res.company"].create({"name": "Moon"})
        self.surveyor.company_ids = [Command.link(moon.id)]
        self.assertFalse(self.contact.company_id, "a customer of both companies")
        campaign = self.env["survey.campaign"].create({"name": "On the Moon", "company_id": moon.id, "survey_id": self.survey.id, "date_end": "2099-12-31"})
        copy = campaign._create_copies([{"partner_id": self.contact.id}])
        copy._mark_in_progress()
        copy._mark_done()
        form = Form(self.env["quality.complaint"].with_user(self.surveyor).with_context(
            allowed_company_ids=[self.company.id, moon.id], default_survey_user_input_id=copy.id,
        ))
        self.assertEqual((form.company_id, form.partner_id), (moon, self.customer))
