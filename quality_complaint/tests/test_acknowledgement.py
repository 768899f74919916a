from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .intake_common import IntakeCommon


@tagged("post_install", "-at_install")
class TestAcknowledgement(IntakeCommon):
    """Who writes to us is told at once, in his language and once, that it has arrived and what comes next."""

    def _acknowledge(self, complaint):
        with self.mock_mail_gateway():
            complaint._send_acknowledgement()
            self.env.flush_all()
            self.env.cr.postcommit.run()
        return self._mails

    def test_it_names_the_number_what_comes_next_and_until_when(self):
        with self.at("2026-03-02 10:00:00"):
            self.env["quality.deadline.policy"].create({
                "name": "Mine", "company_id": self.company.id, "type_id": self.complaint_type.id, "sequence": 0,
                "line_ids": [Command.create({"step": "reply", "owner_role": "sales_manager", "duration": 2, "duration_unit": "day"})],
            })
            complaint = self._receive(self._mail())
        (mail,) = self._sent_to("ada@blueworkshop.example")
        self.assertEqual(mail["subject"], f"[{complaint.name}] We have received your complaint: Rust")
        self.assertIn("Dear Ada Blue", mail["body"])
        self.assertIn("We aim to answer you by 03/04/2026.", mail["body"])
        self.assertEqual(str(complaint.acknowledged_on), "2026-03-02 10:00:00")
        self.assertIn("office@mail.sunrise.example", mail["email_from"])
        self.assertIn("complaints@mail.sunrise.example", mail["reply_to"])

    def test_it_says_of_itself_that_it_is_automatic_and_belongs_to_his_mail(self):
        raw = self._mail()
        self._receive(raw)
        (mail,) = self._sent_to("ada@blueworkshop.example")
        self.assertEqual(mail["headers"]["Auto-Submitted"], "auto-replied")
        self.assertEqual(mail["headers"]["X-Auto-Response-Suppress"], "All")
        self.assertIn(f"<{self.messages}@blueworkshop.example>", mail["references"])

    def test_what_we_write_ourselves_is_not_marked_automatic(self):
        complaint = self._receive(self._mail())
        with self.mock_mail_gateway():
            complaint.with_user(self.rep).message_post(body="Which box?", partner_ids=self.contact.ids, subtype_xmlid="mail.mt_comment")
            self.env.flush_all()
            self.env.cr.postcommit.run()
        self.assertNotIn("Auto-Submitted", self._sent_to("ada@blueworkshop.example")[0]["headers"])

    def test_two_gateways_of_this_kind_do_not_answer_each_other(self):
        """Our acknowledgement, sent back to us as it is or as an answer of the same kind, leaves nothing behind."""
        self._receive(self._mail())
        (mail,) = self._sent_to("ada@blueworkshop.example")
        returned = self._mail(
            "We have received your complaint", sender="ada@blueworkshop.example", subject=mail["subject"],
            In_Reply_To=mail["message_id"], **{name.replace("-", "_"): value for name, value in mail["headers"].items() if name != "Return-Path"},
        )
        with self.assertNothingComes():
            self._receive(returned)

    def test_it_is_in_the_customer_s_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("quality_complaint.mail_template_acknowledgement")
        template.with_context(lang="zh_CN").subject = "[{{ object.name }}] 我们已收到您的投诉"
        self.contact.lang = "zh_CN"
        complaint = self._receive(self._mail())
        self.assertEqual(self._sent_to("ada@blueworkshop.example")[0]["subject"], f"[{complaint.name}] 我们已收到您的投诉")

    def test_it_completes_the_step_and_nothing_else_is_needed(self):
        self.env["quality.deadline.policy"].create({
            "name": "Mine", "company_id": self.company.id, "type_id": self.complaint_type.id, "sequence": 0,
            "line_ids": [Command.create({"step": "acknowledge", "owner_role": "reporter", "duration": 1})],
        })
        with self.at("2026-03-02 10:00:00"):
            complaint = self._receive(self._mail())
            self.assertEqual(complaint.milestone_ids.mapped("date_done"), [fields.Datetime.now()])
            unanswered = self._receive(self._mail(Auto_Submitted="auto-generated"))
            self.assertFalse(unanswered.milestone_ids.date_done)

    def test_a_customer_s_own_message_to_his_colleague_acknowledges_nothing(self):
        self.env["quality.deadline.policy"].create({
            "name": "Mine", "company_id": self.company.id, "type_id": self.complaint_type.id, "sequence": 0,
            "line_ids": [Command.create({"step": "acknowledge", "owner_role": "reporter", "duration": 1})],
        })
        complaint = self._create_complaint()
        complaint.message_post(
            body="See", author_id=self.contact.id, partner_ids=self.customer.ids, message_type="comment", subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(complaint.milestone_ids.date_done)

    def test_nobody_is_told_twice(self):
        complaint = self._receive(self._mail())
        self.assertFalse(self._acknowledge(complaint))
        self._receive(self._mail(subject=complaint.name))
        self.assertFalse(self._sent_to("ada@blueworkshop.example"))

    def test_it_can_be_sent_for_several_by_whoever_files_them(self):
        complaints = self._create_complaint() | self._create_complaint(contact_id=False)
        mails = self._acknowledge(complaints.with_user(self.other_rep).sudo(False))
        self.assertEqual(len(mails), 2)
        self.assertTrue(all(complaints.mapped("acknowledged_on")))

    def test_without_an_address_nothing_is_sent(self):
        for address in (False, "by fax"):
            with self.subTest(address=address):
                complaint = self._create_complaint(partner_email=address)
                self.assertFalse(self._acknowledge(complaint))
                self.assertFalse(complaint.acknowledged_on)

    def test_it_goes_to_the_address_on_the_complaint(self):
        complaint = self._create_complaint(partner_email="ada@home.example")
        (mail,) = self._acknowledge(complaint)
        self.assertIn("ada@home.example", mail["email_to"][0])

    def test_a_company_may_do_without(self):
        other = self.env["res.company"].create({"name": "Moon"})
        with Form(self.env["res.config.settings"].with_company(self.company)) as settings:
            settings.confirms_receipt = False
        settings.record.execute()
        self.assertTrue(other.confirms_receipt)
        complaint = self._receive(self._mail())
        self.assertFalse(complaint.acknowledged_on)
        self.assertFalse(self._sent_to("ada@blueworkshop.example"))

    def test_a_template_that_is_gone_or_broken_loses_nothing(self):
        template = self.env.ref("quality_complaint.mail_template_acknowledgement")
        template.body_html = """<p t-out="object.subject.nonsense if object.subject == 'Rust' else ''"/>"""
        with mute_logger("odoo.addons.quality_complaint.models.intake.quality_mail_intake_mixin", "odoo.addons.mail.models.mail_render_mixin"):
            broken = self._receive(self._mail())
        self.assertEqual(len(broken), 1)
        self.assertFalse(broken.acknowledged_on)
        self.assertIn("Nothing was sent", self._get_notes(broken))
        template.unlink()
        self.assertEqual(len(self._receive(self._mail())), 1)

    def test_a_question_is_acknowledged_as_well(self):
        self.team.alias_target = "inquiry"
        inquiry = self._receive(self._mail(subject="Oil"), "quality.inquiry")
        (mail,) = self._sent_to("ada@blueworkshop.example")
        self.assertEqual(mail["subject"], f"[{inquiry.name}] We have received your question: Oil")
        self.assertEqual(mail["headers"]["Auto-Submitted"], "auto-replied")
        self.assertTrue(inquiry.acknowledged_on)

    def test_nobody_writes_by_hand_that_it_was_sent(self):
        complaint = self._create_complaint()
        with self.assertRefused("Receipt Confirmed On", error=Exception):
            complaint.acknowledged_on = fields.Datetime.now()
