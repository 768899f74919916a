from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.quality_complaint.tools.choices import get_choices

from ..returns.return_order import COLLECTIONS, STATES, VERDICTS
from ..returns.return_order_line import DISPOSITIONS, RESOLUTIONS

# the columns of the Excel file, in their order: (field, its width in characters)
COLUMNS = [
    ("return_id", 34), ("state", 14), ("date_requested", 16), ("partner_id", 28), ("user_id", 20), ("team_id", 20), ("reason_id", 24),
    ("product_id", 30), ("lot_id", 16), ("product_categ_id", 22), ("quality_brand_id", 16), ("quantity", 10), ("quantity_received", 10),
    ("quantity_accepted", 10), ("warranty_state", 16), ("resolution", 14), ("disposition", 16), ("collection", 22), ("refund_amount", 12),
    ("days_to_decision", 10), ("days_to_receipt", 10), ("days_to_done", 10), ("complaint_id", 28), ("note", 40),
]

ORDER = "date_requested, id"


class ReturnReport(models.Model):
    """Returns by what came back: a row for each product of a return."""

    _name = "return.report"
    _description = "Analysis of Returns"
    _inherit = ["quality.report.mixin"]
    _auto = False
    _order = "date_requested desc, id desc"
    _rec_name = "return_id"
    _depends = {
        "return.order": [
            "company_id", "commercial_partner_id", "team_id", "user_id", "complaint_id", "quality_brand_id", "collection", "is_express", "state",
            "verdict", "date_requested", "date_done",
        ],
        "return.order.line": [
            "return_id", "reason_id", "product_id", "product_categ_id", "quality_brand_id", "lot_id", "resolution", "disposition", "warranty_state",
            "quantity", "quantity_received", "quantity_accepted", "product_uom_id", "refund_company_amount", "note",
        ],
        "return.milestone": ["return_id", "step", "date_done", "active"],
        "stock.move": ["return_line_id", "state", "date"],
        "res.company": ["currency_id"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["uom_id"],
        "uom.uom": ["factor"],
    }

    return_id = fields.Many2one("return.order", readonly=True, aggregator="count_distinct")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    team_id = fields.Many2one("quality.team", "Responsible Team", readonly=True)
    user_id = fields.Many2one("res.users", "Sales Representative", readonly=True)
    complaint_id = fields.Many2one("quality.complaint", readonly=True)
    reason_id = fields.Many2one("return.reason", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    product_categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    quality_brand_id = fields.Many2one("quality.brand", "Brand", readonly=True)
    resolution = fields.Selection(RESOLUTIONS, readonly=True)
    disposition = fields.Selection(DISPOSITIONS, readonly=True)
    warranty_state = fields.Selection(
        selection=get_choices("return.order.line", "warranty_state"), string="Warranty", readonly=True,
    )
    collection = fields.Selection(COLLECTIONS, readonly=True)
    is_express = fields.Boolean("Express Return", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    verdict = fields.Selection(VERDICTS, "Decision", readonly=True)
    date_requested = fields.Datetime("Requested On", readonly=True)
    date_done = fields.Datetime("Done On", readonly=True)
    note = fields.Text(readonly=True)
    quantity = fields.Float("Announced", digits="Product Unit", readonly=True, help="In the unit of the product.")
    quantity_received = fields.Float("Received", digits="Product Unit", readonly=True, help="In the unit of the product.")
    quantity_accepted = fields.Float("Accepted", digits="Product Unit", readonly=True, help="In the unit of the product.")
    refund_amount = fields.Monetary(readonly=True, help="With taxes, in the company's currency: what is credited; until then, what it would be.")
    days_to_decision = fields.Float("Days to Decision", digits=(16, 1), readonly=True, aggregator="avg", help="From the request.")
    days_to_receipt = fields.Float("Days to Receipt", digits=(16, 1), readonly=True, aggregator="avg", help="From the request to the first goods.")
    days_to_done = fields.Float("Days to Done", digits=(16, 1), readonly=True, aggregator="avg", help="From the request.")

    @api.model
    def _get_about_fields(self):
        return ["return_id"]

    @property
    def _table_query(self):
        requested = SQL("ret.date_requested")
        return SQL(
            """
            SELECT line.id, ret.id AS return_id, ret.company_id, company.currency_id, ret.commercial_partner_id AS partner_id, ret.team_id, ret.user_id,
                   ret.complaint_id, line.reason_id, line.product_id, line.lot_id, line.product_categ_id,
                   COALESCE(line.quality_brand_id, ret.quality_brand_id) AS quality_brand_id,
                   line.resolution, line.disposition, line.warranty_state, ret.collection, ret.is_express, ret.state, ret.verdict,
                   ret.date_requested, ret.date_done, line.note,
                   line.quantity * unit.factor / own.factor AS quantity,
                   COALESCE(line.quantity_received, 0) * unit.factor / own.factor AS quantity_received,
                   COALESCE(line.quantity_accepted, 0) * unit.factor / own.factor AS quantity_accepted,
                   line.refund_company_amount AS refund_amount,
                   %(days_to_decision)s AS days_to_decision, %(days_to_receipt)s AS days_to_receipt, %(days_to_done)s AS days_to_done
              FROM return_order_line line
              JOIN return_order ret ON ret.id = line.return_id
         LEFT JOIN res_company company ON company.id = ret.company_id
         LEFT JOIN product_product product ON product.id = line.product_id
         LEFT JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN uom_uom unit ON unit.id = line.product_uom_id
         LEFT JOIN uom_uom own ON own.id = template.uom_id
         LEFT JOIN LATERAL (
                   SELECT MIN(date_done) AS day FROM return_milestone WHERE return_id = ret.id AND step = 'decision' AND active
                   ) decision ON TRUE
         LEFT JOIN LATERAL (
                   SELECT MIN(move.date) AS day FROM stock_move move WHERE move.return_line_id = line.id AND move.state = 'done'
                   ) receipt ON TRUE
            """,
            days_to_decision=self._get_days(requested, SQL("decision.day")), days_to_receipt=self._get_days(requested, SQL("receipt.day")),
            days_to_done=self._get_days(requested, SQL("CASE WHEN ret.state = 'done' THEN ret.date_done END")),
        )

    # ------------------------------------------------------------ buttons of the list
    def action_start_corrective_action(self):
        return self.return_id.action_start_corrective_action()

    @api.model
    def _get_report_columns(self):
        """(field, label, width in Excel) of each column."""
        return self._get_table_columns(COLUMNS)

    def action_export_report(self):
        return self._action_download_table("/return_repair/returns.xlsx")
