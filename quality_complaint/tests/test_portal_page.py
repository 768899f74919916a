from datetime import date, timedelta

import lxml.html
from markupsafe import Markup

from odoo import fields
from odoo.tests import tagged
from odoo.tests.common import JsonRpcException

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalPage(PortalCommon):
    """A customer reads how far his complaint is in his own words, what is his of the conversation, and answers our reply."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._create_complaint()
        cls.other_complaint = cls._create_complaint(subject="Another")

    def _read(self, complaint=None, user=None, **params):
        self._login(user or self.ada)
        return self._get_text(self._open(self._get_url(complaint or self.complaint), **params))

    def _get_badge(self, complaint):
        self._login(self.ada)
        return self._open(self._get_url(complaint)).xpath("//*[@id='sidebar_content']//*[contains(@class, 'badge')]")[0].text_content().strip()

    def _get_steps(self, complaint):
        return [(step["label"], step["state"]) for step in complaint._get_portal_progress()]

    # ------------------------------------------------------------ words
    def test_each_state_has_the_customers_words(self):
        for state, badge in (
            ("draft", "Received"), ("review", "Being Examined"), ("investigation", "In Progress"), ("reply", "Solution Found"),
            ("follow_up", "Waiting for You"), ("closed", "Closed"), ("rejected", "Closed"), ("cancel", "Cancelled"),
        ):
            complaint = self._move_to(self._create_complaint(), state)
            self.assertEqual(self._get_badge(complaint), badge)
        self.assertEqual(self._get_badge(self.complaint), "Received")

    def test_a_question_to_the_customer_shows_as_waiting_for_him_but_not_what_we_noted(self):
        self._move_to(self.complaint, "investigation")
        pause = self.env["quality.deadline.pause"].with_user(self.handler).create({
            "complaint_id": self.complaint.id, "reason": "customer", "note": "Does he store them outside?",
        })
        text = self._read()
        self.assertIn("Waiting for You", text)
        self.assertIn("We need something from you", text)
        self.assertNotIn("store them outside", text)
        pause.with_user(self.handler).answer = "In a hall"
        pause.with_user(self.handler).action_resume()
        self.assertEqual(self._get_badge(self.complaint), "In Progress")
        self.assertEqual(self._get_badge(self.other_complaint), "Received")

    def test_the_steps_behind_us_have_their_day(self):
        with self.at("2026-03-02 09:00:00"):
            complaint = self._create_complaint()
        self.assertEqual(self._get_steps(complaint), [
            ("Received", "done"), ("Examined", "current"), ("Solved", "todo"), ("Replied", "todo"), ("Confirmed by you", "todo"),
        ])
        with self.at("2026-03-03 09:00:00"):
            self._move_to(complaint, "investigation")
        self.assertEqual(
            [step["date"] for step in complaint._get_portal_progress()],
            [date(2026, 3, 2), date(2026, 3, 3), False, False, False],
        )

    def test_a_step_has_the_day_of_where_we_work(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        for moment, day in (("2026-03-02 15:59:00", "03/02/2026"), ("2026-03-02 16:00:00", "03/03/2026")):
            with self.at(moment):
                complaint = self._create_complaint()
            self._login(None)
            page = self._open(self._get_url(complaint), access_token=complaint._portal_ensure_token())
            self.assertIn(f"Received {day}", " ".join(page.xpath("//ol[contains(@class, 'o_quality_progress')]/li")[0].text_content().split()))

    def test_what_ends_otherwise_ends_its_steps(self):
        rejected = self._move_to(self._create_complaint(), "rejected")
        self.assertEqual(self._get_steps(rejected), [("Received", "done"), ("Examined", "done"), ("Closed", "done")])
        cancelled = self._move_to(self._create_complaint(), "cancel")
        self.assertEqual(self._get_steps(cancelled), [("Received", "done"), ("Cancelled", "done")])

    # ------------------------------------------------------------ promise
    def test_a_day_is_promised_from_the_approval_until_it_has_come(self):
        with self.at("2026-03-02 09:00:00"):
            complaint = self._create_complaint()
            self.assertFalse(complaint._get_portal_promise(), "it may still be classified anew")
            self._move_to(complaint, "investigation")
            reply = complaint.milestone_ids.filtered(lambda milestone: milestone.step == "reply")
            self.assertTrue(reply)
            day = fields.Date.to_string(reply.date_deadline)
            self.assertIn(f"{day[5:7]}/{day[8:]}/{day[:4]}", complaint._get_portal_promise())
        with self.at(reply.date_deadline):
            self.assertTrue(complaint._get_portal_promise())
        with self.at(reply.date_deadline + timedelta(seconds=1)):
            self.assertFalse(complaint._get_portal_promise())
        with self.at("2026-03-03 09:00:00"):
            self.env["quality.deadline.pause"].with_user(self.handler).create({
                "complaint_id": complaint.id, "reason": "goods", "note": "Two sets",
            })
            self.assertFalse(complaint._get_portal_promise(), "while the clock stands nobody knows the day")

    def test_what_has_been_replied_promises_nothing(self):
        self._move_to(self.complaint, "follow_up")
        self.assertFalse(self.complaint._get_portal_promise())

    # ------------------------------------------------------------ what is internal
    def test_our_answers_are_shown_when_the_reply_has_gone_out(self):
        self._move_to(self.complaint, "reply")
        self.assertNotIn("New sets were sent", self._read())
        self.complaint.with_user(self.sales_manager).action_approve_reply()
        self.assertNotIn("New sets were sent", self._read())
        self._send_reply(self.complaint)
        text = self._read()
        self.assertIn("New sets were sent", text)
        self.assertIn(f"Reply {self.complaint.name.replace('/', '-')}", text, "the letter as it was sent")

    def test_how_we_work_is_never_shown(self):
        capa = self._create_capa(self._move_to(self.complaint, "investigation"), name="Scold the night shift")
        self.complaint.with_user(self.handler).write({"handling_opinion": "Blame the carrier", "analysis": "Rain in our own yard"})
        self.complaint.with_user(self.rep).message_post(body="A difficult customer", subtype_xmlid="mail.mt_note")
        text = self._read()
        for word in ("Blame the carrier", "Rain in our own yard", capa.name, "A difficult customer", "Upheld", "upheld", "Major"):
            self.assertNotIn(word, text)

    def test_the_address_puts_no_words_on_the_page(self):
        self._login(self.ada)
        for name in ("problem", "remark", "promise", "subject"):
            self._open(self._get_url(self.complaint), **{name: "Pay here"})
            self.assertEqual(self.response.status_code, 200)
            self.assertNotIn("Pay here", self._get_text(lxml.html.fromstring(self.response.text)))
        for name in ("complaint", "document", "values", "session_history", "pid"):
            self._open(self._get_url(self.complaint), **{name: "²"})
            self.assertEqual(self.response.status_code, 200, name)

    def test_what_a_colleague_passed_on_is_shown_once_it_is_worded(self):
        self.complaint.description = False
        passed_on = self.complaint.with_context(intake_of=self.complaint.id, intake_unanswered=True)
        passed_on.message_post(
            body=Markup("<pre>FYI, they always moan.\nThe blades are rusty.</pre>"), message_type="email",
            author_id=self.other_rep.partner_id.id, subtype_xmlid="mail.mt_comment",
        )
        self.assertIn("they always moan", self.complaint.description)
        self.assertNotIn("they always moan", self._read())
        self.complaint.with_user(self.rep).description = "<p>Rusty blades in three boxes</p>"
        self.assertIn("Rusty blades in three boxes", self._read())

    def test_what_the_customer_mailed_is_shown_as_it_is(self):
        self.complaint.description = False
        mailed = self.complaint.with_context(intake_of=self.complaint.id, intake_unanswered=True)
        mailed.message_post(
            body=Markup("<pre>The blades\nare rusty on both sides.</pre>"), message_type="email",
            author_id=self.contact.id, subtype_xmlid="mail.mt_comment",
        )
        self.assertIn("What happened The blades are rusty on both sides.", self._read())

    def test_what_is_not_upheld_is_closed_as_agreed(self):
        self._move_to(self.complaint, "rejected")
        text = self._read()
        self.assertIn("A discount on new ones", text)
        for word in ("Used as a chisel", "Not Upheld", "not upheld", "rejected"):
            self.assertNotIn(word, text)

    def test_what_was_filed_twice_leads_to_the_one_that_is_kept(self):
        for complaint in (self.complaint, self.other_complaint):
            self._move_to(complaint, "review")
        self.other_complaint.with_user(self.quality_manager)._merge_into(self.complaint)
        self._login(self.ada)
        page = self._open(self._get_url(self.other_complaint))
        self.assertTrue(page.xpath(f"//a[@href='/my/complaints/{self.complaint.id}' and contains(@class, 'alert-link')]"))
        self.assertIn("Cancelled", self._get_text(page))

    # ------------------------------------------------------------ conversation
    def _end_transaction(self):
        """What was tracked is told then."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def _fetch(self, user=None, token=None, complaint=None):
        """What the page's conversation shows: the messages' texts, newest first."""
        self._login(user)
        complaint = complaint or self.complaint
        result = self.make_jsonrpc_request("/mail/chatter_fetch", {
            "thread_model": "quality.complaint", "thread_id": complaint.id, "token": token, "fetch_params": {"limit": 30},
        })
        return [str(message["body"][1]) for message in result["data"].get("mail.message", ())]

    def test_only_the_conversation_with_the_customer_is_shown(self):
        self._end_transaction()
        self._move_to(self.complaint, "investigation")
        self._end_transaction()
        supplier = self.env["res.partner"].create({"name": "Steel Mill", "email": "sales@steelmill.example"})
        common = {"subtype_xmlid": "mail.mt_comment", "message_type": "comment"}
        rep = self.complaint.with_user(self.rep)
        rep.message_post(body="To the customer", partner_ids=self.contact.ids, **common)
        rep.message_post(body="To his colleague", partner_ids=self.colleague.partner_id.ids, **common)
        self.complaint.message_post(body="From the customer", author_id=self.customer.id, **{**common, "message_type": "email"})
        rep.message_post(body="To a supplier", partner_ids=supplier.ids, **common)
        self.complaint.message_post(body="From the supplier", author_id=supplier.id, **{**common, "message_type": "email"})
        rep.message_post(body="Among us", partner_ids=self.handler.partner_id.ids, **common)
        rep.message_post(body="To nobody", **common)
        rep.message_post(body="A note to the customer's folder", partner_ids=self.contact.ids, **{**common, "subtype_xmlid": "mail.mt_note"})
        self.other_complaint.with_user(self.rep).message_post(body="Of another complaint", partner_ids=self.contact.ids, **common)
        token = self.complaint._portal_ensure_token()
        for user in (self.ada, self.colleague, None, self.rep):
            self.assertEqual(self._fetch(user, token), [
                f"<p>{text}</p>" for text in ("From the customer", "To his colleague", "To the customer")
            ])
        tracking = self.complaint.sudo().message_ids.filtered("tracking_value_ids")
        self.assertTrue(tracking, "there was something to hide")

    def test_the_customer_writes_on_the_page_and_one_of_us_on_the_complaint(self):
        for user, allowed in ((self.ada, "1"), (self.rep, "0")):
            self._login(user)
            page = self._open(self._get_url(self.complaint))
            self.assertEqual(page.xpath("//*[@id='discussion']/@data-allow_composer"), [allowed])

    def test_an_old_link_of_an_own_complaint_still_has_its_conversation(self):
        self._login(self.ada)
        page = self._open(self._get_url(self.complaint), access_token="old")
        self.assertEqual(page.xpath("//*[@id='discussion']/@data-token"), [self.complaint.access_token])

    def test_the_conversation_of_another_is_not_read(self):
        self.complaint.with_user(self.rep).message_post(body="To the customer", partner_ids=self.contact.ids, subtype_xmlid="mail.mt_comment")
        wrong = self.other_complaint._portal_ensure_token()
        self.complaint._portal_ensure_token()
        self.assertEqual(self._fetch(self.stranger), [])
        self.assertEqual(self._fetch(None), [])
        self._login(self.stranger)
        with self.assertRaisesRegex(JsonRpcException, "NotFound"):
            self.make_jsonrpc_request("/mail/chatter_fetch", {
                "thread_model": "quality.complaint", "thread_id": self.complaint.id, "token": wrong,
            })

    def test_the_link_gives_neither_activities_nor_followers_nor_internal_files(self):
        self._move_to(self.complaint, "investigation")
        secret = self.env["ir.attachment"].create({
            "name": "calculation.txt", "raw": b"x", "res_model": "quality.complaint", "res_id": self.complaint.id,
        })
        params = {"fetch_params": [["mail.thread", {
            "thread_model": "quality.complaint", "thread_id": self.complaint.id, "access_params": {"token": self.complaint._portal_ensure_token()},
            "request_list": ["activities", "attachments", "followers", "scheduledMessages", "suggestedRecipients", "display_name"],
        }]]}
        for user in (None, self.ada, self.stranger, self.outsider):
            self._login(user)
            data = str(self.make_jsonrpc_request("/mail/data", params))
            self.assertIn(self.complaint.display_name, data)
            for word in (secret.name, "Handle the complaint", "Handler", "followers", "activities"):
                self.assertNotIn(word, data)
        self._login(self.handler)
        data = str(self.make_jsonrpc_request("/mail/data", params))
        for word in (secret.name, "Handle the complaint"):
            self.assertIn(word, data)

    def _write(self, body, complaint=None, **access):
        complaint = complaint or self.complaint
        return self.make_jsonrpc_request("/mail/message/post", {
            "thread_model": "quality.complaint", "thread_id": complaint.id, **access,
            "post_data": {"body": body, "message_type": "comment", "subtype_xmlid": "mail.mt_comment"},
        })

    def test_what_the_customer_writes_reaches_who_has_the_next_step(self):
        self._move_to(self.complaint, "investigation")
        self.complaint.message_unsubscribe(self.complaint.message_partner_ids.ids)
        self._login(self.colleague)
        self._write("Any news?", token=self.complaint._portal_ensure_token())
        message = self.complaint.message_ids[0]
        self.assertEqual((message.author_id, message.notified_partner_ids), (self.colleague.partner_id, self.handler.partner_id))
        self.assertFalse(message.is_internal)

    def test_who_has_the_link_writes_as_the_one_it_was_sent_to(self):
        token = self.complaint._portal_ensure_token()
        self._login(None)
        self._write("By link", token=token)
        self.assertEqual(self.complaint.message_ids[0].author_id, self.contact)
        pid = self.colleague.partner_id.id
        self._write("By own link", pid=pid, hash=self.complaint._sign_token(pid), token=token)
        self.assertEqual(self.complaint.message_ids[0].author_id, self.colleague.partner_id)
        with self.assertRaisesRegex(JsonRpcException, "NotFound"):
            self._write("By guess", token="guess")
        comments = self.complaint.sudo().message_ids.filtered(lambda message: message.message_type == "comment")
        self.assertEqual(len(comments), 2)

    # ------------------------------------------------------------ satisfied?
    def _answer_page(self, user, satisfied, remark="", complaint=None, **link):
        self._login(user)
        return self._post(self._get_url(complaint or self.complaint, "/answer"), {"satisfied": satisfied, "remark": remark, **link})

    def test_the_satisfied_customer_closes_his_complaint(self):
        for complaint in (self.complaint, self.other_complaint):
            self._move_to(complaint, "follow_up")
        self.assertIn("Are you satisfied", self._read())
        response = self._answer_page(self.ada, "yes")
        self.assertTrue(response.headers["Location"].endswith(f"/my/complaints/{self.complaint.id}?answered=yes"))
        self.assertEqual((self.complaint.state, self.other_complaint.state), ("closed", "follow_up"))
        answer = self.complaint.follow_up_ids
        self.assertEqual((answer.satisfied, answer.partner_id, answer.channel), ("yes", self.contact, "portal"))
        text = self._read(answered="yes")
        self.assertIn("We are glad", text)
        self.assertNotIn("Are you satisfied", text)

    def test_who_is_not_satisfied_says_why_and_a_new_round_begins(self):
        self._move_to(self.complaint, "follow_up")
        for remark in ("", "  \n"):
            response = self._answer_page(self.colleague, "no", remark)
            self.assertEqual(response.status_code, 200)
            self.assertIn("Write what you are not satisfied with", response.text)
            self.assertIn("collapse mt-3 show", response.text)
        self.assertEqual(self.complaint.state, "follow_up")
        self._answer_page(self.colleague, "no", "Still <rusty>")
        self.assertEqual((self.complaint.state, self.complaint.round), ("investigation", 2))
        self.assertEqual(self.complaint.follow_up_ids.remark, "Still <rusty>")
        text = self._read(answered="no")
        self.assertIn("We go on with your complaint", text)
        self.assertNotIn("New sets were sent", text, "the answers are open again")

    def test_a_text_that_is_too_long_is_kept_to_be_shortened(self):
        self._move_to(self.complaint, "follow_up")
        for satisfied in ("yes", "no"):
            text = self._answer_page(self.ada, satisfied, "x" * 10001).text
            self.assertIn("10000 characters at most", text)
            self.assertIn("x" * 10001, text)
        self.assertEqual((self.complaint.state, len(self.complaint.follow_up_ids)), ("follow_up", 0))
        self._answer_page(self.ada, "yes", "x" * 10000)
        self.assertEqual(self.complaint.follow_up_ids.satisfied, "yes")

    def test_answering_twice_is_answering_once(self):
        self._move_to(self.complaint, "follow_up")
        for _each in range(2):
            self._answer_page(self.ada, "no", "Still rusty")
        self.assertEqual((self.complaint.round, len(self.complaint.follow_up_ids)), (2, 1))

    def test_what_does_not_wait_for_an_answer_refuses_it(self):
        for state in ("draft", "investigation", "closed"):
            complaint = self._move_to(self._create_complaint(), state)
            response = self._answer_page(self.ada, "no", "Still rusty", complaint)
            self.assertIn(f"{complaint.name} does not wait for your answer", response.text)
            self.assertEqual(complaint.state, state)
            self.assertNotIn("Are you satisfied", self._read(complaint))

    def test_an_answer_that_is_none_is_refused(self):
        self._move_to(self.complaint, "follow_up")
        for satisfied in ("", "maybe"):
            self.assertIn("Choose whether you are satisfied", self._answer_page(self.ada, satisfied).text)
        self.assertFalse(self.complaint.follow_up_ids)

    def test_who_has_the_link_answers_as_the_one_it_was_sent_to(self):
        self._move_to(self.complaint, "follow_up")
        token, pid = self.complaint._portal_ensure_token(), self.colleague.partner_id.id
        link = {"access_token": token, "pid": pid, "hash": self.complaint._sign_token(pid)}
        self._login(None)
        page = self._open(self._get_url(self.complaint), **link)
        form = page.xpath("//form[@id='not_satisfied']")[0]
        self.assertEqual({name: form.fields[name] for name in link}, {name: str(value) for name, value in link.items()})
        self._answer_page(None, "yes", **link)
        self.assertEqual(self.complaint.follow_up_ids.partner_id, self.colleague.partner_id)

    def test_a_link_of_another_complaint_answers_nothing(self):
        for complaint in (self.complaint, self.other_complaint):
            self._move_to(complaint, "follow_up")
        token = self.other_complaint._portal_ensure_token()
        for user, link in ((None, {}), (None, {"access_token": token}), (self.stranger, {}), (self.stranger, {"access_token": token})):
            response = self._answer_page(user, "yes", **link)
            self.assertTrue(response.headers["Location"].endswith("/my"))
        self.assertEqual(set((self.complaint | self.other_complaint).mapped("state")), {"follow_up"})

    def test_none_of_us_answers_for_the_customer(self):
        self._move_to(self.complaint, "follow_up")
        self._login(self.rep)
        self.assertNotIn("Are you satisfied", self._get_text(self._open(self._get_url(self.complaint))))
        response = self._answer_page(self.rep, "yes")
        self.assertIn("Only the customer answers here", response.text)
        self.assertEqual(self.complaint.state, "follow_up")
