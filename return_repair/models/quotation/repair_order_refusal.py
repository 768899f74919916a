from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..repair.repair_order import FINISHED_STATES


class RepairOrder(models.Model):
    """The customer refuses the quotation: the repair is cancelled, and the goods go back as they are."""

    _inherit = "repair.order"

    refusal_reason = fields.Text(
        "Refused by the Customer", readonly=True, copy=False, tracking=True, help="The goods go back unrepaired. Empty: it was not refused.",
    )
    fee_order_id = fields.Many2one(
        "sale.order", "Order of the Inspection Fee", readonly=True, copy=False, index="btree_not_null", check_company=True, ondelete="set null",
    )

    can_refuse = fields.Boolean(compute="_compute_can_refuse", help="Its quotation is open, and the user speaks for the customer.")

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"refusal_reason", "fee_order_id"}

    @api.depends("sale_order_id", "return_line_id", "state")
    @api.depends_context("uid")
    def _compute_can_refuse(self):
        for repair in self:
            quotation = repair.sudo().sale_order_id.with_env(self.env)  # who repairs need not see what is sold
            repair.can_refuse = bool(quotation) and not quotation._get_refuse_blocker()

    def action_repair_cancel_draft(self):
        """It is repaired after all: the goods stay for now."""
        result = super().action_repair_cancel_draft()
        # who takes it up again need be allowed neither to ship nor to change the reason
        repairs = self.sudo()
        repairs.ship_move_id.filtered(lambda move: move.state not in FINISHED_STATES)._action_cancel()
        repairs.filtered("refusal_reason").refusal_reason = False
        return result

    def _refuse(self, reason, charge_fee):
        """The customer does not want it at this price. Who may say so stands in `sale.order._get_refuse_blocker`."""
        # who records it need be allowed neither to repair nor to sell
        for repair in self.sudo():
            quotation = repair.sale_order_id
            refused = {"repair": repair.name, "quotation": quotation.name, "amount": quotation.currency_id.format(quotation.amount_total)}
            repair.refusal_reason = reason
            repair.action_repair_cancel()
            quotation._withdraw_repair_quotation()
            if charge_fee:
                repair._charge_fee()
            repair.return_line_id.return_id._message_log(body=self.env._(
                "Repair %(repair)s was refused (quotation %(quotation)s, %(amount)s): %(reason)s. The goods go back unrepaired. Inspection fee: %(fee)s.",
                **refused, reason=reason, fee=repair.fee_order_id.name or self.env._("none"),
            ))

    def _goes_back(self):
        """What the customer has refused goes back as it is; nobody has to decide about it any more."""
        return super()._goes_back() or bool(self.refusal_reason)

    def _charge_fee(self):
        """An order of its own, which core invoices; it needs no acceptance, as the quotation has announced it."""
        self.ensure_one()
        if self.fee_order_id and self.fee_order_id.state != "cancel":
            return
        product = self.company_id.repair_fee_product_id
        if not product:
            raise UserError(self.env._("Choose in Settings › Returns what the inspection is sold as, or charge no fee."))
        quotation = self.sale_order_id
        self.fee_order_id = self.env["sale.order"].sudo().with_company(self.company_id).create({
            "partner_id": quotation.partner_id.id, "company_id": self.company_id.id, "user_id": quotation.user_id.id,
            "origin": f"{quotation.name}, {self.name}", **quotation._prepare_replacement_values(),
            "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1})],
        })
        self.fee_order_id.action_confirm()
        # the goods have been inspected already
        self.fee_order_id.order_line.qty_delivered = 1
