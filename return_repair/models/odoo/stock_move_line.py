from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def action_file_return(self):
        """A new return of what these lines moved, of their lots only."""
        self.check_access("read")
        Return = self.env["return.order"]
        return Return._action_file(Return._prepare_from_delivered(self._prepare_complaint_lines()))
