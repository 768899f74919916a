from odoo import api, fields, models


class QualityCapa(models.Model):
    """Also returns that are many when they are counted are a reason to act."""

    _inherit = "quality.capa"

    source_return_ids = fields.Many2many(
        "return.order", "quality_capa_return_rel", "capa_id", "return_id", "Based on Returns", check_company=True,
        help="The returns that, taken together, call for this action.",
    )

    @api.model
    def _get_basis_fields(self):
        return super()._get_basis_fields() | {"source_return_ids"}

    @api.model
    def _get_source_fields(self):
        return [*super()._get_source_fields(), "source_return_ids"]
