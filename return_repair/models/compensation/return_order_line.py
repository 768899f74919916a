from odoo import api, models


class ReturnOrderLine(models.Model):
    """What was given back of the price already is not paid back a second time with the goods."""

    _inherit = "return.order.line"

    @api.depends("sale_line_id.compensation_ids.credit_line_ids.price_subtotal", "sale_line_id.compensation_ids.credit_line_ids.parent_state")
    def _compute_refund_amount(self):
        super()._compute_refund_amount()
        for line in self:
            sold = line.sale_line_id
            price = sold.price_unit * (1 - sold.discount / 100)
            if line.refund_amount and price and not line._get_credit_lines():
                line.refund_amount = line.refund_currency_id.round(line.refund_amount * (1 - sold._get_compensated_price() / price))

    def _prepare_credit_line(self, charged, quantity):
        values = super()._prepare_credit_line(charged, quantity)
        sold = self.sale_line_id
        if charged.discount < 100 and (given := sold._get_compensated_price()):
            given = sold.currency_id._convert(given, charged.currency_id, charged.company_id, charged.move_id.invoice_date, round=False)
            given *= charged.product_uom_id._compute_quantity(1, sold.product_uom_id, round=False)
            values["price_unit"] = charged.price_unit - given / (1 - charged.discount / 100)
        return values
