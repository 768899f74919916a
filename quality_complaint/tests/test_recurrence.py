from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_verification import VerificationCommon

DONE_ON = "2026-03-02 10:00:00"
WINDOW_END = "2026-04-01 10:00:00"  # 30 days
INSIDE = "2026-03-10 10:00:00"


@tagged("post_install", "-at_install")
class TestRecurrence(VerificationCommon):
    def _observe(self, **values):
        with self.at(DONE_ON):
            return self._carry_out(**{"window_days": 30, **values})

    def _complain(self, date=INSIDE, state="investigation", cause=None, **values):
        with self.at("2026-05-04 10:00:00"):
            complaint = self._create_complaint(date_received=date, **values)
            if cause:
                complaint.cause_ids = [Command.create({"name": "Rain", "cause_id": cause.id})]
            return self._move_to(complaint, state)

    # ------------------------------------------------------------ what reopens it
    def test_a_complaint_about_the_product_within_the_window_reopens_it(self):
        capa, other = self._observe(), self._observe(check_product_ids=[Command.set(self._create_product("Pliers").ids)])
        complaint = self._complain()
        self.assertEqual((capa.state, capa.date_done, other.state), ("open", False, "verify"))
        self.assertEqual(capa.evidence_ids.complaint_id, complaint)
        verdict = capa.verdict_ids
        self.assertEqual((verdict.verdict, verdict.user_id.ids), ("ineffective", []))
        self.assertIn(complaint.name, verdict.reason)
        self.assertEqual(self._get_activities(capa, "quality_complaint.mail_activity_type_capa").user_id, self.worker)
        self.assertFalse(self._get_activities(capa))

    def test_it_counts_by_when_the_customer_told_us(self):
        for date, expected in (
            ("2026-03-02 09:59:59", False), (DONE_ON, False), ("2026-03-02 10:00:01", True),
            (WINDOW_END, True), ("2026-04-01 10:00:01", False),
        ):
            capa = self._observe()
            with self.subTest(date):
                self._complain(date)
                self.assertEqual((capa.state == "open", bool(capa.evidence_ids)), (expected, expected))
            capa.sudo().write({"window_days": 0})  # the next complaint is not about this one

    def test_what_is_done_and_verified_is_reopened_too(self):
        capa = self._observe()
        with self.at(WINDOW_END):
            self._judge(capa, "effective")
        self.assertEqual(capa.state, "done")
        self._complain()
        self.assertEqual((capa.state, capa.last_verdict), ("open", "ineffective"))
        self.assertEqual(len(capa.verdict_ids), 2)

    def test_it_is_reopened_after_its_complaint_is_closed(self):
        complaint = self._move_to(self._create_complaint(), "follow_up")
        complaint.with_user(self.handler).handling_opinion = "Cover"
        with self.at(DONE_ON):
            capa = self._carry_out(complaint, window_days=30)
        self._answer(complaint, "yes")
        self.assertEqual(complaint.state, "closed")
        self._complain()
        self.assertEqual((capa.state, complaint.state), ("open", "closed"))
        self._do(capa)
        self.assertEqual(capa.state, "verify")

    def test_only_an_approved_complaint_counts(self):
        for state in ("draft", "review", "rejected"):
            capa = self._observe()
            with self.subTest(state):
                self._complain(state=state)
                self.assertEqual((capa.state, capa.evidence_ids.ids), ("verify", []))

    def test_what_is_not_observed_or_not_carried_out_is_not_reopened(self):
        unwatched = self._carry_out()
        correction = self._observe(capa_type="correction")
        running = self._create_capa(self.complaint, capa_type="corrective", window_days=30)
        self._start(running)
        self._complain()
        self.assertEqual(
            [(capa.state, capa.evidence_ids.ids) for capa in unwatched | correction | running],
            [("verify", []), ("done", []), ("open", [])],
        )

    def test_its_own_complaint_is_no_evidence(self):
        with self.at("2026-05-04 10:00:00"):
            complaint = self._create_complaint(date_received=INSIDE)
            self._move_to(complaint, "investigation")
        complaint.with_user(self.handler).handling_opinion = "Cover"
        with self.at(DONE_ON):
            capa = self._carry_out(complaint, window_days=30)
            basis = self.env["quality.capa"].with_user(self.handler).create({
                "name": "Train", "capa_type": "preventive", "user_id": self.worker.id, "window_days": 30,
                "check_product_ids": [Command.set(self.product.ids)], "source_complaint_ids": [Command.set(complaint.ids)],
            })
            self._start(basis)
            self._do(basis)
        complaint.with_user(self.handler).cause_ids = [
            Command.create({"name": "Rain", "cause_id": self.env.ref("quality_complaint.cause_man").id}),
        ]
        self.assertEqual((capa.state, basis.state), ("verify", "verify"))

    def test_a_complaint_of_another_company_is_no_evidence(self):
        capa = self._observe()
        company = self.env["res.company"].create({"name": "Other"})
        complaint = self._complain(state="draft")
        self.env.cr.execute("UPDATE quality_complaint SET company_id = %s, state = 'investigation' WHERE id = %s", [company.id, complaint.id])
        self.env.invalidate_all()
        complaint._record_recurrences()
        self.assertEqual(capa.state, "verify")

    # ------------------------------------------------------------ causes
    def test_where_a_cause_is_watched_it_waits_until_the_cause_is_named(self):
        environment = self.env.ref("quality_complaint.cause_environment")
        weather = self.env.ref("quality_complaint.cause_transport_weather")
        packaging = self.env.ref("quality_complaint.cause_packaging")
        capa = self._observe(check_cause_id=environment.id)
        complaint = self._complain()
        self.assertEqual(capa.state, "verify")
        handled = complaint.with_user(self.handler)
        handled.cause_ids = [Command.create({"name": "Why?"})]
        handled.cause_ids = [Command.create({"name": "Thin box", "cause_id": packaging.id})]
        self.assertEqual(capa.state, "verify")
        handled.cause_ids[0].cause_id = weather
        self.assertEqual((capa.state, capa.evidence_ids.complaint_id), ("open", complaint), "a cause that is part of it")

    def test_a_cause_above_the_watched_one_is_no_evidence(self):
        capa = self._observe(check_cause_id=self.env.ref("quality_complaint.cause_transport_weather").id)
        self._complain(cause=self.env.ref("quality_complaint.cause_environment"))
        self.assertEqual(capa.state, "verify")

    def test_a_cause_is_watched_on_any_product_where_none_is_named(self):
        weather = self.env.ref("quality_complaint.cause_transport_weather")
        capa = self._observe(check_cause_id=weather.id)
        capa.sudo().check_product_ids = False
        self._complain(cause=weather, line_ids=[Command.create({"product_id": self._create_product("Pliers").id})])
        self.assertEqual(capa.state, "open")

    # ------------------------------------------------------------ once
    def test_a_product_or_a_day_that_is_set_right_later_shows_it_too(self):
        pliers = self._create_product("Pliers")
        for label, values in (("line", {}), ("product", {}), ("day", {"date": "2026-04-02 10:00:00"})):
            with self.subTest(label):
                capa = self._observe(**({} if label == "day" else {"check_product_ids": [Command.set(pliers.ids)]}))
                complaint = self._complain(**values)
                self.assertEqual(capa.state, "verify")
                handled = complaint.with_user(self.handler)
                if label == "line":
                    handled.line_ids = [Command.create({"product_id": pliers.id})]
                elif label == "product":
                    handled.line_ids[:1].write({"product_id": pliers.id})
                else:
                    handled.date_received = INSIDE
                self.assertEqual((capa.state, capa.evidence_ids.complaint_id), ("open", complaint))

    def test_each_complaint_reopens_it_once(self):
        capa = self._observe()
        complaint = self._complain()
        with self.at("2026-03-09 10:00:00"):  # done again before that complaint, as clocks may have it
            self._do(capa)
        complaint.with_user(self.handler).cause_ids = [
            Command.create({"name": "Rain", "cause_id": self.env.ref("quality_complaint.cause_man").id}),
        ]
        complaint._record_recurrences()
        self.assertEqual((capa.state, len(capa.evidence_ids), len(capa.verdict_ids)), ("verify", 1, 1))
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "counts as a recurrence of that action already|_once"):
            self.env["quality.capa.evidence"].create({"capa_id": capa.id, "complaint_id": complaint.id})

    def test_two_complaints_at_once_reopen_it_once(self):
        capa = self._observe()
        with self.at("2026-05-04 10:00:00"):
            complaints = self._create_complaint(date_received=INSIDE) | self._create_complaint(date_received="2026-03-11 10:00:00")
            complaints.with_user(self.rep).action_submit()
            managed = complaints.with_user(self.quality_manager)
            managed.write({"validity": "upheld", "severity": "major", "handler_id": self.handler.id})
            managed.action_approve()
        self.assertEqual((capa.state, capa.evidence_ids.complaint_id, len(capa.verdict_ids)), ("open", complaints[0], 1))

    def test_as_many_recurrences_as_are_allowed_leave_it_alone(self):
        capa = self._observe(recurrence_limit=2)
        for expected in ("verify", "verify", "open"):
            self._complain()
            self.assertEqual(capa.state, expected)
        self.assertEqual(len(capa.evidence_ids), 3)
        self.assertIn("Recurrences: 3, allowed: 2.", capa.verdict_ids.reason)
        with self.at("2026-03-15 10:00:00"):
            self._do(capa)
        self._complain("2026-03-20 10:00:00")
        self.assertEqual((capa.state, len(capa.evidence_ids)), ("verify", 4), "what came back before it was done again does not count")

    def test_a_recurrence_that_fell_away_later_does_not_count_against_it(self):
        capa = self._observe(recurrence_limit=1)
        duplicate = self._complain()
        self._cancel(duplicate, reason="duplicate")
        self._complain()
        self.assertEqual((capa.state, len(capa.evidence_ids)), ("verify", 2))
        self._complain()
        self.assertEqual((capa.state, len(capa.evidence_ids)), ("open", 3))

    # ------------------------------------------------------------ who is told
    def test_owner_handlers_and_verifier_are_told_with_a_link_to_the_evidence(self):
        self.handler.notification_type = "inbox"
        capa = self._observe()
        complaint = self._complain()
        told, times = self._get_told(capa, "Not effective, to be done again: Cover the pallets")
        self.assertEqual((told, times), (["handler", "quality_manager", "rep", "sales_manager", "worker"], 1))
        message = self.env["mail.message"].sudo().search([
            ("model", "=", capa._name), ("res_id", "=", capa.id), ("subject", "like", "Not effective"), ("message_type", "=", "user_notification"),
        ])
        self.assertIn(f'data-oe-id="{complaint.id}"', message.body)
        self.assertIn(complaint.name, message.body)

    def test_the_owner_reads_the_evidence_and_no_more_than_that(self):
        capa = self._observe()
        complaint, unrelated = self._complain(), self._complain("2026-04-20 10:00:00")
        owner = self.env["quality.complaint"].with_user(self.worker)
        self.assertEqual(owner.search([]) & (complaint | unrelated), complaint)
        self.assertEqual(complaint.with_user(self.worker).subject, "Rust on the blades")
        with self.assertRaises(AccessError):
            complaint.with_user(self.worker).subject = "Fine"
        with self.assertRaises(AccessError):
            unrelated.with_user(self.worker).read(["subject"])
        self.assertTrue(capa.with_user(self.worker).evidence_ids.complaint_id)

    def test_the_evidence_is_nobodys_to_write_and_stays_in_its_company(self):
        capa = self._observe()
        complaint = self._complain()
        evidence = capa.evidence_ids
        for user in self.handler | self.quality_manager | self.complaint_admin:
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    evidence.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    self.env["quality.capa.evidence"].with_user(user).create({"capa_id": capa.id, "complaint_id": complaint.id})
        stranger = self._new_user(
            "far_manager", "quality_complaint.group_manager", company=self.env["res.company"].create({"name": "Other"}),
        )
        self.assertFalse(self.env["quality.capa.evidence"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            evidence.with_user(stranger).read(["date"])

    def test_who_approves_need_not_see_the_action_that_it_reopens(self):
        capa = self._observe()
        team = self.env["quality.team"].create({
            "name": "Shop", "company_id": self.company.id, "leader_id": self.outsider.id, "member_ids": [Command.set(self.outsider.ids)],
        })
        with self.at("2026-05-04 10:00:00"):
            complaint = self._create_complaint(date_received=INSIDE, team_id=team.id)
            complaint.with_user(self.rep).action_submit()
            led = complaint.with_user(self.outsider)
            led.write({"validity": "upheld", "severity": "major", "handler_id": self.outsider.id})
            with self.assertRaises(AccessError):
                capa.with_user(self.outsider).read(["name"])
            led.action_approve()
        self.assertEqual((complaint.state, capa.state), ("investigation", "open"))
