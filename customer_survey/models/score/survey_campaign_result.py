from odoo import api, fields, models
from odoo.tools import SQL


class SurveyCampaignResult(models.Model):
    """Each item of a campaign: the mean of its answers, against the target and against the campaign before.

    The campaign before is that of the whole, as of `_get_previous`; an item is the same where question and row read the same.
    """

    _name = "survey.campaign.result"
    _description = "Result of a Satisfaction Campaign by Item"
    _auto = False
    _order = "campaign_id, sequence, id"
    _depends = {
        "survey.campaign.item": [],
        "survey.campaign": ["company_id", "year", "target_percent", "date_started", "date_closed"],
    }

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
    has_previous = fields.Boolean(readonly=True, help="The campaign before has asked the same, and it was answered.")
    change = fields.Float(readonly=True, aggregator="avg", help="Percentage points against the campaign before.")
    is_under_target = fields.Boolean(readonly=True)
    against_target = fields.Selection([("under", "Under the Target"), ("reached", "Target Reached")], readonly=True)

    @api.depends("question_id", "matrix_row_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for result, item in zip(self, self.sudo(), strict=True):  # who reads what was answered reads what was asked
            result.name = item.matrix_row_id.value or item.question_id.title

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """All columns at once: a second query would read all answers again."""
        return super().search_fetch(domain, None, offset=offset, limit=limit, order=order)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT item.id, campaign.id AS campaign_id, campaign.company_id, item.page_id, item.question_id, item.matrix_row_id, item.sequence,
                   item.copies, item.percent, campaign.target_percent, item.percent < campaign.target_percent AS is_under_target,
                   CASE WHEN item.percent < campaign.target_percent THEN 'under' ELSE 'reached' END AS against_target,
                   item.previous_percent, item.previous_percent IS NOT NULL AS has_previous, item.percent - item.previous_percent AS change
              FROM survey_campaign campaign
         LEFT JOIN LATERAL (
                   SELECT earlier.id FROM survey_campaign earlier
                    WHERE earlier.company_id = campaign.company_id AND earlier.date_closed IS NOT NULL
                      AND (earlier.year < campaign.year OR (earlier.year = campaign.year AND earlier.date_started < campaign.date_started))
                 ORDER BY earlier.year DESC, earlier.date_started DESC, earlier.id DESC LIMIT 1
                   ) previous ON TRUE
        CROSS JOIN LATERAL (
                   WITH result AS (
                       SELECT MIN(item.id) AS id, item.campaign_id, item.page_id, item.question_id, item.matrix_row_id,
                              COUNT(*) AS copies, AVG(100 * item.score / item.reachable) AS percent
                         FROM (%s) item WHERE item.reachable > 0
                     GROUP BY item.campaign_id, item.page_id, item.question_id, item.matrix_row_id
                   ), named AS (
                       SELECT result.*, question.sequence * 1000 + COALESCE(matrix_row.sequence, 0) AS sequence,
                              question.title->>'en_US' AS title, COALESCE(matrix_row.value->>'en_US', '') AS value
                         FROM result
                         JOIN survey_question question ON question.id = result.question_id
                    LEFT JOIN survey_question_answer matrix_row ON matrix_row.id = result.matrix_row_id
                   )
                   SELECT named.*, (
                              SELECT before.percent FROM named before
                               WHERE before.campaign_id = previous.id AND before.title = named.title AND before.value = named.value
                            ORDER BY before.id LIMIT 1
                          ) AS previous_percent
                     FROM named WHERE named.campaign_id = campaign.id
                   ) item
            """,
            self.env["survey.campaign.item"]._query_items(
                SQL("copy.campaign_id IN (campaign.id, previous.id) AND copy.state = 'done' AND copy.test_entry IS NOT TRUE"),
            ),
        )
