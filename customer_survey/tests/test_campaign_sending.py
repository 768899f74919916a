from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.mail.models.mail_mail import MailMail
from odoo.addons.mail.tests.common import MockEmail

from ..models.campaign import survey_campaign_sending
from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignSending(CampaignCommon, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls._create_customer(f"Customer {number}") for number in range(5)]

    def _plan(self, **values):
        campaign = self._create_campaign(**values)
        self.env["survey.campaign.recipient"].with_user(self.organizer).create(
            [{"campaign_id": campaign.id, "partner_id": customer.id} for customer in self.customers],
        )
        return campaign

    def _start(self, campaign, moment="2026-06-10 08:00:00"):
        with self.at(moment):
            campaign.action_start()
            self._run_sending()

    def _get_states(self, campaign):
        campaign.recipient_ids.invalidate_recordset()
        return [recipient.state for recipient in campaign.recipient_ids.sorted("id")]

    def test_each_gets_one_mail_with_a_link_of_their_own(self):
        campaign = self._plan()
        self._start(campaign)
        self.assertEqual(self._get_states(campaign), ["sent"] * 5)
        mails = self._get_mails(campaign)
        self.assertEqual(
            sorted(mails.mapped("email_to")), [f'"Customer {number}" <office@customer{number}.example>' for number in range(5)],
        )
        for recipient in campaign.recipient_ids:
            copy = recipient.user_input_id
            mail = mails.filtered(lambda mail, copy=copy: mail.res_id == copy.id)
            self.assertIn(f"answer_token={copy.access_token}", mail.body_html)
            self.assertIn(recipient.unsubscribe_url, mail.headers)
            self.assertEqual((copy.campaign_id, str(copy.deadline), copy.test_entry), (campaign, "2026-07-31 23:59:59", False))
        self._run_sending()
        self.assertEqual(len(self._get_mails(campaign)), 5, "a second run asks nobody again")

    def test_it_is_in_the_recipients_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env.ref("customer_survey.mail_template_invitation").with_context(lang="zh_CN").subject = "{{ object.company_id.name }}：您满意吗？"
        self.customers[0].lang = "zh_CN"
        campaign = self._plan()
        self._start(campaign)
        self.assertEqual(
            sorted(self._get_mails(campaign).mapped("subject")), ["Sunrise Tools: how satisfied are you with us?"] * 4 + ["Sunrise Tools：您满意吗？"],
        )

    def test_before_its_time_nothing_goes_out(self):
        campaign = self._plan(date_send="2026-06-20 08:00:00")
        with self.at("2026-06-10 08:00:00"):
            campaign.action_start()
        trigger = self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref("customer_survey.ir_cron_send").id)], order="call_at desc", limit=1)
        self.assertEqual(str(trigger.call_at), "2026-06-20 08:00:00")
        with self.at("2026-06-20 07:59:59"):
            self._run_sending()
        self.assertEqual(self._get_states(campaign), ["planned"] * 5)
        with self.at("2026-06-20 08:00:00"):
            self._run_sending()
        self.assertEqual(self._get_states(campaign), ["sent"] * 5)

    def test_a_run_that_is_killed_loses_nobody_and_doubles_nobody(self):
        campaign = self._plan()
        commits = []

        def commit(cron, processed=0, remaining=None, **_kwargs):
            commits.append(processed)
            return 0 if processed and len(commits) == 3 else 100  # the scheduler wants its time back after the second batch

        with self.at("2026-06-10 08:00:00"), patch.object(survey_campaign_sending, "BATCH", 2), patch.object(IrCron, "_commit_progress", commit):
            campaign.action_start()
            self.env["survey.campaign"]._cron_send()
            self.assertEqual(self._get_states(campaign), ["sent"] * 4 + ["planned"])
            self.env["survey.campaign"]._cron_send()
        self.assertEqual(self._get_states(campaign), ["sent"] * 5)
        self.assertEqual(len(self._get_mails(campaign)), 5)
        self.assertEqual(len(self.env["survey.user_input"].search([("campaign_id", "=", campaign.id)])), 5)

    def test_a_batch_that_fails_leaves_no_trace_and_is_sent_by_the_next_run(self):
        campaign = self._plan()
        with self.at("2026-06-10 08:00:00"):
            campaign.action_start()
            with patch.object(MailMail, "create", side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
                campaign.recipient_ids.sudo()._ask()
            self.env.invalidate_all()
            self.assertEqual(self._get_states(campaign), ["planned"] * 5)
            self.assertFalse(self.env["survey.user_input"].search([("campaign_id", "=", campaign.id)]))
            self._run_sending()
        self.assertEqual(len(self._get_mails(campaign)), 5)

    def test_one_that_cannot_be_written_to_holds_up_nobody(self):
        campaign = self._plan()
        broken = campaign.recipient_ids.filtered(lambda recipient: recipient.name == "Customer 2")
        broken.sudo().lang = "xx_XX"
        with mute_logger("odoo.addons.customer_survey.models.campaign.survey_campaign_recipient_sending", "odoo.addons.mail.models.mail_render_mixin"):
            self._start(campaign)
        self.assertEqual(self._get_states(campaign), ["sent", "sent", "bounced", "sent", "sent"])
        self.assertIn("Invalid language code", broken.failure_reason)

    def test_who_went_or_said_no_in_the_meantime_is_not_asked(self):
        campaign = self._plan()
        self.customers[0].active = False
        self.customers[1].unlink()
        self.env["mail.blacklist"]._add("office@customer2.example")
        self._start(campaign)
        self.assertEqual(
            [(recipient.state, recipient.exclusion) for recipient in campaign.recipient_ids.sorted("id")],
            [("excluded", "gone"), ("excluded", "gone"), ("excluded", "blacklisted"), ("sent", False), ("sent", False)],
        )

    def test_who_has_not_answered_is_reminded_twice_at_most(self):
        campaign = self._plan()
        self._start(campaign)
        answered = campaign.recipient_ids[0]
        with self.at("2026-06-11 08:00:00"):
            self._fill_in(answered, **{"Are you satisfied?": self._choice("Are you satisfied?", "Very")})
        rule = self.env.ref("customer_survey.automation_reminder")
        # in force since before all of this
        self.env.cr.execute("UPDATE base_automation SET last_run = '2026-06-10' WHERE id = %s", [rule.id])
        rule.invalidate_recordset()
        sent = []
        for moment in ("2026-06-17 07:59:00", "2026-06-17 08:00:10", "2026-06-17 08:30:00", "2026-06-24 08:01:00", "2026-07-01 09:00:00", "2026-07-08 09:00:00"):
            with self.at(moment):
                self._run_cron("base_automation.ir_cron_data_base_automation_check")
            sent.append(len(self._get_mails(campaign)) - 5)
        self.assertEqual(sent, [0, 4, 4, 8, 8, 8])
        self.assertEqual(answered.reminder_count, 0)

    def test_a_bounce_is_shown_and_the_corrected_address_asked_again(self):
        campaign = self._plan()
        self._start(campaign)
        recipient = campaign.recipient_ids[0]
        recipient.user_input_id._message_receive_bounce(recipient.email, self.customers[0])
        self.assertEqual((recipient.state, campaign.bounced_count), ("bounced", 1))
        self.customers[0].email = "new@customer0.example"
        with self.at("2026-06-12 08:00:00"):
            recipient.with_user(self.collector).action_ask_again()
            self._run_sending()
        self.assertEqual((recipient.state, recipient.email), ("sent", "new@customer0.example"))
        self.assertEqual(len(self.env["survey.user_input"].search([("campaign_id", "=", campaign.id)])), 5, "the copy stays the one it was")

    def test_paper_and_phone_are_asked_with_the_start_and_sent_by_nobody(self):
        campaign = self._plan()
        on_paper = campaign.recipient_ids.sorted("id")[:3]
        on_paper.with_user(self.collector).channel = "paper"
        self.assertEqual((campaign.asked_count, campaign.recipient_count), (0, 5))
        with self.at("2026-06-10 08:00:00"):
            campaign.action_start()
            self.assertEqual((campaign.asked_count, campaign.send_progress), (3, 0.0))
            self._run_sending()
            self.assertEqual((campaign.asked_count, campaign.send_progress), (5, 100.0))
            campaign.with_user(self.collector)._type_in(on_paper[0], "paper")
            self._fill_in(on_paper[0])
        self.assertEqual((campaign.answered_count, campaign.response_rate), (1, 20.0))

    def test_after_the_last_day_nobody_is_asked_or_reminded(self):
        campaign, late = self._plan(), self._plan(name="Late", recent_days=0, date_send="2026-07-31 20:00:00")
        self._start(campaign)
        with self.at("2026-06-10 08:00:00"):
            late.action_start()
        last = late.recipient_ids.sorted("id")[0]
        (late.recipient_ids - last).unlink()
        for moment in ("2026-07-31 19:59:59", "2026-08-01 00:00:00"):
            with self.at(moment):
                self._run_sending()
                campaign.recipient_ids.sudo()._remind()
            self.assertEqual((last.state, campaign.recipient_ids.mapped("reminder_count")), ("planned", [1] * 5))
        with self.at("2026-08-01 08:00:00"):
            late.date_end = "2026-08-01"
            self._run_sending()
        self.assertEqual(last.state, "sent", "the day itself counts")

    def test_after_an_outage_of_the_mail_server_nobody_is_asked_twice(self):
        campaign = self._plan()
        self._start(campaign)
        mails = self._get_mails(campaign)
        self._send_in_an_outage(mails)
        self.assertEqual(self._get_states(campaign), ["bounced"] * 5)
        again = campaign.recipient_ids.sorted("id")[0]
        with self.at("2026-06-11 08:00:00"):
            again.with_user(self.collector).action_ask_again()
            self._run_sending()
        mails.action_retry()
        with self.mock_mail_gateway():
            self._get_mails(campaign).filtered(lambda mail: mail.state == "outgoing").send()
        self.assertEqual(len(self._mails), 5, "the one that was asked anew gets that e-mail only")
        self.assertEqual(self._get_states(campaign), ["sent"] * 5)
        self.assertFalse(any(campaign.recipient_ids.mapped("failure_reason")))

    def test_a_reminder_that_fails_changes_nothing_of_what_was(self):
        campaign = self._plan()
        self._start(campaign)
        broken = campaign.recipient_ids.sorted("id")[2]
        broken.sudo().lang = "xx_XX"
        loggers = ("odoo.addons.customer_survey.models.campaign.survey_campaign_recipient_sending", "odoo.addons.mail.models.mail_render_mixin")
        with self.at("2026-06-17 08:00:10"), mute_logger(*loggers):
            campaign.recipient_ids.sudo()._remind()
        self.assertEqual(self._get_states(campaign), ["sent"] * 5)
        self.assertEqual(campaign.recipient_ids.sorted("id").mapped("reminder_count"), [1, 1, 0, 1, 1])
        self.assertIn("Invalid language code", broken.failure_reason)

    def test_what_another_transaction_holds_up_is_nobodys_failure(self):
        campaign = self._plan()

        def collide(_recipients):
            raise SerializationFailure

        with self.assertRaises(SerializationFailure):
            campaign.recipient_ids.sudo()._do_isolated(collide)
        self.assertEqual(self._get_states(campaign), ["planned"] * 5)

    def test_campaigns_that_were_planned_together_do_not_ask_together(self):
        first, second = self._plan(), self._plan(name="Second")
        with self.at("2026-06-10 08:00:00"):
            (first | second).action_start()
            self._run_sending()
        self.assertEqual((self._get_states(first), self._get_states(second)), (["sent"] * 5, ["excluded"] * 5))
        self.assertEqual(set(second.recipient_ids.mapped("exclusion")), {"recent"})
        asked = second.recipient_ids.sorted("id")[0]
        with self.at("2026-06-11 08:00:00"):
            asked.with_user(self.collector).action_ask_all_the_same()
            self._run_sending()
        self.assertEqual(self._get_states(second), ["sent", *["excluded"] * 4])
        self.assertEqual(len(self._get_mails(second)), 1)

    def test_an_answer_is_counted_and_one_after_the_close_is_not_taken(self):
        campaign = self._plan()
        self._start(campaign)
        first, second = campaign.recipient_ids[:2]
        with self.at("2026-06-11 08:00:00"):
            self._fill_in(first)
        self.assertEqual((first.state, campaign.answered_count, campaign.response_rate), ("answered", 1, 20.0))
        with self.at("2026-06-12 08:00:00"):
            campaign.action_close()
        self.assertEqual(str(second.sudo().user_input_id.deadline), "2026-06-12 08:00:00")
        with self.at("2026-06-13 08:00:00"):
            campaign.action_extend()
        self.assertEqual(str(second.sudo().user_input_id.deadline), "2026-07-31 23:59:59")

    def test_a_test_goes_to_who_tries_it_and_is_not_counted(self):
        campaign = self._plan()
        for _again in range(2):
            campaign.with_user(self.collector).action_send_test()
        test = campaign.recipient_ids.filtered(lambda recipient: recipient.state == "test")
        self.assertEqual((test.email, test.sudo().user_input_id.test_entry, campaign.recipient_count), ("collector@sunrise.example", True, 5))
        self._fill_in(test)
        self.assertEqual((test.state, campaign.answered_count), ("test", 0))

    def test_queries_for_each_recipient_are_near_constant(self):
        def count(number):
            campaign = self._create_campaign(name=f"Campaign of {number}", recent_days=0)
            self.env["survey.campaign.recipient"].create([
                {"campaign_id": campaign.id, "partner_id": self._create_customer(f"Of {number} {index}").id} for index in range(number)
            ])
            with self.at("2026-06-10 08:00:00"):
                campaign.action_start()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                campaign.recipient_ids.sudo()._ask()
                self.env.flush_all()
                return self.env.cr.sql_log_count - before

        count(2)
        few, many = count(10), count(60)
        self.assertLessEqual((many - few) / 50, 3, f"{few} queries for 10, {many} for 60")


@tagged("post_install", "-at_install")
class TestCampaignPages(CampaignCommon, HttpCase):
    def _ask(self):
        campaign = self._create_campaign(date_end="2099-12-31")
        recipient = self.env["survey.campaign.recipient"].with_user(self.organizer).create({"campaign_id": campaign.id, "partner_id": self.contact.id})
        campaign.action_start()
        self._run_sending()
        return recipient

    def test_the_link_opens_the_questionnaire_without_a_login(self):
        recipient = self._ask()
        page = self.url_open(recipient.answer_url.replace(recipient.get_base_url(), ""))
        self.assertEqual(page.status_code, 200)
        self.assertIn("How are we doing?", page.text)

    def test_looking_at_the_page_unsubscribes_nobody_and_its_button_does(self):
        recipient = self._ask()
        path = recipient.unsubscribe_url.replace(recipient.get_base_url(), "")
        self.assertIn("Do Not Ask Me Again", self.url_open(path).text)
        self.assertEqual(recipient.state, "sent")
        self.assertIn("We will not ask", self.url_open(path, data={"List-Unsubscribe": "One-Click"}).text)
        recipient.invalidate_recordset()
        self.assertEqual(recipient.state, "unsubscribed")
        self.assertTrue(self.env["mail.blacklist"].search([("email", "=", "ada@blueworkshop.example")]))

    def test_another_link_unsubscribes_nobody(self):
        recipient = self._ask()
        other = self.env["survey.campaign.recipient"].with_user(self.organizer).create({"campaign_id": recipient.campaign_id.id, "partner_id": self.customer.id})
        for token in (other._get_unsubscribe_token(), "0" * 64, "x"):
            response = self.url_open(f"/customer_survey/unsubscribe/{recipient.id}/{token}", data={"a": "b"})
            self.assertEqual(response.status_code, 404)
        recipient.invalidate_recordset()
        self.assertEqual(recipient.state, "sent")
