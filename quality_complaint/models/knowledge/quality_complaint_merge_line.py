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
        """From the last change to the first, those that are alike at once. What was deleted meanwhile can't come back, and
        who follows the merged complaint again follows it once."""
        following = self.merge_id.merged_id.message_partner_ids
        runs = []  # only what stands side by side, so that the order stays
        for line in self.sorted("id", reverse=True):
            if runs and runs[-1][:2] == (line.model, line.undo_values):
                runs[-1][2].append(line.res_id)
            else:
                runs.append((line.model, line.undo_values, [line.res_id]))
        for model, values, ids in runs:
            records = self.env[model].browse(ids).exists()
            if model == "mail.followers":
                records = records.filtered(lambda row: row.partner_id not in following)
            records.write(values)
            records.flush_recordset(values)  # a place is left before another takes it
