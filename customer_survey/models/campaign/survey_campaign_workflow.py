from odoo import api, fields, models

from odoo.addons.quality_complaint.models.deadline.quality_deadline_mixin import ALERT_FIELDS

# state: {next state: (the role that may do it, what does it with all that goes with it)}
# What takes a reason is no button: no written state can stand for it.
TRANSITIONS = {
    "draft": {"running": ("organizer", "action_start"), "cancel": ("organizer", "_cancel")},
    "running": {"evaluation": ("organizer", "action_close"), "cancel": ("organizer", "_cancel")},
    "evaluation": {"review": ("organizer", "action_submit"), "running": ("organizer", "action_extend"), "cancel": ("organizer", "_cancel")},
    "review": {"feedback": ("reviewer", "action_approve"), "evaluation": ("reviewer", "_send_back")},
    "feedback": {"done": ("organizer", "action_done")},
    "done": {"feedback": ("organizer", "action_reopen")},
    "cancel": {"draft": ("organizer", "action_reopen")},
}

# the way a campaign normally goes
NEXT_STATE = {"draft": "running", "evaluation": "review", "review": "feedback", "feedback": "done"}

# only the buttons that stand for them set these
SYSTEM_FIELDS = {
    "date_started", "date_closed", "date_finished", "cancel_reason", "date_start", "date_deadline", "date_warning", "date_paused",
    "date_done", *ALERT_FIELDS.values(),
}


class SurveyCampaign(models.Model):
    """Which state follows which (TRANSITIONS), what must be true before (`_get_gaps_<state>`), who may do it
    (`_get_missing_role`), and what happens then (the lines after the move)."""

    _inherit = "survey.campaign"

    may_organize = fields.Boolean(compute="_compute_can_move")
    can_start = fields.Boolean(compute="_compute_can_move")
    can_close = fields.Boolean(compute="_compute_can_move")
    can_extend = fields.Boolean(compute="_compute_can_move")
    can_submit = fields.Boolean(compute="_compute_can_move")
    can_approve = fields.Boolean(compute="_compute_can_move")
    can_send_back = fields.Boolean(compute="_compute_can_move")
    can_finish = fields.Boolean(compute="_compute_can_move")
    can_cancel = fields.Boolean(compute="_compute_can_move")
    can_reopen = fields.Boolean(compute="_compute_can_move")
    next_gaps = fields.Text("Still Missing", compute="_compute_can_move", help="What the next step still waits for.")

    @api.depends("state", "user_id")
    @api.depends_context("uid", "lang")
    def _compute_can_move(self):
        for campaign in self:
            state = campaign.state
            campaign.may_organize = not campaign._get_missing_role("organizer")
            campaign.can_start = state == "draft" and campaign._may_move("running")
            campaign.can_close = state == "running" and campaign._may_move("evaluation")
            campaign.can_extend = state == "evaluation" and campaign._may_move("running")
            campaign.can_submit = state == "evaluation" and campaign._may_move("review")
            campaign.can_approve = state == "review" and campaign._may_move("feedback")
            campaign.can_send_back = state == "review" and campaign._may_move("evaluation")
            campaign.can_finish = state == "feedback" and campaign._may_move("done")
            campaign.can_cancel = state in ("draft", "running", "evaluation") and campaign._may_move("cancel")
            campaign.can_reopen = (state == "done" and campaign._may_move("feedback")) or (state == "cancel" and campaign._may_move("draft"))
            target = NEXT_STATE.get(state)
            campaign.next_gaps = "\n".join(campaign._get_gaps(target)) if target and campaign._origin else False

    @api.model
    def _get_transitions(self):
        return TRANSITIONS

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | SYSTEM_FIELDS

    @api.model
    def _get_fixed_fields(self):
        return {"company_id"}

    def _get_missing_role(self, role):
        self.ensure_one()
        user = self.env.user
        if self.env.su:
            return False
        has_role, words = {
            "collector": (user.has_group("customer_survey.group_collector"), self.env._("customer service")),
            "organizer": (user.has_group("customer_survey.group_organizer"), self.env._("the right to organize surveys")),
            "reviewer": (
                user.has_group("customer_survey.group_reviewer") and user != self.user_id,
                self.env._("the right to review surveys for the management, and somebody else than who organizes the campaign"),
            ),
        }[role]
        return not has_role and words

    # ------------------------------------------------------------ gates
    def _get_gaps_running(self):
        """What is missing before customers are asked. Extended by questionnaire and audience."""
        gaps = []
        if not self.survey_id:
            gaps.append(self.env._("The questionnaire"))
        if not self.date_end:
            gaps.append(self.env._("The last day on which answers count"))
        elif self.date_end < self.company_id._get_local_date(fields.Datetime.now()):
            gaps.append(self.env._("A last day for answers that lies ahead"))
        return gaps

    def _get_gaps_review(self):
        """What the report has to have. Extended by measures and remarks."""
        return []

    def _get_gaps_feedback(self):
        """What the management's review has to have. Extended by it."""
        return []

    def _get_gaps_done(self):
        """What the customers have to have been told. Extended by the feedback."""
        return []

    # ------------------------------------------------------------ moves
    def action_start(self):
        """Ask the customers; the time for the feedback counts, whether or not anybody closes the collection. Extended by the sending."""
        self._move("running", "action_start", date_started=fields.Datetime.now(), date_closed=False)
        self._set_feedback_deadline()

    def action_close(self):
        """No more answers are waited for; the customers are to be told within a month what was improved."""
        for campaign in self:
            campaign._move("evaluation", "action_close", date_closed=fields.Datetime.now(), date_done=False, **campaign._prepare_feedback_deadline())

    def action_extend(self):
        """Collect on: more copies are needed."""
        self._move("running", "action_extend", date_closed=False)
        self._set_feedback_deadline()

    def _set_feedback_deadline(self):
        for campaign in self:
            campaign._write_system(campaign._prepare_feedback_deadline())

    def action_submit(self):
        """The report goes to the management's review."""
        self._move("review", "action_submit")

    def _send_back(self, reason):
        """The management wants more in the report."""
        self._move("evaluation", "_send_back")
        for campaign in self:
            campaign.message_post(body=self.env._("Sent back by the management's review: %s", reason), partner_ids=campaign.user_id.partner_id.ids)

    def action_approve(self):
        """The management has reviewed the report and approves what is planned."""
        self._move("feedback", "action_approve")

    def action_done(self):
        """The customers know what was improved."""
        now = fields.Datetime.now()
        self._move("done", "action_done", date_finished=now)
        self.filtered(lambda campaign: not campaign.date_done)._write_system({"date_done": now})

    def action_reopen(self):
        """Who was told stays told, and when."""
        for target, campaigns in self.grouped(lambda campaign: "feedback" if campaign.state == "done" else "draft").items():
            campaigns._move(target, "action_reopen", date_finished=False, cancel_reason=False)

    def _cancel(self, reason):
        """The record stays, with the reason; it is none to compare with."""
        self._move("cancel", "_cancel", cancel_reason=reason, date_closed=False, date_deadline=False)
