from datetime import datetime

import pytz

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import ComplaintCommon

DAYS = range(7)


@tagged("post_install", "-at_install")
class TestDeadlinePlanning(ComplaintCommon):
    """Working hours are 8 to 12 and 13 to 17, Monday to Friday; 2026-03-02 is a Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._create_calendar("Full week", range(5))

    @classmethod
    def _create_calendar(cls, name, days, tz="UTC", periods=((8, 12), (13, 17)), **values):
        return cls.env["resource.calendar"].create({
            "name": name, "tz": tz, "company_id": cls.company.id,
            "attendance_ids": [
                Command.create({
                    "name": f"{day} {start}", "dayofweek": str(day), "hour_from": start, "hour_to": end,
                    "day_period": "morning" if start < 12 else "afternoon",
                })
                for day in days for start, end in periods
            ],
            **values,
        })

    @classmethod
    def _create_holiday(cls, date_from, date_to, calendar=None, company=None):
        holiday = cls.env["resource.calendar.leaves"].create({
            "name": "Holiday", "date_from": date_from, "date_to": date_to, "calendar_id": calendar and calendar.id,
        })
        holiday.company_id = company or cls.company
        return holiday

    def _assert_planned(self, expected, start, duration, unit, calendar=None, tz="UTC"):
        """Start and expected are local times of ``tz``."""
        def localize(text):
            return pytz.timezone(tz).localize(datetime.fromisoformat(text)).astimezone(pytz.utc).replace(tzinfo=None)

        calendar = self.calendar if calendar is None else calendar
        Milestone = self.env["quality.milestone"].with_company(self.company)
        with self.subTest(start=start, duration=duration, unit=unit):
            self.assertEqual(Milestone._plan_deadline(localize(start), duration, unit, calendar), localize(expected))

    # ------------------------------------------------------------ working hours
    def test_hours_stop_over_lunch_night_and_weekend(self):
        for start, hours, expected in (
            ("2026-03-02 08:00", 1, "2026-03-02 09:00"),
            ("2026-03-02 08:00", 4, "2026-03-02 12:00"),  # on the edge of lunch
            ("2026-03-02 08:00", 4.5, "2026-03-02 13:30"),
            ("2026-03-02 11:30", 1, "2026-03-02 13:30"),
            ("2026-03-02 12:30", 1, "2026-03-02 14:00"),  # begins during lunch
            ("2026-03-02 16:00", 1, "2026-03-02 17:00"),  # on the edge of the night
            ("2026-03-02 16:00", 2, "2026-03-03 09:00"),
            ("2026-03-06 16:00", 2, "2026-03-09 09:00"),  # over the weekend
            ("2026-03-02 08:00", 40, "2026-03-06 17:00"),
            ("2026-03-02 08:00", 41, "2026-03-09 09:00"),
        ):
            self._assert_planned(expected, start, hours, "hour")

    def test_hours_begin_with_the_next_working_hour(self):
        for start in ("2026-03-01 15:00", "2026-03-02 00:00", "2026-03-02 07:59", "2026-03-02 08:00"):
            self._assert_planned("2026-03-02 10:00", start, 2, "hour")
        for start in ("2026-03-02 17:00", "2026-03-02 17:01", "2026-03-02 23:59"):
            self._assert_planned("2026-03-03 10:00", start, 2, "hour")

    def test_no_hours_end_where_they_begin(self):
        self._assert_planned("2026-03-02 09:30", "2026-03-02 09:30", 0, "hour")
        self._assert_planned("2026-03-02 20:00", "2026-03-02 20:00", 0, "day")

    # ------------------------------------------------------------ working days
    def test_a_day_ends_with_its_last_working_hour(self):
        for start in ("2026-03-02 00:00", "2026-03-02 07:00", "2026-03-02 08:00", "2026-03-02 12:30", "2026-03-02 23:59"):
            self._assert_planned("2026-03-03 17:00", start, 1, "day")
        self._assert_planned("2026-03-05 17:00", "2026-03-02 10:00", 3, "day")

    def test_days_skip_the_weekend(self):
        for start, days, expected in (
            ("2026-03-05 10:00", 1, "2026-03-06 17:00"),
            ("2026-03-06 10:00", 1, "2026-03-09 17:00"),
            ("2026-03-07 10:00", 1, "2026-03-09 17:00"),
            ("2026-03-08 10:00", 1, "2026-03-09 17:00"),
            ("2026-03-02 10:00", 5, "2026-03-09 17:00"),
            ("2026-03-02 10:00", 100, "2026-07-20 17:00"),  # further than one look into the calendar
        ):
            self._assert_planned(expected, start, days, "day")

    def test_a_part_of_a_day_is_a_whole_day(self):
        self._assert_planned("2026-03-03 17:00", "2026-03-02 10:00", 0.5, "day")
        self._assert_planned("2026-03-04 17:00", "2026-03-02 10:00", 1.5, "day")

    def test_calendar_days_ask_no_calendar(self):
        self._assert_planned("2026-03-08 10:30", "2026-03-06 10:30", 2, "calendar_day")

    # ------------------------------------------------------------ holidays
    def test_public_holidays_do_not_count(self):
        self._create_holiday("2026-03-03 00:00:00", "2026-03-03 23:59:59")
        self._assert_planned("2026-03-04 17:00", "2026-03-02 10:00", 1, "day")
        self._assert_planned("2026-03-04 09:00", "2026-03-02 16:00", 2, "hour")

    def test_half_a_holiday_shortens_the_day(self):
        self._create_holiday("2026-03-03 12:00:00", "2026-03-03 23:59:59", self.calendar)
        self._assert_planned("2026-03-03 12:00", "2026-03-02 10:00", 1, "day")
        self._assert_planned("2026-03-04 09:00", "2026-03-02 16:00", 6, "hour")

    def test_holidays_of_another_calendar_or_company_count_as_work(self):
        self._create_holiday("2026-03-03 00:00:00", "2026-03-03 23:59:59", self._create_calendar("Night", DAYS))
        self._create_holiday("2026-03-03 00:00:00", "2026-03-03 23:59:59", company=self.env["res.company"].create({"name": "Other"}))
        self._assert_planned("2026-03-03 17:00", "2026-03-02 10:00", 1, "day")
        self._assert_planned("2026-03-03 09:00", "2026-03-02 16:00", 2, "hour")

    def test_one_persons_leave_is_no_holiday(self):
        resource = self.env["resource.resource"].create({"name": "Ada", "calendar_id": self.calendar.id, "company_id": self.company.id})
        self._create_holiday("2026-03-03 00:00:00", "2026-03-03 23:59:59", self.calendar).resource_id = resource
        self._assert_planned("2026-03-03 17:00", "2026-03-02 10:00", 1, "day")

    # ------------------------------------------------------------ other calendars
    def test_part_time_counts_its_own_days(self):
        calendar = self._create_calendar("Monday and Thursday", (0, 3), periods=((8, 12),))
        self._assert_planned("2026-03-05 12:00", "2026-03-02 10:00", 1, "day", calendar)
        self._assert_planned("2026-03-09 12:00", "2026-03-02 10:00", 2, "day", calendar)
        self._assert_planned("2026-03-05 10:00", "2026-03-02 10:00", 4, "hour", calendar)

    def test_two_weeks_calendar_counts_the_week_it_is(self):
        calendar = self._create_calendar("Two weeks", (), two_weeks_calendar=True)
        calendar.attendance_ids = [
            Command.create({
                "name": f"{week} {day}", "week_type": week, "dayofweek": str(day), "hour_from": 8, "hour_to": 12,
                "day_period": "morning",
            })
            for week, days in (("0", (0, 1)), ("1", (3, 4))) for day in days
        ]
        week_type = self.env["resource.calendar.attendance"].get_week_type(datetime(2026, 3, 2).date())
        # Mondays and Tuesdays in the one week, Thursdays and Fridays in the other
        monday = "2026-03-02" if week_type == 0 else "2026-03-09"
        ends = ("2026-03-03", "2026-03-12") if week_type == 0 else ("2026-03-10", "2026-03-19")
        self._assert_planned(f"{ends[0]} 12:00", f"{monday} 09:00", 1, "day", calendar)
        self._assert_planned(f"{ends[1]} 12:00", f"{monday} 09:00", 2, "day", calendar)
        self._assert_planned(f"{ends[1]} 09:00", f"{monday} 08:00", 9, "hour", calendar)

    def test_a_flexible_calendar_counts_its_hours_a_day(self):
        calendar = self.env["resource.calendar"].create({
            "name": "Flexible", "tz": "UTC", "company_id": self.company.id, "schedule_type": "flexible",
            "hours_per_day": 8, "full_time_required_hours": 40, "attendance_ids": [],
        })
        # core puts them around noon: 8 to 16
        self._assert_planned("2026-03-02 12:00", "2026-03-02 08:00", 4, "hour", calendar)
        self._assert_planned("2026-03-03 16:00", "2026-03-02 08:00", 1, "day", calendar)
        self._assert_planned("2026-03-05 16:00", "2026-03-02 08:00", 3, "day", calendar)

    def test_without_working_time_the_clock_counts(self):
        empty = self._create_calendar("Empty", ())
        for calendar in (empty, self.env["resource.calendar"]):
            self._assert_planned("2026-03-07 10:00", "2026-03-06 10:00", 1, "day", calendar)
            self._assert_planned("2026-03-06 23:30", "2026-03-06 10:00", 13.5, "hour", calendar)
            self._assert_planned("2026-03-09 10:00", "2026-03-06 10:00", 3, "calendar_day", calendar)

    # ------------------------------------------------------------ time zones
    def test_hours_are_the_calendars_local_hours(self):
        tokyo = self._create_calendar("Tokyo", range(5), tz="Asia/Tokyo")
        self._assert_planned("2026-03-02 10:00", "2026-03-02 08:00", 2, "hour", tokyo, tz="Asia/Tokyo")
        # Monday 23:30 in UTC is Tuesday morning in Tokyo
        self._assert_planned("2026-03-04 08:00", "2026-03-02 23:30", 1, "day", tokyo, tz="UTC")
        self._assert_planned("2026-03-03 00:30", "2026-03-02 23:30", 1, "hour", tokyo, tz="UTC")

    def test_clock_changes_move_no_deadline(self):
        berlin = self._create_calendar("Berlin", range(5), tz="Europe/Berlin")
        # spring: the night to 2026-03-29; autumn: the night to 2026-10-25
        for friday, monday, tuesday in (("2026-03-27", "2026-03-30", "2026-03-31"), ("2026-10-23", "2026-10-26", "2026-10-27")):
            self._assert_planned(f"{monday} 09:00", f"{friday} 16:00", 2, "hour", berlin, tz="Europe/Berlin")
            self._assert_planned(f"{monday} 17:00", f"{friday} 16:00", 1, "day", berlin, tz="Europe/Berlin")
            self._assert_planned(f"{tuesday} 17:00", f"{friday} 16:00", 2, "day", berlin, tz="Europe/Berlin")
        self._assert_planned("2026-07-31 17:00", "2026-03-27 16:00", 90, "day", berlin, tz="Europe/Berlin")

    # ------------------------------------------------------------ late or not
    def test_compute_and_search_agree_before_on_and_after_the_deadline(self):
        with self.at("2026-03-02 08:00:00"):
            complaint = self._create_complaint()
            values = {"complaint_id": complaint.id, "user_id": self.worker.id, "date_deadline": "2026-03-03 12:00:00"}
            capas = self.env["quality.capa"].create([
                {**values, "name": "running"}, {**values, "name": "done before"}, {**values, "name": "done on"},
                {**values, "name": "done after"}, {**values, "name": "cancelled"},
            ])
            capas.result = "Done"
            capas[1:4].action_open()
            capas[4].action_cancel()
        for number, moment in ((1, "2026-03-03 11:59:59"), (2, "2026-03-03 12:00:00"), (3, "2026-03-03 12:00:01")):
            with self.at(moment):
                capas[number].action_done()
        for moment, running in (
            ("2026-03-03 11:59:59", "running"), ("2026-03-03 12:00:00", "running"), ("2026-03-03 12:00:01", "missed"),
        ):
            with self.at(moment):
                self._assert_states(capas, {
                    "running": running, "done before": "met", "done on": "met", "done after": "missed", "cancelled": False,
                })

    def test_an_archived_milestone_is_neither_running_nor_late(self):
        with self.at("2026-03-02 08:00:00"):
            milestones = self._create_complaint().sudo().milestone_ids
            milestones[0].active = False
        with self.at("2030-01-01 08:00:00"):
            milestones.invalidate_recordset()
            self.assertFalse(milestones[0].deadline_state)
            self.assertEqual(set(milestones[1:].mapped("deadline_state")), {"missed"})
            late = milestones.with_context(active_test=False).search(
                [("id", "in", milestones.ids), ("deadline_state", "=", "missed")],
            )
            self.assertEqual(late, milestones[1:])

    def _assert_states(self, records, expected):
        records.invalidate_recordset()
        self.assertEqual({record.name: record.deadline_state for record in records}, expected)
        for state in ("running", "met", "missed", False):
            found = records.search([("id", "in", records.ids), ("deadline_state", "=", state)])
            self.assertEqual(set(found.mapped("name")), {name for name, value in expected.items() if value == state})
        late = records.search([("id", "in", records.ids), ("deadline_state", "in", ["missed", "running"])])
        self.assertEqual(set(late.mapped("name")), {name for name, value in expected.items() if value in ("missed", "running")})
        others = records.search([("id", "in", records.ids), ("deadline_state", "!=", "missed")])
        self.assertEqual(set(others.mapped("name")), {name for name, value in expected.items() if value != "missed"})

    def test_the_state_follows_the_deadline_at_once(self):
        with self.at("2026-03-02 08:00:00"):
            capa = self._create_capa(self._create_complaint(), self.quality_manager, date_deadline="2026-03-02 09:00:00")
            self.assertEqual(capa.deadline_state, "running")
            # only the system makes something late that was not
            capa.sudo().date_deadline = fields.Datetime.to_datetime("2026-03-02 07:59:59")
            self.assertEqual(capa.deadline_state, "missed")
            capa.action_cancel()
            self.assertFalse(capa.deadline_state)
