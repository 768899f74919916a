from odoo import api, models
from odoo.fields import Domain
from odoo.tools import escape_psql


class ReturnOrder(models.Model):
    """What is scanned in the warehouse, or typed, leads to the return: the number of its sheet, of the parcel, of a receipt or
    a delivery, or the lot of the goods."""

    _inherit = "return.order"

    @api.model
    def scan(self, text):
        """Where that leads, by the first road that leads anywhere.

        :return: a dictionary with ``action``, the window of the return or the list of several; or with ``message``, why there is
            none, and ``lots`` ({``id``, ``name``, ``product``} each) that a new return can be filed of
        """
        text = str(text or "").replace("\0", "").strip()
        if not text:
            return {"message": self.env._("Scan a number, or type it."), "lots": []}
        pattern = escape_psql(text)
        lots = self._get_scanned_lots(pattern)
        roads = (
            lambda: Domain("name", "=ilike", pattern),
            lambda: Domain("tracking_number", "=ilike", pattern),
            lambda: self._get_transfer_domain(pattern),
            lambda: self._get_lot_domain(pattern, lots) & self._unfinished_domain(),
        )
        # the rules show the user their own; what is found of others is not told apart from what is not there
        found = next(filter(None, (self.search(road()) for road in roads)), self.browse())
        if len(found) == 1:
            return {"action": found._get_records_action()}
        if found:
            return {"action": {**self._action_view([("id", "in", found.ids)]), "name": self.env._("Returns of %s", text)}}
        own_lots = lots.sudo(False)._filtered_access("read") if self.has_access("create") else lots.browse()
        return {
            "message": self.env._("No return of %s is open.", text) if own_lots
            else self.env._("«%s» is no return, parcel, receipt, delivery or lot that you have access to.", text),
            "lots": [{"id": lot.id, "name": lot.name, "product": lot.product_id.display_name} for lot in own_lots],
        }

    @api.model
    def file_scanned_lot(self, lot_id):
        """The window of a new return of that lot, or the list of the deliveries that it may be about."""
        return self.env["stock.lot"].browse(lot_id).action_file_return()

    @api.model
    def _get_scanned_lots(self, pattern):
        # who finds a return by its goods need not be allowed to read lots
        return self.env["stock.lot"].sudo().search([("name", "=ilike", pattern), ("company_id", "in", (False, *self.env.companies.ids))])

    @api.model
    def _get_transfer_domain(self, pattern):
        """Returns whose goods came with a receipt of that number, or left with such a delivery."""
        # who finds a return by its transfers need not be allowed to read those
        moves = self.env["stock.picking"].sudo().search([("name", "=ilike", pattern), ("company_id", "in", self.env.companies.ids)]).move_ids
        return self._get_lines_domain(Domain("receipt_move_ids", "in", moves.ids), Domain("move_id", "in", moves.ids))

    @api.model
    def _get_lot_domain(self, pattern, lots):
        """Returns whose lines name the lot, have received it, or name none and were delivered with it."""
        return self._get_lines_domain(
            Domain("lot_name", "=ilike", pattern), Domain("lot_id", "in", lots.ids),
            Domain("lot_id", "=", False) & Domain("move_id.move_line_ids.lot_id", "in", lots.ids),
            Domain("receipt_move_ids.move_line_ids.lot_id", "in", lots.ids),
        )

    @api.model
    def _get_lines_domain(self, *domains):
        """Returns with a line in one of the domains. Each is asked alone, so that each is answered from its index."""
        Line = self.env["return.order.line"].sudo()  # see _get_transfer_domain
        return Domain("line_ids", "in", Line.union(*(Line.search(domain) for domain in domains)).ids)
