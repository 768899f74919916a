from odoo import api, fields, models
from odoo.tools import SQL


class SurveyCampaignItem(models.Model):
    """Each answer that counts as satisfaction, in % of what was reachable: a question, or a row of a matrix, of a copy that came back.

    Only questions that count as satisfaction do, and of them only what was answered: what was skipped, or not asked because of another
    answer, is neither reached nor reachable.

    ========================  ==============================  =================================
    question                  score                           reachable
    ========================  ==============================  =================================
    scale                     the value                       the highest value of the scale
    one choice                score of the choice             the highest score of a choice
    several choices           sum of the scores chosen        sum of all scores
    row of a matrix           as of choices, by its columns   as of choices, by its columns
    ========================  ==============================  =================================
    """

    _name = "survey.campaign.item"
    _description = "Satisfaction by Item"
    _inherit = ["survey.campaign.score"]
    _auto = False
    _order = "campaign_id, question_id, matrix_row_id, id"
    _depends = {
        "survey.user_input": ["campaign_id", "campaign_company_id", "state", "test_entry", "end_datetime", "entry_channel"],
        "survey.user_input.line": ["user_input_id", "question_id", "matrix_row_id", "suggested_answer_id", "value_scale", "answer_type", "skipped"],
        "survey.question": ["question_type", "matrix_subtype", "scale_max", "is_satisfaction", "is_nps", "page_id", "title", "sequence"],
        "survey.question.answer": ["question_id", "answer_score", "value", "sequence"],
        "survey.campaign.recipient": ["user_input_id", "customer_id", "salesperson_id", "country_id", "partner_category_id", "product_categ_id"],
    }

    page_id = fields.Many2one("survey.question", "Section", readonly=True)
    question_id = fields.Many2one("survey.question", readonly=True)
    matrix_row_id = fields.Many2one("survey.question.answer", "Row", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT item.*, 100 * item.score / item.reachable AS percent, %s
              FROM (%s) item LEFT JOIN survey_campaign_recipient recipient ON recipient.user_input_id = item.user_input_id
             WHERE item.reachable > 0
            """,
            self._select_segments(), self._query_items(),
        )

    @api.model
    def _query_items(self, copies=None):
        """One row for each copy and item: what was reached and, above zero where the item counts as satisfaction, was reachable; and what is
        said of recommending us. A copy without such an answer has one row with neither.

        The conditions that a screen sets on campaign or copy get down to the tables, so that no other campaign's answers are read.

        :param copies: condition on ``survey_user_input`` as copy, as ``SQL``; all that count in campaigns, if it is not given
        """
        return SQL(
            """
            SELECT MIN(line.id) AS id, copy.campaign_id, copy.campaign_company_id AS company_id, copy.id AS user_input_id,
                   copy.end_datetime AS date, copy.entry_channel AS channel, question.page_id, question.id AS question_id, line.matrix_row_id,
                   CASE WHEN question.question_type = 'scale' THEN SUM(line.value_scale) ELSE SUM(choice.answer_score) END::float8 AS score,
                   CASE WHEN question.is_satisfaction IS NOT TRUE THEN NULL
                        WHEN question.question_type = 'scale' THEN question.scale_max
                        WHEN question.question_type = 'multiple_choice' OR (question.question_type = 'matrix' AND question.matrix_subtype = 'multiple')
                        THEN best.total ELSE best.highest END::float8 AS reachable,
                   CASE WHEN question.is_nps THEN MIN(line.value_scale) END AS nps_value
              FROM survey_user_input copy
         LEFT JOIN (
                   survey_user_input_line line
                   JOIN survey_question question ON question.id = line.question_id AND (question.is_satisfaction OR question.is_nps)
                    AND line.skipped IS NOT TRUE AND (line.suggested_answer_id IS NOT NULL OR line.answer_type = 'scale')
                   ) ON line.user_input_id = copy.id
         LEFT JOIN survey_question_answer choice ON choice.id = line.suggested_answer_id
         LEFT JOIN (
                   SELECT question_id, MAX(answer_score) AS highest, SUM(answer_score) AS total
                     FROM survey_question_answer WHERE question_id IS NOT NULL GROUP BY question_id
                   ) best ON best.question_id = question.id
             WHERE %s
          GROUP BY copy.id, question.id, line.matrix_row_id, best.total, best.highest
            """,
            copies or SQL("copy.campaign_id IS NOT NULL AND copy.state = 'done' AND copy.test_entry IS NOT TRUE"),
        )
