from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ReturnCompensation(models.Model):
    """The difference is credited in money: a credit note of the invoice with one line, its account and taxes, but no product and
    no quantity, because no goods come back. Credit notes are accounting's; the compensation follows.
    """

    _inherit = "return.compensation"

    credit_line_ids = fields.One2many("account.move.line", "return_compensation_id", "Credit Note Lines", groups="account.group_account_invoice")
    credit_note_ids = fields.Many2many("account.move", compute="_compute_credit_note_ids", compute_sudo=True, string="Credit Notes")
    credit_note_count = fields.Integer(compute="_compute_credit_note_ids", compute_sudo=True)
    can_make_credit_note = fields.Boolean(compute="_compute_can_make_credit_note", help="A credit note of it was deleted, cancelled or lowered.")

    @api.depends("credit_line_ids.move_id")
    def _compute_credit_note_ids(self):
        for compensation in self:
            compensation.credit_note_ids = compensation.credit_line_ids.move_id
            compensation.credit_note_count = len(compensation.credit_note_ids)

    @api.depends("state", "credit_line_ids.parent_state")
    @api.depends_context("uid")
    def _compute_can_make_credit_note(self):
        for compensation in self:
            compensation.can_make_credit_note = (
                compensation.state == "approved" and compensation.has_access("write") and compensation._get_uncredited_amount() > 0
            )

    def _get_credit_lines(self):
        """What credits it, where accounting has not cancelled that."""
        return self.sudo().credit_line_ids.filtered(lambda credit: credit.parent_state != "cancel")

    def _get_uncredited_amount(self):
        """What of the amount no credit note gives."""
        self.ensure_one()
        compensation, rest = self.sudo(), self.amount
        for credit in self._get_credit_lines():
            # by the rate by which it was made
            day = (credit.move_id.reversed_entry_id or credit.move_id).invoice_date or fields.Date.context_today(self)
            given = credit.quantity * credit.price_unit * (1 - credit.discount / 100)
            rest -= credit.currency_id._convert(given, compensation.currency_id, compensation.company_id, day)
        return compensation.currency_id.round(rest)

    def _get_gaps_paid(self):
        lines = self._get_credit_lines()
        if not lines:
            return [self.env._("The credit note: it was deleted or cancelled. Make it again")]
        gaps = []
        if (rest := self._get_uncredited_amount()) > 0:
            gaps.append(self.env._("The credit note for %s that no other gives. Make it again", self._format_amount(rest)))
        drafts = lines.filtered(lambda line: line.parent_state != "posted").move_id
        return gaps + [self.env._("The posting of credit note %s, by accounting", note.display_name) for note in drafts]

    # ------------------------------------------------------------ doing it
    def action_make_credit_note(self):
        """Accounting has deleted or cancelled one that is still owed. What came back in the meantime is not compensated any more."""
        self.check_access("write")
        if refused := self.filtered(lambda compensation: not compensation.can_make_credit_note):
            raise UserError(self.env._("No credit note is missing: %s", ", ".join(refused.mapped("name"))))
        self._lock_order_lines()
        if gaps := [f"{compensation.name}: {gap}" for compensation in self for gap in compensation.sudo()._get_amount_gaps()]:
            raise UserError(self.env._("No credit note can be made yet. Still missing:\n%s", "\n".join(f"• {gap}" for gap in gaps)))
        self._make_credit_notes()

    def _make_credit_notes(self):
        """One credit note for each invoice that it is taken from, a draft unless the company has them posted.

        Needs no right to accounting: who may give the compensation has decided that it is paid.
        """
        for compensation in self.sudo():
            if compensation._get_uncredited_amount() <= 0:
                continue
            company, today = compensation.company_id, fields.Date.context_today(compensation)
            for charged, amount in compensation._get_shares():
                invoice = charged.move_id
                note = invoice.with_company(company)._reverse_moves([{
                    "ref": self.env._("%(number)s, price compensation of %(invoice)s", number=compensation.name, invoice=invoice.name),
                    "date": today, "invoice_date": today, "invoice_date_due": False,
                    "line_ids": [Command.create(compensation._prepare_credit_line(charged, amount))],
                }])
                if company.return_post_credit_notes:
                    note.action_post()

    def _get_shares(self):
        """[(invoice line, how much of the amount is credited to its invoice, in the order's currency)], the last charged first."""
        self.ensure_one()
        line, rest, shares = self.sale_line_id, self._get_uncredited_amount(), []
        for charged, room in line._get_creditable():
            share = min(rest, room)
            if self.currency_id.compare_amounts(share, 0) > 0:
                shares.append((charged, share))
                rest -= share
        if self.currency_id.compare_amounts(rest, 0) > 0:
            raise UserError(self.env._(
                "%(amount)s of %(number)s can't be credited: the invoices of %(product)s are credited already.",
                amount=self._format_amount(rest), number=self.name, product=line.product_id.display_name,
            ))
        return shares

    def _prepare_credit_line(self, charged, amount):
        """Charged to the same account with the same taxes: a dictionary of ``account.move.line`` values."""
        self.ensure_one()
        invoice = charged.move_id
        told = self.with_context(lang=self.partner_id.lang or self.env.lang)
        return {
            "display_type": "product",
            "name": told.env._(
                "Price compensation %(number)s: %(product)s, %(quantity)s %(unit)s, %(before)s → %(now)s", number=self.name,
                product=told.product_id.display_name, quantity=f"{self.quantity:.12g}", unit=told.product_uom_id.name,
                before=told._format_amount(self.price_then), now=told._format_amount(self.price_now),
            ),
            "quantity": 1,
            "price_unit": self.currency_id._convert(amount, invoice.currency_id, invoice.company_id, invoice.invoice_date),
            "account_id": charged.account_id.id,
            "tax_ids": [Command.set(charged.tax_ids._get_price_taxes().ids)],
            "analytic_distribution": charged.analytic_distribution,
            "return_compensation_id": self.id,
        }

    def _follow_credit_notes(self):
        """Credited is what accounting has posted; what it takes back is to be credited again."""
        for compensation in self.sudo():  # accounting need not be allowed to change compensations
            lines = compensation._get_credit_lines()
            posted = all(line.parent_state == "posted" for line in lines) and compensation._get_uncredited_amount() <= 0
            if posted and compensation.state == "approved":
                compensation._write_system({"state": "paid"})
            elif not posted and compensation.state == "paid":
                compensation._write_system({"state": "approved"})

    def action_view_credit_notes(self):
        self.ensure_one()
        return self.credit_note_ids._get_records_action()
