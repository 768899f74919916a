from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.month import format_month

MEASURES = [
    ("handled", "Handled in Time"), ("satisfied", "Satisfied with the Handling"), ("analysed", "Analysed in Time"),
    ("solved", "Effectively Solved"),
]

# what is usual in the field, in %
USUAL_TARGETS = {"handled": 95.0, "satisfied": 95.0, "analysed": 100.0, "solved": 90.0}

STATUSES = [("met", "Target Met"), ("missed", "Target Missed"), ("none", "Not Enough Data")]

# as far back as screens and reports go by themselves
MONTHS = 12


class QualityObjective(models.Model):
    """A target of a company, or of one of its teams, that its complaints are measured by.

    What counts for it, case by case, stands in quality_objective_cases.py, month by month in quality_objective_result.py, on
    paper in quality_objective_report.py.
    """

    _name = "quality.objective"
    _description = "Quality Objective"
    _inherit = ["mail.thread", "quality.table.mixin"]
    _order = "company_id, sequence, id"
    _rec_name = "measure"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    measure = fields.Selection(MEASURES, "Objective", required=True, default="handled")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    team_id = fields.Many2one(
        "quality.team", "Only of Team", check_company=True, ondelete="cascade", index="btree_not_null",
        help="A target of one team. Empty: of the whole company.",
    )
    target = fields.Float(
        "Target (%)", digits=(5, 1), compute="_compute_target", store=True, readonly=False, precompute=True, required=True, tracking=True,
        help="So many of a hundred, or more.",
    )
    definition = fields.Text(compute="_compute_definition", help="What the figure says, to the letter.")

    denominator = fields.Integer("Counted", compute="_compute_actual", help="In the last twelve months, this one included.")
    numerator = fields.Integer("Reached", compute="_compute_actual", help="Of those that are counted.")
    actual = fields.Float("Actual (%)", digits=(5, 1), compute="_compute_actual", help="Of the last twelve months, this one included.")
    status = fields.Selection(STATUSES, compute="_compute_actual")
    graph = fields.Json(compute="_compute_graph")
    result_ids = fields.One2many("quality.objective.result", "objective_id", "By Month and Team", readonly=True)

    _once = models.UniqueIndex(
        "(company_id, measure, COALESCE(team_id, 0)) WHERE active", "This objective is there already, for the same company or "
            "team. Change its target.",
    )

    @api.depends("measure")
    def _compute_target(self):
        for objective in self:
            objective.target = USUAL_TARGETS[objective.measure or "handled"]

    @api.depends("measure", "team_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["measure"]._description_selection(self.env))
        for objective in self:
            objective.display_name = " · ".join(filter(None, (labels.get(objective.measure), objective.team_id.name)))

    @api.constrains("target")
    def _check_target(self):
        if wrong := self.filtered(lambda objective: not 0 <= objective.target <= 100):
            raise ValidationError("\n".join(
                self.env._(
                    "%(objective)s: a target is a percentage from 0 to 100, and %(target)s is none.",
                    objective=objective.display_name, target=objective.target,
                ) for objective in wrong
            ))

    # ------------------------------------------------------------ what it says
    @api.depends("measure")
    @api.depends_context("lang")
    def _compute_definition(self):
        for objective in self:
            objective.definition = "\n".join(objective._get_definition(objective.measure)) if objective.measure else False

    @api.model
    def _get_definition(self, measure):
        """What is counted, which of that is reached, and what is not counted: a list of sentences."""
        match measure:
            case "handled":
                return [
                    self.env._(
                        "Counted: each promised reply to a customer whose deadline has passed, in the month of that deadline and "
                            "for the team that did it or has it; one for each round of a complaint. "
                        "Where the deadline policy gives no time for the reply, the time to resolve the complaint counts.",
                    ),
                    self.env._("Reached: sent at its deadline or before, or while the clock stood. What is still open and late "
                        "is not reached."),
                    self.env._(
                        "Not counted: what is not due yet, or whose clock stands; complaints that are cancelled, merged into "
                            "another or not upheld; imported history.",
                    ),
                ]
            case "analysed":
                return [
                    self.env._(
                        "Counted: each promised cause analysis whose deadline has passed, in the month of that deadline and "
                            "for the team that did it or has it; one for each round of a complaint. "
                        "Where the deadline policy gives no time for the analysis, the time to resolve the complaint counts, "
                            "because that takes the analysis.",
                    ),
                    self.env._("Reached: analysed at its deadline or before, or while the clock stood. What is still open and "
                        "late is not reached."),
                    self.env._(
                        "Not counted: what is not due yet, or whose clock stands; minor complaints that are not investigated; "
                            "complaints that are "
                        "cancelled, merged into another or not upheld; imported history.",
                    ),
                ]
            case "satisfied":
                return [
                    self.env._(
                        "Counted: complaints whose customer has said whether they are satisfied, in the month of the last "
                            "answer, for the team whose work it judges.",
                    ),
                    self.env._("Reached: the last answer is «Satisfied», in whatever round it was given."),
                    self.env._(
                        "Not counted: customers who were not asked or have not answered; complaints that are cancelled, merged "
                            "into another or not upheld.",
                    ),
                ]
            case "solved":
                return [
                    self.env._("Counted: closed complaints, in the month in which they were closed last."),
                    self.env._(
                        "Reached: each of its corrective and preventive actions that need verification was found effective, or "
                            "there is none. One that was found "
                        "not effective, or accepted without proof, is not reached; neither is one that came back, also after "
                            "the verdict «Effective».",
                    ),
                    self.env._(
                        "Not counted: what is open or reopened; complaints with an action that waits for its verdict; "
                            "complaints that are cancelled, merged "
                        "into another or not upheld.",
                    ),
                ]
        return []

    # ------------------------------------------------------------ figures
    def _get_monthly(self):
        """{objective: {first day of the month: (reached, counted)}} of the last months; months without a case are missing."""
        months = {company: company._get_last_months(MONTHS) for company in self.company_id}
        found = {objective: {} for objective in self}
        if not months:
            return found
        for objective, month, numerator, denominator in self.env["quality.objective.result"]._read_group(
            [("objective_id", "in", self.ids), ("month", ">=", min(of_company[0] for of_company in months.values()))],
            ["objective_id", "month:month"], ["numerator:sum", "denominator:sum"],
        ):
            if month in months[objective.company_id]:
                found[objective][month] = (numerator, denominator)
        return found

    @api.model
    def _get_percent(self, numerator, denominator):
        """None where nothing was counted: that is neither nothing nor all."""
        return 100 * numerator / denominator if denominator else None

    @api.depends("measure", "target", "team_id", "company_id")
    def _compute_actual(self):
        monthly = self._origin._get_monthly()
        for objective in self:
            counts = monthly.get(objective._origin, {}).values()
            objective.numerator = sum(numerator for numerator, _denominator in counts)
            objective.denominator = sum(denominator for _numerator, denominator in counts)
            actual = self._get_percent(objective.numerator, objective.denominator)
            objective.actual = actual or 0.0
            objective.status = "none" if actual is None else "met" if actual >= objective.target else "missed"

    @api.depends("measure", "target", "team_id", "company_id")
    @api.depends_context("lang")
    def _compute_graph(self):
        """The line of the actuals against that of the target; a month without a case is a gap."""
        labels = {name: field["string"] for name, field in self.fields_get(["actual", "target"], ["string"]).items()}
        monthly = self._origin._get_monthly()
        for objective in self:
            of_objective = monthly.get(objective._origin)
            if not of_objective:
                objective.graph = False
                continue
            months = objective.company_id._get_last_months(MONTHS)
            percents = [self._get_percent(*of_objective.get(month, (0, 0))) for month in months]
            objective.graph = {
                "months": [format_month(self.env, month, "yMMM") for month in months],
                "marks": ["high" if percent is not None and percent < objective.target else False for percent in percents],
                "series": [
                    {"label": labels["actual"], "kind": "rate", "values": percents},
                    {"label": labels["target"], "kind": "centre", "values": [objective.target] * len(months)},
                ],
            }

    # ------------------------------------------------------------ buttons
    def action_view_results(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_objective_result"),
            "domain": [("objective_id", "in", self.ids)],
        }

    def action_export_objectives(self):
        return self._action_download_table("/quality_complaint/analysis/objectives.xlsx")

    def action_print_objectives(self):
        objectives = self.search(self._get_table_selection())
        return self.env.ref("quality_complaint.action_report_objectives").report_action(objectives, config=False)
