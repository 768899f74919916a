from odoo import api, models

MOVING_FIELDS = {"start", "stop", "duration", "allday", "start_date", "stop_date", "active"}


class CalendarEvent(models.Model):
    """The event of a repair visit and the visit move together, by the visit's rules."""

    _inherit = "calendar.event"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & MOVING_FIELDS:
            for visit in self._get_planned_visits():
                visit._follow_event()
        return result

    def unlink(self):
        visits = self._get_planned_visits()
        result = super().unlink()
        if visits:
            visits.action_cancel()
        return result

    def _get_planned_visits(self):
        # who moves the event need not be allowed to read the visit; changing it asks their rights
        return self.env["return.visit"].sudo().search([("event_id", "in", self.ids), ("state", "=", "planned")]).with_env(self.env)

    @api.model
    def _get_activity_excluded_models(self):
        """A visit is in the calendar, that is enough."""
        return [*super()._get_activity_excluded_models(), "return.visit"]
