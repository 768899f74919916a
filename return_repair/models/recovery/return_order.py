from odoo import api, fields, models


class ReturnOrder(models.Model):
    _inherit = "return.order"

    recovery_ids = fields.One2many("return.recovery", "return_id", "Claims", groups="quality_complaint.group_reporter")
    recovery_count = fields.Integer(compute="_compute_recovery_count", groups="quality_complaint.group_reporter")

    @api.depends("recovery_ids")
    def _compute_recovery_count(self):
        counts = dict(self.env["return.recovery"]._read_group([("return_id", "in", self._origin.ids)], ["return_id"], ["__count"]))
        for order in self:
            order.recovery_count = counts.get(order._origin, 0)

    def action_claim_recovery(self):
        """A new claim about the first product that nothing is claimed for yet."""
        self.ensure_one()
        lines = self.line_ids
        claimed = self.env["return.recovery"].search([("return_line_id", "in", lines.ids), ("state", "not in", ("refused", "cancel"))]).return_line_id
        return ((lines - claimed) or lines)[:1].action_claim_recovery()

    def action_view_recoveries(self):
        return self.env["return.recovery"]._action_view([("return_id", "in", self.ids)])
