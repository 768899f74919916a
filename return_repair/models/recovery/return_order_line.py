from odoo import api, models


class ReturnOrderLine(models.Model):
    _inherit = "return.order.line"

    @api.depends("return_id.name", "product_id", "lot_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = ", ".join(filter(None, (line.return_id.name, line.product_id.display_name, line.sudo().lot_id.name)))

    def action_claim_recovery(self):
        self.ensure_one()
        return self.env["return.recovery"]._action_claim(return_line_id=self.id)
