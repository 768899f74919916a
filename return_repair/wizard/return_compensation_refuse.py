from odoo import fields, models


class ReturnCompensationRefuse(models.TransientModel):
    """No compensation ends without a reason that says why."""

    _name = "return.compensation.refuse"
    _description = "Refuse or Cancel Price Compensations"

    compensation_ids = fields.Many2many("return.compensation", required=True)
    move = fields.Selection([("refuse", "Refuse"), ("cancel", "Cancel")], required=True, default="refuse")
    reason = fields.Text(required=True)

    def action_confirm(self):
        # the moves delete activities, which empties the cache that this window's list would be read by
        compensations = self.compensation_ids.with_prefetch()
        {"refuse": compensations._refuse, "cancel": compensations._cancel}[self.move](self.reason)
