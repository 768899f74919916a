from odoo import api, fields, models
from odoo.tools import SQL

# of a row of a return: the return, and the clock of its company
OF_RETURN = SQL(
    """
      JOIN return_order ret ON ret.id = line.return_id
      JOIN res_company company ON company.id = ret.company_id
 LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
    """,
)
# of a repair of a return or a complaint: what it belongs to; ``move`` is the move that it is known by
OF_REPAIR = SQL(
    """
      JOIN res_company company ON company.id = repair.company_id
 LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
 LEFT JOIN res_partner customer ON customer.id = repair.partner_id
 LEFT JOIN return_order_line line ON line.id = repair.return_line_id
 LEFT JOIN return_order ret ON ret.id = line.return_id
    """,
)
IS_ABOUT_SOMETHING = SQL("(ret.id IS NOT NULL OR repair.complaint_id IS NOT NULL)")


class QualityCost(models.Model):
    """What returns and repairs cost, as their documents say. Goods count at the value with which stock gave them away."""

    _inherit = "quality.cost"
    _depends = {
        "return.order": ["name", "complaint_id", "team_id", "commercial_partner_id", "company_id"],
        "return.order.line": ["return_id", "product_id", "reason_id", "resolution", "warranty_state"],
        "account.move.line": ["return_line_id", "parent_state", "balance", "date", "move_name", "move_id"],
        "stock.move": [
            "return_outcome_line_id", "state", "location_dest_id", "origin_returned_move_id", "value", "date", "reference", "picking_id",
            "scrap_id", "repair_id", "repair_line_type",
        ],
        "stock.scrap": ["return_line_id", "name"],
        "repair.order": ["return_line_id", "complaint_id", "under_warranty", "sale_order_id", "product_id", "partner_id", "company_id", "name"],
    }

    return_id = fields.Many2one("return.order", readonly=True)
    reason_id = fields.Many2one("return.reason", "Reason of the Return", readonly=True)
    category = fields.Selection(selection_add=[
        ("credit", "Credit Note"), ("replacement", "Replaced Goods"), ("scrap", "Scrapped Goods"), ("repair_parts", "Repair Parts"),
    ])
    in_warranty = fields.Boolean(readonly=True, help="The goods were in warranty when the customer told us.")

    @api.model
    def _get_about_fields(self):
        return [*super()._get_about_fields(), "return_id"]

    @api.model
    def _get_parts(self):
        return [*super()._get_parts(), self._get_credit_part(), self._get_replacement_part(), self._get_scrap_part(), self._get_repair_part()]

    @api.model
    def _get_day_of_move(self):
        return SQL("%s::date", self.env["res.company"]._get_local_sql(SQL("move.date")))

    @api.model
    def _get_return_columns(self):
        """Columns of a part whose rows belong to a row of a return: ``line`` of ``ret``."""
        return {
            "return_id": SQL("ret.id"), "reason_id": SQL("line.reason_id"), "complaint_id": SQL("ret.complaint_id"), "team_id": SQL("ret.team_id"),
            "partner_id": SQL("ret.commercial_partner_id"), "company_id": SQL("ret.company_id"), "product_id": SQL("line.product_id"),
            "in_warranty": SQL("COALESCE(line.warranty_state = 'in', FALSE)"),
        }

    @api.model
    def _get_repair_columns(self):
        """Columns of a part whose rows belong to a repair, see ``OF_REPAIR``."""
        return {
            **self._get_return_columns(), "complaint_id": SQL("COALESCE(repair.complaint_id, ret.complaint_id)"),
            "product_id": SQL("repair.product_id"), "company_id": SQL("repair.company_id"),
            "partner_id": SQL("COALESCE(ret.commercial_partner_id, customer.commercial_partner_id)"),
            "in_warranty": SQL("COALESCE(repair.under_warranty, FALSE)"), "date": self._get_day_of_move(), "reference": SQL("repair.name"),
            "res_model": SQL("'repair.order'"), "res_id": SQL("repair.id"),
        }

    @api.model
    def _get_credit_part(self):
        """What accounting has credited, without taxes. Of an exchange for something else the customer is charged with that."""
        return (
            SQL(
                """
                FROM account_move_line credit JOIN return_order_line line ON line.id = credit.return_line_id %s
               WHERE credit.parent_state = 'posted' AND line.resolution IS DISTINCT FROM 'exchange'
                """, OF_RETURN,
            ),
            {
                **self._get_return_columns(), "source_id": SQL("credit.id"), "category": SQL("'credit'"), "date": SQL("credit.date"),
                "amount": SQL("credit.balance"), "reference": SQL("credit.move_name"), "res_model": SQL("'account.move'"),
                "res_id": SQL("credit.move_id"),
            },
        )

    @api.model
    def _get_replacement_part(self):
        """What was delivered again without being charged again; what only goes back to the customer is no replacement."""
        return (
            SQL(
                """
                FROM stock_move move JOIN return_order_line line ON line.id = move.return_outcome_line_id %s
                JOIN stock_location place ON place.id = move.location_dest_id
               WHERE move.state = 'done' AND place.usage = 'customer' AND line.resolution = 'exchange' AND move.origin_returned_move_id IS NULL
                """, OF_RETURN,
            ),
            {
                **self._get_return_columns(), "source_id": SQL("move.id"), "category": SQL("'replacement'"), "date": self._get_day_of_move(),
                "amount": SQL("move.value"), "reference": SQL("move.reference"), "res_model": SQL("'stock.picking'"),
                "res_id": SQL("move.picking_id"),
            },
        )

    @api.model
    def _get_scrap_part(self):
        return (
            SQL(
                """
                FROM stock_move move JOIN stock_scrap scrap ON scrap.id = move.scrap_id
                JOIN return_order_line line ON line.id = scrap.return_line_id %s
               WHERE move.state = 'done'
                """, OF_RETURN,
            ),
            {
                **self._get_return_columns(), "source_id": SQL("move.id"), "category": SQL("'scrap'"), "date": self._get_day_of_move(),
                "amount": SQL("move.value"), "reference": SQL("scrap.name"), "res_model": SQL("'stock.scrap'"), "res_id": SQL("scrap.id"),
            },
        )

    @api.model
    def _get_repair_part(self):
        """Parts that were built in and that nobody is charged with: the cost of the repaired product, of a return or a complaint."""
        return (
            SQL(
                """
                FROM stock_move move JOIN repair_order repair ON repair.id = move.repair_id %s
               WHERE move.state = 'done' AND move.repair_line_type = 'add' AND %s
                 AND (repair.under_warranty OR repair.sale_order_id IS NULL)
                """, OF_REPAIR, IS_ABOUT_SOMETHING,
            ),
            {**self._get_repair_columns(), "source_id": SQL("move.id"), "category": SQL("'repair_parts'"), "amount": SQL("move.value")},
        )
