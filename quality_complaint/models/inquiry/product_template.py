from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    quality_brand_id = fields.Many2one(
        "quality.brand", "Brand", index="btree_not_null", ondelete="restrict", help="Questions about this product are counted by it.",
    )
