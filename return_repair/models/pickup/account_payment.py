from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    return_order_id = fields.Many2one(
        "return.order", "Return", index="btree_not_null", copy=False, ondelete="restrict", check_company=True, readonly=True,
        help="It was paid where the goods were picked up.",
    )

    def action_post(self):
        result = super().action_post()
        self.return_order_id._match_spot_refunds()
        return result

    def action_cancel(self):
        result = super().action_cancel()
        self._tell_spot_return(lambda env, **names: env._("The payment of %(amount)s on the spot was cancelled by %(user)s.", **names))
        return result

    def action_reject(self):
        result = super().action_reject()
        self._tell_spot_return(lambda env, **names: env._("The payment of %(amount)s on the spot was rejected by %(user)s.", **names))
        return result

    def unlink(self):
        # afterwards nobody knows that it was paid
        self._tell_spot_return(lambda env, **names: env._("The payment of %(amount)s on the spot was deleted by %(user)s.", **names))
        return super().unlink()

    def _tell_spot_return(self, say):
        for payment in self.filtered("return_order_id").sudo():  # accounting need not be allowed to read returns
            order = payment.return_order_id
            order._message_log(body=say(self.env, amount=order._format_spot(payment.amount), user=self.env.user.name))
