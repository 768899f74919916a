from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_datetime

from ...tools.access import join_refusals
from ..deadline.quality_deadline_mixin import ALERT_FIELDS
from ..deadline.quality_notify_mixin import TALK_FIELDS

ACTIVITY_TYPE = "quality_complaint.mail_activity_type_assignment"

# what the asked team writes
ANSWER_FIELDS = {"answer"} | TALK_FIELDS

# only the button and the complaint's end set these
SYSTEM_FIELDS = {"date_start", "date_warning", "date_paused", "date_done", "active", *ALERT_FIELDS.values()}


class QualityComplaintAssignment(models.Model):
    """What another team clarifies or does for a complaint, until when, and its answer.

    The team's people read the complaint and answer their part; all the rest is the handler's. While it is open it is
    an activity of the person; doing the one does the other. A part that is no longer needed is archived.
    """

    _name = "quality.complaint.assignment"
    _description = "Team's Part of a Complaint"
    _inherit = ["quality.complaint.part", "quality.deadline.mixin", "quality.notify.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "complaint_id, date_deadline, id"
    _check_company_auto = True
    _mail_post_access = "read"  # who reads the complaint may say something about it

    active = fields.Boolean(default=True)
    name = fields.Char("What to Clarify or Do", required=True)
    team_id = fields.Many2one("quality.team", required=True, check_company=True, index=True, ondelete="restrict")
    user_id = fields.Many2one(
        "res.users", "Person", required=True, index=True, domain="[('id', 'in', candidate_ids)]",
        compute="_compute_user_id", store=True, readonly=False, precompute=True, help="Proposed: the team's leader.",
    )
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    date_deadline = fields.Datetime(required=True, default=lambda self: self._default_date_deadline())
    answer = fields.Text()
    partner_id = fields.Many2one(related="complaint_id.partner_id")
    may_answer = fields.Boolean(compute="_compute_may_answer", help="The user answers for this team, and it is still asked.")
    may_plan = fields.Boolean(compute="_compute_may_answer", help="The user decides what is asked, of whom and until when.")

    @api.depends("team_id")
    def _compute_user_id(self):
        for part in self:
            people = part.team_id._get_people()
            part.user_id = part.user_id if part.user_id in people else part.team_id.leader_id

    @api.depends("team_id", "complaint_id.company_id")
    def _compute_candidate_ids(self):
        for part in self:
            part.candidate_ids = part.team_id._get_people().filtered(part.sudo().complaint_id._is_employee)

    @api.depends("team_id", "user_id", "date_done", "active")
    @api.depends_context("uid")
    def _compute_may_answer(self):
        for part in self:
            is_asked = part.active and not part.date_done
            part.may_plan = is_asked and (not part._origin or part._origin._may_plan())
            part.may_answer = is_asked and bool(part._origin) and (part._may_answer() or part.may_plan)

    @api.constrains("user_id", "team_id")
    def _check_user_id(self):
        strangers = self.filtered(lambda part: part.user_id not in part.sudo().team_id._get_people())
        gone = (self - strangers).filtered(lambda part: not part.sudo().complaint_id._is_employee(part.user_id))
        problems = [
            self.env._("%(user)s is not in team %(team)s.", user=part.user_id.name, team=part.team_id.name) for part in strangers
        ] + [part._get_complaints()._get_not_employee_text(part.user_id) for part in gone]
        if problems:
            raise ValidationError("\n".join(problems))

    # ------------------------------------------------------------ rules
    @api.model
    def _pending_domain(self):
        return super()._pending_domain() & Domain("active", "=", True)

    def _deadline_owner(self):
        self.ensure_one()
        return self.user_id or self.team_id.leader_id

    def _deadline_superiors(self):
        self.ensure_one()
        return self.team_id.leader_id

    def _may_plan(self):
        """True where the user decides what is asked: the complaint is his to handle."""
        self.ensure_one()
        complaint = self._get_complaints()
        return complaint.has_access("write") and complaint._has_role("handler")

    def _may_answer(self):
        """True where the user is one of those who are asked."""
        self.ensure_one()
        part = self.sudo()  # it is asked before it is known whether he may read it
        return self.env.user in (part.user_id | part.team_id._get_people())

    def _get_complaints(self):
        """The complaints, as this user sees them; who is asked need not be the one who handles them."""
        return self.sudo().complaint_id.with_env(self.env)

    def _check_access(self, operation):
        """Those who are asked write their part of a complaint that they only read."""
        if operation != "write" or self.env.su:
            return super()._check_access(operation)
        asked = self.filtered(lambda part: part._origin and part._may_answer())
        refused = super(QualityComplaintAssignment, self - asked)._check_access("write")
        refused_asked = super(QualityComplaintAssignment, asked)._check_access("read")
        return join_refusals(refused, refused_asked)

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_system_fields(vals)
        parts = super().create(vals_list)
        if not self.env.su:
            parts._check_may_plan()
        parts._check_deadline()
        parts._hand_out()
        return parts

    def write(self, vals):
        self._check_system_fields(vals)
        if not self.env.su:
            self._check_open()
            if vals.keys() - ANSWER_FIELDS:
                self._check_may_plan()
        before = {part: part.user_id for part in self}
        result = super().write(vals)
        if "complaint_id" in vals and not self.env.su:
            self._check_may_plan()
        if "date_deadline" in vals:
            self._check_deadline()
        if vals.keys() & {"name", "team_id", "user_id", "date_deadline"}:
            moved = self.filtered(lambda part: part.user_id != before[part])
            moved._hand_out()
            (self - moved)._schedule_activity()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unanswered(self):
        if not self.env.su:
            self._check_open()
            self._check_may_plan()

    @api.model
    def _check_system_fields(self, vals):
        if not self.env.su and (forbidden := SYSTEM_FIELDS & vals.keys()):
            labels = self.fields_get(sorted(forbidden), ["string"])
            raise AccessError(self.env._(
                "Only the buttons of the complaint set: %s", ", ".join(label["string"] for label in labels.values()),
            ))

    def _check_open(self):
        if over := self.filtered(lambda part: part.date_done or not part.active):
            raise UserError(self.env._("What was answered stays as it is:\n%s", "\n".join(over.mapped("name"))))

    def _check_may_plan(self):
        if denied := self.filtered(lambda part: not part._may_plan()):
            raise AccessError(self.env._(
                "What other teams are asked, and until when, is decided by those who handle the complaint:\n%s",
                "\n".join(denied.mapped("name")),
            ))
        if early := self._get_complaints().filtered(lambda complaint: complaint.state == "draft"):
            raise UserError(self.env._(
                "%s is not submitted yet: other teams are asked when it is.", ", ".join(early.mapped("name")),
            ))

    def _check_deadline(self):
        """Nobody can answer in the past. What is recorded afterwards, by the system, may be late already."""
        now = fields.Datetime.now()
        if not self.env.su and (late := self.filtered(lambda part: part.date_deadline < now)):
            raise ValidationError(self.env._("The deadline has passed already:\n%s", "\n".join(late.mapped("name"))))

    # ------------------------------------------------------------ moves
    def action_answered(self):
        self._set_answered()
        # the step is the person's activity, whoever of the team answers
        self.sudo().activity_feedback([ACTIVITY_TYPE])

    def action_open(self):
        """The part by itself, to be answered."""
        self.ensure_one()
        return {**self._get_records_action(), "target": "new"}

    # ------------------------------------------------------------ business
    def _set_answered(self):
        """Done, and told to who asked. Called with the answer written."""
        self.check_access("write")
        self._check_open()
        self._get_complaints()._check_not_finished()
        if blank := self.filtered(lambda part: not (part.answer or "").strip()):
            raise UserError(self.env._("Write the answer first:\n%s", "\n".join(blank.mapped("name"))))
        if denied := self.filtered(lambda part: not (part._may_answer() or part._may_plan())):
            raise AccessError(self.env._("This is another team's to answer:\n%s", "\n".join(denied.mapped("name"))))
        # the button has decided that the user may
        self.sudo().date_done = fields.Datetime.now()
        for part in self:
            complaint = part.sudo().complaint_id
            complaint.with_env(self.env)._notify_users(
                complaint._get_role_user("handler").with_env(self.env) - self.env.user,
                part._compose_answered,
            )

    def _compose_answered(self, complaint):
        team = self.with_env(complaint.env).team_id.name
        return complaint.env._("%(complaint)s: %(team)s has answered «%(part)s»", complaint=complaint.name, team=team, part=self.name), self.answer

    def _withdraw(self):
        """Not needed any more."""
        unanswered = self.filtered(lambda part: not part.date_done)
        unanswered.activity_unlink([ACTIVITY_TYPE])
        unanswered.active = False

    def _hand_out(self):
        """The person gets it as an activity and is told."""
        # the message below tells it, so the activity need not
        self.with_context(mail_activity_quick_update=True)._schedule_activity()
        for part in self:
            part._notify_users(
                part.user_id - self.env.user,
                lambda part: (
                    part.env._("%(complaint)s: your answer is needed", complaint=part.sudo().complaint_id.display_name),
                    part.env._(
                        "%(part)s, until %(deadline)s", part=part.name,
                        deadline=format_datetime(part.env, part.date_deadline, tz=part.env.context.get("tz")),
                    ),
                ),
            )

    def _schedule_activity(self):
        """One activity of the person, as the part is now; another one's falls away."""
        # it may be the activity of the one who was asked before
        self.sudo().activity_unlink([ACTIVITY_TYPE])
        for part in self:
            part.activity_schedule(
                ACTIVITY_TYPE, summary=part.name, user_id=part.user_id.id,
                date_deadline=part._get_deadline_day(),
            )
