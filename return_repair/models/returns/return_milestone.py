from odoo import api, fields, models
from odoo.fields import Domain

STEPS = [("decision", "Decide"), ("reply", "Answer the Customer")]


class ReturnMilestone(models.Model):
    """A step of a return, with the time it was promised for: as long as the company's settings said when it was recorded.

    A step that is no longer needed is archived.
    """

    _name = "return.milestone"
    _description = "Milestone of a Return"
    _inherit = ["return.order.part", "quality.deadline.mixin"]
    _order = "return_id, date_deadline, id"
    _rec_name = "step"

    active = fields.Boolean(default=True)
    step = fields.Selection(STEPS, required=True)
    user_id = fields.Many2one("res.users", "Responsible", compute="_compute_user_id", store=True, index=True)

    @api.model
    def _pending_domain(self):
        return super()._pending_domain() & Domain("active", "=", True)

    @api.depends("step", "return_id.user_id", "return_id.team_id.leader_id", "return_id.manager_verdict", "return_id.rep_verdict")
    def _compute_user_id(self):
        """A step that is done stays with who had it then."""
        for milestone in self:
            if milestone.date_done and (who := milestone.user_id):
                milestone.user_id = who
                continue
            order = milestone.return_id
            waits_for_manager = milestone.step == "decision" and not order.manager_verdict
            milestone.user_id = order._get_role_user("manager" if waits_for_manager else "rep")

    # ------------------------------------------------------------ alerts: about the return
    def _deadline_team(self):
        return self.return_id.team_id

    def _get_alert_document(self):
        return self.return_id

    def _get_alert_label(self):
        return self.env._(
            "%(step)s: %(return)s",
            **{"step": dict(self._fields["step"]._description_selection(self.env))[self.step], "return": self.return_id.display_name},
        )

    @api.model
    def _get_own_activity_types(self):
        return (*super()._get_own_activity_types(), "return_repair.mail_activity_type_return")
