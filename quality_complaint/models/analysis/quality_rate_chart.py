from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import formatLang

from ...tools import control_chart
from ...tools.month import format_month

RULE_SETS = {"beyond": control_chart.BEYOND, "western_electric": control_chart.WESTERN_ELECTRIC}
SCOPES = {"product": "product_id", "category": "categ_id", "customer": "partner_id"}

# what the points follow from
BASIS_FIELDS = {
    "scope", "product_id", "categ_id", "partner_id", "company_id", "month_by", "rule_set", "laney", "per",
    "date_from", "date_to", "baseline_from", "baseline_to",
}


class QualityRateChart(models.Model):
    """How many complaints there are for what is shipped, month by month, with the limits of what is chance.

    What is counted stands in quality_rate_chart_data.py, what follows from a signal in quality_rate_chart_signal.py, how
    it is judged in tools/control_chart.py.
    """

    _name = "quality.rate.chart"
    _description = "Complaint Rate per Shipped Unit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, readonly=False, required=True, precompute=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    user_id = fields.Many2one(
        "res.users", "Owner", compute="_compute_user_id", store=True, readonly=False, required=True, precompute=True, tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Is told of signals and owns the action that is planned then. Proposed: whoever is responsible for the product.",
    )

    scope = fields.Selection(
        [("product", "Product"), ("category", "Product Category"), ("customer", "Customer")], "Rate Of", required=True, default="product",
    )
    product_id = fields.Many2one("product.product", check_company=True, ondelete="cascade", index="btree_not_null")
    categ_id = fields.Many2one(
        "product.category", "Product Category", ondelete="cascade", index="btree_not_null", help="With the categories below it.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", check_company=True, ondelete="cascade", index="btree_not_null",
        help="With all its contacts and delivery addresses.",
    )
    month_by = fields.Selection(
        [("receipt", "Month of Receipt"), ("shipment", "Month of Shipment")], "Complaints Count In", required=True, default="receipt",
        help="Month of receipt: when the customer told us; shows a change at once. "
             "Month of shipment: when the goods left; shows which goods were bad, but the latest months still fill up.",
    )
    per = fields.Integer("Per Units Shipped", required=True, default=1000, help="Rates are complaints for so many units.")
    date_from = fields.Date("From", required=True, default=lambda self: self._get_last_month() - relativedelta(months=23))
    date_to = fields.Date("To", help="Empty: up to the last whole month. A month counts as a whole.")
    rule_set = fields.Selection(
        [("beyond", "Beyond 3 Sigma"), ("western_electric", "Western Electric")], required=True, default="beyond", tracking=True,
        help="Beyond 3 sigma: one point outside the limits; a point on a limit is inside. "
             "Western Electric: also two of three beyond 2 sigma, four of five beyond 1 sigma, or eight in a row, on the same side.",
    )
    laney = fields.Boolean(
        "Laney's Correction", tracking=True,
        help="For large quantities, where the plain limits are so narrow that nearly every month is outside: "
             "they become as wide as the months really vary.",
    )
    baseline_from = fields.Date(
        tracking=True, help="The limits come from the months of the baseline, and later months are judged by them. Empty: from all months.",
    )
    baseline_to = fields.Date(tracking=True)

    point_ids = fields.One2many("quality.rate.point", "chart_id", "By Month", readonly=True)
    problem = fields.Selection(
        [
            ("no_months", "No Whole Month"), ("mixed_units", "Different Units"), ("no_exposure", "Nothing Shipped"),
            ("no_events", "No Complaints"), ("too_few_points", "Too Few Months"), ("too_few_events", "Too Few Complaints"),
            ("no_variation", "No Variation"),
        ],
        "Not Enough Data", readonly=True, copy=False,
    )
    problem_note = fields.Text(compute="_compute_problem_note")
    centre = fields.Float(digits=(16, 4), readonly=True, copy=False, help="The rate of the baseline.")
    dispersion = fields.Float(
        digits=(16, 3), readonly=True, copy=False, help="How many times as much as by chance the months vary (Laney's sigma z).",
    )
    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True, copy=False)
    graph = fields.Json(compute="_compute_graph")
    undated_count = fields.Integer(
        "Complaints without a Delivery", readonly=True, copy=False,
        help="Received in this time, but nobody knows when the goods were delivered, so they are in no month.",
    )
    refreshed_on = fields.Datetime("As Of", readonly=True, copy=False)

    _per_positive = models.Constraint("CHECK (per > 0)", "A rate is for one unit at least.")

    # ------------------------------------------------------------ what it is about
    @api.model
    def _get_last_month(self):
        """The first day of the last whole month, where the company works."""
        today = self.env.company._get_local_date(fields.Datetime.now())
        return today.replace(day=1) - relativedelta(months=1)

    def _get_subject(self):
        """The product, category or customer that it is about."""
        self.ensure_one()
        return self[SCOPES[self.scope]] if self.scope else self.product_id

    @api.depends("scope", *SCOPES.values())
    def _compute_name(self):
        for chart in self:
            chart.name = chart._get_subject().display_name or chart.name or self.env._("Complaint Rate")

    @api.depends("scope", "product_id", "company_id")
    def _compute_user_id(self):
        for chart in self:
            # responsible people differ by company; who can't see a chart is not told of it
            owner = chart.product_id.with_company(chart.company_id).sudo().responsible_id.with_env(self.env)
            is_fit = chart.scope == "product" and owner and chart._may_be_told(owner)
            chart.user_id = owner if is_fit else chart.user_id or self.env.user

    def _may_be_told(self, user):
        return user.sudo().has_group("quality_complaint.group_handler") and self.company_id in user.sudo().company_ids

    @api.constrains("scope", *SCOPES.values())
    def _check_subject(self):
        if empty := self.filtered(lambda chart: not chart._get_subject()):
            scopes = dict(self._fields["scope"]._description_selection(self.env))
            raise ValidationError("\n".join(
                self.env._("Choose of what the rate is: %s", scopes[chart.scope]) for chart in empty
            ))

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        if unfit := self.filtered(lambda chart: not chart._may_be_told(chart.user_id)):
            raise ValidationError("\n".join(
                self.env._(
                    "%(user)s can't see the charts of %(company)s, so is not told of their signals. Choose somebody who handles complaints there.",
                    user=chart.user_id.name, company=chart.company_id.name,
                ) for chart in unfit
            ))

    @api.constrains("date_from", "date_to", "baseline_from", "baseline_to")
    def _check_periods(self):
        problems = []
        for chart in self:
            if chart.date_to and chart.date_to < chart.date_from:
                problems.append(self.env._("%s: the time ends before it begins.", chart.name))
            if chart.baseline_from and chart.baseline_to and chart.baseline_to < chart.baseline_from:
                problems.append(self.env._("%s: the baseline ends before it begins.", chart.name))
        if problems:
            raise ValidationError("\n".join(problems))

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        charts = super().create(vals_list)
        charts._refresh()
        return charts

    def write(self, vals):
        result = super().write(vals)
        if BASIS_FIELDS & vals.keys():
            self._refresh()
        return result

    def action_refresh(self):
        self.check_access("write")
        self._refresh()

    # ------------------------------------------------------------ points
    def _get_months(self):
        """The first days of the whole months of its time."""
        self.ensure_one()
        last = self.with_company(self.company_id)._get_last_month()
        month, end = self.date_from.replace(day=1), min(self.date_to or last, last)
        months = []
        while month <= end:
            months.append(month)
            month += relativedelta(months=1)
        return months

    def _is_baseline(self, month):
        """True where the limits come from this month."""
        self.ensure_one()
        after = not self.baseline_from or month >= self.baseline_from.replace(day=1)
        return after and (not self.baseline_to or month <= self.baseline_to)

    def _refresh(self):
        """Count anew and judge anew. A month keeps its row, so that what was signalled is remembered."""
        for chart in self.sudo():  # the points are the system's
            months, data = chart._get_months(), chart._count()
            mixed = data.unit is None
            result = control_chart.u_chart(
                [data.complaints.get(month, 0) for month in months],
                [0.0 if mixed else data.shipped.get(month, 0.0) for month in months],
                laney=chart.laney, rules=RULE_SETS[chart.rule_set],
                baseline=[index for index, month in enumerate(months) if chart._is_baseline(month)],
            )
            chart.write({
                "problem": "mixed_units" if mixed else result.problem if months else "no_months",
                "centre": (result.centre or 0.0) * chart.per,
                "dispersion": result.dispersion or 0.0,
                "uom_id": data.unit and data.unit.id,
                "undated_count": data.complaints.get(None, 0),
                "refreshed_on": fields.Datetime.now(),
            })
            chart._write_points({
                month: chart._prepare_point_values(month, point, data) for month, point in zip(months, result.points, strict=True)
            } if not mixed else {})

    def _prepare_point_values(self, month, point, data):
        self.ensure_one()
        if point.rate is None:
            status = "none"
        elif point.z is None:
            status = "unknown"
        else:
            status = ("high" if point.z > 0 else "low") if point.rules else "in"
        return {
            "complaint_count": data.complaints.get(month, 0),
            "shipped": data.shipped.get(month, 0.0),
            "rate": (point.rate or 0.0) * self.per,
            "centre": self.centre,
            "lower": (point.lower or 0.0) * self.per,
            "upper": (point.upper or 0.0) * self.per,
            "status": status,
            "rule": point.rules[0] if point.rules else False,
            "is_baseline": self._is_baseline(month),
            "active": True,
        }

    def _write_points(self, values_by_month):
        """:param dict values_by_month: {month: values}; other months are archived"""
        self.ensure_one()
        points = self.with_context(active_test=False).point_ids.grouped("month")
        for month, point in points.items():
            point.write(values_by_month.get(month, {"active": False}))
        self.env["quality.rate.point"].create([
            {"chart_id": self.id, "month": month, **values} for month, values in values_by_month.items() if month not in points
        ])
        self.invalidate_recordset(["point_ids"])

    @api.depends("point_ids.rate", "point_ids.status", "problem")
    @api.depends_context("lang")
    def _compute_graph(self):
        """What the form draws; nothing where there is too little data. Months without shipments are gaps."""
        labels = {name: field["string"] for name, field in self.point_ids.fields_get(["rate", "centre", "lower", "upper"], ["string"]).items()}
        for chart in self:
            points = chart.point_ids
            chart.graph = False if chart.problem or not points else {
                "months": [format_month(self.env, point.month, "yMMM") for point in points],
                "marks": [point.status if point.status in ("high", "low") else False for point in points],
                "series": [
                    {
                        "label": labels[name], "kind": kind,
                        "values": [None if point.status == "none" else point[name] for point in points],
                    }
                    for name, kind in (("rate", "rate"), ("centre", "centre"), ("upper", "limit"), ("lower", "limit"))
                ],
            }

    # ------------------------------------------------------------ too little data
    @api.depends("problem", "point_ids.is_baseline", "point_ids.shipped", "point_ids.complaint_count")
    @api.depends_context("lang")
    def _compute_problem_note(self):
        for chart in self:
            chart.problem_note = chart._get_problem_note()

    def _get_problem_note(self):
        self.ensure_one()
        points = self.point_ids.filtered(lambda point: point.is_baseline and point.shipped > 0)
        numbers = {
            "months": len(points),
            "complaints": sum(points.mapped("complaint_count")),
            "shipped": formatLang(self.env, sum(points.mapped("shipped")), digits=0),
            "unit": self.uom_id.name or "",
        }
        match self.problem:
            case "no_months":
                return self.env._("There is no whole month in this time yet.")
            case "mixed_units":
                return self.env._(
                    "What was shipped is counted in units that can't be added, such as pieces and kilograms. Choose one product, or a category of one kind.",
                )
            case "no_exposure":
                return self.env._(
                    "Nothing of it was shipped in the months that give the limits, or all of it came back, so there is no rate. "
                    "A kit is shipped as its parts: choose one of these.",
                )
            case "no_events":
                return self.env._(
                    "There was no complaint among %(shipped)s %(unit)s in %(months)s months. That is good, and too little to draw limits from.", **numbers,
                )
            case "too_few_points":
                return self.env._(
                    "Not enough data: %(months)s months with shipments give the limits, and %(needed)s are needed to know what is usual.",
                    needed=control_chart.FEWEST_POINTS, **numbers,
                )
            case "too_few_events":
                return self.env._(
                    "Not enough data: %(complaints)s complaints in %(months)s months. With less than one a month a single complaint would be a signal.",
                    **numbers,
                )
            case "no_variation":
                return self.env._("All months have the same rate, so Laney's correction has nothing to measure. Switch it off.")
        return False
