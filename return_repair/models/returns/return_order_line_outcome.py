from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

# what the customer gets, and for how much of it
CARRIED_OUT_FIELDS = {"resolution", "exchange_product_id", "exchange_quantity", "quantity_accepted"}


class ReturnOrderLine(models.Model):
    """What goes to the customer instead, and where the goods go that came: each by core's own transfers, scraps and orders."""

    _inherit = "return.order.line"

    outcome_move_ids = fields.One2many("stock.move", "return_outcome_line_id", "Further Moves", groups="stock.group_stock_user")
    scrap_ids = fields.One2many("stock.scrap", "return_line_id", groups="stock.group_stock_user")
    replacement_line_ids = fields.One2many("sale.order.line", "return_line_id", "Offered Instead", groups="sales_team.group_sale_salesman")

    def _get_outcome_moves(self, usage):
        """What was moved on to a location of that kind, where that was not cancelled."""
        return self.sudo().outcome_move_ids.filtered(
            lambda move: move.state != "cancel" and (move.location_final_id or move.location_dest_id).usage == usage,
        )

    def _get_transfer_gaps(self):
        """A sentence for each transfer that is still to reach the customer: new goods, repaired ones, or what was not accepted."""
        return [
            self.env._(
                "Transfer %(transfer)s, which brings %(product)s to the customer", transfer=picking.name, product=line.product_id.display_name,
            )
            for line in self for picking in line._get_outcome_moves("customer").filtered(lambda move: move.state != "done").picking_id
        ]

    def _get_replacement_lines(self):
        return self.sudo().replacement_line_ids.filtered(lambda line: line.state != "cancel")

    # ------------------------------------------------------------ what was begun stays as it was decided
    def _check_may_change(self, names):
        super()._check_may_change(names)
        if self.env.su or not names & CARRIED_OUT_FIELDS:
            return
        if begun := {line.product_id.display_name: made for line in self if (made := line._get_made_for_customer())}:
            raise UserError(self.env._(
                "What the customer gets is being carried out and stays as it was decided. Cancel first what was made for it:\n%s",
                "\n".join(f"• {product}: {', '.join(made)}" for product, made in begun.items()),
            ))

    def _get_made_for_customer(self):
        """Names of what was made to give the customer what was decided, and stands: a list."""
        self.ensure_one()
        line = self.sudo()  # who decides need not be allowed to read all that was made
        made = [
            *line._get_credit_lines().move_id.mapped("display_name"), *line._get_replacement_lines().order_id.mapped("name"),
            *line._get_outcome_moves("customer").mapped("picking_id.name"),
            *line.repair_ids.filtered(lambda repair: repair.state != "cancel").mapped("name"),
        ]
        if line.quantity_unordered and not made:
            made = line.sale_line_id.order_id.mapped("name")
        return made

    # ------------------------------------------------------------ exchange
    def _is_like_for_like(self):
        """True where the customer gets the same, as many: a second delivery for the same order, which changes no money."""
        self.ensure_one()
        return self.exchange_product_id == self.product_id and self.product_uom_id.compare(self.exchange_quantity, self.quantity) == 0

    def _is_refunded(self):
        return super()._is_refunded() or (self.resolution == "exchange" and not self._is_like_for_like())

    def _resolve_exchange(self):
        """The same is delivered for the same order; for another the old is credited and the new is offered."""
        # who has decided on the exchange need not be allowed to sell and to ship
        accepted = self.sudo().filtered("quantity_accepted")
        alike = accepted.filtered(lambda line: line._is_like_for_like())
        for line in alike:
            # what goes back unaccepted is no delivery of the new
            if not line._get_outcome_moves("customer").filtered(lambda move: not move.origin_returned_move_id):
                line._deliver_again()
        others = accepted - alike
        others._refund()
        for order, lines in others.filtered(lambda line: not line._get_replacement_lines()).grouped("return_id").items():
            for sold_with, of_order in lines.grouped(lambda line: line.sale_line_id.order_id).items():
                of_order._offer_instead(order, sold_with)

    def _deliver_again(self):
        """As core's return for exchange does, for the order line that it was delivered for."""
        self.ensure_one()
        company, sold = self.company_id, self.sale_line_id.with_company(self.company_id)
        values = sold._prepare_procurement_values() if sold else {
            "date_planned": fields.Datetime.now(), "warehouse_id": self.move_id.picking_id.picking_type_id.warehouse_id,
            "partner_id": self.partner_id.id, "location_final_id": self.move_id.location_dest_id, "company_id": company,
        }
        self.env["stock.rule"].with_company(company).run([self.env["stock.rule"].Procurement(
            self.product_id, self.quantity_accepted, self.product_uom_id, sold._get_location_final() if sold else self.move_id.location_dest_id,
            self.product_id.display_name, self.return_id.name, company,
            {**values, "date_planned": fields.Datetime.now(), "date_deadline": False, "return_outcome_line_id": self.id},
        )])

    def _offer_instead(self, order, sold_with):
        """A quotation of what the customer gets instead, at the price of today; the difference to what is credited is told."""
        quotation = self.env["sale.order"].with_company(order.company_id).create({
            "partner_id": (sold_with.partner_id or order.partner_id).id, "company_id": order.company_id.id, "user_id": order.user_id.id,
            "origin": order.name, **sold_with._prepare_replacement_values(),
            "order_line": [Command.create({
                "product_id": line.exchange_product_id.id, "return_line_id": line.id, **line._prepare_exchange_quantity(),
            }) for line in self],
        })
        credited = sum(self.mapped("refund_amount"))
        amounts = {
            "quotation": quotation.name, "order": order.name, "offered": quotation.currency_id.format(quotation.amount_total),
            "credited": quotation.currency_id.format(credited), "difference": quotation.currency_id.format(quotation.amount_total - credited),
        }
        for record in (order, quotation):
            record._message_log(body=self.env._(
                "Exchange of %(order)s: %(quotation)s offers other goods for %(offered)s, and %(credited)s is credited. Difference: %(difference)s.", **amounts,
            ))

    def _prepare_exchange_quantity(self):
        """In the unit of the return, where the other product has it, for the share that was accepted: ``sale.order.line`` values."""
        self.ensure_one()
        product, unit = self.exchange_product_id, self.product_uom_id
        if not unit._has_common_reference(product.uom_id):
            unit = product.uom_id
        quantity = self.exchange_quantity * min(self.quantity_accepted / self.quantity, 1)
        return {"product_uom_id": unit.id, "product_uom_qty": unit.round(quantity)}

    # ------------------------------------------------------------ back to the customer
    def _resolve_reject(self):
        """What came and was not accepted goes back, see `_send_back`."""

    def _carry_out(self):
        self.sudo()._send_back()
        self.sudo().filtered(lambda line: line.resolution == "reject").disposition = False  # the goods are the customer's
        super()._carry_out()

    def _send_back(self):
        """What came and was not accepted goes back to the customer: core's return of its receipt, so that it counts as delivered."""
        by_receipt = defaultdict(list)
        for line in self:
            for part in line._get_goods_to_send_back():
                by_receipt[part["receipt"].picking_id, part["step"].location_dest_id].append((line, part))
        for (receipt, location), goods in by_receipt.items():
            steps = self._release([part for _line, part in goods])
            sent = defaultdict(list)
            for line, part in goods:
                sent[line, part["receipt"]].append(part)
            back = self.env["stock.return.picking"].with_company(receipt.company_id).create({
                "picking_id": receipt.id, "return_location_id": location.id, "product_return_moves": [
                    Command.create(line._prepare_sent_back_values(move, parts)) for (line, move), parts in sent.items()
                ],
            })._create_return()
            for (line, received), parts in sent.items():
                back.move_ids.filtered(
                    lambda move, line=line, received=received: (move.return_outcome_line_id, move.origin_returned_move_id) == (line, received),
                )._set_goods(parts)
            steps._action_assign()

    def _get_goods_to_send_back(self):
        """As `_get_goods`, of what was not accepted and no transfer brings back yet. What was repaired goes back by itself."""
        self.ensure_one()
        back = self._get_outcome_moves("customer").filtered("origin_returned_move_id") - self.repair_ids.ship_move_id
        sent = defaultdict(float)
        for line in back.move_line_ids:
            sent[line.product_id, line.lot_id] += line.quantity_product_uom
        for move in back.filtered(lambda move: move.state != "done"):  # what is not reserved can be of any lot
            sent[move.product_id, None] += max(move.product_qty - sum(move.move_line_ids.mapped("quantity_product_uom")), 0)
        waiting = []
        # what was sent before was not accepted then either: it is the last of the list
        for part in reversed(self._get_goods(accepted=False)):
            quantity = part["quantity"]
            for key in ((part["product"], part["lot"]), (part["product"], None)):
                taken = min(quantity, sent[key])
                sent[key] -= taken
                quantity -= taken
            if part["product"].uom_id.compare(quantity, 0) > 0:
                waiting.insert(0, {**part, "quantity": quantity})
        return waiting

    def _prepare_sent_back_values(self, received, parts):
        """A dictionary of ``stock.return.picking.line`` values."""
        quantity = received.product_id.uom_id._compute_quantity(sum(part["quantity"] for part in parts), received.product_uom, round=False)
        return {
            "product_id": received.product_id.id, "move_id": received.id, "quantity": quantity, "return_outcome_line_id": self.id,
            "to_refund": received.to_refund,
        }

    # ------------------------------------------------------------ what happens to the goods
    def _get_goods(self, accepted=True):
        """Where is now what was accepted, or what was not: a list of dictionaries of product, lot, package, owner, location and
        quantity, in the product's unit, with the receipt it came with and the step that brought it where it is.

        What was accepted is that of the announced lot first. Parts that do not make a whole kit are not accepted.
        """
        self.ensure_one()
        goods = sorted(self._get_all_goods(), key=lambda part: bool(self.lot_id) and part["lot"] != self.lot_id)
        kept = 0 if self.resolution == "reject" else self.quantity_accepted
        rest = defaultdict(float)
        if kept:
            kept = self.product_uom_id._compute_quantity(kept, self.product_id.uom_id, round=False)
            rest.update({product: of_one * kept for product, of_one in self._get_parts().items()})
        chosen = []
        for part in goods:
            taken = min(part["quantity"], rest[part["product"]])
            rest[part["product"]] -= taken
            quantity = taken if accepted else part["quantity"] - taken
            if part["product"].uom_id.compare(quantity, 0) > 0:
                chosen.append({**part, "quantity": quantity})
        return chosen

    def _get_all_goods(self):
        """As `_get_goods`, of all that came with the line's own receipts, whatever else was brought on together with it."""
        receipts = self._get_done_receipt_moves()
        room = {line: line.quantity_product_uom for line in receipts.move_line_ids}
        goods = []
        for there, quantity in receipts._get_last_lines():
            if there.location_dest_id.usage == "supplier":  # what a vendor delivered for us went back to them at once
                continue
            for came in receipts.move_line_ids.filtered(lambda came, there=there: (came.product_id, came.lot_id) == (there.product_id, there.lot_id)):
                share = min(quantity, room[came])
                if came.product_id.uom_id.compare(share, 0) > 0:
                    room[came] -= share
                    quantity -= share
                    goods.append({
                        "product": there.product_id, "lot": there.lot_id, "package": there.result_package_id, "owner": there.owner_id,
                        "location": there.location_dest_id, "quantity": share, "receipt": came.move_id, "step": there.move_id,
                    })
        return goods

    @api.model
    def _release(self, parts):
        """These goods are taken away: what would bring them on does so no more. Gives the steps to reserve again afterwards."""
        steps = self.env["stock.move"]
        for part in parts:
            steps |= part["step"]._reduce_steps(part["product"], part["quantity"])
        return steps.filtered(lambda move: move.state != "cancel")

    def _dispose_restock(self):
        """In stock they can be sold again: what was received somewhere else is brought there, unless core does."""
        for line in self.sudo():
            stock = line.receipt_move_ids.picking_type_id.warehouse_id.lot_stock_id[:1]
            away = [
                part for part in line._get_goods()
                if stock and not part["location"]._child_of(stock) and not part["step"]._get_next_steps().filtered(lambda move: move.state != "done")
            ]
            # the steps by rules are core's
            if away and not line._get_outcome_moves("internal").filtered(lambda move: not move.rule_id):
                line._move_on(away, stock.warehouse_id.int_type_id, stock)

    def _dispose_rework(self):
        """They wait for their repair."""

    def _dispose_scrap(self):
        for line in self.sudo():  # see `_resolve_exchange`
            if line.scrap_ids:
                continue
            goods = line._get_goods()
            steps = self._release(goods)
            scraps = self.env["stock.scrap"].with_company(line.company_id).create([{
                "company_id": line.company_id.id, "origin": line.return_id.name, "return_line_id": line.id,
                "product_id": part["product"].id, "product_uom_id": part["product"].uom_id.id, "scrap_qty": part["quantity"],
                "lot_id": part["lot"].id, "package_id": part["package"].id, "owner_id": part["owner"].id, "location_id": part["location"].id,
            } for part in goods])
            scraps.do_scrap()
            for scrap, part in zip(scraps, goods, strict=True):
                scrap.scrap_qty = part["quantity"]  # core's compute may have set 1, before the moves of all were there
            steps._action_assign()

    def _dispose_vendor(self):
        """Back to whom we have it from: of a lot the receipt tells, else the product's vendor."""
        for line in self.sudo():  # see `_resolve_exchange`
            if line._get_outcome_moves("supplier"):
                continue
            goods, by_origin = line._get_goods(), defaultdict(list)
            for part in goods:
                bought = line._find_bought_move(part)
                vendor = bought.picking_id.partner_id or part["product"].with_company(line.company_id)._select_seller(quantity=None).partner_id
                by_origin[bought, vendor].append(part)
            steps = self._release(goods)
            for (bought, vendor), parts in by_origin.items():
                warehouse = line.receipt_move_ids.picking_type_id.warehouse_id[:1]
                kind = (bought.picking_type_id or warehouse.in_type_id).return_picking_type_id or warehouse.out_type_id
                to = bought.location_id or vendor.with_company(line.company_id).property_stock_supplier or self.env.ref("stock.stock_location_suppliers")
                line._move_on(parts, kind, to, vendor, bought)
            steps._action_assign()

    def _find_bought_move(self, part):
        """The move that brought that lot from a vendor; empty for what has no lot, or was made here."""
        if not part["lot"]:
            return self.env["stock.move"]
        return self.env["stock.move.line"].search(
            Domain("lot_id", "=", part["lot"].id) & Domain("state", "=", "done") & Domain("location_id.usage", "=", "supplier")
            & Domain("company_id", "=", self.company_id.id),
            order="date desc, id desc", limit=1,
        ).move_id

    def _move_on(self, parts, kind, to, partner=None, bought=None):
        """Prepare a transfer of the goods; the warehouse does it when they go."""
        self.ensure_one()
        of_purchase = bought._prepare_vendor_return_values() if bought else {}
        for location, here in self._group_by_location(parts).items():
            places = {"location_id": location.id, "location_dest_id": to.id, "company_id": self.company_id.id}
            picking = self.env["stock.picking"].with_company(self.company_id).create({
                **places, "picking_type_id": kind.id, "origin": self.return_id.name, "partner_id": partner.id if partner else False,
                "return_id": bought.picking_id.id if bought else False,
                "move_ids": [Command.create({
                    **places, **of_purchase, "product_id": part["product"].id, "product_uom": part["product"].uom_id.id,
                    "product_uom_qty": part["quantity"], "return_outcome_line_id": self.id,
                }) for part in here],
            })
            picking.action_confirm()
            picking.move_ids._set_goods(here)

    def _group_by_location(self, parts):
        by_location = defaultdict(list)
        for part in parts:
            by_location[part["location"]].append(part)
        return by_location
