from odoo import fields, models


class QualityComplaintCancel(models.TransientModel):
    _name = "quality.complaint.cancel"
    _description = "Cancel a Complaint"

    complaint_ids = fields.Many2many("quality.complaint", required=True)
    reason = fields.Selection(
        selection=lambda self: self.env["quality.complaint"]._fields["cancel_reason"]._description_selection(self.env), required=True,
    )
    note = fields.Text(help="For example the number of the complaint that it duplicates.")

    def action_confirm(self):
        # cancelling deletes activities, which empties the cache that this window's list would be read by
        self.complaint_ids.with_prefetch()._cancel(self.reason, self.note)
