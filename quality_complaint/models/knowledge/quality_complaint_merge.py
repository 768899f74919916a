from odoo import fields, models
from odoo.exceptions import UserError


class QualityComplaintMerge(models.Model):
    """One complaint was merged into another, the one it is a part of: the ledger of what came along, and the way back."""

    _name = "quality.complaint.merge"
    _description = "Merge of Complaints"
    _inherit = ["quality.complaint.part"]
    _order = "complaint_id, id"
    _rec_name = "merged_id"

    complaint_id = fields.Many2one(string="Kept Complaint")
    merged_id = fields.Many2one("quality.complaint", "Merged Complaint", required=True, ondelete="restrict", index=True)
    line_ids = fields.One2many("quality.complaint.merge.line", "merge_id", "What Came Along")
    undone_on = fields.Datetime()

    _merged_once = models.UniqueIndex("(merged_id) WHERE undone_on IS NULL", "This complaint is merged already.")

    def _get_undo_refusals(self):
        """All that keeps this user from undoing the merge: a list of sentences."""
        self.ensure_one()
        kept, merged = self.complaint_id, self.sudo().merged_id.with_env(self.env)
        names = {"kept": kept.name, "merged": merged.name}
        refusals = []
        if self.undone_on:
            refusals.append(self.env._("The merge of %(merged)s into %(kept)s is undone already.", **names))
        elif kept.merged_into_id:
            refusals.append(self.env._(
                "Undo the merge of %(kept)s into %(other)s first.", other=kept.sudo().merged_into_id.name, **names,
            ))
        elif not kept.is_open:
            refusals.append(self.env._("%(kept)s is finished and stays as it is. Reopen it first.", **names))
        refusals += (kept | merged)._get_merge_right_refusals()
        return refusals

    def action_undo(self):
        """All that came along goes back, and the merged complaint is where it was. What came later stays where it is."""
        self.check_access("read")
        if refusals := [refusal for merge in self for refusal in merge._get_undo_refusals()]:
            raise UserError("\n".join(refusals))
        for merge in self.sorted("id", reverse=True).sudo():  # messages, actions and activities may be others'
            merge.line_ids._bring_back()
            merge.write({"undone_on": fields.Datetime.now()})
            kept, merged = merge.complaint_id, merge.merged_id
            kept._message_log(body=self.env._("The merge with %s was undone.", merged._get_html_link()))
            merged._message_log(body=self.env._("The merge with %s was undone.", kept._get_html_link()))
        self.env.invalidate_all()
