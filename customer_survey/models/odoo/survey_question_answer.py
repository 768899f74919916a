from odoo import api, models


class SurveyQuestionAnswer(models.Model):
    _inherit = "survey.question.answer"

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers._get_questions()._check_unanswered()
        return answers

    def write(self, vals):
        if {"answer_score", "question_id", "matrix_question_id"} & vals.keys():
            self._get_questions()._check_unanswered()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unanswered(self):
        self._get_questions()._check_unanswered()

    def _get_questions(self):
        return self.question_id | self.matrix_question_id
