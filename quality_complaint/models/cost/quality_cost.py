from odoo import api, fields, models
from odoo.tools import SQL

from .quality_complaint_cost import COST_KINDS


class QualityCost(models.Model):
    """The cost of poor quality: one row for each document, or row of one, that says what a complaint costs or brings back.

    Nothing is stored: the amounts are those of the documents. The addon that owns the documents says where they stand
    (`_get_parts`).
    """

    _name = "quality.cost"
    _description = "Cost of Poor Quality"
    _inherit = ["quality.about.mixin", "quality.group.mixin"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "reference"
    _depends = {
        "quality.complaint.cost": ["complaint_id", "product_id", "kind", "date", "company_amount", "company_id", "name"],
        "quality.complaint": ["name", "team_id", "main_cause_id", "commercial_partner_id", "type_id"],
        "res.company": ["currency_id"],
    }

    complaint_id = fields.Many2one("quality.complaint", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    team_id = fields.Many2one("quality.team", "Responsible Team", readonly=True)
    cause_id = fields.Many2one("quality.cause", "Main Cause", readonly=True)
    type_id = fields.Many2one("quality.complaint.type", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    category = fields.Selection(COST_KINDS, readonly=True)
    date = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True, help="In the company's currency, without taxes. What was recovered is negative.")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    reference = fields.Char("Document", readonly=True)
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document ID", model_field="res_model", readonly=True)

    @api.model
    def _get_about_fields(self):
        return ["complaint_id"]

    # ------------------------------------------------------------ where the costs stand
    @api.model
    def _get_parts(self):
        """Of each kind of document: (``FROM`` clause with its conditions, {column: SQL}).

        ``source_id`` is the id of the row, which has one of the documents at least, of its own company; columns of the view that are not
        named are empty. Team and customer are the
        complaint's where there is one. Extended by the addons that own documents.
        """
        return [(
            SQL("FROM quality_complaint_cost cost JOIN quality_complaint complaint ON complaint.id = cost.complaint_id"),
            {
                "source_id": SQL("cost.id"), "complaint_id": SQL("cost.complaint_id"), "product_id": SQL("cost.product_id"),
                "category": SQL("cost.kind"), "date": SQL("cost.date"), "company_id": SQL("cost.company_id"),
                "amount": SQL("CASE WHEN cost.kind = 'recovery' THEN -cost.company_amount ELSE cost.company_amount END"),
                "reference": SQL("COALESCE(cost.name, complaint.name)"),
                "res_model": SQL("'quality.complaint'"), "res_id": SQL("cost.complaint_id"),
            },
        )]

    @api.model
    def _get_columns(self):
        """{column that the parts fill: its type in the database}"""
        of_complaint = {"id", "cause_id", "type_id", "currency_id", "display_name"}
        return {name: field.column_type[1] for name, field in self._fields.items() if field.store and name not in of_complaint}

    @property
    def _table_query(self):
        parts, columns = self._get_parts(), self._get_columns()
        entries = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s::bigint * %s + %s AS id, %s %s", values["source_id"], len(parts), number,
                SQL(", ").join(
                    SQL("(%s)::%s AS %s", values.get(name, SQL("NULL")), SQL(kind), SQL.identifier(name)) for name, kind in columns.items()
                ),
                tables,
            )
            for number, (tables, values) in enumerate(parts)
        )
        own = SQL(", ").join(
            SQL.identifier("entry", name) for name in columns if name not in ("team_id", "partner_id")
        )
        return SQL(
            """
            SELECT entry.id, %(own)s, complaint.main_cause_id AS cause_id, complaint.type_id, company.currency_id,
                   COALESCE(complaint.team_id, entry.team_id) AS team_id,
                   COALESCE(complaint.commercial_partner_id, entry.partner_id) AS partner_id
              FROM (%(entries)s) entry
         LEFT JOIN res_company company ON company.id = entry.company_id
         LEFT JOIN quality_complaint complaint ON complaint.id = entry.complaint_id
            """,
            own=own, entries=entries,
        )

    def action_view_document(self):
        """The document; for who may not read that, what it belongs to."""
        self.ensure_one()
        wholes = (self[name] for name in self._get_about_fields())
        documents = (self.env[self.res_model].browse(self.res_id), *wholes)
        return next(document for document in documents if document and document.has_access("read"))._get_records_action()
