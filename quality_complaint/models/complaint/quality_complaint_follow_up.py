from odoo import api, fields, models
from odoo.exceptions import UserError


class QualityComplaintFollowUp(models.Model):
    """What the customer said after our reply."""

    _name = "quality.complaint.follow.up"
    _description = "Follow-up Visit"
    _inherit = ["quality.complaint.part"]
    _order = "complaint_id, id desc"

    round = fields.Integer(related="complaint_id.round", store=True, depends=["complaint_id"])
    date = fields.Datetime("Asked On", required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "Asked By", required=True, default=lambda self: self.env.user)
    satisfied = fields.Selection(
        [("yes", "Satisfied"), ("no", "Not Satisfied")], "Customer's Verdict", required=True,
    )
    remark = fields.Text("Customer's Words")

    def _check_ready(self):
        for follow_up in self:
            if follow_up.satisfied == "no" and not (follow_up.remark or "").strip():
                raise UserError(self.env._("Write what the customer is not satisfied with: it goes back to those who handle it."))

    @api.model_create_multi
    def create(self, vals_list):
        follow_ups = super().create(vals_list)
        follow_ups._check_ready()
        if not self.env.su and (early := follow_ups.complaint_id.filtered(lambda complaint: complaint.state != "follow_up")):
            raise UserError(self.env._("%s is not in follow-up.", ", ".join(early.mapped("name"))))
        return follow_ups

    def write(self, vals):
        result = super().write(vals)
        self._check_ready()
        return result

    def action_confirm(self):
        """Go on with the complaint as the customer answered."""
        self.ensure_one()
        return self.complaint_id._apply_follow_up(self)
