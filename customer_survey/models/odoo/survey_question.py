from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

SCORED_TYPES = ("scale", "simple_choice", "multiple_choice", "matrix")

# what decides on the scores of answers
SCORING_FIELDS = {"question_type", "is_satisfaction", "is_nps", "scale_min", "scale_max", "matrix_subtype", "suggested_answer_ids", "matrix_row_ids"}


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    is_nps = fields.Boolean(
        "Net Promoter Question", help="How probable it is that the customer recommends us, from 0 to 10. Only this question gives a Net Promoter Score.",
    )
    is_satisfaction = fields.Boolean(
        "Counts as Satisfaction", help="Its answers have a score: a scale by its value, choices and the columns of a matrix by the scores of the answers.",
    )

    @api.constrains("is_nps", "is_satisfaction", "question_type", "scale_min", "scale_max")
    def _check_what_it_measures(self):
        for question in self:
            if question.is_nps and (question.question_type, question.scale_min, question.scale_max) != ("scale", 0, 10):
                raise ValidationError(self.env._("«%s»: a Net Promoter question is a scale from 0 to 10.", question.title))
            if question.is_satisfaction and question.question_type not in SCORED_TYPES:
                raise ValidationError(self.env._("«%s»: scales, choices and matrices can count as satisfaction, other questions have no score.", question.title))

    def _get_score_gaps(self):
        """What is missing to score these questions: a list of sentences."""
        gaps = []
        for question in self.filtered("is_satisfaction"):
            scores = question.suggested_answer_ids.mapped("answer_score")
            if question.question_type != "scale" and (not scores or max(scores) <= 0):
                gaps.append(self.env._("Scores of the answers to «%s»", question.title))
            if any(score < 0 for score in scores):
                gaps.append(self.env._("Scores of zero and more for the answers to «%s»", question.title))
        if len(self.filtered("is_nps")) > 1:
            gaps.append(self.env._("One Net Promoter question, not several"))
        return gaps

    # ------------------------------------------------------------ what was answered stays what was asked
    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions._check_unanswered()
        return questions

    def write(self, vals):
        if SCORING_FIELDS & vals.keys():
            self._check_unanswered()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unanswered(self):
        self._check_unanswered()

    def _check_unanswered(self):
        """Copies are compared with each other: once one has come back, all are asked the same."""
        answered = self.env["survey.user_input"].sudo()._read_group(
            [("survey_id", "in", self.survey_id.ids), ("campaign_id.state", "!=", "cancel"), ("state", "=", "done"), ("test_entry", "!=", True)], ["survey_id"],
        )
        if answered:
            raise UserError(self.env._(
                "Customers have answered these questionnaires in a campaign, so their questions and scores stay as they are. Duplicate the questionnaire "
                "and change the copy: %s",
                ", ".join(survey.title for [survey] in answered),
            ))
