from odoo import api, fields, models
from odoo.exceptions import ValidationError


class QualityTeam(models.Model):
    """A department that can be responsible for a complaint."""

    _name = "quality.team"
    _description = "Responsible Team"
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, index=True)
    leader_id = fields.Many2one(
        "res.users", domain="[('share', '=', False)]", help="Gets what nobody in the team has taken, and is told what is late.",
    )
    member_ids = fields.Many2many(
        "res.users", string="Members", domain="[('share', '=', False)]",
        help="See and handle the complaints of this team.",
    )
    escalation_user_ids = fields.Many2many(
        "res.users", "quality_team_escalation_rel", string="Escalation", domain="[('share', '=', False)]",
        help="Are told when something of this team stays late. Empty: the leader.",
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar", "Working Schedule", check_company=True,
        help="Deadlines count these working hours. Empty: the company's.",
    )

    def _get_calendar(self, company):
        """The working hours that deadlines of this team count by, in that company."""
        return self.resource_calendar_id or company.resource_calendar_id

    def _get_people(self):
        """Who belongs to the team: its members and its leader."""
        return self.member_ids | self.leader_id

    @api.constrains("leader_id", "member_ids", "escalation_user_ids", "company_id")
    def _check_users_company(self):
        for team in self.filtered("company_id"):
            strangers = (team.leader_id | team.member_ids | team.escalation_user_ids).filtered(lambda user: team.company_id not in user.company_ids)
            if strangers:
                raise ValidationError(self.env._(
                    "%(users)s may not work in %(company)s. Allow the company on the user, or choose others for team %(team)s.",
                    users=", ".join(strangers.mapped("name")), company=team.company_id.name, team=team.name,
                ))
