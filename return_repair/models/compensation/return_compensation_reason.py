from odoo import fields, models


class ReturnCompensationReason(models.Model):
    """Why a customer gets a difference in price back; the compensations are summed by it."""

    _name = "return.compensation.reason"
    _description = "Reason of a Price Compensation"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
