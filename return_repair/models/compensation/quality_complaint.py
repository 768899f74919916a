from odoo import fields, models


class QualityComplaint(models.Model):
    _inherit = "quality.complaint"

    compensation_ids = fields.One2many("return.compensation", "complaint_id", "Price Compensations")
    compensation_count = fields.Integer("Price Compensations About It", compute="_compute_compensation_count")

    def _compute_compensation_count(self):
        counts = {}
        if self.env["return.compensation"].has_access("read"):
            counts = dict(self.env["return.compensation"]._read_group(
                [("complaint_id", "in", self._origin.ids)], ["complaint_id"], ["__count"],
            ))
        for complaint in self:
            complaint.compensation_count = counts.get(complaint._origin, 0)

    def _prepare_merge_moves(self, kept):
        """The compensations of a merged complaint are the kept one's."""
        compensations = self.sudo().compensation_ids
        return [
            *super()._prepare_merge_moves(kept),
            *([(compensations, {"complaint_id": kept.id}, {"complaint_id": self.id})] if compensations else ()),
        ]

    def action_view_compensations(self):
        self.ensure_one()
        return self.env["return.compensation"]._action_view(
            [("complaint_id", "=", self.id)], complaint_id=self.id, sale_order_id=self.sale_order_id.id,
        )
