from contextlib import closing

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .reply_common import GAPS_8D, ReplyCommon

SECTIONS = (
    "D0 Symptom", "D1 Team", "D2 Problem", "D3 Interim", "D4 Root Causes", "D5 Permanent", "D6 Corrective", "D7 Recurrence", "D8 Closure",
)


@tagged("post_install", "-at_install")
class TestReplyLayouts(ReplyCommon):
    # ------------------------------------------------------------ which one
    def test_the_customers_layout_goes_before_the_types_and_that_before_the_letter(self):
        self.assertEqual(self._resolve(self._create_handled()).reply_report_id, self.letter)
        self.complaint_type.reply_report_id = self.form_a3
        self.assertEqual(self._resolve(self._create_handled()).reply_report_id, self.form_a3)
        self.customer.complaint_reply_report_id = self.form_8d
        self.assertEqual(self._resolve(self._create_handled()).reply_report_id, self.form_8d)
        other = self.env["res.partner"].create({"name": "Red Workshop", "email": "red@workshop.example"})
        self.assertEqual(self._resolve(self._create_handled(partner_id=other.id, contact_id=False)).reply_report_id, self.form_a3)

    def test_a_contact_has_the_layout_of_his_company(self):
        self.customer.write({"complaint_reply_report_id": self.form_8d.id, "complaint_reply_xlsx": True})
        self.assertEqual((self.contact.complaint_reply_report_id, self.contact.complaint_reply_xlsx), (self.form_8d, True))
        complaint = self._create_handled(partner_id=self.contact.id)
        self.assertEqual(self._resolve(complaint).reply_report_id, self.form_8d)

    def test_each_form_has_its_own_draft(self):
        complaint = self._create_8d(window_days=30)
        self.assertEqual(complaint.reply_form, "8d")
        self.assertSays(
            complaint.reply_body, *SECTIONS, "刀身生锈", "雨の日に届きました", "さび", "Screwdriver set", "2.00 Units", "Ada Blue", "Replace them → New sets were sent",
            "Handler", "Worker", "Block the lot", "下雨且无遮盖", "Root cause", "包装を誰も確認しない", "Cover the pallets", "Verification", "Observed until",
            "It does not come back", "Ask all carriers for covers", "Planned",
        )
        complaint.with_user(self.rep).reply_report_id = self.form_a3
        self.assertEqual(complaint.reply_form, "a3")
        self.assertSays(
            complaint.reply_body, "1. Background", "2. Current Condition", "3. Goal", "4. Cause", "5. Countermeasures", "6. Plan", "7. Follow-up", "刀身生锈",
            "Replace them", "下雨且无遮盖", "Cover the pallets", "Ask all carriers for covers", "Observed until",
        )

    def test_its_days_are_the_companys_whoever_prints_it(self):
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        self.rep.tz = "America/New_York"
        with self.at("2056-03-01 20:00:00"):
            complaint = self._create_complaint()
            # received, and the day of the document; the text of an 8D says the first once more
            for report, days in ((self.letter, 2), (self.form_8d, 3)):
                html, _kind = self.env["ir.actions.report"].with_user(self.rep)._render_qweb_html(report, complaint.ids)
                with self.subTest(report.name):
                    self.assertEqual((html.count(b"03/02/2056"), html.count(b"03/01/2056")), (days, 0))

    def test_what_was_cancelled_is_not_told_to_the_customer(self):
        complaint = self._create_handled()
        self._create_capa(complaint, name="Scold the driver", capa_type="corrective", user_id=self.handler.id).with_user(self.handler).action_cancel()
        for form in ("letter", "8d", "a3"):
            self.assertNotIn("Scold", complaint._render_reply(form))

    def test_a_verdict_is_the_proof_of_the_8d(self):
        complaint = self._create_handled()
        self.assertSays(complaint._render_reply("8d"), "To be verified: It does not come back.")
        corrective = complaint.capa_ids.filtered(lambda capa: capa.capa_type == "corrective")
        with self.at("2056-01-01 10:00:00"):
            self._judge(corrective, "effective", reason="No rust on 400 pallets")
        self.assertSays(complaint._render_reply("8d"), "Effective, 01/01/2056: No rust on 400 pallets")
        with self.at("2056-01-02 10:00:00"):
            corrective.with_user(self.quality_manager).action_reopen()
        self.assertNotIn("No rust on 400 pallets", complaint._render_reply("8d"), "it has to be done and judged again")

    def test_the_customers_texts_are_text_in_each_form(self):
        script = "<script>alert('x')</script><b>bold</b>"
        complaint = self._create_handled(subject=script, line_ids=[Command.create({"product_id": self.product.id, "defect": script})])
        for form in ("letter", "8d", "a3"):
            with self.subTest(form):
                text = complaint._render_reply(form)
                self.assertNotIn("<script", text)
                self.assertNotIn("<b>bold</b>", text)
                self.assertIn("&lt;script&gt;", text)

    def test_it_is_written_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        view = self.env.ref("quality_complaint.reply_body_8d")
        view.update_field_translations("arch_db", {"fr_FR": {"D1 Team": "D1 Équipe"}})
        self.contact.lang = "fr_FR"
        with self.at("2056-12-24 10:00:00"):
            complaint = self._create_8d()
        self.assertSays(complaint.reply_body, "D1 Équipe", "24/12/2056")
        self.assertNotIn("D1 Team", complaint.reply_body)
        self._approve(complaint)
        self.assertTrue(complaint.reply_approved_on, "the sections are found in each language")

    # ------------------------------------------------------------ another one
    def test_a_drafted_reply_keeps_its_layout_and_the_next_round_asks_anew(self):
        complaint = self._resolve(self._create_handled())
        other = self._resolve(self._create_handled())
        self.customer.complaint_reply_report_id = self.form_8d
        self.assertEqual((complaint | other).reply_report_id, self.letter)
        self._approve(complaint)
        self._send_reply(complaint)
        self.assertEqual(complaint.reply_ids.report_id, self.letter)
        self._answer(complaint, "no")
        complaint.with_user(self.handler).action_resolve()
        self.assertEqual((complaint.reply_report_id, complaint.reply_form), (self.form_8d, "8d"))
        self.assertEqual(other.reply_report_id, self.letter)

    def test_another_layout_drafts_anew_only_what_nobody_edited(self):
        plain, edited = self._resolve(self._create_handled()), self._resolve(self._create_handled())
        edited.with_user(self.rep).reply_body = "<p>By hand</p>"
        (plain | edited).with_user(self.rep).write({"reply_report_id": self.form_8d.id})
        self.assertSays(plain.reply_body, *SECTIONS)
        self.assertIn("By hand", edited.reply_body)
        self.assertEqual((plain.reply_form, edited.reply_form), ("8d", "letter"))
        self._approve(plain)
        with self.assertRefused("A text that is written as «8D Report»: press «Write Reply Anew», or choose another layout"):
            self._approve(edited)
        edited.with_user(self.rep).reply_report_id = self.letter
        self._approve(edited)
        self.assertIn("By hand", edited.reply_body)

    def test_text_and_layout_written_together_are_both_kept(self):
        complaint = self._resolve(self._create_handled())
        complaint.with_user(self.rep).write({"reply_report_id": self.form_8d.id, "reply_body": "<p>By hand</p>"})
        self.assertIn("By hand", complaint.reply_body)

    def test_another_layout_needs_a_new_approval_and_none_after_the_sending(self):
        complaint = self._approve(self._resolve(self._create_handled()))
        complaint.with_user(self.rep).reply_report_id = self.form_8d
        self.assertFalse(complaint.reply_approved_on)
        self._send_reply(self._approve(complaint))
        with self.assertRefused("has gone to the customer and stays as it is"):
            complaint.with_user(self.rep).reply_report_id = self.letter

    def test_only_a_layout_of_replies_can_be_chosen(self):
        complaint = self._resolve(self._create_handled())
        for report in ("quality_complaint.action_report_register", "sale.action_report_saleorder"):
            with self.subTest(report), self.assertRaises(ValidationError), closing(self.env.cr.savepoint()):
                complaint.with_user(self.rep).reply_report_id = self.env.ref(report)

    def test_what_changes_on_record_after_the_draft_is_said(self):
        complaint = self._create_8d()
        self.assertFalse(complaint.with_user(self.sales_manager).reply_hint)
        self.sales_manager.tz = "Pacific/Auckland"
        complaint.invalidate_recordset(["reply_hint"])
        self.assertFalse(complaint.with_user(self.sales_manager).reply_hint, "days are the company's")
        complaint.with_user(self.handler).cause_ids[:1].name = "The truck leaked"
        complaint.invalidate_recordset(["reply_hint"])
        self.assertIn("has changed since this text was drafted", complaint.with_user(self.sales_manager).reply_hint)
        complaint.with_user(self.rep).action_draft_reply()
        complaint.invalidate_recordset(["reply_hint"])
        self.assertFalse(complaint.reply_hint)
        self.assertIn("The truck leaked", complaint.reply_body)

    def test_who_has_a_task_of_it_opens_it_whatever_is_closed_to_him(self):
        lot = self._create_lot("LOT-7")
        complaint = self._create_8d(line_ids=[Command.create({"product_id": self.product.id, "lot_id": lot.id, "defect": "Rust"})])
        complaint.invalidate_recordset()
        seen = complaint.with_user(self.worker).read(["reply_hint", "reply_gaps", "next_gaps", "reply_revision", "reply_ids"])
        self.assertFalse(seen[0]["reply_hint"])
        self.assertIn("LOT-7", complaint.reply_body)

    # ------------------------------------------------------------ what it needs
    def test_an_8d_says_at_once_all_that_it_lacks(self):
        self.customer.complaint_reply_report_id = self.form_8d
        complaint = self._create_handled(without=GAPS_8D)
        self.assertEqual(complaint.with_user(self.handler).reply_gaps.split("\n"), list(GAPS_8D.values()))
        self._resolve(complaint)
        self.assertFalse(complaint.reply_gaps, "from now on the blue box says it")
        with self.assertRefused(f"The reply of {complaint.name} can't be approved yet:", *GAPS_8D.values()):
            self._approve(complaint)
        self.assertEqual(complaint.with_user(self.rep).next_gaps.split("\n")[:len(GAPS_8D)], list(GAPS_8D.values()))

    def test_each_thing_that_an_8d_needs_is_asked_for(self):
        self.customer.complaint_reply_report_id = self.form_8d
        self.assertFalse(self._create_handled().reply_gaps)
        for thing, gap in GAPS_8D.items():
            with self.subTest(thing):
                complaint = self._create_handled(without=[thing])
                self.assertEqual(complaint.with_user(self.handler).reply_gaps, gap)
                with self.assertRefused(gap):
                    self._approve(self._resolve(complaint))

    def test_an_8d_needs_its_corrective_action_done_and_proven(self):
        complaint = self._create_handled(without=["corrective"])
        capa = self._create_capa(complaint, name="Cover the pallets", capa_type="corrective", user_id=self.handler.id, verification_required=False)
        done, proof = "8D, D6: the corrective action «Cover the pallets» carried out", "8D, D6: the verification of a corrective action"
        gaps = complaint.sudo()._get_form_gaps("8d")
        self.assertEqual(gaps[:1], [done])
        self.assertTrue(gaps[1].startswith(proof))
        self._do(self._start(capa))
        self.assertTrue(complaint.sudo()._get_form_gaps("8d")[0].startswith(proof))
        self._carry_out(complaint, name="Train the drivers")
        self.assertFalse(complaint.sudo()._get_form_gaps("8d"))

    def test_an_a3_asks_for_condition_cause_and_countermeasure(self):
        self.customer.complaint_reply_report_id = self.form_a3
        complaint = self._create_handled(without=[*GAPS_8D])
        complaint.with_user(self.handler).write({"cause_ids": [Command.clear()], "analysis": "Rain"})
        with self.assertRefused("A3, current condition:", "A3, cause:", "A3, countermeasures:"):
            self._approve(self._resolve(complaint))
        self.assertTrue(self._approve(self._resolve(self._create_handled(without=["containment", "escape", "root", "preventive"]))).reply_approved_on)

    def test_a_letter_needs_no_more_than_the_answers(self):
        complaint = self._create_handled(without=GAPS_8D)
        self.assertFalse(complaint.with_user(self.handler).reply_gaps)
        self.assertTrue(self._approve(self._resolve(complaint)).reply_approved_on)

    def test_a_batch_with_one_that_lacks_something_approves_neither_and_names_all(self):
        complete = self._create_8d()
        first, second = self._create_8d(without=["escape"]), self._create_8d(without=["preventive"])
        with self.assertRefused(first.name, GAPS_8D["escape"], second.name, GAPS_8D["preventive"]):
            self._approve(complete | first | second)
        self.assertFalse(complete.reply_approved_on)
        complete.with_user(self.sales_manager).action_approve_reply()

    def test_what_was_approved_is_sent_whatever_is_opened_again_afterwards(self):
        complaint = self._approve(self._create_8d())
        complaint.capa_ids.filtered(lambda capa: capa.capa_type == "preventive").with_user(self.handler).action_cancel()
        self._send_reply(complaint)
        self.assertEqual(complaint.state, "follow_up")

    def test_a_section_that_an_edited_text_lost_is_missed(self):
        complaint = self._create_8d()
        body = complaint.reply_body
        complaint.with_user(self.rep).reply_body = body.replace("D3 Interim Containment Actions", "Containment").replace("D7 Recurrence", "D77 Recurrence")
        with self.assertRefused("The sections that the text has lost: D3, D7"):
            self._approve(complaint)
        complaint.with_user(self.rep).reply_body = body.replace("D3 Interim", "D3临时遏制措施").replace("D7 Recurrence", "D7再発防止")
        self._approve(complaint)

    # ------------------------------------------------------------ a layout that went away
    def test_a_deleted_layout_gives_way_to_the_next_and_nothing_is_lost(self):
        own = self.form_8d.copy({"name": "Our 8D"})
        self.customer.complaint_reply_report_id = self.complaint_type.reply_report_id = own
        sent, approved, edited, other = (self._resolve(self._create_handled()) for _number in range(4))
        other.with_user(self.rep).reply_report_id = self.form_8d
        self._send_reply(self._approve(sent))
        self._approve(approved)
        edited.with_user(self.rep).reply_body += "<p>By hand</p>"
        own.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.customer.complaint_reply_report_id or self.complaint_type.reply_report_id)
        self.assertEqual((approved | edited).reply_report_id, self.letter)
        self.assertEqual((approved.reply_form, approved.reply_approved_on), ("letter", False), "drafted as a letter, to be approved as one")
        self.assertEqual(approved.activity_ids.user_id, self.sales_manager)
        self.assertIn("By hand", edited.reply_body)
        for complaint in (approved, edited):
            self.assertIn("The layout «Our 8D» does not exist any more. The reply goes out as «Reply Letter»", complaint.message_ids[:3].mapped("body")[0])
        self.assertEqual((other.reply_report_id, other.reply_form), (self.form_8d, "8d"))
        self.assertEqual((sent.reply_ids.layout_name, sent.reply_ids.reply_form), ("Our 8D", "8d"))
        self.assertEqual(len(sent.reply_ids.attachment_ids), 1)
        self._send_reply(self._approve(approved))
        self.assertEqual(approved.state, "follow_up")

    def test_a_report_that_is_no_layout_any_more_gives_way_too(self):
        own = self.form_8d.copy({"name": "Our 8D"})
        self.customer.complaint_reply_report_id = own
        complaint, later = self._approve(self._resolve(self._create_handled())), self._create_handled()
        own.complaint_reply_form = False
        self.assertEqual((complaint.reply_report_id, complaint.reply_approved_on), (self.letter, False))
        self.assertEqual(self._resolve(later).reply_report_id, self.letter)

    def test_a_renamed_layout_stays_the_layout(self):
        own = self.form_8d.copy({"name": "Our 8D"})
        self.customer.complaint_reply_report_id = own
        complaint = self._approve(self._resolve(self._create_handled()))
        own.name = "Our 8D, 2027"
        self.assertEqual((complaint.reply_report_id, bool(complaint.reply_approved_on)), (own, True))

    @mute_logger("odoo.addons.base.models.ir_ui_view")
    def test_a_layout_without_its_template_is_told_before_approval_and_before_sending(self):
        view = self._create_view()
        own = self.form_8d.copy({"name": "Our 8D", "report_name": view.key})
        self.customer.complaint_reply_report_id = own
        waiting, approved = self._resolve(self._create_handled()), self._approve(self._resolve(self._create_handled()))
        view.unlink()
        for button in ("action_print_reply", "action_export_reply"):
            with self.subTest(button), self.assertRefused("Another layout: the template of «Our 8D» does not exist any more."):
                getattr(waiting.with_user(self.rep), button)()
        with self.assertRefused("Another layout: the template of «Our 8D» does not exist any more."):
            self._approve(waiting)
        with self.assertRefused("The template of the layout «Our 8D» does not exist any more"):
            approved.with_user(self.rep).action_send_reply()
        waiting.with_user(self.rep).reply_report_id = self.form_8d
        self._send_reply(self._approve(waiting))
        self.assertEqual(waiting.state, "follow_up")

    def test_without_any_layout_it_is_said_what_to_do(self):
        complaint = self._resolve(self._create_handled())
        self.env["ir.actions.report"].search([("complaint_reply_form", "!=", False)]).unlink()
        with self.assertRefused("A layout of the reply: there is none any more"):
            self._approve(complaint)
        for button in ("action_print_reply", "action_export_reply"):
            with self.subTest(button), self.assertRefused("A layout of the reply: there is none any more"):
                getattr(complaint.with_user(self.rep), button)()
        self.assertTrue(complaint.reply_body)

    # ------------------------------------------------------------ a layout of one's own
    def _create_view(self):
        return self.env["ir.ui.view"].create({
            "name": "own_8d", "key": "quality_complaint.own_8d", "type": "qweb",
            "arch": """<t t-call="web.html_container"><div class="article"><div class="page" t-foreach="docs" t-as="o">
                <h1>Our own form of <t t-out="o.name"/></h1><t t-out="o._get_printed_reply('8d')['body']"/></div></div></t>""",
        })

    def test_a_report_that_a_company_made_is_a_layout_by_one_field(self):
        own = self.form_8d.copy({"name": "Our 8D", "report_name": self._create_view().key, "print_report_name": "'Ours %s' % object._get_file_number()"})
        self.assertEqual(own.complaint_reply_form, "8d")
        self.customer.complaint_reply_report_id = own
        complaint = self._approve(self._resolve(self._create_handled()))
        self._send_reply(complaint)
        document = complaint.reply_ids.attachment_ids
        self.assertTrue(document.name.startswith(f"Ours {complaint.name.replace('/', '-')}."))
        self.assertIn("Our own form of", document.raw.decode())
        self.assertIn("D4 Root Causes", document.raw.decode())
