from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestCapaVisit(ComplaintCommon, MockEmail):
    """An on-site visit stands in the calendars of all who go, and moves with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"street": "1 Mill Lane", "city": "Oakham"})
        cls.complaint = cls._move_to(cls._create_complaint(), "investigation")
        cls.complaint.with_user(cls.handler).handling_opinion = "Go there"
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        moment = self.at("2026-03-02 07:00:00")
        moment.__enter__()
        self.addCleanup(moment.__exit__, None, None, None)

    def _create_visit(self, **values):
        return self._create_capa(self.complaint, **{
            "capa_type": "visit", "name": "Visit Blue Workshop", "date_deadline": "2026-03-05 17:00:00",
            "visit_start": "2026-03-04 09:00:00", "visit_duration": 3, "participant_ids": [Command.set(self.stock_user.ids)],
            **values,
        })

    def _run(self, **values):
        visit = self._create_visit(**values)
        visit.action_propose()
        visit.with_user(self.worker).action_accept()
        visit.with_user(self.stock_user).action_accept()
        return visit

    def _assert_times(self, visit, start, stop):
        self.assertEqual((str(visit.visit_start), str(visit.visit_stop)), (start, stop))
        self.assertEqual((str(visit.event_id.start), str(visit.event_id.stop)), (start, stop))

    def test_time_and_place_are_proposed(self):
        visit = self._create_capa(self.complaint, capa_type="visit", date_deadline="2026-03-05 17:00:00", visit_duration=2.5)
        self.assertEqual(str(visit.visit_start), "2026-03-05 14:30:00", "it ends with the deadline")
        self.assertIn("1 Mill Lane", visit.visit_location)
        self.assertFalse(self._create_capa(self.complaint, date_deadline="2026-03-05 17:00:00").visit_start)

    def test_a_visit_ends_by_its_deadline(self):
        self._create_visit(visit_start="2026-03-05 14:00:00")
        with self.assertRefused("The visit ends after the deadline", error=ValidationError):
            self._create_visit(visit_start="2026-03-05 14:01:00")

    def test_it_is_proposed_with_a_time_that_lies_ahead(self):
        visit = self._create_visit(visit_start="2026-03-02 08:00:00")
        with self.at("2026-03-02 08:00:01"), self.assertRefused("Say when the visit is", "Visit Blue Workshop"):
            visit.action_propose()

    def test_an_agreed_visit_is_in_the_calendar_of_all_who_go_without_invitations(self):
        with self.mock_mail_gateway():
            visit, waiting = self._run(), self._create_visit(name="Other")
        event = visit.event_id
        self.assertFalse(waiting.event_id)
        self.assertEqual((event.name, event.user_id, event.partner_ids), (
            "Visit Blue Workshop", self.worker, (self.worker | self.stock_user).partner_id,
        ))
        self._assert_times(visit, "2026-03-04 09:00:00", "2026-03-04 12:00:00")
        self.assertIn("1 Mill Lane", event.location)
        self.assertEqual(set(event.attendee_ids.mapped("state")), {"accepted"}, "they have agreed already")
        self.assertFalse([mail for mail in self._mails if "Invitation" in mail["subject"]])
        self.assertEqual(len(visit.activity_ids), 1, "the calendar adds no activity of its own")
        self.assertEqual(visit.with_user(self.stock_user).action_view_event()["res_id"], event.id)

    def test_moving_the_action_moves_the_event(self):
        visit, other = self._run(), self._run(name="Other")
        with self.mock_mail_gateway():
            visit.with_user(self.handler).write({"visit_start": "2026-03-05 08:00:00", "visit_duration": 1.5, "visit_location": "Gate 2"})
        self._assert_times(visit, "2026-03-05 08:00:00", "2026-03-05 09:30:00")
        self.assertEqual(visit.event_id.location, "Gate 2")
        self._assert_times(other, "2026-03-04 09:00:00", "2026-03-04 12:00:00")
        self.assertFalse([mail for mail in self._mails if "updated" in mail["subject"].lower()])

    def test_moving_the_event_moves_the_action(self):
        visit, other = self._run(), self._run(name="Other")
        visit.event_id.with_user(self.handler).write({"start": "2026-03-05 08:00:00", "stop": "2026-03-05 08:45:00", "location": "Gate 2"})
        self._assert_times(visit, "2026-03-05 08:00:00", "2026-03-05 08:45:00")
        self.assertEqual((visit.visit_duration, visit.visit_location), (0.75, "Gate 2"))
        self._assert_times(other, "2026-03-04 09:00:00", "2026-03-04 12:00:00")

    def test_a_visit_moved_beyond_its_deadline_takes_the_deadline_along(self):
        for move in (
            lambda visit: visit.event_id.with_user(self.handler).write({"start": "2026-03-09 09:00:00", "stop": "2026-03-09 12:00:00"}),
            lambda visit: visit.with_user(self.handler).write({"visit_start": "2026-03-09 09:00:00"}),
        ):
            visit = self._run()
            move(visit)
            self._assert_times(visit, "2026-03-09 09:00:00", "2026-03-09 12:00:00")
            self.assertEqual(str(visit.date_deadline), "2026-03-09 12:00:00")
            self.assertEqual(str(visit.activity_ids.date_deadline), "2026-03-09")

    def test_who_only_goes_does_not_move_it(self):
        visit = self._run()
        event = visit.event_id.with_user(self.worker)
        for change in (
            lambda: event.write({"start": "2026-03-05 08:00:00", "stop": "2026-03-05 09:00:00"}),
            lambda: event.write({"active": False}), event.unlink,
        ):
            with self.assertRefused("is decided by those who plan it", error=AccessError):
                change()
            self._assert_times(visit, "2026-03-04 09:00:00", "2026-03-04 12:00:00")
        event.write({"name": "Blue Workshop!"})
        self.assertEqual(visit.name, "Visit Blue Workshop")

    def test_cancelling_the_action_takes_it_out_of_the_calendar_and_running_again_puts_it_back(self):
        visit = self._run()
        event = visit.event_id
        visit.with_user(self.handler).action_cancel()
        self.assertFalse(event.active)
        visit.with_user(self.handler).action_draft()
        self._start(visit)
        self.assertEqual((visit.event_id, event.active), (event, True))

    def test_cancelling_the_event_cancels_the_action(self):
        for change in ("action_archive", "unlink"):
            visit, other = self._run(), self._run(name="Other")
            getattr(visit.event_id.with_user(self.handler), change)()
            with self.subTest(change):
                self.assertEqual((visit.state, other.state), ("cancel", "open"))
                self.assertFalse(visit.activity_ids)

    def test_who_goes_instead_is_in_the_calendar_and_other_guests_stay(self):
        visit = self._run()
        visit.event_id.with_user(self.handler).partner_ids = [Command.link(self.contact.id)]
        visit.with_user(self.handler).write({"user_id": self.rep.id, "participant_ids": [Command.set(self.handler.ids)]})
        self.assertEqual(visit.event_id.partner_ids, (self.rep | self.handler).partner_id | self.contact)
        self.assertEqual(visit.event_id.user_id, self.rep)

    def test_a_visit_that_was_made_stays_in_the_calendar(self):
        visit = self._run()
        with self.at("2026-03-04 13:00:00"):
            visit.with_user(self.worker).activity_ids.action_feedback(feedback="Sorted 200 sets there")
        self.assertEqual((visit.state, visit.event_id.active), ("done", True))
        visit.event_id.with_user(self.worker).unlink()
        self.assertEqual((visit.state, visit.event_id.id), ("done", False))

    def test_another_kind_of_action_is_no_event(self):
        self.assertFalse(self._run(capa_type="correction", visit_start=False).event_id)
        visit = self._run()
        event = visit.event_id
        visit.with_user(self.handler).capa_type = "correction"
        self.assertFalse(event.active)
