from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# state: {next state: (the role that may do it, the button that does it with all that goes with it)}
# Refusing and cancelling take a reason, crediting takes accounting: no written state can stand for them.
TRANSITIONS = {
    "draft": {"to_approve": ("filer", "action_submit"), "approved": ("filer", "action_submit"), "cancel": ("filer", "_cancel")},
    "to_approve": {
        "approved": ("approver", "action_approve"), "refused": ("approver", "_refuse"), "draft": ("filer", "action_back_to_draft"),
        "cancel": ("filer", "_cancel"),
    },
    "approved": {"paid": ("accounting", "_follow_credit_notes"), "cancel": ("manager", "_cancel")},
    "paid": {"approved": ("accounting", "_follow_credit_notes")},
    "refused": {"draft": ("filer", "action_back_to_draft")},
    "cancel": {"draft": ("filer", "action_back_to_draft")},
}

FINISHED_STATES = ("paid", "refused", "cancel")

SYSTEM_FIELDS = {"submitted_by_id", "approved_by_id", "refusal_reason", "cancel_reason"}

# what is asked for: settled when it is submitted
CONTENT_FIELDS = {
    "sale_order_id", "sale_line_id", "user_id", "date_requested", "reason_id", "price_now", "quantity", "amount",
}


class ReturnCompensation(models.Model):
    """Up to the company's limit whoever files it gives it; above, or beyond the computed difference, a sales administrator
    approves who has not filed it.
    """

    _inherit = "return.compensation"

    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True, help="Nobody: it was below the limit.")
    refusal_reason = fields.Text(readonly=True, copy=False, tracking=True)
    cancel_reason = fields.Text(readonly=True, copy=False, tracking=True)
    needs_approval = fields.Boolean(compute="_compute_needs_approval", compute_sudo=True)
    can_edit = fields.Boolean(compute="_compute_can", help="It is new, and the user may change it.")
    can_submit = fields.Boolean(compute="_compute_can")
    can_approve = fields.Boolean(compute="_compute_can")
    can_cancel = fields.Boolean(compute="_compute_can")
    can_reset = fields.Boolean(compute="_compute_can", help="The user may make it new again.")
    next_gaps = fields.Text("Still Missing", compute="_compute_can")

    @api.depends("amount", "difference", "company_id", "sale_line_id", "state")
    def _compute_needs_approval(self):
        """What was given for the same order line without an approval counts as well: nobody cuts an amount into pieces."""
        others = self._get_others()
        for compensation in self:
            unapproved = others[compensation].filtered(lambda other: not other.approved_by_id)
            total = compensation.amount_company + sum(unapproved.mapped("amount_company"))
            company = compensation.company_id
            compensation.needs_approval = (
                company.currency_id.compare_amounts(total, company.compensation_approval_limit) > 0
                or compensation.currency_id.compare_amounts(compensation.amount, compensation.difference) > 0
            ) if compensation.currency_id else False

    @api.depends("state", "user_id", "sale_line_id", "reason_id", "price_now", "quantity", "amount", "credit_line_ids.parent_state")
    @api.depends_context("uid", "lang")
    def _compute_can(self):
        for compensation in self:
            state = compensation.state
            next_state = {"draft": "to_approve", "to_approve": "approved", "approved": "paid"}.get(state)
            compensation.can_edit = state == "draft" and compensation.has_access("write")
            compensation.can_submit = state == "draft" and compensation._may_move("to_approve")
            compensation.can_approve = state == "to_approve" and compensation._may_move("approved")
            compensation.can_cancel = compensation._may_move("cancel")
            compensation.can_reset = compensation._may_move("draft")
            compensation.next_gaps = "\n".join(compensation._get_gaps(next_state)) if next_state and compensation._origin else False

    # ------------------------------------------------------------ who may
    def _get_missing_role(self, role):
        self.ensure_one()
        user, compensation = self.env.user, self.sudo()
        if self.env.su or role == "filer":
            return False
        manages = user.has_group("sales_team.group_sale_manager")
        filed = user in compensation.create_uid | compensation.user_id | compensation.submitted_by_id
        has_role, words = {
            "manager": (manages, self.env._("a sales administrator")),
            "approver": (manages and not filed, self.env._("a sales administrator who has not filed it")),
            "accounting": (False, self.env._("accounting, which posts its credit note")),
        }[role]
        return not has_role and words

    # ------------------------------------------------------------ what the moves obey
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
        super()._before_content_write(vals)
        if self.env.su or not CONTENT_FIELDS & vals.keys():
            return
        if settled := self.filtered(lambda compensation: compensation.state != "draft"):
            raise AccessError(self.env._(
                "%s was submitted as it is. Make it new again to change it.", ", ".join(settled.mapped("name")),
            ))

    def _after_content_write(self, vals, before):
        super()._after_content_write(vals, before)
        if vals.keys() & {"sale_order_id", "complaint_id"} and not self.env.su:
            self._check_linked()
        if vals.get("sale_order_id") and self.sudo().filtered(lambda compensation: compensation.sale_order_id.company_id != compensation.company_id):
            raise UserError(self.env._("A compensation stays in the company that numbered it."))

    def _get_gaps_to_approve(self):
        gaps = [] if self.reason_id else [self.env._("The reason")]
        return gaps + self._get_amount_gaps()

    def _get_gaps_approved(self):
        if self.state == "paid":  # accounting has taken the credit note back
            return []
        gaps = self._get_gaps_to_approve()
        if not gaps and self.state == "draft" and self.needs_approval:
            gaps.append(self.env._("The approval of a sales administrator: it is above the limit, or more than the computed difference"))
        return gaps

    def _get_gaps_refused(self):
        return [] if self.refusal_reason else [self.env._("The reason it is refused")]

    def _get_gaps_cancel(self):
        gaps = [] if self.cancel_reason else [self.env._("The reason it is cancelled")]
        if notes := self.credit_note_ids.filtered(lambda note: note.state != "cancel"):
            gaps.append(self.env._(
                "An end for its credit note (%s): accounting deletes or cancels it first", ", ".join(notes.mapped("display_name")),
            ))
        return gaps

    # ------------------------------------------------------------ moves
    def action_submit(self):
        """Ask for it; below the limit it is given at once."""
        self._lock_order_lines()
        self._check_button("to_approve", "action_submit")
        for compensation in self:
            # each counts for the next one of the same order line
            compensation.invalidate_recordset(["difference", "needs_approval"])
            if not compensation.needs_approval:
                compensation._move("approved", "action_submit", submitted_by_id=self.env.uid)
                compensation._make_credit_notes()
            else:
                compensation._move("to_approve", "action_submit", submitted_by_id=self.env.uid)
                compensation._ask_approver()

    def action_approve(self):
        self._lock_order_lines()
        self._move("approved", "action_approve", approved_by_id=self.env.uid)
        self._end_asking()
        self._make_credit_notes()

    def action_back_to_draft(self):
        self._move("draft", "action_back_to_draft", submitted_by_id=False, approved_by_id=False, refusal_reason=False, cancel_reason=False)
        self._end_asking()

    def _refuse(self, reason):
        self.check_access("write")
        self._write_system({"refusal_reason": reason})
        self._move("refused", "_refuse")
        self._end_asking()
        for compensation in self:
            compensation._notify_users(
                compensation.user_id - self.env.user,
                lambda told: (told.env._("%s was refused", told.display_name), told.refusal_reason),
            )

    def _cancel(self, reason):
        """The record stays, with the reason."""
        self.check_access("write")
        self._write_system({"cancel_reason": reason})
        self._move("cancel", "_cancel")
        self._end_asking()

    def _lock_order_lines(self):
        """Of two who compensate the same order line at the same moment the second sees what the first one gave."""
        self.check_access("write")
        self.env["return.order.line"]._lock_sources(self.sudo().sale_line_id)

    def _ask_approver(self):
        """The leader of the order's sales team is asked, where they may approve; *To Approve* lists it for all who may."""
        self.ensure_one()
        leader = self.sudo().sale_order_id.team_id.user_id
        if leader and self.company_id in leader.company_ids and not self.with_user(leader)._get_missing_role("approver"):
            self.sudo().activity_schedule(  # it is somebody else's activity
                "mail.mail_activity_data_todo", user_id=leader.id, summary=self.with_context(lang=leader.lang).env._("Approve the compensation"),
            )

    def _end_asking(self):
        # it may be somebody else's activity
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
