from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .return_order import FINISHED_STATES

# state: {next state: (the role that may do it, the button that does it with all that goes with it)}
# Cancelling takes a reason: no written state can stand for it.
TRANSITIONS = {
    "draft": {"decision": ("reporter", "action_submit"), "receiving": ("express", "action_express"), "cancel": ("reporter", "_cancel")},
    "decision": {
        "draft": ("decider", "action_back_to_draft"), "approved": ("decider", "action_accept"), "done": ("reporter", "action_tell"),
        "cancel": ("decider", "_cancel"),
    },
    "approved": {
        "receiving": ("reporter", "action_tell"), "decision": ("decider", "action_decide_anew"), "cancel": ("decider", "_cancel"),
    },
    "receiving": {"inspection": ("receiver", "action_received"), "cancel": ("decider", "_cancel")},
    "inspection": {"processing": ("inspector", "action_inspected")},
    "processing": {"done": ("receiver", "action_done")},
    "done": {"decision": ("manager", "action_reopen"), "processing": ("manager", "action_reopen")},
    "cancel": {"draft": ("manager", "action_reopen")},
}

# the way a return normally goes
NEXT_STATE = {
    "draft": "decision", "decision": "approved", "approved": "receiving", "receiving": "inspection", "inspection": "processing",
    "processing": "done",
}

# only the buttons that stand for them set these
SYSTEM_FIELDS = {
    "cancel_reason", "date_done", "manager_verdict", "manager_verdict_by_id", "rep_verdict", "rep_verdict_by_id", "refusal_reason",
    "answered_on", "answered_by_id", "answer",
}

# whose it is, which decides who has the step at hand
STEP_FIELDS = {"team_id", "user_id"}

# whose goods they are and what is agreed about them: settled with the decision
DECIDED_FIELDS = {"partner_id", "complaint_id", "collection", "team_id"}


class ReturnOrder(models.Model):
    """Which state follows which (TRANSITIONS), what must be true before (return_order_gates.py), who may do it
    (`_get_missing_role`), and what happens then (the lines after the write in `action_*`).
    """

    _inherit = "return.order"

    can_edit = fields.Boolean(compute="_compute_next_move", help="The user may change it, and it is not finished.")
    can_advance = fields.Boolean(compute="_compute_next_move", help="The user may take the next step.")
    can_cancel = fields.Boolean(compute="_compute_next_move", help="The user may cancel it.")
    can_reopen = fields.Boolean(compute="_compute_next_move", help="The user may reopen it.")
    can_express = fields.Boolean(compute="_compute_next_move", help="The user may take it back without a decision.")
    next_gaps = fields.Text("Still Missing", compute="_compute_next_move", help="What the next step still waits for.")

    @api.depends("state", "team_id", "user_id", "is_express", "manager_verdict", "rep_verdict")
    @api.depends_context("uid", "lang")
    def _compute_next_move(self):
        for order in self:
            target = order._get_next_state()
            may_write = order.has_access("write")
            order.can_edit = may_write and order.state not in FINISHED_STATES
            order.can_advance = may_write and bool(target) and not order._get_move_refusal(target)
            order.can_cancel = may_write and not order._get_move_refusal("cancel")
            order.can_reopen = may_write and order.state in FINISHED_STATES and not order._get_move_refusal(order._get_reopened_state())
            order.can_express = may_write and order.state == "draft" and order.is_express and not order._get_missing_role("express")
            order.next_gaps = "\n".join(order._get_gaps(target)) if target and order._origin else False

    def _get_next_state(self):
        """The state that comes next on the way of this return, or None."""
        self.ensure_one()
        if self.state == "draft" and self.is_express and not self._get_missing_role("express"):
            return "receiving"
        if self.verdict == "refused":
            return "done" if self.state == "decision" else None
        return NEXT_STATE.get(self.state)

    # ------------------------------------------------------------ who may
    def _get_missing_role(self, role):
        """What the user would have to be for that role here, in words, or False where he is."""
        self.ensure_one()
        user, order = self.env.user, self.sudo()
        if self.env.su or role == "reporter":
            return False
        leads = user == order.team_id.leader_id or user.has_group("quality_complaint.group_manager")
        sells = user == order.user_id or user.has_group("sales_team.group_sale_manager")
        receives = leads or user in order.team_id.member_ids or user.has_group("stock.group_stock_user")
        has_role, words = {
            "manager": (leads, self.env._("the leader of the responsible team, or a quality manager")),
            "rep": (sells, self.env._("the sales representative, or a sales administrator")),
            "decider": (leads or sells, self.env._("the leader of the responsible team, or the sales representative")),
            "receiver": (receives, self.env._("the warehouse, or the responsible team")),
            "express": (
                user.has_group("return_repair.group_express"), self.env._("somebody with the right «%s»", self._get_express_group_name()),
            ),
        }[role]
        return not has_role and words

    @api.model
    def _get_express_group_name(self):
        # everybody may know the name of what he lacks
        return self.env.ref("return_repair.group_express").sudo().name

    # ------------------------------------------------------------ writing
    @api.model
    def _get_transitions(self):
        return TRANSITIONS

    @api.model
    def _get_finished_states(self):
        return FINISHED_STATES

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | SYSTEM_FIELDS

    def _before_content_write(self, vals):
        self._check_settled(vals)
        super()._before_content_write(vals)

    def _after_content_write(self, vals, before):
        super()._after_content_write(vals, before)
        if vals.get("complaint_id"):
            self._check_linked_complaints()
        if vals.keys() & STEP_FIELDS:
            self._hand_over_steps()

    def _check_settled(self, vals):
        """What was accepted is not changed by those who only asked for it."""
        if self.env.su or not DECIDED_FIELDS & vals.keys():
            return
        settled = self.filtered(lambda order: order.state not in ("draft", "decision"))
        if denied := settled.filtered(lambda order: order._get_missing_role("manager")):
            labels = self.fields_get(sorted(DECIDED_FIELDS & vals.keys()), ["string"])
            raise AccessError(self.env._(
                "%(fields)s: what was accepted is changed by the leader of the responsible team only (%(orders)s).",
                fields=", ".join(label["string"] for label in labels.values()), orders=", ".join(denied.mapped("name")),
            ))

    # ------------------------------------------------------------ moves
    def action_submit(self):
        """Ask for the decision. A sales representative who says what each customer is to get has decided for his part."""
        self._move("decision", "action_submit")
        self._decide_by_submitting()
        self._schedule_steps()

    def action_back_to_draft(self):
        """Something is unclear: back to the sales representative."""
        self._move("draft", "action_back_to_draft", **self._get_no_decision())
        # what was refused may have been promised to come back in another return
        self.sudo().line_ids._check_returnable()
        # the message below tells it, so the activity need not
        self.with_context(mail_activity_quick_update=True)._schedule_steps(done=False)
        for order in self:
            order._notify_users(
                order.user_id - self.env.user,
                lambda order: (
                    order.env._("%s was sent back to you", order.display_name),
                    order.env._("Please complete it and submit it again."),
                ),
            )

    def _start_receiving(self):
        """The customer knows, the goods are expected. Extended by what makes the receipts."""
        self._write_system({"state": "receiving"})
        self._schedule_steps()
        self._schedule_coordination()

    def action_received(self):
        self._check_button("inspection", "action_received")
        self._set_received()

    def _set_received(self):
        """All that comes has come: somebody inspects it. By the button, or by the receipts."""
        self._write_system({"state": "inspection"})
        self._schedule_steps()

    def action_inspected(self):
        self._check_button("processing", "action_inspected")
        self._inspect()

    def _inspect(self):
        """The result of the inspection is known: what was decided is carried out."""
        self._write_system({"state": "processing"})
        self._schedule_steps()
        self._process()

    def _process(self):
        """Do for each line what was decided, see `return.order.line._carry_out`."""
        self.line_ids._carry_out()

    def action_done(self):
        self._check_button("done", "action_done")
        self._finish()

    def action_reopen(self):
        """Back to where it can go on; what is decided anew gets its time anew."""
        if unfinished := self.filtered(lambda order: order.state not in FINISHED_STATES):
            raise UserError(self.env._("%s is not finished, so there is nothing to reopen.", ", ".join(unfinished.mapped("name"))))
        for target, orders in self.grouped(lambda order: order._get_reopened_state()).items():
            anew = {} if target == "processing" else {**self._get_no_decision(), "answered_on": False, "answered_by_id": False, "answer": False}
            orders._move(target, "action_reopen", cancel_reason=False, date_done=False, **anew)
            # others may have been promised to come back in the meantime
            orders.sudo().line_ids._check_returnable()
            if anew:
                orders._promise_steps()
            orders._schedule_steps()

    def _get_reopened_state(self):
        self.ensure_one()
        if self.state == "cancel":
            return "draft"
        return "decision" if self.verdict == "refused" else "processing"

    def _cancel(self, reason):
        """The record stays, with the reason."""
        self.check_access("write")
        self._write_system({"cancel_reason": reason})
        self._check_move("cancel")
        self._finish("cancel", done=False)

    def _finish(self, state="done", done=True):
        """It is over: what is not done yet falls away."""
        self._write_system({"state": state, "date_done": fields.Datetime.now()})
        self.milestone_ids.filtered(lambda milestone: not milestone.date_done).sudo().active = False
        self._schedule_steps(done)
