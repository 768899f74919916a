from odoo import fields, models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    return_line_id = fields.Many2one(
        "return.order.line", index="btree_not_null", copy=False, ondelete="restrict", check_company=True,
        help="What came back with this line was scrapped.",
    )
