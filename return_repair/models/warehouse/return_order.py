from odoo import api, fields, models
from odoo.exceptions import UserError


class ReturnOrder(models.Model):
    """What the warehouse needs beside the parcel: what is expected, and a page to count it (`return.receiving`)."""

    _inherit = "return.order"

    tracking_number = fields.Char(index="trigram")  # scanned from the parcel
    goods_summary = fields.Json(
        "Goods", compute="_compute_goods_summary", help="For each line what it is, how many were announced and how many have come.",
    )
    can_receive = fields.Boolean(compute="_compute_can_receive", help="The user receives goods, and a receipt of this return is open.")

    @api.depends("line_ids.quantity", "line_ids.quantity_received", "line_ids.product_id", "line_ids.lot_id", "line_ids.lot_name", "line_ids.resolution")
    @api.depends_context("lang")
    def _compute_goods_summary(self):
        for order in self:
            order.goods_summary = [
                {
                    "id": line.id, "product": line.product_id.display_name, "lot": line.lot_id.name or line.lot_name or "",
                    "announced": f"{line.quantity:.12g}", "received": f"{line.quantity_received:.12g}", "unit": line.product_uom_id.name,
                }
                for line in order.line_ids if line.resolution != "reject"
            ]

    @api.depends("state", "team_id", "line_ids.receipt_move_ids.state")
    @api.depends_context("uid")
    def _compute_can_receive(self):
        for order in self:
            order.can_receive = not order._get_receive_refusal() and order.has_access("write")

    def _get_receive_refusal(self):
        """Why this user can't receive goods of this return now, or False. Also decides whether the button shows."""
        self.ensure_one()
        if self.state != "receiving":
            return self.env._("%s does not wait for goods.", self.display_name)
        if missing := self._get_missing_role("receiver"):
            return self.env._("Goods of %(return)s are received by: %(role)s.", **{"return": self.display_name, "role": missing})
        if not self.line_ids._get_open_receipt_moves():
            return self.env._("No receipt of %s is open. Make one, or say that the rest will not come.", self.display_name)
        return False

    def _check_receive(self):
        self.check_access("write")
        if refusals := [refusal for order in self if (refusal := order._get_receive_refusal())]:
            raise UserError("\n".join(refusals))

    def action_receive(self):
        """The page on which the warehouse counts what has come."""
        self.ensure_one()
        self._check_receive()
        # its rows are made by the system alone, so that nobody reads a transfer by naming it in one
        receiving = self.env["return.receiving"].sudo().create({"return_id": self.id})
        receiving._fill()
        return {**receiving._get_records_action(), "name": self.env._("Receive %s", self.name)}
