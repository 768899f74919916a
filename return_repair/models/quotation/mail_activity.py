from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    repair_id = fields.Many2one("repair.order", readonly=True, index="btree_not_null", ondelete="cascade", help="It is about the quotation of this repair.")
