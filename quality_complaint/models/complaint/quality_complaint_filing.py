from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class QualityComplaint(models.Model):
    """A new complaint, filled in from what was sold and delivered; and the way back, from there to its complaints."""

    _inherit = "quality.complaint"

    @api.model
    def _prepare_from_delivered(self, delivered):
        """Values of a complaint about delivered goods.

        :param list delivered: dictionaries of ``quality.complaint.line`` values, with ``product_id``, ``quantity``,
            ``product_uom_id`` and ``sale_line_id`` and/or ``move_id``
        :raises UserError: nothing was delivered, or the goods went to several customers or from several companies
        """
        if not delivered:
            raise UserError(self.env._("Nothing of this was delivered yet, so there is nothing to complain about."))
        # whoever delivered the goods may complain about them without reading the order, and the other way round
        orders = self.env["sale.order.line"].sudo().browse({
            line["sale_line_id"] for line in delivered if line.get("sale_line_id")
        }).order_id
        moves = self.env["stock.move"].sudo().browse({line["move_id"] for line in delivered if line.get("move_id")})
        contacts = orders.partner_id or moves.picking_id.partner_id
        customer = contacts.commercial_partner_id
        company = orders.company_id | moves.company_id
        if not customer:
            raise UserError(self.env._(
                "The delivery names no customer, so nobody can complain about it: %s",
                ", ".join(moves.picking_id.mapped("name")),
            ))
        for parties in (customer, company):
            if len(parties) > 1:
                raise UserError(self.env._(
                    "One complaint is about goods of one customer and one company. Choose lines of one of: %s",
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
            "line_ids": [Command.create(values) for values in delivered],
        }

    @api.model
    def _action_file(self, delivered):
        """The window of a new complaint about delivered goods."""
        return self._action_new(self._prepare_from_delivered(delivered))

    @api.model
    def _action_new(self, values):
        """The window of a new complaint with these values; nothing is stored before the user saves it."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("File a Complaint"),
            "res_model": self._name,
            "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    def action_add_delivered(self):
        """Add a line for all that the order or the delivery brought and that is not on the complaint yet."""
        for complaint in self:
            # see _prepare_from_delivered
            order, moves = complaint.sudo().sale_order_id, complaint.sudo().picking_id.move_ids
            # a kit stands on the complaint as the order sold it or as the delivery moved it, not both
            by_delivery = moves and all(line.move_id for line in complaint.sudo().line_ids)
            source = moves if by_delivery or not order else order.order_line
            present = {(line.move_id.id, line.sale_line_id.id, line.lot_id.id) for line in complaint.sudo().line_ids}
            complaint.line_ids = [
                Command.create(values) for values in source._prepare_complaint_lines()
                if (values.get("move_id", False), values["sale_line_id"], values.get("lot_id", False)) not in present
            ]

    # ------------------------------------------------------------ from an order, a delivery, a lot to its complaints
    @api.model
    def _get_about_domain(self, records, *paths):
        """Complaints that lead to one of the records by one of the paths, such as ``line_ids.lot_id``."""
        return Domain.OR(Domain(path, "in", records.ids) for path in paths)

    @api.model
    def _count_about(self, records, *paths):
        """How many complaints the user may see about each record: a ``Counter``. Paths as in `_get_about_domain`."""
        complaints = self.search(self._get_about_domain(records, *paths)).sudo()  # how they hang together anybody may count
        return Counter(
            record for complaint in complaints
            for record in records.browse().union(*(complaint.mapped(path) for path in paths))
        )

    @api.model
    def _action_view(self, domain, **defaults):
        """The window of the complaints in the domain; a new one begins with the defaults."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint"),
            "domain": domain,
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }
