from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    appraisal_forgotten_days = fields.Integer(related="company_id.appraisal_forgotten_days", readonly=False)
    complaint_report = fields.Boolean(related="company_id.complaint_report", readonly=False)
    complaint_report_user_ids = fields.Many2many(
        related="company_id.complaint_report_user_ids", readonly=False, domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
