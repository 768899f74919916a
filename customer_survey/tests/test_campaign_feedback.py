from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.mail.models.mail_mail import MailMail
from odoo.addons.mail.tests.common import MockEmail

from ..models.loop import survey_campaign_feedback
from .common import CampaignCommon

RULES = ("warning", "missed", "escalation")


@tagged("post_install", "-at_install")
class TestCampaignFeedback(CampaignCommon, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls._create_customer(f"Customer {number}") for number in range(4)]

    def _approve(self, *percents, measure="Pack it twice", **values):
        """A campaign that was approved, with a measure that was carried out, and nothing sent yet but the questions."""
        campaign = self._collect(*percents, **values)
        campaign.action_close()
        if measure:
            capa = self.env["quality.capa"].with_user(self.organizer).create({"name": measure, "campaign_id": campaign.id, "user_id": self.organizer.id})
            capa.action_propose()
            capa.result = "<p>Since June</p>"
            capa.action_done()
        campaign.action_submit()
        reviewed = campaign.with_user(self.reviewer)
        reviewed.review_opinion = "Good"
        reviewed.action_approve()
        self._get_mails(campaign).unlink()
        return campaign

    def _run_feedback(self):
        self._run_cron("customer_survey.ir_cron_feedback")

    def _get_told(self, campaign):
        return [bool(recipient.feedback_on) for recipient in campaign.recipient_ids.sorted("id")]

    def test_who_has_answered_is_told_once_and_it_stays_on_record(self):
        campaign = self._approve(100, 40)
        self.assertIn("Pack it twice", campaign.feedback_body)
        self.assertIn("Since June", campaign.feedback_body)
        campaign.feedback_body = "<p>We pack it twice now</p>"
        self._run_feedback()
        self.assertFalse(self._get_mails(campaign), "nothing goes out before it is sent")
        with self.at("2026-08-10 08:00:00"):
            campaign.action_send_feedback()
            self._run_feedback()
            self._run_feedback()
        mails = self._get_mails(campaign)
        self.assertEqual(sorted(mails.mapped("email_to")), ['"Customer 0" <office@customer0.example>', '"Customer 1" <office@customer1.example>'])
        self.assertIn("We pack it twice now", mails[0].body_html)
        self.assertIn(campaign.recipient_ids.sorted("id")[0].unsubscribe_url, mails.sorted("res_id")[0].body_html)
        self.assertEqual(self._get_told(campaign), [True, True, False, False])
        self.assertEqual(str(campaign.recipient_ids.sorted("id")[0].feedback_on), "2026-08-10 08:00:00")
        self.assertEqual(campaign.told_count, 2)
        self.assertTrue(campaign.message_ids.filtered(lambda message: "We pack it twice now" in (message.body or "")))
        with self.assertRaisesRegex(UserError, "goes out once"):
            campaign.action_send_feedback()
        with self.assertRaisesRegex(UserError, "stays"):
            campaign.feedback_body = "<p>Or not</p>"

    def test_the_report_says_what_came_of_the_answers(self):
        campaign = self._approve(100)
        sections = {section["title"]: section for section in campaign._get_report_values()["sections"]}
        self.assertEqual(sections["Measures Planned"]["rows"][0][0], "Pack it twice")
        self.assertIn("Good", sections["Management Review"]["text"])
        self.assertEqual(sections["Management Review"]["rows"][0][0], "Reviewer")
        self.assertEqual((sections["Feedback to Customers"]["text"], sections["Feedback to Customers"]["rows"]), ("The customers have not been told yet.", []))
        with self.at("2026-08-15 08:00:00"):
            campaign.action_send_feedback()
            self._run_feedback()
        told = {section["title"]: section for section in campaign._get_report_values()["sections"]}["Feedback to Customers"]
        self.assertIn("Pack it twice", told["text"])
        self.assertEqual([str(value) for value in told["rows"][0]], ["1", "2026-08-15 08:00:00", "2026-08-15 08:00:00"])

    def test_each_gets_it_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customers[1].lang = "zh_CN"
        campaign = self._approve(100, 100)
        campaign.feedback_body = "<p>Packed twice</p>"
        campaign.update_field_translations("feedback_body", {"zh_CN": {"Packed twice": "双层包装"}})
        campaign.action_send_feedback()
        self._run_feedback()
        bodies = {mail.email_to: mail.body_html for mail in self._get_mails(campaign)}
        self.assertIn("Packed twice", bodies['"Customer 0" <office@customer0.example>'])
        self.assertIn("双层包装", bodies['"Customer 1" <office@customer1.example>'])
        with self.assertRaisesRegex(UserError, "stays"):
            campaign.update_field_translations("feedback_body", {"zh_CN": {"Packed twice": "三层"}})

    def test_it_is_drafted_in_the_languages_of_those_who_are_told(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env.ref("customer_survey.feedback_draft").update_field_translations(
            "arch_db", {"zh_CN": {"This is what we have improved:": "我们已经改进："}},
        )
        self.customers[1].lang = "zh_CN"
        campaign = self._approve(100, 100)
        self.assertIn("This is what we have improved:", campaign.feedback_body)
        chinese = campaign.with_context(lang="zh_CN").feedback_body
        self.assertIn("我们已经改进：", chinese)
        self.assertIn("Pack it twice", chinese)

    def test_the_words_of_one_customer_are_not_told_to_the_others(self):
        campaign = self._collect(100, remark="Mr Green was rude")
        remark = self.env["survey.campaign.remark"].with_user(self.organizer).search([("campaign_id", "=", campaign.id)])
        capa = self._open_action(self.organizer, remark.action_plan_improvement()).save()
        capa.action_propose()
        campaign.action_close()
        campaign.action_submit()
        campaign.with_user(self.reviewer).review_opinion = "Good"
        campaign.with_user(self.reviewer).action_approve()
        self.assertEqual(capa.state, "open")
        self.assertNotIn("Customer 0", campaign.feedback_body)

    def test_a_run_that_is_killed_loses_nobody_and_doubles_nobody(self):
        campaign = self._approve(100, 100, 40, 40)
        campaign.action_send_feedback()
        commits = []

        def commit(cron, processed=0, remaining=None, **_kwargs):
            commits.append(processed)
            return 0 if len(commits) == 2 else 100  # the scheduler wants its time back after the first batch

        with patch.object(survey_campaign_feedback, "BATCH", 2), patch.object(IrCron, "_commit_progress", commit):
            self.env["survey.campaign"]._cron_send_feedback()
            self.assertEqual(self._get_told(campaign), [True, True, False, False])
            with patch.object(MailMail, "create", side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
                campaign.recipient_ids.sorted("id")[2:].sudo()._tell()
            self.env.invalidate_all()
            self.assertEqual(self._get_told(campaign), [True, True, False, False])
            self.env["survey.campaign"]._cron_send_feedback()
        self.assertEqual(self._get_told(campaign), [True] * 4)
        self.assertEqual(len(self._get_mails(campaign)), 4)

    def test_who_cannot_be_written_to_is_named_and_told_by_other_means(self):
        campaign = self._approve(100, 100, 100, 100)
        silent, bounced, broken, fine = campaign.recipient_ids.sorted("id")
        self.env["mail.blacklist"]._add(silent.email_normalized)
        broken.sudo().lang = "xx_XX"
        campaign.action_send_feedback()
        with mute_logger("odoo.addons.customer_survey.models.campaign.survey_campaign_recipient_sending", "odoo.addons.mail.models.mail_render_mixin"):
            self._run_feedback()
        bounced.user_input_id._message_receive_bounce(bounced.email, self.customers[1])
        self.assertEqual((bounced.state, broken.state), ("answered", "answered"))
        self.assertEqual(self._get_told(campaign), [False, False, False, True])
        with self.assertRaisesRegex(UserError, "(?s)Customer 0 has not been told yet: Does Not Want.*Customer 1 .*undeliverable.*Customer 2 .*Invalid language"):
            campaign.action_done()
        self._run_feedback()
        self.assertEqual(len(self._get_mails(campaign)), 2, "what failed is not tried again by itself")
        self.customers[1].email = "new@customer1.example"
        bounced.with_user(self.collector).action_tell_again()
        self._run_feedback()
        self.assertIn('"Customer 1" <new@customer1.example>', self._get_mails(campaign).mapped("email_to"))
        self.assertFalse(campaign.date_done)
        with self.at("2026-08-18 08:00:00"):
            (silent | broken | fine).with_user(self.collector).action_set_told()
        self.assertEqual([silent.feedback_channel, broken.feedback_channel, fine.feedback_channel], ["other", "other", "email"])
        with self.at("2026-08-20 08:00:00"):
            campaign.action_done()
        self.assertEqual((campaign.state, str(campaign.date_done)), ("done", "2026-08-18 08:00:00"), "the day on which the last was told")

    def test_what_was_kept_in_time_stays_so_when_the_campaign_is_reopened(self):
        with self.at("2026-06-10 08:00:00"):
            campaign, other = self._approve(100, date_end="2026-07-31"), self._approve(100, name="Other", date_end="2026-07-31")
        with self.at("2026-08-20 08:00:00"):
            (campaign | other).action_send_feedback()
            self._run_feedback()
        with self.at("2026-09-10 08:00:00"):
            self.assertEqual((campaign | other).mapped("deadline_state"), ["met"] * 2, "kept with the telling, not with the button")
            (campaign | other).action_done()
            campaign.action_reopen()
            self.assertEqual(campaign.deadline_state, "met")
            campaign.action_done()
        self.assertEqual([str(done) for done in (campaign | other).mapped("date_done")], ["2026-08-20 08:00:00"] * 2)

    def test_who_turns_out_not_to_be_told_opens_the_promise_again(self):
        campaign = self._approve(100, 100)
        campaign.action_send_feedback()
        self._run_feedback()
        self.assertTrue(campaign.date_done)
        recipient = campaign.recipient_ids.sorted("id")[0]
        recipient.user_input_id._message_receive_bounce(recipient.email, self.customers[0])
        self.assertFalse(campaign.date_done)

    def test_after_an_outage_of_the_mail_server_nobody_is_told_twice(self):
        campaign = self._approve(100, 100)
        campaign.action_send_feedback()
        self._run_feedback()
        mails = self._get_mails(campaign)
        self._send_in_an_outage(mails)
        self.assertEqual(self._get_told(campaign), [False] * 4)
        first, second = campaign.recipient_ids.sorted("id")[:2]
        second.with_user(self.collector).action_tell_again()
        self._run_feedback()
        self.assertEqual(mails.mapped("state").count("cancel"), 1, "what still waits gives way to what is sent anew")
        mails.action_retry()
        with self.mock_mail_gateway():
            self._get_mails(campaign).filtered(lambda mail: mail.state == "outgoing").send()
        self.assertEqual(len(self._mails), 2)
        self.assertEqual((first.feedback_failure, first.feedback_channel, self._get_told(campaign)), (False, "email", [True, True, False, False]))
        campaign.action_done()

    def test_only_who_organizes_sends_it_and_something_is_said(self):
        campaign = self._approve(100)
        self.assertEqual(campaign.next_gaps, "The feedback has to be sent to the customers who have answered")
        for user, refusal in ((self.collector, AccessError), (self.rep, AccessError), (self.reviewer, UserError)):
            with self.subTest(user=user.name), self.assertRaises(refusal):
                campaign.with_user(user).action_send_feedback()
        campaign.feedback_body = False
        with self.assertRaisesRegex(UserError, "Write first"):
            campaign.action_send_feedback()
        campaign.action_draft_feedback()
        self.assertIn("Pack it twice", campaign.feedback_body)
        with self.assertRaisesRegex(UserError, "No feedback is given"):
            campaign.recipient_ids[0].with_user(self.collector).action_set_told()
        with self.assertRaises(AccessError):
            campaign.recipient_ids[0].with_user(self.organizer).feedback_on = "2026-01-01"

    def _run_alerts(self, moment):
        with self.at(moment):
            self._run_cron("base_automation.ir_cron_data_base_automation_check")

    def test_who_organizes_is_warned_and_sales_management_told_when_it_is_late(self):
        with self.at("2026-06-10 08:00:00"):
            campaign = self._collect(100, date_end="2026-07-31")
        for kind in RULES:
            rule = self.env.ref(f"customer_survey.automation_feedback_{kind}")
            # in force since before all of this
            self.env.cr.execute("UPDATE base_automation SET last_run = '2026-06-10' WHERE id = %s", [rule.id])
            rule.invalidate_recordset()
        with self.at("2026-08-01 08:00:00"):
            campaign.action_close()
        told = []
        for moment in ("2026-08-20 08:00:00", "2026-08-31 23:00:00", "2026-09-01 00:00:30", "2026-09-02 00:01:00", "2026-09-03 08:00:00"):
            self._run_alerts(moment)
            told.append([bool(campaign[name]) for name in ("warned_on", "alerted_on", "escalated_on")])
        self.assertEqual(told, [[False] * 3, [True, False, False], [True, True, False], [True] * 3, [True] * 3])
        self.assertEqual(campaign.deadline_state, "missed")
        self.assertIn(self.sales_manager, campaign.alert_activity_ids.user_id)
        self.assertIn(self.organizer, campaign.alert_activity_ids.user_id)

    def test_where_nobody_closes_the_collection_the_feedback_is_late_all_the_same(self):
        with self.at("2026-06-10 08:00:00"):
            campaign, extended = self._collect(100, date_end="2026-07-31"), self._collect(100, name="Extended", date_end="2026-07-31")
            self.assertEqual((str(campaign.date_deadline), campaign.deadline_state), ("2026-08-31 23:59:59", "running"))
            extended.date_end = "2026-08-15"
        rule = self.env.ref("customer_survey.automation_feedback_missed")
        # in force since before all of this
        self.env.cr.execute("UPDATE base_automation SET last_run = '2026-06-10' WHERE id = %s", [rule.id])
        rule.invalidate_recordset()
        for moment, alerted in (("2026-08-31 23:59:00", [False, False]), ("2026-09-01 00:00:30", [True, False]), ("2026-09-16 00:00:30", [True, True])):
            self._run_alerts(moment)
            self.assertEqual([bool(each.alerted_on) for each in (campaign, extended)], alerted)

    def test_feedback_in_time_and_a_cancelled_campaign_alert_nobody(self):
        campaign, cancelled = self._approve(name="In time"), self._collect(100, name="Cancelled")
        cancelled.action_close()
        cancelled._cancel("No budget")
        campaign.feedback_body = "<p>Thank you</p>"
        campaign.action_send_feedback()
        campaign.action_done()
        self.assertEqual(campaign.deadline_state, "met")
        self.assertFalse(cancelled.deadline_state)
