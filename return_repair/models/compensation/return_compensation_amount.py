from odoo import api, fields, models
from odoo.tools import formatLang

# which have given something, or are about to
LIVE_STATES = ("to_approve", "approved", "paid")


class ReturnCompensation(models.Model):
    """How much it is: the difference in price for each piece, never more than what was charged for these pieces and is not given back yet.

    Prices and amounts are meant as those of the order line: with the taxes that its price includes, without the others.
    Pieces that were compensated before are the last to be compensated again, and then only with what the price fell since.
    """

    _inherit = "return.compensation"

    currency_id = fields.Many2one(related="sale_order_id.currency_id", store=True)
    product_uom_id = fields.Many2one(related="sale_line_id.product_uom_id")
    price_includes_tax = fields.Boolean(compute="_compute_price_includes_tax", compute_sudo=True)
    price_then = fields.Monetary(
        "Price Paid", compute="_compute_price_then", store=True, compute_sudo=True, precompute=True,
        help="For one piece, after the discount, as it was on the order line when this was recorded.",
    )
    price_now = fields.Monetary(tracking=True, help="For one piece, of the same kind: with or without taxes as the price that was paid.")
    quantity = fields.Float(
        digits="Product Unit", compute="_compute_quantity", store=True, readonly=False, compute_sudo=True, precompute=True, tracking=True,
        help="Proposed: all that was charged.",
    )
    difference = fields.Monetary(
        "Computed Difference", compute="_compute_difference", compute_sudo=True,
        help="Of both prices, for this quantity, less what earlier compensations gave for the same pieces.",
    )
    amount = fields.Monetary(
        "Final Amount", compute="_compute_amount", store=True, readonly=False, compute_sudo=True, precompute=True, tracking=True,
        help="What the customer gets. More than the computed difference takes an approval.",
    )
    amount_total = fields.Monetary("Final Amount with Taxes", compute="_compute_amount_total", store=True, compute_sudo=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    amount_company = fields.Monetary(
        "Amount in Company Currency", compute="_compute_amount_total", store=True, compute_sudo=True, currency_field="company_currency_id",
        help="With taxes, by the rate of the day it was asked for.",
    )

    @api.depends("sale_line_id")
    def _compute_price_includes_tax(self):
        for compensation in self:
            compensation.price_includes_tax = any(compensation.sale_line_id.tax_ids.flatten_taxes_hierarchy().mapped("price_include"))

    @api.depends("sale_line_id")
    def _compute_price_then(self):
        for compensation in self:
            line = compensation.sale_line_id
            compensation.price_then = line.price_unit * (1 - line.discount / 100)

    @api.depends("sale_line_id")
    def _compute_quantity(self):
        for compensation in self:
            compensation.quantity = compensation.sale_line_id._get_charged()[0] if compensation.sale_line_id else 0

    @api.depends("sale_line_id", "price_then", "price_now", "quantity")
    def _compute_difference(self):
        others = self._get_others()
        for compensation in self:
            compensation.difference = compensation._get_difference(others[compensation])

    @api.depends("sale_line_id", "price_now", "quantity")
    def _compute_amount(self):
        for compensation in self:
            compensation.amount = max(compensation.difference, 0) if compensation.price_now else 0

    @api.depends("amount", "sale_line_id", "date_requested", "company_id")
    def _compute_amount_total(self):
        for compensation in self:
            line, company, currency = compensation.sale_line_id, compensation.company_id, compensation.currency_id
            total = line.tax_ids._get_price_taxes().compute_all(
                compensation.amount, currency=currency, product=line.product_id, partner=compensation.partner_id,
            )["total_included"]
            compensation.amount_total = total
            compensation.amount_company = currency._convert(
                total, company.currency_id, company, compensation.date_requested or fields.Date.context_today(compensation),
            ) if currency else 0

    # ------------------------------------------------------------ the rule
    def _get_others(self):
        """{compensation: the other ones of the same order line that have given something or are about to}."""
        found = self.sudo().search([("sale_line_id", "in", self.sale_line_id.ids), ("state", "in", LIVE_STATES)])
        by_line = found.grouped("sale_line_id")
        return {compensation: by_line.get(compensation.sudo().sale_line_id, found.browse()) - compensation._origin.sudo() for compensation in self}

    def _get_earlier_amount(self, others):
        """What the others gave for the same pieces: where pieces are left that none was given for, those come first."""
        self.ensure_one()
        compensated = sum(others.mapped("quantity"))
        if not compensated:
            return 0.0
        uncompensated = max(self.sale_line_id._get_charged()[0] - compensated, 0)
        return max(self.quantity - uncompensated, 0) * sum(others.mapped("amount")) / compensated

    def _get_difference(self, others):
        self.ensure_one()
        difference = (self.price_then - self.price_now) * self.quantity - self._get_earlier_amount(others)
        return self.currency_id.round(difference) if self.currency_id else 0

    def _get_maximum(self, others):
        """What was charged for that quantity and not credited, less what the others gave; of the line as a whole, too."""
        self.ensure_one()
        quantity, amount = self.sale_line_id._get_charged()
        if self.product_uom_id.compare(quantity, 0) <= 0:
            return 0.0
        of_pieces = amount / quantity * self.quantity - self._get_earlier_amount(others)
        return self.currency_id.round(min(of_pieces, amount - sum(others.mapped("amount"))))

    def _get_amount_gaps(self):
        """What is wrong with the figures: a list of sentences."""
        self.ensure_one()
        line, currency = self.sale_line_id, self.currency_id
        product = line.product_id.display_name or line.name
        if currency.compare_amounts(self.price_then, 0) <= 0:
            return [self.env._("A price: %(product)s was sold for nothing, so there is nothing to give back", product=product)]
        charged, _amount = line._get_charged()
        if self.product_uom_id.compare(charged, 0) <= 0:
            return [self.env._(
                "An invoice of %(product)s that is posted and not credited: what is not charged yet gets its new price on %(order)s",
                product=product, order=self.sale_order_id.name,
            )]
        others = self._get_others()[self]
        numbers = ", ".join(others.sorted("name").mapped("name"))
        gaps = []
        if currency.compare_amounts(self.price_now, 0) <= 0:
            gaps.append(self.env._("The price now"))
        elif currency.compare_amounts(self.price_now, self.price_then) >= 0:
            gaps.append(self.env._("A price now that is lower than the %s that was paid", self._format_amount(self.price_then)))
        elif others and currency.compare_amounts(self._get_difference(others), 0) <= 0:
            gaps.append(self.env._("A difference that is not compensated yet: %s gave it", numbers))
        if self.product_uom_id.compare(self.quantity, 0) <= 0 or self.product_uom_id.compare(self.quantity, charged) > 0:
            gaps.append(self.env._(
                "A quantity above zero and of at most %(quantity)s %(unit)s: so much was charged",
                quantity=f"{charged:.12g}", unit=self.product_uom_id.name,
            ))
        maximum = self._get_maximum(others)
        if currency.compare_amounts(self.amount, 0) <= 0:
            gaps.append(self.env._("A final amount above zero"))
        elif currency.compare_amounts(self.amount, maximum) > 0:
            gaps.append(self.env._(
                "A final amount of at most %(maximum)s, which was charged for %(quantity)s %(unit)s and not given back yet",
                maximum=self._format_amount(max(maximum, 0)), quantity=f"{self.quantity:.12g}", unit=self.product_uom_id.name,
            ))
            if others:
                gaps.append(self.env._("Mind what was compensated before: %s", numbers))
        return gaps

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)
