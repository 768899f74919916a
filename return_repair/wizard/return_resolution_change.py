from odoo import api, fields, models

from ..models.returns.return_order_line import DISPOSITIONS, RESOLUTIONS


class ReturnResolutionChange(models.TransientModel):
    """The customer gets something else than the repair after all."""

    _name = "return.resolution.change"
    _description = "Another Resolution than Repair"

    return_id = fields.Many2one("return.order", required=True)
    line_id = fields.Many2one(
        "return.order.line", "Product", required=True, domain="[('return_id', '=', return_id), ('resolution', '=', 'repair')]",
        compute="_compute_line_id", store=True, readonly=False, precompute=True,
    )
    resolution = fields.Selection([choice for choice in RESOLUTIONS if choice[0] != "repair"], required=True, help="What the customer gets for it.")
    exchange_product_id = fields.Many2one("product.product", "Exchange For", domain="[('sale_ok', '=', True)]", help="Empty: the same.")
    disposition = fields.Selection(DISPOSITIONS, help="What happens to the goods, which are ours then.")
    reason = fields.Text(required=True)

    @api.depends("return_id")
    def _compute_line_id(self):
        for change in self:
            repaired = change.return_id.line_ids.filtered(lambda line: line.resolution == "repair")
            change.line_id = repaired if len(repaired) == 1 else False

    def action_confirm(self):
        for change in self:
            values = {}
            if change.resolution == "exchange" and change.exchange_product_id:
                values["exchange_product_id"] = change.exchange_product_id.id
            kept = change.resolution != "reject"
            change.line_id._change_resolution(change.resolution, change.reason, disposition=kept and change.disposition, **values)
