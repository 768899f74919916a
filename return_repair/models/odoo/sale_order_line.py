from collections import defaultdict

from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    return_line_id = fields.Many2one(
        "return.order.line", index="btree_not_null", copy=False, ondelete="set null", check_company=True,
        help="Offered instead of what came back there.",
    )

    @api.depends("move_ids.to_refund")
    def _compute_qty_delivered(self):
        """What the customer gets for goods may be decided anew after they came."""
        super()._compute_qty_delivered()

    def _get_delivered_parts(self):
        """{product: how many of it, in its own unit, were delivered for one of what was sold}: itself, or the parts of a kit.

        Empty where no transfer delivered it. A kit counts as it was delivered: its bill of materials tells only while it agrees
        with that.
        """
        self.ensure_one()
        delivered = self._get_shipping_moves().product_id
        if not delivered or self.product_id in delivered:
            return {self.product_id: 1.0} if delivered else {}
        asked = self._get_demanded_parts()
        boms = self.sudo().move_ids.bom_line_id.bom_id if "bom_line_id" in self.move_ids._fields else None
        told = self.product_id._get_kit_parts(self.company_id, boms)
        if asked.keys() == told.keys():
            kits = [asked[part] / told[part] for part in asked]
            if max(kits) <= min(kits) * 1.01:  # parts are rounded by their units
                return told
        # who knows what was taken off the order need not be allowed to read returns
        returned = self.env["return.order.line"].sudo().search([("sale_line_id", "=", self.id)])
        ordered = self.product_uom_qty + sum(returned.mapped("quantity_unordered"))
        kits = self.product_uom_id._compute_quantity(ordered, self.product_id.uom_id, round=False)
        return {part: quantity / kits for part, quantity in asked.items()} if kits > 0 else {}

    def _get_demanded_parts(self):
        """{part: how many, in its unit, were to leave for this line}, what was delivered a second time not counted."""
        leaving = self.move_ids.filtered(
            lambda move: (move.location_final_id or move.location_dest_id)._is_outgoing() and not move.origin_returned_move_id
            and not move.return_outcome_line_id,
        )
        first = leaving.filtered(lambda move: move.state != "cancel" and not move.move_orig_ids & leaving)
        # the rest of a transfer that was done without backorder was ordered, too
        rest = leaving.filtered(
            lambda move: move.state == "cancel" and move.picking_type_id in first.picking_type_id
            and (move.picking_id.state == "done" or move.picking_id.backorder_id),
        )
        asked = defaultdict(float)
        for move in first | rest:
            asked[move.product_id] += move.product_qty
        return {product: quantity for product, quantity in asked.items() if quantity > 0}

    def action_file_return(self):
        """A new return of what was delivered of these order lines."""
        self.check_access("read")
        Return = self.env["return.order"]
        # who sold it may take it back without the right to read transfers
        return Return._action_file(Return._prepare_from_delivered(self.sudo()._prepare_complaint_lines()))
