from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .quality_objective import MEASURES


class ResCompany(models.Model):
    _inherit = "res.company"

    appraisal_forgotten_days = fields.Integer(
        "Forgotten After", default=3, help="What is not done so many days after its deadline counts as forgotten, also when it "
            "is done later.",
    )

    _appraisal_forgotten_days_not_negative = models.Constraint(
        "CHECK (appraisal_forgotten_days >= 0)", "The days after which a task counts as forgotten can't be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_quality_objectives()
        return companies

    @api.model
    def _create_missing_quality_objectives(self):
        """For the companies that were there before the objectives. What was archived stays archived."""
        objectives = self.env["quality.objective"].with_context(active_test=False)
        having = [company.id for [company] in objectives._read_group([], ["company_id"])]
        self.search([("id", "not in", having)])._create_quality_objectives()

    def _create_quality_objectives(self):
        self.env["quality.objective"].sudo().create([  # whoever sets up a company need not be a quality manager
            {"company_id": company.id, "measure": measure} for company in self for measure, _label in MEASURES
        ])

    # ------------------------------------------------------------ months
    @api.model
    def _get_month_sql(self, moment):
        """The first day of the month of that moment where the company works, as of `_get_local_sql`."""
        return SQL("date_trunc('month', %s)::date", self._get_local_sql(moment))

    def _get_last_months(self, count):
        """The first days of so many months up to this one, where the company works."""
        this_month = self._get_local_date(fields.Datetime.now()).replace(day=1)
        return [this_month - relativedelta(months=back) for back in reversed(range(count))]

    def _get_month_bounds(self, month):
        """The moments (naive, UTC) at which the month of that first day begins and the next one does."""
        return tuple(self._get_begin_of_day(day) for day in (month, month + relativedelta(months=1)))
