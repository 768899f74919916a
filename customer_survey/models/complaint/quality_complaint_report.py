from odoo import fields, models


class QualityComplaintReport(models.Model):
    _inherit = "quality.complaint.report"

    channel = fields.Selection(selection_add=[("paper", "Paper")])
