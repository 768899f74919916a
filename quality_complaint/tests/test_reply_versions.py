import re
from contextlib import closing

from odoo.exceptions import AccessError
from odoo.modules.migration import exec_script
from odoo.tests import tagged
from odoo.tools import file_path, mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .reply_common import ReplyCommon


@tagged("post_install", "-at_install")
class TestReplyVersions(ReplyCommon, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._create_8d()
        cls.other = cls._create_8d()
        with cls.at(cls, "2056-03-01 10:00:00"):
            cls._send_reply(cls._approve(cls.complaint))
        cls.sent = cls.complaint.reply_ids

    # ------------------------------------------------------------ what is kept
    def test_what_was_sent_is_kept_with_its_text_its_people_and_its_document(self):
        sent = self.sent
        self.assertEqual((sent.revision, sent.round, sent.report_id, sent.layout_name, sent.reply_form), (1, 1, self.form_8d, "8D Report", "8d"))
        self.assertEqual((sent.approved_by_id, sent.sent_by_id), (self.sales_manager, self.rep))
        self.assertEqual((str(sent.approved_on), str(sent.sent_on)), ("2056-03-01 10:00:00",) * 2)
        self.assertEqual(sent.sent_to, '"Ada Blue" <ada@blueworkshop.example>')
        self.assertEqual(sent.body, self.complaint.reply_body)
        letter = self.complaint.message_ids.attachment_ids
        self.assertEqual((sent.attachment_ids.name, sent.attachment_ids.raw), (letter.name, letter.raw))
        self.assertTrue(letter.name.startswith(f"8D Report {self.complaint.name.replace('/', '-')}."))
        self.assertFalse(self.other.reply_ids)

    def test_it_stays_when_its_message_loses_the_file(self):
        content = self.sent.attachment_ids.raw
        self.complaint.message_ids.attachment_ids.unlink()
        self.assertEqual(self.sent.attachment_ids.raw, content)

    def test_nobody_writes_or_deletes_it(self):
        for user in (self.rep, self.handler, self.quality_manager, self.sales_manager, self.complaint_admin):
            sent = self.sent.with_user(user)
            for attempt in (
                lambda sent=sent: sent.write({"body": "Other"}),
                lambda sent=sent: sent.unlink(),
                lambda sent=sent: sent.attachment_ids.unlink(),
                lambda sent=sent: sent.create({"complaint_id": self.other.id, "revision": 1, "round": 1, "sent_on": "2056-03-01"}),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError), closing(self.env.cr.savepoint()):
                    attempt()

    def test_who_reads_the_complaint_reads_it_with_its_document_and_nobody_else(self):
        self.env.invalidate_all()
        for user in (self.rep, self.handler, self.worker):  # the worker has a task of it
            sent = self.sent.with_user(user)
            with self.subTest(user.login):
                self.assertEqual(sent.search([("complaint_id", "=", self.complaint.id)]), sent)
                self.assertTrue(sent.attachment_ids.raw)
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self._new_user("foreign", "quality_complaint.group_manager", company=company)
        for user in (self.other_rep, self.outsider, foreign):
            with self.subTest(user.login):
                self.env.invalidate_all()
                sent = self.env["quality.complaint.reply"].with_user(user).browse(self.sent.id)
                self.assertFalse(sent.search([("id", "=", sent.id)]))
                with self.assertRaises(AccessError):
                    sent.read(["body"])
                with self.assertRaises(AccessError):
                    self.env["ir.attachment"].with_user(user).browse(self.sent.sudo().attachment_ids.id).read(["raw"])

    def test_an_update_keeps_what_was_sent_before_and_does_not_send_the_letter_beside_it(self):
        template = self.env.ref("quality_complaint.mail_template_reply")
        other_report = self.env.ref("quality_complaint.action_report_complaint_sheet")
        template.report_template_ids = self.letter | other_report
        self.sent.sudo().unlink()
        self.env.flush_all()
        script = file_path("quality_complaint/migrations/19.0.1.2.0/post-reply_layouts.py")
        for _again in range(2):
            exec_script(self.env.cr, "19.0.1.1.0", script, "quality_complaint", "post")
            self.env.invalidate_all()
            self.assertEqual(template.report_template_ids, other_report)
            sent = self.complaint.reply_ids
            self.assertEqual((sent.revision, sent.reply_form, sent.body), (1, "letter", self.complaint.reply_body))
            self.assertEqual((sent.sent_on, sent.approved_by_id), (self.complaint.reply_sent_on, self.sales_manager))
            self.assertFalse(self.other.reply_ids)

    def test_the_newest_comes_first(self):
        self.complaint.with_user(self.rep).action_correct_reply()
        self._send_reply(self._approve(self.complaint))
        self.assertEqual(self.complaint._get_sent_replies().mapped("revision"), [2, 1])

    # ------------------------------------------------------------ correcting
    def test_a_reply_is_corrected_in_its_round_and_both_are_kept(self):
        replied = self.complaint.milestone_ids.filtered(lambda milestone: milestone.step == "reply").date_done
        first = self.sent.body
        with self.at("2056-03-02 10:00:00"):
            self.complaint.with_user(self.rep).action_correct_reply()
            self.assertEqual((self.complaint.state, self.complaint.round, self.complaint.reply_approved_on), ("reply", 1, False))
            self.assertEqual(self.complaint.activity_ids.user_id, self.sales_manager)
            self.assertEqual(self.complaint.reply_body, first, "what was sent is where one goes on")
            self.complaint.with_user(self.rep).reply_body += "<p>We forgot the carrier</p>"
            with self.assertRefused("Only an approved reply"):
                self.complaint.with_user(self.rep).action_send_reply()
            self._send_reply(self._approve(self.complaint))
        newest, oldest = self.complaint._get_sent_replies()
        self.assertEqual((newest.revision, newest.round, oldest), (2, 1, self.sent))
        self.assertIn("We forgot the carrier", newest.body)
        self.assertEqual(oldest.body, first)
        self.assertEqual(newest.attachment_ids.name.rsplit(".", 1)[0], f"8D Report {self.complaint.name.replace('/', '-')} R2")
        self.assertEqual(self.complaint.state, "follow_up")
        self.assertEqual(self.complaint.milestone_ids.filtered(lambda milestone: milestone.step == "reply").date_done, replied)
        self.assertEqual(self.other.state, "reply")

    def test_a_reply_is_not_corrected_once_the_customer_has_answered(self):
        self._create_capa(self.complaint, name="Tell the carrier", user_id=self.handler.id).with_user(self.handler).action_open()
        self._answer(self.complaint, "yes")
        self.assertEqual(self.complaint.state, "follow_up", "an action is open")
        with self.assertRefused("The customer has answered to this reply"):
            self.complaint.with_user(self.rep).action_correct_reply()

    def test_an_open_action_does_not_keep_a_reply_from_being_corrected(self):
        self._create_capa(self.complaint, name="Tell the carrier", user_id=self.handler.id).with_user(self.handler).action_open()
        self.complaint.with_user(self.sales_manager).write({"state": "reply"})
        self.assertEqual((self.complaint.state, self.complaint.reply_sent_on), ("reply", False), "written as pressed")

    def test_the_next_round_counts_on(self):
        self._answer(self.complaint, "no")
        self.assertEqual(self.complaint.reply_revision, 2)
        self._resolve(self.complaint)
        self._send_reply(self._approve(self.complaint))
        self.assertEqual([(reply.revision, reply.round) for reply in self.complaint._get_sent_replies()], [(2, 2), (1, 1)])

    # ------------------------------------------------------------ once more
    def test_it_is_sent_again_as_it_was(self):
        content = self.sent.attachment_ids.raw
        self.complaint.with_user(self.handler).cause_ids[:1].name = "Something else"
        before = self.complaint.message_ids
        with self.mock_mail_gateway():
            self._send(self.sent.with_user(self.rep), "action_send_again")
        self.assertEqual((self.complaint.message_ids - before).attachment_ids.mapped("raw"), [content])
        self.assertEqual(len([mail for mail in self._mails if "ada@blueworkshop.example" in mail["email_to"][0]]), 1)
        self.assertEqual((self.complaint.reply_ids, self.complaint.state), (self.sent, "follow_up"))

    def test_its_document_is_downloaded(self):
        action = self.sent.with_user(self.handler).action_print()
        self.assertEqual(action["url"], f"/web/content/{self.sent.attachment_ids.id}?download=true")

    def test_what_was_recorded_without_a_document_is_printed_from_its_text(self):
        self.sent.sudo().attachment_ids.unlink()
        self.complaint.with_user(self.rep).action_correct_reply()
        self.complaint.with_user(self.rep).reply_body = "<p>D0 another text</p>"
        sent = self.sent.with_user(self.handler).with_context(force_report_rendering=True)
        sent.action_print()
        text = "".join(self._read_pdf(self.sent.attachment_ids.raw)[0])
        self.assertSays(text, "8D Report", "03/01/2056", "D7 Recurrence")
        self.assertNotIn("anothertext", text)
        self.assertEqual(self.sent.attachment_ids.name, f"8D Report {self.complaint.name.replace('/', '-')}.pdf", "revision 1, though the next is written")
        self.assertEqual(sent.action_print()["url"], f"/web/content/{self.sent.attachment_ids.id}?download=true")
        self.assertEqual(len(self.sent.attachment_ids), 1, "printed once")

    @mute_logger("odoo.addons.base.models.ir_ui_view")
    def test_what_was_recorded_without_a_document_is_printed_though_its_layout_lost_its_template(self):
        self.sent.sudo().attachment_ids.unlink()
        own = self.form_8d.copy({"name": "Our 8D", "report_name": "quality_complaint.gone"})
        self.sent.sudo().report_id = own
        self.sent.with_user(self.handler).action_print()
        self.assertTrue(self.sent.attachment_ids.raw)
        self.sent.sudo().attachment_ids.unlink()
        self.env["ir.actions.report"].search([("complaint_reply_form", "!=", False)]).unlink()
        with self.assertRefused("A layout of the reply: there is none any more"):
            self.sent.with_user(self.handler).action_print()

    # ------------------------------------------------------------ what goes out
    def test_a_mail_begun_before_a_new_approval_does_not_go_out_with_the_old_document(self):
        with self.at("2056-03-01 10:00:00"):
            action = self._approve(self.other).with_user(self.rep).action_send_reply()
            begun = self.env["mail.compose.message"].with_user(self.rep).with_context(**action["context"]).create({})
            self.assertTrue(begun.attachment_ids, "the document is made here")
        with self.at("2056-03-01 11:00:00"):
            self.other.with_user(self.rep).reply_body += "<p>The number was wrong</p>"
            self._approve(self.other)
            with self.assertRefused("from before the reply was approved anew", self.other.name):
                begun._action_send_mail()
            self.assertEqual((self.other.state, self.other.reply_ids.ids), ("reply", []))
            self._send_reply(self.other)
        self.assertIn("The number was wrong", self.other.reply_ids.body)
        self.assertEqual(str(self.other.reply_ids.approved_on), "2056-03-01 11:00:00")

    def test_a_deleted_template_of_the_reply_does_not_keep_other_mails_back(self):
        self.env.ref("quality_complaint.mail_template_reply").unlink()
        with self.mock_mail_gateway():
            self._send(self.complaint.with_user(self.rep), "action_ask_by_mail")
        self.assertEqual(self.complaint.follow_up_ids.partner_id, self.contact)

    def test_an_8d_reads_on_paper_as_it_was_approved(self):
        body = self.other.reply_body.replace("D0 Symptom", "D0 症状と応急処置 Symptom")
        self.other.with_user(self.rep).reply_body = body
        self._send_reply(self._approve(self.other).with_context(force_report_rendering=True))
        self.assertEqual(self.other.reply_ids.attachment_ids.mimetype, "application/pdf")
        texts, pages = self._read_pdf(self.other.reply_ids.attachment_ids.raw)
        self.assertLess(pages[0].mediabox.width, pages[0].mediabox.height)
        self.assertSays(
            "".join(texts), "Sunrise Tools", f"8D Report {self.other.name}", "Blue Workshop", "Ada Blue", "Screwdriver set", "Revision1", "D0 症状と応急処置",
            "D1 Team", "D2", "刀身生锈", "雨の日に届きました", "さび", "D3", "Block the lot", "D4", "下雨且无遮盖", "→ Root cause", "包装を誰も確認しない", "D5", "D6",
            "Cover the pallets", "D7", "Ask all carriers for covers", "D8", "Sales manager", f"Page1/{len(pages)}",
        )
        self.assertNotIn("notapproved", "".join(texts))

    def test_an_a3_is_one_sheet_across_with_the_problem_on_the_left(self):
        self.customer.complaint_reply_report_id = self.form_a3
        complaint = self._resolve(self._create_handled())
        self._send_reply(self._approve(complaint).with_context(force_report_rendering=True))
        texts, pages = self._read_pdf(complaint.reply_ids.attachment_ids.raw)
        self.assertEqual(len(pages), 1)
        self.assertEqual((round(pages[0].mediabox.width / 72 * 25.4), round(pages[0].mediabox.height / 72 * 25.4)), (420, 297))
        self.assertSays(
            texts[0], f"A3 Report {complaint.name}", "1. Background", "2. Current Condition", "雨の日に届きました", "3. Goal", "4. Cause", "下雨且无遮盖", "包装を誰も確認しない",
            "5. Countermeasures", "6. Plan", "7. Follow-up",
        )
        places = {}

        def note(text, _cm, matrix, _font, _size):
            for heading in ("Background", "Countermeasures"):
                if heading in text:
                    places[heading] = matrix[4] + _cm[4]

        pages[0].extract_text(visitor_text=note)
        self.assertLess(places["Background"], pages[0].mediabox.width / 2)
        self.assertGreater(places["Countermeasures"], pages[0].mediabox.width / 2 - 40)

    def test_a_print_of_another_form_is_drafted_and_says_that_it_is_a_draft(self):
        report = self.env["ir.actions.report"].with_user(self.handler).with_context(force_report_rendering=True)
        for layout, expected in ((self.form_8d, "D4RootCauses"), (self.letter, "DearAdaBlue"), (self.form_a3, "5.Countermeasures")):
            with self.subTest(layout.name):
                texts, _pages = self._read_pdf(report._render_qweb_pdf(layout, self.complaint.ids)[0])
                self.assertIn(expected, "".join(texts))
                self.assertEqual("notapprovedyet" in "".join(texts), layout != self.form_8d)

    def test_long_texts_pictures_and_many_rows_stay_on_the_paper(self):
        picture = "<img src='data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==' width='4000'/>"
        rows = "".join(f"<tr><td>Row {number}</td><td>{'长文本' * 60}</td></tr>" for number in range(60))
        table = f"<table class='table table-sm'><thead><tr><th>Number</th><th>Text</th></tr></thead><tbody>{rows}</tbody></table>"
        self.other.with_user(self.rep).reply_body = str(self.other.reply_body).replace("<h4>D7", f"{picture}{table}<h4>D7")
        complaint = self.other.with_context(force_report_rendering=True)
        texts, pages = self._read_pdf(complaint._print_reply(self.form_8d)[1])
        self.assertGreater(len(pages), 3)
        for number in (0, 59):
            self.assertEqual(sum(len(re.findall(rf"Row{number}(?!\d)", text)) for text in texts), 1)
        self.assertGreater(sum("NumberText" in text for text in texts), 2, "the head comes again on each page")

    def test_its_mail_and_the_name_of_its_file_speak_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        template = self.env.ref("quality_complaint.mail_template_reply")
        template.with_context(lang="fr_FR").write({"subject": "Notre réponse {{ object.name }}", "body_html": "<p>Ci-joint notre réponse</p>"})
        self.form_8d.with_context(lang="fr_FR").print_report_name = "'Rapport 8D %s' % object._get_file_number()"
        self.other.with_user(self.rep).action_draft_reply()
        with self.mock_mail_gateway():
            self._send_reply(self._approve(self.other))
        (mail,) = (mail for mail in self._mails if "ada@blueworkshop.example" in mail["email_to"][0])
        self.assertEqual(mail["subject"], f"Notre réponse {self.other.name}")
        self.assertIn("Ci-joint notre réponse", mail["body"])
        self.assertTrue(self.other.reply_ids.attachment_ids.name.startswith("Rapport 8D"))

    def test_each_of_two_gets_the_layout_of_its_own(self):
        self.other.with_user(self.rep).reply_report_id = self.letter
        self._send_reply(self._approve(self.other))
        self.assertTrue(self.other.reply_ids.attachment_ids.name.startswith("Reply C-"))
        self.assertTrue(self.sent.attachment_ids.name.startswith("8D Report C-"))
