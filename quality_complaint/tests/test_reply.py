import io
from contextlib import closing

from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon

SCRIPT = "<script>alert('x')</script><b>bold</b>"


@tagged("post_install", "-at_install")
class TestReply(ComplaintCommon, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._create_complaint(
            subject="刀身生锈", line_ids=[Command.create({"product_id": cls.product.id, "quantity": 1.5, "defect": "さび"})],
            demand_ids=[
                Command.create({"name": "请更换全部刀具"}), Command.create({"name": "原因を教えてください"}),
                Command.create({"name": SCRIPT}),
            ],
        )
        cls._move_to(cls.complaint, "investigation")
        handled = cls.complaint.with_user(cls.handler)
        handled.write({"handling_opinion": "Replace", "cause_ids": [Command.create({"name": "Rain in the truck"})]})
        for demand, answer in zip(handled.demand_ids, ("We sent new ones", "Rain", SCRIPT), strict=True):
            demand.write({"answer": answer, "outcome": "granted"})
        handled.demand_ids[2].outcome = "refused"
        cls.correction = cls._create_capa(cls.complaint, user_id=cls.handler.id, name="Sort the stock")
        cls.preventive = cls._create_capa(
            cls.complaint, user_id=cls.handler.id, name="Cover the pallets", capa_type="preventive",
            date_deadline="2056-12-24 12:00:00",
        )
        cls.dropped = cls._create_capa(cls.complaint, user_id=cls.handler.id, name="Scold the driver")
        handled.action_start_plan()
        cls.correction.result = "<p>Sorted 200 sets</p>"
        cls.correction.with_user(cls.handler).action_done()
        cls.dropped.with_user(cls.handler).action_cancel()
        handled.action_resolve()

    def _approve(self, complaint=None):
        (complaint or self.complaint).with_user(self.sales_manager).action_approve_reply()

    # ------------------------------------------------------------ what it says
    def test_it_is_drafted_from_what_is_recorded(self):
        body = self.complaint.reply_body
        for text in (
            "Dear Ada Blue", "刀身生锈", "Screwdriver set", "1.5", "さび", "请更换全部刀具", "We sent new ones", "原因を教えてください",
            "Granted", "Refused", "Sort the stock", "Sorted 200 sets", "Rain in the truck", "Cover the pallets",
        ):
            with self.subTest(text):
                self.assertIn(text, body)
        self.assertNotIn("Scold the driver", body)

    def test_what_the_customer_wrote_is_text_and_no_html(self):
        body = self.complaint.reply_body
        self.assertNotIn("<script", body)
        self.assertNotIn("<b>bold</b>", body)
        self.assertEqual(body.count("&lt;script&gt;"), 2, "in the demand and in the answer")

    def test_it_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        until = "12/24/2056"
        self.assertIn(until, self.complaint.reply_body)
        self.assertIn("1.5", self.complaint.reply_body)
        self.customer.lang, self.contact.lang = "fr_FR", False
        self.complaint.with_user(self.handler).action_draft_reply()
        self.assertIn("24/12/2056", self.complaint.reply_body)
        self.assertIn("1,5", self.complaint.reply_body)
        self.contact.lang = "en_US"
        self.complaint.with_user(self.handler).action_draft_reply()
        self.assertIn(until, self.complaint.reply_body, "the contact's before the company's")

    def test_it_is_drafted_only_while_it_is_written(self):
        complaint = self._move_to(self._create_complaint(), "investigation")
        with self.assertRefused("is not at its reply"):
            complaint.with_user(self.handler).action_draft_reply()
        self._approve()
        self._send_reply(self.complaint)
        sent = self.complaint.reply_body
        with self.assertRefused("is not at its reply"):
            self.complaint.with_user(self.handler).action_draft_reply()
        with self.assertRefused("has gone to the customer and stays as it is"):
            self.complaint.with_user(self.handler).reply_body = "<p>Other</p>"
        self.assertEqual(self.complaint.reply_body, sent)

    # ------------------------------------------------------------ approval
    def test_only_the_sales_manager_or_a_sales_administrator_approves(self):
        sales_administrator = self._new_user("sales_administrator", "sales_team.group_sale_manager")
        for user in (self.rep, self.handler, self.quality_manager, self.complaint_admin):
            complaint = self.complaint.with_user(user)
            with self.subTest(user.login):
                self.assertFalse(complaint.can_approve_reply)
                with self.assertRefused("is the sales manager's to approve"):
                    complaint.action_approve_reply()
        with self.assertRaises(AccessError):
            self.complaint.with_user(self.other_rep).action_approve_reply()
        for user in (self.sales_manager, sales_administrator):
            complaint = self.complaint.with_user(user)
            complaint.reply_body += "<p>More</p>"
            self.assertTrue(complaint.can_approve_reply)
            complaint.action_approve_reply()
            self.assertEqual(complaint.reply_approved_by_id, user)

    def test_the_one_named_on_the_complaint_approves_without_being_sales_administrator(self):
        self.complaint.sudo().sales_manager_id = self.other_rep
        self.complaint.with_user(self.other_rep).action_approve_reply()
        self.assertEqual(self.complaint.reply_approved_by_id, self.other_rep)

    def test_who_filed_it_does_not_approve_its_reply_by_naming_himself(self):
        with self.assertRaises(AccessError):
            self.complaint.with_user(self.rep).sales_manager_id = self.rep
        self.complaint.sudo().sales_manager_id = self.rep
        with self.assertRefused("sales manager's to approve"):
            self.complaint.with_user(self.rep).action_approve_reply()

    def test_only_a_letter_to_the_customer_counts_as_sent(self):
        self._approve()
        forged = self.complaint.with_user(self.rep).with_context(mark_reply_sent=True)
        for values in (
            {"body": "Sent"},
            {"body": "Sent", "partner_ids": self.contact.ids},
            {"body": "Sent", "attachments": [("letter.pdf", b"letter")]},
        ):
            with self.subTest(values), self.assertRefused("has to go to the customer"), closing(self.env.cr.savepoint()):
                forged.message_post(message_type="comment", subtype_xmlid="mail.mt_comment", **values)
        self._create_capa(self.complaint, user_id=self.worker.id)
        with self.assertRaises(AccessError):
            self.complaint.with_user(self.worker).sudo().with_context(mark_reply_sent=True).message_post(
                body="ok", partner_ids=self.contact.ids, attachments=[("letter.pdf", b"letter")],
            )
        self.assertEqual(self.complaint.state, "reply")

    def test_a_letter_whose_approval_was_taken_back_is_not_sent_later(self):
        self._approve()
        action = self.complaint.with_user(self.rep).action_send_reply()
        composer = self.env["mail.compose.message"].with_user(self.rep).with_context(**action["context"]).create({})
        self.complaint.with_user(self.handler).action_back_to_investigation()
        with self.assertRefused("Only an approved reply is sent"):
            composer._action_send_mail()

    def test_a_text_that_was_edited_is_not_overwritten_unasked(self):
        self.complaint.with_user(self.rep).reply_body = "<p>By hand</p>"
        self.complaint.with_user(self.handler).action_back_to_investigation()
        self.complaint.with_user(self.handler).action_resolve()
        self.assertIn("By hand", self.complaint.reply_body)
        self.complaint.with_user(self.handler).action_draft_reply()
        self.assertNotIn("By hand", self.complaint.reply_body)

    def test_an_approved_reply_is_not_approved_again(self):
        with self.at("2027-01-01 10:00:00"):
            self._approve()
        with self.assertRefused("is approved already"):
            self._approve()
        self.assertEqual(str(self.complaint.reply_approved_on), "2027-01-01 10:00:00")

    def test_a_changed_text_needs_a_new_approval(self):
        self._approve()
        self.complaint.with_user(self.rep).subject = "Other"
        self.assertTrue(self.complaint.reply_approved_on, "the text is as it was")
        for change in (
            lambda: self.complaint.with_user(self.rep).write({"reply_body": "<p>Other</p>"}),
            lambda: self.complaint.with_user(self.handler).action_draft_reply(),
        ):
            change()
            self.assertFalse(self.complaint.reply_approved_on or self.complaint.reply_approved_by_id)
            with self.assertRefused("Only an approved reply"):
                self.complaint.with_user(self.rep).action_send_reply()
            self._approve()

    def test_resolving_again_needs_a_new_approval(self):
        self._approve()
        self.complaint.with_user(self.handler).action_back_to_investigation()
        self.complaint.with_user(self.handler).action_resolve()
        self.assertFalse(self.complaint.reply_approved_on)

    # ------------------------------------------------------------ sending
    def test_without_an_address_it_is_said_before_the_window_opens(self):
        self._approve()
        self.complaint.with_user(self.rep).partner_email = False
        with self.assertRefused("Ada Blue has no e-mail address"):
            self.complaint.with_user(self.rep).action_send_reply()
        self.complaint.with_user(self.rep).contact_id = False
        self.complaint.with_user(self.rep).partner_email = False
        with self.assertRefused("Blue Workshop has no e-mail address"):
            self.complaint.with_user(self.rep).action_send_reply()

    def test_a_message_of_its_own_is_no_reply(self):
        self._approve()
        self.complaint.with_user(self.rep).message_post(body="I send it tomorrow")
        self.assertEqual((self.complaint.state, self.complaint.reply_sent_on), ("reply", False))

    def test_sending_delivers_a_readable_document_to_the_contact_and_makes_the_follow_up(self):
        self._approve()
        with self.mock_mail_gateway():
            self._send_reply(self.complaint.with_context(force_report_rendering=True))
        self.assertEqual(self.complaint.state, "follow_up")
        self.assertTrue(self.complaint.reply_sent_on)
        self.assertEqual(self.complaint.activity_ids.user_id, self.rep)

        mails = [mail for mail in self._mails if any("blueworkshop" in address for address in mail["email_to"])]
        self.assertEqual([mail["email_to"] for mail in mails], [['"Ada Blue" <ada@blueworkshop.example>']])
        self.assertIn(self.complaint.name, mails[0]["subject"])
        self.assertIn("Dear Ada Blue", mails[0]["body"])
        self.assertNotIn("<script", mails[0]["body"])

        attachment = self.complaint.message_ids.attachment_ids
        self.assertEqual((len(attachment), attachment.mimetype), (1, "application/pdf"))
        self.assertEqual(attachment.name, f"Reply {self.complaint.name.replace('/', '-')}.pdf")
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(attachment.raw)).pages)
        flat = "".join(text.split())
        for expected in (
            self.complaint.name, "Ada Blue", "刀身生锈", "请更换全部刀具", "原因を教えてください", "さび", "Sorted 200 sets",
            "Sales manager", SCRIPT,
        ):
            with self.subTest(expected):
                self.assertIn("".join(expected.split()), flat)

    def test_the_address_on_the_complaint_is_the_one_it_goes_to(self):
        for contact_email, email, expected in (
            (False, "ada@home.example", "ada@home.example"),
            ("ada@blueworkshop.example", "boss@blueworkshop.example", "boss@blueworkshop.example"),
        ):
            complaint = self._move_to(self._create_complaint(), "reply")
            self.contact.email = contact_email
            complaint.with_user(self.rep).partner_email = email
            self._approve(complaint)
            with self.subTest(email), self.mock_mail_gateway():
                self._send_reply(complaint)
                told = [address for mail in self._mails for address in mail["email_to"] if "sunrise" not in address]
                self.assertEqual(len(told), 1)
                self.assertIn(expected, told[0])
