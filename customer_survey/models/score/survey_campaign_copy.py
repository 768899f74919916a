from odoo import fields, models
from odoo.tools import SQL

from ..campaign.survey_campaign_recipient import CHANNELS
from .survey_campaign_item import SEGMENTS

NPS_GROUPS = [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")]


class SurveyCampaignCopy(models.Model):
    """Each copy that came back, in % of what was reachable over the items that were answered; and what it says of recommending us.

    Promoters answer 9 or 10, passives 7 or 8, detractors 0 to 6, to the question that is marked as the Net Promoter question and to no other.
    """

    _name = "survey.campaign.copy"
    _description = "Satisfaction by Copy"
    _auto = False
    _order = "campaign_id, id"
    _depends = {"survey.campaign.item": []}

    campaign_id = fields.Many2one("survey.campaign", readonly=True)
    year = fields.Integer(related="campaign_id.year", aggregator=None)
    company_id = fields.Many2one("res.company", readonly=True)
    user_input_id = fields.Many2one("survey.user_input", "Copy", readonly=True)
    date = fields.Datetime("Answered On", readonly=True)
    score = fields.Float(readonly=True)
    reachable = fields.Float(readonly=True)
    percent = fields.Float("Satisfaction", readonly=True, aggregator="avg", help="Score in % of what was reachable.")
    nps_value = fields.Integer("Recommends Us", readonly=True, aggregator="avg", help="0 to 10; empty where it was not answered.")
    nps_group = fields.Selection(NPS_GROUPS, "Net Promoter Group", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    partner_category_id = fields.Many2one("res.partner.category", "Customer Group", readonly=True)
    product_categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT copy.id, copy.campaign_id, copy.campaign_company_id AS company_id, copy.id AS user_input_id, copy.end_datetime AS date,
                   item.score, item.reachable, 100 * item.score / item.reachable AS percent, nps.value AS nps_value,
                   CASE WHEN nps.value >= 9 THEN 'promoter' WHEN nps.value >= 7 THEN 'passive' WHEN nps.value >= 0 THEN 'detractor' END AS nps_group,
                   %s, copy.entry_channel AS channel
              FROM survey_user_input copy
         LEFT JOIN (
                   SELECT user_input_id, SUM(score) AS score, SUM(reachable) AS reachable FROM (%s) item WHERE reachable > 0 GROUP BY user_input_id
                   ) item ON item.user_input_id = copy.id
         LEFT JOIN (
                   SELECT line.user_input_id, MIN(line.value_scale) AS value
                     FROM survey_user_input_line line JOIN survey_question question ON question.id = line.question_id AND question.is_nps
                    WHERE line.skipped IS NOT TRUE AND line.answer_type = 'scale' GROUP BY line.user_input_id
                   ) nps ON nps.user_input_id = copy.id
         LEFT JOIN survey_campaign_recipient recipient ON recipient.user_input_id = copy.id
             WHERE copy.campaign_id IS NOT NULL AND copy.state = 'done' AND copy.test_entry IS NOT TRUE
            """,
            SQL(", ").join(SQL.identifier("recipient", name) for name in SEGMENTS if name != "channel"),
            self.env["survey.campaign.item"]._query_items(),
        )
