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
        sources = {line: source.sudo() for line in self if (source := line._get_source()) and line.product_uom_id}
        claims = self._get_claims(set(sources.values()))
        for line in self:
            source, rest = sources.get(line), 0.0
            if source:
                others = {other: quantity for other, quantity in claims[source].items() if other != line._origin}
                rest = self._get_rest(source, line.lot_id, others)
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
            return self._get_sold_quantity(source)
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
    def _get_sold_quantity(self, sold):
        """What left for that order line, less what came back without a return: of a kit as many as are complete. Not what core
        counts as delivered: of that, what returns take back may be off already.
        """
        parts = sold._get_delivered_parts()
        if not parts:
            return sold.product_uom_id._compute_quantity(sold.qty_delivered, sold.product_id.uom_id, round=False)
        left = defaultdict(float)
        for move in sold._get_shipping_moves():
            left[move.product_id] += self._get_delivered_quantity(move, self.env["stock.lot"])
        return min(left[product] / of_one for product, of_one in parts.items())

    def _get_returnable(self, wanted):
        """{(delivered move or order line, lot or none): what can still come back of it}; the lines of self not counted.

        :param wanted: such pairs
        :return: quantities in the product's unit
        """
        wanted = {(source.sudo(), lot) for source, lot in wanted}
        claims = {
            source: {line: quantity for line, quantity in claimed.items() if line not in self._origin}
            for source, claimed in self._get_claims({source for source, _lot in wanted}).items()
        }
        return {(source, lot): self._get_rest(source, lot, claims[source]) for source, lot in wanted}

    @api.model
    def _get_rest(self, source, lot, claims):
        rest = self._get_delivered_quantity(source, self.env["stock.lot"]) - sum(claims.values())
        if lot:
            of_lot = sum(quantity for line, quantity in claims.items() if line.lot_id == lot)
            rest = min(rest, self._get_delivered_quantity(source, lot) - of_lot)
        return max(rest, 0.0)

    @api.model
    def _prepare_returnable(self, delivered):
        """Those of the values of delivered goods of which something can still come back, with that quantity."""
        def browse(model, name):
            return {record.id: record for record in self.env[model].browse({values[name] for values in delivered if values.get(name)})}

        moves, sold, lots = browse("stock.move", "move_id"), browse("sale.order.line", "sale_line_id"), browse("stock.lot", "lot_id")
        products, units = browse("product.product", "product_id"), browse("uom.uom", "product_uom_id")
        no_lot = self.env["stock.lot"]
        pairs = [
            (moves.get(values.get("move_id")) or sold[values["sale_line_id"]], lots.get(values.get("lot_id"), no_lot)) for values in delivered
        ]
        rests, returnable = self._get_returnable(pairs), []
        for values, pair in zip(delivered, pairs, strict=True):
            product, unit = products[values["product_id"]], units[values["product_uom_id"]]
            quantity = min(values["quantity"], product.uom_id._compute_quantity(rests[pair], unit, round=False))
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
