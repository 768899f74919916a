from collections import defaultdict

from odoo import api, fields, models


class QualityComplaint(models.Model):
    """What it costs: entered by hand, and drawn from its documents (quality.cost)."""

    _inherit = "quality.complaint"

    cost_ids = fields.One2many(
        "quality.complaint.cost", "complaint_id", "Costs Entered by Hand", copy=False, groups="quality_complaint.group_reporter",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    cost_amount = fields.Monetary(
        "Cost", compute="_compute_cost", compute_sudo=True, currency_field="company_currency_id", groups="quality_complaint.group_reporter",
        help="Of all documents of this complaint and of what was entered by hand, without taxes.",
    )
    cost_recovered = fields.Monetary(
        "Recovered", compute="_compute_cost", compute_sudo=True, currency_field="company_currency_id", groups="quality_complaint.group_reporter",
        help="What supplier or carrier have paid or replaced.",
    )
    cost_net = fields.Monetary(
        "Net Cost", compute="_compute_cost", compute_sudo=True, currency_field="company_currency_id", groups="quality_complaint.group_reporter",
    )

    @api.depends("cost_ids.company_amount", "cost_ids.kind")
    def _compute_cost(self):
        # who reads the complaint reads what it costs
        found = self.env["quality.cost"]._read_group([("complaint_id", "in", self._origin.ids)], ["complaint_id", "category"], ["amount:sum"])
        sums = defaultdict(float)
        for complaint, category, amount in found:
            sums[complaint.id, category == "recovery"] += amount
        for complaint in self:
            complaint.cost_amount = sums[complaint._origin.id, False]
            complaint.cost_recovered = -sums[complaint._origin.id, True]
            complaint.cost_net = complaint.cost_amount - complaint.cost_recovered

    def action_view_costs(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_cost"),
            "domain": [("complaint_id", "in", self.ids)],
            "context": {},
        }

    def _prepare_merge_moves(self, kept):
        """The costs of a merged complaint are the kept one's."""
        return [*super()._prepare_merge_moves(kept), (self.cost_ids, {"complaint_id": kept.id}, {"complaint_id": self.id})]
