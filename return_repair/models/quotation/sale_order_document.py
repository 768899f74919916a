from odoo import models


class SaleOrder(models.Model):
    """What a repair quotation tells beside its prices, on paper and in the portal; in the language of who reads it."""

    _inherit = "sale.order"

    def _get_repair_details(self):
        """The goods that are repaired: a list of dictionaries of texts."""
        self.ensure_one()
        details = []
        for repair in self._get_return_repairs():
            line = repair.return_line_id
            verdicts = dict(line._fields["warranty_state"]._description_selection(self.env))
            # why it was decided by hand is not written for the customer
            rule = self.env._("decided case by case") if line.warranty_override else line.warranty_rule
            details.append({
                "repair": repair.name, "request": line.return_id.name, "product": repair.product_id.display_name,
                "lot": repair.lot_id.name or line.lot_name or "", "fault": line.note or "",
                "warranty": ": ".join(filter(None, (verdicts[line.warranty_state], rule))),
            })
        return details

    def _get_inspection_fee(self):
        """What a refusal costs, with taxes, or 0."""
        self.ensure_one()
        product = self.company_id.sudo().repair_fee_product_id  # the customer reads it
        if not product:
            return 0
        price = self.pricelist_id._get_product_price(product, 1, currency=self.currency_id)
        taxes = self.fiscal_position_id.map_tax(product.taxes_id._filter_taxes_by_company(self.company_id))
        return taxes.compute_all(price, self.currency_id, 1, product, self.partner_shipping_id)["total_included"]
