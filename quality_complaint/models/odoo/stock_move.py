from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _filter_delivered(self):
        """Those that have left to a customer; core's outgoing moves are also those to a vendor."""
        return self.filtered_domain(self.env["stock.move.line"]._get_delivered_domain())

    def _is_delivered_to(self, customer):
        """True where the goods went to that commercial partner."""
        self.ensure_one()
        return self.picking_id._is_delivered_to(customer)

    def _prepare_complaint_lines(self):
        """One dictionary of ``quality.complaint.line`` values for each move, or for each of its lots."""
        values = []
        for move in self._filter_delivered().filtered(lambda move: move.quantity > 0):
            common = {"product_id": move.product_id.id, "move_id": move.id, "sale_line_id": move.sale_line_id.id}
            lots = move.move_line_ids.grouped("lot_id")
            if set(lots) == {self.env["stock.lot"]}:
                values.append({**common, "product_uom_id": move.product_uom.id, "quantity": move.quantity})
                continue
            values += [
                {
                    **common, "lot_id": lot.id, "product_uom_id": move.product_uom.id,
                    "quantity": move.product_id.uom_id._compute_quantity(
                        sum(moved.mapped("quantity_product_uom")), move.product_uom, rounding_method="HALF-UP",
                    ),
                }
                for lot, moved in lots.items()
            ]
        return values
