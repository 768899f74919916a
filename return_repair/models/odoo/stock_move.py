from odoo import api, fields, models
from odoo.fields import Command


class StockMove(models.Model):
    _inherit = "stock.move"

    return_line_id = fields.Many2one(
        "return.order.line", index="btree_not_null", copy=False, ondelete="restrict", check_company=True,
        help="What comes back with this move was announced there.",
    )
    return_outcome_line_id = fields.Many2one(
        "return.order.line", "Outcome of Return Line", index="btree_not_null", copy=False, ondelete="restrict", check_company=True,
        help="This move delivers again, sends back or moves on what came back there.",
    )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [*super()._prepare_merge_moves_distinct_fields(), "return_line_id", "return_outcome_line_id"]

    def _prepare_move_split_vals(self, qty):
        """What comes later was announced in the same line."""
        return {**super()._prepare_move_split_vals(qty), "return_line_id": self.return_line_id.id, "return_outcome_line_id": self.return_outcome_line_id.id}

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        # the warehouse need not be allowed to change a return to receive its goods
        moves.sudo().return_line_id._follow_receipts(moves.sudo())
        return moves

    def _action_cancel(self):
        open_moves = self.filtered(lambda move: move.state not in ("done", "cancel"))
        result = super()._action_cancel()
        open_moves.sudo().return_line_id._follow_cancelled_receipts(open_moves.sudo())  # see _action_done
        return result

    def _receive_announced(self):
        """All of these receipts came as they were announced, or as they were counted already."""
        for move in self:
            if not move.quantity:
                move.quantity = move.product_uom_qty
        self.picked = True
        self.picking_id._sanity_check()
        self.picking_id._action_done()

    def _get_last_steps(self):
        """Where these receipts have brought the goods by now: their own moves, or those that followed and are done."""
        last = self.browse()
        for move in self:
            while following := move.move_dest_ids.filtered(lambda dest: dest.state == "done" and not dest.origin_returned_move_id)[:1]:
                move = following
            last |= move
        return last

    def _prepare_vendor_return_values(self):
        """What makes a move the return of this receipt: a dictionary of ``stock.move`` values."""
        values = {"origin_returned_move_id": self.id, "to_refund": True}
        if "purchase_line_id" in self._fields:  # where purchases are installed
            values["purchase_line_id"] = self.purchase_line_id.id
        return values

    def _get_announced_lot_name(self):
        """The lot or serial number that was announced of what this receipt brings, or False."""
        line = self.return_line_id
        if self.product_id.tracking == "none" or self.product_id != line.product_id:
            return False
        return line.lot_id.name or (line.lot_name or "").strip() or False

    def _expect_announced_lots(self):
        """A receipt expects the lot that was announced, in the package in which it left."""
        for move in self.filtered("return_line_id"):
            line = move.return_line_id
            name = move._get_announced_lot_name()
            if not name:
                continue
            left = move.origin_returned_move_id.move_line_ids.filtered(lambda moved, line=line: moved.lot_id == line.lot_id)[:1]
            move.move_line_ids.unlink()
            move.move_line_ids = [Command.create({
                **move._prepare_move_line_vals(), "quantity": move.product_uom_qty, "product_uom_id": move.product_uom.id,
                "lot_id": line.lot_id.id, "lot_name": not line.lot_id and name, "package_id": left.result_package_id.id,
                "owner_id": left.owner_id.id or move.picking_id.owner_id.id,
            })]
