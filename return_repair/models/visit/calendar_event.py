from odoo import api, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def _get_visit_models(self):
        return [*super()._get_visit_models(), "return.visit"]
