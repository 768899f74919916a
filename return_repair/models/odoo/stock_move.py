from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    return_line_id = fields.Many2one(
        "return.order.line", index="btree_not_null", copy=False, ondelete="restrict", check_company=True,
        help="What comes back with this move was announced there.",
    )
