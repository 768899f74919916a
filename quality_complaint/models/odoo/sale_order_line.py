from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_shipping_moves(self):
        """The moves that brought something of these lines to the customer."""
        return self.move_ids._filter_delivered()

    def _get_quantity_shipped(self):
        """How much reached the customer, in the line's unit: goods by what left (what came back was delivered
        all the same), kits and services as core counts them."""
        self.ensure_one()
        moves = self._get_shipping_moves()
        if not moves or moves.product_id != self.product_id:
            return self.qty_delivered
        return sum(
            move.product_uom._compute_quantity(move.quantity, self.product_uom_id, rounding_method="HALF-UP") for move in moves
        )

    def _prepare_complaint_lines(self):
        """One dictionary of ``quality.complaint.line`` values for each delivered move and lot; a kit or a service
        is one line. Sections, notes and what was not delivered yet give none."""
        values = []
        for line in self.filtered(lambda line: line.product_id and not line.display_type):
            moves = line._get_shipping_moves()
            if moves and moves.product_id == line.product_id:
                values += moves._prepare_complaint_lines()
            elif (quantity := line._get_quantity_shipped()) > 0:
                values.append({
                    "product_id": line.product_id.id, "sale_line_id": line.id,
                    "product_uom_id": line.product_uom_id.id, "quantity": quantity,
                })
        return values

    def action_file_complaint(self):
        """A new complaint about what was delivered of these order lines."""
        self.check_access("read")
        # who sold it may complain about it without the right to read transfers
        return self.env["quality.complaint"]._action_file(self.sudo()._prepare_complaint_lines())
