from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

SPOT_STATES = ("receiving", "inspection", "processing")


class ReturnOrder(models.Model):
    """The driver brings the refund. What they pay is a payment of core's, so that accounting has it at once: a draft until
    accounting posts it, and matched with the credit note as soon as both are posted.
    """

    _inherit = "return.order"

    spot_payment_ids = fields.One2many("account.payment", "return_order_id", "Refunds on the Spot", groups="account.group_account_invoice")
    spot_currency_id = fields.Many2one("res.currency", "Currency of the Refund", compute="_compute_spot_owed", compute_sudo=True)
    spot_refund_amount = fields.Float(
        "Paid on the Spot", compute="_compute_spot_refund_amount", store=True, compute_sudo=True, digits=0,
        help="In the currency of the refund.",
    )
    spot_owed = fields.Monetary(
        "Refund Still Owed", compute="_compute_spot_owed", compute_sudo=True, currency_field="spot_currency_id",
        help="With taxes, less what was paid on the spot. Below zero: more was paid than is credited.",
    )
    can_refund_on_spot = fields.Boolean(compute="_compute_can_refund_on_spot", help="A refund is owed, and the user may say that it was paid.")

    @api.depends("spot_payment_ids.amount", "spot_payment_ids.state")
    def _compute_spot_refund_amount(self):
        for order in self:
            order.spot_refund_amount = sum(order._get_spot_payments().mapped("amount"))

    def _get_spot_payments(self):
        return self.sudo().spot_payment_ids.filtered(lambda payment: payment.state not in ("canceled", "rejected"))

    @api.depends(
        "line_ids.refund_amount", "line_ids.resolution", "line_ids.refund_currency_id", "line_ids.credit_line_ids.move_id.amount_residual",
        "spot_refund_amount",
    )
    def _compute_spot_owed(self):
        """Until it is credited, what will be; then what of the credit notes is open, whoever has paid the rest."""
        for order in self:
            lines = order._get_spot_lines()
            currencies = lines.refund_currency_id
            order.spot_currency_id = currencies[:1] or order.company_id.currency_id
            credited = lines.filtered(lambda line: line._get_credit_lines())
            owed = sum(credited._get_credit_lines().move_id.mapped("amount_residual"))
            owed += sum(line._get_spot_amount() for line in lines - credited)
            # of several orders in several currencies there is no one sum
            order.spot_owed = owed - order._get_spot_unmatched() if len(currencies) <= 1 else 0

    def _get_spot_unmatched(self):
        """What was paid on the spot and has not reduced what is open of a credit note."""
        unmatched = 0
        for payment in self._get_spot_payments():
            if payment.move_id:
                _liquidity, counterparts, _writeoff = payment._seek_for_lines()
                unmatched += abs(sum(counterparts.mapped("amount_residual_currency")))
            # one without an entry of its own pays its credit notes by the bank statement
            elif not payment.invoice_ids or any(payment.invoice_ids.mapped("amount_residual")):
                unmatched += payment.amount
        return unmatched

    def _get_spot_lines(self):
        """What is paid out: no store credit, and nothing that the customer was not charged or has not paid."""
        return self.line_ids.filtered(lambda line: line.resolution == "refund" and line.refund_amount and line._is_paid())

    @api.depends("state", "collection", "picked_up_on", "spot_owed", "driver_id")
    @api.depends_context("uid")
    def _compute_can_refund_on_spot(self):
        for order in self:
            order.can_refund_on_spot = bool(order._origin) and order.has_access("write") and not order._get_spot_refusal()

    def _get_spot_refusal(self):
        """Why this user can't say now that the refund was paid on the spot, or False. Also decides whether the button shows."""
        self.ensure_one()
        order = self.sudo()
        if self.collection != "home_pickup" or self.state not in SPOT_STATES:
            return self.env._("%s is not a pick-up at home with a refund on the spot, or it is not the time for that.", self.name)
        if not self.picked_up_on:
            return self.env._("Say first that the goods of %s were picked up.", self.name)
        if missing := self.env.user != self.driver_id and self._get_missing_role("receiver"):
            return self.env._("You may not pay the refund of %(number)s: that takes %(role)s.", number=self.name, role=missing)
        if len(order._get_spot_lines().refund_currency_id) > 1:
            return self.env._("The refund of %s is in several currencies, so accounting pays it.", self.name)
        if order.spot_currency_id.compare_amounts(order.spot_owed, 0) <= 0:
            return self.env._(
                "No refund is owed for %(number)s: %(paid)s was paid on the spot already, and what the customer has not paid is not paid back.",
                number=self.name, paid=order._format_spot(order.spot_refund_amount),
            )
        return False

    def _get_gaps_cancel(self):
        gaps = super()._get_gaps_cancel()
        if self._get_spot_payments():
            gaps.append(self.env._("An end for the refund that was paid on the spot: accounting cancels it first"))
        return gaps

    def _format_spot(self, amount):
        return formatLang(self.env, amount, currency_obj=self.spot_currency_id)

    # ------------------------------------------------------------ paying
    def _pay_on_spot(self, amount, method, date, reason=False):
        """What the driver has paid, as core's payment.

        :param method: ``cash`` or ``bank``, the type of the journal
        :param reason: why it is less than what is owed
        """
        self.ensure_one()
        self.check_access("write")
        self._check_spot_amount(amount, date, reason)
        journal = self._get_spot_journal(method)
        # who may say that it was paid has paid it; accounting posts it
        payment = self.env["account.payment"].sudo().with_company(self.company_id).create({
            "payment_type": "outbound", "partner_type": "customer", "partner_id": self.commercial_partner_id.id, "journal_id": journal.id,
            "amount": amount, "currency_id": self.spot_currency_id.id, "date": date,
            "memo": self.env._("%s: refund on the spot", self.name), "return_order_id": self.id,
        })
        self.sudo()._message_log(body=self.env._(
            "Refund of %(amount)s paid on the spot by %(user)s, %(journal)s. %(reason)s",
            amount=self._format_spot(amount), user=self.env.user.name, journal=journal.name, reason=reason or "",
        ))
        if self.env.user.has_group("account.group_account_invoice"):
            payment.sudo(False).action_post()

    def _check_spot_amount(self, amount, date, reason):
        """All that is wrong with the payment is named at once."""
        if refusal := self._get_spot_refusal():
            raise UserError(refusal)
        order, problems = self.sudo(), []
        compared = order.spot_currency_id.compare_amounts(amount, order.spot_owed)
        owed = order._format_spot(order.spot_owed)
        if order.spot_currency_id.compare_amounts(amount, 0) <= 0:
            problems.append(self.env._("The amount that was paid is above zero."))
        elif compared > 0:
            problems.append(self.env._("Not more than the %s that is owed is paid on the spot.", owed))
        elif compared < 0 and not reason:
            problems.append(self.env._("%s is owed: say why less was paid.", owed))
        if date > fields.Date.context_today(self):
            problems.append(self.env._("The day on which it was paid can't lie in the future."))
        if problems:
            raise UserError("\n".join(problems))

    def _get_spot_journal(self, method):
        # a driver need not see journals
        journal = self.env["account.journal"].sudo().search(
            [*self.env["account.journal"]._check_company_domain(self.company_id), ("type", "=", method)], limit=1,
        )
        if not journal:
            raise UserError(self.env._(
                "%(company)s has no journal for this way of paying. Accounting makes one, or choose the other way.", company=self.company_id.name,
            ))
        return journal

    def _match_spot_refunds(self):
        """What was paid on the spot pays the credit notes, as far as both are posted."""
        for order in self.sudo():  # who posts one of them may have no right to the return
            notes = order.credit_note_ids.filtered(lambda note: note.state == "posted" and not note.return_store_credit)
            payments = order._get_spot_payments().filtered(lambda payment: payment.state in ("in_process", "paid"))
            if not notes or not payments:
                continue
            open_lines = (notes | payments.move_id).line_ids.filtered(
                lambda line: line.account_type == "asset_receivable" and line.parent_state == "posted" and not line.reconciled,
            )
            for lines in open_lines.grouped("account_id").values():
                if lines.move_id & notes and lines.move_id - notes:
                    lines.reconcile()
            notes.matched_payment_ids |= payments

    def action_view_spot_payments(self):
        self.ensure_one()
        return self.spot_payment_ids._get_records_action()
