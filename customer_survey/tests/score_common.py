from odoo.fields import Command

from .common import CampaignCommon


class ScoredCampaignCommon(CampaignCommon):
    """The questionnaire: a section with a scale from 1 to 5, one choice of three, several of three and a matrix of two rows, and outside of it
    the question whether they recommend us."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        choices = [Command.create({"value": value, "answer_score": score}) for value, score in (("Good", 4), ("Fair", 2), ("Bad", 0))]
        cls.scored = cls.env["survey.survey"].create({
            "title": "Satisfaction", "questions_layout": "page_per_section", "question_and_page_ids": [
                Command.create({"title": "Goods", "is_page": True, "question_type": False, "sequence": 1}),
                Command.create({"title": "Quality", "question_type": "scale", "scale_min": 1, "scale_max": 5, "is_satisfaction": True, "sequence": 2}),
                Command.create({"title": "Delivery", "question_type": "simple_choice", "is_satisfaction": True, "sequence": 3, "suggested_answer_ids": choices}),
                Command.create({
                    "title": "What do you like?", "question_type": "multiple_choice", "is_satisfaction": True, "sequence": 4,
                    "suggested_answer_ids": [Command.create({"value": value, "answer_score": score}) for value, score in (("Price", 1), ("Colour", 2), ("Shape", 3))],
                }),
                Command.create({
                    "title": "Service", "question_type": "matrix", "matrix_subtype": "simple", "is_satisfaction": True, "sequence": 5,
                    "suggested_answer_ids": choices, "matrix_row_ids": [Command.create({"value": "Phone", "sequence": 1}), Command.create({"value": "Visit", "sequence": 2})],
                }),
                Command.create({"title": "Recommend", "question_type": "scale", "is_nps": True, "sequence": 6}),
                Command.create({"title": "Guess", "question_type": "scale", "sequence": 7}),
                Command.create({"title": "Remarks", "question_type": "text_box", "sequence": 8}),
            ],
        })
        cls.by_title = {question.title: question for question in cls.scored.question_ids}

    def _start(self, number, **values):
        campaign = self._create_campaign(survey_id=self.scored.id, minimum_copies=3, **values)
        self.env["survey.campaign.recipient"].with_user(self.organizer).create([
            {"campaign_id": campaign.id, "partner_id": self._create_customer(f"Of {campaign.id} {index}").id} for index in range(number)
        ])
        with self.at("2026-06-10 08:00:00"):
            campaign.action_start()
            campaign.recipient_ids.sudo()._ask()
        return campaign

    def _answer(self, recipient, **answers):
        """Quality=3, Delivery="Good", Likes=["Price"], Phone="Bad", Visit="Fair", Recommend=9; what is left out is skipped."""
        copy = recipient.sudo().user_input_id
        copy._mark_in_progress()
        ask = self.by_title

        def pick(question, values):
            return ask[question].suggested_answer_ids.filtered(lambda choice: choice.value in values).ids

        for title in ("Quality", "Recommend", "Guess", "Remarks"):
            copy._save_lines(ask[title], str(answers.get(title, "")))
        copy._save_lines(ask["Delivery"], pick("Delivery", [answers["Delivery"]])[0] if "Delivery" in answers else "")
        copy._save_lines(ask["What do you like?"], pick("What do you like?", answers["Likes"]) if "Likes" in answers else [])
        rows = ask["Service"].matrix_row_ids
        copy._save_lines(ask["Service"], {
            str(row.id): pick("Service", [answers[row.value]]) for row in rows if row.value in answers
        })
        copy._mark_done()
        self.env.flush_all()
        self.env.invalidate_all()
        return copy

    def _collect_two_years(self):
        """Last year's campaign, closed, with copies of 40 and 60 %; this year's with those of 60, 80 and 100 % for the quality, and remarks."""
        before = self._start(2, year=2025, name="Satisfaction 2025")
        for recipient, quality in zip(before.recipient_ids, (2, 3), strict=True):
            recipient.sudo().salesperson_id = self.rep
            self._answer(recipient, Quality=quality)
        with self.at("2026-06-20 08:00:00"):
            before.action_close()
        campaign = self._start(4, year=2026)
        copies = (
            (self.rep, {"Quality": 3, "Delivery": "Bad", "Recommend": 10, "Remarks": "刀身太钝，手柄也松"}),
            (self.rep, {"Quality": 4, "Recommend": 9, "Remarks": "=HYPERLINK(\"http://evil.example\")"}),
            (self.other_rep, {"Quality": 5, "Delivery": "Good", "Recommend": 0}),
        )
        for recipient, (salesperson, answers) in zip(campaign.recipient_ids, copies, strict=False):
            recipient.sudo().salesperson_id = salesperson
            self._answer(recipient, **answers)
        return before, campaign
