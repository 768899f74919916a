from odoo import api, models

VISIT_FIELDS = {"start", "stop", "duration", "allday", "start_date", "stop_date", "location", "active"}


class CalendarEvent(models.Model):
    """The event of an on-site visit and its action move together, by the action's rules."""

    _inherit = "calendar.event"

    def write(self, vals):
        moved = vals.keys() & VISIT_FIELDS
        result = super().write(vals)
        if moved:
            for visit in self._get_running_visits():
                visit._follow_event()
        return result

    def unlink(self):
        visits = self._get_running_visits()
        result = super().unlink()
        if visits:
            visits.action_cancel()
        return result

    def _get_running_visits(self):
        # who moves the event need not be allowed to read the action; changing it asks his rights
        return self.env["quality.capa"].sudo().search([
            ("event_id", "in", self.ids), ("state", "=", "open"), ("capa_type", "=", "visit"),
        ]).with_env(self.env)

    @api.model
    def _get_activity_excluded_models(self):
        """An action has its activity."""
        return [*super()._get_activity_excluded_models(), "quality.capa"]
