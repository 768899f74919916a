from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Command

# for which the customer's money comes back
REFUNDS = ("refund", "credit")


class ReturnOrderLine(models.Model):
    """The customer's money comes back as a credit note of the invoice line that he was charged with: same price, discount, taxes,
    currency. What he was not charged yet is taken off what he will be. The order then says what he keeps.
    """

    _inherit = "return.order.line"

    credit_line_ids = fields.One2many("account.move.line", "return_line_id", "Credit Note Lines", groups="account.group_account_invoice")
    quantity_unordered = fields.Float(
        "Taken Off the Order", digits="Product Unit", readonly=True, copy=False, help="In the unit of the order line.",
    )
    refund_amount = fields.Monetary(
        compute="_compute_refund_amount", store=True, compute_sudo=True, currency_field="refund_currency_id",
        help="With taxes: what is credited; until then, what it would be by the price on the order.",
    )
    refund_currency_id = fields.Many2one("res.currency", compute="_compute_refund_amount", store=True, compute_sudo=True)

    @api.depends(
        "resolution", "exchange_product_id", "exchange_quantity", "quantity", "quantity_accepted", "product_uom_id", "return_id.state", "sale_line_id.price_total",
        "credit_line_ids.price_total", "credit_line_ids.parent_state",
    )
    def _compute_refund_amount(self):
        for line in self:
            sold, credits = line.sale_line_id, line._get_credit_lines()
            line.refund_currency_id = credits.currency_id[:1] or sold.currency_id or line.company_id.currency_id
            if credits:
                line.refund_amount = sum(credits.mapped("price_total"))
            elif line._is_refunded() and sold.product_uom_qty:
                known = line.return_id.state in ("inspection", "processing", "done")
                quantity = line.product_uom_id._compute_quantity(
                    line.quantity_accepted if known else line.quantity, sold.product_uom_id, round=False,
                )
                line.refund_amount = line.refund_currency_id.round(sold.price_total / sold.product_uom_qty * quantity)
            else:
                line.refund_amount = 0

    def _get_refund_in_company(self):
        """The refund in the company's currency: by the rate of its credit note, else by that of the day the customer told us."""
        self.ensure_one()
        company = self.company_id
        if credits := self._get_credit_lines():
            return company.currency_id.round(sum(credit.price_total / credit.currency_rate for credit in credits))
        day = company.sudo()._get_local_date(self.return_id.date_requested)
        return self.refund_currency_id._convert(self.refund_amount, company.currency_id, company, day) if self.refund_amount else 0

    def _is_refunded(self):
        """True where the customer's money comes back."""
        self.ensure_one()
        return self.resolution in REFUNDS

    def _get_credit_lines(self):
        """What credits it, where accounting has not cancelled that."""
        return self.sudo().credit_line_ids.filtered(lambda credit: credit.parent_state != "cancel")

    # ------------------------------------------------------------ doing it
    def _resolve_refund(self):
        self._refund()

    def _resolve_credit(self):
        """Store credit is a credit note that is not paid out: the customer's next invoices are paid with it."""
        self._refund(return_store_credit=True)

    def _refund(self, **values):
        """One draft credit note for each invoice of each return; the company's setting posts it.

        Needs no right to accounting: who has decided that the goods were accepted has decided that they are paid for.
        """
        for order, lines in self.sudo().grouped("return_id").items():
            by_invoice, taken = defaultdict(list), defaultdict(float)
            for line in lines:
                line._take_off_order()
                for charged, quantity in line._get_lines_to_credit(taken):
                    taken[charged] += quantity
                    by_invoice[charged.move_id].append((line, charged, quantity))
            for invoice, shares in by_invoice.items():
                words = self.with_context(lang=invoice.partner_id.lang or self.env.lang).env
                note = invoice.with_company(order.company_id)._reverse_moves([{
                    "ref": words._("%(number)s, reversal of %(invoice)s", number=order.name, invoice=invoice.name),
                    "date": fields.Date.context_today(order), "invoice_date": fields.Date.context_today(order), "invoice_date_due": False,
                    "invoice_payment_term_id": False,
                    "line_ids": [Command.create(line._prepare_credit_line(charged, quantity)) for line, charged, quantity in shares],
                    **values,
                }])
                if order.company_id.return_post_credit_notes:
                    note.action_post()

    def _prepare_credit_line(self, charged, quantity):
        """Like the invoice line that it takes back: a dictionary of ``account.move.line`` values."""
        self.ensure_one()
        values = charged.with_context(include_business_fields=True).copy_data({"quantity": quantity, "return_line_id": self.id})[0]
        values.pop("move_id", None)
        return values

    def _get_lines_to_credit(self, taken):
        """[(invoice line, how much of it, in its unit)], the last charged first: what of the accepted quantity the customer was
        charged with and will not keep, less what was credited already, for this return or otherwise.

        :param dict taken: {invoice line: how much of it, in its unit, other lines of this return are credited now}
        """
        self.ensure_one()
        sold = self.sale_line_id
        if not sold:
            return []
        unit = sold.product_uom_id
        charged = sold.invoice_lines.filtered(
            lambda line: line.parent_state == "posted" and line.move_id.move_type == "out_invoice" and line.quantity > 0 and not line.is_downpayment,
        )
        credited = sold.invoice_lines.filtered(lambda line: line.parent_state != "cancel" and line.move_id.move_type == "out_refund")
        left = {line: line.product_uom_id._compute_quantity(line.quantity - taken.get(line, 0), unit, round=False) for line in charged}
        overcharged = sum(left.values()) - self._sum_in(unit, credited) - self._get_kept()
        accepted = self.product_uom_id._compute_quantity(self.quantity_accepted, unit, round=False)
        rest = min(accepted - self._sum_in(unit, self._get_credit_lines()), overcharged)
        shares = []
        for line in charged.sorted(lambda line: (line.move_id.invoice_date, line.id), reverse=True):
            reversed_before = credited.filtered(lambda credit, line=line: credit.move_id.reversed_entry_id == line.move_id)
            share = min(rest, left[line] - self._sum_in(unit, reversed_before))
            if unit.compare(share, 0) > 0:
                shares.append((line, unit._compute_quantity(share, line.product_uom_id, round=False)))
                rest -= share
        return shares

    def _get_kept(self):
        """How much the customer keeps by the order, in its unit."""
        self.ensure_one()
        sold = self.sale_line_id
        return sold.product_uom_qty if sold.product_id.invoice_policy == "order" else sold.qty_delivered

    @api.model
    def _sum_in(self, unit, invoice_lines):
        return sum(line.product_uom_id._compute_quantity(line.quantity, unit, round=False) for line in invoice_lines)

    def _take_off_order(self):
        """What is paid back is ordered no more: else the order would ask to deliver and to charge it again."""
        self.ensure_one()
        sold = self.sale_line_id
        accepted = self.product_uom_id._compute_quantity(self.quantity_accepted, sold.product_uom_id, round=False) if sold else 0
        # of what was delivered beyond the order nothing was ordered
        rest = min(accepted - self.quantity_unordered, sold.product_uom_qty - sold.qty_delivered)
        if not sold or sold.product_uom_id.compare(rest, 0) <= 0:
            return
        order, locked = sold.order_id, sold.order_id.locked
        order.locked = False  # what came back is not a change of what was agreed
        # prices stay what they were, whatever the price list says about the smaller quantity; and nothing is shipped because of it
        sold.with_context(skip_procurement=True).write({"product_uom_qty": sold.product_uom_qty - rest, "price_unit": sold.price_unit, "discount": sold.discount})
        order.locked = locked
        self.quantity_unordered += rest
