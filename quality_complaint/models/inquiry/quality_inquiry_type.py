from odoo import fields, models


class QualityInquiryType(models.Model):
    """What a question is about decides which team is proposed to answer it."""

    _name = "quality.inquiry.type"
    _description = "Type of Question"
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    team_id = fields.Many2one(
        "quality.team", "Usually Answered By", check_company=True, help="Proposed where a question is forwarded.",
    )
