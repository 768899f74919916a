from odoo import api, fields, models


class QualityComplaint(models.Model):
    """What is claimed back for it, and for what came back because of it."""

    _inherit = "quality.complaint"

    recovery_ids = fields.One2many("return.recovery", "complaint_id", "Claims", groups="quality_complaint.group_reporter")
    recovery_count = fields.Integer(compute="_compute_recovery_count", groups="quality_complaint.group_reporter")

    @api.depends("recovery_ids")
    def _compute_recovery_count(self):
        counts = dict(self.env["return.recovery"]._read_group([("complaint_id", "in", self._origin.ids)], ["complaint_id"], ["__count"]))
        for complaint in self:
            complaint.recovery_count = counts.get(complaint._origin, 0)

    def _prepare_merge_moves(self, kept):
        """The claims of a merged complaint are the kept one's, also of a product that stays on the merged one's list."""
        claims = self.sudo().recovery_ids
        return [
            *super()._prepare_merge_moves(kept),
            *([(claims, {"complaint_id": kept.id}, {"complaint_id": self.id})] if claims else ()),
        ]

    def action_view_recoveries(self):
        return self.env["return.recovery"]._action_view([("complaint_id", "in", self.ids)])
