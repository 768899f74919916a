from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        """Each step of a second delivery belongs to the return."""
        return [*super()._get_custom_move_fields(), "return_outcome_line_id"]

    def _push_prepare_move_copy_values(self, move_to_copy, new_date):
        """What brings on what came back belongs to the return, too, and is not mixed with what other lines brought."""
        line = move_to_copy.return_line_id or move_to_copy.return_outcome_line_id
        return {**super()._push_prepare_move_copy_values(move_to_copy, new_date), "return_outcome_line_id": line.id}
