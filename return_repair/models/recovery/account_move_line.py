from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    return_recovery_id = fields.Many2one(
        "return.recovery", "Settles Claim", index="btree_not_null", copy=False, ondelete="restrict", check_company=True,
        domain="[('state', 'in', ('claimed', 'accepted')), ('company_id', '=', company_id)]",
        help="The claim to the supplier or carrier that this line of their credit note is for.",
    )
