from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    compensation_approval_limit = fields.Monetary(
        related="company_id.compensation_approval_limit", readonly=False,
    )
