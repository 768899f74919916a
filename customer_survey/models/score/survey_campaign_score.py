from odoo import fields, models
from odoo.tools import SQL

from ..campaign.survey_campaign_recipient import CHANNELS

# fields of the recipient
SEGMENTS = ("customer_id", "salesperson_id", "country_id", "partner_category_id", "product_categ_id")


class SurveyCampaignScore(models.AbstractModel):
    """What came back, in % of what was reachable, and what it is reported by: as it was known of the customer when the campaign was planned."""

    _name = "survey.campaign.score"
    _description = "Score in a Satisfaction Campaign"

    campaign_id = fields.Many2one("survey.campaign", readonly=True)
    year = fields.Integer(related="campaign_id.year", aggregator=None)
    company_id = fields.Many2one("res.company", readonly=True)
    user_input_id = fields.Many2one("survey.user_input", "Copy", readonly=True)
    date = fields.Datetime("Answered On", readonly=True)
    score = fields.Float(readonly=True)
    reachable = fields.Float(readonly=True)
    percent = fields.Float("Satisfaction", readonly=True, aggregator="avg", help="Score in % of what was reachable.")
    customer_id = fields.Many2one("res.partner", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    partner_category_id = fields.Many2one("res.partner.category", "Customer Group", readonly=True)
    product_categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)

    def _select_segments(self):
        return SQL(", ").join(SQL.identifier("recipient", name) for name in SEGMENTS)
