from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    repair_labour_product_id = fields.Many2one(
        "product.product", "Labour of Repairs", check_company=True, domain="[('type', '=', 'service'), ('sale_ok', '=', True)]",
        help="What an hour of labour is sold as. Its price and taxes are those of a repair quotation.",
    )
    repair_fee_product_id = fields.Many2one(
        "product.product", "Inspection Fee", check_company=True, domain="[('type', '=', 'service'), ('sale_ok', '=', True)]",
        help="What the inspection is sold as when the customer refuses the repair. Repair quotations announce its price.",
    )
