from odoo import api, fields, models

from ...tools.month import format_month

STATUSES = [
    ("in", "Within the Limits"), ("high", "Too High"), ("low", "Unusually Low"), ("none", "Nothing Shipped"), ("unknown", "Not Judged"),
]
RULES = [
    ("beyond_three", "Beyond 3 Sigma"), ("two_of_three", "2 of 3 Beyond 2 Sigma"), ("four_of_five", "4 of 5 Beyond 1 Sigma"),
    ("eight_in_a_row", "8 in a Row on One Side"),
]


class QualityRatePoint(models.Model):
    """One month of a chart, as of the last time that it was counted. Rates are for as many units as the chart says."""

    _name = "quality.rate.point"
    _description = "Month of a Complaint Rate"
    _order = "chart_id, month"

    chart_id = fields.Many2one("quality.rate.chart", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="chart_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True, readonly=True)
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    complaint_count = fields.Integer("Complaints", readonly=True)
    shipped = fields.Float(digits="Product Unit", readonly=True, help="Delivered to customers, less what came back of it.")
    rate = fields.Float(digits=(16, 4), readonly=True, aggregator="avg")
    centre = fields.Float(digits=(16, 4), readonly=True, aggregator="avg")
    lower = fields.Float("Lower Limit", digits=(16, 4), readonly=True, aggregator="avg")
    upper = fields.Float("Upper Limit", digits=(16, 4), readonly=True, aggregator="avg")
    status = fields.Selection(STATUSES, "Result", readonly=True)
    rule = fields.Selection(RULES, readonly=True, help="What this month completes.")
    is_baseline = fields.Boolean("Gives the Limits", readonly=True)
    signalled_on = fields.Datetime(readonly=True, help="When the owner of the chart was told. Once.")
    capa_id = fields.Many2one("quality.capa", "Action", readonly=True, ondelete="set null", index="btree_not_null")

    _one_a_month = models.Constraint("UNIQUE (chart_id, month)", "A chart has each month once.")

    @api.depends("chart_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for point in self:
            point.display_name = f"{point.chart_id.name} · {point._get_month_label()}"

    def _get_month_label(self):
        self.ensure_one()
        return format_month(self.env, self.month)
