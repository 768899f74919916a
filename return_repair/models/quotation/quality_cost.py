from odoo import api, models
from odoo.tools import SQL

from ..cost.quality_cost import IS_ABOUT_SOMETHING, OF_REPAIR

# those that it took, less those that the customer pays
FREE_HOURS = SQL(
    """
    COALESCE(NULLIF(repair.labour_hours_done, 0), repair.labour_hours, 0)
    - CASE WHEN charged.price_unit > 0 THEN COALESCE(charged.qty_delivered, 0) ELSE 0 END
    """,
)


class QualityCost(models.Model):
    """The labour of repairs that nobody is charged with, at what an hour of the service costs that it is sold as."""

    _inherit = "quality.cost"
    _depends = {
        "repair.order": ["labour_hours", "labour_hours_done", "labour_line_id", "move_id", "state"],
        "sale.order.line": ["price_unit", "qty_delivered", "product_id"],
        "res.company": ["repair_labour_product_id"],
        "product.product": ["standard_price"],
    }

    @api.model
    def _get_parts(self):
        return [*super()._get_parts(), self._get_labour_part()]

    @api.model
    def _get_labour_part(self):
        return (
            SQL(
                """
                FROM repair_order repair JOIN stock_move move ON move.id = repair.move_id %s
           LEFT JOIN sale_order_line charged ON charged.id = repair.labour_line_id
                JOIN product_product labour ON labour.id = COALESCE(charged.product_id, company.repair_labour_product_id)
               WHERE repair.state = 'done' AND %s AND %s > 0
                """, OF_REPAIR, IS_ABOUT_SOMETHING, FREE_HOURS,
            ),
            {
                **self._get_repair_columns(), "source_id": SQL("repair.id"), "category": SQL("'labour'"),
                "amount": SQL("(%s) * COALESCE((labour.standard_price ->> repair.company_id::text)::numeric, 0)", FREE_HOURS),
            },
        )
