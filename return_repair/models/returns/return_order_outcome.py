from odoo import api, fields, models


class ReturnOrder(models.Model):
    """What was made for a return after its goods came: deliveries and transfers, orders, scraps."""

    _inherit = "return.order"

    transfer_ids = fields.Many2many("stock.picking", compute="_compute_outcome", compute_sudo=True, string="Further Transfers")
    transfer_count = fields.Integer(compute="_compute_outcome", compute_sudo=True)
    replacement_order_ids = fields.Many2many("sale.order", compute="_compute_outcome", compute_sudo=True, string="Replacement Orders")
    replacement_count = fields.Integer(compute="_compute_outcome", compute_sudo=True)
    scrap_ids = fields.Many2many("stock.scrap", compute="_compute_outcome", compute_sudo=True)
    scrap_count = fields.Integer(compute="_compute_outcome", compute_sudo=True)

    @api.depends("line_ids.outcome_move_ids.picking_id", "line_ids.replacement_line_ids.order_id", "line_ids.scrap_ids")
    def _compute_outcome(self):
        for order in self:
            order.transfer_ids = order.line_ids.outcome_move_ids.picking_id
            order.replacement_order_ids = order.line_ids.replacement_line_ids.order_id
            order.scrap_ids = order.line_ids.scrap_ids
            order.transfer_count = len(order.transfer_ids)
            order.replacement_count = len(order.replacement_order_ids)
            order.scrap_count = len(order.scrap_ids)

    def _get_gaps_done(self):
        """The customer has what they get."""
        gaps = super()._get_gaps_done()
        return gaps + self.line_ids._get_transfer_gaps() if self.state == "processing" else gaps

    def action_view_transfers(self):
        self.ensure_one()
        return self.transfer_ids._get_records_action()

    def action_view_replacement_orders(self):
        self.ensure_one()
        return self.replacement_order_ids._get_records_action()

    def action_view_scraps(self):
        self.ensure_one()
        return self.scrap_ids._get_records_action()
