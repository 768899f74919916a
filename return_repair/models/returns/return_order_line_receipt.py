from collections import defaultdict

from odoo import api, models
from odoo.exceptions import ValidationError
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
            line.quantity_received = line._get_quantity_of(line.sudo()._get_done_receipt_moves())

    def _get_done_receipt_moves(self):
        return self.receipt_move_ids.filtered(lambda move: move.state == "done")

    def _get_open_receipt_moves(self):
        return self.sudo().receipt_move_ids.filtered(lambda move: move.state not in OVER)

    def _has_come(self):
        """True where something came of it, be it one part of a kit."""
        return any(self.sudo()._get_done_receipt_moves().mapped("quantity"))

    @api.model
    def _sum_by_product(self, moves):
        """{product: how much these receipts bring of it, in its own unit}."""
        moved = defaultdict(float)
        for move in moves:
            quantity = move.quantity if move.state == "done" else move.product_uom_qty
            moved[move.product_id] += move.product_uom._compute_quantity(quantity, move.product_id.uom_id, round=False)
        return moved

    def _get_quantity_of(self, moves):
        """What these receipts bring of it, in the line's unit: of a kit as many as are complete."""
        self.ensure_one()
        moved = self._sum_by_product(moves)
        quantity = min((moved[product] / of_one for product, of_one in self._get_parts().items()), default=0.0) if moved else 0.0
        return self.product_id.uom_id._compute_quantity(quantity, self.product_uom_id, round=False) if quantity else 0.0

    def _get_missing(self):
        """{product: how many, in its own unit, have neither come nor are expected by a receipt}: of a kit each part for itself."""
        self.ensure_one()
        if self.resolution == "reject":
            return {}
        announced = self.product_uom_id._compute_quantity(self.quantity, self.product_id.uom_id, round=False)
        expected = self._sum_by_product(self.receipt_move_ids.filtered(lambda move: move.state != "cancel"))
        missing = {product: announced * of_one - expected[product] for product, of_one in self._get_parts().items()}
        return {product: quantity for product, quantity in missing.items() if product.uom_id.compare(quantity, 0) > 0}

    def _get_quantity_missing(self):
        """What has neither come nor is expected by a receipt, in the line's unit."""
        self.ensure_one()
        parts = self._get_parts()
        missing = max((quantity / parts[product] for product, quantity in self._get_missing().items()), default=0.0)
        return self.product_id.uom_id._compute_quantity(missing, self.product_uom_id, round=False) if missing else 0.0

    # ------------------------------------------------------------ what was accepted
    @api.constrains("quantity_accepted")
    def _check_quantity_accepted(self):
        problems = [
            self.env._(
                "%(product)s: %(accepted)s %(unit)s can't be accepted: it must be from 0 to %(received)s, as many as came.",
                product=line.product_id.display_name, accepted=f"{line.quantity_accepted:.12g}", unit=line.product_uom_id.name,
                received=f"{line.quantity_received:.12g}",
            )
            for line in self if line.quantity_accepted < 0 or line.product_uom_id.compare(line.quantity_accepted, line.quantity_received) > 0
        ]
        if problems:
            raise ValidationError("\n".join(problems))

    # ------------------------------------------------------------ what is in it
    def _get_parts(self):
        """{product: how many of it, in its own unit, are in one of the line's}: itself, or the parts in which a kit was delivered.

        Empty where the order says that it was delivered, and no transfer did it.
        """
        self.ensure_one()
        sold, itself = self.sudo().sale_line_id, {self.product_id: 1.0}
        if self.move_id:
            return itself
        return sold._get_delivered_parts() if sold else self.product_id._get_kit_parts(self.company_id) or itself

    def _is_kit(self):
        """True where its parts were delivered, not the product itself."""
        return self.product_id not in self._get_parts()

    def _get_source_gaps(self):
        return super()._get_source_gaps() + [
            self.env._(
                "A delivery of %(product)s: for order %(order)s its delivered quantity was entered by hand, so there is nothing to take back. "
                "Correct that quantity and credit it on the order, or enter the delivery",
                product=line.product_id.display_name, order=line.sale_line_id.order_id.name,
            )
            for line in self.sudo() if line.product_id and not line._get_parts()
        ]

    @api.depends("product_id", "lot_id", "return_id.partner_id", "return_id.sale_order_id")
    def _compute_move_id(self):
        """Goods that are expected come back from the delivery that they are expected from."""
        super(ReturnOrderLine, self.filtered(lambda line: not line.sudo().receipt_move_ids))._compute_move_id()

    # ------------------------------------------------------------ making them
    def _create_receipts(self):
        """Receipts for all that is neither here nor expected yet: doing it twice makes none twice."""
        plans = [(line, missing) for line in self.sudo() if (missing := line._get_missing())]
        by_picking, planned = defaultdict(list), defaultdict(float)
        foreign = self.browse().sudo()
        for line, missing in plans:
            for move, quantity in line._get_moves_to_return(missing, planned):
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

    def _get_moves_to_return(self, missing, planned):
        """[(delivered move, how much of it comes back)]: in the line's unit; parts of a kit in the move's, the last delivered first.

        :param planned: {delivered move: how much of it, in the product's unit, comes back for other lines}, counted on
        """
        self.ensure_one()
        if self.move_id:
            return [(self.move_id, self.product_id.uom_id._compute_quantity(missing[self.product_id], self.product_uom_id, round=False))]
        shares = []
        for product, rest in missing.items():
            delivered = self.sale_line_id._get_shipping_moves().filtered(lambda move, product=product: move.product_id == product)
            unit = self.product_uom_id if product == self.product_id else None
            for move in delivered.sorted("date", reverse=True):
                back = move.returned_move_ids.filtered(lambda back: back.return_line_id and back.state != "cancel")
                share = min(rest, self._get_delivered_quantity(move, self.env["stock.lot"]) - self._sum_by_product(back)[product] - planned[move])
                if product.uom_id.compare(share, 0) > 0:
                    shares.append((move, product.uom_id._compute_quantity(share, unit or move.product_uom, round=False)))
                    planned[move] += share
                    rest -= share
        return shares

    def _create_foreign_receipt(self):
        """Goods that we have not delivered are received from the customer, and stay theirs."""
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
        known = self.lot_id or self.move_id.move_line_ids.lot_id
        if others := lots - known if known else False:
            self.return_id._message_log(body=self.env._(
                "%(product)s: %(lots)s came, which is not what was announced: %(known)s.",
                product=self.product_id.display_name, lots=", ".join(others.mapped("name")), known=", ".join(known.mapped("name")),
            ))
        elif not self.lot_id and len(lots) == 1 and self._get_done_receipt_moves().move_line_ids.lot_id == lots:
            self.lot_id = lots
            self.return_id._message_log(body=self.env._(
                "%(product)s: %(lot)s came, and is noted on the line, which did not say a number.",
                product=self.product_id.display_name, lot=lots.name,
            ))

    def _follow_resolution(self):
        """What goes back to the customer was delivered all the same; and what is not accepted after all is not awaited any more."""
        for line in self.sudo():  # who decides need not be allowed to change transfers
            moves = line.receipt_move_ids | line.receipt_move_ids.returned_move_ids
            moves.filtered(lambda move: move.state != "cancel").to_refund = line.resolution != "repair"
        refused = self.filtered(lambda line: line.resolution == "reject")
        refused._get_open_receipt_moves()._action_cancel()
        refused.sudo().return_id.filtered(lambda order: order.line_ids._has_come())._follow_receipts()

    def write(self, vals):
        result = super().write(vals)
        if "resolution" in vals:
            self._follow_resolution()
        return result

    def _follow_cancelled_receipts(self, moves):
        waiting = moves.filtered(lambda move: move.return_line_id.return_id.state == "receiving" and move.return_line_id.resolution != "reject")
        for order, of_order in waiting.grouped(lambda move: move.return_line_id.return_id).items():
            if order.rest_reason:
                continue
            order._message_log(body=self.env._(
                "%(receipts)s was cancelled, so these are not expected any more: %(products)s. Make a receipt again, or say that the rest will not come.",
                receipts=", ".join(of_order.picking_id.mapped("name")), products=", ".join(of_order.product_id.mapped("display_name")),
            ))
