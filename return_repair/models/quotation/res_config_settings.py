from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    repair_labour_product_id = fields.Many2one(related="company_id.repair_labour_product_id", readonly=False)
    repair_fee_product_id = fields.Many2one(related="company_id.repair_fee_product_id", readonly=False)
