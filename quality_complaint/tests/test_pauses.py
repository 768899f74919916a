from datetime import datetime, timedelta

import hypothesis
from hypothesis import strategies

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.deadline.working_clock import WorkingClock
from .common import ComplaintCommon

MONDAY = datetime(2026, 3, 2, 9)


@tagged("post_install", "-at_install")
class TestPauses(ComplaintCommon):
    """Working hours are 8 to 12 and 13 to 17, Monday to Friday; 2026-03-02 is a Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["quality.deadline.policy"].search([]).active = False
        cls.env["quality.deadline.policy"].create({
            "name": "Normal", "type_id": cls.complaint_type.id, "company_id": cls.company.id,
            "line_ids": [
                Command.create({"step": "review", "owner_role": "leader", "duration": 1}),
                Command.create({"step": "propose", "owner_role": "handler", "duration": 12, "duration_unit": "hour"}),
                Command.create({"step": "resolve", "owner_role": "handler", "duration": 3, "duration_unit": "calendar_day"}),
                Command.create({"step": "reply", "owner_role": "sales_manager", "duration": 4}),
            ],
        })

    def _file(self, state="investigation", **values):
        with self.at(MONDAY):
            return self._move_to(self._create_complaint(**values), state)

    def _pause(self, complaint, moment, user=None, **values):
        with self.at(moment):
            return self.env["quality.deadline.pause"].with_user(user or self.handler).create({
                "complaint_id": complaint.id, "note": "Which batch is it?", **values,
            })

    def _resume(self, pause, moment, user=None):
        with self.at(moment):
            pause = pause.with_user(user or self.rep)
            pause.answer = "Batch 7, says Ada Blue"
            pause.action_resume()

    def _get_promises(self, complaint):
        return {milestone.step: str(milestone.date_deadline) for milestone in complaint.sudo().milestone_ids if not milestone.date_done}

    # ------------------------------------------------------------ the deadlines
    def test_deadlines_move_by_the_time_the_clock_stood(self):
        complaint, second = self._file(), self._file()
        promised = {"propose": "2026-03-03 14:00:00", "resolve": "2026-03-05 09:00:00", "reply": "2026-03-06 17:00:00"}
        self.assertEqual(self._get_promises(complaint), promised)
        pause = self._pause(complaint, "2026-03-02 15:00:00")
        self.assertEqual(self._get_promises(complaint), promised, "not known before it runs again")
        self._resume(pause, "2026-03-04 10:00:00")
        # two hours of Monday, all of Tuesday and two hours of Wednesday: twelve working hours, or 43 of the wall
        self.assertEqual(self._get_promises(complaint), {
            "propose": "2026-03-05 09:00:00", "resolve": "2026-03-07 04:00:00", "reply": "2026-03-10 12:00:00",
        })
        self.assertEqual(self._get_promises(second), promised, "the other complaint's stay")

    def test_a_pause_outside_of_working_hours_moves_no_working_day(self):
        complaint = self._file()
        self._resume(self._pause(complaint, "2026-03-02 17:00:00"), "2026-03-03 08:00:00")
        self.assertEqual(self._get_promises(complaint), {
            "propose": "2026-03-03 14:00:00", "resolve": "2026-03-06 00:00:00", "reply": "2026-03-06 17:00:00",
        })

    def test_pauses_add_up(self):
        complaint = self._file()
        for begin, end in (("2026-03-02 10:00:00", "2026-03-02 11:00:00"), ("2026-03-03 10:00:00", "2026-03-03 12:00:00")):
            self._resume(self._pause(complaint, begin), end)
        self.assertEqual(self._get_promises(complaint)["propose"], "2026-03-03 17:00:00")

    def test_nobody_is_late_while_the_clock_stands_but_what_was_late_stays_late(self):
        complaint = self._file()
        pause = self._pause(complaint, "2026-03-03 14:00:01")
        resolve, propose = (
            complaint.sudo().milestone_ids.filtered(lambda milestone, step=step: milestone.step == step) for step in ("resolve", "propose")
        )
        with self.at("2026-03-30 09:00:00"):
            self.env.invalidate_all()
            self.assertEqual((resolve.deadline_state, propose.deadline_state), ("paused", "missed"))
            for state, milestone in (("paused", resolve), ("missed", propose)):
                found = self.env["quality.milestone"].search([("complaint_id", "=", complaint.id), ("deadline_state", "=", state)])
                self.assertIn(milestone, found)
                self.assertNotIn((resolve | propose) - milestone, found)
            self.assertTrue(complaint.is_late)
            self.assertEqual(resolve.deadline_hint, "Needs Clarification")
        self._resume(pause, "2026-03-30 09:00:00")
        with self.at("2026-03-30 09:00:00"):
            self.env.invalidate_all()
            self.assertEqual((resolve.deadline_state, propose.deadline_state), ("running", "missed"))
            self.assertEqual(str(propose.date_deadline), "2026-03-03 14:00:00", "it was missed then")

    def test_the_edge_of_a_deadline_and_a_pause(self):
        for begin, state in (("2026-03-03 13:59:59", "paused"), ("2026-03-03 14:00:00", "paused"), ("2026-03-03 14:00:01", "missed")):
            complaint = self._file()
            self._pause(complaint, begin)
            milestone = complaint.sudo().milestone_ids.filtered(lambda milestone: milestone.step == "propose")
            with self.subTest(begin), self.at("2026-03-04 09:00:00"):
                milestone.invalidate_recordset()
                self.assertEqual(milestone.deadline_state, state)

    def test_what_is_done_while_the_clock_stands_is_in_time_if_it_was_not_late_before(self):
        complaint = self._file()
        self._pause(complaint, "2026-03-03 14:00:00")
        late = self._file()
        self._pause(late, "2026-03-03 14:00:01")
        with self.at("2026-03-10 09:00:00"):
            for each in (complaint, late):
                each.with_user(self.handler).handling_opinion = "Sort"
                each.with_user(self.handler).action_start_plan()
        for each, state in ((complaint, "met"), (late, "missed")):
            milestone = each.sudo().milestone_ids.filtered(lambda step: step.step == "propose")
            with self.subTest(state):
                self.assertEqual((str(milestone.date_done), milestone.deadline_state), ("2026-03-10 09:00:00", state))
                for wanted in ("met", "missed"):
                    found = milestone.search([("id", "=", milestone.id), ("deadline_state", "=", wanted)])
                    self.assertEqual(bool(found), wanted == state)
        self._resume(complaint.pause_ids, "2026-03-11 09:00:00")
        milestone = complaint.sudo().milestone_ids.filtered(lambda step: step.step == "propose")
        self.assertEqual((milestone.deadline_state, str(milestone.date_deadline)), ("met", "2026-03-03 14:00:00"))

    def test_classifying_anew_in_a_pause_does_not_hide_what_was_late(self):
        complaint = self._file("review")
        self._pause(complaint, "2026-03-04 09:00:00", self.quality_manager)
        with self.at("2026-03-05 09:00:00"):
            complaint.with_user(self.quality_manager).urgency = "urgent"
            states = {step.step: step.deadline_state for step in complaint.sudo().milestone_ids}
        # review until Tuesday 17:00, propose until Tuesday 14:00
        self.assertEqual(states, {"review": "missed", "propose": "missed", "resolve": "paused", "reply": "paused"})

    def test_a_new_round_in_a_pause_is_paused_too(self):
        complaint = self._file()
        self._pause(complaint, "2026-03-02 10:00:00")
        with self.at("2026-03-02 11:00:00"):
            complaint.sudo()._apply_deadline_policy(restart=True)
        running = complaint.sudo().milestone_ids.filtered(lambda milestone: not milestone.date_done)
        with self.at("2026-04-02 11:00:00"):
            running.invalidate_recordset()
            self.assertEqual(set(running.mapped("deadline_state")), {"paused"})

    # ------------------------------------------------------------ the people
    def test_the_reporter_is_asked_and_the_conversation_is_kept(self):
        complaint = self._file()
        self.assertEqual(complaint.activity_ids.user_id, self.handler)
        pause = self._pause(complaint, "2026-03-02 10:00:00")
        self.assertEqual((complaint.activity_ids.user_id, complaint.activity_ids.summary), (self.rep, "Clarify with the customer: Which batch is it?"))
        self.assertEqual((complaint.pause_reason, str(complaint.date_paused)), ("clarification", "2026-03-02 10:00:00"))
        self._resume(pause, "2026-03-02 11:00:00")
        self.assertEqual(complaint.activity_ids.user_id, self.handler)
        said = " ".join(complaint.message_ids.mapped("body"))
        self.assertIn("Which batch is it?", said)
        self.assertIn("Batch 7, says Ada Blue", said)
        told = self.env["mail.message"].search([("model", "=", complaint._name), ("res_id", "=", complaint.id), ("subject", "like", "It goes on")])
        self.assertEqual(told.notified_partner_ids, self.handler.partner_id)

    def test_who_may_stop_the_clock(self):
        complaint = self._file()
        for user, error in ((self.rep, UserError), (self.other_rep, AccessError), (self.outsider, AccessError), (self.worker, AccessError)):
            with self.subTest(user.name), self.assertRaises(error):
                self._pause(complaint, "2026-03-02 10:00:00", user)
        self.assertFalse(complaint.pause_ids)
        for user in (self.handler, self.quality_manager):
            self.assertTrue(complaint.with_user(user).can_pause)
        self.assertFalse(complaint.with_user(self.rep).can_pause)

    def test_when_the_clock_may_be_stopped(self):
        for state, allowed in (("draft", False), ("review", True), ("investigation", True), ("reply", True), ("follow_up", True), ("closed", False), ("rejected", False)):
            complaint = self._move_to(self._create_complaint(), state)
            with self.subTest(state):
                self.assertEqual(complaint.with_user(self.quality_manager).can_pause, allowed)
                if not allowed:
                    with self.assertRaises(UserError):
                        self.env["quality.deadline.pause"].with_user(self.quality_manager).create({"complaint_id": complaint.id, "note": "?"})

    def test_it_stands_once_and_is_resumed_once(self):
        complaint = self._file()
        pause = self._pause(complaint, "2026-03-02 10:00:00")
        with self.assertRaisesRegex(UserError, "stands already"):
            self._pause(complaint, "2026-03-02 11:00:00")
        with self.assertRaisesRegex(UserError, "Write what was said"), self.at("2026-03-02 11:00:00"):
            pause.with_user(self.rep).action_resume()
        self._resume(pause, "2026-03-02 12:00:00")
        with self.assertRaisesRegex(UserError, "runs again already"):
            pause.with_user(self.rep).action_resume()

    def test_the_ledger_is_only_added_to(self):
        complaint = self._file()
        pause = self._pause(complaint, "2026-03-02 10:00:00")
        for values in ({"date_from": "2026-03-01 10:00:00"}, {"note": "Else"}, {"date_to": "2026-03-03 10:00:00"}):
            with self.subTest(values), self.assertRaises(UserError):
                pause.with_user(self.complaint_admin).write(values)
        with self.assertRaises(AccessError):
            pause.with_user(self.complaint_admin).unlink()
        with self.assertRaisesRegex(UserError, "begins now"):
            self._pause(self._file(), "2026-03-02 10:00:00", date_from="2026-02-01 10:00:00")
        other = self._file()
        for name, value in (("date_from", "2026-02-01 10:00:00"), ("date_to", "2026-02-02 10:00:00"), ("user_id", self.rep.id)):
            made = self.env["quality.deadline.pause"].with_user(self.handler).with_context(**{f"default_{name}": value})
            with self.subTest(default=name), self.at("2026-03-02 10:30:00"), self.cr.savepoint() as savepoint:
                begun = made.create({"complaint_id": other.id, "note": "Which batch?"})
                self.assertEqual((str(begun.date_from), begun.date_to, begun.user_id), ("2026-03-02 10:30:00", False, self.handler))
                savepoint.rollback()
                self.env.invalidate_all()
        self._resume(pause, "2026-03-02 11:00:00")
        with self.assertRaises(UserError):
            pause.with_user(self.rep).answer = "Else"

    def test_without_a_question_the_clock_is_not_stopped(self):
        complaint = self._file()
        with self.assertRefused("what is to be clarified"):
            self._pause(complaint, "2026-03-02 10:00:00", note="  ")
        self.assertFalse(complaint.date_paused)

    def test_what_was_asked_has_to_be_answered_before_the_next_step(self):
        complaint = self._file()
        pause = self._pause(complaint, "2026-03-02 10:00:00")
        handled = complaint.with_user(self.handler)
        handled.write({"handling_opinion": "Replace", "analysis": "Rain"})
        handled.demand_ids.write({"answer": "Sent", "outcome": "granted"})
        with self.assertRefused("An answer to what was asked: «Which batch is it?»"):
            handled.action_resolve()
        self._resume(pause, "2026-03-02 11:00:00")
        handled.action_resolve()
        self.assertEqual(complaint.state, "reply")

    def test_a_finished_complaint_waits_for_nothing(self):
        complaint = self._file()
        pause = self._pause(complaint, "2026-03-02 10:00:00")
        with self.at("2026-03-02 12:00:00"):
            self._cancel(complaint)
        self.assertEqual((str(pause.date_to), complaint.date_paused), ("2026-03-02 12:00:00", False))

    def test_a_clock_that_was_set_back_makes_no_time_run_backwards(self):
        complaint = self._file()
        promised = self._get_promises(complaint)
        self._resume(self._pause(complaint, "2026-03-02 10:00:00"), "2026-03-02 09:30:00")
        self.assertEqual(str(complaint.pause_ids.date_to), "2026-03-02 10:00:00")
        self.assertEqual(self._get_promises(complaint), promised)

    def test_a_calendar_that_was_deleted_leaves_calendar_days(self):
        self.team.resource_calendar_id = self.env["resource.calendar"].create({"name": "Team", "tz": "UTC", "company_id": self.company.id})
        complaint = self._file()
        milestone = complaint.sudo().milestone_ids.filtered(lambda milestone: milestone.step == "reply")
        self.assertEqual(milestone.resource_calendar_id, self.team.resource_calendar_id)
        promised = milestone.date_deadline
        self.team.resource_calendar_id.unlink()
        milestone.invalidate_recordset()
        self.assertEqual(milestone.date_deadline, promised, "what was promised stays")
        self._resume(self._pause(complaint, "2026-03-02 10:00:00"), "2026-03-02 11:00:00")
        self.assertEqual(milestone.date_deadline, promised, "four days and the hour would be sooner, and a promise is not taken back")

    # ------------------------------------------------------------ the ledger is the truth
    def test_the_ledger_gives_what_is_stored(self):
        @hypothesis.settings(max_examples=12, deadline=None, derandomize=True, database=None)
        @hypothesis.given(
            begin=strategies.integers(0, 7 * 24 * 60),
            # minutes that the clock runs and stands in turn
            spans=strategies.lists(strategies.tuples(strategies.integers(1, 3000), strategies.integers(1, 6000)), max_size=4),
        )
        def check(begin, spans):
            now = MONDAY + timedelta(minutes=begin)
            with self.at(now):
                complaint = self._move_to(self._create_complaint(), "review")
            for running, standing in spans:
                now += timedelta(minutes=running)
                pause = self._pause(complaint, now, self.quality_manager)
                now += timedelta(minutes=standing)
                self._resume(pause, now)
            ledger = [(pause.date_from, pause.date_to) for pause in complaint.pause_ids]
            for milestone in complaint.sudo().milestone_ids:
                with self.subTest(begin=begin, spans=spans, step=milestone.step):
                    before = [pause for pause in ledger if pause[0] <= self._plan(milestone, [other for other in ledger if other < pause])]
                    self.assertEqual(milestone.date_deadline, self._plan(milestone, before))
                    self.assertEqual(milestone.date_deadline, milestone._get_planned_deadline(ledger))

        check()

    def _plan(self, milestone, pauses):
        """The deadline counted out minute by minute."""
        calendar = milestone.resource_calendar_id if milestone.duration_unit != "calendar_day" else self.env["resource.calendar"]

        def counts(minute):
            return not calendar or (minute.weekday() < 5 and (8 <= minute.hour < 12 or 13 <= minute.hour < 17))

        moment = milestone.date_start
        promised = milestone._plan_deadline(moment, milestone.duration, milestone.duration_unit, milestone.resource_calendar_id)
        left = sum(
            counts(moment + timedelta(minutes=minute)) for minute in range(int((promised - moment).total_seconds() // 60))
        )
        while left:
            if counts(moment) and not any(begin <= moment < end for begin, end in pauses):
                left -= 1
            moment += timedelta(minutes=1)
        return moment

    def test_the_clock_counts_as_minute_by_minute(self):
        """Any pauses, overlapping or not, over weeks with a clock change in them."""
        calendar = self.company.resource_calendar_id.copy({"tz": "Europe/Berlin"})
        start = datetime(2026, 3, 27, 6)
        minutes = strategies.integers(0, 10 * 24 * 60)

        @hypothesis.settings(max_examples=40, deadline=None, derandomize=True, database=None)
        @hypothesis.given(pauses=strategies.lists(strategies.tuples(minutes, minutes), max_size=5), end=minutes)
        def check(pauses, end):
            pauses = [(start + timedelta(minutes=begin), start + timedelta(minutes=begin + length)) for begin, length in pauses]
            until = start + timedelta(minutes=end)
            clock = WorkingClock(calendar, self.company, pauses)
            counted = sum(
                self._is_worked(start + timedelta(minutes=minute), calendar)
                and not any(begin <= start + timedelta(minutes=minute) < to for begin, to in pauses)
                for minute in range(end)
            )
            self.assertEqual(clock.measure(start, until), timedelta(minutes=counted))
            if counted:
                reached = clock.after(start, timedelta(minutes=counted))
                self.assertEqual(clock.measure(start, reached), timedelta(minutes=counted))
                self.assertLessEqual(reached, until)
                self.assertEqual(clock.before(start, until, timedelta(minutes=counted)), self._first_worked(clock, start, until))

        check()

    def _is_worked(self, minute, calendar):
        local = fields.Datetime.context_timestamp(calendar.with_context(tz=calendar.tz), minute)
        return local.weekday() < 5 and (8 <= local.hour < 12 or 13 <= local.hour < 17)

    def _first_worked(self, clock, start, until):
        return next(begin for begin, _end in clock._spans(start, until))
