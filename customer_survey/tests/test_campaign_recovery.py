from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import CampaignCommon


class RecoveryCommon(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls.contact]
        cls.customer.user_id = cls.rep
        cls.other_leader = cls._new_user("other_leader", "quality_complaint.group_handler")

    def _close(self):
        """A complaint out of a low answer that its people have handled and closed."""
        return self._move_to(self._complain(), "closed")

    def _complain(self):
        campaign = self._collect(40, complaint_threshold=50)
        complaint = self.env["quality.complaint"].search([("survey_user_input_id.campaign_id", "=", campaign.id)]).with_user(self.rep)
        complaint.write({
            "type_id": self.complaint_type.id, "sales_manager_id": self.sales_manager.id,
            "line_ids": [Command.create({"product_id": self.product.id, "quantity": 1})], "demand_ids": [Command.create({"name": "Replace it"})],
        })
        return complaint

    def _get_recovery(self, complaint):
        return self.env["survey.user_input"].search([("recovery_complaint_id", "=", complaint.id)])

    def _get_mail(self, copy):
        return self.env["mail.mail"].search([("model", "=", "survey.user_input"), ("res_id", "in", copy.ids)])

    def _answer_again(self, copy, value):
        copy._mark_in_progress()
        copy._save_lines(self.question["Are you satisfied?"], self._choice("Are you satisfied?", value))
        copy._save_lines(self.question["Tell us more"], "Rust again" if value == "Not at all" else "Thanks")
        copy._mark_done()
        self.env.flush_all()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestCampaignRecovery(RecoveryCommon):
    def test_when_the_complaint_is_closed_its_customer_is_asked_once_more(self):
        complaint = self._close()
        copy = self._get_recovery(complaint)
        self.assertEqual((copy.partner_id, copy.survey_id, copy.state, copy.campaign_company_id), (self.contact, self.survey, "new", self.company))
        mail = self._get_mail(copy)
        self.assertIn(copy.access_token, mail.body_html)
        self.assertIn(complaint.name, mail.body_html)
        self.assertNotEqual(copy.access_token, complaint.sudo().survey_user_input_id.access_token)
        self.assertEqual(complaint.sudo().survey_user_input_id.campaign_id.copy_count, 1, "it is no copy of the campaign")
        complaint.with_user(self.quality_manager).action_reopen()
        self._move_to_closed_again(complaint)
        self.assertEqual(self._get_recovery(complaint), copy, "nobody is asked twice")
        self.assertEqual(len(self._get_mail(copy)), 1)

    def _move_to_closed_again(self, complaint):
        complaint.with_user(self.handler).action_resolve()
        complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(complaint)
        self._answer(complaint, "yes")
        self.assertEqual(complaint.state, "closed")

    def test_who_is_satisfied_now_is_noted(self):
        complaint = self._close()
        self._answer_again(self._get_recovery(complaint), "Very")
        self.assertEqual((complaint.state, complaint.round), ("closed", 1))
        notes = complaint.message_ids.filtered(lambda message: "satisfied now: 100.0 %" in (message.body or ""))
        self.assertEqual(len(notes), 1)
        self.assertIn("Thanks", notes.body)

    def test_who_is_still_not_satisfied_gets_another_owner_once(self):
        complaint = self._close()
        copy = self._get_recovery(complaint)
        self._answer_again(copy, "Not at all")
        self.assertEqual((complaint.state, complaint.round, complaint.handler_id), ("investigation", 2, self.quality_manager))
        self.assertEqual(complaint.with_user(self.quality_manager).activity_ids.user_id, self.quality_manager)
        self.assertTrue(complaint.message_ids.filtered(lambda message: "Rust again" in (message.body or "")))
        copy._mark_done()
        self.assertEqual((complaint.round, len(complaint.message_ids.filtered(lambda message: "Rust again" in (message.body or "")))), (2, 1))
        self.assertEqual(self.env["quality.complaint"].search_count([("survey_user_input_id", "=", copy.id)]), 0, "it is no complaint of its own")

    def test_the_next_owner_is_told_in_their_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.rep.lang = "zh_CN"
        complaint = self._close()
        self._answer_again(self._get_recovery(complaint), "Not at all")
        told = self.env["mail.message"].search([
            ("model", "=", "quality.complaint"), ("res_id", "=", complaint.id), ("subject", "=like", "Please take it up anew%"),
        ])
        self.assertEqual(told.partner_ids, self.quality_manager.partner_id)
        self.assertIn("still not satisfied: 40.0 %", told.body)
        self.assertTrue(complaint.message_ids.filtered(lambda message: "仍" in (message.body or "") and "Rust again" in message.body), "the note is the salesperson's")

    def test_that_the_question_did_not_arrive_stands_on_the_complaint(self):
        complaint = self._close()
        copy = self._get_recovery(complaint)
        self._get_mail(copy)._postprocess_sent_message([], [], failure_reason="550 no such user", failure_type="unknown")
        copy._message_receive_bounce(copy.email, self.contact)
        notes = [message.body for message in complaint.message_ids if "did not arrive" in (message.body or "")]
        self.assertEqual(len(notes), 2)
        self.assertTrue(any("550 no such user" in body for body in notes))

    def test_where_the_leader_had_it_those_above_take_it(self):
        self.team.escalation_user_ids = self.other_leader
        complaint = self._close()
        complaint.sudo().handler_id = self.quality_manager
        self._answer_again(self._get_recovery(complaint), "Not at all")
        self.assertEqual((complaint.round, complaint.sudo().handler_id), (2, self.other_leader))

    def test_what_is_handled_again_already_is_not_disturbed(self):
        complaint = self._close()
        complaint.with_user(self.quality_manager).action_reopen()
        self._answer_again(self._get_recovery(complaint), "Not at all")
        self.assertEqual((complaint.round, complaint.handler_id), (2, self.handler))
        self.assertTrue(complaint.message_ids.filtered(lambda message: "still not satisfied: 40.0 %" in (message.body or "")))

    def test_who_wants_no_mails_is_not_asked(self):
        complaint = self._complain()
        self.env["mail.blacklist"]._add(self.contact.email)
        self._move_to(complaint, "closed")
        self.assertFalse(self._get_recovery(complaint))
        self.assertTrue(complaint.message_ids.filtered(lambda message: "they want no e-mails" in (message.body or "")))

    def test_a_complaint_that_is_not_of_a_campaign_asks_nobody(self):
        complaint = self._move_to(self._create_complaint(), "closed")
        self.assertFalse(self._get_recovery(complaint))

    def test_another_company_does_not_see_the_answer(self):
        copy = self._get_recovery(self._close())
        stranger = self._new_user("stranger", "sales_team.group_sale_manager", company=self.env["res.company"].create({"name": "Moon"}))
        self.assertFalse(self.env["survey.user_input"].with_user(stranger).search([("id", "=", copy.id)]))
        with self.assertRaises(AccessError):
            copy.with_user(stranger).read(["state"])


@tagged("post_install", "-at_install")
class TestCampaignRecoveryUnsubscribe(RecoveryCommon, HttpCase):
    def test_who_is_asked_again_can_say_that_they_do_not_want_it(self):
        complaint = self._close()
        copy = self._get_recovery(complaint)
        mail = self._get_mail(copy)
        self.assertIn(copy.unsubscribe_url, mail.body_html)
        self.assertIn(copy.unsubscribe_url, mail.headers)
        path = copy.unsubscribe_url.replace(copy.get_base_url(), "")
        self.assertIn("Do Not Ask Me Again", self.url_open(path).text)
        self.assertFalse(self.env["mail.blacklist"].search([("email", "=", self.contact.email)]))
        for _again in range(2):
            self.assertIn("We will not ask", self.url_open(path, data={"List-Unsubscribe": "One-Click"}).text)
        self.assertTrue(self.env["mail.blacklist"].search([("email", "=", self.contact.email)]))

    def test_another_link_unsubscribes_nobody(self):
        complaint = self._close()
        copy = self._get_recovery(complaint)
        answer = complaint.sudo().survey_user_input_id
        for token in (answer._get_unsubscribe_token(), answer.recipient_ids._get_unsubscribe_token(), "0" * 64):
            self.assertEqual(self.url_open(f"/customer_survey/unsubscribe/copy/{copy.id}/{token}", data={"a": "b"}).status_code, 404)
        self.assertFalse(self.env["mail.blacklist"].search([("email", "=", self.contact.email)]))
