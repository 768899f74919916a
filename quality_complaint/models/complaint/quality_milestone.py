from odoo import api, fields, models
from odoo.fields import Domain

from .quality_deadline_policy_line import OWNER_ROLES, STEPS


class QualityMilestone(models.Model):
    """A step of a complaint, with the time it was promised for.

    A step that is no longer needed (the complaint was withdrawn, or classified anew) is archived.
    """

    _name = "quality.milestone"
    _description = "Milestone"
    _inherit = ["quality.complaint.part", "quality.deadline.mixin"]
    _order = "complaint_id, round, date_deadline, id"
    _rec_name = "step"

    active = fields.Boolean(default=True)
    round = fields.Integer(required=True, default=1)
    step = fields.Selection(STEPS, required=True)
    owner_role = fields.Selection(OWNER_ROLES, required=True)
    user_id = fields.Many2one("res.users", "Responsible", compute="_compute_user_id", store=True, index=True)
    team_id = fields.Many2one("quality.team", "Responsible Team", compute="_compute_team_id", store=True, index=True)
    policy_id = fields.Many2one("quality.deadline.policy", readonly=True, help="The policy that gave the deadline.")
    # of its complaint: looked up there, for each of a million steps, it would take longer than to count them
    is_history = fields.Boolean(related="complaint_id.is_history", store=True)

    @api.model
    def _pending_domain(self):
        return super()._pending_domain() & Domain("active", "=", True)

    @api.model
    def _measured_domain(self):
        """The steps by which handling is measured: what was done before a complaint was brought over was not done here."""
        return Domain("round", ">", 1) | Domain("is_history", "!=", True)

    @api.depends(
        "owner_role", "complaint_id.user_id", "complaint_id.sales_manager_id", "complaint_id.handler_id",
        "complaint_id.team_id.leader_id", "complaint_id.type_id",
    )
    def _compute_user_id(self):
        """A step that is done stays with who had it then."""
        for milestone in self:
            if milestone.date_done and (who := milestone.user_id):
                milestone.user_id = who
                continue
            milestone.user_id = milestone.complaint_id._get_role_user(milestone.owner_role)

    @api.depends("complaint_id.team_id")
    def _compute_team_id(self):
        """So too the team: what it did in time or late stays its own when the complaint goes to another."""
        for milestone in self:
            milestone.team_id = (milestone.date_done and milestone.team_id) or milestone.complaint_id.team_id

    # ------------------------------------------------------------ pauses: the complaint's
    def _get_pauses(self):
        ended = self.env["quality.deadline.pause"].sudo().search(
            [("complaint_id", "in", self.complaint_id.ids), ("date_to", "!=", False)], order="date_from",
        ).grouped("complaint_id")
        return {
            milestone: [(pause.date_from, pause.date_to) for pause in ended.get(milestone.complaint_id.sudo(), ())]
            for milestone in self
        }

    def _get_pause_hint(self):
        pause = self.complaint_id.current_pause_id
        return pause._get_reason_label() if pause else super()._get_pause_hint()

    # ------------------------------------------------------------ alerts: about the complaint
    def _deadline_team(self):
        return self.complaint_id.team_id

    def _get_alert_document(self):
        return self.complaint_id

    def _get_alert_label(self):
        return self.env._(
            "%(step)s of %(complaint)s",
            step=dict(self._fields["step"]._description_selection(self.env))[self.step], complaint=self.complaint_id.display_name,
        )
