from odoo import fields, models


class QualityDocumentKind(models.Model):
    """Something a reader needs to see: a photo of the defect, the packing list, a measurement."""

    _name = "quality.document.kind"
    _description = "Kind of Document"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
