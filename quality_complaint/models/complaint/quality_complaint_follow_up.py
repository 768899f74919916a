from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, clean_context, consteq

from .quality_complaint import FINISHED_STATES

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
    access_token = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    date_expires = fields.Datetime("Link Valid Until", readonly=True, copy=False)
    reply_id = fields.Many2one("quality.complaint.reply", "Reply It Is About", compute="_compute_reply_id", help="What the customer last had from us.")
    reply_body = fields.Html("Text of the Reply", compute="_compute_reply_id", sanitize=False)  # it was when it was written

    # the answer
    satisfied = fields.Selection(VERDICTS, "Customer's Verdict")
    remark = fields.Text("Customer's Words")
    verdict = fields.Selection([*VERDICTS, ("none", "No Answer Yet")], compute="_compute_verdict")
    date_answered = fields.Datetime("Answered On", readonly=True)
    team_id = fields.Many2one(
        "quality.team", "Responsible Team", compute="_compute_team_id", store=True, readonly=False, precompute=True,
        help="Whose work the customer judges. A complaint that he is not satisfied with goes to this team.",
    )
    handler_id = fields.Many2one(
        "res.users", compute="_compute_handler_id", store=True, precompute=True, help="Who handled the complaint when the customer judged it.",
    )

    # for the statistics
    customer_id = fields.Many2one(related="complaint_id.partner_id", string="Customer")
    customer_root_id = fields.Many2one(related="complaint_id.commercial_partner_id")
    salesperson_id = fields.Many2one(related="complaint_id.user_id", string="Salesperson")
    satisfied_rate = fields.Float(
        "Satisfied (%)", compute="_compute_satisfied_rate", aggregator="avg", help="Of those who have answered.",
    )

    @api.depends("complaint_id")
    def _compute_team_id(self):
        for follow_up in self:
            follow_up.team_id = follow_up.complaint_id.team_id

    @api.depends("satisfied")
    def _compute_handler_id(self):
        """Not of ``complaint_id.handler_id``: whoever takes over afterwards is not who was judged."""
        for follow_up in self:
            follow_up.handler_id = follow_up.satisfied and follow_up.complaint_id.handler_id

    @api.depends("complaint_id.reply_ids.sent_on", "round", "date_answered")
    def _compute_reply_id(self):
        """The last one of the round; what was sent after the answer is not what he judged."""
        for follow_up in self:
            follow_up.reply_id = follow_up.complaint_id._get_sent_replies().filtered(lambda reply: (
                reply.round == follow_up.round and not (follow_up.date_answered and reply.sent_on > follow_up.date_answered)
            ))[:1]
            follow_up.reply_body = follow_up.reply_id.body

    @api.depends("satisfied")
    def _compute_verdict(self):
        for follow_up in self:
            follow_up.verdict = follow_up.satisfied or "none"

    @api.depends("satisfied")
    def _compute_satisfied_rate(self):
        for follow_up in self:
            follow_up.satisfied_rate = 100 if follow_up.satisfied == "yes" else 0

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """The share of the satisfied among the answers: who has not answered is neither."""
        if aggregate_spec != "satisfied_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL("AVG(CASE %s WHEN 'yes' THEN 100.0 WHEN 'no' THEN 0.0 END)", self._field_to_sql(self._table, "satisfied", query))

    def _check_ready(self):
        for follow_up in self:
            if follow_up.satisfied == "no" and not (follow_up.remark or "").strip():
                raise UserError(self.env._("Write what the customer is not satisfied with: it goes back to those who handle it."))

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        for vals in vals_list:
            vals["date_answered"] = vals.get("satisfied") and now
        follow_ups = super().create(vals_list)
        follow_ups._check_ready()
        if self.env.su:
            return follow_ups
        if early := follow_ups.complaint_id.filtered(lambda complaint: complaint.state != "follow_up"):
            raise UserError(self.env._("%s is not in follow-up.", ", ".join(early.mapped("name"))))
        if not all(follow_ups.mapped("satisfied")):
            raise UserError(self.env._("Say whether the customer is satisfied."))
        follow_ups._check_team_takes_it()
        return follow_ups

    def _check_team_takes_it(self):
        """Before the answer is stored, since nobody changes it then."""
        for follow_up in self.sudo().filtered(lambda answer: answer.satisfied == "no"):  # as in the transfer itself
            complaint = follow_up.complaint_id
            if follow_up.team_id and follow_up.team_id != complaint.team_id:
                complaint._check_transfer(follow_up.team_id, follow_up.remark, self.env["res.users"])

    def write(self, vals):
        if vals.get("satisfied"):
            vals.setdefault("date_answered", fields.Datetime.now())
        result = super().write(vals)
        self._check_ready()
        return result

    @api.model
    def _find_by_token(self, complaint_id, token):
        """The question whose link that is, or an empty recordset: in sudo, since the token is all that the customer shows."""
        questions = self.sudo().search([("complaint_id", "=", complaint_id), ("access_token", "!=", False)])
        return questions.filtered(lambda question: consteq(question.access_token.encode(), token.encode()))

    def _get_link_state(self, satisfied=False):
        """How it stands with the link of this question, for somebody who answers that.

        :return: ``answered`` (just so), ``expired``, ``open``, ``closed``, ``moved`` (it is handled again, or has been since), or
            ``ended`` (not upheld or cancelled)
        """
        self.ensure_one()
        complaint = self.complaint_id
        if self.satisfied and satisfied in (self.satisfied, False):
            return "answered"
        if self.date_expires < fields.Datetime.now():
            return "expired"
        if complaint.state == "follow_up" and complaint.round == self.round:
            return "open"
        if complaint.state == "closed":
            return "closed"
        return "ended" if complaint.state in FINISHED_STATES else "moved"

    def action_confirm(self):
        """Go on with the complaint as the customer answered."""
        self.ensure_one()
        # what the window proposed for this answer is not meant for what follows from it
        follow_up = self.with_context(clean_context(self.env.context))
        return follow_up.complaint_id._apply_follow_up(follow_up)

    def action_view_complaint(self):
        return self.complaint_id._get_records_action()
