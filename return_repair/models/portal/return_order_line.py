from odoo import fields, models

# what customers may ask for; all else is ours to decide
WISHES = [("refund", "Refund"), ("exchange", "Exchange"), ("repair", "Repair")]


class ReturnOrderLine(models.Model):
    _inherit = "return.order.line"

    wish = fields.Selection(WISHES, copy=False, help="What the customer asks for. What is decided may be something else.")
