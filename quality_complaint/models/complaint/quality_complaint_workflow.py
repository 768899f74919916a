from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty

from ..capa.quality_capa import UNFINISHED_STATES
from .quality_complaint import FINISHED_STATES

# state: {next state: (the role that may do it, the button that does it with all that goes with it)}
# Cancelling and sending the reply take more than a state, a reason and a document: no written state can stand for them.
TRANSITIONS = {
    "draft": {"review": ("reporter", "action_submit"), "cancel": ("reporter", "_cancel")},
    "review": {
        "draft": ("handler", "action_back_to_draft"), "investigation": ("manager", "action_approve"),
        "rejected": ("manager", "action_reject"), "cancel": ("manager", "_cancel"),
    },
    "investigation": {"reply": ("handler", "action_resolve"), "cancel": ("manager", "_cancel")},
    "reply": {
        "investigation": ("handler", "action_back_to_investigation"), "follow_up": ("reporter", "_set_reply_sent"),
        "cancel": ("manager", "_cancel"),
    },
    "follow_up": {
        "closed": ("reporter", "action_close"), "investigation": ("reporter", "action_start_round"), "reply": ("reporter", "action_correct_reply"),
        "cancel": ("manager", "_cancel"),
    },
    "closed": {"investigation": ("manager", "action_reopen")},
    "rejected": {"review": ("manager", "action_reopen")},
    "cancel": {"draft": ("manager", "action_reopen")},
}

# the way a complaint normally goes
NEXT_STATE = {
    "draft": "review", "review": "investigation", "investigation": "reply", "reply": "follow_up", "follow_up": "closed",
}

# only the buttons that stand for them set these
SYSTEM_FIELDS = {
    "acknowledged_on",
    "round", "date_state", "date_closed", "cancel_reason", "cancel_note", "reply_approved_by_id", "reply_approved_on", "reply_sent_on",
    "reply_draft", "reply_form", "informed_plan", "date_to_ask",
}

VERDICT_FIELDS = {
    "validity", "verdict_reason", "customer_agreement", "agreement_date", "agreement_partner_id", "agreement_channel",
}

# decided in the review; the verdict stands from then on, and the team changes only by a transfer
REVIEW_FIELDS = VERDICT_FIELDS | {"team_id"}

# field: who may change it once the complaint is submitted
FIELD_ROLES = {
    **dict.fromkeys(REVIEW_FIELDS, "manager"),
    **dict.fromkeys((
        "type_id", "severity", "responsibility", "handler_id", "sales_manager_id", "user_id", "handling_opinion", "analysis",
        "inform_user_ids",
    ), "handler"),
}

# what decides whose activity the step at hand is
STEP_FIELDS = {"team_id", "handler_id", "sales_manager_id", "user_id"}

# the roles that a complaint's type may keep to one group
HANDLING_ROLES = ("handler", "manager")

ACTIVITY_TYPE = "quality_complaint.mail_activity_type_complaint"


class QualityComplaint(models.Model):
    """Which state follows which (TRANSITIONS), what must be true before (`_get_gaps_<state>`), who may do it
    (`_get_missing_group`), and what happens then (the lines after the write in `action_*`).
    """

    _inherit = "quality.complaint"

    can_advance = fields.Boolean(compute="_compute_next_move", help="The user may take the next step.")
    can_manage = fields.Boolean(compute="_compute_next_move", help="The user may approve, cancel and reopen it.")
    can_handle = fields.Boolean(compute="_compute_next_move", help="The user may judge and handle it.")
    can_edit = fields.Boolean(compute="_compute_next_move", help="The user may change it, and it is not finished.")
    next_gaps = fields.Text("Still Missing", compute="_compute_next_move", help="What the next step still waits for.")

    @api.depends("state", "team_id", "type_id")
    @api.depends_context("uid", "lang")
    def _compute_next_move(self):
        for complaint in self:
            target = NEXT_STATE.get(complaint.state)
            may_write = complaint.has_access("write")
            complaint.can_advance = may_write and bool(target) and not complaint._get_move_refusal(target)
            complaint.can_manage = may_write and complaint._has_role("manager")
            complaint.can_handle = may_write and complaint._has_role("handler")
            complaint.can_edit = may_write and complaint.state not in FINISHED_STATES
            complaint.next_gaps = "\n".join(complaint._get_gaps(target)) if target and complaint._origin else False

    # ------------------------------------------------------------ the rules of a move
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
    def _get_fixed_fields(self):
        return super()._get_fixed_fields() | {"is_history"}

    def _get_missing_role(self, role):
        group = self._get_missing_group(role)
        return group and self.env._("the right «%s»", group.full_name)

    def _has_role(self, role):
        return not self._get_missing_group(role)

    def _get_missing_group(self, role):
        """The group that the user would have to be in for that role here, or none where he has the role.

        A team's leader who is a handler is its complaints' manager. Where the type names those who handle it,
        nobody else reviews or handles.
        """
        self.ensure_one()
        user = self.env.user
        # everybody may know the name of what he lacks
        missing = self.env["res.groups"].sudo()
        if self.env.su:
            return missing
        if role in HANDLING_ROLES and not self._may_be_handled_by(user):
            return self.handler_group_id.sudo()
        leads = role == "manager" and user == self.team_id.leader_id and user.has_group("quality_complaint.group_handler")
        if leads or user.has_group(f"quality_complaint.group_{role}"):
            return missing
        return missing.env.ref(f"quality_complaint.group_{role}")

    def _before_content_write(self, vals):
        self._check_field_roles(vals)
        super()._before_content_write(vals)

    def _note_before_write(self, vals):
        return {**super()._note_before_write(vals), "classified": {complaint: (complaint.type_id, complaint.urgency) for complaint in self}}

    def _after_content_write(self, vals, before):
        super()._after_content_write(vals, before)
        # a promised time follows a new classification only before the approval
        self.filtered(
            lambda complaint: complaint.state in ("draft", "review") and before["classified"][complaint] != (complaint.type_id, complaint.urgency),
        )._apply_deadline_policy()
        if vals.keys() & (STEP_FIELDS | {"type_id"}):
            self._hand_over_step()

    def _prepare_state_values(self, vals):
        # what is brought back stands there since when it stood there
        return {**super()._prepare_state_values(vals), "date_state": vals.get("date_state", fields.Datetime.now())}

    def _check_field_roles(self, vals):
        """What is judged and handled is not the reporter's to write, and a verdict stands once it was acted on."""
        submitted = self.filtered(lambda complaint: complaint.state != "draft")
        lacking = {
            name: group for name in FIELD_ROLES.keys() & vals.keys() for complaint in submitted
            if (group := complaint._get_missing_group(FIELD_ROLES[name]))
        }
        settled = set()
        if not self.env.su and any(complaint.state != "review" for complaint in submitted):
            settled = REVIEW_FIELDS & vals.keys()
        if not (lacking or settled):
            return
        labels = self.fields_get(sorted(lacking.keys() | settled), ["string"])
        reasons = [self.env._("You may not change this now: %s", ", ".join(label["string"] for label in labels.values()))]
        reasons.extend(
            self.env._("It takes the right «%s».", group.full_name)
            for group in self.env["res.groups"].sudo().union(*lacking.values())
        )
        if "team_id" in settled:
            reasons.append(self.env._("After the review a complaint changes its team with the button «Transfer»."))
        raise AccessError("\n".join(reasons))

    # ------------------------------------------------------------ gates
    def _get_gaps_review(self):
        """What a reader needs to understand the complaint without phoning the sales representative."""
        gaps = []
        if self.type_id.product_required and not self.line_ids:
            gaps.append(self.env._("The product it is about"))
        if not self.demand_ids:
            gaps.append(self.env._("What the customer asks for: at least one demand"))
        if self.handler_group_id and self.team_id.leader_id and not self._get_role_user("leader"):
            gaps.append(self.env._(
                "Somebody of «%(group)s» who reviews it: a handler, or the leader or a member of %(team)s",
                group=self.handler_group_id.full_name, team=self.team_id.name,
            ))
        gaps.extend(self.type_id._get_blank_labels(self))
        for line in self.line_ids:
            gaps.extend(
                self.env._("%(field)s of %(product)s", field=label, product=line.product_id.display_name)
                for label in self.type_id._get_blank_labels(line)
            )
        attached = self.document_ids.filtered("attachment_ids").kind_id
        gaps.extend(
            self.env._("Document: %s", kind.name) for kind in self.type_id.required_document_kind_ids - attached
        )
        return gaps

    def _get_gaps_investigation(self):
        if self.state == "follow_up":
            answer = self._get_current_follow_up()
            return [] if answer.satisfied == "no" else [self.env._("A follow-up in which the customer is not satisfied")]
        if self.state != "review":
            return []
        gaps = []
        if self.validity != "upheld":
            gaps.append(self.env._("The verdict that the complaint is upheld"))
        if not self.severity:
            gaps.append(self.env._("Severity"))
        if not self.team_id:
            gaps.append(self.env._("Responsible team"))
        if not (self.handler_id or self._get_leader()):
            gaps.append(self.env._("Handler"))
        return gaps

    def _get_gaps_rejected(self):
        gaps = []
        if self.validity != "not_upheld":
            gaps.append(self.env._("The verdict that the complaint is not upheld"))
        if not (self.verdict_reason or "").strip():
            gaps.append(self.env._("The reason of the verdict"))
        if not (self.customer_agreement or "").strip():
            gaps.append(self.env._("What was agreed with the customer"))
        if not self.agreement_date:
            gaps.append(self.env._("When it was agreed"))
        if not self.agreement_partner_id:
            gaps.append(self.env._("With whom it was agreed"))
        if not self.agreement_channel:
            gaps.append(self.env._("How it was agreed: by phone, by e-mail …"))
        return gaps

    def _get_gaps_reply(self):
        gaps = self._get_open_demand_gaps()
        if is_html_empty(self.handling_opinion):
            gaps.append(self.env._("The handling opinion"))
        if not self.sales_manager_id:
            gaps.append(self.env._("The sales manager who approves the reply"))
        if not self._skips_investigation() and not self.cause_ids and is_html_empty(self.analysis):
            gaps.append(self.env._("The cause analysis"))
        gaps.extend(
            self.env._("The action «%s» is not done", capa.name)
            for capa in self.capa_ids
            if capa.capa_type != "preventive" and capa.state in UNFINISHED_STATES
        )
        return gaps

    def _get_open_demand_gaps(self):
        return [
            self.env._("An answer and its outcome to the demand «%s»", demand.name)
            for demand in self.demand_ids._filter_open()
        ]

    def _get_gaps_follow_up(self):
        # a demand may have come since the answers were given, with a complaint that was merged into this one
        gaps = self._get_open_demand_gaps()
        if is_html_empty(self.reply_body):
            gaps.append(self.env._("The reply to the customer"))
        if not self.reply_approved_on:
            gaps.append(self.env._("The sales manager's approval of the reply"))
        if not self.reply_sent_on:
            gaps.append(self.env._("The reply has to be sent to the customer"))
        return gaps

    def _get_gaps_closed(self):
        gaps = self._get_open_demand_gaps()
        if self._get_current_follow_up().satisfied != "yes":
            gaps.append(self.env._("A follow-up in which the customer is satisfied"))
        if not self._skips_investigation():
            if self.type_id.root_cause_required and not any(self.cause_ids.mapped("is_root")):
                gaps.append(self.env._("The root cause"))
            preventive = self.capa_ids.filtered(lambda capa: capa.capa_type == "preventive" and capa.state != "cancel")
            if self.type_id.preventive_required and not preventive:
                gaps.append(self.env._("A preventive action"))
        gaps.extend(
            self.env._("The action «%s» is not done", capa.name)
            for capa in self.capa_ids if capa.state in UNFINISHED_STATES
        )
        return gaps

    def _get_gaps_cancel(self):
        return [] if self.cancel_reason else [self.env._("The reason it is cancelled")]

    def _skips_investigation(self):
        return self.type_id.minor_skips_investigation and self.severity == "minor"

    # ------------------------------------------------------------ moves
    def action_submit(self):
        self._move("review", "action_submit")
        self._schedule_step()

    def action_back_to_draft(self):
        """Back to the one who filed it: something is unclear."""
        self._move("draft", "action_back_to_draft")
        # the message below tells it, so the activity need not
        self.with_context(mail_activity_quick_update=True)._schedule_step(done=False)
        for complaint in self:
            complaint._notify_users(
                complaint.user_id - self.env.user,
                lambda complaint: (
                    complaint.env._("%s was sent back to you", complaint.display_name),
                    complaint.env._("Please complete it and submit it again."),
                ),
            )

    def action_approve(self):
        self._move("investigation", "action_approve")
        for complaint in self.filtered(lambda complaint: not complaint.handler_id):
            complaint.handler_id = complaint._get_leader()
        self._complete_milestones("review")
        self._schedule_step()
        for complaint in self:
            complaint._notify_users(
                # the list is the settings', which who approves need not be allowed to read
                complaint.sudo().type_id.notify_user_ids.with_env(self.env) | complaint.handler_id,
                lambda complaint: (
                    complaint.env._("Complaint approved: %s", complaint.display_name),
                    complaint.env._(
                        "%(customer)s complains: %(subject)s. %(team)s handles it, responsible: %(handler)s.",
                        customer=complaint.partner_id.display_name, subject=complaint.subject,
                        team=complaint.team_id.name, handler=complaint.handler_id.name,
                    ),
                ),
            )

    def action_reject(self):
        self._move("rejected", "action_reject")
        self._finish("review")

    def _get_start_plan_refusal(self):
        """Why this user can't start the planned actions, or False."""
        self.ensure_one()
        if self.state not in ("investigation", "reply", "follow_up"):
            return self.env._("The actions of %s start when it is approved.", self.name)
        if group := self._get_missing_group("handler"):
            return self.env._(
                "The actions of %(complaint)s are its handler's to start. That takes the right «%(group)s».",
                complaint=self.name, group=group.full_name,
            )
        if is_html_empty(self.handling_opinion):
            return self.env._("Write the handling opinion of %s first, so that those who act know why.", self.name)
        return False

    def _check_start_plan(self):
        if refusals := [refusal for complaint in self if (refusal := complaint._get_start_plan_refusal())]:
            raise UserError("\n".join(refusals))

    def action_start_plan(self):
        """Propose the planned actions to those who carry them out; when all have agreed, they run."""
        self.check_access("write")
        self._check_start_plan()
        self.capa_ids.filtered(lambda capa: capa.state == "draft").action_propose()
        self._complete_milestones("propose")
        self._inform_of_plan()

    def action_resolve(self):
        self._move("reply", "action_resolve")
        self._complete_milestones("propose", "analyse", "resolve")
        self._draft_missing_reply()
        self._schedule_step()

    def action_back_to_investigation(self):
        self._move("investigation", "action_back_to_investigation")
        self._write_system({"reply_approved_by_id": False, "reply_approved_on": False})
        self._schedule_step(done=False)

    def action_close(self):
        self._move("closed", "action_close")
        self._finish("follow_up")

    def action_reopen(self):
        """Back to where it can be handled; what was closed begins a round of its own."""
        if unfinished := self.filtered(lambda complaint: complaint.state not in FINISHED_STATES):
            raise UserError(self.env._("%s is not finished, so there is nothing to reopen.", ", ".join(unfinished.mapped("name"))))
        for complaint in self:
            (target,) = TRANSITIONS[complaint.state]
            if target == "investigation":
                complaint._start_round("action_reopen")
            else:
                complaint._move(target, "action_reopen")
                complaint._write_system({"date_closed": False, "cancel_reason": False, "cancel_note": False})
                complaint._apply_deadline_policy(restart=True)
                complaint._schedule_step()

    def action_start_round(self):
        """The customer is not satisfied: those responsible take it up again."""
        self._start_round("action_start_round")

    def _start_round(self, button):
        for complaint in self:
            complaint._move("investigation", button)
            complaint._write_system({
                "round": complaint.round + 1, "date_closed": False,
                "reply_approved_by_id": False, "reply_approved_on": False, "reply_sent_on": False,
            })
            complaint._write_system(dict.fromkeys(("reply_body", "reply_report_id", "reply_draft", "reply_form"), False))
        self._apply_deadline_policy()
        self._schedule_step()

    def _cancel(self, reason, note):
        """The record stays, with the reason."""
        self._write_system({"cancel_reason": reason, "cancel_note": note})
        self._move("cancel")
        self._clear_steps(done=False)
        self._finish()

    def _finish(self, *steps):
        """What is not done yet falls away, whoever may read it."""
        self._complete_milestones(*steps)
        self.sudo().capa_ids.filtered(lambda capa: capa.state in UNFINISHED_STATES).action_cancel()
        self.milestone_ids.filtered(lambda milestone: not milestone.date_done).sudo().active = False
        self._write_system({"date_closed": fields.Datetime.now()})
        self._clear_steps()

    # ------------------------------------------------------------ steps: deadlines and activities
    def _get_role_user(self, role):
        """The person of a role on this complaint; where nobody has it, the team's leader.

        What the type keeps to a group is handled and reviewed by its people only.
        """
        self.ensure_one()
        if role in ("handler", "leader"):
            people = (self.handler_id, self._get_leader()) if role == "handler" else (self._get_leader(), self.handler_id)
            members = self.team_id.member_ids.filtered(self._may_be_handled_by) if self.handler_group_id else ()
            return next((person for person in (*people, *members) if person), self.env["res.users"])
        return {"reporter": self.user_id, "sales_manager": self.sales_manager_id}[role] or self.team_id.leader_id

    def _get_step(self):
        """(What has to be done now, the role that does it), or None where nothing has to be."""
        self.ensure_one()
        if self.state == "reply" and self.reply_approved_on:
            return self.env._("Send the reply to the customer"), "reporter"
        if self.state == "follow_up" and self.current_satisfied == "yes":
            return self.env._("Finish what is still open, and close"), "handler"
        return {
            "draft": (self.env._("Complete the complaint and submit it"), "reporter"),
            "review": (self.env._("Review the complaint"), "leader"),
            "investigation": (self.env._("Handle the complaint"), "handler"),
            "reply": (self.env._("Approve the reply"), "sales_manager"),
            "follow_up": (self.env._("Ask whether the customer is satisfied"), "reporter"),
        }.get(self.state)

    def _schedule_step(self, done=True):
        """Make the step that a complaint is at an activity of whoever has to do it. ``done`` as in `_clear_steps`."""
        self._clear_steps(done)
        for (summary, user, day), complaints in self.grouped(lambda complaint: complaint._get_step_activity()).items():
            if user:
                complaints.activity_schedule(ACTIVITY_TYPE, summary=summary, user_id=user.id, date_deadline=day)

    def _get_step_activity(self):
        """What has to be done now, in the words of who does it; by whom, and until which of his days."""
        self.ensure_one()
        _summary, role = self._get_step() or (False, False)
        user = self._get_role_user(role) if role else self.env["res.users"]
        summary, _role = self.with_context(lang=user.lang)._get_step() if user else (False, False)
        deadline = self.date_deadline or fields.Datetime.now()
        return summary, user, fields.Datetime.context_timestamp(self.with_context(tz=user.tz), deadline).date()

    def _hand_over_step(self):
        """The step at hand is an activity of whoever has to do it now; who gave it away may have lost sight of it."""
        for complaint in self.sudo():
            _summary, role = complaint._get_step() or (False, False)
            present = complaint.activity_search([ACTIVITY_TYPE]).user_id
            if role and present and present != complaint._get_role_user(role):
                complaint._schedule_step(done=False)

    def _clear_steps(self, done=True):
        """The step at hand is over.

        :param bool done: it was done, and the chatter says so; else it fell away
        """
        steps = self.sudo()  # the step may be somebody else's activity
        if done:
            steps.activity_feedback([ACTIVITY_TYPE])
        else:
            steps.activity_unlink([ACTIVITY_TYPE])
