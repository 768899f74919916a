from contextlib import closing

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon

NOW = "2031-03-03 10:00:00"


@tagged("post_install", "-at_install")
class TestAssignments(ComplaintCommon, MockEmail):
    """Several teams work on one complaint at once, each with its part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._new_user("clerk", "base.group_user", notification_type="inbox")
        cls.purchasing = cls.env["quality.team"].create({
            "name": "Purchasing", "company_id": cls.company.id, "leader_id": cls.clerk.id, "member_ids": [Command.set(cls.outsider.ids)],
        })
        cls.complaint = cls._move_to(cls._create_complaint(), "investigation")
        cls.part = cls._ask()
        cls.other_part = cls._ask(name="Which lots were sorted?", team_id=cls.team.id)

    @classmethod
    def _ask(cls, user=None, complaint=None, **values):
        return cls.env["quality.complaint.assignment"].with_user(user or cls.handler).create({
            "complaint_id": (complaint or cls.complaint).id, "team_id": cls.purchasing.id, "name": "Which supplier made the steel?",
            "date_deadline": fields.Datetime.add(fields.Datetime.now(), days=2), **values,
        }).with_env(cls.env)

    def _answer_part(self, part, user, text="Nordstahl, lot 7"):
        part = part.with_user(user)
        part.answer = text
        part.action_answered()

    def _get_activity(self, part):
        return part.sudo().activity_ids

    # ------------------------------------------------------------ asking
    def test_the_teams_leader_gets_it_as_an_activity_and_is_told(self):
        self.assertEqual(self.part.user_id, self.clerk)
        activity = self._get_activity(self.part)
        self.assertEqual((activity.user_id, activity.summary), (self.clerk, "Which supplier made the steel?"))
        with self.mock_mail_gateway():
            part = self._ask(user_id=self.outsider.id)
        self.assertEqual([mail["email_to"] for mail in self._mails], [[self.outsider.email_formatted]])
        self.assertIn("your answer is needed", self._mails[0]["subject"])
        self.assertEqual(self._get_activity(part).user_id, self.outsider)

    def test_until_when_is_told_by_the_clock_of_who_answers(self):
        self.handler.tz, self.outsider.tz = "America/New_York", "Asia/Tokyo"
        with self.at(NOW), self.mock_mail_gateway():
            self._ask(user_id=self.outsider.id, date_deadline="2031-03-04 20:00:00")
        self.assertIn("until 03/05/2031 05:00:00", self._mails[0]["body"])

    def test_it_is_filled_in_on_the_handling_page(self):
        with self.at(NOW), Form(self.complaint.with_user(self.handler)) as form, form.assignment_ids.new() as row:
            row.team_id = self.purchasing
            self.assertEqual(row.user_id, self.clerk)
            row.name = "What does a new lot cost?"
        part = self.complaint.assignment_ids.filtered(lambda part: "cost" in part.name)
        self.assertEqual(part.date_deadline, fields.Datetime.to_datetime("2031-03-04 17:00:00"), "the end of the next working day")

    def test_it_needs_a_deadline_that_lies_ahead(self):
        with self.at(NOW):
            for deadline in ("2031-03-03 10:00:00", "2031-03-03 10:00:01"):
                with self.subTest(deadline):
                    self.assertEqual(self._ask(date_deadline=deadline).deadline_state, "running")
            with self.assertRefused("The deadline has passed already", error=ValidationError):
                self._ask(date_deadline="2031-03-03 09:59:59")
            with self.assertRefused("The deadline has passed already", error=ValidationError):
                self.part.with_user(self.handler).date_deadline = "2031-03-03 09:59:59"

    def test_only_those_who_handle_the_complaint_ask(self):
        for user in (self.rep, self.sales_manager, self.outsider, self.clerk):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._ask(user)
        draft = self._create_complaint(self.handler)
        with self.assertRefused("is not submitted yet"):
            self._ask(complaint=draft)
        with self.assertRefused("Worker is not in team Purchasing", error=ValidationError):
            self._ask(user_id=self.worker.id)

    def test_only_who_works_here_is_asked(self):
        elsewhere = self._new_user("elsewhere", "base.group_user", self.env["res.company"].create({"name": "Moonlight Tools"}))
        shared = self.env["quality.team"].create({
            "name": "Shared", "company_id": False, "leader_id": self.clerk.id, "member_ids": [Command.set((elsewhere | self.outsider).ids)],
        })
        with self.assertRefused("Elsewhere is archived or may not work in Sunrise Tools", error=ValidationError):
            self._ask(team_id=shared.id, user_id=elsewhere.id)
        self.clerk.active = False
        with self.assertRefused("Clerk is archived or may not work in Sunrise Tools", error=ValidationError):
            self._ask(team_id=shared.id)
        self.assertEqual(self._ask(team_id=shared.id, user_id=self.outsider.id).candidate_ids, self.outsider)

    def test_whom_it_goes_to_and_when_moves_its_activity(self):
        self.part.with_user(self.handler).write({"user_id": self.outsider.id, "date_deadline": "2031-05-05 15:00:00"})
        activity = self._get_activity(self.part)
        self.assertEqual((len(activity), activity.user_id, str(activity.date_deadline)), (1, self.outsider, "2031-05-05"))
        self.assertEqual(self._get_activity(self.other_part).user_id, self.quality_manager)
        self.part.with_user(self.handler).team_id = self.team
        self.assertEqual(self._get_activity(self.part).user_id, self.quality_manager, "another team: its leader")

    def test_what_the_clock_keeps_is_not_even_the_handlers_to_write(self):
        for name in ("date_start", "date_warning", "date_paused", "date_done", "warned_on", "alerted_on", "escalated_on"):
            with self.subTest(name), self.assertRefused("Only the buttons of the complaint set", error=AccessError):
                self.part.with_user(self.handler).write({name: NOW})

    # ------------------------------------------------------------ answering
    def test_who_is_asked_reads_the_complaint_and_answers_his_part_only(self):
        for user in (self.clerk, self.outsider):
            with self.subTest(user.login), closing(self.env.cr.savepoint()):
                complaint, part = self.complaint.with_user(user), self.part.with_user(user)
                self.assertTrue(complaint.has_access("read"))
                self.assertEqual(Form(complaint).subject, "Rust on the blades", "the form opens, whatever it shows")
                self.assertFalse(complaint.has_access("write"))
                self.assertTrue(part.may_answer)
                self.assertFalse(part.may_plan)
                for values in (
                    {"name": "Something easier"}, {"date_deadline": "2040-01-01 10:00:00"}, {"team_id": self.team.id},
                    {"user_id": self.outsider.id, "answer": "x"}, {"date_done": NOW}, {"active": False},
                    {"complaint_id": self._create_complaint().id},
                ):
                    with self.assertRaises(AccessError):
                        part.write(values)
                with self.assertRaises(AccessError):
                    self.other_part.with_user(user).answer = "Not mine"
                with self.assertRaises(AccessError):
                    complaint.write({"assignment_ids": [Command.update(self.part.id, {"answer": "x"})], "validity": "not_upheld"})
                with self.assertRaises(AccessError):
                    part.unlink()
                with Form(part) as form:
                    form.answer = "Nordstahl"
                part.action_answered()
                self.assertTrue(part.date_done)

    def test_answering_tells_who_handles_it_and_ends_the_activity(self):
        with self.at(NOW), self.mock_mail_gateway():
            self._answer_part(self.part, self.clerk)
        self.assertEqual(str(self.part.date_done), NOW)
        self.assertFalse(self._get_activity(self.part))
        self.assertEqual([mail["email_to"] for mail in self._mails], [[self.handler.email_formatted]])
        self.assertIn("Purchasing has answered «Which supplier made the steel?»", self._mails[0]["subject"])
        self.assertIn("Nordstahl, lot 7", self._mails[0]["body"])
        self.assertFalse(self.other_part.date_done)
        self.assertTrue(self._get_activity(self.other_part))

    def test_without_an_answer_it_is_not_answered(self):
        with self.assertRefused("Write the answer first", "Which supplier made the steel?"):
            self._answer_part(self.part, self.clerk, "  \n ")
        self.assertFalse(self.part.date_done)

    def test_doing_the_activity_answers_with_its_feedback(self):
        activity = self._get_activity(self.part).with_user(self.clerk)
        with self.assertRefused("Write the answer as feedback"):
            activity.action_feedback()
        activity.action_feedback(feedback="Nordstahl")
        self.assertEqual(self.part.answer, "Nordstahl")
        self.assertTrue(self.part.date_done)
        self.other_part.with_user(self.handler).answer = "Lots 7 and 8"
        self._get_activity(self.other_part).with_user(self.quality_manager).action_feedback(feedback="and 9")
        self.assertEqual(self.other_part.answer, "Lots 7 and 8\nand 9", "what was already written stays")

    def test_the_activity_alone_is_not_moved_given_away_or_cancelled(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        for user in (self.clerk, self.handler):
            activity = self._get_activity(self.part).with_user(user)
            for call in (
                lambda: activity.write({"user_id": self.outsider.id}), lambda: activity.write({"date_deadline": "2040-01-01"}),
                lambda: activity.write({"activity_type_id": todo.id}), lambda: activity.write({"active": False}), activity.unlink,
            ):
                with self.subTest(user.login), self.assertRefused("changed there", "Which supplier made the steel?"):
                    call()
            activity.write({"summary": "Ask Nordstahl", "user_id": self.clerk.id, "date_deadline": str(activity.date_deadline)})
        own = self.complaint.with_user(self.handler).activity_schedule("mail.mail_activity_data_todo", user_id=self.handler.id)
        own.user_id = self.quality_manager
        own.unlink()
        self.assertEqual(self._get_activity(self.part).user_id, self.clerk)
        self._answer_part(self.part, self.outsider)
        self.assertFalse(self._get_activity(self.part))

    def test_what_was_answered_stays(self):
        self._answer_part(self.part, self.clerk)
        for user in (self.clerk, self.handler, self.quality_manager):
            part = self.part.with_user(user)
            for call in (
                lambda: part.write({"answer": "Another one"}), lambda: part.write({"name": "Another question"}),
                part.action_answered, part.unlink,
            ):
                with self.subTest(user.login), self.assertRaises(UserError):
                    call()
        self.assertTrue(self.part.exists())
        self.assertEqual(self.part.answer, "Nordstahl, lot 7")

    def test_the_handler_may_write_down_what_he_was_told(self):
        self._answer_part(self.part, self.handler, "By phone: Nordstahl")
        self.assertTrue(self.part.date_done)

    # ------------------------------------------------------------ late
    def test_late_is_what_the_deadline_says(self):
        with self.at(NOW):
            part = self._ask(date_deadline="2031-03-04 16:00:00")
        for moment, state in (("2031-03-04 15:59:59", "running"), ("2031-03-04 16:00:00", "running"), ("2031-03-04 16:00:01", "missed")):
            with self.subTest(moment), self.at(moment):
                part.invalidate_recordset(["deadline_state"])
                self.assertEqual(part.deadline_state, state)
                late = self.env["quality.complaint.assignment"].search([("deadline_state", "=", "missed")])
                self.assertEqual(part in late, state == "missed")
        self.assertEqual((part._deadline_owner(), part._deadline_superiors()), (self.clerk, self.clerk))
        part.with_user(self.handler).user_id = self.outsider
        self.assertEqual((part._deadline_owner(), part._deadline_superiors()), (self.outsider, self.clerk))

    # ------------------------------------------------------------ the complaint waits
    def test_the_complaint_is_not_resolved_before_all_have_answered(self):
        handled = self.complaint.with_user(self.handler)
        handled.write({"handling_opinion": "Replace", "analysis": "Bad steel"})
        handled.demand_ids.write({"answer": "Sent", "outcome": "granted"})
        with self.assertRefused(
            "The answer of Purchasing to «Which supplier made the steel?»", "The answer of Quality to «Which lots were sorted?»",
        ):
            handled.action_resolve()
        self._answer_part(self.part, self.clerk)
        with self.assertRefused("The answer of Quality"):
            handled.action_resolve()
        self._answer_part(self.other_part, self.quality_manager)
        handled.action_resolve()
        self.assertEqual(self.complaint.state, "reply")

    def test_what_was_not_answered_falls_away_with_the_complaint(self):
        self._answer_part(self.other_part, self.quality_manager)
        with self.at("2031-03-03 10:00:00"):
            self._cancel(self.complaint)
            self.assertFalse(self.part.active)
            self.assertFalse(self._get_activity(self.part))
            self.assertFalse(self.part.deadline_state, "and is not late for ever")
        self.assertTrue(self.other_part.active)
        with self.assertRefused("stays as it is"):
            self._answer_part(self.part, self.clerk)

    def test_a_part_asked_by_mistake_is_taken_back(self):
        activity = self._get_activity(self.part)
        self.part.with_user(self.handler).unlink()
        self.assertFalse(activity.exists())
        self.assertFalse(self.complaint.with_user(self.clerk).has_access("read"), "he has no part in it any more")
