from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..repair.repair_order import FINISHED_STATES

# the customer has to be asked again
ASK_ANEW_STATES = ("expired", "declined", "exceeded")


class SaleOrder(models.Model):
    """The quotation of a repair of a return: what the customer has accepted, and what follows when they do not."""

    _inherit = "sale.order"

    is_repair_quotation = fields.Boolean(compute="_compute_is_repair_quotation", compute_sudo=True)
    repair_accepted_amount = fields.Monetary(
        "Accepted Amount", readonly=True, copy=False, help="What the customer has accepted to pay for the repair. Beyond it the work waits.",
    )
    can_ask_anew = fields.Boolean(compute="_compute_repair_moves", compute_sudo=True, help="Expired, declined, or more than was accepted.")
    can_refuse_repair = fields.Boolean(compute="_compute_can_refuse_repair", help="The repair is open, and the user speaks for the customer.")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_accepted_amount(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_accepted_amount(vals)
        return super().write(vals)

    @api.model
    def _check_accepted_amount(self, vals):
        """It is said by who accepts, by accepting."""
        if vals.get("repair_accepted_amount") and not self.env.su:
            raise AccessError(self.env._("The accepted amount is what the customer has accepted. Confirm the quotation, or ask them anew."))

    @api.depends("repair_order_ids.return_line_id")
    def _compute_is_repair_quotation(self):
        for order in self:
            order.is_repair_quotation = bool(order._get_return_repairs())

    @api.depends("repair_order_ids.state", "repair_order_ids.quotation_state")
    def _compute_repair_moves(self):
        for order in self:
            order.can_ask_anew = any(repair.quotation_state in ASK_ANEW_STATES for repair in order._get_open_repairs())

    @api.depends("repair_order_ids.state")
    @api.depends_context("uid")
    def _compute_can_refuse_repair(self):
        for order in self:
            order.can_refuse_repair = not order._get_refuse_blocker()

    def _get_refuse_blocker(self):
        """Why this user can't record that the customer refuses it, or False: who decides the return need not be allowed to sell."""
        self.ensure_one()
        repairs = self._get_open_repairs()
        if not repairs:
            return self.env._("%s quotes no repair that is still open.", self.sudo().name)
        returns = repairs.return_line_id.return_id.with_env(self.env)
        if returns.filtered(lambda order: not order.has_access("write") or order._get_missing_role("decider")):
            return self.env._(
                "What the customer refuses of %s is recorded by the leader of the responsible team, or the sales representative.", self.sudo().name,
            )
        return False

    def _get_return_repairs(self):
        return self.sudo().repair_order_ids.filtered("return_line_id")  # who sells need not be allowed to repair

    def _get_open_repairs(self):
        return self._get_return_repairs().filtered(lambda repair: repair.state not in FINISHED_STATES)

    def _exceeds_acceptance(self):
        """True where the order has come to cost more than the customer has accepted."""
        self.ensure_one()
        return self.currency_id.compare_amounts(self.amount_total, self.repair_accepted_amount) > 0

    # ------------------------------------------------------------ accepted
    def _action_confirm(self):
        result = super()._action_confirm()
        for order in self.filtered("is_repair_quotation"):
            # the amount is nobody's to write
            order.sudo().repair_accepted_amount = order.amount_total
            for repair in order._get_open_repairs():
                told = repair.with_context(lang=repair.user_id.lang)
                told.message_post(
                    body=told.env._(
                        "Quotation %(order)s is accepted: %(amount)s. The work can start.",
                        order=order.name, amount=order.currency_id.format(order.amount_total),
                    ),
                    partner_ids=repair.user_id.partner_id.ids,
                )
        self._close_quotation_activities()
        return result

    # ------------------------------------------------------------ not accepted
    def _action_cancel(self):
        declined = self.filtered(lambda order: order.state != "cancel")
        result = super()._action_cancel()
        declined._tell_declined()
        return result

    def _withdraw_repair_quotation(self):
        """The repair falls away, and its quotation with it; nobody need look after it any more."""
        for order in self:
            if order.locked:
                order.action_unlock()
            order._action_cancel()
        self._close_quotation_activities()

    def _tell_declined(self):
        """Whoever speaks with the customer decides what follows; who declined it themselves knows."""
        for order in self:
            order._get_open_repairs().filtered(
                lambda repair: repair.return_line_id.return_id._get_role_user("rep") != self.env.user,
            )._schedule_quotation_steps()

    def _close_quotation_activities(self):
        """The customer was asked again or has answered: nobody need look after it any more."""
        self._get_return_repairs()._get_quotation_activities()._action_done()

    def action_ask_anew(self):
        """The customer is asked again; what they signed before counts no longer."""
        self.check_access("write")
        if denied := self.filtered(lambda order: not order.can_ask_anew):
            raise UserError(self.env._(
                "There is nothing to ask the customer again about: %s", ", ".join(denied.mapped("name")),
            ))
        self.write({
            "state": "draft", "locked": False, "signature": False, "signed_by": False, "signed_on": False, "repair_accepted_amount": 0,
        })
        self._compute_validity_date()
        self.invalidate_recordset(["is_expired"])  # core says of nothing that it depends on it
        # a repair that was cancelled in between had taken its parts and labour off
        repairs = self._get_open_repairs()
        repairs.move_ids._update_repair_sale_order_line()
        repairs._update_labour_line()
        self._close_quotation_activities()
        return self.action_quotation_send()

    def action_view_repaired_returns(self):
        self.ensure_one()
        return self._get_return_repairs().return_line_id.return_id.with_env(self.env)._get_records_action()
