from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    confirms_receipt = fields.Boolean(
        "Confirm Receipt by E-mail", default=True,
        help="Who complains or asks by e-mail or in the portal is told at once that it has arrived, with its number.",
    )
