from collections import defaultdict

from odoo import fields, models
from odoo.fields import Command, Domain


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

    def _get_replacement_lines(self):
        return self.sudo().replacement_line_ids.filtered(lambda line: line.state != "cancel")

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
                "product_id": line.exchange_product_id.id, "return_line_id": line.id,
                "product_uom_qty": line.exchange_quantity * min(line.quantity_accepted / line.quantity, 1),
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
            kept = 0 if line.resolution == "reject" else line.quantity_accepted
            share = 1 - kept / line.quantity_received if line.quantity_received else 0
            if share <= 0 or line._get_outcome_moves("customer").origin_returned_move_id:
                continue
            for move in line.receipt_move_ids.filtered(lambda move: move.state == "done"):
                by_receipt[move.picking_id].append({
                    "product_id": move.product_id.id, "move_id": move.id, "quantity": move.quantity * share,
                    "return_outcome_line_id": line.id, "to_refund": move.to_refund,
                })
        for receipt, values_list in by_receipt.items():
            self.env["stock.return.picking"].with_company(receipt.company_id).create({
                "picking_id": receipt.id, "product_return_moves": [Command.create(values) for values in values_list],
            })._create_return()

    # ------------------------------------------------------------ what happens to the goods
    def _get_goods(self):
        """Where what was accepted is now: a list of dictionaries of product, lot, package, owner, location and quantity, in the
        product's unit."""
        self.ensure_one()
        rest = defaultdict(float)
        there = self.receipt_move_ids.filtered(lambda move: move.state == "done")._get_last_steps().move_line_ids
        share = min(self.quantity_accepted / self.quantity_received, 1) if self.quantity_received else 0
        for moved in there:
            rest[moved.product_id] += moved.quantity_product_uom * share
        goods = []
        for moved in there:
            quantity = min(moved.quantity_product_uom, rest[moved.product_id])
            if moved.product_id.uom_id.compare(quantity, 0) > 0:
                rest[moved.product_id] -= quantity
                goods.append({
                    "product": moved.product_id, "lot": moved.lot_id, "package": moved.result_package_id, "owner": moved.owner_id,
                    "location": moved.location_dest_id, "quantity": quantity,
                })
        return goods

    def _dispose_restock(self):
        """In stock they can be sold again: what was received somewhere else is brought there, unless core does."""
        for line in self.sudo():
            steps = line.receipt_move_ids.filtered(lambda move: move.state == "done")._get_last_steps()
            stock = steps.picking_type_id.warehouse_id.lot_stock_id[:1]
            away = [part for part in line._get_goods() if stock and not part["location"]._child_of(stock)]
            if away and not line._get_outcome_moves("internal") and not steps.move_dest_ids.filtered(lambda move: move.state != "cancel"):
                line._move_on(away, stock.warehouse_id.int_type_id, stock)

    def _dispose_rework(self):
        """They wait for their repair."""

    def _dispose_scrap(self):
        for line in self.sudo():  # see `_resolve_exchange`
            if line.scrap_ids:
                continue
            scraps = self.env["stock.scrap"].with_company(line.company_id).create([{
                "company_id": line.company_id.id, "origin": line.return_id.name, "return_line_id": line.id,
                "product_id": part["product"].id, "product_uom_id": part["product"].uom_id.id, "scrap_qty": part["quantity"],
                "lot_id": part["lot"].id, "package_id": part["package"].id, "owner_id": part["owner"].id, "location_id": part["location"].id,
            } for part in line._get_goods()])
            scraps.do_scrap()

    def _dispose_vendor(self):
        """Back to whom we have it from: of a lot the receipt tells, else the product's vendor."""
        for line in self.sudo():  # see `_resolve_exchange`
            if line._get_outcome_moves("supplier"):
                continue
            by_origin = defaultdict(list)
            for part in line._get_goods():
                by_origin[line._find_bought_move(part)].append(part)
            for bought, parts in by_origin.items():
                vendor = bought.picking_id.partner_id or parts[0]["product"].with_company(line.company_id)._select_seller(quantity=None).partner_id
                warehouse = line.receipt_move_ids.picking_type_id.warehouse_id[:1]
                kind = (bought.picking_type_id or warehouse.in_type_id).return_picking_type_id or warehouse.out_type_id
                to = bought.location_id or vendor.with_company(line.company_id).property_stock_supplier or self.env.ref("stock.stock_location_suppliers")
                line._move_on(parts, kind, to, vendor, bought)

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
            picking.move_ids.move_line_ids.unlink()
            for part in here:
                move = picking.move_ids.filtered(lambda move, part=part: move.product_id == part["product"])[:1]
                move.move_line_ids = [Command.create({
                    **move._prepare_move_line_vals(), "product_uom_id": part["product"].uom_id.id, "quantity": part["quantity"],
                    "lot_id": part["lot"].id, "package_id": part["package"].id, "owner_id": part["owner"].id,
                })]

    def _group_by_location(self, parts):
        by_location = defaultdict(list)
        for part in parts:
            by_location[part["location"]].append(part)
        return by_location
