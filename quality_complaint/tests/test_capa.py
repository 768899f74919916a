from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from ..models.capa.quality_capa import TRANSITIONS
from .common import ComplaintCommon

PLANNERS_ONLY = "is decided by those who plan it"
ON_RECORD = "What was done is on record, reopen it to change it"


@tagged("post_install", "-at_install")
class TestCapa(ComplaintCommon, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._move_to(cls._create_complaint(), "investigation")
        cls.complaint.with_user(cls.handler).handling_opinion = "Sort and replace"
        cls.env.flush_all()

    def _create_open(self, **values):
        return self._start(self._create_capa(self.complaint, **values))

    def _bring_to(self, state, **values):
        capa = self._create_capa(self.complaint, result="Sorted", **{"verification_required": state == "verify", **values})
        if state == "proposed":
            capa.action_propose()
        if state in ("open", "verify", "done"):
            self._start(capa)
        if state in ("verify", "done"):
            capa.action_done()
        if state == "cancel":
            capa.action_cancel()
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
                if state == "verify" and target == "done":
                    continue  # that takes a verdict, see test_verification
                for by_write in (False, True):
                    with self.subTest(f"{state} to {target}", by_write=by_write):
                        # only what stops the spread starts without being proposed
                        capa_type = "containment" if (state, target) == ("draft", "open") else "correction"
                        capa = self._bring_to(state, capa_type=capa_type, verification_required="verify" in (state, target))
                        if by_write:
                            capa.write({"state": target})
                        else:
                            getattr(capa, button)()
                        self.assertEqual(capa.state, target)
                        self.assertEqual(bool(capa.activity_ids), target in ("proposed", "open", "verify"))
                        self.assertEqual(bool(capa.date_done), target in ("verify", "done"))

    def test_every_other_move_is_refused_by_button_and_by_write(self):
        labels = dict(self.env["quality.capa"]._fields["state"]._description_selection(self.env))
        button_to = {
            "proposed": "action_propose", "open": "action_open", "done": "action_done", "cancel": "action_cancel",
            "draft": "action_draft",
        }
        for state, targets in TRANSITIONS.items():
            capa = self._bring_to(state)
            for target in labels.keys() - targets.keys():
                with self.subTest(f"{state} to {target}"):
                    text = f"«Sort the stock» is {labels[state]} and can't become {labels[target]}."
                    with self.assertRefused(text):
                        capa.write({"state": target})
                    if target in button_to:
                        with self.assertRefused(text):
                            getattr(capa, button_to[target])()
                    self.assertEqual(capa.state, state)

    def test_a_batch_with_one_refused_changes_neither(self):
        capas = self._bring_to("draft") | self._bring_to("done")
        with self.assertRefused("can't become Cancelled"):
            capas.action_cancel()
        self.assertEqual(capas.mapped("state"), ["draft", "done"])

    def test_it_begins_as_planned(self):
        for state in ("proposed", "open", "verify", "done", "cancel"):
            with self.subTest(state), self.assertRefused("A new action starts as planned"):
                self._create_capa(self.complaint, state=state)

    def test_when_it_was_done_is_nobodys_to_write(self):
        capa = self._create_capa(self.complaint)
        with self.assertRaises(AccessError):
            capa.write({"date_done": "2026-01-01 10:00:00"})
        with self.assertRaises(AccessError):
            self._create_capa(self.complaint, date_done="2026-01-01 10:00:00")

    def test_only_a_planned_action_is_deleted(self):
        for state in ("proposed", "open", "verify", "done", "cancel"):
            with self.subTest(state), self.assertRefused("cancel it instead of deleting it"):
                self._bring_to(state).unlink()
        planned = self._bring_to("draft")
        planned.unlink()
        self.assertFalse(planned.exists())

    # ------------------------------------------------------------ when it starts
    def _assert_not_started(self, capa, *texts):
        for move in (
            capa.action_propose, lambda: capa.write({"state": "proposed"}),
            capa.action_open, lambda: capa.write({"state": "open"}),
        ):
            with self.assertRefused(*texts):
                move()
        self.assertEqual((capa.state, capa.activity_ids.ids), ("draft", []))

    def test_it_starts_only_when_its_complaint_is_past_the_review(self):
        for state in ("draft", "review"):
            complaint = self._move_to(self._create_complaint(), state)
            complaint.with_user(self.handler).handling_opinion = "Sort and replace"
            capa = self._create_capa(complaint)
            with self.subTest(state):
                self._assert_not_started(capa, f"The actions of {complaint.name} start when it is approved.")
                self._assert_not_started(capa.with_user(self.quality_manager), "start when it is approved")
        for state in ("investigation", "reply", "follow_up"):
            complaint = self._move_to(self._create_complaint(), state)
            complaint.with_user(self.handler).handling_opinion = "Sort and replace"
            capa = self._create_capa(complaint, capa_type="preventive")
            with self.subTest(state):
                self._start(capa)
                self.assertEqual((capa.state, capa.activity_ids.user_id), ("open", self.worker))

    def test_it_starts_only_with_a_handling_opinion(self):
        handled = self.complaint.with_user(self.handler)
        capa = self._create_capa(self.complaint)
        for empty in (False, "", "<p><br></p>"):
            handled.handling_opinion = empty
            with self.subTest(empty):
                self._assert_not_started(capa, f"Write the handling opinion of {handled.name} first")
        handled.handling_opinion = "Sort and replace"
        self._start(capa)
        self.assertEqual(capa.state, "open")

    def test_what_was_planned_again_starts_by_the_same_rule_and_what_is_reopened_does_not(self):
        cancelled, done = self._bring_to("cancel"), self._bring_to("done")
        self.complaint.with_user(self.handler).handling_opinion = False
        cancelled.action_draft()
        self._assert_not_started(cancelled, "Write the handling opinion")
        done.action_reopen()
        self.assertEqual(done.state, "open")

    def test_of_two_complaints_one_without_opinion_starts_neither(self):
        silent = self._move_to(self._create_complaint(), "investigation")
        capas = self._create_capa(self.complaint) | self._create_capa(silent)
        for move in (capas.action_propose, capas.action_open):
            with self.assertRefused(f"Write the handling opinion of {silent.name} first"):
                move()
        self.assertEqual(capas.mapped("state"), ["draft", "draft"])
        self.assertFalse(capas.activity_ids)

    def test_a_team_leader_without_the_handler_role_plans_but_does_not_start(self):
        team = self.env["quality.team"].create({"name": "Shop", "company_id": self.company.id, "leader_id": self.worker.id})
        capa = self._create_capa(self.complaint, team_id=team.id).with_user(self.worker)
        capa.date_deadline = "2027-01-04 10:00:00"
        self._assert_not_started(capa, f"The actions of {self.complaint.name} are its handler's to start.")
        capa.action_cancel()
        self.assertEqual(capa.state, "cancel")

    # ------------------------------------------------------------ who decides, who does
    def _get_doers(self, state):
        """(Who does it and does not plan it, the action in that state as he sees it) for each such user."""
        return [
            (label, self._bring_to(state, **values).with_user(user))
            for label, user, values in (
                ("owner", self.worker, {}),
                ("owner who reported the complaint", self.rep, {"user_id": self.rep.id}),
                ("owner who handles others' complaints", self.outsider, {"user_id": self.outsider.id}),
                ("participant", self.stock_user, {"participant_ids": [Command.set(self.stock_user.ids)]}),
            )
        ]

    def test_who_only_does_it_makes_no_move_but_done(self):
        for state, targets in TRANSITIONS.items():
            for label, capa in self._get_doers(state):
                self.assertFalse(capa.may_plan)
                for target, button in targets.items():
                    if target in ("verify", "done"):
                        continue
                    # that starting takes a handler is said first; the outsider is one, of other complaints
                    starts = target == "proposed" or (target == "open" and state in ("draft", "proposed"))
                    of_handler = starts and capa.env.user != self.outsider
                    text = "are its handler's to start" if of_handler else PLANNERS_ONLY
                    with self.subTest(f"{label}: {state} to {target}"):
                        with self.assertRefused(text):
                            getattr(capa, button)()
                        with self.assertRefused(text):
                            capa.write({"state": target})
                        self.assertEqual(capa.state, state)
                        asked = {"proposed": len(capa.sudo().pending_user_ids), "open": 1, "verify": 1}
                        self.assertEqual(len(capa.sudo().activity_ids), asked.get(state, 0))

    def test_who_only_does_it_does_not_change_what_by_whom_and_until_when(self):
        for state in ("draft", "proposed", "open"):
            for label, capa in self._get_doers(state):
                for name, value in (
                    ("date_deadline", "2027-01-04 10:00:00"), ("user_id", self.handler.id),
                    ("participant_ids", [Command.link(self.handler.id)]), ("name", "Do nothing"),
                    ("description", "Nowhere"), ("capa_type", "preventive"), ("team_id", self.team.id),
                ):
                    with self.subTest(label, state=state, name=name):
                        with self.assertRefused(PLANNERS_ONLY, error=AccessError):
                            capa.write({name: value})
                        with self.assertRefused(PLANNERS_ONLY, error=AccessError):
                            capa.write({"result": "Sorted", name: value})
                with self.subTest(label, state=state, name="complaint_id"), self.assertRaises(AccessError):
                    capa.complaint_id = False

    def test_who_only_does_it_writes_the_result_talks_and_finishes(self):
        for label, capa in self._get_doers("open"):
            with self.subTest(label):
                capa.result = "<p>Sorted 200 sets</p>"
                message = capa.message_post(body="Where are the others?", message_type="comment", subtype_xmlid="mail.mt_comment")
                self.assertIn(message, capa.message_ids)
                capa.action_done()
                self.assertEqual((capa.state, capa.result), ("done", "<p>Sorted 200 sets</p>"))
        for label, capa in self._get_doers("open"):
            with self.subTest(label, by="write"):
                capa.write({"state": "done"})
                self.assertEqual(capa.state, "done")

    def test_creator_team_leader_quality_manager_and_handler_decide(self):
        leader = self._new_user("leader", "base.group_user")
        shop = self.env["quality.team"].create({"name": "Shop", "company_id": self.company.id, "leader_id": leader.id})
        own = self.env["quality.capa"]
        for label, user, capa in (
            ("creator", self.outsider, self._create_capa(own, self.outsider)),
            ("team leader", leader, self._create_capa(
                self.complaint, self.quality_manager, team_id=shop.id, participant_ids=[Command.set(leader.ids)],
            )),
            ("quality manager", self.quality_manager, self._create_capa(self.complaint)),
            ("quality manager, of no complaint", self.quality_manager, self._create_capa(own)),
            ("handler of the complaint", self.handler, self._create_capa(self.complaint, self.quality_manager)),
        ):
            with self.subTest(label):
                capa = capa.with_user(user)
                self.assertTrue(capa.may_plan)
                capa.write({"date_deadline": "2027-01-04 10:00:00", "user_id": self.stock_user.id})
                capa.action_cancel()
                capa.action_draft()
                self.assertEqual((capa.state, capa.user_id), ("draft", self.stock_user))

    def test_the_result_is_fixed_once_it_is_done_or_cancelled(self):
        for state in ("verify", "done", "cancel"):
            capa = self._bring_to(state, participant_ids=[Command.set(self.stock_user.ids)])
            for user in self.worker | self.stock_user | self.handler | self.quality_manager:
                with self.subTest(state, user=user.login), self.assertRefused(ON_RECORD, "Sort the stock"):
                    capa.with_user(user).result = "<p>Sorted twice</p>"
            self.assertEqual(capa.result, "<p>Sorted</p>")
        capas = self._bring_to("open") | self._bring_to("done")
        with self.assertRefused(ON_RECORD):
            capas.write({"result": "<p>Sorted twice</p>"})
        self.assertEqual(capas.mapped("result"), ["<p>Sorted</p>"] * 2)

    def test_the_result_is_written_again_after_reopening(self):
        capa = self._bring_to("done")
        capa.with_user(self.handler).action_reopen()
        capa.with_user(self.worker).result = "<p>Sorted twice</p>"
        capa.with_user(self.worker).action_done()
        self.assertEqual((capa.state, capa.result), ("done", "<p>Sorted twice</p>"))

    # ------------------------------------------------------------ the owner's activity
    def test_a_started_action_is_an_activity_of_its_owner_on_his_day(self):
        for tz, moment, day in (
            ("UTC", "2026-03-02 23:30:00", "2026-03-02"), ("Asia/Tokyo", "2026-03-02 23:30:00", "2026-03-03"),
            ("Asia/Tokyo", "2026-03-02 14:59:59", "2026-03-02"), ("Asia/Tokyo", "2026-03-02 15:00:00", "2026-03-03"),
            ("America/New_York", "2026-03-02 04:59:59", "2026-03-01"),
        ):
            self.worker.tz = tz
            with self.subTest(tz, moment=moment), self.at("2026-02-01 08:00:00"):
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

    def test_the_feedback_is_added_to_what_was_written_before(self):
        capa = self._create_open()
        capa.with_user(self.worker).result = "<p>Sorted 100 sets</p>"
        capa.with_user(self.worker).activity_ids.action_feedback(feedback="The other <100> too")
        self.assertEqual((capa.state, capa.result), ("done", "<p>Sorted 100 sets</p><p>The other &lt;100&gt; too</p>"))

    def test_an_activity_needs_no_words_where_the_result_is_written(self):
        for feedback in (False, "", "  \n"):
            capa = self._create_open()
            capa.with_user(self.worker).result = "<p>Sorted 200 sets</p>"
            with self.subTest(feedback):
                capa.with_user(self.worker).activity_ids.action_feedback(feedback=feedback)
                self.assertEqual((capa.state, capa.result), ("done", "<p>Sorted 200 sets</p>"))
                self.assertFalse(capa.activity_ids)

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
        with self.assertRefused(ON_RECORD):
            capa.result = False
        with self.assertRefused("write what was actually done", error=ValidationError):
            capa.sudo().result = False

    def test_a_new_owner_and_a_new_deadline_move_the_activity(self):
        self.stock_user.tz = "Asia/Tokyo"
        with self.at("2026-02-01 08:00:00"):
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
        self._start(capa)
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
