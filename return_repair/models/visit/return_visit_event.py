from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_datetime

# what of a visit the calendar shows
EVENT_FIELDS = {"user_id", "participant_ids", "visit_start", "visit_duration", "address_id"}


class ReturnVisit(models.Model):
    """A planned visit is in the calendars of all who go, and the two move together (see calendar_event.py)."""

    _name = "return.visit"
    _inherit = ["return.visit", "quality.visit.mixin"]

    # ------------------------------------------------------------ in step
    def _note_before_write(self, vals):
        noted = super()._note_before_write(vals)
        if vals.keys() & EVENT_FIELDS:
            noted["visits"] = {visit: (visit._get_visitors(), visit.visit_start, visit.visit_stop) for visit in self.sudo()}
        return noted

    def _after_content_write(self, vals, before):
        super()._after_content_write(vals, before)
        if "visits" not in before:
            return
        self._sync_event({visit: people for visit, (people, _start, _stop) in before["visits"].items()})
        for visit in self.filtered(lambda visit: visit.state == "planned"):
            people, start, stop = before["visits"][visit]
            now_go = visit.sudo()._get_visitors()
            moved = (start, stop) != (visit.visit_start, visit.visit_stop)
            visit._tell(visit._get_planned_subject, now_go - people)
            if moved:
                visit._tell(lambda visit: visit.env._("Visit moved: %s", visit.display_name), now_go & people)
            visit._tell(lambda visit: visit.env._("You need not go: %s", visit.display_name), people - now_go)

    @api.model
    def _get_planned_visit_domain(self):
        return Domain("state", "=", "planned")

    def _is_in_calendar(self):
        return self.state != "cancel"

    def _prepare_event_values(self):
        return {
            **super()._prepare_event_values(), "name": self.env._("Repair visit: %s", self.partner_id.name),
            "location": self.address_id.contact_address_inline or False, "user_id": self.user_id.id,
        }

    # ------------------------------------------------------------ conflicts
    @api.depends("user_id", "participant_ids", "visit_start", "visit_duration", "state")
    @api.depends_context("lang", "tz")
    def _compute_conflict(self):
        """Who is booked already at that time, and when. It is warned of, not forbidden; what for is theirs to know."""
        planned = self.filtered(lambda visit: visit.state == "planned" and visit.visit_start and visit.visit_stop)
        (self - planned).conflict = False
        if not planned:
            return
        events = self.env["calendar.event"].sudo().search([  # only when they are booked is told
            ("partner_ids", "in", planned.sudo()._get_visitors().partner_id.ids), ("show_as", "=", "busy"),
            ("start", "<", max(planned.mapped("visit_stop"))), ("stop", ">", min(planned.mapped("visit_start"))),
        ], order="start")
        for visit in planned:
            own = visit.sudo().event_id
            overlapping = (events - own).filtered(lambda event, visit=visit: event.start < visit.visit_stop and event.stop > visit.visit_start)
            visit.conflict = "\n".join(
                self.env._(
                    "%(person)s: %(start)s – %(stop)s", person=person.name, start=format_datetime(self.env, event.start, dt_format="short"),
                    stop=format_datetime(self.env, event.stop, dt_format="short"),
                )
                for person in visit.sudo()._get_visitors() for event in overlapping
                if event.attendee_ids.filtered(
                    lambda attendee, person=person: attendee.partner_id == person.partner_id and attendee.state != "declined",
                )
            ) or False
