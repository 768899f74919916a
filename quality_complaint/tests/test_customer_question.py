import re
from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from ..models.complaint.quality_complaint_satisfaction import UNSENT_TOKEN
from .common import ComplaintCommon

LINK = re.compile(r"/quality_complaint/answer/(\d+)/([\w-]+)\?satisfied=(yes|no)")


class QuestionCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # seen by nobody in particular: the link of a question is hidden from everybody
        cls.complaint, cls.other = (cls._move_to(cls._create_complaint(), "follow_up").with_env(cls.env) for _each in range(2))

    @classmethod
    def _ask(cls, complaint, user=None):
        """Send the question by e-mail, as its button does.

        :return: the ``quality.complaint.follow.up`` that waits for the answer
        """
        cls._send(complaint.with_user(user or cls.rep), "action_ask_by_mail")
        return complaint.follow_up_ids.sorted("id")[-1]

    @classmethod
    def _get_steps(cls, complaint):
        return complaint.activity_ids.filtered(
            lambda activity: activity.activity_type_id == cls.env.ref("quality_complaint.mail_activity_type_complaint"),
        )

    @classmethod
    def _ask_again(cls, complaint):
        """Bring a complaint that is handled again to its next follow-up."""
        complaint.with_user(cls.handler).action_resolve()
        complaint.with_user(cls.sales_manager).action_approve_reply()
        cls._send_reply(complaint)


@tagged("post_install", "-at_install")
class TestQuestionByMail(QuestionCommon):
    def test_the_mail_goes_to_the_customer_with_a_link_of_its_own_for_each_answer(self):
        (self.complaint | self.other).message_subscribe(self.handler.partner_id.ids)
        questions = self._ask(self.complaint) | self._ask(self.other)
        self.assertEqual(len(set(questions.mapped("access_token"))), 2)
        for question in questions:
            message = question.complaint_id.message_ids[0]
            self.assertEqual(message.partner_ids, self.contact)
            self.assertEqual(message.notified_partner_ids, self.contact, "and to nobody who follows the complaint")
            self.assertEqual(
                LINK.findall(str(message.body)),
                [(str(question.complaint_id.id), question.access_token, verdict) for verdict in ("yes", "no")],
            )

    def test_who_asked_whom_when_and_in_which_round_is_kept(self):
        with self.at("2026-05-04 09:00:00"):
            question = self._ask(self.complaint)
        self.assertEqual(
            (question.channel, question.user_id, question.partner_id, question.round, str(question.date), question.satisfied),
            ("email", self.rep, self.contact, 1, "2026-05-04 09:00:00", False),
        )
        self.assertEqual(str(question.date_expires), "2026-07-03 09:00:00", "60 days")
        self.company.complaint_follow_up_link_days = 1
        with self.at("2026-05-04 09:00:00"):
            self.assertEqual(str(self._ask(self.complaint).date_expires), "2026-05-05 09:00:00")

    def test_it_waits_visibly_and_the_salesperson_keeps_his_activity(self):
        step = self._get_steps(self.complaint)
        day = step.date_deadline
        with self.at("2026-05-04 09:00:00"):
            self._ask(self.complaint)
        self.assertEqual(str(self.complaint.date_asked), "2026-05-04 09:00:00")
        self.assertEqual(self._get_steps(self.complaint), step)
        self.assertEqual((step.user_id, step.date_deadline), (self.rep, day))
        self.assertIn("05/04/2026, no answer yet: call the customer", step.summary)
        self.assertFalse(self.other.date_asked)
        waiting = self.env["quality.complaint"].search([("date_asked", "!=", False), ("id", "in", (self.complaint | self.other).ids)])
        self.assertEqual(waiting, self.complaint)
        self._answer(self.complaint, "no", "Told by phone")
        self.assertFalse(self.complaint.date_asked)

    def test_a_mail_that_is_not_sent_asks_nothing(self):
        action = self.complaint.with_user(self.rep).action_ask_by_mail()
        composer = self.env["mail.compose.message"].with_user(self.rep).with_context(**action["context"]).create({})
        self.assertIn(UNSENT_TOKEN, composer.body)
        self.assertFalse(self.complaint.follow_up_ids or self.complaint.date_asked)

    def test_the_template_asks_from_any_composer(self):
        template = self.env.ref("quality_complaint.mail_template_question")
        composer = self.env["mail.compose.message"].with_user(self.rep).with_context(
            default_model="quality.complaint", default_res_ids=self.complaint.ids, default_template_id=template.id,
            default_composition_mode="comment",
        ).create({})
        composer._action_send_mail()
        question = self.complaint.follow_up_ids
        self.assertIn(question.access_token, self.complaint.message_ids[0].body)
        self.assertNotIn(UNSENT_TOKEN, self.complaint.message_ids[0].body)

    def test_a_customer_who_writes_that_text_asks_nothing(self):
        self.complaint.message_post(body=f"What is {UNSENT_TOKEN}?", author_id=self.contact.id, message_type="email")
        self.assertFalse(self.complaint.follow_up_ids)

    def test_who_is_not_a_customer_is_not_asked(self):
        action = self.complaint.with_user(self.rep).action_ask_by_mail()
        composer = self.env["mail.compose.message"].with_user(self.rep).with_context(**action["context"]).create({})
        composer.partner_ids = self.sales_manager.partner_id
        with self.assertRefused("has to go to the customer"):
            composer._action_send_mail()
        self.assertFalse(self.complaint.follow_up_ids)

    def test_only_what_is_in_follow_up_and_unanswered_is_asked(self):
        self.complaint_type.root_cause_required = True
        self._answer(self.complaint, "yes")
        with self.assertRefused("has said that he is satisfied"):
            self.complaint.with_user(self.rep).action_ask_by_mail()
        for state in ("draft", "investigation", "reply", "cancel"):
            complaint = self._move_to(self._create_complaint(), state)
            for button in ("action_ask_by_mail", "action_plan_visit"):
                with self.subTest(state, button=button), self.assertRefused("is not in follow-up"):
                    getattr(complaint.with_user(self.rep), button)()
            self.assertFalse(complaint.with_user(self.rep).can_ask)
        self.assertTrue(self.other.with_user(self.rep).can_ask)

    def test_who_may_not_change_the_complaint_asks_nobody(self):
        for user in (self.worker, self.other_rep):
            for button in ("action_ask_by_mail", "action_plan_visit"):
                with self.subTest(user.login, button=button), self.assertRaises(AccessError):
                    getattr(self.complaint.with_user(user), button)()

    def test_without_an_address_he_is_to_be_called(self):
        self.complaint.partner_email = False
        with self.assertRefused("Ada Blue has no e-mail address", "Call instead"):
            self.complaint.with_user(self.rep).action_ask_by_mail()

    def test_the_question_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env.ref("quality_complaint.mail_template_question").with_context(lang="fr_FR").body_html = (
            "<p>Êtes-vous satisfait ? <a t-att-href=\"object._get_answer_url('yes')\">Oui</a></p>"
        )
        self.contact.lang = "fr_FR"
        self._ask(self.complaint)
        self.assertIn("Êtes-vous satisfait", self.complaint.message_ids[0].body)

    def test_the_key_of_the_link_is_nobodys_to_read_or_write(self):
        question = self._ask(self.complaint)
        for user in (self.rep, self.quality_manager, self.complaint_admin):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    question.with_user(user).read(["access_token"])
                with self.assertRaises(AccessError):
                    question.with_user(user).write({"access_token": "mine"})
        with self.assertRaises(AccessError):
            question.with_user(self.rep).create({
                "complaint_id": self.complaint.id, "satisfied": "yes", "access_token": "mine",
            })

    def test_people_record_answers_and_no_open_questions(self):
        with self.assertRefused("Say whether the customer is satisfied"):
            self.env["quality.complaint.follow.up"].with_user(self.rep).create({"complaint_id": self.complaint.id})

    def test_a_visit_is_planned_in_the_calendars_of_those_who_go(self):
        self.rep.tz = "Asia/Tokyo"
        with self.at("2026-05-04 16:00:00"):  # in Tokyo it is Tuesday already
            action = self.complaint.with_user(self.rep).with_context(tz="Asia/Tokyo").action_plan_visit()
        self.assertEqual(action["context"]["default_start"], "2026-05-06 01:00:00", "the next day, at ten")
        with Form(self.env["calendar.event"].with_user(self.rep).with_context(**action["context"])) as form:
            form.partner_ids.add(self.handler.partner_id)
        event = form.record
        self.assertEqual(event.partner_ids, (self.rep | self.handler).partner_id)
        self.assertIn(self.complaint.name, event.name)
        self.assertEqual((event.res_model, event.res_id), ("quality.complaint", self.complaint.id))
        self.assertEqual(event.activity_ids.res_id, self.complaint.id)
        self.assertEqual(self._get_steps(self.complaint).user_id, self.rep, "asking stays his task")
        event.unlink()
        self.assertTrue(self._get_steps(self.complaint), "also when the visit is called off")


@tagged("post_install", "-at_install")
class TestQuestionByItself(QuestionCommon):
    """Where the company wants it, the question goes out by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env.ref("quality_complaint.automation_complaint_question")
        (cls.env["base.automation"].search([]) - cls.rule).active = False
        cls.cron = cls.env.ref("base_automation.ir_cron_data_base_automation_check")
        # in force since before all of this: it is what was written when the rule was switched on
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE base_automation SET last_run = '2026-01-01' WHERE id = %s", (cls.rule.id,))
        cls.rule.invalidate_recordset()

    def _reply(self, moment="2026-03-02 10:00:00"):
        with self.at(moment):
            return self._move_to(self._create_complaint(), "follow_up").with_env(self.env)

    def _run(self, moment):
        with self.at(moment), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def _switch_on(self, days=3):
        self.company.write({"complaint_follow_up_mail": True, "complaint_follow_up_mail_days": days})

    def test_nothing_goes_out_unless_the_company_wants_it(self):
        complaint = self._reply()
        self.assertFalse(complaint.date_to_ask)

    def test_it_goes_out_when_the_working_days_have_passed_and_once(self):
        self._switch_on()
        complaint, other = self._reply(), self._reply("2026-03-03 10:00:00")
        self.assertEqual(str(complaint.date_to_ask), "2026-03-05 17:00:00", "Thursday, when work ends")
        for moment, asked in (
            ("2026-03-05 16:59:59", 0), ("2026-03-05 17:00:01", 1), ("2026-03-05 17:00:02", 1), ("2026-04-20 09:00:00", 1),
        ):
            self._run(moment)
            with self.subTest(moment):
                self.assertEqual(len(complaint.follow_up_ids), asked)
        self.assertEqual(len(other.follow_up_ids), 1)
        question = complaint.follow_up_ids
        self.assertEqual((question.user_id, question.partner_id, question.channel), (self.env.ref("base.user_root"), self.contact, "email"))
        self.assertIn("no answer yet", self._get_steps(complaint).summary)

    def test_the_scheduler_is_woken_for_it(self):
        self._switch_on()
        self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)]).unlink()
        self.rule.write({"trg_date_range": 2, "trg_date_range_type": "hour"})
        complaint = self._reply()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        self.assertEqual([str(moment) for moment in triggers.mapped("call_at")], ["2026-03-05 19:00:01"], "with the delay of the rule")
        Complaint = self.env["quality.complaint"]
        for moment, found in (("2026-03-05 18:59:59", "2026-03-05 19:00:00"), ("2026-03-05 19:00:00", "None")):
            self.assertEqual(str(Complaint._get_next_alert(self.rule, fields.Datetime.to_datetime(moment))), found)
        self.assertFalse(complaint.follow_up_ids)

    def test_who_was_asked_by_hand_is_reminded_once_later(self):
        self._switch_on()
        complaint = self._reply()
        with self.at("2026-03-04 09:00:00"):
            self._ask(complaint)
        self.assertEqual(str(complaint.date_to_ask), "2026-03-09 17:00:00", "three working days from then on")
        self._run("2026-03-06 09:00:00")
        self.assertEqual(len(complaint.follow_up_ids), 1)
        self._run("2026-03-09 17:00:01")
        self._run("2026-03-30 17:00:01")
        self.assertEqual(len(complaint.follow_up_ids), 2)

    def test_who_has_answered_is_not_asked(self):
        self._switch_on()
        self.complaint_type.root_cause_required = True
        waiting, again, closed, cancelled = (self._reply() for _each in range(4))
        with self.at("2026-03-03 09:00:00"):
            self._answer(waiting, "yes")
            self._answer(again, "no")
            closed.type_id.root_cause_required = False
            self._answer(closed, "yes")
            self._cancel(cancelled)
        self._run("2026-03-20 09:00:00")
        for complaint in waiting | again | closed | cancelled:
            self.assertFalse(complaint.follow_up_ids.filtered(lambda answer: not answer.satisfied))

    def test_a_clock_that_stands_waits(self):
        self._switch_on()
        complaint = self._reply()
        with self.at("2026-03-03 09:00:00"):
            pause = self.env["quality.deadline.pause"].with_user(self.handler).create({
                "complaint_id": complaint.id, "reason": "customer", "note": "He is on holiday",
            })
        self._run("2026-03-10 09:00:00")
        self.assertFalse(complaint.follow_up_ids)
        with self.at("2026-03-11 09:00:00"):
            pause.with_user(self.handler).answer = "He is back"
            pause.with_user(self.handler).action_resume()
        self._run("2026-03-11 10:00:00")
        self.assertEqual(len(complaint.follow_up_ids), 1)

    def test_what_was_promised_falls_away_when_it_is_switched_off(self):
        self._switch_on()
        complaint = self._reply()
        self.company.complaint_follow_up_mail = False
        self._switch_on()
        self.assertFalse(complaint.date_to_ask)
        later = self._reply("2026-03-03 10:00:00")
        self._switch_on(days=1)
        self.assertEqual(str(later.date_to_ask), "2026-03-06 17:00:00", "a promise stays as it was given")

    def test_a_delay_of_zero_days_is_refused(self):
        for name in ("complaint_follow_up_mail_days", "complaint_follow_up_link_days"):
            with self.subTest(name), mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.company[name] = 0
                self.env.flush_all()

    def test_without_an_address_the_salesperson_is_left_to_call(self):
        self._switch_on()
        complaint, other = self._reply(), self._reply()
        complaint.partner_email = False
        self._run("2026-03-05 17:00:01")
        self.assertFalse(complaint.follow_up_ids)
        self.assertIn("has no e-mail address", complaint.message_ids[0].body)
        self.assertEqual(self._get_steps(complaint).user_id, self.rep)
        self.assertEqual(len(other.follow_up_ids), 1)

    @mute_logger("odoo.addons.quality_complaint.models.complaint.quality_complaint_satisfaction")
    def test_a_mail_that_fails_does_not_stop_the_others_and_is_tried_again(self):
        self._switch_on()
        complaint, other = self._reply(), self._reply()
        template = self.env.ref("quality_complaint.mail_template_question")
        subject = template.subject
        template.subject = f"{{{{ 1 / (object.id - {complaint.id}) }}}}"
        self._run("2026-03-05 17:00:01")
        self.assertEqual((len(complaint.follow_up_ids), len(other.follow_up_ids)), (0, 1))
        template.subject = subject
        self._run("2026-03-05 17:20:00")
        self.assertEqual((len(complaint.follow_up_ids), len(other.follow_up_ids)), (1, 1))

    def test_each_company_has_its_own_setting(self):
        self._switch_on()
        complaint = self._reply()
        second = self.env["res.company"].create({"name": "Moonlight Tools"})
        second.complaint_follow_up_mail = False
        self.assertTrue(complaint.date_to_ask)


@tagged("post_install", "-at_install")
class TestAnswerPage(QuestionCommon, HttpCase):
    """What the customer sees and does with his link, without a login."""

    def setUp(self):
        super().setUp()
        self.question = self._ask(self.complaint)

    def _get_url(self, question=None, token=None, complaint=None):
        question = question or self.question
        return f"/quality_complaint/answer/{(complaint or question.complaint_id).id}/{token or question.access_token}"

    def _open(self, satisfied=None, **link):
        return self.url_open(self._get_url(**link) + (f"?satisfied={satisfied}" if satisfied else ""))

    def _press(self, satisfied, remark="", topics=(), **link):
        return self.url_open(self._get_url(**link), data={
            "satisfied": satisfied, "remark": remark, **{f"demand_{demand.id}": "on" for demand in topics},
        })

    def _get_kept(self, complaint=None):
        """The messages of the customer, and what the salesperson is asked to do about them."""
        complaint = complaint or self.complaint
        return (
            complaint.message_ids.filtered(lambda message: message.author_id == self.contact),
            complaint.activity_ids.filtered(lambda activity: "has written after the answer" in (activity.summary or "")),
        )

    def assertNothingRecorded(self, state="follow_up", verdict=False):
        self.env.invalidate_all()
        self.assertEqual(self.complaint.state, state)
        self.assertEqual(self.question.satisfied, verdict)
        messages, activities = self._get_kept()
        self.assertFalse(messages or activities)

    def test_opening_the_link_records_nothing(self):
        for satisfied in ("yes", "no", None, "perhaps"):
            with self.subTest(satisfied):
                response = self._open(satisfied)
                self.assertEqual(response.status_code, 200)
                self.assertIn("Are you satisfied with what we have done?", response.text)
                self.assertIn(self.complaint.name, response.text)
        self.assertEqual(self.url_open(self._get_url() + "?satisfied=no", method="HEAD").status_code, 200)
        self.assertNothingRecorded()

    def test_one_press_closes(self):
        self.assertIn('name="satisfied" value="yes"', self._open("yes").text)
        response = self._press("yes", "Thank you")
        self.assertIn("Thank you for your answer", response.text)
        self.assertEqual((self.complaint.state, self.other.state), ("closed", "follow_up"))
        self.assertEqual((self.question.satisfied, self.question.remark, self.question.partner_id), ("yes", "Thank you", self.contact))
        self.assertEqual(self.question.user_id, self.rep, "who asked him")

    def test_not_satisfied_takes_the_reason_and_begins_the_next_round(self):
        self.assertIn("Why are you not satisfied?", self._open("no").text)
        response = self._press("no", "  ")
        self.assertIn("Please write what you are not satisfied with", response.text)
        self.assertNothingRecorded()
        self._press("no", "Still rusty\r\nand late")
        self.assertEqual((self.complaint.state, self.complaint.round), ("investigation", 2))
        self.assertEqual((self.question.satisfied, self.question.remark), ("no", "Still rusty\nand late"))

    def test_it_stays_with_the_team_that_has_it_since_he_was_asked(self):
        packing = self.env["quality.team"].create({"name": "Packing", "company_id": self.company.id, "leader_id": self.outsider.id})
        self.complaint._transfer(packing, "They packed it")
        self._press(satisfied="no", remark="Still rusty")
        self.assertEqual((self.complaint.state, self.complaint.team_id), ("investigation", packing))
        self.assertEqual((self.question.team_id, len(self.complaint.transfer_ids)), (packing, 1))

    def test_what_it_is_about_is_told_with_the_reason(self):
        self.assertIn("Replace them", self._open("no").text)
        self._press("no", "Two are missing", topics=self.complaint.demand_ids)
        self.assertEqual(self.question.remark, "About «Replace them»: Two are missing")

    def test_a_press_without_a_choice_asks_for_one(self):
        for satisfied in ("", "perhaps"):
            self.assertIn("Say whether you are satisfied or not.", self._press(satisfied, "Hello").text)
        self.assertNothingRecorded()

    def test_a_second_press_is_harmless(self):
        for _each in range(2):
            self.assertIn("Thank you for your answer", self._press("yes", "Fine").text)
        self.assertEqual(len(self.complaint.follow_up_ids), 1)
        other = self._ask(self.other)
        for _each in range(2):
            self.assertIn("We are sorry that you are not satisfied", self._press("no", "Rusty", question=other).text)
        self.assertEqual((self.other.round, len(self.other.follow_up_ids)), (2, 1))
        self.assertFalse(any(self._get_kept()) or any(self._get_kept(self.other)))

    def test_a_wrong_link_says_so_and_how_to_reach_us(self):
        self.company.phone = "+1 555 0199"
        other = self._ask(self.other)
        for link in (
            {"token": "x" * 43}, {"token": self.question.access_token[:-1]}, {"token": "é" * 5}, {"token": UNSENT_TOKEN},
            {"token": other.access_token}, {"complaint": self.other}, {"complaint": self.env["quality.complaint"].browse(2**40)},
        ):
            for response in (self._open("yes", **link), self._press("yes", "Mine", **link)):
                with self.subTest(link):
                    self.assertEqual(response.status_code, 404)
                    self.assertIn("This link is not valid", response.text)
                    self.assertNotIn(self.complaint.subject, response.text)
        self.assertNothingRecorded()
        self.assertEqual(self.other.state, "follow_up")

    def test_an_expired_link_records_nothing(self):
        for seconds, shown in ((5, "Are you satisfied"), (-5, "This link has expired")):
            self.question.date_expires = fields.Datetime.now() + timedelta(seconds=seconds)
            self.env.flush_all()
            self.assertIn(shown, self._open("no").text)
        self.assertIn("This link has expired", self._press("no", "Too late").text)
        self.assertNothingRecorded()

    def test_the_page_says_how_to_reach_the_salesperson(self):
        self.question.date_expires = fields.Datetime.now() - timedelta(days=1)
        self.rep.phone = "+1 555 0123"
        page = self._open("yes").text
        for text in (self.rep.name, "+1 555 0123", self.rep.email, self.company.name):
            self.assertIn(text, page)

    def test_a_complaint_that_is_handled_again_takes_no_answer(self):
        self._answer(self.complaint, "no", "Told by phone")
        for moved in (False, True):
            if moved:
                self._ask_again(self.complaint)
            with self.subTest(moved):
                self.assertIn("We are at it again", self._open("yes").text)
                self.assertIn("We are at it again", self._press("yes").text)
        self.assertNothingRecorded()
        self.assertEqual((self.complaint.round, self.complaint.current_satisfied), (2, False))

    def test_a_reply_that_is_being_corrected_is_not_judged(self):
        self.complaint.with_user(self.rep).action_correct_reply()
        self.assertIn("We are at it again", self._press("yes").text)
        self.assertNothingRecorded("reply")
        self.complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(self.complaint.with_user(self.rep))
        self.assertIn("Thank you for your answer", self._press("yes").text)
        self.assertEqual(self.complaint.state, "closed")

    def test_words_for_a_round_that_is_over_are_not_lost(self):
        self._answer(self.complaint, "no", "Told by phone")
        self.assertIn("we have your message", self._press("no", "And the box was open").text)
        messages, activities = self._get_kept()
        self.assertIn("And the box was open", messages.body)
        self.assertEqual(activities.user_id, self.rep)
        self.assertEqual(self.complaint.round, 2)

    def test_a_cancelled_complaint_takes_no_answer(self):
        self._cancel(self.complaint)
        self.assertIn("This question is settled", self._open("yes").text)
        self.assertIn("This question is settled", self._press("yes").text)
        self.assertNothingRecorded("cancel")

    def test_not_satisfied_after_the_closing_is_kept_and_somebody_calls(self):
        self._press("yes")
        self.assertIn("What is not right?", self._open("no").text)
        for words in ("It broke today", "It broke today", "<b>And smells</b>"):
            self.assertIn("we have your message", self._press("no", words).text)
        self.assertEqual((self.complaint.state, self.question.satisfied), ("closed", "yes"))
        messages, activities = self._get_kept()
        self.assertEqual(len(messages), 2, "said twice is kept once")
        self.assertIn("It broke today", " ".join(messages.mapped("body")))
        self.assertIn("&lt;b&gt;And smells", " ".join(messages.mapped("body")))
        self.assertEqual((len(activities), activities.user_id), (1, self.rep))
        self.assertFalse(self.complaint.message_partner_ids & self.contact)

    def test_after_a_closing_by_phone_the_link_says_so(self):
        self._answer(self.complaint, "yes", "Told by phone")
        self.assertIn("Your complaint is closed", self._open("yes").text)
        self.assertIn("Your complaint is closed", self._press("yes").text)
        self.assertNothingRecorded("closed")

    def test_who_left_us_is_not_the_one_to_call(self):
        self._press("yes")
        self.rep.active = False
        self._press("no", "It broke")
        self.assertEqual(self._get_kept()[1].user_id, self.quality_manager)

    def test_he_may_think_otherwise_as_long_as_it_is_not_closed(self):
        self.complaint_type.root_cause_required = True
        self._press("yes")
        self.assertEqual((self.complaint.state, self.complaint.current_satisfied), ("follow_up", "yes"))
        self._press("no", "It broke after all")
        self.assertEqual((self.complaint.round, self.question.satisfied), (2, "yes"))
        self.assertEqual(self.complaint.follow_up_ids.sorted("id").mapped("satisfied"), ["yes", "no"])

    def test_an_employee_does_not_answer_for_the_customer(self):
        self.authenticate(self.rep.login, self.rep.login)
        self.assertIn("This page is the customer", self._open("yes").text)
        self.assertIn("Record the answer on the complaint", self._press("yes").text)
        self.assertNothingRecorded()

    def test_odd_and_long_texts(self):
        response = self._press("no", "x" * 5001)
        self.assertIn("Please shorten your text", response.text)
        self.assertIn("x" * 5001, response.text, "what he wrote is not lost")
        self.assertNothingRecorded()
        self._press("no", "<script>alert(1)</script>\x00 😀 生锈")
        self.assertEqual(self.question.remark, "<script>alert(1)</script> 😀 生锈")

    def test_the_page_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        view = self.env.ref("quality_complaint.answer_form")
        view.with_context(lang="fr_FR").arch_db = view.arch_db.replace("Are you satisfied with what we have done?", "Êtes-vous satisfait ?")
        self.contact.lang = "fr_FR"
        self.env.flush_all()
        self.assertIn("Êtes-vous satisfait ?", self._open("yes").text)

    def test_those_who_are_told_read_their_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        self._press("no", "Rouille")
        self.assertEqual(self.complaint.activity_ids.summary, "Handle the complaint")

    def test_the_link_is_kept_from_others(self):
        headers = self._open("yes").headers
        self.assertEqual((headers["Referrer-Policy"], headers["X-Robots-Tag"], headers["Cache-Control"]), ("no-referrer", "noindex", "no-store"))
