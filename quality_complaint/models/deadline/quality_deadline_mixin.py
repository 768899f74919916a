import math
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# days looked at in one read of a calendar, and how far ahead a working day is looked for at all
PLAN_WINDOW_DAYS = 60
PLAN_HORIZON_DAYS = 3 * 365


class QualityDeadlineMixin(models.AbstractModel):
    """Anything that can be late. "Late" is defined here and nowhere else."""

    _name = "quality.deadline.mixin"
    _description = "Deadline"

    date_start = fields.Datetime("Start", default=fields.Datetime.now, help="When the time began to count.")
    date_deadline = fields.Datetime("Deadline", index=True)
    date_done = fields.Datetime("Done On", readonly=True, copy=False)
    deadline_state = fields.Selection(
        [("running", "Running"), ("met", "In Time"), ("missed", "Late")],
        compute="_compute_deadline_state", search="_search_deadline_state", string="Timeliness",
    )

    @api.model
    def _pending_domain(self):
        """Records whose deadline still counts."""
        return Domain("date_done", "=", False) & Domain("date_deadline", "!=", False)

    @api.model
    def _overdue_domain(self):
        """Records that are late at this moment."""
        return self._pending_domain() & Domain("date_deadline", "<", fields.Datetime.now())

    @api.depends(lambda self: sorted({condition.field_expr for condition in self._pending_domain().iter_conditions()}))
    def _compute_deadline_state(self):
        pending = self.filtered_domain(self._pending_domain())
        overdue = self.filtered_domain(self._overdue_domain())
        for record in self:
            if record in overdue:
                record.deadline_state = "missed"
            elif not record.date_done:
                record.deadline_state = "running" if record in pending else False
            elif record.date_deadline and record.date_done > record.date_deadline:
                record.deadline_state = "missed"
            else:
                record.deadline_state = "met"

    def _search_deadline_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        done = Domain("date_done", "!=", False)
        done_late = done & Domain.custom(
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
            "running": self._pending_domain() & ~overdue,
            False: Domain("date_done", "=", False) & ~self._pending_domain(),
        }
        return Domain.OR(by_state[state] for state in value if state in by_state)

    @api.model
    def _plan_deadline(self, start, duration, unit, calendar):
        """When a duration that begins at ``start`` has passed.

        :param datetime start: naive, UTC
        :param float duration: not negative; days are rounded up to whole days
        :param str unit: ``hour`` (working hours), ``day`` (working days, each counted to the end of
            its last working hour, the first one being the next working day) or ``calendar_day``
        :param calendar: ``resource.calendar``; empty, or without working time, days are calendar days
            and hours are clock hours
        :rtype: datetime, naive, UTC
        """
        planned = False
        if calendar and unit == "hour":
            planned = calendar.plan_hours(
                duration, pytz.utc.localize(start), compute_leaves=True, domain=self._get_holidays_domain(calendar),
            )
        elif calendar and unit == "day":
            planned = self._plan_working_days(start, math.ceil(duration), calendar)
        if planned:
            return planned.astimezone(pytz.utc).replace(tzinfo=None, microsecond=0)
        return start + (timedelta(hours=duration) if unit == "hour" else timedelta(days=duration))

    @api.model
    def _get_holidays_domain(self, calendar):
        """Public holidays of the calendar's company, else of the current one: core takes any company's."""
        return [("time_type", "=", "leave"), ("company_id", "in", [False, (calendar.company_id or self.env.company).id])]

    @api.model
    def _plan_working_days(self, start, days, calendar):
        """The end of the last working hour of the ``days``-th working day after the day of ``start``.

        ``resource.calendar.plan_days`` is not used: it stops at the day's first break (noon).
        Returns False when the calendar has not enough working days in sight.
        """
        zone = pytz.timezone(calendar.tz or "UTC")
        begin = pytz.utc.localize(start).astimezone(zone)
        day_ends = {}
        for offset in range(0, PLAN_HORIZON_DAYS, PLAN_WINDOW_DAYS):
            window_start = begin + timedelta(days=offset)
            window_end = window_start + timedelta(days=PLAN_WINDOW_DAYS)
            intervals = calendar._work_intervals_batch(window_start, window_end, domain=self._get_holidays_domain(calendar))
            for _from, to, _records in intervals[False]:
                local_end = to.astimezone(zone)
                if local_end.date() > begin.date():
                    day_ends[local_end.date()] = max(day_ends.get(local_end.date(), local_end), local_end)
            # the window's last day may be cut off in the middle, so one day more must be in sight
            if len(day_ends) > days:
                return day_ends[sorted(day_ends)[days - 1]] if days else begin
        return False

