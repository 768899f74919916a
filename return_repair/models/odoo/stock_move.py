from collections import defaultdict

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

    def copy_data(self, default=None):
        """A kit that comes back or is delivered a second time does so in all its parts."""
        values_list = super().copy_data(default)
        if default and default.get("bom_line_id"):
            for move, values in zip(self, values_list, strict=True):
                values.update({"return_line_id": move.return_line_id.id, "return_outcome_line_id": move.return_outcome_line_id.id})
        return values_list

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

    def _get_next_steps(self):
        """What brings on what these moves brought: core's own steps, not what takes it back."""
        return self.move_dest_ids.filtered(lambda move: move.state != "cancel" and not move.origin_returned_move_id)

    def _get_last_lines(self):
        """[(move line, how much of it is still there, in the product's unit)]: where what these receipts brought is by now, on all
        branches of the steps that follow."""
        if not self:
            return []
        steps = self._get_next_steps().filtered(lambda move: move.state == "done")
        moved_on, there = defaultdict(float), []
        for line in steps.move_line_ids:
            moved_on[line.product_id, line.lot_id] += line.quantity_product_uom
        for line in self.move_line_ids:
            gone = min(moved_on[line.product_id, line.lot_id], line.quantity_product_uom)
            moved_on[line.product_id, line.lot_id] -= gone
            if line.product_id.uom_id.compare(line.quantity_product_uom, gone) > 0:
                there.append((line, line.quantity_product_uom - gone))
        return there + steps._get_last_lines()

    def _get_last_steps(self):
        """The moves that have brought what these receipts brought to where it is by now."""
        return self.browse(dict.fromkeys(line.move_id.id for line, _quantity in self._get_last_lines()))

    def _reduce_steps(self, product, quantity):
        """Core's next steps do not wait for goods that are taken away before: the steps that are left of them, not reserved.

        :param quantity: how much is taken, in the product's unit
        """
        left = self.browse()
        for step in self._get_next_steps().filtered(lambda move: move.state != "done" and not move.picked and move.product_id == product):
            step._do_unreserve()
            rest = step.product_qty - quantity
            if product.uom_id.compare(rest, 0) > 0:
                step.product_uom_qty = product.uom_id._compute_quantity(rest, step.product_uom, round=False)
                return left | step
            quantity -= step.product_qty
            step._action_cancel()
        return left

    def _set_goods(self, parts):
        """Move just these: dictionaries as `return.order.line._get_goods` gives them, each of the product of one of the moves."""
        self.move_line_ids.unlink()
        for part in parts:
            move = self.filtered(lambda move, part=part: move.product_id == part["product"])[:1]
            move.move_line_ids = [Command.create({
                **move._prepare_move_line_vals(), "product_uom_id": part["product"].uom_id.id, "quantity": part["quantity"],
                "location_id": part["location"].id, "lot_id": part["lot"].id, "package_id": part["package"].id, "owner_id": part["owner"].id,
            })]

    def _get_reserved_goods(self):
        """What these moves have reserved, as `_set_goods` takes it."""
        return [{
            "product": line.product_id, "quantity": line.quantity_product_uom, "location": line.location_id, "lot": line.lot_id,
            "package": line.package_id, "owner": line.owner_id,
        } for line in self.move_line_ids]

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
