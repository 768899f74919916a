from collections import Counter

from odoo import fields, models


class QualityComplaint(models.Model):
    """A complaint that began as a question shows it."""

    _inherit = "quality.complaint"

    inquiry_ids = fields.One2many("quality.inquiry", "complaint_id", "Inquiries", readonly=True, copy=False)
    inquiry_count = fields.Integer(compute="_compute_inquiry_count")

    def _compute_inquiry_count(self):
        counts = Counter(dict(self.env["quality.inquiry"]._read_group(
            [("complaint_id", "in", self.ids)], ["complaint_id"], ["__count"],
        )))
        for complaint in self:
            complaint.inquiry_count = counts[complaint._origin]

    def action_view_inquiries(self):
        self.ensure_one()
        return self.inquiry_ids._get_records_action(name=self.env._("Inquiries"))
