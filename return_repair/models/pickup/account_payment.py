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

    def unlink(self):
        # afterwards nobody knows that it was paid; accounting need not be allowed to read returns
        for payment in self.filtered("return_order_id").sudo():
            payment.return_order_id._message_log(body=self.env._(
                "The payment of %(amount)s on the spot was deleted by %(user)s.",
                amount=payment.return_order_id._format_spot(payment.amount), user=self.env.user.name,
            ))
        return super().unlink()
