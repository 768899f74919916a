from odoo import fields, models


class BaseAutomation(models.Model):
    _inherit = "base.automation"

    deadline_alert = fields.Selection(selection_add=[("expiry", "End of a Service Agreement")], ondelete={"expiry": "cascade"})
