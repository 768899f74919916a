from odoo import fields, models


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    is_nps = fields.Boolean(
        "Net Promoter Question", help="How probable it is that the customer recommends us, from 0 to 10. Only this question gives a Net Promoter Score.",
    )
    is_satisfaction = fields.Boolean(
        "Counts as Satisfaction", help="Its answers have a score: a scale by its value, choices and the columns of a matrix by the scores of the answers.",
    )
