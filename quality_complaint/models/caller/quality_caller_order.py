from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_amount

ORDERS, ORDER_LINES = 6, 12
# from the delivery back to where the goods were made: packing, picking, storing, production
STEPS_BACK = 5

SHIPPING_COLORS = {"full": "success", "partial": "warning", "started": "info", "pending": "secondary"}
DELIVERY_COLORS = {"done": "success", "cancel": "secondary", "assigned": "info"}


class QualityCaller(models.AbstractModel):
    """The last orders: when each was ordered, finished and shipped, and how much of it is still to come."""

    _inherit = "quality.caller"

    @api.model
    def _get_caller_sections(self, customer, documents):
        return [*super()._get_caller_sections(customer, documents), self._get_order_section(customer, documents)]

    @api.model
    def _get_order_section(self, customer, documents):
        Order = self.env["sale.order"]
        section = {
            "name": "orders", "label": self.env._("Last Orders"), "icon": "fa-shopping-cart", "sequence": 10,
            "rows": [], "empty": self.env._("No orders."), "hint": False, "all": False,
        }
        domain = Domain("partner_id.commercial_partner_id", "=", customer.id) & Domain("state", "=", "sale")
        if not Order.has_access("read"):
            return {**section, "hint": self._get_hidden_hint("sale.order", domain, 0)}
        asked = self._get_asked_orders(customer, documents)
        total = Order.search_count(domain)
        orders = asked | Order.search(domain, order="date_order DESC, id DESC", limit=ORDERS)
        finished = self._get_finished_days(orders)
        return {
            **section, "rows": [self._get_order_row(order, finished.get(order), order in asked) for order in orders],
            "hint": self._get_hidden_hint("sale.order", domain, total),
            "all": total > len(orders) and ("sale.order", list(domain)),
        }

    @api.model
    def _get_asked_orders(self, customer, documents):
        """The orders that the caller named by their number, or by that of a delivery, a lot or a complaint."""
        sources = {
            "sale.order": lambda orders: orders, "stock.picking": lambda pickings: pickings.sale_id,
            "stock.move.line": lambda lines: lines.picking_id.sale_id, "quality.complaint": lambda complaints: complaints.sale_order_id,
        }
        # which order a document belongs to is asked of the document; what is shown is what the user may read
        orders = self.env["sale.order"].union(*(
            get_orders(self.env[model].sudo().browse(ids)) for model, get_orders in sources.items() if (ids := documents.get(model))
        ))
        return orders.sudo(False)._filtered_access("read").filtered(
            lambda order: order.partner_id.commercial_partner_id == customer,
        )[:ORDERS]

    # ------------------------------------------------------------ a row
    @api.model
    def _get_order_row(self, order, finished, asked):
        # who may read an order may know how far it is shipped
        sudo_order = order.sudo()
        lines = sudo_order.order_line.filtered(lambda line: line.product_id.type == "consu" and line.product_uom_qty > 0)
        shipped = {line: line._get_quantity_shipped() for line in lines}
        ordered = sum(lines.mapped("product_uom_qty"))
        # more of one product does not make up for less of another
        arrived = sum(min(shipped[line], line.product_uom_qty) for line in lines)
        labels = dict(order._fields["delivery_status"]._description_selection(self.env))
        deliveries = sudo_order.picking_ids.filtered(lambda picking: picking.picking_type_code in ("outgoing", "dropship"))
        left_on = max(filter(None, deliveries.mapped("date_done")), default=False)
        facts = [
            (self.env._("Ordered On"), self._format_day(order.date_order)),
            (self.env._("Finished"), self._format_day(finished or left_on)),
            (self.env._("Shipped On"), self._format_day(left_on)),
        ]
        total = format_amount(self.env, order.amount_total, order.currency_id)
        return {
            "model": "sale.order", "id": order.id, "title": order.name, "subtitle": " · ".join(filter(None, (order.client_order_ref, total))),
            "badge": (labels[order.delivery_status], SHIPPING_COLORS[order.delivery_status]) if order.delivery_status else False,
            "facts": [(label, text or "–") for label, text in facts], "asked": asked, "file": ("sale.order", order.id),
            "bar": (round(100 * arrived / ordered), f"{arrived:.12g} / {ordered:.12g}") if ordered else False,
            "items": [self._get_delivery_item(picking) for picking in deliveries.sorted("id")]
            + [self._get_line_item(line, shipped[line]) for line in lines[:ORDER_LINES]],
        }

    @api.model
    def _get_delivery_item(self, picking):
        labels = dict(picking._fields["state"]._description_selection(self.env))
        done = picking.state == "done"
        facts = [
            (self.env._("Shipped On") if done else self.env._("Planned"), self._format_day(picking.date_done if done else picking.scheduled_date)),
        ]
        if picking.carrier_tracking_ref:
            facts.append((self.env._("Tracking"), picking.carrier_tracking_ref))
        return {
            "title": picking.name, "icon": "fa-truck", "facts": facts, "badge": (labels[picking.state], DELIVERY_COLORS.get(picking.state, "warning")),
            "file": done and ("stock.picking", picking.id),
        }

    @api.model
    def _get_line_item(self, line, shipped):
        return {
            "title": line.product_id.with_env(self.env).display_name, "icon": "fa-cube",
            "facts": [(self.env._("Shipped"), f"{shipped:.12g} / {line.product_uom_qty:.12g} {line.product_uom_id.name}")],
            "badge": False, "file": shipped > 0 and ("sale.order.line", line.id),
        }

    # ------------------------------------------------------------ finished
    @api.model
    def _get_finished_days(self, orders):
        """{order: when its goods were ready}: made, where they come from production by the order or by their lot, else
        picked, where that is a step of its own. Goods that leave from stock in one step are not in it.

        All of stock: production is where goods come from a place of production, whichever addon moves them.
        """
        # see _get_order_row
        moves_of = {order: order.sudo().order_line.move_ids._filter_delivered() for order in orders}
        delivered = self.env["stock.move"].sudo().union(*moves_of.values())
        before = self._get_moves_before(delivered)
        made_lots = dict(self.env["stock.move.line"].sudo()._read_group(
            Domain("lot_id", "in", delivered.move_line_ids.lot_id.ids) & Domain("state", "=", "done")
            & Domain("location_id.usage", "=", "production"), ["lot_id"], ["date:max"],
        ))
        days = {}
        for order, moves in moves_of.items():
            done = moves.browse().union(*(before[move] for move in moves)).filtered(lambda move: move.state == "done")
            made = [*done.filtered(lambda move: move.location_id.usage == "production").mapped("date")]
            made += [made_lots[lot] for lot in moves.move_line_ids.lot_id if lot in made_lots]
            if ready := made or done.mapped("date"):
                days[order] = max(ready)
        return days

    @api.model
    def _get_moves_before(self, moves):
        """{move: all moves that its goods came by}, in a few queries for all of them; not beyond where they were made."""
        before, step = defaultdict(moves.browse), {move: move for move in moves}
        for _step in range(STEPS_BACK):
            origins = moves.browse().union(*step.values())
            origins.fetch(["move_orig_ids"])
            step = {
                move: last.filtered(lambda origin: origin.location_id.usage != "production").move_orig_ids - before[move]
                for move, last in step.items()
            }
            step = {move: last for move, last in step.items() if last}
            for move, last in step.items():
                before[move] |= last
        return before
