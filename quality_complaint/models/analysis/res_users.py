from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    quality_team_ids = fields.Many2many(
        "quality.team", "quality_team_res_users_rel", "res_users_id", "quality_team_id", "Teams That Handle Complaints",
        help="The teams that the user is a member of. Their leaders see what the user has done in time.",
    )
