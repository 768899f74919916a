from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


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
        return {**self._prepare_parties(delivered), "line_ids": [Command.create(values) for values in delivered]}

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
    def _action_view(self, domain, **defaults):
        """The window of the complaints in the domain; a new one begins with the defaults."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint"),
            "domain": domain,
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }
