from odoo import api, models
from odoo.tools import SQL


class QualityCost(models.Model):
    """What suppliers and carriers gave back is set against what returns and complaints cost."""

    _inherit = "quality.cost"
    _depends = {
        "return.recovery": ["return_id", "return_line_id", "complaint_id", "product_id", "company_id", "team_id"],
        "return.recovery.receipt": ["recovery_id", "company_amount", "date", "name"],
        "account.move.line": ["return_recovery_id"],
    }

    @api.model
    def _get_parts(self):
        return [*super()._get_parts(), self._get_receipt_part(), self._get_vendor_credit_part()]

    @api.model
    def _get_recovery_columns(self):
        """Columns of a part whose rows belong to a claim: ``recovery``."""
        return {
            "return_id": SQL("recovery.return_id"), "reason_id": SQL("line.reason_id"), "complaint_id": SQL("recovery.complaint_id"),
            "team_id": SQL("recovery.team_id"), "partner_id": SQL("ret.commercial_partner_id"), "company_id": SQL("recovery.company_id"), "product_id": SQL("recovery.product_id"),
            "category": SQL("'recovery'"), "in_warranty": SQL("COALESCE(line.warranty_state = 'in', FALSE)"),
        }

    @api.model
    def _get_recovery_tables(self):
        return SQL(
            """
            LEFT JOIN return_order ret ON ret.id = recovery.return_id
            LEFT JOIN return_order_line line ON line.id = recovery.return_line_id
            """,
        )

    @api.model
    def _get_receipt_part(self):
        return (
            SQL("FROM return_recovery_receipt receipt JOIN return_recovery recovery ON recovery.id = receipt.recovery_id %s", self._get_recovery_tables()),
            {
                **self._get_recovery_columns(), "source_id": SQL("receipt.id"), "date": SQL("receipt.date"), "amount": SQL("-receipt.company_amount"),
                "reference": SQL("COALESCE(receipt.name, ret.name)"), "res_model": SQL("'return.recovery'"), "res_id": SQL("recovery.id"),
            },
        )

    @api.model
    def _get_vendor_credit_part(self):
        """A credit note of a vendor reduces an expense, so its balance is negative already."""
        return (
            SQL(
                """
                FROM account_move_line credit JOIN return_recovery recovery ON recovery.id = credit.return_recovery_id %s
               WHERE credit.parent_state = 'posted'
                """, self._get_recovery_tables(),
            ),
            {
                **self._get_recovery_columns(), "source_id": SQL("credit.id"), "date": SQL("credit.date"), "amount": SQL("credit.balance"),
                "reference": SQL("credit.move_name"), "res_model": SQL("'account.move'"), "res_id": SQL("credit.move_id"),
            },
        )
