from odoo import fields, models


class ReturnOrderReason(models.TransientModel):
    """What is not done without saying something about it."""

    _name = "return.order.reason"
    _description = "Reason of a Move of Returns"

    return_ids = fields.Many2many("return.order", required=True)
    move = fields.Selection(
        [("refuse", "Refuse"), ("tell", "Told the Customer"), ("rest", "Rest Will Not Come"), ("cancel", "Cancel")], required=True, default="cancel",
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        # the moves delete activities, which empties the cache that this window's list would be read by
        orders = self.return_ids.with_prefetch()
        {"refuse": orders._refuse, "tell": orders._tell, "rest": orders._give_up_rest, "cancel": orders._cancel}[self.move](self.reason)
