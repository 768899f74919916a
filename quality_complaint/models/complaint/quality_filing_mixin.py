from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class QualityFilingMixin(models.AbstractModel):
    """What is filed about delivered goods: whose they are, and the way back from an order, a delivery or a lot."""

    _name = "quality.filing.mixin"
    _description = "Filed about Delivered Goods"

    @api.model
    def _prepare_parties(self, delivered):
        """Customer, contact, company, order and delivery of delivered goods, as values.

        :param list delivered: dictionaries with ``sale_line_id`` and/or ``move_id``
        :raises UserError: the goods went to nobody, to several customers, or from several companies
        """
        # whoever delivered the goods may file about them without reading the order, and the other way round
        orders = self.env["sale.order.line"].sudo().browse(dict.fromkeys(
            line["sale_line_id"] for line in delivered if line.get("sale_line_id")
        )).order_id
        moves = self.env["stock.move"].sudo().browse(dict.fromkeys(line["move_id"] for line in delivered if line.get("move_id")))
        contacts = orders.partner_id or moves.picking_id.partner_id
        customer = contacts.commercial_partner_id
        company = orders.company_id | moves.company_id
        if not customer:
            raise UserError(self.env._(
                "The delivery names no customer, so nothing can be filed about it: %s", ", ".join(moves.picking_id.mapped("name")),
            ))
        for parties in (customer, company):
            if len(parties) > 1:
                raise UserError(self.env._(
                    "This is about goods of one customer and one company. Choose lines of one of: %s",
                    ", ".join(parties.mapped("display_name")),
                ))
        contact = contacts[:1]
        return {
            "partner_id": customer.id,
            "contact_id": contact.id if contact != customer else False,
            "company_id": company.id,
            # goods may be out when the rest of the order is cancelled
            "sale_order_id": orders.id if len(orders) == 1 and orders.state == "sale" else False,
            "picking_id": moves.picking_id.id if len(moves.picking_id) == 1 else False,
        }

    @api.model
    def _get_about_domain(self, records, *paths):
        """Records that lead to one of those by one of the paths, such as ``line_ids.lot_id``."""
        return Domain.OR(Domain(path, "in", records.ids) for path in paths)

    @api.model
    def _count_about(self, records, *paths):
        """How many the user may see about each of those records: a ``Counter``. Paths as in `_get_about_domain`."""
        found = self.search(self._get_about_domain(records, *paths)).sudo()  # how they hang together anybody may count
        return Counter(
            record for filed in found
            for record in records.browse().union(*(filed.mapped(path) for path in paths))
        )
