from collections import defaultdict

from odoo import api, models
from odoo.fields import Command

OVER = ("done", "cancel")


class ReturnOrderLine(models.Model):
    """What was announced is received with receipts of core's return, one for each delivery: of the move that was delivered, of
    the parts of a kit, or, for goods of others, of nothing."""

    _inherit = "return.order.line"

    # ------------------------------------------------------------ how much
    @api.depends("receipt_move_ids.state", "receipt_move_ids.quantity", "receipt_move_ids.product_uom", "product_uom_id")
    def _compute_quantity_received(self):
        for line in self:
            line.quantity_received = line._get_quantity_of(line.sudo().receipt_move_ids.filtered(lambda move: move.state == "done"))

    def _get_quantity_of(self, moves):
        """What these receipts bring of it, in the line's unit: of a kit as many as are complete."""
        self.ensure_one()
        moved = defaultdict(float)
        for move in moves:
            quantity = move.quantity if move.state == "done" else move.product_uom_qty
            moved[move.product_id] += move.product_uom._compute_quantity(quantity, move.product_id.uom_id, round=False)
        quantity = sum(moved.values())
        if moved and (parts := self._get_kit_parts()):
            quantity = min(moved[product] / per_kit for product, per_kit in parts.items())
        return self.product_id.uom_id._compute_quantity(quantity, self.product_uom_id, round=False) if quantity else 0.0

    def _get_quantity_missing(self):
        """What has neither come nor is expected by a receipt."""
        self.ensure_one()
        if self.resolution == "reject":
            return 0.0
        missing = self.quantity - self._get_quantity_of(self.receipt_move_ids.filtered(lambda move: move.state != "cancel"))
        return missing if self.product_uom_id.compare(missing, 0) > 0 else 0.0

    def _get_open_receipt_moves(self):
        return self.sudo().receipt_move_ids.filtered(lambda move: move.state not in OVER)

    # ------------------------------------------------------------ kits
    def _is_kit(self):
        """True where its parts were delivered, not the product itself."""
        return bool(self._get_kit_parts())

    def _get_kit_parts(self):
        """{product: how many of it, in its own unit, are in one}; empty for what is no kit or was delivered by a move."""
        self.ensure_one()
        sold = self.sudo().sale_line_id
        if self.move_id or not sold or "mrp.bom" not in self.env:
            return {}
        kit = self.env["mrp.bom"].sudo()._bom_find(self.product_id, company_id=self.company_id.id, bom_type="phantom")[self.product_id]
        if not kit:
            return {}
        times = self.product_id.uom_id._compute_quantity(1, kit.product_uom_id, round=False) / kit.product_qty
        parts = defaultdict(float)
        for part, explosion in kit.explode(self.product_id, times)[1]:
            if part.product_id.type == "consu" and explosion["qty"] > 0:
                parts[part.product_id] += part.product_uom_id._compute_quantity(explosion["qty"], part.product_id.uom_id, round=False)
        return dict(parts)

    # ------------------------------------------------------------ making them
    def _create_receipts(self):
        """Receipts for all that is neither here nor expected yet: doing it twice makes none twice."""
        plans = [(line, missing) for line in self.sudo() if (missing := line._get_quantity_missing())]
        by_picking = defaultdict(list)
        foreign = self.browse().sudo()
        for line, missing in plans:
            for move, quantity in line._get_moves_to_return(missing):
                by_picking[move.picking_id].append({
                    "product_id": move.product_id.id, "move_id": move.id, "quantity": quantity,
                    "return_line_id": line.id, "to_refund": line.resolution != "repair",
                })
            if line.is_foreign:
                foreign |= line
        for picking, values_list in by_picking.items():
            wizard = self.env["stock.return.picking"].sudo().with_company(picking.company_id).create({
                "picking_id": picking.id, "product_return_moves": [Command.create(values) for values in values_list],
            })
            moves = wizard._create_return().move_ids
            # core takes the goods from the receipts of the same delivery that are still open
            emptied = moves.origin_returned_move_id.returned_move_ids.filtered(
                lambda move: move.return_line_id and move.state not in OVER and not move.quantity,
            )
            emptied._action_assign()
            (moves | emptied)._expect_announced_lots()
        for lines in foreign.grouped("return_id").values():
            lines._create_foreign_receipt()

    def _get_moves_to_return(self, quantity):
        """[(delivered move, how much of it comes back)]: in the line's unit; parts of a kit in the move's, the last delivered first."""
        self.ensure_one()
        if self.move_id:
            return [(self.move_id, quantity)]
        kits = self.product_uom_id._compute_quantity(quantity, self.product_id.uom_id, round=False)
        shares = []
        for product, per_kit in self._get_kit_parts().items():
            rest = per_kit * kits
            delivered = self.sale_line_id._get_shipping_moves().filtered(lambda move, product=product: move.product_id == product)
            for move in delivered.sorted("date", reverse=True):
                there = self._get_delivered_quantity(move, self.env["stock.lot"]) - sum(
                    back.product_uom._compute_quantity(back.product_uom_qty, product.uom_id, round=False)
                    for back in move.returned_move_ids if back.return_line_id and back.state != "cancel"
                )
                share = min(rest, there)
                if product.uom_id.compare(share, 0) > 0:
                    shares.append((move, product.uom_id._compute_quantity(share, move.product_uom, round=False)))
                    rest -= share
        return shares

    def _create_foreign_receipt(self):
        """Goods that we have not delivered are received from the customer, and stay his."""
        order = self.return_id
        kind = self.env["stock.warehouse"].search([("company_id", "=", order.company_id.id)], limit=1).in_type_id
        locations = {
            "location_id": order.partner_id.with_company(order.company_id).property_stock_customer.id,
            "location_dest_id": kind.default_location_dest_id.id,
        }
        picking = self.env["stock.picking"].with_company(order.company_id).create({
            **locations, "picking_type_id": kind.id, "partner_id": order.partner_id.id, "owner_id": order.partner_id.id,
            "origin": order.name, "company_id": order.company_id.id,
            "move_ids": [Command.create({
                **locations, "product_id": line.product_id.id, "product_uom_qty": line._get_quantity_missing(),
                "product_uom": line.product_uom_id.id, "return_line_id": line.id, "company_id": order.company_id.id,
            }) for line in self],
        })
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids._expect_announced_lots()

    # ------------------------------------------------------------ following them
    def _follow_receipts(self, moves):
        """The warehouse has received something: what that means for the returns. Also what it received beyond what was announced
        is never more than was delivered."""
        moves = moves.filtered(lambda move: move.state == "done" and move.return_line_id)
        if not moves:
            return
        self._check_returnable()
        for line, came in moves.grouped("return_line_id").items():
            line._follow_lots(came)
            if line.product_uom_id.compare(line.quantity_received, line.quantity) > 0:
                line.return_id._message_log(body=self.env._(
                    "%(product)s: more came than was announced, %(received)s instead of %(quantity)s %(unit)s.",
                    product=line.product_id.display_name, received=f"{line.quantity_received:.12g}",
                    quantity=f"{line.quantity:.12g}", unit=line.product_uom_id.name,
                ))
        self.return_id._follow_receipts()

    def _follow_lots(self, came):
        """A line that does not know its lot yet learns it from the goods; another than was announced is told."""
        self.ensure_one()
        lots = came.move_line_ids.lot_id
        if self._is_kit() or not lots:
            return
        if not self.lot_id and len(lots) == 1 and len(self.receipt_move_ids.move_line_ids.lot_id) == 1:
            self.lot_id = lots
        known = self.lot_id or self.move_id.move_line_ids.lot_id
        if known and (others := lots - known):
            self.return_id._message_log(body=self.env._(
                "%(product)s: %(lots)s came, which is not what was announced: %(known)s.",
                product=self.product_id.display_name, lots=", ".join(others.mapped("name")), known=", ".join(known.mapped("name")),
            ))

    def _follow_cancelled_receipts(self, moves):
        waiting = moves.filtered(lambda move: move.return_line_id.return_id.state == "receiving")
        for order, of_order in waiting.grouped(lambda move: move.return_line_id.return_id).items():
            if order.rest_reason:
                continue
            order._message_log(body=self.env._(
                "%(receipts)s was cancelled, so these are not expected any more: %(products)s. Make a receipt again, or say that the rest will not come.",
                receipts=", ".join(of_order.picking_id.mapped("name")), products=", ".join(of_order.product_id.mapped("display_name")),
            ))
