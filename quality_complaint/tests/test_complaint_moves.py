from contextlib import closing

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.complaint.quality_complaint import FINISHED_STATES, STATES
from ..models.complaint.quality_complaint_workflow import SYSTEM_FIELDS, TRANSITIONS
from .common import ComplaintCommon

LABELS = dict(STATES)
# the button that a user would press to get there, whatever state the complaint is in
# (state, next state): the button; what is not a button's has a road of its own, see _press
BUTTONS = {
    (state, target): button
    for state, targets in TRANSITIONS.items() for target, (_role, button) in targets.items()
    if button and button.startswith("action_")
}
BUTTON_TO = {target: button for (_state, target), button in reversed(BUTTONS.items())}


@tagged("post_install", "-at_install")
class TestComplaintMoves(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaints = {state: cls._move_to(cls._create_complaint(), state) for state in LABELS}
        cls.role_user = {"reporter": cls.rep, "handler": cls.handler, "manager": cls.quality_manager}
        cls.weaker_user = {"handler": cls.rep, "manager": cls.handler}

    def _prepare(self, complaint, target):
        """Fill in what the move's gate asks for."""
        state = complaint.state
        if state == "review" and target == "investigation":
            complaint.sudo().write({"validity": "upheld", "severity": "major"})
        elif state == "review" and target == "rejected":
            complaint.sudo().write(self._get_rejection())
        elif state == "investigation":
            complaint.sudo().write({"handling_opinion": "Replace them", "analysis": "Rain"})
            complaint.demand_ids.sudo().write({"answer": "Sent", "outcome": "granted"})
        elif target == "follow_up":
            complaint.with_user(self.sales_manager).action_approve_reply()
        elif state == "follow_up" and target in ("closed", "investigation"):
            self.env["quality.complaint.follow.up"].with_user(self.rep).create({
                "complaint_id": complaint.id, "satisfied": "yes" if target == "closed" else "no", "remark": "In his words",
            })

    def _press(self, complaint, target, user):
        """Make the move by the road the user takes: its button, the cancel wizard, the composer or the follow-up."""
        if target == "cancel":
            self._cancel(complaint, user=user)
        elif (complaint.state, target) == ("reply", "follow_up"):
            self._send_reply(complaint, user=user)
        elif (complaint.state, target) == ("follow_up", "investigation"):
            complaint.follow_up_ids[:1].with_user(user).action_confirm()
        else:
            getattr(complaint.with_user(user), BUTTONS[complaint.state, target])()

    def _get_refusal(self, call, *args):
        with self.assertRaises(UserError) as refused:
            call(*args)
        return str(refused.exception)

    # ------------------------------------------------------------ the table
    def test_each_allowed_move_works_for_its_role(self):
        for state, targets in TRANSITIONS.items():
            for target, (role, _button) in targets.items():
                with self.subTest(f"{state} to {target}"), closing(self.env.cr.savepoint()):
                    complaint = self.complaints[state]
                    self._prepare(complaint, target)
                    self._press(complaint, target, self.role_user[role])
                    self.assertEqual(complaint.state, target)

    def test_each_allowed_move_is_refused_to_the_role_below(self):
        for state, targets in TRANSITIONS.items():
            for target, (role, _button) in targets.items():
                if role not in self.weaker_user:
                    continue
                with self.subTest(f"{state} to {target}"), closing(self.env.cr.savepoint()):
                    complaint = self.complaints[state]
                    self._prepare(complaint, target)
                    user = self.weaker_user[role]
                    by_button = self._get_refusal(self._press, complaint, target, user)
                    by_write = self._get_refusal(complaint.with_user(user).write, {"state": target})
                    self.assertEqual(by_button, by_write)
                    self.assertIn("that takes the right", by_button)
                    self.assertIn(self.env.ref(f"quality_complaint.group_{role}").full_name, by_button)

    def test_each_forbidden_move_is_refused_to_everybody_by_button_and_by_write(self):
        for state, label in LABELS.items():
            for target in LABELS.keys() - TRANSITIONS[state].keys():
                with self.subTest(f"{state} to {target}"):
                    complaint = self.complaints[state].with_user(self.complaint_admin)
                    refusal = self._get_refusal(complaint.write, {"state": target})
                    self.assertEqual(
                        refusal, f"{complaint.display_name} is in state «{label}» and can't go to «{LABELS[target]}».",
                    )
                    if target == "cancel":
                        self.assertEqual(self._get_refusal(self._cancel, complaint, self.complaint_admin), refusal)
                    elif target in BUTTON_TO and BUTTON_TO[target] != "action_reopen":
                        self.assertEqual(self._get_refusal(getattr(complaint, BUTTON_TO[target])), refusal)
                    self.assertEqual(complaint.state, state)

    def test_a_button_makes_no_move_but_its_own(self):
        for state in LABELS:
            for button in set(BUTTONS.values()):
                if button in {made for (origin, _target), made in BUTTONS.items() if origin == state}:
                    continue
                with self.subTest(f"{button} in {state}"), closing(self.env.cr.savepoint()):
                    complaint = self.complaints[state].with_user(self.complaint_admin)
                    self._get_refusal(getattr(complaint, button))
                    self.assertEqual(complaint.state, state)

    def test_writing_the_state_does_all_that_the_button_does(self):
        review = self.complaints["review"]
        review.with_user(self.quality_manager).write({"validity": "upheld", "severity": "minor", "state": "investigation"})
        self.assertEqual(review.handler_id, self.quality_manager, "the team's leader, as nobody was named")
        self.assertTrue(review.milestone_ids.filtered(lambda milestone: milestone.step == "review").date_done)

        follow_up = self.complaints["follow_up"]
        self._prepare(follow_up, "closed")
        follow_up.with_user(self.rep).write({"state": "closed"})
        self.assertTrue(follow_up.date_closed)
        self.assertFalse(follow_up.date_deadline)
        self.assertFalse(follow_up.activity_ids)

        closed = self.complaints["closed"]
        closed.with_user(self.quality_manager).write({"state": "investigation"})
        self.assertEqual((closed.round, closed.date_closed), (2, False))

    def test_gates_hold_for_a_written_state(self):
        draft = self._create_complaint(demand_ids=False)
        by_write = self._get_refusal(draft.with_user(self.rep).write, {"state": "review"})
        self.assertEqual(by_write, self._get_refusal(draft.with_user(self.rep).action_submit))
        self.assertIn("What the customer asks for", by_write)

    def test_a_stranger_moves_nothing(self):
        with self.assertRaises(AccessError):
            self.complaints["draft"].with_user(self.other_rep).action_submit()
        with self.assertRaises(AccessError):
            self.complaints["draft"].with_user(self.other_rep).write({"state": "review"})

    # ------------------------------------------------------------ many at once
    def test_a_batch_with_one_refused_changes_neither(self):
        fit, unfit = self._create_complaint(), self._create_complaint(line_ids=False)
        both = (fit | unfit).with_user(self.rep)
        for call in (both.action_submit, lambda: both.write({"state": "review"})):
            refusal = self._get_refusal(call)
            self.assertIn(unfit.name, refusal)
            self.assertNotIn(fit.name, refusal)
            self.assertEqual(both.mapped("state"), ["draft", "draft"])
        both = (fit | self.complaints["closed"]).with_user(self.rep)
        self._get_refusal(both.write, {"state": "review"})
        self.assertEqual(both.mapped("state"), ["draft", "closed"])

    def test_a_batch_in_which_all_may_go_goes(self):
        both = self._create_complaint() | self._create_complaint()
        both.with_user(self.rep).action_submit()
        self.assertEqual(both.mapped("state"), ["review", "review"])
        both.sudo().write({"validity": "upheld", "severity": "major"})
        both.with_user(self.quality_manager).action_approve()
        self.assertEqual(both.mapped("state"), ["investigation", "investigation"])

    def test_approving_a_second_time_is_refused_and_tells_nobody_again(self):
        self.complaint_type.notify_user_ids = self.worker
        complaint = self.complaints["review"]
        self._prepare(complaint, "investigation")
        complaint.with_user(self.quality_manager).action_approve()
        messages = self.env["mail.message"].search_count([("partner_ids", "in", self.worker.partner_id.ids)])
        self.assertEqual(messages, 1)
        refusal = self._get_refusal(complaint.with_user(self.complaint_admin).action_approve)
        self.assertIn("«Investigation»", refusal)
        self.assertEqual(self.env["mail.message"].search_count([("partner_ids", "in", self.worker.partner_id.ids)]), 1)

    def test_a_second_press_keeps_the_dates_of_the_first(self):
        closed, cancelled = self.complaints["closed"], self.complaints["cancel"]
        before = closed.date_closed, cancelled.cancel_reason
        with self.at("2030-01-01 10:00:00"):
            self._get_refusal(closed.with_user(self.rep).action_close)
            self._get_refusal(self._cancel, cancelled, self.quality_manager, "mistake")
        self.assertEqual((closed.date_closed, cancelled.cancel_reason), before)

    # ------------------------------------------------------------ what nobody writes
    def test_creating_in_another_state_is_refused(self):
        for state in LABELS.keys() - {"draft"}:
            with self.subTest(state), self.assertRaises(UserError):
                self._create_complaint(state=state)
        self.assertEqual(self._create_complaint(state="draft").state, "draft")

    def test_system_fields_are_nobodys_to_write(self):
        values = {
            "round": 3, "date_state": "2026-01-01 10:00:00", "date_closed": "2026-01-01 10:00:00", "cancel_reason": "mistake", "cancel_note": "no",
            "reply_approved_by_id": self.complaint_admin.id, "reply_approved_on": "2026-01-01 10:00:00",
            "reply_sent_on": "2026-01-01 10:00:00", "acknowledged_on": "2026-01-01 10:00:00", "informed_plan": {"opinion": "", "actions": {}},
            "reply_draft": "<p>Draft</p>", "reply_form": "8d", "date_to_ask": "2026-01-01 10:00:00",
        }
        self.assertEqual(values.keys(), SYSTEM_FIELDS)
        for name, value in values.items():
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    self.complaints["draft"].with_user(self.complaint_admin).write({name: value, "subject": "Other"})
                with self.assertRaises(AccessError):
                    self._create_complaint(self.complaint_admin, **{name: value})

    def test_number_and_company_never_change(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.complaint_admin.company_ids += other
        complaint = self.complaints["draft"].with_user(self.complaint_admin)
        for name, value in {"name": "C/2026/99999", "company_id": other.id}.items():
            self.assertIn(name, complaint._get_fixed_fields())
            with self.subTest(name), self.assertRaises(AccessError):
                complaint.write({name: value})

    # ------------------------------------------------------------ what is finished
    def test_a_finished_complaint_stays_as_it_is(self):
        for state in FINISHED_STATES:
            complaint = self.complaints[state].with_user(self.complaint_admin)
            for values in (
                {"subject": "Other"}, {"severity": "minor"}, {"state": state, "subject": "Other"},
                {"line_ids": [Command.update(complaint.line_ids.id, {"quantity": 9})]},
                {"demand_ids": [Command.clear()]},
                {"state": next(iter(TRANSITIONS[state])), "subject": "Other"},
            ):
                with self.subTest(state, values=values), self.assertRaises(UserError):
                    complaint.write(values)

    def _get_part_values(self, complaint):
        """model: values of a new part of the complaint."""
        kind = self.env["quality.document.kind"].create({"name": f"Photo of {complaint.name}"})
        values = {
            "quality.complaint.line": {"product_id": self.product.id},
            "quality.complaint.demand": {"name": "Find the cause"},
            "quality.complaint.document": {
                "kind_id": kind.id, "attachment_ids": [Command.create({"name": "Photo", "raw": b"rust"})],
            },
            "quality.complaint.cause": {"name": "Rain"},
            "quality.complaint.follow.up": {"satisfied": "yes"},
            "quality.capa": {"name": "Sort", "user_id": self.worker.id, "date_deadline": "2030-01-01 10:00:00"},
        }
        return {model: {**of_model, "complaint_id": complaint.id} for model, of_model in values.items()}

    def test_the_parts_of_a_finished_complaint_stay_as_they_are(self):
        finished, unfinished = (self._move_to(self._create_complaint(), "follow_up") for _each in range(2))
        env = self.env(user=self.complaint_admin)
        elsewhere = {model: env[model].create(values) for model, values in self._get_part_values(unfinished).items()}
        parts = {model: env[model].create(values) for model, values in self._get_part_values(finished).items()}
        self._cancel(finished)
        change = {
            "quality.complaint.line": {"quantity": 7}, "quality.complaint.demand": {"answer": "No"},
            "quality.complaint.document": {"attachment_ids": [Command.clear()]}, "quality.complaint.cause": {"name": "Sun"},
            "quality.complaint.follow.up": {"remark": "Other"}, "quality.capa": {"name": "Other"},
        }
        for model, values in self._get_part_values(finished).items():
            calls = {
                "create": lambda: env[model].create(values),
                "write": lambda: parts[model].write(change[model]),
                "move in": lambda: elsewhere[model].write({"complaint_id": finished.id}),
                "move out": lambda: parts[model].write({"complaint_id": unfinished.id}),
            }
            if model == "quality.complaint.follow.up":  # nobody changes an answer at all
                calls = {"create": calls["create"]}
            elif model != "quality.capa":
                calls["unlink"] = parts[model].unlink
            for name, call in calls.items():
                with self.subTest(f"{name} {model}"), self.assertRefused("is finished and stays as it is"):
                    call()
            elsewhere[model].sudo().write(change[model])

    def test_the_actions_of_a_finished_complaint_move_no_more(self):
        complaint = self._move_to(self._create_complaint(), "review")
        capa = self._create_capa(complaint, self.quality_manager, user_id=self.complaint_admin.id, result="Sorted", capa_type="containment")
        capa.with_user(self.quality_manager).action_open()
        capa.with_user(self.complaint_admin).action_done()
        planned = self._create_capa(complaint, self.quality_manager)
        self._cancel(complaint)
        self.assertEqual((capa.state, planned.state), ("done", "cancel"))
        for move in (capa.with_user(self.complaint_admin).action_reopen, planned.with_user(self.worker).action_draft):
            with self.assertRefused("is finished and stays as it is"):
                move()

    def test_a_finished_complaint_can_still_be_talked_about(self):
        for state in FINISHED_STATES:
            with self.subTest(state):
                complaint = self.complaints[state].with_user(self.rep)
                message = complaint.message_post(body="The customer called again", message_type="comment")
                self.assertIn(message, complaint.message_ids)
                complaint.message_subscribe(self.quality_manager.partner_id.ids)
                activity = complaint.activity_schedule("mail.mail_activity_data_todo", user_id=self.rep.id)
                activity.action_feedback(feedback="Called back")
                self.assertFalse(complaint.activity_ids)
                self.assertEqual(complaint.state, state)

    # ------------------------------------------------------------ leaving and coming back
    def test_cancelling_needs_a_reason_and_keeps_it_on_each(self):
        first, second = self._create_complaint(), self._move_to(self._create_complaint(), "review")
        self.assertIn("The reason", self._get_refusal(first.with_user(self.quality_manager).write, {"state": "cancel"}))
        capa = self._create_capa(second, self.quality_manager)
        self._cancel(first | second, reason="duplicate")
        for complaint in (first, second):
            self.assertEqual((complaint.state, complaint.cancel_reason, complaint.cancel_note), ("cancel", "duplicate", "By phone"))
            self.assertTrue(complaint.date_closed)
        self.assertEqual(capa.state, "cancel")

    def test_a_reporter_cancels_only_what_is_new(self):
        self._cancel(self.complaints["draft"], user=self.rep)
        self.assertEqual(self.complaints["draft"].state, "cancel")
        self.assertIn("that takes the right", self._get_refusal(self._cancel, self.complaints["review"], self.rep))

    def test_a_complaint_that_is_not_upheld_takes_its_actions_along(self):
        complaint = self._move_to(self._create_complaint(), "review")
        capa = self._create_capa(complaint, self.quality_manager, capa_type="containment")
        capa.action_open()
        self._prepare(complaint, "rejected")
        complaint.with_user(self.quality_manager).action_reject()
        self.assertEqual(capa.state, "cancel")
        self.assertFalse(capa.activity_ids)

    def test_reopening_forgets_why_it_was_finished(self):
        expected = {"closed": ("investigation", 2), "rejected": ("review", 1), "cancel": ("draft", 1)}
        for state, (target, number) in expected.items():
            complaint = self.complaints[state]
            complaint.with_user(self.quality_manager).action_reopen()
            self.assertEqual((complaint.state, complaint.round), (target, number))
            self.assertFalse(complaint.date_closed or complaint.cancel_reason or complaint.cancel_note)
            self.assertTrue(complaint.date_deadline)

    def test_what_is_not_finished_is_not_reopened(self):
        for state in LABELS.keys() - set(FINISHED_STATES):
            with self.subTest(state):
                refusal = self._get_refusal(self.complaints[state].with_user(self.quality_manager).action_reopen)
                self.assertIn("is not finished", refusal)
                self.assertEqual(self.complaints[state].state, state)

    def test_actions_start_only_after_the_complaint_was_approved(self):
        for state in LABELS.keys() - {"investigation", "reply", "follow_up"}:
            with self.subTest(state), self.assertRaises(UserError):
                self.complaints[state].with_user(self.quality_manager).action_start_plan()
        complaint = self.complaints["investigation"]
        with self.assertRefused("handler's to start"):
            complaint.with_user(self.rep).action_start_plan()
        with self.assertRefused("handling opinion"):
            complaint.with_user(self.handler).action_start_plan()
        complaint.with_user(self.handler).handling_opinion = "Sort the stock"
        capa = self._create_capa(complaint)
        complaint.with_user(self.handler).action_start_plan()
        self.assertEqual(capa.state, "proposed")
        capa.with_user(self.worker).action_accept()
        self.assertEqual(capa.state, "open")

    def test_a_teams_leader_approves_its_complaints_and_no_others(self):
        led, other = self._create_complaint(), self._create_complaint()
        for complaint in led | other:
            self._move_to(complaint, "review")
        (led | other).sudo().write({"validity": "upheld", "severity": "minor"})
        led.sudo().team_id = self.env["quality.team"].create({
            "name": "Packing", "company_id": self.company.id, "leader_id": self.outsider.id,
        })
        self.env.flush_all()
        self.assertTrue(led.with_user(self.outsider).can_manage)
        led.with_user(self.outsider).action_approve()
        self.assertEqual((led.state, led.handler_id), ("investigation", self.outsider))
        self.assertFalse(other.with_user(self.handler).can_manage)
        with self.assertRefused("Quality Manager"):
            other.with_user(self.handler).action_approve()
