from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    return_compensation_id = fields.Many2one(
        "return.compensation", "Price Compensation", index="btree_not_null", copy=False, ondelete="restrict", check_company=True,
        help="It gives the difference in price back.",
    )
