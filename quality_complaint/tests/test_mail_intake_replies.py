from odoo.fields import Command
from odoo.tests import tagged

from .intake_common import IntakeCommon


@tagged("post_install", "-at_install")
class TestMailReplies(IntakeCommon):
    """What a customer writes about his complaint is found on it, and who has the next step is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._create_complaint(handler_id=cls.handler.id)
        cls.colleague = cls.env["res.partner"].create({"name": "Cy Blue", "parent_id": cls.customer.id, "email": "cy@elsewhere.example"})

    def _assert_joins(self, raw, complaint=None):
        complaint = complaint or self.complaint
        before = complaint.message_ids
        self.assertFalse(self._receive(raw))
        return (complaint.message_ids - before).filtered(lambda message: message.message_type == "email").ensure_one()

    def test_an_answer_joins_by_its_reference(self):
        with self.mock_mail_gateway():
            sent = self.complaint.with_user(self.rep).message_post(
                body="Which box?", partner_ids=self.contact.ids, subtype_xmlid="mail.mt_comment",
            )
        for sender in ("ada@blueworkshop.example", "cy@elsewhere.example", "Ada at home <ada@home.example>"):
            with self.subTest(sender):
                message = self._assert_joins(self._mail(sender=sender, In_Reply_To=sent.message_id, subject="Re: which box?"))
                self.assertIn("The blades are rusty.", message.body)

    def test_a_fresh_mail_with_the_number_joins_from_any_address_of_the_customer(self):
        for subject in (f"[{self.complaint.name}] more", f"More on {self.complaint.name.lower()}", f"关于{self.complaint.name}的照片"):
            for sender in ("ada@blueworkshop.example", "office@blueworkshop.example", "cy@elsewhere.example"):
                with self.subTest(subject, sender=sender):
                    message = self._assert_joins(self._mail(subject=subject, sender=sender))
                    self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))

    def test_the_address_on_the_complaint_is_the_customer_s(self):
        self.complaint.partner_email = "ada@home.example"
        self._assert_joins(self._mail(subject=self.complaint.name, sender="Ada <ADA@home.example>"))

    def test_the_number_of_another_s_complaint_is_a_new_complaint(self):
        for sender in ("office@redgarage.example", "somebody@blueworkshop.example"):
            with self.subTest(sender):
                new = self._receive(self._mail(subject=f"[{self.complaint.name}] mine too", sender=sender))
                self.assertEqual(len(new), 1)
                self.assertIn(f"{self.complaint.name}, which is of another customer: Blue Workshop", self._get_notes(new))
                self.assertFalse(self.complaint.message_ids.filtered(lambda message: message.message_type == "email"))
                for mail in self._sent_to(new.partner_email):
                    self.assertNotIn("Blue Workshop", str(mail["body"]))

    def test_the_number_of_another_company_s_complaint_is_a_new_complaint(self):
        moon = self.env["res.company"].create({"name": "Moon"})
        theirs = self.env["quality.complaint"].with_company(moon).create({
            "subject": "x", "partner_id": self.customer.id, "type_id": self.env["quality.complaint.type"].create({"name": "T", "company_id": moon.id}).id,
        })
        theirs.name = "C/2026/99999"
        self.assertEqual(self._receive(self._mail(subject="C/2026/99999")).company_id, self.company)

    def test_a_colleague_s_mail_with_the_number_stays_among_us(self):
        message = self._assert_joins(self._mail(subject=f"Fwd: {self.complaint.name}", sender=self.other_rep.email))
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))

    def test_what_is_written_about_a_merged_complaint_is_on_the_kept_one(self):
        kept = self._create_complaint()
        self.env["quality.complaint.merge.wizard"].with_user(self.quality_manager).create({
            "kept_id": kept.id, "complaint_ids": [Command.set((kept | self.complaint).ids)],
        }).action_confirm()
        self._assert_joins(self._mail(subject=self.complaint.name), kept)

    def test_whoever_has_the_step_is_told_once(self):
        for state, user in (
            ("draft", self.rep), ("review", self.quality_manager), ("investigation", self.handler),
            ("reply", self.sales_manager), ("follow_up", self.rep),
        ):
            with self.subTest(state):
                complaint = self._move_to(self._create_complaint(handler_id=self.handler.id), state)
                self._assert_joins(self._mail(subject=complaint.name), complaint)
                self.assertEqual(len(self._sent_to(user.email)), 1)

    def test_who_reads_in_odoo_is_told_there_once(self):
        self.handler.notification_type = "inbox"
        self._move_to(self.complaint, "investigation")
        message = self._assert_joins(self._mail(subject=self.complaint.name))
        self.assertFalse(self._sent_to(self.handler.email))
        self.assertEqual(len(message.notification_ids.filtered(lambda told: told.res_partner_id == self.handler.partner_id)), 1)

    def test_a_message_in_the_portal_tells_him_too(self):
        self._move_to(self.complaint, "investigation")
        with self.mock_mail_gateway():
            self.complaint.message_post(
                body="One more is rusty", author_id=self.contact.id, message_type="comment", subtype_xmlid="mail.mt_comment",
            )
            self.env.flush_all()
            self.env.cr.postcommit.run()
        self.assertEqual(len(self._sent_to(self.handler.email)), 1)

    def test_what_we_write_is_for_whom_we_write_it(self):
        self._move_to(self.complaint, "investigation")
        message = self.complaint.with_user(self.rep).message_post(
            body="Wait", partner_ids=self.contact.ids, message_type="comment", subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(message.partner_ids, self.contact)

    def test_after_the_end_it_is_an_activity_and_one_only(self):
        for state, user in (("closed", self.handler), ("rejected", self.handler), ("cancel", self.handler)):
            with self.subTest(state):
                complaint = self._move_to(self._create_complaint(handler_id=self.handler.id), state)
                for _number in range(2):
                    self._assert_joins(self._mail(subject=complaint.name), complaint)
                    self.assertEqual(len(self._sent_to(user.email)), 1)
                self.assertEqual(complaint.activity_ids.user_id, user)
                self.assertEqual(len(complaint.activity_ids), 1)
                self.assertEqual(complaint.state, state)

    def test_answers_are_asked_for_at_the_team_s_address(self):
        with self.mock_mail_gateway():
            self.complaint.with_user(self.rep).message_post(body="Which box?", partner_ids=self.contact.ids, subtype_xmlid="mail.mt_comment")
            self.env.flush_all()
            self.env.cr.postcommit.run()
        self.assertIn("complaints@mail.sunrise.example", self._sent_to("ada@blueworkshop.example")[0]["reply_to"])
        self.team.alias_target = "inquiry"
        self.assertIn("catchall@", self.complaint._notify_get_reply_to()[self.complaint.id])

    def test_a_question_s_number_leads_to_the_question_or_what_became_of_it(self):
        inquiry = self.env["quality.inquiry"].with_company(self.company).create({
            "subject": "Oil", "partner_id": self.contact.id, "user_id": self.rep.id,
        })
        self.assertFalse(self._receive(self._mail(subject=inquiry.name)))
        self.assertEqual(len(inquiry.message_ids.filtered(lambda message: message.message_type == "email")), 1)
        self.assertEqual(len(self._sent_to(self.rep.email)), 1)
        inquiry.complaint_id = self.complaint
        self._assert_joins(self._mail(subject=inquiry.name))
