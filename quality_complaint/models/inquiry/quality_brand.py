from odoo import fields, models


class QualityBrand(models.Model):
    """The name under which goods are sold: what customers ask and complain about is counted by it."""

    _name = "quality.brand"
    _description = "Brand"
    _order = "name"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)

    _name_once = models.Constraint("UNIQUE (name)", "This brand exists already.")
