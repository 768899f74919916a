from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.choices import get_choices


class QualityPareto(models.Model):
    """What complaints are about, to find the few that make most of them, by number or by cost.

    A row for each product of a complaint, one for a complaint without products, and one for what a complaint cost by a product
    that it is not about. Costs count with their complaint, whenever they came up; each stands in one row only.
    """

    _name = "quality.pareto"
    _description = "Pareto Analysis of Complaints"
    _inherit = ["quality.report.mixin"]
    _auto = False
    _order = "date_received desc, id desc"
    _rec_name = "complaint_id"
    _depends = {
        "quality.complaint": ["date_received", "state", "main_cause_id", "type_id", "team_id", "commercial_partner_id", "severity", "company_id"],
        "quality.complaint.line": ["complaint_id", "product_id", "defect"],
        "quality.cost": ["complaint_id", "product_id", "amount"],
        "res.company": ["currency_id"],
    }

    complaint_id = fields.Many2one("quality.complaint", readonly=True)
    counted_id = fields.Many2one(
        "quality.complaint", "Complaints", readonly=True, aggregator="count_distinct",
        help="Each once in each group; one that is about several products or defects is in the group of each.",
    )
    date_received = fields.Datetime("Received On", readonly=True)
    cause_id = fields.Many2one("quality.cause", "Main Cause", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    defect = fields.Char(readonly=True)
    type_id = fields.Many2one("quality.complaint.type", readonly=True)
    team_id = fields.Many2one("quality.team", "Responsible Team", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    severity = fields.Selection(
        selection=get_choices("quality.complaint", "severity"), readonly=True,
    )
    state = fields.Selection(
        selection=get_choices("quality.complaint", "state"), readonly=True,
    )
    cost = fields.Monetary("Net Cost", readonly=True, help="Without taxes, less what was recovered.")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    @api.model
    def _get_about_fields(self):
        return ["complaint_id"]

    # ------------------------------------------------------------ groups
    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), *args, **kwargs):
        narrowed = self._narrow(domain, groupby, aggregates)
        return super(QualityPareto, narrowed)._read_group(domain, groupby, aggregates, *args, **kwargs)

    @api.model
    def _narrow(self, domain, groupby, aggregates):
        """Groups that nothing of a product makes are counted from the complaints alone, and without costs nothing looks for them."""
        used = {spec.partition(":")[0].partition(".")[0] for spec in (*groupby, *aggregates)}
        used |= {condition.field_expr.partition(".")[0] for condition in Domain(domain).iter_conditions()}
        if "counted_id" not in used or used & {"cost", "id"}:
            return self
        if used & {"product_id", "defect"}:
            return self.with_context(pareto_of="lines", order_is_looked_up=True)
        return self.with_context(pareto_of="complaints")

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "counted_id:count_distinct" and self.env.context.get("pareto_of") == "complaints":
            return SQL("COUNT(*)")
        return super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT part.id, part.complaint_id, part.counted_id, part.product_id, part.defect, part.cost, complaint.date_received,
                   complaint.main_cause_id AS cause_id, complaint.type_id, complaint.team_id, complaint.commercial_partner_id AS partner_id,
                   complaint.severity, complaint.state, complaint.company_id,
                   (SELECT currency_id FROM res_company WHERE id = complaint.company_id) AS currency_id
              FROM %(parts)s
            """,
            parts=self._get_parts_sql(),
        )

    @api.model
    def _get_parts_sql(self):
        """What the rows are read from: ``complaint``, and ``part`` of it: id, complaint_id, counted_id, product_id, defect, cost."""
        if not (narrowed := self.env.context.get("pareto_of")):
            return SQL("(%s) part JOIN quality_complaint complaint ON complaint.id = part.complaint_id", self._get_all_parts_sql())
        is_of_lines = narrowed == "lines"
        return SQL(
            """
            quality_complaint complaint %(lines)s CROSS JOIN LATERAL (
                SELECT complaint.id::bigint * 3 + 1 AS id, complaint.id AS complaint_id, complaint.id AS counted_id,
                       %(product)s AS product_id, %(defect)s AS defect, NULL::numeric AS cost
            ) part
            """,
            lines=SQL("LEFT JOIN quality_complaint_line line ON line.complaint_id = complaint.id") if is_of_lines else SQL(),
            product=SQL("line.product_id") if is_of_lines else SQL("NULL::integer"),
            defect=SQL("NULLIF(TRIM(line.defect), '')") if is_of_lines else SQL("NULL::varchar"),
        )

    @api.model
    def _get_all_parts_sql(self):
        return SQL(
            """
                    SELECT line.id::bigint * 3 AS id, line.complaint_id, line.complaint_id AS counted_id, line.product_id,
                           NULLIF(TRIM(line.defect), '') AS defect, cost.amount AS cost
                      FROM quality_complaint_line line
                 LEFT JOIN (
                           SELECT complaint_id, product_id, SUM(amount) AS amount FROM (%(costs)s) found GROUP BY complaint_id, product_id
                           ) cost ON cost.complaint_id = line.complaint_id AND cost.product_id = line.product_id AND NOT EXISTS (
                           SELECT FROM quality_complaint_line earlier
                            WHERE earlier.complaint_id = line.complaint_id AND earlier.product_id = line.product_id AND earlier.id < line.id
                           )
                 UNION ALL
                    SELECT complaint.id::bigint * 3 + 1, complaint.id, complaint.id, NULL, NULL, NULL
                      FROM quality_complaint complaint
                     WHERE NOT EXISTS (SELECT FROM quality_complaint_line line WHERE line.complaint_id = complaint.id)
                 UNION ALL
                    SELECT MIN(found.id) * 3 + 2, found.complaint_id, NULL, found.product_id, NULL, SUM(found.amount)
                      FROM (%(costs)s) found
                     WHERE found.complaint_id IS NOT NULL AND NOT EXISTS (
                           SELECT FROM quality_complaint_line line
                            WHERE line.complaint_id = found.complaint_id AND line.product_id = found.product_id
                           )
                  GROUP BY found.complaint_id, found.product_id
            """,
            costs=self.env["quality.cost"]._table_query,
        )
