from odoo import api, fields, models


class QualityComplaintSimilarLine(models.TransientModel):
    _name = "quality.complaint.similar.line"
    _description = "Similar Complaint or Solution"
    _order = "window_id, id"

    window_id = fields.Many2one("quality.complaint.similar", required=True, ondelete="cascade", index=True)
    kind = fields.Selection(
        [("duplicate", "Likely Duplicate"), ("solution", "Solution"), ("complaint", "Earlier Complaint")], required=True,
    )
    similar_id = fields.Many2one("quality.complaint", "Complaint", ondelete="cascade")
    solution_id = fields.Many2one("quality.solution", ondelete="cascade")
    score = fields.Integer("Similar")
    reason = fields.Text("Why")
    partner_id = fields.Many2one(related="similar_id.partner_id", related_sudo=False)
    state = fields.Selection(related="similar_id.state", related_sudo=False)
    is_open = fields.Boolean(related="similar_id.is_open", related_sudo=False)
    complaint_count = fields.Integer(related="solution_id.complaint_count", related_sudo=False)
    is_taken = fields.Boolean(compute="_compute_is_taken", help="Linked with the complaint, or used on it.")

    @api.depends("window_id.complaint_id.related_ids", "window_id.complaint_id.solution_ids")
    def _compute_is_taken(self):
        for line in self:
            complaint = line.window_id.complaint_id
            line.is_taken = line.similar_id in complaint.related_ids if line.similar_id else line.solution_id in complaint.solution_ids

    def action_open(self):
        self.ensure_one()
        return (self.similar_id or self.solution_id)._get_records_action()

    def action_link(self):
        self.ensure_one()
        self.window_id.complaint_id._link(self.similar_id)

    def action_use(self):
        self.ensure_one()
        self.window_id.complaint_id._use_solution(self.solution_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("«%s» was added to the handling opinion.", self.solution_id.name), "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_merge(self):
        self.ensure_one()
        return (self.window_id.complaint_id | self.similar_id).action_merge()
