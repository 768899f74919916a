from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# where somebody is at work on it, and may find that it is another team's
TRANSFER_STATES = ("review", "investigation", "reply", "follow_up")


class QualityComplaint(models.Model):
    """Who handles a complaint: the group that its type names, the team it is transferred to, and the other teams
    that have a part in it."""

    _inherit = "quality.complaint"

    handler_group_id = fields.Many2one(related="type_id.handler_group_id", related_sudo=True)
    transfer_ids = fields.One2many("quality.complaint.transfer", "complaint_id", "Transfers", readonly=True, copy=False)
    transfer_count = fields.Integer("Times Transferred", compute="_compute_transfer_count", store=True)
    can_transfer = fields.Boolean(compute="_compute_can_transfer")
    assignment_ids = fields.One2many("quality.complaint.assignment", "complaint_id", "Parts of Other Teams", copy=False)

    @api.depends("transfer_ids")
    def _compute_transfer_count(self):
        counts = dict(self.env["quality.complaint.transfer"]._read_group(
            [("complaint_id", "in", self._origin.ids)], ["complaint_id"], ["__count"],
        ))
        for complaint in self:
            complaint.transfer_count = counts.get(complaint._origin, 0)

    @api.depends("state", "team_id", "type_id")
    @api.depends_context("uid")
    def _compute_can_transfer(self):
        for complaint in self:
            complaint.can_transfer = complaint.has_access("write") and not complaint._get_transfer_refusal()

    # ------------------------------------------------------------ who may
    def _may_be_handled_by(self, user):
        """True unless the type keeps its complaints to a group that the user is not in."""
        self.ensure_one()
        group = self.handler_group_id
        return not group or group.id in user._get_group_ids()

    def _is_employee(self, user):
        """True where the user works for us, in the company of the complaint."""
        return bool(user) and user.active and not user.share and self.company_id in user.company_ids

    def _get_not_employee_text(self, user):
        self.ensure_one()
        return self.env._(
            "%(user)s is archived or may not work in %(company)s. Choose somebody else.",
            user=user.name, company=self.company_id.name,
        )

    def _get_leader(self):
        """The team's leader, who handles what nobody else has; empty where the type keeps it to others."""
        self.ensure_one()
        return self.team_id.leader_id.filtered(self._may_be_handled_by)

    @api.constrains("handler_id", "type_id")
    def _check_handler_group(self):
        problems = [
            complaint._get_stranger_text(complaint.handler_id)
            for complaint in self if complaint.handler_id and not complaint._may_be_handled_by(complaint.handler_id)
        ]
        if problems:
            raise ValidationError("\n".join(problems))

    def _get_stranger_text(self, user):
        self.ensure_one()
        return self.env._(
            "%(user)s can't handle %(complaint)s: complaints of the type «%(type)s» are handled by «%(group)s» only.",
            user=user.name, complaint=self.name, type=self.type_id.name, group=self.handler_group_id.sudo().full_name,
        )

    # ------------------------------------------------------------ transfer
    def _get_transfer_refusal(self):
        """Why this user can't hand this complaint to another team, or False. Also decides whether the button shows."""
        self.ensure_one()
        if self.state not in TRANSFER_STATES:
            return self.env._("%s can't be transferred: nobody is handling it now.", self.name)
        if group := self._get_missing_group("handler"):
            return self.env._(
                "You may not transfer %(complaint)s: that takes the right «%(group)s».",
                complaint=self.name, group=group.full_name,
            )
        return False

    def _get_transfer_gaps(self, team, reason, handler):
        """All that speaks against handing it to that team and that person: a list of sentences."""
        self.ensure_one()
        gaps = []
        if not (reason or "").strip():
            gaps.append(self.env._("Write why it is transferred."))
        if not team:
            return [*gaps, self.env._("Choose the team that it goes to.")]
        if team == self.team_id:
            gaps.append(self.env._("%(team)s has it already.", team=team.name))
        if team.company_id and team.company_id != self.company_id:
            gaps.append(self.env._("%(team)s is not a team of %(company)s.", team=team.name, company=self.company_id.name))
        if handler and handler not in team._get_people():
            gaps.append(self.env._("%(user)s is not in team %(team)s.", user=handler.name, team=team.name))
        receiver = handler or team.leader_id
        if not receiver:
            gaps.append(self.env._("%(team)s has no leader, so choose who handles it.", team=team.name))
        elif not self._is_employee(receiver):
            gaps.append(self._get_not_employee_text(receiver))
        elif not self._may_be_handled_by(receiver):
            gaps.append(self._get_stranger_text(receiver))
        return gaps

    def _check_transfer(self, team, reason, handler):
        if refusals := [refusal for complaint in self if (refusal := complaint._get_transfer_refusal())]:
            raise UserError("\n".join(refusals))
        blocked = {complaint: gaps for complaint in self if (gaps := complaint._get_transfer_gaps(team, reason, handler))}
        if blocked:
            raise UserError("\n\n".join(
                self.env._(
                    "%(complaint)s can't be transferred:\n%(gaps)s",
                    complaint=complaint.name, gaps="\n".join(f"• {gap}" for gap in gaps),
                )
                for complaint, gaps in blocked.items()
            ))

    def _transfer(self, team, reason, handler=None):
        """Hand the complaints to another team, all of them or none; the reason is kept with each.

        Deadlines stay as they were promised. The people of the new team are told, and so is the handler who has it no more.
        """
        self.check_access("write")
        handler = handler or self.env["res.users"]
        # the team may be one whose settings the user need not know
        team = team.sudo()
        self._check_transfer(team, reason, handler)
        # who hands it over need not see it any more when it is done
        for complaint in self.sudo():
            before = complaint.handler_id
            self.env["quality.complaint.transfer"].sudo().create({
                "complaint_id": complaint.id, "from_team_id": complaint.team_id.id, "to_team_id": team.id,
                "from_handler_id": before.id, "to_handler_id": handler.id, "reason": reason,
            })
            # the message below tells it, so the activity need not
            complaint.with_context(mail_activity_quick_update=True).write({"team_id": team.id, "handler_id": handler.id})
            complaint._notify_users(
                (team.leader_id | handler | before) - self.env.user,
                lambda complaint: (
                    complaint.env._("%(complaint)s is transferred to %(team)s", complaint=complaint.display_name, team=complaint.team_id.name),
                    reason,
                ),
            )

    def _leave_unseen(self, name):
        """What a window does after it has handed the complaint over: who can't see it any more is led back to his list.

        :param str name: the complaint's number
        """
        self.ensure_one()
        if self.has_access("read"):
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._(
                    "%(complaint)s is with %(team)s now, so it has left your list.", complaint=name, team=self.sudo().team_id.name,
                ),
                "type": "success",
                "next": {
                    **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_my_complaints"), "target": "main",
                },
            },
        }

    # ------------------------------------------------------------ parts of other teams
    def _get_unanswered_gaps(self):
        return [
            self.env._("The answer of %(team)s to «%(part)s»", team=part.team_id.name, part=part.name)
            for part in self.assignment_ids if not part.date_done
        ]

    def _get_gaps_reply(self):
        return super()._get_gaps_reply() + self._get_unanswered_gaps()

    def _get_gaps_closed(self):
        return super()._get_gaps_closed() + self._get_unanswered_gaps()

    def _finish(self, *steps):
        super()._finish(*steps)
        # what was not answered falls away, whoever was asked
        self.sudo().assignment_ids._withdraw()
