from odoo import api, fields, models
from odoo.tools import SQL


class QualityCost(models.Model):
    """What a complaint's customer was given back of the price. A price guarantee without a complaint is no poor quality."""

    _inherit = "quality.cost"
    _depends = {
        "return.compensation": ["complaint_id", "product_id", "company_id", "commercial_partner_id"],
        "account.move.line": ["return_compensation_id", "parent_state", "balance", "date", "move_name", "move_id"],
    }

    category = fields.Selection(selection_add=[("compensation", "Price Compensation")])

    @api.model
    def _get_parts(self):
        return [*super()._get_parts(), self._get_compensation_part()]

    @api.model
    def _get_compensation_part(self):
        return (
            SQL(
                """
                FROM account_move_line credit JOIN return_compensation compensation ON compensation.id = credit.return_compensation_id
               WHERE credit.parent_state = 'posted' AND compensation.complaint_id IS NOT NULL
                """,
            ),
            {
                "source_id": SQL("credit.id"), "complaint_id": SQL("compensation.complaint_id"), "product_id": SQL("compensation.product_id"),
                "partner_id": SQL("compensation.commercial_partner_id"), "company_id": SQL("compensation.company_id"),
                "category": SQL("'compensation'"), "date": SQL("credit.date"), "amount": SQL("credit.balance"),
                "reference": SQL("credit.move_name"), "res_model": SQL("'account.move'"), "res_id": SQL("credit.move_id"),
            },
        )
