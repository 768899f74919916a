from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _prepare_portal_returnable(self):
        """Dictionaries of ``return.order.line`` values for what was delivered of these orders and can still come back."""
        return self.env["return.order.line"]._prepare_returnable(self.order_line._prepare_complaint_lines())

    def _can_be_returned(self, user):
        """True where the portal user finds something of the order that can still come back."""
        return self._can_be_complained_about(user) and bool(self._prepare_portal_returnable())
