from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    inquiry_duration = fields.Float(related="company_id.inquiry_duration", readonly=False)
    inquiry_duration_unit = fields.Selection(related="company_id.inquiry_duration_unit", readonly=False, required=True)
