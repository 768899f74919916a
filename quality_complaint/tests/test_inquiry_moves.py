from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .inquiry_common import NOW, TOMORROW_EVENING, InquiryCommon


@tagged("post_install", "-at_install")
class TestInquiryMoves(InquiryCommon, MockEmail):
    """From the question to what the customer said to the answer."""

    # ------------------------------------------------------------ answered at once
    def test_answered_at_once_is_done(self):
        inquiry, other = self._create_inquiry(answer="Resin-free"), self._create_inquiry()
        with self.at(NOW):
            inquiry.action_answer()
        self.assertEqual((inquiry.state, str(inquiry.date_done), inquiry.timeliness), ("done", NOW, "at_once"))
        self.assertIsNone(self._get_step(inquiry))
        self.assertEqual(other.state, "new")

    def test_without_type_and_answer_it_is_not_answered(self):
        inquiry = self._create_inquiry(type_id=False, answer="<p><br></p>")
        with self.assertRefused("• The answer", "• The type of question"):
            inquiry.action_answer()
        self.assertEqual(inquiry.state, "new")

    # ------------------------------------------------------------ forwarded
    def test_who_is_asked_gets_it_as_an_activity_and_is_told(self):
        inquiry = self._create_inquiry(question="In winter")
        with self.at(NOW), self.mock_mail_gateway():
            inquiry.action_forward()
            self.assertEqual(inquiry.deadline_state, "running")
        self.assertEqual(self._get_step(inquiry), (self.expert, "Answer the question"))
        self.assertEqual(str(inquiry.sudo().activity_ids.date_deadline), "2031-03-04")
        self.assertEqual([mail["email_to"] for mail in self._mails], [[self.expert.email_formatted]])
        self.assertIn("Your answer is needed", self._mails[0]["subject"])
        self.assertIn("In winter", self._mails[0]["body"])
        self.assertIn("Until", self._mails[0]["body"])

    def test_forwarding_needs_a_type_a_team_and_somebody_who_answers(self):
        inquiry = self._create_inquiry(type_id=False, team_id=False)
        with self.assertRefused("• The type of question", "• The team that is asked"):
            inquiry.action_forward()
        self.experts.leader_id = False
        inquiry.write({"type_id": self.question_type.id, "team_id": self.experts.id})
        with self.assertRefused("team Engineering has no leader"):
            inquiry.action_forward()
        inquiry.responder_id = self.worker
        inquiry.action_forward()
        self.assertEqual(self._get_step(inquiry)[0], self.worker)

    def test_somebody_of_another_team_is_not_asked(self):
        with self.assertRefused("is not in the team that is asked", error=ValidationError):
            self._create_inquiry(responder_id=self.handler.id)

    def test_who_has_not_taken_it_yet_takes_it_by_answering_or_forwarding(self):
        for button in ("action_answer", "action_forward"):
            inquiry = self._create_inquiry(user_id=False, team_id=self.team.id, answer="Oil")
            getattr(inquiry.with_user(self.handler), button)()
            with self.subTest(button):
                self.assertEqual(inquiry.user_id, self.handler)

    def test_the_answer_goes_back_to_who_took_it(self):
        inquiry, other = self._forward(), self._forward()
        with self.at(NOW), self.mock_mail_gateway():
            self._answer_inquiry(inquiry, self.worker)
        self.assertEqual((inquiry.state, str(inquiry.date_done)), ("answered", NOW))
        self.assertEqual(self._get_step(inquiry), (self.rep, "Tell the customer the answer"))
        self.assertEqual([mail["email_to"] for mail in self._mails], [[self.rep.email_formatted]], "once")
        self.assertIn("The answer is there", self._mails[0]["subject"])
        self.assertIn("Resin-free oil", self._mails[0]["body"])
        self.assertEqual((other.state, self._get_step(other)[0]), ("forwarded", self.expert))

    def test_no_answer_is_not_an_answer(self):
        inquiry = self._forward()
        with self.assertRefused("• The answer"):
            inquiry.with_user(self.expert).action_answer()

    def test_whoever_took_it_may_find_the_answer_himself(self):
        inquiry = self._answer_inquiry(self._forward(), self.rep)
        self.assertEqual(inquiry.state, "answered")

    def test_where_who_took_it_has_left_somebody_else_tells_the_customer(self):
        inquiry = self._forward()
        self.rep.active = False
        self._answer_inquiry(inquiry)
        self.assertEqual(self._get_step(inquiry)[0], self.expert, "the team's leader")
        self.customer.user_id = self.other_rep
        inquiry = self._forward(user_id=self.other_rep.id)
        self.other_rep.active = False
        self.customer.user_id = self.sales_manager
        with self.mock_mail_gateway():
            self._answer_inquiry(inquiry)
        self.assertEqual([mail["email_to"] for mail in self._mails], [[self.sales_manager.email_formatted]])
        self.assertEqual(self._get_step(inquiry)[0], self.sales_manager, "who sells to him")

    # ------------------------------------------------------------ told
    def test_told_with_what_the_customer_said_is_done(self):
        inquiry = self._answer_inquiry(self._forward())
        with self.assertRefused("• What the customer said to the answer"):
            inquiry.with_user(self.rep).action_tell()
        inquiry.with_user(self.rep).result = "Thanks"
        inquiry.with_user(self.rep).action_tell()
        self.assertEqual(inquiry.state, "done")
        self.assertIsNone(self._get_step(inquiry))

    def test_nothing_is_told_before_it_is_answered(self):
        for inquiry in (self._create_inquiry(), self._forward()):
            inquiry.result = "Thanks"
            with self.subTest(inquiry.state), self.assertRefused("There is no answer yet", inquiry.subject):
                inquiry.action_tell()
            with self.subTest(inquiry.state), self.assertRefused("There is no answer yet"):
                inquiry.action_send_answer()

    def test_sending_the_answer_counts_as_telling(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("quality_complaint.mail_template_inquiry_answer")
        template.with_context(lang="fr_FR").subject = "Votre question {{ object.name }}"
        self.contact.lang = "fr_FR"
        inquiry = self._answer_inquiry(self._forward())
        with self.mock_mail_gateway():
            self._send(inquiry.with_user(self.rep), "action_send_answer")
        to_customer = [mail for mail in self._mails if "ada@blueworkshop.example" in mail["email_to"][0]]
        self.assertEqual([mail["subject"] for mail in to_customer], [f"Votre question {inquiry.name}"], "in his language")
        self.assertIn("Resin-free oil", to_customer[0]["body"])
        self.assertEqual((inquiry.state, inquiry.result), ("done", "Sent by e-mail to Ada Blue."))

    def test_an_unknown_caller_gets_it_at_his_address(self):
        inquiry = self._answer_inquiry(self._forward(partner_id=False, partner_name="Mr. Brown", partner_email="brown@garage.example"))
        with self.mock_mail_gateway():
            self._send(inquiry.with_user(self.rep), "action_send_answer")
        self.assertIn("brown@garage.example", "".join(mail["email_to"][0] for mail in self._mails))
        self.assertEqual(inquiry.state, "done")

    def test_without_an_address_nothing_is_sent(self):
        inquiry = self._answer_inquiry(self._forward(partner_id=False, partner_name="Mr. Brown"))
        with self.assertRefused("Mr. Brown has no e-mail address"):
            inquiry.with_user(self.rep).action_send_answer()

    def test_a_note_among_us_is_not_telling(self):
        inquiry = self._answer_inquiry(self._forward())
        by_rep = inquiry.with_user(self.rep).with_context(mark_inquiry_told=True)
        with self.assertRefused("has to go to the customer"):
            by_rep.message_post(body="Told him", partner_ids=self.expert.partner_id.ids)
        with self.assertRaises(AccessError):
            inquiry.with_user(self.worker).with_context(mark_inquiry_told=True).message_post(body="Told him", partner_ids=self.contact.ids)
        self.assertEqual(inquiry.state, "answered")

    # ------------------------------------------------------------ back and forth
    def test_an_unclear_answer_goes_back_with_the_reason_and_is_kept(self):
        inquiry = self._answer_inquiry(self._forward())
        with self.at(NOW), self.mock_mail_gateway():
            self._give_reason(inquiry, "send_back", reason="Which viscosity?")
            self.assertEqual(inquiry.deadline_state, "running")
        self.assertEqual((inquiry.state, str(inquiry.date_deadline), inquiry.date_done), ("forwarded", TOMORROW_EVENING, False))
        self.assertEqual(self._get_step(inquiry), (self.expert, "Answer the question"))
        self.assertIn("Which viscosity?", self._mails[0]["body"])
        log = [body for body in inquiry.message_ids.mapped("body") if "The answer was sent back" in body]
        self.assertEqual(len(log), 1)
        self.assertIn("Which viscosity?", log[0])
        self.assertIn("Resin-free oil", log[0], "what was answered before")
        self._answer_inquiry(inquiry, answer="ISO 32")
        self.assertEqual(inquiry.state, "answered")

    def test_who_is_asked_returns_what_he_can_not_answer(self):
        inquiry = self._forward()
        with self.mock_mail_gateway():
            self._give_reason(inquiry, "return", self.worker, "Ask production")
        self.assertEqual((inquiry.state, inquiry.date_deadline), ("new", False))
        self.assertEqual(self._get_step(inquiry), (self.rep, "Answer or forward the question"))
        self.assertEqual([mail["email_to"] for mail in self._mails], [[self.rep.email_formatted]])
        self.assertIn("Ask production", self._mails[0]["body"])
        self.assertTrue(inquiry.with_user(self.worker).has_access("read"), "his list does not break")
        inquiry.team_id = self.team
        inquiry.action_forward()
        self.assertEqual(self._get_step(inquiry)[0], self.quality_manager)
        self.assertFalse(inquiry.with_user(self.worker).has_access("read"))

    def test_cancelled_keeps_the_record_and_the_reason(self):
        for inquiry in (self._create_inquiry(), self._forward(), self._answer_inquiry(self._forward())):
            self._give_reason(inquiry, "cancel", reason="Asked twice")
            with self.subTest(inquiry.name):
                self.assertEqual((inquiry.state, inquiry.cancel_reason), ("cancel", "Asked twice"))
                self.assertIsNone(self._get_step(inquiry))

    def test_blanks_are_no_reason(self):
        for move, inquiry in (("cancel", self._create_inquiry()), ("return", self._forward()), ("send_back", self._answer_inquiry(self._forward()))):
            state = inquiry.state
            with self.subTest(move), self.assertRefused("Write why"):
                self._give_reason(inquiry, move, reason=" \n ")
            self.assertEqual(inquiry.state, state)

    def test_what_is_over_is_reopened_and_else_stays_as_it_is(self):
        done = self._create_inquiry(answer="Oil")
        done.action_answer()
        cancelled = self._create_inquiry()
        self._give_reason(cancelled, "cancel")
        for inquiry in done + cancelled:
            with self.subTest(inquiry.state), self.assertRefused("is finished and stays as it is"):
                inquiry.subject = "Which grease?"
            with self.subTest(inquiry.state), self.assertRefused("is finished and stays as it is"):
                inquiry.answer = "Grease"
        (done + cancelled).action_reopen()
        self.assertEqual((done + cancelled).mapped("state"), ["new", "new"])
        self.assertEqual((done.date_done, cancelled.cancel_reason, done.timeliness), (False, False, "open"))
        self.assertIn("Oil", done.answer)
        with self.assertRefused("is not over"):
            done.action_reopen()

    def test_all_of_several_move_or_none(self):
        fine, bad = self._create_inquiry(answer="Oil"), self._create_inquiry()
        with self.assertRefused(bad.name, "• The answer"):
            (fine + bad).action_answer()
        self.assertEqual((fine + bad).mapped("state"), ["new", "new"])
        bad.answer = "Grease"
        (fine + bad).action_answer()
        self.assertEqual((fine + bad).mapped("state"), ["done", "done"])

    # ------------------------------------------------------------ by hand
    def test_writing_the_state_presses_the_button(self):
        inquiry = self._create_inquiry()
        with self.at(NOW):
            inquiry.state = "forwarded"
        self.assertEqual((str(inquiry.date_deadline), self._get_step(inquiry)[0]), (TOMORROW_EVENING, self.expert))
        inquiry.with_user(self.expert).write({"answer": "Oil", "state": "answered"})
        self.assertEqual(inquiry.state, "answered")
        inquiry.write({"result": "Thanks", "state": "done"})
        self.assertEqual(inquiry.state, "done")
        inquiry.state = "new"
        self.assertEqual(inquiry.state, "new")

    def test_what_takes_a_reason_or_a_complaint_is_not_written(self):
        for inquiry, state in (
            (self._create_inquiry(), "cancel"), (self._forward(), "new"), (self._forward(answer="Oil"), "done"), (self._answer_inquiry(self._forward()), "forwarded"),
        ):
            with self.subTest(state), self.assertRefused("This takes more than a state"):
                inquiry.with_user(self.rep).state = state

    def test_moves_that_are_none_are_refused(self):
        new, forwarded = self._create_inquiry(answer="Oil"), self._forward()
        for inquiry, state in ((new, "answered"), (new, "new"), (forwarded, "forwarded")):
            with self.subTest((inquiry.state, state)), self.assertRefused("can't go to"):
                inquiry.state = state
        for move in ("send_back", "return"):
            with self.subTest(move), self.assertRefused("can't go to"):
                self._give_reason(new, move)

    # ------------------------------------------------------------ activities
    def test_doing_the_activity_takes_the_step(self):
        inquiry = self._forward()
        with self.assertRefused("• The answer"):
            inquiry.with_user(self.expert).activity_ids.action_feedback()
        inquiry.with_user(self.expert).activity_ids.action_feedback(feedback="ISO 32 oil")
        self.assertEqual(inquiry.state, "answered")
        self.assertIn("ISO 32 oil", inquiry.answer)
        inquiry.with_user(self.rep).activity_ids.action_feedback(feedback="Thanks")
        self.assertEqual((inquiry.state, inquiry.result), ("done", "Thanks"))
        self.assertIsNone(self._get_step(inquiry))

    def test_a_reminder_of_ones_own_is_no_step(self):
        inquiry = self._create_inquiry()
        reminder = inquiry.activity_schedule("quality_complaint.mail_activity_type_inquiry", user_id=self.rep.id, automated=False)
        reminder.action_feedback(feedback="I have called him back")
        self.assertEqual((inquiry.state, inquiry.answer), ("new", False))

    def test_what_arrives_for_somebody_else_is_his_activity(self):
        inquiry = self._create_inquiry(self.sales_manager, user_id=self.rep.id)
        self.assertEqual(self._get_step(inquiry), (self.rep, "Answer or forward the question"))
        inquiry.with_user(self.sales_manager).user_id = self.other_rep
        self.assertEqual(self._get_step(inquiry)[0], self.other_rep)
        self.assertIsNone(self._get_step(self._create_inquiry()), "who has it before him need not be told")

    def test_another_who_is_asked_gets_it_and_is_told(self):
        inquiry, other = self._forward(), self._forward()
        with self.mock_mail_gateway():
            inquiry.responder_id = self.worker
        self.assertEqual(self._get_step(inquiry)[0], self.worker)
        self.assertEqual([mail["email_to"] for mail in self._mails], [[self.worker.email_formatted]])
        self.assertEqual(self._get_step(other)[0], self.expert)
        with self.assertRefused("is forwarded. It needs:", "The team that is asked", error=ValidationError):
            inquiry.write({"team_id": False, "responder_id": False})
        with self.assertRefused("A deadline for the answer", error=ValidationError):
            inquiry.date_deadline = False
