from odoo import api, models
from odoo.fields import Domain

VISIT_FIELDS = {"start", "stop", "duration", "allday", "start_date", "stop_date", "location", "active"}


class CalendarEvent(models.Model):
    """The event of a visit and the visit move together, by the visit's rules (see quality_visit_mixin.py)."""

    _inherit = "calendar.event"

    @api.model
    def _get_visit_models(self):
        """Models with the ``quality.visit.mixin``. Extended by who has more of them."""
        return ["quality.capa"]

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & VISIT_FIELDS:
            for visits in self._get_planned_visits():
                for visit in visits:
                    visit._follow_event()
        return result

    def unlink(self):
        planned = self._get_planned_visits()
        result = super().unlink()
        for visits in filter(None, planned):
            visits.action_cancel()
        return result

    def _get_planned_visits(self):
        """One recordset for each model of visits."""
        # who moves the event need not be allowed to read the visit; changing it asks their rights
        return [
            self.env[model].sudo().search(
                Domain("event_id", "in", self.ids) & self.env[model]._get_planned_visit_domain(),
            ).with_env(self.env)
            for model in self._get_visit_models()
        ]

    @api.model
    def _get_activity_excluded_models(self):
        """An action has its activity, and another visit is in the calendar, that is enough."""
        return [*super()._get_activity_excluded_models(), *self._get_visit_models()]
