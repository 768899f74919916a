from odoo import models


class AccountTax(models.Model):
    _inherit = "account.tax"

    def _get_price_taxes(self):
        """Those that follow the price. What is a fixed sum for each piece stays as it was charged when the price falls."""
        return self.flatten_taxes_hierarchy().filtered(lambda tax: tax.amount_type != "fixed")
