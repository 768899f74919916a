from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _prepare_ship_repaired_values(self, repairs):
        """A dictionary of ``stock.return.picking.line`` values, for what came with this receipt and was repaired."""
        self.ensure_one()
        quantity = sum(repair.product_uom._compute_quantity(repair.product_qty, self.product_uom, round=False) for repair in repairs)
        return {
            "product_id": self.product_id.id, "move_id": self.id, "quantity": quantity, "return_outcome_line_id": repairs.return_line_id.id,
            "to_refund": self.to_refund,
        }

    def _ship_goods_of(self, repairs):
        """Ship just what was repaired: its lots, its packages, its owner."""
        self.ensure_one()
        shares = {repair: parts for line in repairs.return_line_id for repair, parts in line._get_goods_by_repair().items()}
        self._set_goods([part for repair in repairs for part in shares[repair]])
        repairs.ship_move_id = self
