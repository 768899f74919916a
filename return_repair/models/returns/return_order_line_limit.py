from collections import defaultdict

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .return_order import FINISHED_STATES


class ReturnOrderLine(models.Model):
    """Never more comes back than was delivered: what all returns announce of one delivered move, or of one order line that
    has none (a kit), and what came back without a return, are together not more than what left. Of each lot, too.
    """

    _inherit = "return.order.line"

    @api.depends("move_id", "sale_line_id", "lot_id", "product_uom_id", "quantity", "resolution", "return_id.state")
    def _compute_quantity_returnable(self):
        for line in self:
            source = line.sudo()._get_source()
            rest = line._get_returnable_of(source, line.lot_id) if source and line.product_uom_id else 0
            line.quantity_returnable = line.product_id.uom_id._compute_quantity(rest, line.product_uom_id, round=False) if rest else 0

    # ------------------------------------------------------------ the rule
    @api.constrains("quantity", "product_uom_id", "product_id", "move_id", "sale_line_id", "lot_id", "resolution")
    def _check_returnable(self):
        problems = [
            self.env._("%s: the quantity that comes back must be more than zero.", line.product_id.display_name)
            for line in self if line.quantity <= 0
        ]
        problems += self.sudo()._get_excesses()  # who returns goods need not be allowed to read what was delivered
        if problems:
            raise ValidationError("\n".join(dict.fromkeys(problems)))

    def _get_excesses(self):
        """Sentences about what would come back beyond what was delivered."""
        lines = self.filtered(lambda line: line._get_source() and line._is_claiming())
        by_source = lines.grouped(lambda line: line._get_source())
        self._lock_sources(by_source)
        claims = self._get_claims(by_source)
        excesses = []
        for source, of_source in by_source.items():
            for lot in [self.env["stock.lot"], *of_source.lot_id]:
                claimed = sum(quantity for line, quantity in claims[source].items() if not lot or line.lot_id == lot)
                delivered = self._get_delivered_quantity(source, lot)
                if source.product_id.uom_id.compare(claimed, delivered) > 0:
                    excesses.append(of_source._get_excess_text(source, lot, claims[source], claimed, delivered))
            excesses += of_source._get_kit_conflicts(source)
        return excesses

    def _get_excess_text(self, source, lot, claims, claimed, delivered):
        """What is wrong with these lines of one delivery, and which other returns take of it."""
        if lot and source._name == "stock.move" and lot not in source.move_line_ids.lot_id:
            return self.env._(
                "%(product)s: %(lot)s was not delivered with %(delivery)s. Choose the delivery that it came with, or another number.",
                product=source.product_id.display_name, lot=lot.name, delivery=source.picking_id.name or source.reference,
            )
        others = {line.return_id.name for line, quantity in claims.items() if quantity} - set(self.return_id.mapped("name"))
        return " ".join(filter(None, (
            self.env._(
                "%(product)s: %(quantity)s %(unit)s would come back, but only %(rest)s %(unit)s can: so much was delivered and has not come back yet.",
                product=", ".join(filter(None, (source.product_id.display_name, lot.name))),
                quantity=f"{claimed:.12g}", rest=f"{max(delivered, 0):.12g}", unit=source.product_id.uom_id.name,
            ),
            others and self.env._("Other returns of the same delivery: %s.", ", ".join(sorted(others))),
        )))

    def _get_kit_conflicts(self, source):
        """A kit comes back as the order sold it or as the delivery moved it, not both."""
        if source._name == "sale.order.line":
            other_way = [("move_id", "in", source.move_ids.ids)]
        elif source.sale_line_id and source.sale_line_id.product_id != source.product_id:
            other_way = [("move_id", "=", False), ("sale_line_id", "=", source.sale_line_id.id)]
        else:
            return []
        if not (conflicting := self._search_claiming(other_way)):
            return []
        return [self.env._(
            "%(product)s: a kit and its parts can't both come back. See %(returns)s.",
            product=source.product_id.display_name, returns=", ".join(sorted(set(conflicting.return_id.mapped("name")))),
        )]

    # ------------------------------------------------------------ quantities, in the product's unit
    def _is_claiming(self):
        """True where the line takes something back, or has."""
        self.ensure_one()
        order = self.return_id
        return order.state != "cancel" and order.verdict != "refused" and self.resolution != "reject"

    @api.model
    def _search_claiming(self, domain):
        return self.sudo().search(domain).filtered(lambda line: line._is_claiming())

    def _get_quantity_claimed(self):
        """What the line takes of what can come back: what is announced, or more where more came; once it is over, what came."""
        self.ensure_one()
        over = self.return_id.state in FINISHED_STATES and self.receipt_move_ids.filtered(lambda move: move.state != "cancel")
        quantity = self.quantity_received if over else max(self.quantity, self.quantity_received)
        if not self.move_id:
            # of a kit core counts as delivered what is left: what came has left it already
            quantity -= self.quantity_received
        return self.product_uom_id._compute_quantity(quantity, self.product_id.uom_id, round=False)

    @api.model
    def _get_claims(self, sources):
        """{source: {line: quantity}} of all that returns take of delivered moves and of order lines."""
        claims = {source: {} for source in sources}
        moves = [source.id for source in sources if source._name == "stock.move"]
        sold = [source.id for source in sources if source._name == "sale.order.line"]
        for line in self._search_claiming(
            Domain("move_id", "in", moves) | (Domain("move_id", "=", False) & Domain("sale_line_id", "in", sold)),
        ):
            claims[line._get_source()][line] = line._get_quantity_claimed()
        return claims

    @api.model
    def _get_delivered_quantity(self, source, lot):
        """What left with that move (of that lot) or order line, less what came back without a return."""
        source = source.sudo()
        unit = source.product_id.uom_id
        if source._name != "stock.move":
            return source.product_uom_id._compute_quantity(source._get_quantity_shipped(), unit, round=False)
        if source.state != "done":
            return 0.0
        back = source.returned_move_ids.filtered(lambda move: move.state != "cancel" and not move.return_line_id)
        back = back.filtered(lambda move: move.location_id == source.location_dest_id)
        if lot:
            delivered = sum(source.move_line_ids.filtered(lambda moved: moved.lot_id == lot).mapped("quantity_product_uom"))
            return delivered - sum(back.move_line_ids.filtered(lambda moved: moved.lot_id == lot).mapped("quantity_product_uom"))
        return source.product_uom._compute_quantity(source.quantity, unit, round=False) - sum(
            move.product_uom._compute_quantity(move.quantity if move.state == "done" else move.product_uom_qty, unit, round=False) for move in back
        )

    @api.model
    def _get_returnable_of(self, source, lot):
        """What can still come back of a delivered move or order line, of that lot where there is one; the lines of self not counted."""
        source = source.sudo()
        claims = {line: quantity for line, quantity in self._get_claims([source])[source].items() if line.id not in self._origin.ids}
        rest = self._get_delivered_quantity(source, self.env["stock.lot"]) - sum(claims.values())
        if lot:
            of_lot = sum(quantity for line, quantity in claims.items() if line.lot_id == lot)
            rest = min(rest, self._get_delivered_quantity(source, lot) - of_lot)
        return max(rest, 0.0)

    @api.model
    def _prepare_returnable(self, delivered):
        """Those of the values of delivered goods of which something can still come back, with that quantity."""
        returnable = []
        for values in delivered:
            move = self.env["stock.move"].browse(values.get("move_id"))
            source = move or self.env["sale.order.line"].browse(values.get("sale_line_id"))
            unit = self.env["uom.uom"].browse(values["product_uom_id"])
            lot = self.env["stock.lot"].browse(values.get("lot_id"))
            product = self.env["product.product"].browse(values["product_id"])
            rest = product.uom_id._compute_quantity(self._get_returnable_of(source, lot), unit, round=False)
            quantity = min(values["quantity"], rest)
            if product.type == "consu" and unit.compare(quantity, 0) > 0:
                returnable.append({**values, "quantity": quantity})
        return returnable

    @api.model
    def _lock_sources(self, sources):
        """Two who return the same goods at the same moment follow each other: the second waits, is tried again by core, and
        then sees what the first one returns."""
        ids = defaultdict(list)
        for source in sources:
            ids[source._table].append(source.id)
        for table, source_ids in sorted(ids.items()):
            self.env.cr.execute(SQL(
                "UPDATE %(table)s SET write_date = write_date WHERE id IN (SELECT id FROM %(table)s WHERE id IN %(ids)s ORDER BY id FOR NO KEY UPDATE)",
                table=SQL.identifier(table), ids=tuple(sorted(source_ids)),
            ))
