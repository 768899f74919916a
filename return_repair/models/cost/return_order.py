from odoo import fields, models


class ReturnOrder(models.Model):
    """What it costs, as its documents say (quality.cost)."""

    _inherit = "return.order"

    cost_net = fields.Monetary(
        compute="_compute_cost_net", compute_sudo=True, currency_field="company_currency_id", groups="quality_complaint.group_reporter",
        help="Credited, replaced, scrapped and built in, less what supplier or carrier have paid or replaced. Without taxes.",
    )

    def _compute_cost_net(self):
        # who reads the return reads what it costs
        sums = dict(self.env["quality.cost"]._read_group([("return_id", "in", self._origin.ids)], ["return_id"], ["amount:sum"]))
        for order in self:
            order.cost_net = sums.get(order._origin, 0)

    def action_view_costs(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_cost"),
            "domain": [("return_id", "in", self.ids)],
            "context": {},
        }
