from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    confirms_receipt = fields.Boolean(related="company_id.confirms_receipt", readonly=False)
