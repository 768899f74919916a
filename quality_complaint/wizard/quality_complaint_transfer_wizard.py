from odoo import api, fields, models


class QualityComplaintTransferWizard(models.TransientModel):
    _name = "quality.complaint.transfer.wizard"
    _description = "Transfer a Complaint"

    complaint_id = fields.Many2one("quality.complaint", required=True)
    company_id = fields.Many2one(related="complaint_id.company_id")
    from_team_id = fields.Many2one(related="complaint_id.team_id", string="From")
    team_id = fields.Many2one(
        "quality.team", "To", required=True, domain="[('id', '!=', from_team_id), ('company_id', 'in', (False, company_id))]",
    )
    handler_id = fields.Many2one("res.users", domain="[('id', 'in', candidate_ids)]")
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    reason = fields.Text(required=True)

    @api.depends("team_id", "complaint_id")
    def _compute_candidate_ids(self):
        for wizard in self:
            wizard.candidate_ids = wizard.team_id._get_people().filtered(wizard.complaint_id._may_be_handled_by)

    def action_confirm(self):
        """Hand it over; who can't see it any more is led back to his list."""
        self.ensure_one()
        complaint, name = self.complaint_id, self.complaint_id.name
        complaint._transfer(self.team_id, self.reason, self.handler_id)
        return complaint._leave_unseen(name)
