from odoo import fields, models


class QualityComplaintLine(models.Model):
    """A complaint counts for each of its products."""

    _inherit = "quality.complaint.line"

    date_received = fields.Datetime(related="complaint_id.date_received")
    type_id = fields.Many2one(related="complaint_id.type_id")
    severity = fields.Selection(related="complaint_id.severity")
    state = fields.Selection(related="complaint_id.state")
    main_cause_id = fields.Many2one(related="complaint_id.main_cause_id")
    statistic_capa_ids = fields.Many2many(related="complaint_id.statistic_capa_ids")

    def action_start_corrective_action(self):
        return self.complaint_id.action_start_corrective_action()

    def action_view_complaint(self):
        return self.complaint_id._get_records_action()
