from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    return_decision_days = fields.Integer(related="company_id.return_decision_days", readonly=False)
    return_reply_days = fields.Integer(related="company_id.return_reply_days", readonly=False)
    return_foreign_goods = fields.Boolean(related="company_id.return_foreign_goods", readonly=False)
    return_post_credit_notes = fields.Boolean(related="company_id.return_post_credit_notes", readonly=False)
    return_address_id = fields.Many2one(related="company_id.return_address_id", readonly=False)
