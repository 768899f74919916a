from odoo import models
from odoo.fields import Command


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
        """Ship just what was repaired: its lots, its owner."""
        self.ensure_one()
        self.move_line_ids.unlink()
        owners = {(came.product_id, came.lot_id): came.owner_id for came in self.origin_returned_move_id.move_line_ids}
        self.move_line_ids = [Command.create({
            **self._prepare_move_line_vals(), "product_uom_id": repair.product_uom.id, "quantity": repair.product_qty, "lot_id": repair.lot_id.id,
            "owner_id": owners.get((repair.product_id, repair.lot_id), self.env["res.partner"]).id,
        }) for repair in repairs]
        repairs.ship_move_id = self
