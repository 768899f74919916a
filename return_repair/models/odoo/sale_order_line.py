from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def action_file_return(self):
        """A new return of what was delivered of these order lines."""
        self.check_access("read")
        Return = self.env["return.order"]
        # who sold it may take it back without the right to read transfers
        return Return._action_file(Return._prepare_from_delivered(self.sudo()._prepare_complaint_lines()))
