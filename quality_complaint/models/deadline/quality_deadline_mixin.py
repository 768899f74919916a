import functools
import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from .working_clock import WorkingClock

DURATION_UNITS = [("hour", "Working Hours"), ("day", "Working Days"), ("calendar_day", "Calendar Days")]

# what changes when something is due, and so when the next alert is to go out
SCHEDULE_FIELDS = {"date_deadline", "date_warning", "date_paused", "date_done", "state", "active"}

# alert: the field that says when it went out
ALERT_FIELDS = {"warning": "warned_on", "missed": "alerted_on", "escalation": "escalated_on"}


class QualityDeadlineMixin(models.AbstractModel):
    """Anything that can be late. "Late" is defined here and nowhere else.

    A deadline is either entered, or promised: then it follows from its start, its duration, the working hours and the
    pauses alone (`_plan_deadline`), so that it can be worked out anew from what is recorded and must come out the same.

    Who is told what, and when, is quality_deadline_alert.py.
    """

    _name = "quality.deadline.mixin"
    _description = "Deadline"

    date_start = fields.Datetime("Start", default=fields.Datetime.now, copy=False, help="When the time began to count.")
    duration = fields.Float(help="The time that was promised; zero where the deadline was entered by hand.")
    duration_unit = fields.Selection(DURATION_UNITS, string="Unit")
    resource_calendar_id = fields.Many2one(
        "resource.calendar", "Working Hours", ondelete="set null", help="Whose hours count. Empty: every hour counts.",
    )
    date_deadline = fields.Datetime("Deadline")
    warning_lead = fields.Float(
        "Warn Before", compute="_compute_warning_lead", store=True, readonly=False, precompute=True,
        help="Hours before the deadline, working hours where the time counts working hours. Zero: no warning.",
    )
    date_warning = fields.Datetime("Warning On", compute="_compute_date_warning", store=True)
    date_paused = fields.Datetime("Clock Stands Since", readonly=True, copy=False)
    date_done = fields.Datetime("Done On", readonly=True, copy=False)
    deadline_state = fields.Selection(
        [("running", "Running"), ("paused", "Paused"), ("met", "In Time"), ("missed", "Late")],
        compute="_compute_deadline_state", search="_search_deadline_state", string="Timeliness",
    )
    deadline_hint = fields.Char("How Late", compute="_compute_deadline_hint", help="The time that is left, by how much it is late, or why the clock stands.")

    # the cost of finding what is late or due depends on what is open or due, not on all that ever was
    _deadline_pending = models.Index("(date_deadline) WHERE date_done IS NULL")
    _warning_due = models.Index("(date_warning) WHERE warned_on IS NULL AND date_done IS NULL")
    _deadline_due = models.Index("(date_deadline) WHERE alerted_on IS NULL AND date_done IS NULL")
    _escalation_due = models.Index("(date_deadline) WHERE escalated_on IS NULL AND date_done IS NULL")

    # ------------------------------------------------------------ late or not
    @api.model
    def _pending_domain(self):
        """Records whose deadline still counts."""
        return Domain("date_done", "=", False) & Domain("date_deadline", "!=", False)

    @api.model
    def _running_domain(self):
        """Records whose clock runs."""
        return self._pending_domain() & Domain("date_paused", "=", False)

    @api.model
    def _overdue_domain(self):
        """Records that are late at this moment. What was late before the clock stopped did not stop."""
        return self._running_domain() & Domain("date_deadline", "<", fields.Datetime.now())

    @api.depends(lambda self: sorted({condition.field_expr for condition in self._running_domain().iter_conditions()}))
    def _compute_deadline_state(self):
        pending = self.filtered_domain(self._pending_domain())
        running = self.filtered_domain(self._running_domain())
        overdue = self.filtered_domain(self._overdue_domain())
        for record in self:
            if record in overdue:
                record.deadline_state = "missed"
            elif record in running:
                record.deadline_state = "running"
            elif record in pending:
                record.deadline_state = "paused"
            elif not record.date_done:
                record.deadline_state = False
            elif record.date_deadline and record.date_done > record.date_deadline and not record.date_paused:
                record.deadline_state = "missed"
            else:
                record.deadline_state = "met"

    def _search_deadline_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        done = Domain("date_done", "!=", False)
        # what was done while its clock stood was not late when that stopped, and so in time
        done_late = done & Domain("date_paused", "=", False) & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "COALESCE(%s > %s, FALSE)",
                model._field_to_sql(alias, "date_done", query),
                model._field_to_sql(alias, "date_deadline", query),
            ),
            predicate=lambda record: bool(record.date_deadline and record.date_done > record.date_deadline),
        )
        overdue = self._overdue_domain()
        by_state = {
            "missed": overdue | done_late,
            "met": done & ~done_late,
            "running": self._running_domain() & Domain("date_deadline", ">=", fields.Datetime.now()),
            "paused": self._pending_domain() & Domain("date_paused", "!=", False),
            False: Domain("date_done", "=", False) & ~self._pending_domain(),
        }
        return Domain.OR(by_state[state] for state in value if state in by_state)

    @api.depends("deadline_state", "date_deadline", "date_done", "date_paused")
    @api.depends_context("lang")
    def _compute_deadline_hint(self):
        now = fields.Datetime.now()
        for record in self:
            record.deadline_hint = {
                "missed": lambda record: self.env._("late by %s", self._format_span((record.date_done or now) - record.date_deadline)),
                "running": lambda record: self.env._("in %s", self._format_span(record.date_deadline - now)),
                "paused": lambda record: record._get_pause_hint(),
            }[record.deadline_state](record) if record.deadline_state not in (False, "met") else False

    def _get_pause_hint(self):
        """Why the clock stands. Extended by what knows it."""
        return self.env._("paused since %s", format_datetime(self.env, self.date_paused, dt_format="short"))

    @api.model
    def _format_span(self, span):
        """A ``timedelta`` in words, in its largest unit."""
        hours = span.total_seconds() / 3600
        if hours >= 48:
            return self.env._("%s days", int(hours // 24))
        if hours >= 1:
            return self.env._("%s h", int(hours))
        return self.env._("%s min", max(int(hours * 60), 1))

    def _get_deadline_day(self, user=None):
        """The deadline as a day of that user, else of its owner."""
        self.ensure_one()
        user = user or self._deadline_owner()
        return fields.Datetime.context_timestamp(self.with_context(tz=user.tz or self.env.user.tz), self.date_deadline).date()

    # ------------------------------------------------------------ planning
    @api.model
    def _default_date_deadline(self):
        """Where a deadline is entered by hand, the end of the next working day is proposed: a date without an hour would
        be midnight."""
        return self._plan_deadline(fields.Datetime.now(), 1, "day", self.env.company.resource_calendar_id)

    @api.model
    def _plan_deadline(self, start, duration, unit, calendar, pauses=(), windows=None):
        """When a duration that begins at ``start`` has passed.

        :param datetime start: naive, UTC
        :param float duration: not negative; days are rounded up to whole days
        :param str unit: ``hour`` (working hours), ``day`` (working days, each counted to the end of
            its last working hour, the first one being the next working day) or ``calendar_day``
        :param calendar: ``resource.calendar``; empty, or without working time, days are calendar days
            and hours are clock hours
        :param pauses: pairs of moments between which the clock stood: the deadline is later by as much
            of the time that counts as fell into them
        :param dict windows: as of `WorkingClock`, where many are planned
        :rtype: datetime, naive, UTC
        """
        windows = {} if windows is None else windows
        clock = self._get_clock(start, unit, calendar, windows=windows)
        if clock.calendar and unit == "hour":
            planned = clock.after(start, timedelta(hours=duration))
        elif clock.calendar:
            # ``resource.calendar.plan_days`` stops at the day's first break (noon)
            planned = clock.end_of_day(start, math.ceil(duration))
        else:
            planned = None
        planned = planned or start + (timedelta(hours=duration) if unit == "hour" else timedelta(days=duration))
        planned = planned.replace(microsecond=0)
        if not pauses:
            return planned
        promised = clock.measure(start, planned)
        clock = self._get_clock(start, unit, calendar, pauses, windows)
        return (clock.after(start, promised) or planned).replace(microsecond=0)

    @api.model
    def _get_clock(self, start, unit, calendar, pauses=(), windows=None):
        """The `WorkingClock` of a deadline; where the calendar has no working time, that of the wall."""
        empty = self.env["resource.calendar"]
        calendar = empty if unit == "calendar_day" else calendar
        clock = WorkingClock(calendar, self.env.company, pauses, windows)
        return clock if not calendar or clock.runs(start) else WorkingClock(empty, self.env.company, pauses)

    def _get_pauses(self):
        """{record: [(from, to)]}: when its clock stood, what has ended only. Extended by what can be paused."""
        return {}

    def _replan_deadline(self):
        """Work out the promised deadlines anew from start, duration, working hours and pauses."""
        pauses = self._get_pauses()
        for record in self.filtered("duration_unit"):
            # a promise is not taken back, even where its calendar is no more
            planned = max(record._get_planned_deadline(pauses.get(record, ())), record.date_deadline)
            if planned != record.date_deadline:
                record.date_deadline = planned

    def _get_planned_deadline(self, pauses):
        return self.with_company(self._get_deadline_company())._plan_deadline(
            self.date_start, self.duration, self.duration_unit, self.resource_calendar_id, pauses,
        )

    def _get_deadline_company(self):
        """Whose holidays count."""
        return self.company_id

    def _compute_warning_lead(self):
        """Proposed once: what the company has set."""
        for record in self:
            record.warning_lead = record._get_deadline_company().deadline_warning_lead

    @api.depends("date_deadline", "warning_lead")
    def _compute_date_warning(self):
        """``warning_lead`` hours before the deadline, by the same clock, and not before the start."""
        pauses = self._get_pauses()
        # many records are often promised the same
        windows = {}
        plan = functools.cache(lambda *warning: self._plan_warning(*warning, windows))
        for record in self:
            deadline, company = record.date_deadline, record._get_deadline_company()
            record.date_warning = plan(
                min(record.date_start or deadline, deadline), deadline, record.warning_lead, record.duration_unit or "hour",
                record.resource_calendar_id if record.duration_unit else company.resource_calendar_id,
                company, tuple(pauses.get(record, ())),
            ) if deadline and record.warning_lead > 0 else False

    @api.model
    def _plan_warning(self, start, deadline, lead, unit, calendar, company, pauses, windows):
        clock = self.with_company(company)._get_clock(start, unit, calendar, pauses, windows)
        return clock.before(start, deadline, timedelta(hours=lead)).replace(microsecond=0)

    # ------------------------------------------------------------ pausing
    def _pause(self, since):
        """Stop the clock; what is late already stays late."""
        self.filtered_domain(self._running_domain() & Domain("date_deadline", ">=", since)).date_paused = since

    def _resume(self):
        """The clock runs again, and the deadline is later by the time it stood. Called when the pause has its end."""
        paused = self.filtered("date_paused").filtered_domain(self._pending_domain())
        if paused:
            paused.date_paused = False
            paused._replan_deadline()

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._schedule_alerts()
        return records

    def write(self, vals):
        moved = self.browse()
        if vals.get("date_deadline"):
            deadline = fields.Datetime.to_datetime(vals["date_deadline"])
            moved = self.filtered(lambda record: record.date_deadline != deadline)
        result = super().write(vals)
        # another deadline is warned of and missed for itself
        if told := moved.filtered(lambda record: any(record[field] for field in ALERT_FIELDS.values())):
            told._reset_alerts()
        if vals.keys() & SCHEDULE_FIELDS:
            self._schedule_alerts()
            self._clear_alert_activities()
        return result
