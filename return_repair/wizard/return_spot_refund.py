from odoo import api, fields, models


class ReturnSpotRefund(models.TransientModel):
    """What the driver has paid to the customer."""

    _name = "return.spot.refund"
    _description = "Refund Paid on the Spot"

    return_id = fields.Many2one("return.order", required=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_spot_owed")
    spot_owed = fields.Monetary("Refund Still Owed", compute="_compute_spot_owed")
    amount = fields.Monetary("Paid", compute="_compute_amount", compute_sudo=False, store=True, readonly=False, precompute=True)
    method = fields.Selection([("cash", "Cash"), ("bank", "Transfer")], required=True, default="cash")
    date = fields.Date("Paid On", required=True, default=fields.Date.context_today)
    reason = fields.Text("Why Less", help="Needed where less is paid than what is owed.")

    @api.depends("return_id")
    def _compute_spot_owed(self):
        # also before it is saved it tells nobody of a return that they may not see
        self.return_id.check_access("read")
        for refund in self:
            refund.currency_id = refund.return_id.spot_currency_id
            refund.spot_owed = refund.return_id.spot_owed

    @api.depends("return_id")
    def _compute_amount(self):
        for refund in self:
            refund.amount = refund.spot_owed

    @api.constrains("return_id")
    def _check_return(self):
        """Whoever names a return sees it."""
        self.return_id.check_access("read")

    def action_confirm(self):
        self.ensure_one()
        self.return_id._pay_on_spot(self.amount, self.method, self.date, self.reason)
