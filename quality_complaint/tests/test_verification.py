from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon

VERIFICATION = "quality_complaint.mail_activity_type_verification"


class VerificationCommon(ComplaintCommon):
    """A complaint in its investigation, and actions of it that were carried out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._move_to(cls._create_complaint(), "investigation")
        cls.complaint.with_user(cls.handler).handling_opinion = "Sort and replace"
        cls.env.flush_all()

    @classmethod
    def _carry_out(cls, complaint=None, **values):
        capa = cls._create_capa(complaint or cls.complaint, **{"name": "Cover the pallets", "capa_type": "corrective", **values})
        cls._start(capa)
        return cls._do(capa)

    @classmethod
    def _do(cls, capa, result="<p>Covered</p>", user=None):
        """Done by its owner, or by that user."""
        owned = capa.with_user(user or capa.user_id)
        owned.result = result
        owned.action_done()
        return capa

    @classmethod
    def _open_verdict(cls, capa, user=None):
        return cls._open_action(user or cls.quality_manager, capa.with_user(user or cls.quality_manager).action_verify())

    @classmethod
    def _judge(cls, capa, verdict, user=None, reason="Looked at ten pallets", **values):
        """The verdict, given in its window."""
        form = cls._open_verdict(capa, user)
        form.verdict = verdict
        form.reason = reason
        for name, value in values.items():
            form[name] = value
        form.save().action_confirm()

    def _get_activities(self, capa, xmlid=VERIFICATION):
        return capa.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == self.env.ref(xmlid))

    def _get_told(self, capa, subject):
        """The logins of those who were told that, and how often."""
        self.env.flush_all()
        messages = self.env["mail.message"].sudo().search([
            ("model", "=", capa._name), ("res_id", "=", capa.id), ("subject", "=", subject),
            ("message_type", "=", "user_notification"),
        ])
        return sorted(login.removeprefix("qc_") for login in messages.notified_partner_ids.user_ids.mapped("login")), len(messages)


@tagged("post_install", "-at_install")
class TestVerification(VerificationCommon, MockEmail):
    # ------------------------------------------------------------ to verify
    def test_what_removes_a_cause_needs_verification_and_what_puts_right_does_not(self):
        for capa_type, expected in (("containment", False), ("correction", False), ("corrective", True), ("preventive", True)):
            with self.subTest(capa_type):
                capa = self._carry_out(capa_type=capa_type)
                self.assertEqual((capa.verification_required, capa.state), (expected, "verify" if expected else "done"))
        with self.subTest("chosen otherwise"):
            self.assertEqual(self._carry_out(verification_required=False).state, "done")
            self.assertEqual(self._carry_out(capa_type="correction", verification_required=True).state, "verify")

    def test_a_running_action_stays_to_be_judged_unless_who_may_judge_it_says_otherwise(self):
        planned = self._create_capa(self.complaint, capa_type="corrective")
        planned.with_user(self.handler).verification_required = False
        planned.with_user(self.handler).verification_required = True
        running = self._start(planned)
        with self.assertRefused("Only who may judge a running action can do without its verification", "Handler can't verify"):
            running.with_user(self.handler).write({"verification_required": False})
        self.assertTrue(running.verification_required)
        running.with_user(self.quality_manager).verification_required = False
        self.assertEqual(self._do(running).state, "done")

    def test_the_deadline_is_met_or_missed_by_when_it_was_carried_out(self):
        for moment, expected in (("2026-03-02 10:00:00", "met"), ("2026-03-02 10:00:01", "missed")):
            with self.subTest(moment):
                with self.at("2026-03-02 09:00:00"):
                    capa = self._create_capa(self.complaint, capa_type="corrective", date_deadline="2026-03-02 10:00:00")
                    self._start(capa)
                with self.at(moment):
                    self._do(capa)
                self.assertEqual((str(capa.date_done), capa.deadline_state), (moment, expected))
                with self.at("2026-04-01 10:00:00"):
                    self._judge(capa, "effective")
                    self.assertEqual((capa.state, str(capa.date_done), capa.deadline_state), ("done", moment, expected))

    def test_without_a_result_it_is_not_carried_out(self):
        capa = self._create_capa(self.complaint, capa_type="corrective")
        self._start(capa)
        with self.assertRefused("write what was actually done", error=ValidationError):
            capa.with_user(self.worker).action_done()
        with self.assertRefused("write what was actually done", error=ValidationError):
            capa.with_user(self.worker).write({"state": "verify"})

    def test_done_is_not_written_past_the_verdict(self):
        capa = self._create_capa(self.complaint, capa_type="corrective", result="Covered")
        self._start(capa)
        with self.assertRefused("is In Progress and can't become Done"):
            capa.with_user(self.worker).write({"state": "done"})
        capa.with_user(self.worker).write({"state": "verify"})
        for user in self.worker | self.quality_manager:
            with self.subTest(user.login), self.assertRefused("A verdict needs its reason"):
                capa.with_user(user).write({"state": "done"})
        self.assertEqual(capa.state, "verify")

    def test_the_activity_of_its_owner_brings_it_to_verification_too(self):
        capa = self._create_capa(self.complaint, capa_type="corrective")
        self._start(capa)
        capa.with_user(self.worker).activity_ids.action_feedback(feedback="Covered")
        self.assertEqual(capa.state, "verify")
        self.assertFalse(self._get_activities(capa, "quality_complaint.mail_activity_type_capa"))

    def test_resolving_and_closing_do_not_wait_for_the_verdict_and_do_not_cancel_it(self):
        capa = self._carry_out()
        self.assertEqual(self.complaint.capa_done_count, 1)
        handled = self.complaint.with_user(self.handler)
        handled.analysis = "Rain"
        handled.demand_ids.write({"answer": "New sets", "outcome": "granted"})
        handled.action_resolve()
        self.assertIn("Covered", handled.reply_body)
        self.complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(self.complaint)
        self._answer(self.complaint, "yes")
        self.assertEqual((self.complaint.state, capa.state), ("closed", "verify"))
        self._judge(capa, "ineffective")
        self.assertEqual((self.complaint.state, capa.state), ("closed", "open"))
        capa.with_user(self.handler).date_deadline = "2027-03-02 10:00:00"
        self._do(capa)
        self._judge(capa, "effective")
        self.assertEqual((self.complaint.state, capa.state), ("closed", "done"))
        with self.assertRefused("is finished and stays as it is"):
            capa.with_user(self.handler).action_reopen()
        with self.assertRefused("is finished and stays as it is"):
            capa.with_user(self.handler).name = "Something else"

    # ------------------------------------------------------------ who judges
    def test_the_quality_manager_and_the_leader_of_the_complaints_team_verify(self):
        leader = self._new_user("leader", "quality_complaint.group_handler")
        self.team.write({"leader_id": leader.id, "member_ids": [Command.link(leader.id)]})
        for user in self.quality_manager | leader | self.complaint_admin:
            with self.subTest(user.login):
                capa, other = self._carry_out(), self._carry_out()
                self.assertTrue(capa.with_user(user).can_verify)
                self._judge(capa, "effective", user)
                self.assertEqual((capa.state, other.state), ("done", "verify"))
                self.assertEqual((capa.verdict_ids.user_id, capa.verdict_ids.reason), (user, "Looked at ten pallets"))

    def test_nobody_else_verifies(self):
        team = self.env["quality.team"].create({"name": "Shop", "company_id": self.company.id, "leader_id": self.outsider.id})
        capa = self._carry_out(team_id=team.id)
        for label, user in (
            ("handler", self.handler), ("leader of the team that did it", self.outsider), ("owner", self.worker),
            ("reporter", self.rep), ("sales manager", self.sales_manager),
        ):
            with self.subTest(label):
                seen = capa.with_user(user)
                self.assertFalse(seen.can_verify)
                with self.assertRefused("that takes a quality manager" if user != self.worker else "can't be the one who verifies it"):
                    seen.action_verify()
                with self.assertRaises(UserError):
                    seen._give_verdict("effective", "Fine")
        self.assertEqual(capa.state, "verify")

    def test_who_does_it_does_not_judge_it_unless_he_is_the_administrator(self):
        for values in (
            {"user_id": self.quality_manager.id}, {"participant_ids": [Command.set(self.quality_manager.ids)]},
        ):
            capa = self._carry_out(**values)
            with self.subTest(values), self.assertRefused("carries out «Cover the pallets» and can't be the one who verifies it"):
                capa.with_user(self.quality_manager).action_verify()
        capa = self._carry_out(user_id=self.complaint_admin.id)
        self._judge(capa, "effective", self.complaint_admin)
        self.assertEqual(capa.state, "done")

    def test_the_window_does_not_let_others_in(self):
        capa = self._carry_out()
        wizard = self._open_verdict(capa)
        wizard.verdict, wizard.reason = "effective", "Fine"
        wizard = wizard.save()
        with self.assertRaises(AccessError):
            self.env["quality.capa.verify"].with_user(self.worker).create({
                "capa_id": capa.id, "verdict": "effective", "reason": "Fine",
            })
        forged = self.env["quality.capa.verify"].with_user(self.handler).create({
            "capa_id": capa.id, "verdict": "effective", "reason": "Fine",
        })
        with self.assertRefused("that takes a quality manager"):
            forged.action_confirm()
        wizard.action_confirm()
        with self.assertRefused("does not wait for a verdict"):
            wizard.action_confirm()
        self.assertEqual(len(capa.verdict_ids), 1)

    def test_the_window_shows_nothing_of_an_action_that_one_may_not_read(self):
        capa = self._carry_out()
        with self.assertRaises(AccessError):
            capa.with_user(self.outsider).read(["result"])
        with self.assertRaises(AccessError):
            self.env["quality.capa.verify"].with_user(self.outsider).create({
                "capa_id": capa.id, "verdict": "effective", "reason": "Fine",
            }).read(["result", "observed_exposure"])

    def test_the_verifier_is_one_who_may(self):
        capa = self._create_capa(self.complaint, capa_type="corrective")
        self.assertEqual(capa.verifier_id, self.quality_manager, "the leader of the complaint's team")
        with self.assertRefused("Handler can't verify «Sort the stock»", error=ValidationError):
            capa.verifier_id = self.handler
        with self.assertRefused("Worker carries out", error=ValidationError):
            capa.verifier_id = self.worker
        capa.verifier_id = self.complaint_admin
        capa.participant_ids = self.stock_user
        self.assertEqual(capa.verifier_id, self.complaint_admin, "who was chosen stays")
        own = self._create_capa(self.complaint, capa_type="corrective", user_id=self.quality_manager.id)
        self.assertFalse(own.verifier_id)

    # ------------------------------------------------------------ the verdicts
    def test_a_verdict_needs_a_reason(self):
        capa = self._carry_out()
        form = self._open_verdict(capa)
        form.verdict = "effective"
        with self.assertRaisesRegex(AssertionError, "reason is a required field"):
            form.save()
        with self.assertRefused("the reason is kept with the verdict"):
            capa.with_user(self.quality_manager)._give_verdict("effective", "  ")

    def test_effective_is_done_and_its_people_are_told(self):
        capa = self._carry_out(participant_ids=[Command.set(self.stock_user.ids)])
        self._judge(capa, "effective")
        self.assertEqual((capa.state, capa.last_verdict), ("done", "effective"))
        self.assertFalse(capa.sudo().activity_ids)
        told, times = self._get_told(capa, "Verified: Cover the pallets")
        self.assertEqual((told, times), (["handler", "rep", "sales_manager", "stock_user", "worker"], 1))

    def test_ineffective_goes_back_to_its_owner_with_time_and_reason(self):
        with self.at("2026-03-02 10:00:00"):
            capa = self._carry_out(date_deadline="2026-03-12 10:00:00")
        with self.at("2026-04-01 10:00:00"):
            form = self._open_verdict(capa)
            self.assertEqual(str(form.date_deadline), "2026-04-11 10:00:00", "as long as it had at first")
            self._judge(capa, "ineffective", reason="Rust on three pallets", date_deadline="2026-04-20 10:00:00")
            self.assertEqual((capa.state, capa.date_done, str(capa.date_deadline)), ("open", False, "2026-04-20 10:00:00"))
            self.assertEqual(capa.deadline_state, "running")
        activity = capa.sudo().activity_ids
        self.assertEqual((activity.user_id, str(activity.date_deadline)), (self.worker, "2026-04-20"))
        told, times = self._get_told(capa, "Not effective, to be done again: Cover the pallets")
        self.assertEqual((told, times), (["handler", "quality_manager", "rep", "sales_manager", "worker"], 1))
        message = self.env["mail.message"].sudo().search([
            ("model", "=", capa._name), ("res_id", "=", capa.id), ("subject", "like", "Not effective"),
        ])
        self.assertIn("Rust on three pallets", message.body)

    def test_earlier_verdicts_stay_beside_the_later_ones(self):
        capa = self._carry_out()
        self._judge(capa, "ineffective", reason="Rust on three pallets")
        self._do(capa, "<p>Covered twice</p>")
        self._judge(capa, "effective", reason="No rust")
        self.assertEqual(
            capa.verdict_ids.mapped(lambda verdict: (verdict.verdict, verdict.reason)),
            [("effective", "No rust"), ("ineffective", "Rust on three pallets")],
        )
        with self.assertRaises(AccessError):
            capa.verdict_ids.with_user(self.complaint_admin).write({"verdict": "effective"})
        with self.assertRaises(AccessError):
            capa.with_user(self.quality_manager).write({"verdict_ids": [Command.clear()]})

    def test_inconclusive_waits_for_another_look_or_is_accepted(self):
        with self.at("2026-03-02 10:00:00"):
            capa, accepted = self._carry_out(), self._carry_out()
            for day in (False, "2026-03-02", "2026-03-01"):
                with self.subTest(day), self.assertRefused("on which later day"):
                    capa.with_user(self.quality_manager)._give_verdict("inconclusive", "Dry weather", again_on=fields.Date.to_date(day))
            self._judge(capa, "inconclusive", reason="Dry weather", again_on="2026-04-01")
            self.assertEqual((capa.state, str(capa.window_end)), ("verify", "2026-04-01 10:00:00"))
            self.assertFalse(self._get_activities(capa))
            self._judge(accepted, "inconclusive", reason="No rain for years", accepted=True)
            self.assertEqual((accepted.state, accepted.verdict_ids.accepted), ("done", True))

    def test_reopening_it_takes_back_the_question(self):
        capa = self._carry_out()
        self.assertEqual(self._get_activities(capa).user_id, self.quality_manager)
        with self.assertRefused("is decided by those who plan it"):
            capa.with_user(self.worker).action_reopen()
        capa.with_user(self.handler).action_reopen()
        self.assertEqual((capa.state, capa.date_done, capa.check_asked_on), ("open", False, False))
        self.assertFalse(self._get_activities(capa))
        self._do(capa)
        self.assertEqual(len(self._get_activities(capa)), 1)

    # ------------------------------------------------------------ asking
    def test_without_observation_the_verifier_is_asked_at_once(self):
        capa = self._carry_out()
        self.assertEqual(self._get_activities(capa).user_id, self.quality_manager)
        self.assertEqual(self._get_told(capa, "To verify: Cover the pallets"), (["quality_manager"], 1))

    def test_without_a_verifier_all_quality_managers_who_did_not_do_it_are_asked(self):
        second = self._new_user("second_manager", "quality_complaint.group_manager")
        self._new_user("stranger", "quality_complaint.group_manager", company=self.env["res.company"].create({"name": "Other"}))
        capa = self._carry_out(user_id=self.quality_manager.id)
        self.assertEqual(self._get_activities(capa).user_id, second | self.complaint_admin)
        self._judge(capa, "effective", second)
        self.assertFalse(self._get_activities(capa))

    def test_the_question_is_not_ticked_off_without_a_verdict(self):
        capa = self._carry_out()
        activity = self._get_activities(capa).with_user(self.quality_manager)
        with self.assertRefused("Say with the button «Verify» whether it worked", "Cover the pallets"):
            activity.action_feedback(feedback="Fine")
        self.assertTrue(self._get_activities(capa))

    def test_another_verifier_takes_over_the_question(self):
        capa = self._carry_out()
        capa.with_user(self.handler).verifier_id = self.complaint_admin
        self.assertEqual(self._get_activities(capa).user_id, self.complaint_admin)

    # ------------------------------------------------------------ the gate of the complaint
    def test_closing_needs_proof_where_the_type_asks_for_it(self):
        complaint = self._move_to(self._create_complaint(), "follow_up")
        complaint.with_user(self.handler).handling_opinion = "Cover"
        capas = self._carry_out(complaint) | self._carry_out(complaint, name="Train", capa_type="preventive")
        self._carry_out(complaint, name="Replace", capa_type="correction")
        self.env["quality.complaint.follow.up"].with_user(self.rep).create({
            "complaint_id": complaint.id, "satisfied": "yes", "remark": "Good",
        })
        self.complaint_type.effectiveness_required = True
        gaps = ["The action «Cover the pallets» is not found effective yet", "The action «Train» is not found effective yet"]
        closing = complaint.with_user(self.rep)
        with self.assertRefused(*gaps):
            closing.action_close()
        self._judge(capas[0], "effective")
        self._judge(capas[1], "inconclusive", accepted=True)
        self.assertEqual(complaint._get_gaps("closed"), gaps[1:], "accepted is not proven")
        capas[1].with_user(self.handler).action_reopen()
        self._do(capas[1])
        self._judge(capas[1], "effective")
        closing.action_close()
        self.assertEqual(complaint.state, "closed")

    def test_a_verdict_on_what_was_done_before_does_not_prove_what_was_done_since(self):
        complaint = self._move_to(self._create_complaint(), "follow_up")
        complaint.with_user(self.handler).handling_opinion = "Cover"
        with self.at("2026-03-02 10:00:00"):
            capa = self._carry_out(complaint)
            self.complaint_type.effectiveness_required = True
            self._judge(capa, "effective")
            capa.with_user(self.handler).action_reopen()
        self._do(capa)
        self.assertIn("The action «Cover the pallets» is not found effective yet", complaint._get_gaps("closed"))

    # ------------------------------------------------------------ access
    def test_who_reads_the_action_reads_its_verdicts_and_nobody_else_does(self):
        capa = self._carry_out()
        self._judge(capa, "inconclusive", accepted=True)
        verdict = capa.verdict_ids
        other_company = self.env["res.company"].create({"name": "Other"})
        stranger = self._new_user("far_manager", "quality_complaint.group_manager", company=other_company)
        bystander = self._new_user("bystander", "base.group_user")
        Verdict = self.env["quality.capa.verdict"]
        for user, expected in (
            (self.worker, verdict), (self.rep, verdict), (self.handler, verdict), (self.quality_manager, verdict),
            (bystander, Verdict), (self.outsider, Verdict), (stranger, Verdict),
        ):
            with self.subTest(user.login):
                self.assertEqual(Verdict.with_user(user).search([("capa_id", "=", capa.id)]), expected)
                if expected:
                    self.assertEqual(verdict.with_user(user).reason, "Looked at ten pallets")
                else:
                    with self.assertRaises(AccessError):
                        verdict.with_user(user).read(["reason"])

    def test_the_form_shows_it_to_the_planner_and_fixes_it_afterwards(self):
        capa = self._create_capa(self.complaint, capa_type="corrective", name="Cover")
        form = Form(capa.with_user(self.handler))
        form.criterion = "No rust"
        form.window_days = 30
        form.save()
        self._start(capa)
        self._do(capa)
        with self.assertRaisesRegex(AssertionError, "can't write on readonly field 'criterion'"):
            Form(capa.with_user(self.handler)).criterion = "Little rust"

    # ------------------------------------------------------------ nobody gets around it
    def test_who_carried_it_out_does_not_judge_it_whoever_owns_it_later(self):
        """The owner, whoever pressed Done for him, and whoever stood in for him."""
        leader = self._new_user("leader", "quality_complaint.group_handler")
        self.team.write({"leader_id": leader.id, "member_ids": [Command.link(leader.id)]})
        by_owner = self._create_capa(self.complaint, capa_type="corrective", user_id=self.quality_manager.id)
        by_other = self._create_capa(self.complaint, capa_type="corrective")
        stood_in = self._create_capa(self.complaint, capa_type="corrective", team_id=self.team.id)
        self._start(by_owner | by_other | stood_in)
        self._do(by_owner, user=self.quality_manager)
        self._do(by_other, user=self.quality_manager)
        self.worker.active = False
        self._do(stood_in, user=leader)
        for capa, user in ((by_owner, self.quality_manager), (by_other, self.quality_manager), (stood_in, leader)):
            with self.subTest(user.name):
                self.assertFalse(capa.with_user(user).can_verify)
                with self.assertRaisesRegex(UserError, "can't be the one who verifies it"):
                    capa.with_user(user).action_verify()

    def test_what_was_carried_out_stays_as_it_was_agreed(self):
        for state in ("verify", "done"):
            capa = self._carry_out(verification_required=state == "verify")
            self.assertEqual(capa.state, state)
            for values in (
                {"date_deadline": "2099-01-01 10:00:00"}, {"capa_type": "correction"}, {"user_id": self.handler.id}, {"name": "Else"},
                {"participant_ids": [Command.set(self.handler.ids)]}, {"source_complaint_ids": [Command.set(self.complaint.ids)]},
                {"complaint_id": False},
            ):
                with self.subTest(state, values=values), self.assertRaisesRegex(UserError, "stays so. Reopen it"):
                    capa.with_user(self.quality_manager).write(values)

    def test_the_memory_of_the_deadline_is_nobodys_to_write(self):
        capa = self._create_capa(self.complaint, capa_type="corrective")
        for name in ("date_start", "date_warning", "date_paused", "date_done", "warned_on", "alerted_on", "escalated_on"):
            with self.subTest(name), self.assertRaisesRegex(AccessError, "Set by the system"):
                capa.with_user(self.complaint_admin).write({name: "2026-01-01 10:00:00"})

    def test_a_verifier_who_has_left_is_not_waited_for(self):
        verifier = self._new_user("verifier", "quality_complaint.group_manager")
        asked = self._carry_out(verifier_id=verifier.id)
        self.assertEqual(asked.sudo().activity_ids.user_id, verifier)
        verifier.active = False
        managers = asked.sudo()._get_verifiers()
        self.assertTrue(managers)
        self.assertNotIn(verifier, managers)
        self.assertEqual(asked.sudo().activity_ids.user_id, managers)

    def test_after_a_transfer_the_new_leader_is_asked(self):
        leader = self._new_user("leader", "quality_complaint.group_handler")
        self.team.write({"leader_id": leader.id, "member_ids": [Command.link(leader.id)]})
        capa = self._carry_out()
        self.assertEqual(capa.sudo().activity_ids.user_id, leader)
        other = self.env["quality.team"].create({"name": "Packing", "company_id": self.company.id, "leader_id": self.outsider.id})
        self.complaint.with_user(self.quality_manager)._transfer(other, "Theirs", self.outsider)
        self.assertEqual((capa.verifier_id, capa.sudo().activity_ids.user_id), (self.outsider, self.outsider))

    def test_the_question_is_not_cancelled_and_not_handed_on_beside_the_action(self):
        capa = self._carry_out()
        activity = capa.with_user(self.quality_manager).activity_ids
        for change in (lambda: activity.unlink(), lambda: activity.write({"active": False}), lambda: activity.write({"user_id": self.worker.id})):
            with self.assertRaisesRegex(UserError, "Say with the button «Verify»"):
                change()
        self.assertTrue(activity.exists().active)

    def test_it_is_not_done_again_until_a_time_that_has_passed(self):
        capa = self._carry_out()
        with self.at("2026-04-01 10:00:00"):
            with self.assertRaisesRegex(UserError, "a time that has passed"):
                self._judge(capa, "ineffective", date_deadline="2026-04-01 09:59:59")
            self.assertFalse(capa.verdict_ids)
            self._judge(capa, "ineffective", date_deadline="2026-04-01 10:00:00")
        self.assertEqual(capa.state, "open")

    def test_how_it_is_judged_is_said_before_it_begins(self):
        capa = self._create_capa(self.complaint, capa_type="corrective")
        self.assertEqual(capa.criterion, "It does not come back.")
        capa.criterion = " "
        with self.assertRaisesRegex(UserError, "write how one will see that it worked"):
            capa.action_propose()
        self.complaint_type.effectiveness_required = True
        with self.assertRaisesRegex(UserError, "(?s)how one will see.*products or cause to watch"):
            capa.action_propose()
        capa.write({"criterion": "No rust", "window_days": 30, "check_product_ids": [Command.set(self.product.ids)]})
        capa.action_propose()
        self.assertEqual(capa.state, "proposed")
