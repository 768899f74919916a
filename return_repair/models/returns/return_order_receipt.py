from odoo import api, fields, models
from odoo.exceptions import UserError


class ReturnOrder(models.Model):
    """The goods come with receipts of the warehouse. When all has come, or the rest will not, they are inspected.

    The warehouse works with its transfers as always; the return follows them.
    """

    _inherit = "return.order"

    receipt_ids = fields.Many2many("stock.picking", compute="_compute_receipt_ids", compute_sudo=True, string="Receipts")
    receipt_count = fields.Integer(compute="_compute_receipt_ids", compute_sudo=True)
    rest_reason = fields.Text("Why the Rest Does Not Come", readonly=True, copy=False, tracking=True)
    can_make_receipts = fields.Boolean(compute="_compute_can_make_receipts", help="Something is awaited that no receipt stands for.")
    can_give_up_rest = fields.Boolean(compute="_compute_can_make_receipts", help="Something has come, and something has not.")

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"rest_reason"}

    @api.depends("line_ids.receipt_move_ids.picking_id")
    def _compute_receipt_ids(self):
        for order in self:
            order.receipt_ids = order.line_ids.receipt_move_ids.picking_id
            order.receipt_count = len(order.receipt_ids)

    @api.depends("state", "line_ids.quantity", "line_ids.quantity_received", "line_ids.receipt_move_ids.state")
    @api.depends_context("uid")
    def _compute_can_make_receipts(self):
        for order in self:
            receives = order.state == "receiving" and order.has_access("write") and not order._get_missing_role("receiver")
            lines = order.sudo().line_ids
            order.can_make_receipts = receives and any(line._get_quantity_missing() for line in lines)
            order.can_give_up_rest = receives and lines._has_come()

    # ------------------------------------------------------------ gates
    def _get_gaps_inspection(self):
        gaps = super()._get_gaps_inspection()
        if self.rest_reason:
            return gaps
        return gaps + [
            self.env._(
                "%(product)s: %(quantity)s %(unit)s that no receipt stands for. Make one, or say that the rest will not come",
                product=line.product_id.display_name, quantity=f"{missing:.12g}", unit=line.product_uom_id.name,
            )
            for line in self.line_ids if (missing := line._get_quantity_missing())
        ]

    def _get_gaps_cancel(self):
        gaps = super()._get_gaps_cancel()
        if came := self.line_ids.filtered(lambda line: line._has_come()):
            gaps.append(self.env._(
                "An end for what has come already (%s): say that the rest will not come, and go on", ", ".join(came.mapped("product_id.display_name")),
            ))
        return gaps

    # ------------------------------------------------------------ moves
    def _start_receiving(self):
        super()._start_receiving()
        self.line_ids._create_receipts()

    def action_make_receipts(self):
        """A receipt was cancelled, but the goods come all the same."""
        self.check_access("write")
        if refused := self.filtered(lambda order: not order.can_make_receipts):
            raise UserError(self.env._("Nothing is awaited that needs another receipt: %s", ", ".join(refused.mapped("name"))))
        self.line_ids._create_receipts()

    def action_received(self):
        """All that is expected has come as announced: the receipts are done with it."""
        self._check_button("inspection", "action_received")
        moves = self.line_ids._get_open_receipt_moves()
        moves._receive_announced()
        # those whose receipts are done have gone on with them
        self.filtered(lambda order: order.state == "receiving" and not order.line_ids._get_open_receipt_moves())._set_received()

    def _give_up_rest(self, reason):
        """What has come is all that comes: the open receipts are cancelled."""
        self.check_access("write")
        if nothing := self.filtered(lambda order: not order.line_ids._has_come()):
            raise UserError(self.env._(
                "Nothing has come of %s. Where nothing will, cancel the return.", ", ".join(nothing.mapped("name")),
            ))
        self._write_system({"rest_reason": reason})
        self._check_move("inspection", "action_received")
        self.line_ids._get_open_receipt_moves()._action_cancel()
        self._set_received()

    def _set_received(self):
        """What came counts as accepted until the inspection says otherwise."""
        for line in self.sudo().line_ids:
            line.quantity_accepted = line.quantity_received
        super()._set_received()

    def _cancel(self, reason):
        super()._cancel(reason)
        self.line_ids._get_open_receipt_moves()._action_cancel()

    def _follow_receipts(self):
        """Something came: when nothing is awaited any more, the inspection begins."""
        complete = self.filtered(lambda order: order.state == "receiving" and not order.line_ids._get_open_receipt_moves())
        complete.filtered(lambda order: not any(line._get_quantity_missing() for line in order.line_ids))._set_received()

    def action_view_receipts(self):
        self.ensure_one()
        return self.receipt_ids._get_records_action()
