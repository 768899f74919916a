from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ReturnOrder(models.Model):
    """A new return, filled in from what was sold, delivered or complained about; and the way back, from there to its returns."""

    _inherit = "return.order"

    @api.model
    def _prepare_from_delivered(self, delivered):
        """Values of a return of delivered goods: of each what can still come back.

        :param list delivered: dictionaries of ``return.order.line`` values, with ``product_id``, ``quantity``,
            ``product_uom_id`` and ``sale_line_id`` and/or ``move_id``
        :raises UserError: nothing was delivered or is left, or the goods went to several customers or from several companies
        """
        if not delivered:
            raise UserError(self.env._("Nothing of this was delivered yet, so nothing can come back."))
        parties = self._prepare_parties(delivered)
        del parties["picking_id"]
        returnable = self.env["return.order.line"]._prepare_returnable(delivered)
        if not returnable:
            raise UserError(self.env._("All of this has come back already, or a return of it is open."))
        return {**parties, "user_id": self._get_salesperson(returnable, parties), "line_ids": [Command.create(values) for values in returnable]}

    @api.model
    def _get_salesperson(self, delivered, parties):
        """Who speaks with the customer: the salesperson of the orders, where it is one, else the customer's, else who records it."""
        sold = self.env["sale.order.line"].sudo().browse(line["sale_line_id"] for line in delivered if line.get("sale_line_id"))
        company = self.env["res.company"].browse(parties["company_id"])
        of_orders, of_customer = sold.order_id.user_id, self.env["res.partner"].browse(parties["partner_id"]).user_id
        people = (user for user in (of_orders, of_customer) if len(user) == 1 and user.active and company in user.sudo().company_ids)
        return next(people, self.env.user).id

    @api.model
    def _action_file(self, values):
        """The window of a new return with these values; nothing is stored before the user saves it."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Return"),
            "res_model": self._name,
            "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    def action_add_delivered(self):
        """Add a line for all that the named order brought, that can still come back and that is not on the return yet."""
        for order in self:
            present = {(line.move_id.id, line.sale_line_id.id, line.lot_id.id) for line in order.sudo().line_ids}
            delivered = order.sudo().sale_order_id.order_line._prepare_complaint_lines()
            order.line_ids = [
                Command.create(values) for values in self.env["return.order.line"]._prepare_returnable(delivered)
                if (values.get("move_id", False), values["sale_line_id"], values.get("lot_id", False)) not in present
            ]

    # ------------------------------------------------------------ from an order, a delivery, a lot to its returns
    @api.model
    def _action_view(self, domain, **defaults):
        """The window of the returns in the domain; a new one begins with the defaults."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_return_order"),
            "domain": domain,
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }

    def action_view_full(self):
        """The whole form of an express return."""
        self.ensure_one()
        return {**self._get_records_action(), "views": [(self.env.ref("return_repair.view_return_order_form").id, "form")]}

    def action_view_complaint(self):
        self.ensure_one()
        return self.complaint_id._get_records_action()

    def action_view_sale_orders(self):
        self.ensure_one()
        return self.sale_order_ids._get_records_action()
