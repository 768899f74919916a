from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import clean_context, format_datetime

# what of a visit the calendar shows
EVENT_FIELDS = {"user_id", "participant_ids", "visit_start", "visit_duration", "address_id"}


class ReturnVisit(models.Model):
    """A planned visit is in the calendars of all who go, and the two move together (see calendar_event.py)."""

    _inherit = "return.visit"

    event_id = fields.Many2one("calendar.event", "Calendar Event", readonly=True, copy=False, index="btree_not_null")

    # ------------------------------------------------------------ in step
    def _note_before_write(self, vals):
        noted = super()._note_before_write(vals)
        if vals.keys() & EVENT_FIELDS:
            noted["visits"] = {visit: (visit._get_people(), visit.visit_start, visit.visit_stop) for visit in self.sudo()}
        return noted

    def _after_content_write(self, vals, before):
        super()._after_content_write(vals, before)
        if "visits" not in before:
            return
        self._sync_event({visit: people for visit, (people, _start, _stop) in before["visits"].items()})
        for visit in self.filtered(lambda visit: visit.state == "planned"):
            people, start, stop = before["visits"][visit]
            now_go = visit.sudo()._get_people()
            moved = (start, stop) != (visit.visit_start, visit.visit_stop)
            visit._tell(visit._get_planned_subject, now_go - people)
            if moved:
                visit._tell(lambda visit: visit.env._("Visit moved: %s", visit.display_name), now_go & people)
            visit._tell(lambda visit: visit.env._("You need not go: %s", visit.display_name), people - now_go)

    def _sync_event(self, before=None):
        """What is planned is in the calendar, what was done stays there, what was cancelled is taken out.

        :param dict before: {visit: ``res.users`` who went}, where that was changed
        """
        # the calendar is everybody's; its invitations are not needed, the visit tells its people
        for visit in self.sudo().with_context(clean_context(self.env.context), no_mail_to_attendees=True):
            event = visit.event_id.with_context(active_test=False)
            if visit.state == "cancel":
                event.filtered("active").active = False
            elif event:
                visit._update_event(event, (before or {}).get(visit, self.env["res.users"]))
            elif visit.state == "planned":
                visit.event_id = visit.env["calendar.event"].create({
                    **visit._prepare_event_values(), "partner_ids": [Command.set(visit._get_people().partner_id.ids)],
                    "res_model_id": self.env["ir.model"]._get_id(self._name), "res_id": visit.id,
                })

    def _prepare_event_values(self):
        self.ensure_one()
        return {
            "name": self.env._("Repair visit: %s", self.partner_id.name), "start": self.visit_start, "stop": self.visit_stop,
            "location": self.address_id.contact_address_inline or False, "user_id": self.user_id.id, "active": True,
        }

    def _update_event(self, event, before):
        """Write what differs. Guests whom somebody added in the calendar stay; who went and goes no more is taken out."""
        changed = {
            name: value for name, value in self._prepare_event_values().items()
            if event._fields[name].convert_to_write(event[name], event) != value
        }
        partners, people = event.partner_ids, self._get_people().partner_id
        gone = (partners & before.sudo().partner_id) - people
        if commands := [*(Command.link(partner.id) for partner in people - partners), *(Command.unlink(partner.id) for partner in gone)]:
            changed["partner_ids"] = commands
        if changed:
            event.write(changed)

    def _follow_event(self):
        """The calendar was changed: the visit is at that time, or it is cancelled."""
        self.ensure_one()
        event = self.sudo().event_id
        if not event.active:
            self.action_cancel()
        elif (event.start, event.stop) != (self.visit_start, self.visit_stop):
            self.write({"visit_start": event.start, "visit_duration": (event.stop - event.start).total_seconds() / 3600})

    def action_view_event(self):
        self.ensure_one()
        return self.event_id._get_records_action()

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
            ("partner_ids", "in", planned.sudo()._get_people().partner_id.ids), ("show_as", "=", "busy"),
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
                for person in visit.sudo()._get_people() for event in overlapping
                if event.attendee_ids.filtered(
                    lambda attendee, person=person: attendee.partner_id == person.partner_id and attendee.state != "declined",
                )
            ) or False
