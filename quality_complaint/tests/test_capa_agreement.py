import contextlib

from psycopg2.errors import LockNotAvailable

from odoo import api
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon

AGREE = "quality_complaint.mail_activity_type_capa_agree"
REVISE = "quality_complaint.mail_activity_type_capa_revise"


@tagged("post_install", "-at_install")
class TestCapaAgreement(ComplaintCommon, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._move_to(cls._create_complaint(), "investigation")
        cls.complaint.with_user(cls.handler).handling_opinion = "Sort and replace"
        cls.env.flush_all()

    def _propose(self, *capas):
        """Two or more actions of one plan, sent out by the handler with the complaint's button."""
        self.complaint.with_user(self.handler).action_start_plan()
        return capas

    def _create(self, **values):
        return self._create_capa(self.complaint, **values)

    def _get_answers(self, capa):
        return {
            (response.revision, response.user_id.name): response.answer for response in capa.sudo().response_ids
        }

    def _count_told(self, record, subject):
        self.env.flush_all()
        messages = self.env["mail.message"].sudo().search([
            ("model", "=", record._name), ("res_id", "=", record.id), ("subject", "=", subject),
            ("message_type", "=", "user_notification"),
        ])
        return {
            user.name: sum(user.partner_id in message.notified_partner_ids for message in messages)
            for user in messages.notified_partner_ids.user_ids
        }

    def _activities(self, capa, xmlid):
        return capa.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == self.env.ref(xmlid))

    # ------------------------------------------------------------ who is asked
    def test_until_when_is_told_by_the_clock_of_who_is_asked(self):
        self.handler.tz, self.worker.tz, self.stock_user.tz = "America/New_York", "Asia/Tokyo", "Europe/Berlin"
        with self.at("2031-03-03 10:00:00"), self.mock_mail_gateway():
            self._propose(self._create(date_deadline="2031-03-04 20:00:00", participant_ids=[Command.set(self.stock_user.ids)]))
        for user, moment in ((self.worker, "03/05/2031 05:00:00 AM"), (self.stock_user, "03/04/2031 09:00:00 PM")):
            with self.subTest(user.login):
                told = [mail for mail in self._mails if mail["email_to"] == [user.email_formatted] and "Do you agree?" in mail["subject"]]
                self.assertTrue(told)
                for mail in told:
                    self.assertIn(f"until {moment}", mail["body"])

    def test_owner_and_participants_are_asked_in_discuss_by_mail_and_as_an_activity(self):
        capa = self._create(participant_ids=[Command.set((self.stock_user | self.handler).ids)])
        with self.mock_mail_gateway():
            self._propose()
        self.assertEqual(capa.state, "proposed")
        self.assertEqual(self._get_answers(capa), {
            (1, "Worker"): "pending", (1, "Stock user"): "pending", (1, "Handler"): "accepted",
        }, "who proposes it has agreed")
        self.assertEqual(
            self._count_told(capa, "Do you agree? Correction: Sort the stock"), {"Worker": 1, "Stock user": 1},
        )
        mailed = [recipient for mail in self._mails for recipient in mail["email_to"]]
        for user in self.worker | self.stock_user:
            self.assertEqual(sum(user.email in recipient for recipient in mailed), 1)
        agree = self._activities(capa, AGREE)
        self.assertEqual(agree.user_id, self.worker | self.stock_user)
        self.assertEqual(len(agree), 2)
        self.assertEqual(capa.activity_ids, agree, "nobody has to do it yet")

    def test_who_proposes_what_he_alone_does_has_agreed(self):
        own, others = self._create(user_id=self.handler.id), self._create_capa(self._other_complaint(), name="Other")
        self._propose()
        self.assertEqual((own.state, self._get_answers(own)), ("open", {(1, "Handler"): "accepted"}))
        self.assertEqual(others.state, "draft")

    def _other_complaint(self):
        complaint = self._move_to(self._create_complaint(), "investigation")
        complaint.with_user(self.handler).handling_opinion = "Sort"
        return complaint

    def test_containment_waits_for_nobody(self):
        stop, sort = self._create(name="Stop", capa_type="containment"), self._create()
        self._propose()
        self.assertEqual((stop.state, sort.state), ("open", "proposed"))
        self.assertFalse(stop.response_ids)
        self.assertEqual(stop.activity_ids.user_id, self.worker)
        alone = self._create(name="Stop more", capa_type="containment")
        alone.action_open()
        self.assertEqual(alone.state, "open")

    def test_what_was_not_proposed_does_not_start(self):
        capa = self._create()
        for move in (capa.action_open, lambda: capa.write({"state": "open"})):
            with self.assertRefused("«Sort the stock» has not been proposed yet to those who carry it out."):
                move()
        self.assertEqual(capa.state, "draft")

    # ------------------------------------------------------------ the plan runs when all have agreed
    def test_the_plan_runs_when_the_last_of_all_has_accepted(self):
        sort = self._create(participant_ids=[Command.set(self.stock_user.ids)])
        find = self._create(name="Find the cause", user_id=self.rep.id)
        elsewhere = self._create_capa(self._other_complaint())
        elsewhere.action_propose()
        self._propose()
        sort.with_user(self.worker).action_accept()
        find.with_user(self.rep).action_accept()
        self.assertEqual((sort.state, find.state), ("proposed", "proposed"))
        self.assertFalse(self._activities(sort, AGREE).filtered(lambda activity: activity.user_id == self.worker))
        sort.with_user(self.stock_user).action_accept()
        self.assertEqual((sort.state, find.state, elsewhere.state), ("open", "open", "proposed"))
        self.assertEqual([(capa.activity_ids.user_id, len(capa.activity_ids)) for capa in (sort, find)], [(self.worker, 1), (self.rep, 1)])
        self.assertEqual(self._count_told(sort, "Correction: Sort the stock"), {"Worker": 1})
        self.assertEqual(self._count_told(self.complaint, f"All have agreed: {self.complaint.display_name}"), {"Handler": 1})

    def test_an_action_of_no_complaint_is_a_plan_of_its_own(self):
        first, second = (
            self._create_capa(self.env["quality.complaint"], name=name, capa_type="preventive") for name in ("One", "Two")
        )
        (first | second).action_propose()
        first.with_user(self.worker).action_accept()
        self.assertEqual((first.state, second.state), ("open", "proposed"))

    def test_an_answer_is_given_once_and_only_by_who_is_asked(self):
        capa, other = self._create(), self._create(name="Other", user_id=self.stock_user.id)
        self._propose()
        for user in self.handler | self.quality_manager:
            for move in (capa.with_user(user).action_accept, lambda: capa.with_user(user)._object("No")):
                with self.subTest(user.login), self.assertRefused("No answer of yours is awaited", "Sort the stock"):
                    move()
        capa.with_user(self.worker).action_accept()
        with self.assertRefused("No answer of yours is awaited"):
            capa.with_user(self.worker).action_accept()
        self.assertEqual(self._get_answers(other), {(1, "Stock user"): "pending"})

    def test_two_actions_are_accepted_at_once_or_neither(self):
        capas = self._create() | self._create(name="Other", user_id=self.stock_user.id)
        self._propose()
        with self.assertRefused("No answer of yours is awaited", "Other"):
            capas.with_user(self.worker).action_accept()
        self.assertEqual(set(capas.mapped("state")), {"proposed"})
        self.assertEqual(self._get_answers(capas[0]), {(1, "Worker"): "pending"})

    def test_two_who_answer_at_the_same_moment_see_each_other(self):
        """The second is tried again by core, and then sees the first one's answer: the plan runs."""
        # who is there before this test, so that other connections see them
        users = self.env.ref("base.user_admin") + self.env.ref("base.user_root")
        with self._committed_capa(users) as capa_id, self.registry.cursor() as first, self.registry.cursor() as second:
            api.Environment(first, users[0].id, {})["quality.capa"].browse(capa_id).action_accept()
            # where it would wait for the first to be committed, give up: this test never commits an answer
            second.execute("SET LOCAL lock_timeout = '200ms'")
            with self.assertRaises(LockNotAvailable) as refusal, mute_logger("odoo.sql_db"):
                api.Environment(second, users[1].id, {})["quality.capa"].browse(capa_id).action_accept()
            first.rollback()
            second.rollback()
        self.assertIsInstance(refusal.exception, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)

    def test_two_recurrences_at_the_same_moment_count_each_other(self):
        """The second waits for the first, however many are allowed, and is tried again by core."""
        users = self.env.ref("base.user_admin")
        with self._committed_capa(users) as capa_id, self.registry.cursor() as first, self.registry.cursor() as second:
            second_env = api.Environment(second, api.SUPERUSER_ID, {})
            first.execute("SELECT id FROM quality_capa WHERE id = %s FOR UPDATE", (capa_id,))
            second.execute("SET LOCAL lock_timeout = '200ms'")
            with self.assertRaises(LockNotAvailable), mute_logger("odoo.sql_db"):
                second_env["quality.capa"].browse(capa_id)._add_evidence(second_env["quality.complaint"].browse(1))
            first.rollback()
            second.rollback()

    @contextlib.contextmanager
    def _committed_capa(self, users):
        """An action that these users are asked to agree to, there for other connections to see, and gone afterwards."""
        with self.registry.cursor() as visible_cr:
            visible_cr.execute("SET LOCAL lock_timeout = '10s'")
            capa = api.Environment(visible_cr, api.SUPERUSER_ID, {"tracking_disable": True})["quality.capa"].create({
                "name": "Sort", "user_id": users[0].id, "state": "proposed", "revision": 1,
                "company_id": self.env.ref("base.main_company").id,
                "response_ids": [Command.create({"user_id": user.id, "revision": 1}) for user in users],
            })
            visible_cr.commit()
            try:
                yield capa.id
            finally:
                visible_cr.rollback()
                capa.state = "draft"
                capa.unlink()
                visible_cr.commit()

    def test_answers_are_nobodys_to_write(self):
        capa = self._create()
        self._propose()
        response = capa.response_ids
        for user in self.worker | self.handler | self.complaint_admin:
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    response.with_user(user).answer = "accepted"
                with self.assertRaises(AccessError):
                    response.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    self.env["quality.capa.response"].with_user(user).create({
                        "capa_id": capa.id, "user_id": user.id, "revision": 2, "answer": "accepted",
                    })
        for name, value in (("revision", 7), ("proposed_by_id", self.worker.id)):
            with self.subTest(name), self.assertRefused("Set by the system, not by hand", error=AccessError):
                capa.with_user(self.handler).write({name: value})

    # ------------------------------------------------------------ objection
    def test_an_objection_brings_its_action_back_and_the_others_wait(self):
        sort = self._create(participant_ids=[Command.set(self.stock_user.ids)])
        find = self._create(name="Find the cause", user_id=self.rep.id)
        self._propose()
        find.with_user(self.rep).action_accept()
        with self.mock_mail_gateway():
            sort.with_user(self.worker)._object("I am on leave")
        self.assertEqual((sort.state, find.state), ("draft", "proposed"))
        self.assertEqual(self._get_answers(sort), {(1, "Worker"): "objected", (1, "Stock user"): "lapsed"})
        self.assertTrue(sort.is_objected)
        self.assertEqual(sort.with_user(self.handler).objection, "Worker objects: I am on leave")
        self.assertIn("I am on leave", str(sort.message_ids.mapped("body")))
        self.assertEqual(self._count_told(sort, "Worker objects: Sort the stock"), {"Handler": 1})
        self.assertEqual(self._activities(sort, REVISE).user_id, self.handler)
        self.assertEqual(sort.sudo().activity_ids, self._activities(sort, REVISE), "nobody is asked any more")
        self.assertEqual((find.state, find.sudo().activity_ids.ids), ("proposed", []))

    def test_an_objection_needs_a_reason(self):
        capa, other = self._create(), self._create(name="Other")
        self._propose()
        window = Form(self.env["quality.capa.object"].with_user(self.worker).with_context(
            **capa.with_user(self.worker).action_object()["context"],
        ))
        with self.assertRaisesRegex(AssertionError, "reason is a required field"):
            window.save()
        for blank in ("", "  \n", False):
            with self.subTest(blank), self.assertRefused("Write why you object"):
                capa.with_user(self.worker)._object(blank)
        window.reason = "Too early"
        window.save().action_confirm()
        self.assertEqual((capa.state, other.state), ("draft", "proposed"))

    def test_who_has_accepted_may_still_object_until_it_runs(self):
        capa = self._create(participant_ids=[Command.set(self.stock_user.ids)])
        self._propose()
        capa.with_user(self.worker).action_accept()
        self.assertTrue(capa.with_user(self.worker).can_object)
        capa.with_user(self.worker)._object("I have broken my arm")
        self.assertEqual(capa.state, "draft")
        self._start(capa)
        self.assertFalse(capa.with_user(self.stock_user).can_object)
        with self.assertRefused("No answer of yours is awaited"):
            capa.with_user(self.stock_user)._object("Too late")

    def test_an_objection_is_never_passed_over(self):
        capa = self._create()
        self._propose()
        capa.with_user(self.worker)._object("I am on leave")
        for user in self.handler | self.quality_manager:
            for move in (capa.with_user(user).action_open, lambda: capa.with_user(user).write({"state": "open"})):
                with self.subTest(user.login), self.assertRefused("Worker objects: I am on leave", "propose it again"):
                    move()
        self.assertEqual(capa.state, "draft")

    def test_what_was_revised_is_proposed_anew_and_the_earlier_answers_stay(self):
        sort, find = self._create(), self._create(name="Find the cause", user_id=self.rep.id)
        self._propose()
        find.with_user(self.rep).action_accept()
        sort.with_user(self.worker)._object("I am on leave")
        sort.with_user(self.handler).write({"name": "Sort half of the stock", "participant_ids": [Command.link(self.stock_user.id)]})
        self._propose()
        self.assertFalse(self._activities(sort, REVISE))
        self.assertFalse(sort.is_objected)
        sort.with_user(self.worker).action_accept()
        sort.with_user(self.stock_user).action_accept()
        self.assertEqual(self._get_answers(sort), {
            (1, "Worker"): "objected", (2, "Worker"): "accepted", (2, "Stock user"): "accepted",
        })
        self.assertEqual((sort.state, find.state), ("open", "open"))
        self.assertEqual(self._get_answers(find), {(1, "Rep"): "accepted"})

    def test_dropping_what_was_objected_to_lets_the_others_run(self):
        for drop in ("action_cancel", "unlink"):
            with self.subTest(drop):
                complaint = self._other_complaint()
                sort = self._create_capa(complaint)
                find = self._create_capa(complaint, name="Find the cause", user_id=self.rep.id)
                complaint.with_user(self.handler).action_start_plan()
                find.with_user(self.rep).action_accept()
                sort.with_user(self.worker)._object("Pointless")
                self.assertEqual(find.state, "proposed")
                getattr(sort.with_user(self.handler), drop)()
                self.assertEqual(find.state, "open")

    # ------------------------------------------------------------ silence
    def test_silence_does_not_block_for_ever(self):
        sort = self._create(participant_ids=[Command.set(self.stock_user.ids)])
        find = self._create(name="Find the cause", user_id=self.rep.id)
        self._propose()
        sort.with_user(self.worker).action_accept()
        with self.assertRefused("handler's to start"):
            sort.with_user(self.worker).action_open()
        sort.with_user(self.handler).action_open()
        self.assertEqual((sort.state, find.state), ("open", "proposed"))
        self.assertEqual(self._get_answers(sort), {(1, "Worker"): "accepted", (1, "Stock user"): "lapsed"})
        self.assertFalse(self._activities(sort, AGREE))
        self.complaint.with_user(self.handler).action_start_now()
        self.assertEqual(find.state, "open")

    def test_starting_one_now_leaves_the_objection_to_another_where_it_is(self):
        sort, find = self._create(), self._create(name="Find the cause", user_id=self.rep.id)
        self._propose()
        sort.with_user(self.worker)._object("I am on leave")
        self.complaint.with_user(self.handler).action_start_now()
        self.assertEqual((sort.state, find.state), ("draft", "open"))

    def test_taking_it_back_asks_nobody_any_more(self):
        capa, other = self._create(), self._create(name="Other")
        self._propose()
        capa.with_user(self.handler).action_draft()
        self.assertEqual((capa.state, other.state), ("draft", "proposed"))
        self.assertEqual(self._get_answers(capa), {(1, "Worker"): "lapsed"})
        self.assertFalse(capa.activity_ids)

    # ------------------------------------------------------------ what changes while it is proposed
    def test_a_change_of_what_they_agreed_to_asks_all_again(self):
        later = "2056-01-04 10:00:00"
        for name, value in (
            ("date_deadline", later), ("name", "Sort half"), ("description", "<p>In hall 2</p>"), ("capa_type", "corrective"),
        ):
            with self.subTest(name):
                capa = self._create(participant_ids=[Command.set(self.stock_user.ids)])
                capa.action_propose()
                capa.with_user(self.worker).action_accept()
                capa.with_user(self.handler).write({name: value})
                self.assertEqual((capa.state, capa.revision), ("proposed", 2))
                self.assertEqual(self._get_answers(capa), {
                    (1, "Worker"): "accepted", (1, "Stock user"): "lapsed",
                    (2, "Worker"): "pending", (2, "Stock user"): "pending",
                })
                self.assertEqual(len(self._activities(capa, AGREE)), 2)

    def test_a_new_owner_is_asked_and_the_old_one_is_not_any_more(self):
        capa = self._create()
        self._propose()
        capa.with_user(self.handler).user_id = self.rep
        self.assertEqual(self._get_answers(capa), {(1, "Worker"): "lapsed", (2, "Rep"): "pending"})
        self.assertEqual(self._activities(capa, AGREE).user_id, self.rep)

    def test_a_new_participant_is_asked_and_who_has_accepted_is_not_asked_again(self):
        capa = self._create()
        other = self._create(name="Other", user_id=self.rep.id)
        self._propose()
        capa.with_user(self.worker).action_accept()
        capa.with_user(self.handler).participant_ids = self.stock_user
        self.assertEqual(self._get_answers(capa), {
            (1, "Worker"): "accepted", (2, "Worker"): "accepted", (2, "Stock user"): "pending",
        })
        capa.with_user(self.handler).participant_ids = False
        self.assertEqual((capa.state, other.state, capa.revision), ("proposed", "proposed", 3))
        other.with_user(self.rep).action_accept()
        self.assertEqual((capa.state, other.state), ("open", "open"), "who was taken out is not waited for")

    def test_writing_the_same_again_changes_nothing(self):
        capa = self._create()
        self._propose()
        capa.with_user(self.handler).write({"name": capa.name, "user_id": capa.user_id.id, "date_deadline": capa.date_deadline})
        self.assertEqual(capa.revision, 1)

    def test_what_becomes_containment_runs_at_once(self):
        capa = self._create()
        self._propose()
        capa.with_user(self.handler).capa_type = "containment"
        self.assertEqual(capa.state, "open")

    def test_changes_are_in_the_chatter(self):
        capa = self._create(description="<p>In hall 1</p>")
        self.env.flush_all()
        self.env.cr.precommit.run()
        capa.with_user(self.handler).write({"participant_ids": [Command.link(self.stock_user.id)], "description": "<p>In hall 2</p>"})
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = capa.sudo().message_ids.tracking_value_ids.filtered(lambda value: value.field_id.name == "participant_ids")
        self.assertEqual(tracked.new_value_char, "Stock user")
        self.assertIn("In hall 1", str(capa.message_ids.mapped("body")))

    # ------------------------------------------------------------ who has left
    def test_a_participant_who_has_left_is_not_waited_for(self):
        capa = self._create(participant_ids=[Command.set(self.stock_user.ids)])
        other = self._create(name="Other", participant_ids=[Command.set(self.stock_user.ids)])
        self._propose()
        (capa | other).with_user(self.worker).action_accept()
        self.assertEqual((capa.state, other.state), ("proposed", "proposed"))
        self.stock_user.action_archive()
        self.assertEqual((capa.state, other.state), ("open", "open"))

    def test_for_an_owner_who_has_left_the_teams_leader_answers(self):
        capa = self._create(team_id=self.team.id)
        self._propose()
        self.worker.action_archive()
        self.assertEqual(self._get_answers(capa), {(1, "Worker"): "lapsed", (1, "Quality manager"): "pending"})
        self.assertEqual(self._activities(capa, AGREE).user_id, self.quality_manager)
        capa.with_user(self.quality_manager).action_accept()
        self.assertEqual((capa.state, capa.activity_ids.user_id), ("open", self.quality_manager))

    # ------------------------------------------------------------ deadlines
    def test_a_deadline_in_the_past_is_refused_on_and_before_and_all_are_named(self):
        with self.at("2026-03-02 08:00:00"):
            create = self.env["quality.capa"].with_user(self.handler).create
            values = {"complaint_id": self.complaint.id, "user_id": self.worker.id}
            with self.assertRefused("can't lie in the past", "One", "Two"):
                create([
                    {**values, "name": "One", "date_deadline": "2026-03-02 07:59:59"},
                    {**values, "name": "Two", "date_deadline": "2026-03-01 12:00:00"},
                    {**values, "name": "Three", "date_deadline": "2026-03-03 12:00:00"},
                ])
            on_time = create({**values, "name": "Now", "date_deadline": "2026-03-02 08:00:00"})
            with self.assertRefused("can't lie in the past"):
                on_time.date_deadline = "2026-03-02 07:00:00"
            history = create([{**values, "name": "Old"}]).sudo()
            history.date_deadline = "2020-01-01 12:00:00"
        with self.at("2026-03-02 08:00:01"):
            with self.assertRefused("can't lie in the past", "Now"):
                on_time.action_propose()
            with self.assertRefused("can't lie in the past", "Now", "Old"):
                self.complaint.with_user(self.handler).action_start_plan()

    def test_a_late_agreement_still_runs(self):
        with self.at("2026-03-02 08:00:00"):
            capa = self._create(date_deadline="2026-03-02 12:00:00")
            self._propose()
        with self.at("2026-03-03 08:00:00"):
            capa.with_user(self.worker).action_accept()
            self.assertEqual((capa.state, capa.deadline_state), ("open", "missed"))

    # ------------------------------------------------------------ finding it
    def test_a_user_without_any_right_to_complaints_finds_what_waits_for_his_answer(self):
        mine, others = self._create(), self._create(name="Other", user_id=self.rep.id)
        self._create(name="Not proposed")
        self._propose()
        mine_of = self.env["quality.capa"].with_user(self.worker)
        domain = [("response_ids", "any", [("user_id", "=", self.worker.id), ("answer", "=", "pending")])]
        self.assertEqual(set(mine_of.search(domain).mapped("name")), {"Sort the stock", "Not proposed"})
        mine.with_user(self.worker).action_accept()
        self.assertNotIn(mine, mine_of.search(domain))
        self.assertNotIn(others, mine_of.search([]))
        self.assertFalse(self.env["quality.capa.response"].with_user(self.worker).search([("capa_id", "=", others.id)]))
        self.assertEqual(self.env["quality.capa"].with_user(self.handler).search([
            ("complaint_id", "=", self.complaint.id), ("is_objected", "=", True),
        ]).ids, [])

    def test_the_actions_tell_how_far_the_plan_is(self):
        done, asked, dropped = self._create(user_id=self.handler.id, result="Done"), self._create(), self._create()
        dropped.action_cancel()
        done.action_propose()
        asked.action_propose()
        done.with_user(self.handler).action_done()
        self.complaint.invalidate_recordset()
        self.assertEqual(
            (self.complaint.capa_count, self.complaint.capa_proposed_count, self.complaint.capa_done_count, self.complaint.capa_progress),
            (2, 1, 1, 50),
        )

    def test_what_is_awaited_keeps_the_complaint_from_being_resolved(self):
        self._create()
        self._propose()
        with self.assertRaisesRegex(UserError, "The action «Sort the stock» is not done"):
            self.complaint.with_user(self.handler).action_resolve()
