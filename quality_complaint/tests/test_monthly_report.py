import base64
import io
from datetime import date

import openpyxl
from freezegun import freeze_time
from markupsafe import Markup

from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestMonthlyReport(ComplaintCommon, MockEmail):
    """In July, the quality manager and the handler get the figures of June."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).complaint_report = False
        cls.company.write({
            "complaint_report": True, "complaint_report_month": "2026-05-01",
            "complaint_report_user_ids": [Command.set((cls.quality_manager | cls.handler).ids)],
        })
        cls.env.ref("base.group_allow_export").user_ids += cls.quality_manager
        cause = cls.env.ref("quality_complaint.cause_packaging")
        with freeze_time("2026-06-01 00:00:00"):
            cls.first = cls._move_to(cls._create_complaint(cause_ids=[Command.create({"name": "Thin box", "cause_id": cause.id})]), "closed")
        with freeze_time("2026-06-30 23:59:59"):
            cls.second = cls._create_complaint(subject="=1+1")
        for moment in ("2026-05-31 23:59:59", "2026-07-01 00:00:00"):
            with freeze_time(moment):
                cls._create_complaint()
        cls.env["quality.complaint"].search([("company_id", "=", cls.company.id)]).milestone_ids.unlink()
        cls.env["quality.milestone"].create([
            {
                "complaint_id": complaint.id, "step": "reply", "owner_role": "reporter", "date_start": "2026-06-01 00:00:00",
                "date_deadline": "2026-06-20 10:00:00", "date_done": done,
            }
            for complaint, done in ((cls.first, "2026-06-20 09:00:00"), (cls.second, False))
        ])
        cls.env["quality.complaint.cost"].create([
            {"complaint_id": cls.second.id, "kind": "freight", "amount": amount, "date": day}
            for amount, day in ((120.5, "2026-06-01"), (30, "2026-06-30"), (1000, "2026-07-01"))
        ])

    def _run(self, moment):
        """{address: mail} of what the cron sends at that moment."""
        self.env.flush_all()
        with self.at(moment), self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref("quality_complaint.cron_monthly_report").method_direct_trigger()
            mails = self.env["mail.mail"].search([("model", "=", "res.company"), ("res_id", "=", self.company.id), ("state", "=", "outgoing")])
            mails.send()
        self.env.invalidate_all()
        self.assertEqual(len(self._mails), len({address for mail in self._mails for address in mail["email_to"]}), "one for each")
        return {address: mail for mail in self._mails for address in mail["email_to"]}

    def _get_body(self, mails, user):
        return " ".join(next(mail for address, mail in mails.items() if user.email in address)["body"].split())

    def test_it_says_what_happened_in_the_month_that_is_over(self):
        mails = self._run("2026-07-02 08:00:00")
        self.assertEqual({address.split("<")[-1].strip(">") for address in mails}, {self.quality_manager.email, self.handler.email})
        body = self._get_body(mails, self.quality_manager)
        self.assertIn("Complaints in June 2026", body)
        text = "".join(body.split())
        for label, value in (
            ("Received", "2"), ("Closed", "1"), ("Withastepthatbecamelate", "1"), ("Answeredintime", "50.0%"),
            ("Customerssatisfied", "100.0%"), ("Netcost", "$"), ("Packagingnotsufficient", "1"),
        ):
            with self.subTest(label):
                self.assertRegex(text, rf"{label}</td><td[^>]*>(<strong>)?{value.replace('$', '[$]')}")
        self.assertIn("150.50", text)

    def test_what_fell_away_was_not_closed(self):
        with freeze_time("2026-06-15 10:00:00"):
            self._move_to(self._create_complaint(), "cancel")
        text = "".join(self._get_body(self._run("2026-07-02 08:00:00"), self.quality_manager).split())
        self.assertRegex(text, r"Received</td><td[^>]*>(<strong>)?3")
        self.assertRegex(text, r"Closed</td><td[^>]*>(<strong>)?1")

    def test_the_last_answer_counts_in_its_own_month(self):
        with freeze_time("2026-07-01 08:00:00"):
            self.first.with_user(self.quality_manager).action_reopen()
            handled = self.first.with_user(self.handler)
            handled.write({"handling_opinion": "Once more", "analysis": "Damp boxes"})
            handled.action_resolve()
            self.first.with_user(self.sales_manager).action_approve_reply()
            self._send_reply(self.first)
            self._answer(self.first, "no")
        text = "".join(self._get_body(self._run("2026-07-02 08:00:00"), self.quality_manager).split())
        self.assertRegex(text, r"Customerssatisfied</td><td[^>]*>(<strong>)?–")
        text = "".join(self._get_body(self._run("2026-08-02 08:00:00"), self.quality_manager).split())
        self.assertRegex(text, r"Customerssatisfied</td><td[^>]*>(<strong>)?0.0%")

    def test_who_may_read_no_complaints_gets_nothing_and_keeps_nobody_waiting(self):
        clerk = self._new_user("nobody_reads", "base.group_user")
        self.company.complaint_report_user_ids = clerk | self.handler
        self.assertEqual({address.split("<")[-1].strip(">") for address in self._run("2026-07-02 08:00:00")}, {self.handler.email})
        self.company.complaint_report_user_ids = clerk
        self.assertIn(self.quality_manager.email, "".join(self._run("2026-08-02 08:00:00")), "or else the managers")

    def test_the_register_of_the_month_goes_with_it_for_who_may_export(self):
        mails = self._run("2026-07-02 08:00:00")
        by_user = {user: next(mail for address, mail in mails.items() if user.email in address) for user in (self.quality_manager, self.handler)}
        self.assertEqual(by_user[self.handler]["attachments"], [])
        [(name, content, *_kind)] = by_user[self.quality_manager]["attachments"]
        self.assertEqual(name, "Complaints in June 2026.xlsx")
        content = content if content.startswith(b"PK") else base64.b64decode(content)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        self.assertEqual([sheet.cell(row, 1).value for row in range(3, 6)], [self.first.name, self.second.name, None])
        self.assertEqual((sheet["H4"].value, sheet["H4"].data_type), ("=1+1", "s"))

    def test_it_comes_once_a_month(self):
        self.assertEqual(len(self._run("2026-07-01 08:00:00")), 2)
        self.assertEqual(self.company.complaint_report_month, date(2026, 6, 1))
        self.assertFalse(self._run("2026-07-01 09:00:00"))
        self.assertFalse(self._run("2026-07-31 23:00:00"))
        self.assertIn("Complaints in July 2026", self._get_body(self._run("2026-08-01 00:30:00"), self.quality_manager))

    def test_a_run_that_fails_leaves_nothing_and_the_next_one_sends(self):
        template = self.env.ref("quality_complaint.mail_template_monthly_report")
        body = template.body_html
        template.body_html = "<t t-if='ctx.get(\"report\")' t-out='object.no_such_field'/>"
        with self.assertLogs("odoo.addons.quality_complaint.models.analysis.res_company_monthly_report", "ERROR"):
            self.assertFalse(self._run("2026-07-01 08:00:00"))
        self.assertEqual(self.company.complaint_report_month, date(2026, 5, 1))
        template.body_html = body
        self.assertEqual(len(self._run("2026-07-02 08:00:00")), 2)

    def test_a_mail_that_cant_be_written_keeps_nobody_from_theirs(self):
        template = self.env.ref("quality_complaint.mail_template_monthly_report")
        template.body_html += Markup("<t t-if='(ctx.get(\"report\") or {}).get(\"is_exported\")' t-out='object.no_such_field'/>")
        with self.assertLogs("odoo.addons.quality_complaint.models.analysis.res_company_monthly_report", "ERROR") as logged:
            mails = self._run("2026-07-01 08:00:00")
        self.assertEqual([address.split("<")[-1].strip(">") for address in mails], [self.handler.email])
        self.assertIn(f"to user {self.quality_manager.id}", logged.output[0])
        self.assertFalse(self._run("2026-07-02 08:00:00"), "nobody gets it twice")

    def test_the_month_is_over_where_the_company_works(self):
        for zone, before, after in (
            ("America/Los_Angeles", "2026-07-01 06:59:59", "2026-07-01 07:00:00"),
            ("Pacific/Auckland", "2026-06-30 11:59:59", "2026-06-30 12:00:00"),
        ):
            with self.subTest(zone):
                self.company.resource_calendar_id.tz = zone
                self.company.complaint_report_month = "2026-05-01"
                self.assertFalse(self._run(before))
                mails = self._run(after)
                self.assertEqual(len(mails), 2)
                self.assertIn("Complaints in June 2026", self._get_body(mails, self.handler))
                self.assertFalse(self._run("2026-07-02 08:00:00"))

    def test_a_new_company_is_first_told_of_the_month_in_which_it_is_new(self):
        self.env.user.tz = "Pacific/Auckland"  # core takes it for the working hours
        with freeze_time("2026-06-30 12:30:00"):
            company = self.env["res.company"].create({"name": "Moonlight Tools"})
            self.assertEqual(company.resource_calendar_id.tz, "Pacific/Auckland")
            self.assertEqual(company.complaint_report_month, date(2026, 6, 1), "it is July there")
            self.assertFalse(company._is_report_due())

    def test_where_no_working_hours_are_known_each_reads_the_same(self):
        self.company.resource_calendar_id = False
        self.quality_manager.tz, self.handler.tz = "Asia/Tokyo", "America/Los_Angeles"
        mails = self._run("2026-07-02 08:00:00")
        for user in (self.quality_manager, self.handler):
            with self.subTest(user.login):
                self.assertRegex("".join(self._get_body(mails, user).split()), "Closed</td><td[^>]*>(<strong>)?1")

    def test_it_is_in_the_language_of_who_reads_it(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.quality_manager.lang = "zh_CN"
        mails = self._run("2026-07-02 08:00:00")
        self.assertIn("2026年6月", self._get_body(mails, self.quality_manager))
        self.assertIn("已收到", self._get_body(mails, self.quality_manager))
        self.assertIn("Complaints in June 2026", self._get_body(mails, self.handler))

    def test_it_can_be_switched_off_and_sent_to_others(self):
        settings = Form(self.env["res.config.settings"].with_company(self.company))
        settings.complaint_report = False
        settings.save().execute()
        self.assertFalse(self._run("2026-07-02 08:00:00"))
        self.company.write({"complaint_report": True, "complaint_report_user_ids": [Command.clear()]})
        mails = self._run("2026-07-02 08:00:00")
        self.assertEqual(
            {address.split("<")[-1].strip(">") for address in mails}, {self.quality_manager.email, self.complaint_admin.email},
            "nobody named: all quality managers of the company",
        )

    def test_each_company_has_its_own_and_each_reader_what_they_may_read(self):
        company = self.env["res.company"].create({"name": "Moonlight Tools", "complaint_report_month": "2026-05-01"})
        manager = self._new_user("moon", "quality_complaint.group_manager", company=company)
        self.company.complaint_report_user_ids = self.outsider | manager
        mails = self._run("2026-07-02 08:00:00")
        self.assertFalse([address for address in mails if manager.email in address], "of another company")
        self.assertRegex("".join(self._get_body(mails, self.outsider).split()), "Received</td><td[^>]*>(<strong>)?0")
        theirs = self.env["mail.mail"].search([("model", "=", "res.company"), ("res_id", "=", company.id)])
        self.assertEqual(theirs.recipient_ids, manager.partner_id)
        self.assertRegex("".join(theirs.body_html.split()), "Received</td><td[^>]*>(<strong>)?0")
        self.assertRegex("".join(theirs.body_html.split()), "Answeredintime</td><td[^>]*>(<strong>)?–")
