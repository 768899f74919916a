from odoo import api, fields, models


class QualityCapa(models.Model):
    """An action that a complaint rate called for."""

    _inherit = "quality.capa"

    rate_chart_id = fields.Many2one(
        "quality.rate.chart", "Complaint Rate", readonly=True, copy=False, ondelete="set null", index="btree_not_null", check_company=True,
        groups="quality_complaint.group_handler", help="The chart whose signal it was planned for.",
    )

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"rate_chart_id"}
