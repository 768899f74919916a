from odoo import fields, models
from odoo.tools import SQL

from ..complaint.warranty_mixin import WARRANTY_UNITS


class ProductTemplate(models.Model):
    _inherit = "product.template"

    warranty_duration = fields.Integer("Warranty", help="From the delivery. Zero: the terms of the product category.")
    warranty_unit = fields.Selection(WARRANTY_UNITS, default="month", required=True)

    _warranty_not_negative = models.Constraint("CHECK (warranty_duration >= 0)", "A warranty can't be negative.")

    def init(self):
        # another app that is installed later makes products before this addon is loaded, and does not know the column
        self.env.cr.execute(SQL("ALTER TABLE %s ALTER COLUMN warranty_unit SET DEFAULT 'month'", SQL.identifier(self._table)))

    def _get_warranty_terms(self):
        """(duration, unit, source) that count for this product; (0, False, False) without a warranty."""
        if self.warranty_duration:
            return self.warranty_duration, self.warranty_unit, "product"
        duration, unit = self.categ_id._get_warranty_terms()
        return duration, unit, "category" if duration else False
