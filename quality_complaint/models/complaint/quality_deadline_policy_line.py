from odoo import fields, models

from ..deadline.quality_deadline_mixin import DURATION_UNITS

# a step of handling, in the order of the process
STEPS = [
    ("acknowledge", "Acknowledge"),
    ("review", "Review"),
    ("propose", "Propose Handling"),
    ("analyse", "Analyse"),
    ("resolve", "Resolve"),
    ("reply", "Reply to Customer"),
    ("follow_up", "Follow Up"),
]

OWNER_ROLES = [
    ("reporter", "Salesperson"),
    ("sales_manager", "Sales Manager"),
    ("handler", "Handler"),
    ("leader", "Team Leader"),
]


class QualityDeadlinePolicyLine(models.Model):
    _name = "quality.deadline.policy.line"
    _description = "Deadline of a Step"
    _order = "sequence, id"

    policy_id = fields.Many2one("quality.deadline.policy", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    step = fields.Selection(STEPS, required=True)
    owner_role = fields.Selection(OWNER_ROLES, "Responsible", required=True, default="handler")
    duration = fields.Float(required=True, default=1, help="Counts from the moment the complaint was recorded, in a later round from its beginning.")
    duration_unit = fields.Selection(DURATION_UNITS, required=True, default="day")

    warning_lead = fields.Float(
        "Warn Before", default=4,
        help="Hours before the deadline; working hours, unless the time is in calendar days. Zero: no warning.",
    )

    _warning_lead_not_negative = models.Constraint("CHECK (warning_lead >= 0)", "The time to warn before a deadline can't be negative.")
    _duration_positive = models.Constraint("CHECK (duration > 0)", "A step needs a time longer than zero.")
