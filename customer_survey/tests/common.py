from unittest.mock import patch

from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.quality_complaint.tests.common import ComplaintCommon


class SurveyCommon(ComplaintCommon):
    """Adds a surveyor (files complaints, reads surveys) and a survey with a question of each kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.surveyor = cls._new_user("surveyor", "sales_team.group_sale_salesman,survey.group_survey_user")
        cls.survey_only = cls._new_user("survey_only", "base.group_user,survey.group_survey_user")
        cls.survey = cls.env["survey.survey"].create({
            "title": "How are we doing?", "scoring_type": "scoring_without_answers",
            "question_and_page_ids": [
                Command.create({"title": "About the goods", "is_page": True, "question_type": False, "sequence": 1}),
                Command.create({
                    "title": "Are you satisfied?", "question_type": "simple_choice", "sequence": 2,
                    "comments_allowed": True, "comment_count_as_answer": False,
                    "suggested_answer_ids": [
                        Command.create({"value": "Very", "answer_score": 10, "is_correct": True}),
                        Command.create({"value": "Not at all", "answer_score": 4}),
                    ],
                }),
                Command.create({
                    "title": "What went wrong?", "question_type": "multiple_choice", "sequence": 3,
                    "suggested_answer_ids": [Command.create({"value": "Late"}), Command.create({"value": "Broken"})],
                }),
                Command.create({
                    "title": "Rate us", "question_type": "matrix", "matrix_subtype": "simple", "sequence": 4,
                    "suggested_answer_ids": [Command.create({"value": "Good"}), Command.create({"value": "Bad"})],
                    "matrix_row_ids": [Command.create({"value": "Price"}), Command.create({"value": "Quality"})],
                }),
                Command.create({"title": "Recommend us?", "question_type": "scale", "sequence": 5}),
                Command.create({"title": "How many broke?", "question_type": "numerical_box", "sequence": 6}),
                Command.create({"title": "Since when?", "question_type": "date", "sequence": 7}),
                Command.create({"title": "Tell us more", "question_type": "text_box", "sequence": 8}),
                Command.create({"title": "Your nickname?", "question_type": "char_box", "sequence": 9}),
            ],
        })
        cls.question = {question.title: question for question in cls.survey.question_ids}

    @classmethod
    def _create_participation(cls, partner=None, answers=None, done=True, **values):
        """A participation as the survey's pages record it: answers by question title."""
        participation = cls.survey._create_answer(partner=partner if partner is not None else cls.contact, **values)
        participation._mark_in_progress()
        for title, answer in (answers or {}).items():
            comment = None
            if isinstance(answer, tuple):
                answer, comment = answer
            participation._save_lines(cls.question[title], answer, comment)
        if done:
            participation._mark_done()
        return participation

    @classmethod
    def _choice(cls, title, value):
        """The id of a suggested answer, as a page sends it."""
        question = cls.question[title]
        choices = question.suggested_answer_ids | question.matrix_row_ids
        return str(choices.filtered(lambda choice: choice.value == value).id)

    @classmethod
    def _open_complaint(cls, participation, user=None):
        """The unsaved complaint that the participation's button shows."""
        user = user or cls.surveyor
        return cls._open_action(user, participation.with_user(user).action_file_complaint())

    @classmethod
    def _file_complaint(cls, participation, user=None):
        return cls._open_complaint(participation, user).save()


class CampaignCommon(SurveyCommon):
    """Adds those who organize, collect and review, a questionnaire that counts, and customers who were delivered to on 2026-06-01."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organizer = cls._new_user("organizer", "sales_team.group_sale_manager")
        cls.collector = cls._new_user("collector", "customer_survey.group_collector")
        cls.reviewer = cls._new_user("reviewer", "customer_survey.group_reviewer")
        cls.question["Are you satisfied?"].is_satisfaction = True
        cls.question["Recommend us?"].is_nps = True

    @classmethod
    def _create_campaign(cls, **values):
        return cls.env["survey.campaign"].with_user(cls.organizer).with_company(cls.company).create({
            "name": "Satisfaction 2026", "survey_id": cls.survey.id, "date_delivered_from": "2026-01-01", "date_delivered_to": "2026-12-31",
            "date_send": False, "date_end": "2026-07-31", **values,
        })

    @classmethod
    def _create_customer(cls, name, **values):
        """A customer with an address at its own domain, unless told otherwise."""
        return cls.env["res.partner"].create({"name": name, "is_company": True, "email": f"office@{name.lower().replace(' ', '')}.example", **values})

    def _run_sending(self):
        """The scheduled action, as the scheduler runs it."""
        self._run_cron("customer_survey.ir_cron_send")

    def _run_cron(self, xmlid):
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).method_direct_trigger()
        self.env.invalidate_all()

    @classmethod
    def _get_mails(cls, campaign):
        """What is queued to the recipients."""
        copies = cls.env["survey.user_input"].search([("campaign_id", "=", campaign.id)])
        return cls.env["mail.mail"].search([("model", "=", "survey.user_input"), ("res_id", "in", copies.ids)])

    @staticmethod
    def _send_in_an_outage(mails):
        """The queue runs while the mail server can't be reached."""
        with patch.object(IrMail_Server, "_connect__", side_effect=ConnectionRefusedError), mute_logger("odoo.addons.mail.models.mail_mail"):
            mails.send()

    @classmethod
    def _fill_in(cls, recipient, **answers):
        """The customer answers the copy, as the survey's pages record it."""
        copy = recipient.sudo().user_input_id
        copy._mark_in_progress()
        for title, answer in answers.items():
            copy._save_lines(cls.question[title], answer)
        copy._mark_done()
        return copy

    def _collect(self, *percents, remark="", **values):
        """A running campaign with :attr:`customers`, and a copy that came back for each satisfaction of 40 or 100 %."""
        campaign = self._create_campaign(**{"date_end": "2099-12-31", "recent_days": 0, "complaint_threshold": 0, **values})
        self.env["survey.campaign.recipient"].with_user(self.organizer).create(
            [{"campaign_id": campaign.id, "partner_id": customer.id} for customer in self.customers],
        )
        campaign.action_start()
        campaign.recipient_ids.sudo()._ask()
        for recipient, percent in zip(campaign.recipient_ids.sorted("id"), percents, strict=False):
            self._fill_in(recipient, **{
                "Are you satisfied?": self._choice("Are you satisfied?", "Very" if percent == 100 else "Not at all"), "Tell us more": remark,
            })
        self.env.flush_all()
        self.env.invalidate_all()
        return campaign
