from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    return_store_credit = fields.Boolean(
        "Store Credit", copy=False, help="Not to be paid out: the customer's next invoices are paid with it.",
    )
    return_order_ids = fields.Many2many("return.order", compute="_compute_return_order_ids", compute_sudo=True, string="Returns")

    @api.depends("invoice_line_ids.return_line_id")
    def _compute_return_order_ids(self):
        for move in self:
            move.return_order_ids = move.invoice_line_ids.return_line_id.return_id

    def button_cancel(self):
        result = super().button_cancel()
        self._tell_returns(lambda env, **names: env._("Credit note %(note)s was cancelled by %(user)s.", **names))
        return result

    def unlink(self):
        # afterwards nobody knows what they credited
        self._tell_returns(lambda env, **names: env._("Credit note %(note)s was deleted by %(user)s.", **names))
        return super().unlink()

    def _tell_returns(self, say):
        """Who handles a return hears that its credit note is gone."""
        for move in self:
            for order in move.sudo().return_order_ids:  # accounting need not be allowed to read returns
                order._message_log(body=say(self.env, note=move.name or move.ref or "", user=self.env.user.name))

    def action_view_return_orders(self):
        self.ensure_one()
        return self.return_order_ids._get_records_action()
