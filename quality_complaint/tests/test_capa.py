from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from ..models.capa.quality_capa import TRANSITIONS
from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestCapa(ComplaintCommon, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._move_to(cls._create_complaint(), "investigation")
        cls.env.flush_all()

    def _create_open(self, **values):
        capa = self._create_capa(self.complaint, **values)
        capa.action_open()
        return capa

    def _bring_to(self, state):
        capa = self._create_capa(self.complaint, result="Sorted")
        for step in {"open": ["open"], "done": ["open", "done"], "cancel": ["cancel"]}.get(state, []):
            getattr(capa, TRANSITIONS[capa.state][step])()
        return capa

    # ------------------------------------------------------------ what it takes
    def test_deadline_and_owner_may_not_be_empty(self):
        for name in ("date_deadline", "user_id"):
            with self.subTest(name), mute_logger("odoo.sql_db"), self.assertRaises(Exception) as refusal:
                self._create_capa(self.complaint, **{name: False})
                self.env.flush_all()
            self.assertIn(name, str(refusal.exception))
        form = Form(self.env["quality.capa"].with_user(self.handler).with_context(default_complaint_id=self.complaint.id))
        form.name = "Sort"
        form.date_deadline = False
        with self.assertRaisesRegex(AssertionError, "date_deadline is a required field"):
            form.save()

    def test_users_of_another_company_are_refused(self):
        stranger = self._new_user("stranger", "base.group_user", company=self.env["res.company"].create({"name": "Other"}))
        with self.assertRefused("Stranger may not work in Sunrise Tools", error=ValidationError):
            self._create_capa(self.complaint, user_id=stranger.id)
        with self.assertRefused("Stranger may not work in Sunrise Tools", error=ValidationError):
            self._create_capa(self.complaint, participant_ids=[Command.set(stranger.ids)])
        stranger.company_ids += self.company
        self.assertEqual(self._create_capa(self.complaint, user_id=stranger.id).company_id, self.company)

    def test_it_belongs_to_the_company_of_its_complaint(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.handler.company_ids += other
        capa = self._create_capa(self.complaint.with_company(other), self.handler)
        self.assertEqual(capa.company_id, self.company)

    # ------------------------------------------------------------ moves
    def test_each_move_of_the_table_works_by_button_and_by_write(self):
        for state, targets in TRANSITIONS.items():
            for target, button in targets.items():
                for by_write in (False, True):
                    with self.subTest(f"{state} to {target}", by_write=by_write):
                        capa = self._bring_to(state)
                        if by_write:
                            capa.write({"state": target})
                        else:
                            getattr(capa, button)()
                        self.assertEqual(capa.state, target)
                        self.assertEqual(bool(capa.activity_ids), target == "open")
                        self.assertEqual(bool(capa.date_done), target == "done")

    def test_every_other_move_is_refused_by_button_and_by_write(self):
        labels = dict(self.env["quality.capa"]._fields["state"]._description_selection(self.env))
        button_to = {"open": "action_open", "done": "action_done", "cancel": "action_cancel", "draft": "action_draft"}
        for state, targets in TRANSITIONS.items():
            capa = self._bring_to(state)
            for target in labels.keys() - targets.keys():
                with self.subTest(f"{state} to {target}"):
                    text = f"«Sort the stock» is {labels[state]} and can't become {labels[target]}."
                    with self.assertRefused(text):
                        capa.write({"state": target})
                    with self.assertRefused(text):
                        getattr(capa, button_to[target])()
                    self.assertEqual(capa.state, state)

    def test_a_batch_with_one_refused_changes_neither(self):
        capas = self._bring_to("draft") | self._bring_to("done")
        with self.assertRefused("can't become Cancelled"):
            capas.action_cancel()
        self.assertEqual(capas.mapped("state"), ["draft", "done"])

    def test_it_begins_as_planned(self):
        for state in ("open", "done", "cancel"):
            with self.subTest(state), self.assertRefused("A new action starts as planned"):
                self._create_capa(self.complaint, state=state)

    def test_when_it_was_done_is_nobodys_to_write(self):
        capa = self._create_capa(self.complaint)
        with self.assertRaises(AccessError):
            capa.write({"date_done": "2026-01-01 10:00:00"})
        with self.assertRaises(AccessError):
            self._create_capa(self.complaint, date_done="2026-01-01 10:00:00")

    def test_only_a_planned_action_is_deleted(self):
        for state in ("open", "done", "cancel"):
            with self.subTest(state), self.assertRefused("cancel it instead of deleting it"):
                self._bring_to(state).unlink()
        planned = self._bring_to("draft")
        planned.unlink()
        self.assertFalse(planned.exists())

    # ------------------------------------------------------------ the owner's activity
    def test_a_started_action_is_an_activity_of_its_owner_on_his_day(self):
        for tz, moment, day in (
            ("UTC", "2026-03-02 23:30:00", "2026-03-02"), ("Asia/Tokyo", "2026-03-02 23:30:00", "2026-03-03"),
            ("Asia/Tokyo", "2026-03-02 14:59:59", "2026-03-02"), ("Asia/Tokyo", "2026-03-02 15:00:00", "2026-03-03"),
            ("America/New_York", "2026-03-02 04:59:59", "2026-03-01"),
        ):
            self.worker.tz = tz
            with self.subTest(tz, moment=moment):
                capa = self._create_open(date_deadline=moment)
                activity = capa.activity_ids
                self.assertEqual(str(activity.date_deadline), day)
                self.assertEqual((activity.user_id, activity.summary), (self.worker, "Sort the stock"))

    def test_a_planned_action_is_nobodys_activity_yet(self):
        self.assertFalse(self._create_capa(self.complaint).activity_ids)

    def test_the_button_does_the_activity_too(self):
        capa = self._create_open()
        capa.with_user(self.worker).result = "<p>Sorted 200 sets</p>"
        with self.at("2026-12-01 10:00:00"):
            capa.with_user(self.worker).action_done()
        self.assertEqual((capa.state, str(capa.date_done)), ("done", "2026-12-01 10:00:00"))
        self.assertFalse(capa.activity_ids)

    def test_the_activity_does_the_action_and_its_feedback_is_the_result(self):
        capa, other = self._create_open(), self._create_open(name="Other")
        capa.with_user(self.worker).activity_ids.action_feedback(feedback="Sorted <200> sets\nNone bad")
        self.assertEqual(capa.state, "done")
        self.assertIn("Sorted &lt;200&gt; sets<br>None bad", str(capa.result))
        self.assertTrue(capa.date_done)
        self.assertEqual(other.state, "open")
        self.assertTrue(other.activity_ids)

    def test_an_activity_done_without_words_is_refused(self):
        capa = self._create_open()
        for feedback in (False, "", "  \n"):
            with self.subTest(feedback), self.assertRefused("Write as feedback what was actually done"):
                capa.with_user(self.worker).activity_ids.action_feedback(feedback=feedback)
        with self.assertRefused("Write as feedback what was actually done"):
            capa.with_user(self.worker).activity_ids.action_done()
        self.assertEqual(capa.state, "open")

    def test_another_activity_of_the_action_is_just_an_activity(self):
        capa = self._create_open()
        todo = capa.activity_schedule("mail.mail_activity_data_todo", user_id=self.worker.id, summary="Call the carrier")
        todo.action_done()
        self.assertEqual(capa.state, "open")

    def test_done_without_a_result_is_refused(self):
        capa = self._create_open().with_user(self.worker)
        for empty in (False, "", "<p><br></p>"):
            capa.result = empty
            for move in (capa.action_done, lambda: capa.write({"state": "done"})):
                with self.subTest(empty), self.assertRefused("write what was actually done", "Sort the stock", error=ValidationError):
                    move()
        capa.write({"state": "done", "result": "<p>Sorted</p>"})
        self.assertEqual(capa.state, "done")
        with self.assertRefused("write what was actually done", error=ValidationError):
            capa.result = False

    def test_a_new_owner_and_a_new_deadline_move_the_activity(self):
        self.stock_user.tz = "Asia/Tokyo"
        capa = self._create_open(date_deadline="2026-03-02 10:00:00")
        activity = capa.activity_ids
        capa.with_user(self.handler).user_id = self.stock_user
        self.assertEqual((activity.user_id, str(activity.date_deadline)), (self.stock_user, "2026-03-02"))
        capa.with_user(self.handler).date_deadline = "2026-03-04 23:30:00"
        self.assertEqual(str(activity.date_deadline), "2026-03-05")
        self.assertEqual(capa.activity_ids, activity)

    def test_cancelling_removes_the_activity_and_reopening_brings_it_back(self):
        capa = self._create_open()
        capa.with_user(self.handler).action_cancel()
        self.assertFalse(capa.activity_ids)
        capa.with_user(self.handler).action_draft()
        self.assertFalse(capa.activity_ids)
        capa.with_user(self.handler).action_open()
        capa.result = "Sorted"
        capa.with_user(self.worker).action_done()
        capa.with_user(self.handler).action_reopen()
        self.assertEqual((capa.activity_ids.user_id, capa.date_done), (self.worker, False))
        self.assertEqual(len(capa.activity_ids), 1)

    # ------------------------------------------------------------ who is told
    def _get_told(self, capa, subject):
        """How often each user got a notification of that subject."""
        self.env.flush_all()
        messages = self.env["mail.message"].sudo().search([
            ("model", "=", capa._name), ("res_id", "=", capa.id), ("subject", "=", subject),
            ("message_type", "=", "user_notification"),
        ])
        return sorted(messages.notified_partner_ids.user_ids.mapped("login")), len(messages)

    def test_starting_tells_owner_and_participants(self):
        capa = self._create_open(participant_ids=[Command.set((self.stock_user | self.handler).ids)])
        told, times = self._get_told(capa, "Correction: Sort the stock")
        self.assertEqual((told, times), (["qc_stock_user", "qc_worker"], 1), "all but the handler, who started it")

    def test_done_tells_rep_sales_manager_handler_and_participants_once(self):
        (self.rep | self.stock_user).notification_type = "inbox"
        capa = self._create_open(participant_ids=[Command.set((self.stock_user | self.handler).ids)])
        with self.mock_mail_gateway():
            capa.with_user(self.worker).activity_ids.action_feedback(feedback="Sorted 200 sets")
        told, times = self._get_told(capa, "Done: Sort the stock")
        self.assertEqual(told, ["qc_handler", "qc_rep", "qc_sales_manager", "qc_stock_user"])
        self.assertEqual(times, 1)
        mailed = [recipient for mail in self._mails for recipient in mail["email_to"]]
        for user in self.rep | self.sales_manager | self.handler | self.stock_user:
            with self.subTest(user.login):
                self.assertEqual(sum(user.email in recipient for recipient in mailed), 1)
                self.assertEqual(self._count_in_discuss(user, "Done: Sort the stock"), 1)

    def _count_in_discuss(self, user, subject):
        """In his inbox, or in his chat with OdooBot."""
        inbox = self.env["mail.notification"].sudo().search_count([
            ("res_partner_id", "=", user.partner_id.id), ("notification_type", "=", "inbox"),
            ("mail_message_id.subject", "=", subject),
        ])
        chat = self.env["mail.message"].sudo().search_count([
            ("model", "=", "discuss.channel"), ("body", "like", subject),
            ("author_id", "=", self.env.ref("base.partner_root").id),
            ("res_id", "in", self.env["discuss.channel.member"].sudo().search([("partner_id", "=", user.partner_id.id)]).channel_id.ids),
        ])
        return inbox + chat
