from odoo import api, fields, models
from odoo.exceptions import UserError

FOLLOW_UP_CHANNELS = [("phone", "Phone"), ("visit", "Visit"), ("email", "E-mail"), ("portal", "Portal"), ("other", "Other")]

VERDICTS = [("yes", "Satisfied"), ("no", "Not Satisfied")]


class QualityComplaintFollowUp(models.Model):
    """The customer is asked once after our reply whether he is satisfied, and what he said. Without a verdict he has
    not answered yet: only what is asked by e-mail waits so.
    """

    _name = "quality.complaint.follow.up"
    _description = "Follow-up Visit"
    _inherit = ["quality.complaint.part"]
    _order = "complaint_id, id desc"

    # the question
    round = fields.Integer(related="complaint_id.round", store=True, depends=["complaint_id"], aggregator="max")
    date = fields.Datetime("Asked On", required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "Asked By", default=lambda self: self.env.user, help="Empty: the customer answered unasked.")
    channel = fields.Selection(FOLLOW_UP_CHANNELS, "Asked Via")
    partner_id = fields.Many2one(
        "res.partner", "Contact", ondelete="restrict", index="btree_not_null", help="Who was asked, and who answered.",
    )
    reply = fields.Html("Reply It Is About", readonly=True, sanitize_style=True, help="What we had written to the customer in this round.")

    # the answer
    satisfied = fields.Selection(VERDICTS, "Customer's Verdict")
    remark = fields.Text("Customer's Words")
    date_answered = fields.Datetime("Answered On", readonly=True)
    team_id = fields.Many2one(
        "quality.team", "Responsible Team", compute="_compute_team_id", store=True, readonly=False, precompute=True,
        help="Whose work the customer judges. A complaint that he is not satisfied with goes to this team.",
    )

    @api.depends("complaint_id")
    def _compute_team_id(self):
        for follow_up in self:
            follow_up.team_id = follow_up.complaint_id.team_id

    def _check_ready(self):
        for follow_up in self:
            if follow_up.satisfied == "no" and not (follow_up.remark or "").strip():
                raise UserError(self.env._("Write what the customer is not satisfied with: it goes back to those who handle it."))

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        for vals in vals_list:
            complaint = self.env["quality.complaint"].browse(vals.get("complaint_id") or self.env.context.get("default_complaint_id"))
            # a new round empties it
            vals.update(reply=complaint.reply_body, date_answered=vals.get("satisfied") and now)
        follow_ups = super().create(vals_list)
        follow_ups._check_ready()
        if self.env.su:
            return follow_ups
        if early := follow_ups.complaint_id.filtered(lambda complaint: complaint.state != "follow_up"):
            raise UserError(self.env._("%s is not in follow-up.", ", ".join(early.mapped("name"))))
        if not all(follow_ups.mapped("satisfied")):
            raise UserError(self.env._("Say whether the customer is satisfied."))
        return follow_ups

    def write(self, vals):
        if vals.get("satisfied"):
            vals.setdefault("date_answered", fields.Datetime.now())
        result = super().write(vals)
        self._check_ready()
        return result

    def action_confirm(self):
        """Go on with the complaint as the customer answered."""
        self.ensure_one()
        return self.complaint_id._apply_follow_up(self)
