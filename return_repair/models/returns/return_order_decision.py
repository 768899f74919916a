from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .return_order import VERDICTS

ROLES = ("manager", "rep")


class ReturnOrder(models.Model):
    """The leader of the responsible team and the sales representative both decide; quality managers and sales
    administrators stand in for them. Accepted is what both accept, refused what one refuses.

    Who changes what the other has accepted asks him again.
    """

    _inherit = "return.order"

    manager_verdict = fields.Selection(VERDICTS, "Decision of the Team", readonly=True, copy=False, tracking=True)
    manager_verdict_by_id = fields.Many2one("res.users", "Decided For the Team By", readonly=True, copy=False)
    rep_verdict = fields.Selection(VERDICTS, "Decision of Sales", readonly=True, copy=False, tracking=True)
    rep_verdict_by_id = fields.Many2one("res.users", "Decided For Sales By", readonly=True, copy=False)
    verdict = fields.Selection(VERDICTS, "Decision", compute="_compute_verdict", store=True, tracking=True)
    refusal_reason = fields.Text("Reason of the Refusal", readonly=True, copy=False, help="The customer is told it.")
    can_decide = fields.Boolean(compute="_compute_can_decide", help="The user's decision is waited for.")
    can_decide_as_manager = fields.Boolean(compute="_compute_can_decide", help="The user decides for the responsible team.")
    can_decide_anew = fields.Boolean(compute="_compute_can_decide", help="The user may take the decision back.")

    @api.depends("manager_verdict", "rep_verdict")
    def _compute_verdict(self):
        for order in self:
            verdicts = {order.manager_verdict, order.rep_verdict}
            order.verdict = "refused" if "refused" in verdicts else "accepted" if verdicts == {"accepted"} else False

    @api.depends("state", "team_id", "user_id", "manager_verdict", "rep_verdict")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for order in self:
            order.can_decide = not order._get_decide_refusal()
            order.can_decide_as_manager = not order._get_missing_role("manager")
            order.can_decide_anew = not order._get_decide_anew_refusal()

    # ------------------------------------------------------------ who may
    def _get_roles_to_decide(self):
        """The roles whose decision the user gives now: his own, else those that he stands in for."""
        self.ensure_one()
        order = self.sudo()
        pending = [role for role in ROLES if not order[f"{role}_verdict"] and not self._get_missing_role(role)]
        people = {"manager": order.team_id.leader_id, "rep": order.user_id}
        own = [role for role in pending if people[role] == self.env.user]
        return own or pending

    def _get_decide_refusal(self):
        """Why this user has nothing to decide here now, or False. Also decides whether the buttons show."""
        self.ensure_one()
        if self.state != "decision":
            return self.env._("%s is not up for decision.", self.name)
        if self.verdict == "refused":
            return self.env._("%s is refused. Take the decision back to decide anew.", self.name)
        if not self._get_roles_to_decide():
            return self.env._(
                "Your decision on %(order)s is not waited for: it is for the leader of the responsible team (%(leader)s) and the sales representative (%(rep)s).",
                order=self.name, leader=self.sudo().team_id.leader_id.name or self.env._("nobody"), rep=self.user_id.name,
            )
        return False

    def _get_decide_anew_refusal(self):
        """Why this user can't take the decision back, or False. Also decides whether the button shows."""
        self.ensure_one()
        if self.state not in ("decision", "approved") or not (self.manager_verdict or self.rep_verdict):
            return self.env._("There is no decision on %s that could be taken back: none was made, or the customer knows it.", self.name)
        if missing := self._get_missing_role("decider"):
            return self.env._("The decision on %(order)s is taken back by %(role)s.", order=self.name, role=missing)
        if not (self.verdict or any(self[f"{role}_verdict"] and not self._get_missing_role(role) for role in ROLES)):
            return self.env._("On %s only the other side has decided so far.", self.name)
        return False

    # ------------------------------------------------------------ moves
    def action_accept(self):
        """Accept what is to be done for each product."""
        self._decide("accepted")

    def _refuse(self, reason):
        """Refuse the return; the customer is told why."""
        self._decide("refused", refusal_reason=reason)

    def _decide(self, verdict, **values):
        self.check_access("read")
        if refusals := [refusal for order in self if (refusal := order._get_decide_refusal())]:
            raise UserError("\n".join(refusals))
        if verdict == "accepted":
            self._check_gaps("approved")
        for order in self:
            roles = order._get_roles_to_decide()
            if verdict == "refused" or all(order[f"{role}_verdict"] or role in roles for role in ROLES):
                # before the verdict is written: the step stays with who was waited for
                order._complete_milestones("decision")
            for role in roles:
                order._write_system({f"{role}_verdict": verdict, f"{role}_verdict_by_id": self.env.uid, **values})
        self._apply_decision()

    def _apply_decision(self):
        """Where both have decided, or one has refused, the customer gets his answer."""
        decided = self.filtered("verdict")
        decided.filtered(lambda order: order.verdict == "accepted")._write_system({"state": "approved"})
        self._schedule_steps()
        for order in decided.filtered(lambda order: order.verdict == "refused"):
            order._notify_users(
                (order.user_id | order.team_id.leader_id) - self.env.user,
                lambda order: (order.env._("Refused: %s", order.display_name), order.refusal_reason),
            )

    def action_decide_anew(self):
        """Take the decision back, as long as the customer does not know it."""
        self.check_access("read")
        if refusals := [refusal for order in self if (refusal := order._get_decide_anew_refusal())]:
            raise UserError("\n".join(refusals))
        self._write_system(self._get_no_decision())
        self.filtered(lambda order: order.state == "approved")._write_system({"state": "decision"})
        # what was refused may have been promised to come back in another return
        self.sudo().line_ids._check_returnable()
        for order in self:
            order.milestone_ids.filtered(lambda milestone: milestone.step == "decision").sorted("id")[-1:].sudo().date_done = False
        self._schedule_steps(done=False)

    @api.model
    def _get_no_decision(self):
        return {
            "manager_verdict": False, "manager_verdict_by_id": False, "rep_verdict": False, "rep_verdict_by_id": False, "refusal_reason": False,
        }

    def _decide_by_submitting(self):
        """The sales representative who submits what is complete has accepted it."""
        for order in self:
            if self.env.user == order.user_id and not order._get_gaps("approved"):
                order._write_system({"rep_verdict": "accepted", "rep_verdict_by_id": self.env.uid})

    def _take_back_decision(self):
        """What was accepted was changed: the one who has not changed it himself is asked again."""
        for order in self.filtered(lambda order: order.state == "decision" and (order.manager_verdict or order.rep_verdict)):
            roles = [role for role in ROLES if order[f"{role}_verdict"] and order._get_missing_role(role)]
            if roles:
                order._write_system({f"{role}_verdict{suffix}": False for role in roles for suffix in ("", "_by_id")})
                order._schedule_steps(done=False)

    # ------------------------------------------------------------ express
    def action_express(self):
        """A small case is taken back at once: nobody else decides, and the customer knows."""
        self._check_button("receiving", "action_express")
        by_user = {"manager_verdict_by_id": self.env.uid, "rep_verdict_by_id": self.env.uid}
        self._write_system({"manager_verdict": "accepted", "rep_verdict": "accepted", **by_user})
        self._set_told(self.env._("Agreed when it was recorded."))
        self._start_receiving()

    def _get_coordinator(self):
        """Who sees to it in the team that it is to be coordinated with: its leader, else one of its people."""
        self.ensure_one()
        team = self.coordination_team_id
        return next((user for user in (*team.leader_id, *team.member_ids) if self._is_employee(user)), team.leader_id.browse())

    def _get_coordination_gaps(self):
        text = (self.coordination or "").strip()
        if self.coordination_team_id and not text:
            return [self.env._("What is to be coordinated with %s", self.coordination_team_id.name)]
        if text and not self.coordination_team_id:
            return [self.env._("The team that «%s» is to be coordinated with", text.splitlines()[0])]
        if text and not self._get_coordinator():
            return [self.env._("Somebody in team «%s», or another team to coordinate with", self.coordination_team_id.name)]
        return []

    def _schedule_coordination(self):
        """What is to be coordinated is an activity of the other team."""
        for order in self.filtered("coordination_team_id"):
            user, text = order._get_coordinator(), order.coordination.strip()
            # the message below tells it, so the activity need not
            order.with_context(mail_activity_quick_update=True).activity_schedule(
                "return_repair.mail_activity_type_coordination", summary=text.splitlines()[0], note=plaintext2html(text), user_id=user.id,
            )
            order._notify_users(
                user - self.env.user,
                lambda order: (order.env._("Please coordinate: %s", order.display_name), order.coordination),
            )
