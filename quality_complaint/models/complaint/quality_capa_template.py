from odoo import fields, models

from ..capa.quality_capa import CAPA_TYPES
from .quality_deadline_policy_line import DURATION_UNITS, OWNER_ROLES


class QualityCapaTemplate(models.Model):
    """An action that a type of complaint usually calls for: proposed to whoever plans, never planned by itself."""

    _name = "quality.capa.template"
    _description = "Usual Action"
    _order = "type_id, sequence, id"
    _check_company_auto = True

    name = fields.Char("What Is to Be Done", required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one("quality.complaint.type", "Complaint Type", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="type_id.company_id", store=True)
    capa_type = fields.Selection(CAPA_TYPES, "Kind", required=True, default="correction")
    team_id = fields.Many2one("quality.team", "Responsible Team", check_company=True, help="Empty: the complaint's.")
    owner_role = fields.Selection(OWNER_ROLES, "Owner", required=True, default="handler")
    user_id = fields.Many2one(
        "res.users", "Always", domain="[('share', '=', False)]", help="This person, whoever has that role on the complaint.",
    )
    participant_ids = fields.Many2many("res.users", string="Other Participants", domain="[('share', '=', False)]")
    duration = fields.Float(required=True, default=1, help="Counts from when it is planned.")
    duration_unit = fields.Selection(DURATION_UNITS, "Unit", required=True, default="day")

    _duration_positive = models.Constraint("CHECK (duration > 0)", "An action needs a time longer than zero.")

    def _prepare_action_values(self, complaint):
        """Who does it until when, on that complaint."""
        self.ensure_one()
        team = self.team_id or complaint.team_id
        role_user = team.leader_id if self.owner_role == "leader" else complaint._get_role_user(self.owner_role)
        candidates = self.user_id | role_user | complaint.handler_id | self.env.user
        able = candidates.filtered(lambda user: user.active and complaint.company_id in user.company_ids)
        return {
            "template_id": self.id, "name": self.name, "capa_type": self.capa_type, "team_id": team.id,
            "user_id": able[:1].id,
            "participant_ids": self.participant_ids.filtered(
                lambda user: user.active and complaint.company_id in user.company_ids and user != able[:1],
            ).ids,
            "date_deadline": self.env["quality.capa"].with_company(complaint.company_id)._plan_deadline(
                fields.Datetime.now(), self.duration, self.duration_unit, team._get_calendar(complaint.company_id),
            ),
        }
