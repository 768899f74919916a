from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

VISIT_FIELDS = {"visit_start", "visit_duration", "visit_location"}


class QualityCapa(models.Model):
    """An on-site visit: when and where people go. While it runs it stands in the calendars of all who go, and the
    calendar and the action move together (see calendar_event.py).
    """

    _name = "quality.capa"
    _inherit = ["quality.capa", "quality.visit.mixin"]

    visit_start = fields.Datetime(
        "Visit From", compute="_compute_visit_start", store=True, readonly=False, copy=False, tracking=True,
        help="Proposed: so that the visit ends with the deadline.",
    )
    visit_duration = fields.Float("Hours", default=2, tracking=True)
    visit_stop = fields.Datetime("Visit Until", compute="_compute_visit_stop")
    visit_location = fields.Char(
        "Where", compute="_compute_visit_location", store=True, readonly=False, tracking=True,
        help="Proposed: the customer's address.",
    )
    _visit_duration_positive = models.Constraint("CHECK (visit_duration > 0)", "A visit takes some time.")

    @api.depends("capa_type")
    def _compute_visit_start(self):
        for capa in self.filtered(lambda capa: capa.capa_type == "visit" and capa.date_deadline and not capa.visit_start):
            capa.visit_start = capa.date_deadline - self._get_visit_length(capa.visit_duration)

    @api.depends("visit_start", "visit_duration")
    def _compute_visit_stop(self):
        for capa in self:
            capa.visit_stop = capa.visit_start and capa.visit_start + self._get_visit_length(capa.visit_duration)

    @api.model
    def _get_visit_length(self, hours):
        return timedelta(minutes=round(hours * 60))

    @api.depends("capa_type")
    def _compute_visit_location(self):
        for capa in self.filtered(lambda capa: capa.capa_type == "visit" and not capa.visit_location):
            capa.visit_location = capa._get_customer_address()

    @api.constrains("capa_type", "visit_start", "visit_duration", "date_deadline")
    def _check_visit_before_deadline(self):
        late = self.filtered(lambda capa: capa.capa_type == "visit" and capa.visit_stop and capa.visit_stop > capa.date_deadline)
        if late:
            raise ValidationError(self.env._(
                "The visit ends after the deadline. Move the visit, or the deadline:\n%s", "\n".join(late.mapped("name")),
            ))

    @api.model
    def _get_plan_fields(self):
        return super()._get_plan_fields() | VISIT_FIELDS

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"event_id"}

    def _get_customer_address(self):
        """Where a visit goes, if nobody says otherwise. Extended by what the action belongs to."""
        return False

    def _check_ready(self):
        super()._check_ready()
        now = fields.Datetime.now()
        visits = self.filtered(lambda capa: capa.capa_type == "visit")
        if unset := visits.filtered(lambda capa: not capa.visit_start or capa.visit_start < now):
            raise UserError(self.env._("Say when the visit is; that time must lie ahead:\n%s", "\n".join(unset.mapped("name"))))

    # ------------------------------------------------------------ in step
    def write(self, vals):
        """A visit that is moved beyond its deadline takes the deadline with it."""
        if not vals.keys() & {"visit_start", "visit_duration"} or "date_deadline" in vals:
            return super().write(vals)
        for deadline, capas in self.grouped(lambda capa: capa._get_pushed_deadline(vals)).items():
            super(QualityCapa, capas).write({**vals, "date_deadline": deadline} if deadline else vals)
        return True

    def _get_pushed_deadline(self, vals):
        self.ensure_one()
        start = fields.Datetime.to_datetime(vals.get("visit_start", self.visit_start))
        if vals.get("capa_type", self.capa_type) != "visit" or not start:
            return False
        stop = start + self._get_visit_length(vals.get("visit_duration", self.visit_duration))
        return stop if stop > self.date_deadline else False

    def _set_state(self, target):
        super()._set_state(target)
        self._sync_event()

    def _apply_changes(self, changes):
        super()._apply_changes(changes)
        nobody = self.env["res.users"]
        before = {
            capa: changed.get("user_id", nobody) | changed.get("participant_ids", nobody) for capa, changed in changes.items()
        }
        self.filtered(lambda capa: capa in changes)._sync_event(before)

    # ------------------------------------------------------------ calendar
    @api.model
    def _get_planned_visit_domain(self):
        return Domain("state", "=", "open") & Domain("capa_type", "=", "visit")

    def _is_in_calendar(self):
        return self.capa_type == "visit" and self.state not in ("draft", "proposed", "cancel")

    def _get_visitors(self):
        return self._get_doers()

    def _prepare_event_values(self):
        return {
            **super()._prepare_event_values(), "name": self.name, "location": self.visit_location, "user_id": self._get_acting_owner().id,
        }

    def _create_event(self):
        super()._create_event()
        # they have said so already
        agreed = self._get_answers("accepted").user_id.partner_id
        self.event_id.attendee_ids.filtered(lambda attendee: attendee.partner_id in agreed).state = "accepted"

    def _prepare_followed_values(self, event):
        values = super()._prepare_followed_values(event)
        if (event.location or False) != (self.visit_location or False):
            values["visit_location"] = event.location
        return values
