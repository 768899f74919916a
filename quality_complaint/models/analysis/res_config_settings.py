from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    appraisal_forgotten_days = fields.Integer(related="company_id.appraisal_forgotten_days", readonly=False)
