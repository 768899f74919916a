from collections import defaultdict

from odoo import models
from odoo.fields import Command

from .repair_order import FINISHED_STATES


class ReturnOrderLine(models.Model):
    """What was repaired, or will not be, goes back to the customer."""

    _inherit = "return.order.line"

    def _ship_repaired(self, decided=False):
        """Core's return of the receipt, so that it counts as delivered: a transfer for each receipt and place that the goods are at.

        Doing it twice sends nothing twice; a transfer that was cancelled is made anew.

        :param bool decided: only where it is known that they go back
        """
        shipments = defaultdict(list)
        to_send = self.sudo()._get_repairs_to_send()  # who repairs need not be allowed to ship
        for repair in to_send.filtered(lambda repair: repair._goes_back()) if decided else to_send:
            move = repair.return_line_id._find_receipt_move(repair.product_id, repair.lot_id)
            shipments[move.picking_id, repair._get_place()].append((move, repair))
        for (receipt, place), sent in shipments.items():
            by_move = defaultdict(lambda: self.env["repair.order"].sudo())
            for move, repair in sent:
                by_move[move] |= repair
            back = self.env["stock.return.picking"].sudo().with_company(receipt.company_id).create({
                "picking_id": receipt.id, "return_location_id": place.id,
                "product_return_moves": [Command.create(move._prepare_ship_repaired_values(repairs)) for move, repairs in by_move.items()],
            })._create_return()
            for move, repairs in by_move.items():
                back.move_ids.filtered(lambda sent, move=move: sent.origin_returned_move_id == move)[:1]._ship_goods_of(repairs)

    def _get_rejected_to_send_back(self):
        """Those of which nothing is accepted, and something is still here."""
        return self.filtered(lambda line: line.resolution == "reject" and line._get_goods_to_send_back())

    def _get_goods_by_repair(self):
        """{repair: its share of `_get_goods`}, each from where its repair leaves it."""
        self.ensure_one()
        goods, shares = self._get_goods(), {}
        for repair in self.repair_ids.sorted("id"):
            place, left = repair._get_place(), repair._get_product_quantity()
            shares[repair] = []
            for part in goods:
                taken = min(part["quantity"], left) if (part["product"], part["lot"]) == (repair.product_id, repair.lot_id) else 0
                if repair.product_id.uom_id.compare(taken, 0) <= 0:
                    continue
                left -= taken
                part["quantity"] -= taken
                # core takes out of its package what the repair brings elsewhere
                package = part["package"] if part["location"] == place else part["package"].browse()
                shares[repair].append({**part, "quantity": taken, "location": place, "package": package})
        return shares

    def _get_repairs_to_send(self):
        """Those whose goods wait for their way back to the customer."""
        return self.filtered(lambda line: line.resolution == "repair").repair_ids.filtered(
            lambda repair: repair.state in FINISHED_STATES and not repair._is_sent_back(),
        )
