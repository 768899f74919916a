from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon

# step: (who, working days)
STEPS = {"review": ("leader", 1), "resolve": ("handler", 3), "reply": ("sales_manager", 4), "follow_up": ("reporter", 10)}


@tagged("post_install", "-at_install")
class TestMilestones(ComplaintCommon):
    """Working hours are 8 to 12 and 13 to 17, Monday to Friday; 2026-03-02 is a Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["quality.deadline.policy"].search([]).active = False
        # shared, so that a policy of all companies may name the type
        cls.team.company_id = False
        cls.complaint_type.company_id = False
        cls.policy = cls._create_policy("Normal")

    @classmethod
    def _create_policy(cls, name, factor=1, **values):
        return cls.env["quality.deadline.policy"].create({
            "name": name,
            "line_ids": [
                Command.create({"step": step, "owner_role": role, "duration": days * factor})
                for step, (role, days) in STEPS.items()
            ],
            **values,
        })

    def _get_promises(self, complaint):
        """step: promised time, of the steps of this round."""
        return {
            milestone.step: str(milestone.date_deadline)
            for milestone in complaint.sudo().milestone_ids if milestone.round == complaint.round
        }

    # ------------------------------------------------------------ which policy
    def test_the_most_specific_policy_counts(self):
        complaint = self._create_complaint(urgency="urgent")
        find = self.env["quality.deadline.policy"]._find_for
        self.assertEqual(find(complaint), self.policy)
        # each of these wins over all that were there before
        for name, values in (
            ("company", {"company_id": self.company.id}),
            ("urgency", {"urgency": "urgent"}),
            ("urgency and company", {"urgency": "urgent", "company_id": self.company.id}),
            ("type", {"type_id": self.complaint_type.id}),
            ("type and company", {"type_id": self.complaint_type.id, "company_id": self.company.id}),
            ("type and urgency", {"type_id": self.complaint_type.id, "urgency": "urgent"}),
        ):
            policy = self._create_policy(name, sequence=50, **values)
            with self.subTest(name):
                self.assertEqual(find(complaint), policy)

    def test_a_policy_that_does_not_fit_is_left_out(self):
        other_company = self.env["res.company"].create({"name": "Other"})
        other_type = self.complaint_type.copy({"name": "Other"})
        for values in ({"company_id": other_company.id}, {"type_id": other_type.id}, {"urgency": "urgent"}):
            self._create_policy("Does not fit", **values)
        self._create_policy("Archived", type_id=self.complaint_type.id, active=False)
        self.assertEqual(self._create_complaint().sudo().milestone_ids.policy_id, self.policy)

    def test_sequence_decides_between_equals(self):
        self.policy.sequence = 10
        later, sooner = self._create_policy("Later", sequence=11), self._create_policy("Sooner", sequence=9)
        complaint = self._create_complaint()
        self.assertEqual(self.env["quality.deadline.policy"]._find_for(complaint), sooner)
        sooner.active = False
        self.assertEqual(self.env["quality.deadline.policy"]._find_for(complaint), self.policy)
        later.sequence = 10
        self.assertEqual(self.env["quality.deadline.policy"]._find_for(complaint), self.policy, "the older one")

    @mute_logger("odoo.sql_db")
    def test_a_policy_gives_time_and_warns_within_it(self):
        for values in ({"duration": 0}, {"duration": -1}, {"warning_lead": -1}):
            with self.subTest(values), self.assertRaises(CheckViolation):
                self.policy.line_ids[0].write(values)
                self.policy.flush_recordset()
                self.policy.line_ids.flush_recordset()

    def test_the_form_says_which_policy_and_why(self):
        complaint = self._create_complaint(urgency="urgent")
        self.assertEqual(complaint.policy_explanation, "Normal (fits most closely: the one for everything)")
        self._create_policy("Closest", type_id=self.complaint_type.id, urgency="urgent")
        complaint = self._create_complaint(urgency="urgent")
        self.assertEqual(complaint.policy_explanation, "Closest (fits most closely: Product quality, Urgent)")

    def test_without_a_policy_nothing_is_promised(self):
        self.policy.active = False
        complaint = self._create_complaint()
        self.assertFalse(complaint.milestone_ids or complaint.date_deadline or complaint.is_late)
        self._move_to(complaint, "closed")
        self.assertEqual(complaint.state, "closed")

    # ------------------------------------------------------------ what is promised
    def test_steps_are_promised_when_the_complaint_arrives(self):
        with self.at("2026-03-02 09:00:00"):
            complaint = self._create_complaint()
        self.assertEqual(self._get_promises(complaint), {
            "review": "2026-03-03 17:00:00", "resolve": "2026-03-05 17:00:00",
            "reply": "2026-03-06 17:00:00", "follow_up": "2026-03-16 17:00:00",
        })
        owners = {milestone.step: milestone.user_id for milestone in complaint.milestone_ids}
        # nobody handles it yet, so its steps are the leader's
        self.assertEqual(owners, {
            "review": self.quality_manager, "resolve": self.quality_manager, "reply": self.sales_manager, "follow_up": self.rep,
        })
        complaint.handler_id = self.handler
        self.assertEqual(complaint.milestone_ids.filtered(lambda milestone: milestone.step == "resolve").user_id, self.handler)

    def test_the_teams_working_hours_count(self):
        self.team.resource_calendar_id = self.env["resource.calendar"].create({
            "name": "Wednesdays", "tz": "UTC", "company_id": False,
            "attendance_ids": [Command.create({"name": "Wednesday", "dayofweek": "2", "hour_from": 9, "hour_to": 11, "day_period": "morning"})],
        })
        with self.at("2026-03-02 09:00:00"):
            self.assertEqual(self._get_promises(self._create_complaint())["review"], "2026-03-04 11:00:00")

    def test_a_promise_stays_when_the_policy_changes(self):
        with self.at("2026-03-02 09:00:00"):
            complaint = self._create_complaint()
            promised = self._get_promises(complaint)
            self.policy.line_ids.duration = 30
            self._create_policy("Closer", type_id=self.complaint_type.id)
            complaint.subject = "Rust on all blades"
            self._move_to(complaint, "review")
            self.assertEqual(self._get_promises(complaint), promised)
            self.assertNotEqual(self._get_promises(self._create_complaint(type_id=self.complaint_type.copy().id)), promised)

    def test_classifying_anew_before_approval_promises_anew(self):
        urgent = self._create_policy("Urgent", factor=2, urgency="urgent")
        with self.at("2026-03-02 09:00:00"):
            complaint = self._create_complaint()
        with self.at("2026-03-03 09:00:00"):
            complaint.urgency = "urgent"
        self.assertEqual(complaint.sudo().milestone_ids.policy_id, urgent)
        # from the day it arrived
        self.assertEqual(self._get_promises(complaint), {
            "review": "2026-03-04 17:00:00", "resolve": "2026-03-10 17:00:00",
            "reply": "2026-03-12 17:00:00", "follow_up": "2026-03-30 17:00:00",
        })
        self.assertEqual(len(complaint.milestone_ids), len(STEPS), "the former ones are archived")

    def test_the_same_class_written_again_promises_nothing_else(self):
        with self.at("2026-03-02 09:00:00"):
            complaint = self._create_complaint()
            promised = self._get_promises(complaint)
            self.policy.line_ids.duration = 30
            complaint.write({"urgency": complaint.urgency, "type_id": complaint.type_id.id})
            self.assertEqual(self._get_promises(complaint), promised)

    def test_who_was_told_of_a_deadline_is_not_told_again_when_it_stays(self):
        with self.at("2026-03-02 09:00:00"):
            complaint = self._move_to(self._create_complaint(), "review")
        complaint.sudo().milestone_ids.warned_on = "2026-03-03 13:00:00"
        complaint.sudo().milestone_ids.filtered(lambda step: step.step == "review").alerted_on = "2026-03-03 17:00:01"
        complaint.with_user(self.quality_manager).type_id = self.complaint_type.copy({"name": "Other"})
        told = {step.step: (bool(step.warned_on), bool(step.alerted_on)) for step in complaint.sudo().milestone_ids}
        self.assertEqual(told, {"review": (True, True), "resolve": (True, False), "reply": (True, False), "follow_up": (True, False)})

    def test_the_policy_of_the_last_round_is_the_one_that_is_explained(self):
        complaint = self._move_to(self._create_complaint(), "follow_up")
        self._create_policy("Closer", type_id=self.complaint_type.id)
        self._answer(complaint, "no")
        self.assertIn("Closer", complaint.policy_explanation)

    def test_acknowledging_is_done_by_what_the_customer_hears(self):
        self.policy.line_ids = [Command.create({"step": "acknowledge", "owner_role": "reporter", "duration": 1})]

        def is_acknowledged(complaint):
            return bool(complaint.sudo().milestone_ids.filtered(lambda step: step.step == "acknowledge").date_done)

        for channel, by_submitting in (("phone", True), ("visit", True), ("word_of_mouth", True), ("email", False), ("fax", False), ("web", False)):
            complaint = self._create_complaint(channel=channel)
            with self.subTest(channel):
                self.assertFalse(is_acknowledged(complaint))
                complaint.action_submit()
                self.assertEqual(is_acknowledged(complaint), by_submitting)
        complaint.message_post(body="Who knows him?", subtype_xmlid="mail.mt_note", partner_ids=self.handler.partner_id.ids)
        self.assertFalse(is_acknowledged(complaint), "talk among us")
        complaint.message_post(body="We have it", partner_ids=self.contact.ids, subtype_xmlid="mail.mt_comment", message_type="comment")
        self.assertTrue(is_acknowledged(complaint))

    def test_analysing_is_done_with_the_analysis_or_the_root_cause(self):
        self.policy.line_ids = [Command.create({"step": "analyse", "owner_role": "handler", "duration": 2})]
        written, found, resolved = (self._move_to(self._create_complaint(), "investigation") for _number in range(3))
        written.with_user(self.handler).analysis = "<p>Rain</p>"
        cause = {"complaint_id": found.id, "name": "Rain", "cause_id": self.env.ref("quality_complaint.cause_environment").id}
        causes = self.env["quality.complaint.cause"].with_user(self.handler)
        causes.create(cause)
        for complaint, done in ((written, True), (found, False), (resolved, False)):
            self.assertEqual(bool(complaint.sudo().milestone_ids.filtered(lambda step: step.step == "analyse").date_done), done)
        causes.create({**cause, "is_root": True})
        self.assertTrue(found.sudo().milestone_ids.filtered(lambda step: step.step == "analyse").date_done)

    def test_classifying_anew_after_approval_promises_nothing_else(self):
        self._create_policy("Urgent", factor=2, urgency="urgent")
        complaint = self._move_to(self._create_complaint(), "investigation")
        promised = self._get_promises(complaint)
        complaint.with_user(self.handler).urgency = "urgent"
        self.assertEqual(self._get_promises(complaint), promised)

    # ------------------------------------------------------------ done
    def test_each_step_is_done_by_its_move(self):
        complaint = self._create_complaint()
        done = []
        for state, step in (
            ("review", None), ("investigation", "review"), ("reply", "resolve"), ("follow_up", "reply"), ("closed", "follow_up"),
        ):
            self._move_one(complaint, state)
            done += [step] if step else []
            with self.subTest(state):
                self.assertEqual(
                    set(complaint.sudo().milestone_ids.filtered("date_done").mapped("step")), set(done),
                )
                self.assertEqual(complaint.next_step, next((step for step in STEPS if step not in done), False))

    def _move_one(self, complaint, state):
        if state == "review":
            complaint.with_user(self.rep).action_submit()
        elif state == "investigation":
            complaint.sudo().write({"validity": "upheld", "severity": "major", "handler_id": self.handler.id})
            complaint.with_user(self.quality_manager).action_approve()
        elif state == "reply":
            complaint.with_user(self.handler).write({"handling_opinion": "Replace", "analysis": "Rain"})
            complaint.demand_ids.write({"answer": "Sent", "outcome": "granted"})
            complaint.with_user(self.handler).action_resolve()
        elif state == "follow_up":
            complaint.with_user(self.sales_manager).action_approve_reply()
            self._send_reply(complaint)
        else:
            self._answer(complaint, "yes")

    def test_starting_the_plan_is_the_proposal(self):
        self.policy.line_ids = [Command.create({"step": "propose", "owner_role": "handler", "duration": 2})]
        complaint = self._move_to(self._create_complaint(), "investigation")
        self.assertEqual(complaint.next_step, "propose")
        complaint.with_user(self.handler).handling_opinion = "Sort"
        complaint.with_user(self.handler).action_start_plan()
        self.assertEqual(complaint.next_step, "resolve")

    def test_a_new_round_promises_anew_without_a_review(self):
        with self.at("2026-03-02 09:00:00"):
            complaint = self._move_to(self._create_complaint(), "follow_up")
        with self.at("2026-03-09 09:00:00"):
            self._answer(complaint, "no")
            self.assertEqual(self._get_promises(complaint), {
                "resolve": "2026-03-12 17:00:00", "reply": "2026-03-13 17:00:00", "follow_up": "2026-03-23 17:00:00",
            })
            self.assertEqual((complaint.next_step, str(complaint.date_deadline)), ("resolve", "2026-03-12 17:00:00"))
        first = complaint.sudo().milestone_ids.filtered(lambda milestone: milestone.round == 1)
        self.assertTrue(all(first.mapped("date_done")))

    def test_what_is_left_when_it_ends_is_archived(self):
        for state in ("closed", "rejected", "cancel"):
            complaint = self._move_to(self._create_complaint(), state)
            with self.subTest(state):
                self.assertTrue(all(complaint.sudo().milestone_ids.mapped("date_done")))
                self.assertFalse(complaint.date_deadline or complaint.next_step)
                with self.at("2040-01-01 09:00:00"):
                    complaint.invalidate_recordset()
                    self.assertFalse(complaint.is_late)
                    self.assertFalse(self.env["quality.complaint"].search([("id", "=", complaint.id), ("is_late", "=", True)]))

    # ------------------------------------------------------------ late
    def test_late_is_the_same_on_the_record_and_in_the_filter(self):
        with self.at("2026-03-02 09:00:00"):
            complaint, second = self._create_complaint(), self._create_complaint()
            self._move_to(second, "investigation")
        both = complaint | second
        for moment, late in (
            ("2026-03-03 16:59:59", ""), ("2026-03-03 17:00:00", ""), ("2026-03-03 17:00:01", "first"),
            ("2026-03-05 17:00:01", "both"),
        ):
            expected = {"": both.browse(), "first": complaint, "both": both}[late]
            with self.subTest(moment), self.at(moment):
                both.invalidate_recordset()
                self.assertEqual(both.filtered("is_late"), expected)
                found = self.env["quality.complaint"].search([("id", "in", both.ids), ("is_late", "=", True)])
                self.assertEqual(set(found), set(expected))
                others = self.env["quality.complaint"].search([("id", "in", both.ids), ("is_late", "=", False)])
                self.assertEqual(set(others), set(both - expected))
                self.assertEqual(complaint.color, 1 if late else 0)

    def test_untouched_until_somebody_takes_or_judges_it(self):
        def is_found(complaint):
            return bool(self.env["quality.complaint"].search([("id", "=", complaint.id), ("is_untouched", "=", True)]))

        for values in ({"handler_id": self.handler.id}, {"validity": "upheld"}, {"validity": "not_upheld"}):
            complaint = self._move_to(self._create_complaint(), "review")
            with self.subTest(values):
                self.assertTrue(complaint.is_untouched)
                self.assertTrue(is_found(complaint))
                complaint.with_user(self.quality_manager).write(values)
                self.assertFalse(complaint.is_untouched)
                self.assertFalse(is_found(complaint))
        self.assertTrue(self._create_complaint().is_untouched)
        self.assertFalse(self._move_to(self._create_complaint(), "cancel").is_untouched)

    def test_open_until_it_is_finished(self):
        complaint = self._create_complaint()
        for state, is_open in (("draft", True), ("cancel", False)):
            self._move_to(complaint, state)
            self.assertEqual(complaint.is_open, is_open)
            for wanted in (True, False):
                found = self.env["quality.complaint"].search([("id", "=", complaint.id), ("is_open", "=", wanted)])
                self.assertEqual(bool(found), is_open == wanted)

    def test_a_rejected_complaint_that_is_reopened_is_promised_anew(self):
        with self.at("2026-03-02 09:00:00"):
            complaint = self._move_to(self._create_complaint(), "rejected")
            self.assertFalse(complaint.date_deadline)
        with self.at("2026-06-01 09:00:00"):
            complaint.with_user(self.quality_manager).action_reopen()
            self.assertEqual(complaint.next_step, "review", "it is judged once more")
            self.assertFalse(complaint.is_late)
            self.assertEqual(set(complaint.milestone_ids.filtered(lambda step: not step.date_done).mapped("date_start")), {fields.Datetime.now()})

    # ------------------------------------------------------------ the step as an activity
    def test_the_step_is_an_activity_of_who_has_to_do_it(self):
        self.sales_manager.tz = "Asia/Tokyo"
        with self.at("2026-03-02 09:00:00"):
            complaint = self._create_complaint()
            self.assertFalse(complaint.activity_ids)
            for state, user, day in (
                ("review", self.quality_manager, "2026-03-03"), ("investigation", self.handler, "2026-03-05"),
                ("reply", self.sales_manager, "2026-03-07"),  # 17:00 in UTC is the next day in Tokyo
                ("follow_up", self.rep, "2026-03-16"),
            ):
                self._move_one(complaint, state)
                with self.subTest(state):
                    self.assertEqual(complaint.activity_ids.user_id, user)
                    self.assertEqual(fields.Date.to_string(complaint.activity_ids.date_deadline), day)
            self._move_one(complaint, "closed")
            self.assertFalse(complaint.activity_ids)
