from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import clean_context


class QualityVisitMixin(models.AbstractModel):
    """A visit stands in the calendars of all who go, and the two move together (see calendar_event.py).

    The model has ``visit_start``, ``visit_stop``, ``visit_duration`` in hours and ``action_cancel``, and says who goes, when it is planned
    and when it has left the calendar.
    """

    _name = "quality.visit.mixin"
    _description = "Visit in the Calendar"

    event_id = fields.Many2one("calendar.event", "Calendar Event", readonly=True, copy=False, index="btree_not_null")

    @api.model
    def _get_planned_visit_domain(self):
        """Visits that lie ahead: a ``Domain``."""
        raise NotImplementedError

    def _is_in_calendar(self):
        """What is planned is in the calendar, what was done stays there, what fell away is taken out."""
        raise NotImplementedError

    def _get_visitors(self):
        """All who go: ``res.users``."""
        raise NotImplementedError

    def _sync_event(self, before=()):
        """Make the calendar say what these records say.

        :param dict before: {record: ``res.users`` who were to go}, where that was changed
        """
        # the calendar is everybody's; its invitations are not needed, the visit tells its people
        for visit in self.sudo().with_context(clean_context(self.env.context), no_mail_to_attendees=True):
            event = visit.event_id.with_context(active_test=False)
            if not visit._is_in_calendar():
                event.filtered("active").active = False
            elif event:
                visit._update_event(before[visit] if visit in before else self.env["res.users"])
            elif visit.filtered_domain(self._get_planned_visit_domain()):
                visit._create_event()

    def _prepare_event_values(self):
        """Extended by name, place and organizer."""
        self.ensure_one()
        return {"start": self.visit_start, "stop": self.visit_stop, "active": True}

    def _create_event(self):
        self.event_id = self.env["calendar.event"].create({
            **self._prepare_event_values(), "partner_ids": [Command.set(self._get_visitors().partner_id.ids)],
            "res_model_id": self.env["ir.model"]._get_id(self._name), "res_id": self.id,
        })

    def _update_event(self, before):
        """Write what differs. Guests whom somebody added in the calendar stay; of those who were to go ``before``, who goes no more is
        taken out.
        """
        event = self.event_id.with_context(active_test=False)
        vals = {
            name: value for name, value in self._prepare_event_values().items()
            if event._fields[name].convert_to_write(event[name], event) != value
        }
        partners, visitors = event.partner_ids, self._get_visitors().partner_id
        gone = (partners & before.sudo().partner_id) - visitors
        if commands := [*(Command.link(partner.id) for partner in visitors - partners), *(Command.unlink(partner.id) for partner in gone)]:
            vals["partner_ids"] = commands
        if vals:
            event.write(vals)

    def _follow_event(self):
        """The calendar was changed: the visit is as it says, or it is cancelled."""
        self.ensure_one()
        event = self.sudo().event_id
        if not event.active:
            self.action_cancel()
        elif vals := self._prepare_followed_values(event):
            self.write(vals)

    def _prepare_followed_values(self, event):
        """What the event says and the record does not yet: a dictionary of the record's values."""
        if (event.start, event.stop) == (self.visit_start, self.visit_stop):
            return {}
        return {"visit_start": event.start, "visit_duration": (event.stop - event.start).total_seconds() / 3600}

    def action_view_event(self):
        self.ensure_one()
        return self.event_id._get_records_action()
