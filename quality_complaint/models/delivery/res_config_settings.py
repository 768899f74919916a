from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    delivery_followup = fields.Boolean(related="company_id.delivery_followup", readonly=False)
    delivery_followup_days = fields.Integer(related="company_id.delivery_followup_days", readonly=False)
    delivery_followup_user_id = fields.Many2one(related="company_id.delivery_followup_user_id", readonly=False)
