from odoo import fields, models
from odoo.tools import SQL

from ..complaint.warranty_mixin import WARRANTY_UNITS


class ProductCategory(models.Model):
    _inherit = "product.category"

    warranty_duration = fields.Integer(
        "Warranty", help="Holds for the products in this category and the ones below it that have no warranty of their own.",
    )
    warranty_unit = fields.Selection(WARRANTY_UNITS, default="month", required=True)

    _warranty_not_negative = models.Constraint("CHECK (warranty_duration >= 0)", "A warranty can't be negative.")

    def init(self):
        # another app that is installed later makes categories before this addon is loaded, and does not know the column
        self.env.cr.execute(SQL("ALTER TABLE %s ALTER COLUMN warranty_unit SET DEFAULT 'month'", SQL.identifier(self._table)))

    def _get_warranty_terms(self):
        """(duration, unit) of the nearest category with terms, or (0, False)."""
        while self:
            if self.warranty_duration:
                return self.warranty_duration, self.warranty_unit
            self = self.parent_id
        return 0, False
