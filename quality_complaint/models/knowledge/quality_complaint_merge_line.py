from odoo import fields, models


class QualityComplaintMergeLine(models.Model):
    """One record that a merge changed, and the values that bring it back."""

    _name = "quality.complaint.merge.line"
    _description = "What Came Along with a Merged Complaint"
    _inherit = ["quality.complaint.part"]
    _order = "merge_id, id"

    merge_id = fields.Many2one("quality.complaint.merge", required=True, ondelete="cascade", index=True)
    model = fields.Char("Kind of Record", required=True)
    res_id = fields.Many2oneReference("Record", model_field="model", required=True)
    undo_values = fields.Json(required=True, help="Written when the merge is undone.")

    def _bring_back(self):
        """What was deleted meanwhile can't come back, and who follows the merged complaint again follows it once."""
        self.ensure_one()
        record = self.env[self.model].browse(self.res_id).exists()
        if record._name == "mail.followers" and record.partner_id in self.merge_id.merged_id.message_partner_ids:
            return
        record.write(self.undo_values)
