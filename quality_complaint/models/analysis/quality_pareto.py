from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.choices import get_choices


class QualityPareto(models.Model):
    """What complaints are about, to find the few that make most of them, by number or by cost.

    A row for each product of a complaint, one for a complaint without products, and one for what a complaint cost by a product
    that it is not about. Costs count with their complaint, whenever they came up; each stands in one row only.
    """

    _name = "quality.pareto"
    _description = "Pareto Analysis of Complaints"
    _inherit = ["quality.about.mixin"]
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

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT part.id, part.complaint_id, part.counted_id, part.product_id, part.defect, part.cost, complaint.date_received,
                   complaint.main_cause_id AS cause_id, complaint.type_id, complaint.team_id, complaint.commercial_partner_id AS partner_id,
                   complaint.severity, complaint.state, complaint.company_id, company.currency_id
              FROM (
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
                   ) part
              JOIN quality_complaint complaint ON complaint.id = part.complaint_id
              JOIN res_company company ON company.id = complaint.company_id
            """,
            costs=self.env["quality.cost"]._table_query,
        )

    def action_view_complaint(self):
        self.ensure_one()
        return self.complaint_id._get_records_action()
