from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty

from ...tools.access import join_refusals
from ..deadline.quality_notify_mixin import TALK_FIELDS
from .quality_inquiry import FINISHED_STATES, SYSTEM_FIELDS

# state: {next state: (who may do it, what does it with all that goes with it)}
# taker: whose inquiry it is; asked: those who were asked, too. What takes a reason or a complaint is no button: no written state can stand for it.
TRANSITIONS = {
    "new": {"forwarded": ("taker", "action_forward"), "done": ("taker", "action_answer"), "cancel": ("taker", "_cancel")},
    "forwarded": {
        "answered": ("asked", "action_answer"), "new": ("asked", "_return"), "done": ("taker", "_set_became_complaint"),
        "cancel": ("taker", "_cancel"),
    },
    "answered": {"done": ("taker", "action_tell"), "forwarded": ("taker", "_send_back"), "cancel": ("taker", "_cancel")},
    "done": {"new": ("taker", "action_reopen")},
    "cancel": {"new": ("taker", "action_reopen")},
}

# what those who are asked write
ANSWER_FIELDS = {"answer", "state"} | TALK_FIELDS

# what decides whose activity the step at hand is, and until when
STEP_FIELDS = {"team_id", "responder_id", "user_id", "date_deadline"}


class QualityInquiry(models.Model):
    """Which state follows which (TRANSITIONS), what must be true before (`_get_gaps_<state>`), who may do it
    (`_get_move_refusal`), and what happens then (the lines after the move). Whose turn it is, and how he hears of it, stands in quality_inquiry_activity.py.

    Who writes the state presses the button of that move, so that RPC, import and drag and drop obey alike.
    """

    _inherit = "quality.inquiry"

    may_file = fields.Boolean(compute="_compute_can_edit", help="It is the user's.")
    can_edit = fields.Boolean(compute="_compute_can_edit", help="It is the user's, and not over.")
    can_answer = fields.Boolean(compute="_compute_can_edit", help="The user may write the answer.")

    @api.depends("state", "team_id", "responder_id")
    @api.depends_context("uid")
    def _compute_can_edit(self):
        for inquiry in self:
            stored = inquiry._origin
            may_manage = stored._may_manage() if stored else True
            inquiry.may_file = may_manage
            inquiry.can_edit = may_manage and inquiry.state not in FINISHED_STATES
            inquiry.can_answer = (may_manage and inquiry.state in ("new", "forwarded")) or bool(stored and stored._is_asked())

    # ------------------------------------------------------------ who may
    def _may_manage(self):
        """True where the user may change it, and not only answer what he is asked."""
        self.ensure_one()
        if self.env.su:
            return True
        # by the rules alone, without what `_check_access` adds for those who are asked
        of_rules = self.env["ir.rule"]._compute_domain(self._name, "write")
        return self.env["ir.model.access"].check(self._name, "write", raise_exception=False) and bool(self.sudo().filtered_domain(of_rules))

    def _is_asked(self):
        """True where the user's answer is waited for."""
        self.ensure_one()
        inquiry = self.sudo()  # it is asked before it is known whether he may read it
        return inquiry.state == "forwarded" and self.env.user in (inquiry.responder_id | inquiry.team_id._get_people())

    def _check_access(self, operation):
        """Those who are asked write their answer to what they only read; `_check_may_write` sees to it that it is no more."""
        if operation != "write" or self.env.su:
            return super()._check_access(operation)
        asked = self.filtered(lambda inquiry: inquiry._origin and inquiry._is_asked())
        refused = super(QualityInquiry, self - asked)._check_access("write")
        refused_asked = super(QualityInquiry, asked)._check_access("read")
        return join_refusals(refused, refused_asked)

    @api.model
    def _get_transitions(self):
        return TRANSITIONS

    @api.model
    def _get_finished_states(self):
        return FINISHED_STATES

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | SYSTEM_FIELDS

    @api.model
    def _get_later_fields(self):
        return super()._get_later_fields() | {"complaint_id"}

    @api.model
    def _get_living_fields(self):
        return super()._get_living_fields() | {"complaint_id"}

    def _get_missing_role(self, role):
        if self._may_manage() or (role == "asked" and self._is_asked()):
            return False
        return self.user_id.name or self.env._("whoever takes it")

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """The form is read-only for who can't change the inquiry, but for the answer of those who are asked."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for node in arch.xpath("//sheet//field"):
                readonly = node.get("readonly") or str(self._fields[node.get("name")].readonly)
                node.set("readonly", f"({readonly}) or not {'can_answer' if node.get('name') == 'answer' else 'can_edit'}")
        return arch, view

    # ------------------------------------------------------------ gates
    def _get_gaps_forwarded(self):
        gaps = self._get_type_gaps() + self._get_forward_gaps()
        if self.state == "new" and self.date_deadline and self.date_deadline < fields.Datetime.now():
            gaps.append(self.env._("A deadline that lies ahead, or none: then the usual time counts"))
        return gaps

    def _get_gaps_answered(self):
        return [self.env._("The answer")] if is_html_empty(self.answer) else []

    def _get_gaps_done(self):
        if self.complaint_id:
            return []
        gaps = self._get_type_gaps() + self._get_gaps_answered()
        if self.state == "answered" and not (self.result or "").strip():
            gaps.append(self.env._("What the customer said to the answer"))
        return gaps

    def _get_type_gaps(self):
        return [] if self.type_id else [self.env._("The type of question")]

    # ------------------------------------------------------------ writing
    def _before_content_write(self, vals):
        if not self.env.su:
            self._check_may_write(vals)
        super()._before_content_write(vals)

    def _note_before_write(self, vals):
        return {
            **super()._note_before_write(vals),
            "step": {inquiry: (inquiry.responder_id, inquiry.date_deadline) for inquiry in self},
        }

    def _after_content_write(self, vals, before):
        super()._after_content_write(vals, before)
        if vals.keys() & STEP_FIELDS and not self.env.su:
            self._hand_over_step(before["step"])

    def _check_may_write(self, vals):
        """Those who are asked write the answer, while it is waited for."""
        self.check_access("write")
        if "answer" in vals and (given := self.filtered(lambda inquiry: inquiry.state == "answered")):
            raise UserError(self.env._(
                "The answer of %s is given. Send it back to those who gave it, with what is unclear.", ", ".join(given.mapped("name")),
            ))
        deadline = fields.Datetime.to_datetime(vals.get("date_deadline"))
        if deadline and deadline < fields.Datetime.now() and (past := self.filtered(lambda inquiry: inquiry.state == "forwarded")):
            raise UserError(self.env._("Nobody can answer in the past. Choose a later deadline:\n%s", "\n".join(past.mapped("display_name"))))
        if vals.keys() - ANSWER_FIELDS and (denied := self.filtered(lambda inquiry: not inquiry._may_manage())):
            raise AccessError(self.env._(
                "You are asked for the answer. All the rest is for those who took the question:\n%s", "\n".join(denied.mapped("display_name")),
            ))

    # ------------------------------------------------------------ moves
    def _take(self):
        """Whoever deals with what is nobody's has taken it."""
        if untaken := self.filtered(lambda inquiry: not inquiry.user_id):
            untaken.user_id = self.env.user

    def action_forward(self):
        """Ask the team. Its answer comes back to who took the question."""
        self._check_move("forwarded", "action_forward")
        self._take()
        for inquiry in self:
            inquiry._move("forwarded", "action_forward", **inquiry._prepare_deadline_values(inquiry.date_deadline))
        self._ask()

    def _prepare_deadline_values(self, deadline=False):
        """The time to answer runs from now: until when somebody has said, else as long as the company's settings say."""
        self.ensure_one()
        now, company = fields.Datetime.now(), self.company_id.sudo()
        values = {
            "date_start": now, "date_deadline": deadline, "date_done": False,
            "duration": 0, "duration_unit": False, "resource_calendar_id": False,
        }
        if not deadline:
            duration, unit, calendar = company.inquiry_duration, company.inquiry_duration_unit, self.team_id._get_calendar(company)
            values |= {
                "duration": duration, "duration_unit": unit, "resource_calendar_id": calendar.id,
                "date_deadline": self.with_company(company)._plan_deadline(now, duration, unit, calendar),
            }
        return values

    def action_answer(self):
        """The answer is found: by who took the question, which ends it, or by those who were asked, which brings it back."""
        fresh = self.filtered(lambda inquiry: inquiry.state == "new")
        fresh._take()
        now = fields.Datetime.now()
        fresh._move("done", "action_answer", date_done=now, date_deadline=False)
        asked = self - fresh
        asked._move("answered", "action_answer", date_done=now)
        # the message below tells it, so the activity need not
        self.with_context(mail_activity_quick_update=True)._schedule_step()
        for inquiry in asked:
            inquiry._notify_users(
                inquiry._get_teller() - self.env.user,
                lambda inquiry: (inquiry.env._("The answer is there: %s", inquiry.display_name), inquiry.answer),
            )

    def action_tell(self):
        """The customer was told, and what he said is written down."""
        self._check_told()
        self._move("done", "action_tell")
        self._schedule_step()

    def _check_told(self):
        self.check_access("write")
        if early := self.filtered(lambda inquiry: inquiry.state in ("new", "forwarded")):
            raise UserError(self.env._("There is no answer yet that the customer could be told:\n%s", "\n".join(early.mapped("display_name"))))

    def action_send_answer(self):
        """Open the mail composer with the answer; sending it counts as telling the customer."""
        self.ensure_one()
        self._check_told()
        if not self.partner_email:
            raise UserError(self.env._("%s has no e-mail address to send the answer to.", self.partner_name))
        return self._get_composer_action(self.env._("Send the Answer"), "quality_complaint.mail_template_inquiry_answer", mark_inquiry_told=True)

    def message_post(self, **kwargs):
        if not self.env.context.get("mark_inquiry_told"):
            return super().message_post(**kwargs)
        # some roads post in sudo: the right that counts is the user's own
        by_user = self.sudo(False).with_context(mark_inquiry_told=False)
        by_user._check_told()
        message = super().message_post(**kwargs)
        receivers = message.partner_ids.filtered("partner_share")
        if message.is_internal or not receivers:
            raise UserError(self.env._("The answer has to go to the customer."))
        said = self.env._("Sent by e-mail to %s.", ", ".join(receivers.mapped("name")))
        by_user.result = "\n".join(filter(None, (self.result, said)))
        by_user.action_tell()
        return message

    def action_reopen(self):
        """The question is open again; what was answered stays to be read."""
        if became := self.filtered("complaint_id"):
            raise UserError(self.env._("It has become a complaint, and goes on there:\n%s", "\n".join(became.mapped("display_name"))))
        if running := self.filtered(lambda inquiry: inquiry.state not in FINISHED_STATES):
            raise UserError(self.env._("%s is not over, so there is nothing to reopen.", ", ".join(running.mapped("name"))))
        self._move("new", "action_reopen", date_done=False, date_deadline=False, cancel_reason=False)
        self._schedule_step()

    def _send_back(self, reason):
        """The answer is not clear: those who gave it are asked again, with the usual time."""
        for inquiry in self:
            inquiry._move("forwarded", "_send_back", **inquiry._prepare_deadline_values())
            inquiry._log_reason(self.env._("The answer was sent back:"), reason, inquiry.answer)
        self._ask(reason)

    def _return(self, reason):
        """Those who were asked can't answer this: who took it asks differently, or somebody else."""
        self._move("new", "_return", date_deadline=False)
        self.with_context(mail_activity_quick_update=True)._schedule_step(done=False)
        for inquiry in self:
            inquiry._log_reason(self.env._("The question was returned:"), reason)
            inquiry._notify_users(
                inquiry.user_id - self.env.user, lambda inquiry: (inquiry.env._("Returned: %s", inquiry.display_name), reason),
            )

    def _cancel(self, reason):
        """The record stays, with the reason."""
        self._move("cancel", "_cancel", cancel_reason=reason)
        self._schedule_step(done=False)

    def _log_reason(self, title, reason, before=None):
        self.ensure_one()
        self._message_log(body=Markup("<p>%s %s</p>%s") % (title, reason, before or ""))
