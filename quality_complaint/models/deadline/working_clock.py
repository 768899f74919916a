from datetime import datetime, time, timedelta

import pytz

# how much of a calendar is read at once: whole weeks, because core lays out a flexible calendar week by week from the
# first day that it is asked for
WINDOW = timedelta(weeks=8)
# how far ahead working time is looked for at all
HORIZON = timedelta(weeks=160)


class WorkingClock:
    """The time that counts towards a deadline: the working hours of a calendar, without its holidays and without the
    pauses in which the clock stood. Without a calendar every hour counts.

    All moments are naive and UTC.

    :param calendar: ``resource.calendar``, may be empty
    :param company: ``res.company``, whose public holidays count where the calendar has no company of its own
    :param pauses: pairs of moments (from, to)
    :param dict windows: what was read of calendars so far, for clocks that are asked one after the other while no calendar changes
    """

    def __init__(self, calendar, company, pauses=(), windows=None):
        self.calendar = calendar
        self.zone = pytz.timezone(calendar.tz or "UTC")
        # public holidays of the calendar's company, else of the given one: core takes any company's
        self.company = calendar.company_id or company
        self.windows = {} if windows is None else windows
        self.pauses = sorted((begin, end) for begin, end in pauses if begin < end)

    def runs(self, start):
        """True where any working time is in sight from ``start`` on."""
        return any(True for _span in self._spans(start))

    def measure(self, start, end):
        """How much time counted between two moments, as ``timedelta``."""
        return sum((min(to, end) - begin for begin, to in self._spans(start, end)), timedelta())

    def after(self, start, span):
        """The moment when ``span`` (``timedelta``) has counted since ``start``, or None where it never does."""
        if not span:
            return start
        for begin, end in self._spans(start):
            if span <= end - begin:
                return begin + span
            span -= end - begin
        return None

    def before(self, start, end, span):
        """The moment when only ``span`` (``timedelta``) was left to count until ``end``; not before ``start``."""
        for begin, to in reversed(list(self._spans(start, end))):
            if span <= to - begin:
                return to - span
            span -= to - begin
        return start

    def end_of_day(self, start, days):
        """The end of the last working hour of the ``days``-th working day after the day of ``start``, or None."""
        if not days:
            return start
        first_day = self._local(start).date()
        found, last_day, day_end = 0, None, None
        for _begin, end in self._spans(start):
            day = self._local(end - timedelta(microseconds=1)).date()
            if day <= first_day:
                continue
            if day != last_day:
                if found == days:
                    break
                found, last_day = found + 1, day
            day_end = end
        return day_end if found == days else None

    # ------------------------------------------------------------
    def _local(self, moment):
        return pytz.utc.localize(moment).astimezone(self.zone)

    def _spans(self, start, end=None):
        """Pairs of moments between which time counts, in their order, from ``start`` to ``end`` or the horizon."""
        for begin, to in self._working_spans(start, end or start + HORIZON):
            begin, to = max(begin, start), min(to, end or to)
            for pause_begin, pause_end in self.pauses:
                if begin < pause_begin < to:
                    yield begin, pause_begin
                if pause_begin < to and pause_end > begin:
                    begin = pause_end
            if begin < to:
                yield begin, to

    def _working_spans(self, start, end):
        if not self.calendar:
            yield start, end
            return
        # a day is read whole, wherever in it the time begins, so that the same day is always the same
        midnight = self.zone.localize(datetime.combine(self._local(start).date(), time.min))
        while midnight < pytz.utc.localize(end):
            until = self.zone.localize((midnight + WINDOW).replace(tzinfo=None))
            yield from (span for span in self._read_window(midnight, until) if span[1] > start)
            midnight = until

    def _read_window(self, begin, end):
        """Pairs of moments between which somebody works, without holidays."""
        key = (self.calendar, self.company, begin)
        if key not in self.windows:
            holidays = [("time_type", "=", "leave"), ("company_id", "in", [False, self.company.id])]
            intervals = self.calendar._work_intervals_batch(begin, end, domain=holidays)[False]
            self.windows[key] = [
                tuple(moment.astimezone(pytz.utc).replace(tzinfo=None) for moment in (begin, end)) for begin, end, _attendances in intervals
            ]
        return self.windows[key]
