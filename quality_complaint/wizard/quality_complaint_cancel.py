from odoo import fields, models


class QualityComplaintCancel(models.TransientModel):
    _name = "quality.complaint.cancel"
    _description = "Cancel a Complaint"

    complaint_ids = fields.Many2many("quality.complaint", required=True)
    reason = fields.Selection(
        selection=lambda self: self.env["quality.complaint"]._fields["cancel_reason"]._description_selection(self.env), required=True,
    )
    duplicate_of_id = fields.Many2one("quality.complaint", help="The two are linked, so that each leads to the other.")
    note = fields.Text()

    def action_confirm(self):
        if self.reason == "duplicate" and self.duplicate_of_id:
            self.complaint_ids._link(self.duplicate_of_id)
        # cancelling deletes activities, which empties the cache that this window's list would be read by
        self.complaint_ids.with_prefetch()._cancel(self.reason, self.note)
