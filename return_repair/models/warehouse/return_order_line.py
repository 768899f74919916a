from odoo import fields, models


class ReturnOrderLine(models.Model):
    _inherit = "return.order.line"

    lot_name = fields.Char(index="trigram")  # scanned from the goods
