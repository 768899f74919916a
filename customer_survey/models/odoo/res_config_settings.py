from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    survey_campaign_months = fields.Integer(related="company_id.survey_campaign_months", readonly=False)
