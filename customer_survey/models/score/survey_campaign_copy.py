from odoo import fields, models
from odoo.tools import SQL

NPS_GROUPS = [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")]


class SurveyCampaignCopy(models.Model):
    """Each copy that came back, in % of what was reachable over the items that were answered; and what it says of recommending us.

    Promoters answer 9 or 10, passives 7 or 8, detractors 0 to 6, to the question that is marked as the Net Promoter question and to no other.
    """

    _name = "survey.campaign.copy"
    _description = "Satisfaction by Copy"
    _inherit = ["survey.campaign.score"]
    _auto = False
    _order = "campaign_id, id"
    _depends = {"survey.campaign.item": []}

    nps_value = fields.Integer("Recommends Us", readonly=True, aggregator="avg", help="0 to 10; empty where it was not answered.")
    nps_group = fields.Selection(NPS_GROUPS, "Net Promoter Group", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT copy.*, copy.id AS user_input_id, 100 * copy.score / copy.reachable AS percent,
                   CASE WHEN nps_value >= 9 THEN 'promoter' WHEN nps_value >= 7 THEN 'passive' WHEN nps_value >= 0 THEN 'detractor' END AS nps_group, %s
              FROM (
                   SELECT user_input_id AS id, campaign_id, company_id, date, channel, SUM(score) FILTER (WHERE reachable > 0) AS score,
                          SUM(reachable) FILTER (WHERE reachable > 0) AS reachable, MIN(nps_value) AS nps_value
                     FROM (%s) item GROUP BY user_input_id, campaign_id, company_id, date, channel
                   ) copy LEFT JOIN survey_campaign_recipient recipient ON recipient.user_input_id = copy.id
            """,
            self._select_segments(), self.env["survey.campaign.item"]._query_items(),
        )
