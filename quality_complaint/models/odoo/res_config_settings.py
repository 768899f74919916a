from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    deadline_warning_lead = fields.Float(related="company_id.deadline_warning_lead", readonly=False)
    complaint_stuck_days = fields.Integer(related="company_id.complaint_stuck_days", readonly=False)
    complaint_pause_days = fields.Integer(related="company_id.complaint_pause_days", readonly=False)
    complaint_transfer_limit = fields.Integer(related="company_id.complaint_transfer_limit", readonly=False)
    capa_significance_level = fields.Float(related="company_id.capa_significance_level", readonly=False)
    complaint_follow_up_mail = fields.Boolean(related="company_id.complaint_follow_up_mail", readonly=False)
    complaint_follow_up_mail_days = fields.Integer(related="company_id.complaint_follow_up_mail_days", readonly=False)
    complaint_follow_up_link_days = fields.Integer(related="company_id.complaint_follow_up_link_days", readonly=False)
