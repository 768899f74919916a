from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ComplaintCommon

PLANNERS_ONLY = "is decided by those who plan it"


@tagged("post_install", "-at_install")
class TestCapaActivity(ComplaintCommon):
    """What is done to an action is done to its activity, and the other way round."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._move_to(cls._create_complaint(), "investigation")
        cls.complaint.with_user(cls.handler).handling_opinion = "Sort and replace"
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        # Monday, before work
        moment = self.at("2026-03-02 07:00:00")
        moment.__enter__()
        self.addCleanup(moment.__exit__, None, None, None)
        self.capa, self.other = (
            self._start(self._create_capa(self.complaint, name=name, date_deadline="2026-03-04 10:30:00"))
            for name in ("Sort", "Other")
        )

    def _activity(self, user, capa=None):
        return (capa or self.capa).with_user(user).activity_ids

    def _assert_in_step(self, capa, user, deadline):
        self.assertEqual((capa.user_id, str(capa.date_deadline)), (user, deadline))
        activity = capa.sudo().activity_ids
        self.assertEqual((len(activity), activity.user_id, activity.date_deadline), (1, user, capa._get_deadline_day()))

    # ------------------------------------------------------------ from the activity to the action
    def test_handing_the_activity_to_another_hands_him_the_action(self):
        self._activity(self.handler).user_id = self.stock_user
        self._assert_in_step(self.capa, self.stock_user, "2026-03-04 10:30:00")
        self._assert_in_step(self.other, self.worker, "2026-03-04 10:30:00")
        self.assertTrue(self.capa.with_user(self.stock_user).has_access("write"))

    def test_moving_the_activity_moves_the_deadline_and_keeps_its_hour(self):
        self._activity(self.handler).date_deadline = "2026-03-06"
        self._assert_in_step(self.capa, self.worker, "2026-03-06 10:30:00")
        self._assert_in_step(self.other, self.worker, "2026-03-04 10:30:00")

    def test_the_hour_is_kept_in_the_owners_time_zone(self):
        for tz, day, deadline in (
            # in Tokyo it is due at 19:30
            ("Asia/Tokyo", "2026-03-06", "2026-03-06 10:30:00"),
            # in New York at 5:30, before and after the clocks change on 8 March
            ("America/New_York", "2026-03-06", "2026-03-06 10:30:00"), ("America/New_York", "2026-03-09", "2026-03-09 09:30:00"),
        ):
            self.worker.tz = tz
            capa = self._start(self._create_capa(self.complaint, date_deadline="2026-03-04 10:30:00"))
            with self.subTest(tz, day=day):
                self._activity(self.handler, capa).date_deadline = day
                self._assert_in_step(capa, self.worker, deadline)

    def test_today_after_its_hour_means_the_end_of_the_working_day(self):
        with self.at("2026-03-03 12:00:00"):
            self._activity(self.handler).action_reschedule_today()
            self._assert_in_step(self.capa, self.worker, "2026-03-03 17:00:00")
        with self.at("2026-03-03 18:00:00"), self.assertRefused("A deadline can't lie in the past"):
            self._activity(self.handler, self.other).date_deadline = "2026-03-03"

    def test_a_batch_of_activities_moves_each_of_its_actions(self):
        self.other.with_user(self.handler).date_deadline = "2026-03-05 16:00:00"
        activities = self._activity(self.handler) | self._activity(self.handler, self.other)
        activities.write({"user_id": self.stock_user.id, "date_deadline": "2026-03-09"})
        self._assert_in_step(self.capa, self.stock_user, "2026-03-09 10:30:00")
        self._assert_in_step(self.other, self.stock_user, "2026-03-09 16:00:00")

    def test_cancelling_the_activity_cancels_the_action(self):
        self._activity(self.handler).action_cancel()
        self.assertEqual((self.capa.state, self.other.state), ("cancel", "open"))
        self.assertFalse(self.capa.activity_ids)
        self._activity(self.handler, self.other).unlink()
        self.assertEqual(self.other.state, "cancel")

    def test_who_only_does_it_neither_hands_over_nor_moves_nor_cancels(self):
        activity = self._activity(self.worker)
        for change in (
            lambda: activity.write({"user_id": self.stock_user.id}), lambda: activity.write({"date_deadline": "2026-03-09"}),
            activity.action_reschedule_nextweek, activity.action_cancel, activity.unlink,
        ):
            with self.assertRefused(PLANNERS_ONLY, "Sort", error=AccessError):
                change()
            self._assert_in_step(self.capa, self.worker, "2026-03-04 10:30:00")
        activity.action_feedback(feedback="Sorted")
        self.assertEqual(self.capa.state, "done")

    def test_a_handler_of_other_complaints_has_no_say(self):
        with self.assertRaises(AccessError):
            self.capa.activity_ids.with_user(self.outsider).write({"date_deadline": "2026-03-09"})
        self._assert_in_step(self.capa, self.worker, "2026-03-04 10:30:00")

    def test_the_activity_stays_one_of_its_action(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        ours = self.env.ref("quality_complaint.mail_activity_type_capa")
        activity = self._activity(self.handler)
        for vals, text in (
            ({"active": False}, "Mark it as done"), ({"res_id": self.other.id}, "belongs to its action"),
            ({"activity_type_id": todo.id}, "stays of this type"), ({"user_id": False}, "needs an owner"),
        ):
            with self.subTest(text), self.assertRefused(text):
                activity.write(vals)
        with self.assertRefused("are made by the actions"):
            self.other.with_user(self.handler).activity_schedule("quality_complaint.mail_activity_type_capa", user_id=self.worker.id)
        by_hand = self.other.with_user(self.handler).activity_schedule("mail.mail_activity_data_todo", user_id=self.worker.id)
        with self.assertRefused("are made by the actions"):
            by_hand.activity_type_id = ours
        by_hand.write({"user_id": self.rep.id, "date_deadline": "2026-04-01"})
        by_hand.unlink()
        self._assert_in_step(self.other, self.worker, "2026-03-04 10:30:00")

    def test_what_is_done_comes_back_by_reopening_only(self):
        activity = self._activity(self.worker)
        activity.action_feedback(feedback="Sorted")
        with self.assertRefused("reopen the action instead"):
            activity.with_user(self.handler).active = True
        self.capa.with_user(self.handler).action_reopen()
        self._assert_in_step(self.capa, self.worker, "2026-03-04 10:30:00")

    # ------------------------------------------------------------ from the action to the activity
    def test_each_move_of_the_action_leaves_just_the_activities_that_it_needs(self):
        capa = self._create_capa(self.complaint, participant_ids=[Command.set(self.stock_user.ids)]).with_user(self.handler)
        expected = [
            ("action_propose", {("Agree to an Action", "Worker"), ("Agree to an Action", "Stock user")}),
            ("action_draft", set()), ("action_propose", {("Agree to an Action", "Worker"), ("Agree to an Action", "Stock user")}),
            ("action_open", {("Action of a Complaint", "Worker")}), ("action_cancel", set()),
        ]
        for move, activities in expected:
            getattr(capa, move)()
            found = [(activity.activity_type_id.name, activity.user_id.name) for activity in capa.sudo().activity_ids]
            with self.subTest(move):
                self.assertEqual((set(found), len(found)), (activities, len(activities)))

    def test_the_name_of_the_action_is_that_of_its_activity(self):
        self.capa.with_user(self.handler).name = "Sort twice"
        self.assertEqual(self.capa.activity_ids.summary, "Sort twice")

    def test_who_is_new_to_a_running_action_is_told_and_nobody_else(self):
        self.capa.with_user(self.handler).write({"user_id": self.stock_user.id, "participant_ids": [Command.set(self.rep.ids)]})
        self.env.flush_all()
        told = self.env["mail.message"].sudo().search([
            ("model", "=", "quality.capa"), ("res_id", "=", self.capa.id), ("subject", "=", "Correction: Sort"),
        ])
        # the worker was told when it began
        self.assertEqual(sorted(told.notified_partner_ids.user_ids.mapped("name")), ["Rep", "Stock user", "Worker"])
        assigned = self.env["mail.message"].sudo().search([
            ("model", "=", "quality.capa"), ("res_id", "=", self.capa.id), ("subject", "like", "assigned to you"),
        ])
        self.assertFalse(assigned, "one notification is enough")

    # ------------------------------------------------------------ the question whether he agrees
    def test_doing_the_question_accepts_and_only_who_is_asked_does_it(self):
        capa = self._create_capa(self.complaint)
        capa.action_propose()
        question = capa.sudo().activity_ids
        with self.assertRefused("Only Worker can accept it."):
            question.with_user(self.handler).action_done()
        for change, text in (
            (question.with_user(self.worker).unlink, "accept the action, or object"),
            (lambda: question.with_user(self.handler).write({"user_id": self.rep.id}), "Each answers for himself"),
        ):
            with self.assertRefused(text):
                change()
        question.with_user(self.worker).action_done()
        self.assertEqual((capa.state, capa.response_ids.answer), ("open", "accepted"))
        self.assertEqual(capa.activity_ids.user_id, self.worker)

    # ------------------------------------------------------------ core clears away
    def test_an_owner_who_has_left_is_followed_by_the_teams_leader(self):
        self.capa.with_user(self.handler).team_id = self.team
        for leave in (self.worker.action_archive, lambda: self.worker.write({"active": False})):
            leave()
            self.assertEqual((self.capa.state, self.capa.user_id), ("open", self.worker))
            self.assertEqual(self.capa.sudo().activity_ids.user_id, self.quality_manager)
            self.assertEqual(len(self.capa.sudo().activity_ids), 1)
            self.worker.active = True
        self.assertEqual(self.other.sudo().activity_ids.user_id, self.quality_manager, "of the complaint's team")

    def test_a_leader_without_any_right_to_complaints_stands_in_and_does_it(self):
        leader = self._new_user("leader", "base.group_user")
        shop = self.env["quality.team"].create({"name": "Shop", "company_id": self.company.id, "leader_id": leader.id})
        self.capa.with_user(self.handler).team_id = shop
        self.assertFalse(self.other.with_user(leader).has_access("read"))
        self.worker.action_archive()
        self.assertEqual(self._activity(leader).user_id, leader)
        self._activity(leader).action_feedback(feedback="Sorted 200 sets")
        self.assertEqual((self.capa.state, self.other.state), ("done", "open"))

    def test_deleting_the_record_clears_its_activities_without_cancelling_anything(self):
        activities = self.capa.sudo().activity_ids
        self.capa.sudo().activity_unlink(["quality_complaint.mail_activity_type_capa"])
        self.assertFalse(activities.exists())
        self.assertEqual(self.capa.state, "open")
        planned = self._create_capa(self.complaint)
        todo = planned.activity_schedule("mail.mail_activity_data_todo", user_id=self.worker.id)
        planned.with_user(self.handler).unlink()
        self.assertFalse(todo.exists())

    def test_a_copy_of_an_old_action_has_a_deadline_that_lies_ahead(self):
        with self.at("2026-05-04 09:00:00"):
            copied = self.capa.with_user(self.handler).copy()
            self.assertEqual((copied.state, str(copied.date_deadline), copied.activity_ids.ids), ("draft", "2026-05-05 17:00:00", []))
