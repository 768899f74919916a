from odoo import api, fields, models


class QualityComplaintMergeWizard(models.TransientModel):
    """Which one of these is kept?"""

    _name = "quality.complaint.merge.wizard"
    _description = "Merge Complaints"

    complaint_ids = fields.Many2many("quality.complaint", string="Complaints", required=True)
    kept_id = fields.Many2one(
        "quality.complaint", "Keep", required=True, compute="_compute_kept_id", store=True, readonly=False, precompute=True,
        domain="[('id', 'in', complaint_ids)]", help="Proposed: the one that most was done about, of those the oldest.",
    )
    refusal = fields.Text(compute="_compute_refusal")

    @api.depends("complaint_ids")
    def _compute_kept_id(self):
        for wizard in self:
            wizard.kept_id = wizard.complaint_ids._origin._get_complaint_to_keep()

    @api.depends("complaint_ids", "kept_id")
    def _compute_refusal(self):
        for wizard in self:
            kept = wizard.kept_id._origin
            wizard.refusal = kept and "\n".join((wizard.complaint_ids._origin - kept)._get_merge_refusals(kept))

    def action_confirm(self):
        self.ensure_one()
        (self.complaint_ids - self.kept_id)._merge_into(self.kept_id)
        return self.kept_id._get_records_action()
