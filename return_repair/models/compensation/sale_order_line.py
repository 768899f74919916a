from odoo import fields, models


class SaleOrderLine(models.Model):
    """What the customer was charged, which no compensation exceeds. Amounts are meant as the line's price, see `return.compensation`."""

    _inherit = "sale.order.line"

    compensation_ids = fields.One2many("return.compensation", "sale_line_id", "Price Compensations", groups="sales_team.group_sale_salesman")

    def action_file_compensation(self):
        """The window of a new compensation for this line."""
        self.ensure_one()
        action = self.order_id.action_file_compensation()
        return {**action, "context": {**action["context"], "default_sale_line_id": self.id}}

    def _get_invoice_charges(self):
        """Invoice lines that charge for it."""
        return self.invoice_lines.filtered(
            lambda line: line.parent_state == "posted" and line.move_id.move_type == "out_invoice" and line.quantity > 0 and not line.is_downpayment,
        )

    def _get_invoice_credits(self):
        """Lines of credit notes that take goods back, also of those that are drafts."""
        return self.invoice_lines.filtered(lambda line: line.parent_state != "cancel" and line.move_id.move_type == "out_refund")

    def _get_charged(self):
        """(quantity in the unit of the line, amount in the order's currency) that was charged and not credited for goods that came back."""
        self.ensure_one()
        charges, credits = self._get_invoice_charges(), self._get_invoice_credits()
        return (
            self._sum_charged_quantity(charges) - self._sum_charged_quantity(credits),
            self._sum_charged_amount(charges) - self._sum_charged_amount(credits),
        )

    def _sum_charged_quantity(self, invoice_lines):
        return sum(line.product_uom_id._compute_quantity(line.quantity, self.product_uom_id, round=False) for line in invoice_lines)

    def _sum_charged_amount(self, invoice_lines):
        return sum(
            line.currency_id._convert(
                line.quantity * line.price_unit * (1 - line.discount / 100), self.currency_id, self.company_id,
                line.move_id.invoice_date or fields.Date.context_today(self),
            )
            for line in invoice_lines
        )

    def _get_creditable(self):
        """[(invoice line, what of it is not credited yet, in the order's currency)], the last charged first."""
        self.ensure_one()
        credits = self._get_invoice_credits() | self._get_compensation_credits()
        return [
            (line, self._sum_charged_amount(line) - self._sum_charged_amount(
                credits.filtered(lambda credit, line=line: credit.move_id.reversed_entry_id == line.move_id),
            ))
            for line in self._get_invoice_charges().sorted(lambda line: (line.move_id.invoice_date, line.id), reverse=True)
        ]

    def _get_compensation_credits(self):
        """Lines of credit notes that give a difference in price back."""
        return self.sudo().compensation_ids._get_credit_lines()

    def _get_compensated_price(self):
        """How much of the price of one piece was given back, spread over all pieces that were charged."""
        self.ensure_one()
        pieces = self._sum_charged_quantity(self._get_invoice_charges())
        return self._sum_charged_amount(self._get_compensation_credits()) / pieces if pieces else 0.0
