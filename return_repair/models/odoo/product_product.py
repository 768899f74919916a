from collections import defaultdict

from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_kit_parts(self, company, boms=None):
        """{part: how many of it, in its own unit, are in one of this kit}; empty for what is none.

        :param boms: the bills of materials to look among first: those that were in use at the time
        """
        self.ensure_one()
        if "mrp.bom" not in self.env:
            return {}
        # who sells a kit need not be allowed to see what it is made of
        Bom, product = self.env["mrp.bom"].sudo(), self.sudo()
        kit = (boms or Bom).filtered(lambda bom: bom.type == "phantom" and (bom.product_id or bom.product_tmpl_id) in (product, product.product_tmpl_id))[:1]
        kit = kit or Bom._bom_find(product, company_id=company.id, bom_type="phantom")[product]
        if not kit:
            return {}
        kits = kit.product_uom_id._compute_quantity(kit.product_qty, product.uom_id, round=False)
        parts = defaultdict(float)
        for part, explosion in kit.explode(product, 1)[1]:
            if part.product_id.type == "consu" and explosion["qty"] > 0:
                parts[part.product_id] += part.product_uom_id._compute_quantity(explosion["qty"], part.product_id.uom_id, round=False) / kits
        return dict(parts)
