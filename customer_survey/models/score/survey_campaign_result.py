from odoo import api, fields, models
from odoo.tools import SQL


class SurveyCampaignResult(models.Model):
    """Each item of a campaign: the mean of its answers, against the target and against the campaign before.

    The campaign before is the latest of an earlier year in the company whose collection was closed; an item is the same where question
    and row read the same.
    """

    _name = "survey.campaign.result"
    _description = "Result of a Satisfaction Campaign by Item"
    _auto = False
    _order = "campaign_id, sequence, id"

    campaign_id = fields.Many2one("survey.campaign", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    sequence = fields.Integer(readonly=True)
    page_id = fields.Many2one("survey.question", "Section", readonly=True)
    question_id = fields.Many2one("survey.question", readonly=True)
    matrix_row_id = fields.Many2one("survey.question.answer", "Row", readonly=True)
    name = fields.Char("Item", compute="_compute_name")
    copies = fields.Integer("Answers", readonly=True)
    percent = fields.Float("Satisfaction", readonly=True, aggregator="avg")
    target_percent = fields.Float("Target", readonly=True, aggregator="avg")
    previous_percent = fields.Float("The Time Before", readonly=True, aggregator="avg")
    change = fields.Float(readonly=True, aggregator="avg", help="Percentage points against the campaign before.")
    is_under_target = fields.Boolean(readonly=True)

    @api.depends("question_id", "matrix_row_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for result, item in zip(self, self.sudo(), strict=True):  # who reads what was answered reads what was asked
            result.name = item.matrix_row_id.value or item.question_id.title

    @property
    def _table_query(self):
        return SQL(
            """
            WITH result AS (
                SELECT MIN(item.id) AS id, item.campaign_id, item.company_id, item.page_id, item.question_id, item.matrix_row_id,
                       COUNT(*) AS copies, AVG(100 * item.score / item.reachable) AS percent
                  FROM (%s) item WHERE item.reachable > 0
              GROUP BY item.campaign_id, item.company_id, item.page_id, item.question_id, item.matrix_row_id
            ), named AS (
                SELECT result.*, campaign.year, campaign.target_percent, campaign.date_closed,
                       question.sequence * 1000 + COALESCE(matrix_row.sequence, 0) AS sequence,
                       question.title->>'en_US' AS title, COALESCE(matrix_row.value->>'en_US', '') AS value
                  FROM result
                  JOIN survey_campaign campaign ON campaign.id = result.campaign_id
                  JOIN survey_question question ON question.id = result.question_id
             LEFT JOIN survey_question_answer matrix_row ON matrix_row.id = result.matrix_row_id
            )
            SELECT named.id, named.campaign_id, named.company_id, named.page_id, named.question_id, named.matrix_row_id, named.sequence,
                   named.copies, named.percent, named.target_percent, named.percent < named.target_percent AS is_under_target,
                   previous.percent AS previous_percent, named.percent - previous.percent AS change
              FROM named
         LEFT JOIN LATERAL (
                   SELECT earlier.percent FROM named earlier
                    WHERE earlier.company_id = named.company_id AND earlier.year < named.year AND earlier.date_closed IS NOT NULL
                      AND earlier.title = named.title AND earlier.value = named.value
                 ORDER BY earlier.year DESC, earlier.campaign_id DESC LIMIT 1
                   ) previous ON TRUE
            """,
            self.env["survey.campaign.item"]._query_items(),
        )
