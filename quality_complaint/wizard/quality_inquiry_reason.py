from odoo import fields, models
from odoo.exceptions import UserError


class QualityInquiryReason(models.TransientModel):
    """What is not done without saying why."""

    _name = "quality.inquiry.reason"
    _description = "Reason of a Move of Inquiries"

    inquiry_ids = fields.Many2many("quality.inquiry", required=True)
    move = fields.Selection(
        [("send_back", "Send Back"), ("return", "Return"), ("cancel", "Cancel")], required=True, default="cancel",
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        if not (self.reason or "").strip():
            raise UserError(self.env._("Write why, for those who come after you."))
        # the moves delete activities, which empties the cache that this window's list would be read by
        inquiries = self.inquiry_ids.with_prefetch()
        {"send_back": inquiries._send_back, "return": inquiries._return, "cancel": inquiries._cancel}[self.move](self.reason)
