from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    capa_significance_level = fields.Float(related="company_id.capa_significance_level", readonly=False)
