from odoo import fields, models


class ReturnReason(models.Model):
    """Why a customer sends goods back; what comes back is counted by it."""

    _name = "return.reason"
    _description = "Reason of a Return"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    team_id = fields.Many2one(
        "quality.team", "Responsible Team", ondelete="restrict", help="Proposed on returns with this reason. Its leader decides them.",
    )
