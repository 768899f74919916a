from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        """Each step of a second delivery belongs to the return."""
        return [*super()._get_custom_move_fields(), "return_outcome_line_id"]
