from odoo import fields, models


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    campaign_ids = fields.One2many("survey.campaign", "survey_id", "Campaigns", groups="customer_survey.group_collector,customer_survey.group_reviewer")

    def _get_campaign_gaps(self):
        """What keeps this questionnaire from being sent to customers: a list of sentences."""
        self.ensure_one()
        gaps = []
        if not self.active:
            gaps.append(self.env._("A questionnaire that is not archived"))
        if self.access_mode == "authentication" or self.users_login_required:
            gaps.append(self.env._("A questionnaire that customers can answer without a login (its options)"))
        if self.questions_selection == "random":
            gaps.append(self.env._("A questionnaire with the same questions for everybody: it draws some by chance"))
        if not self.question_ids.filtered("is_satisfaction"):
            gaps.append(self.env._("A question in the questionnaire that counts as satisfaction"))
        return gaps + self.question_ids._get_score_gaps()
