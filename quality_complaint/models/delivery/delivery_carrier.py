from odoo import fields, models


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    delivery_followup_off = fields.Boolean(
        "No Delivery Follow-up", help="Customers are not asked how deliveries of this carrier arrived.",
    )
