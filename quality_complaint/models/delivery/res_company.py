from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    delivery_followup = fields.Boolean(
        "Follow Up Deliveries", default=True, help="Each delivery that leaves to a customer gets a list of points that he is asked about.",
    )
    delivery_followup_days = fields.Integer("Ask Within", default=3, help="Working days after the delivery has left.")
    delivery_followup_user_id = fields.Many2one(
        "res.users", "Responsible for Delivery Follow-up", domain="[('share', '=', False)]",
        help="Asks where neither the order nor the customer has a salesperson, and is told what stays late.",
    )

    _delivery_followup_days_positive = models.Constraint(
        "CHECK (delivery_followup_days >= 1)", "A customer can't be asked on the day on which his delivery leaves: allow one working day at least.",
    )
