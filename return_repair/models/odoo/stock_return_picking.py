from odoo import fields, models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    return_location_id = fields.Many2one("stock.location")

    def _create_return(self):
        """Core frees what is reserved to bring other goods of the same receipt back to the customer: those keep them."""
        others = self.product_return_moves.filtered("return_outcome_line_id").move_id.returned_move_ids.filtered(
            lambda move: move.state not in ("done", "cancel"),
        )
        reserved = {move: move._get_reserved_goods() for move in others}
        picking = super()._create_return()
        if reserved:
            picking.move_ids._do_unreserve()
        for move, parts in reserved.items():
            move._set_goods(parts)
        return picking

    def _prepare_picking_default_values(self):
        """The warehouse finds a receipt by the number that stands on the parcel."""
        values = super()._prepare_picking_default_values()
        if orders := self.product_return_moves.return_line_id.return_id:
            values["origin"] = ", ".join(orders.mapped("name"))
        if sent_back := self.product_return_moves.return_outcome_line_id:
            values["origin"] = ", ".join(sent_back.return_id.mapped("name"))
            # in the meantime the goods may have been brought from where they were received to stock
            values["location_id"] = (self.return_location_id or self.product_return_moves.move_id._get_last_steps().location_dest_id[:1]).id
        return values


class StockReturnPickingLine(models.TransientModel):
    _inherit = "stock.return.picking.line"

    return_line_id = fields.Many2one("return.order.line")
    return_outcome_line_id = fields.Many2one("return.order.line", "Outcome of Return Line")

    def _prepare_move_default_values(self, new_picking):
        """In the unit in which it was announced: the delivery's may be too coarse."""
        values = super()._prepare_move_default_values(new_picking)
        values["return_outcome_line_id"] = self.return_outcome_line_id.id
        if line := self.return_line_id:
            values["return_line_id"] = line.id
            if not line._is_kit():
                values["product_uom"] = line.product_uom_id.id
        return values
