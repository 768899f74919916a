from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .inquiry_common import NOW, TOMORROW_EVENING, InquiryCommon


@tagged("post_install", "-at_install")
class TestInquiryDeadline(InquiryCommon, MockEmail):
    """What is forwarded is answered in time, or somebody hears of it."""

    # ------------------------------------------------------------ until when
    def test_the_usual_time_is_one_working_day(self):
        for moment, deadline in (
            ("2031-03-03 10:00:00", TOMORROW_EVENING), ("2031-03-07 16:59:00", "2031-03-10 17:00:00"), ("2031-03-08 10:00:00", "2031-03-10 17:00:00"),
        ):
            with self.at(moment), self.subTest(moment):
                inquiry = self._forward()
                self.assertEqual((str(inquiry.date_start), str(inquiry.date_deadline)), (moment, deadline))

    def test_until_when_is_told_by_the_clock_of_who_answers(self):
        self.rep.tz, self.expert.tz = "America/New_York", "Asia/Tokyo"
        with self.at(NOW), self.mock_mail_gateway():
            self._forward(date_deadline="2031-03-04 20:00:00")
        (body,) = (mail["body"] for mail in self._mails if mail["email_to"] == [self.expert.email_formatted])
        self.assertIn("Until 3/5/31, 5:00", body)

    def test_the_usual_time_is_the_companys_to_set(self):
        self.company.write({"inquiry_duration": 3, "inquiry_duration_unit": "hour"})
        with self.at("2031-03-03 11:00:00"):
            self.assertEqual(str(self._forward().date_deadline), "2031-03-03 15:00:00", "lunch does not count")
        settings = self.env["res.config.settings"].with_company(self.company).create({"inquiry_duration": 2, "inquiry_duration_unit": "day"})
        settings.execute()
        with self.at(NOW):
            self.assertEqual(str(self._forward().date_deadline), "2031-03-05 17:00:00")
        with self.assertRefused("inquiry_duration_positive", error=CheckViolation), mute_logger("odoo.sql_db"):
            self.company.inquiry_duration = 0

    def test_the_teams_working_hours_count(self):
        self.experts.resource_calendar_id = self.env["resource.calendar"].create({
            "name": "Mondays", "company_id": self.company.id, "tz": "UTC",
            "attendance_ids": [fields.Command.clear(), fields.Command.create({"name": "Monday", "dayofweek": "0", "hour_from": 8, "hour_to": 12})],
        })
        with self.at(NOW):
            self.assertEqual(str(self._forward().date_deadline), "2031-03-10 12:00:00")

    def test_somebody_may_say_until_when(self):
        with self.at(NOW):
            self.assertEqual(str(self._forward(date_deadline="2031-03-03 12:00:00").date_deadline), "2031-03-03 12:00:00")
            late = self._create_inquiry(date_deadline="2031-03-03 09:59:59")
            with self.assertRefused("A deadline that lies ahead"):
                late.action_forward()
            inquiry = self._forward(date_deadline=NOW)
            inquiry.date_deadline = "2031-03-03 10:00:01"
            with self.assertRefused("Nobody can answer in the past"):
                inquiry.date_deadline = "2031-03-03 09:59:59"

    def test_an_answer_is_in_time_up_to_its_deadline(self):
        for moment, timeliness, state in (
            ("2031-03-04 16:59:59", "in_time", "met"), (TOMORROW_EVENING, "in_time", "met"), ("2031-03-04 17:00:01", "late", "missed"),
        ):
            with self.at(NOW):
                inquiry = self._forward()
            with self.at(moment), self.subTest(moment):
                self.assertEqual(inquiry.timeliness, "open")
                self._answer_inquiry(inquiry)
                self.assertEqual((inquiry.timeliness, inquiry.deadline_state), (timeliness, state))

    def test_late_is_what_waits_for_an_answer_after_its_deadline(self):
        late_domain = [("state", "=", "forwarded"), ("deadline_state", "=", "missed")]
        with self.at(NOW):
            inquiries = self._forward() + self._create_inquiry(date_deadline=NOW) + self._answer_inquiry(self._forward())
            returned = self._forward()
            self._give_reason(returned, "return", self.expert)
        for moment, late in ((TOMORROW_EVENING, 0), ("2031-03-04 17:00:01", 1)):
            with self.at(moment), self.subTest(moment):
                self.env.invalidate_all()
                found = self.env["quality.inquiry"].search([("id", "in", (inquiries + returned).ids), *late_domain])
                self.assertEqual(found, inquiries[:late])
                self.assertEqual(inquiries[0].deadline_state, "missed" if late else "running")
                self.assertFalse((inquiries[1] + returned).filtered("deadline_state"), "nobody is asked")


@tagged("post_install", "-at_install")
class TestInquiryAlerts(InquiryCommon, MockEmail):
    """Who is told of what waits for an answer. A question is forwarded on Monday at 10:00, to be answered until Tuesday 17:00;
    the warning comes a working day before, the escalation a day after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for model in ("quality.milestone", "quality.capa", "quality.complaint.assignment", "quality.inquiry"):  # what was there before
            cls.env[model].search([]).write(dict.fromkeys(("warned_on", "alerted_on", "escalated_on"), "2026-01-01"))
        cls.env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"
        cls.rules = cls.env["base.automation"].search([("model_name", "=", "quality.inquiry"), ("deadline_alert", "!=", False)])
        cls.env.flush_all()
        # it is what was written when the rules were switched on
        cls.env.cr.execute("UPDATE base_automation SET last_run = '2026-01-01' WHERE id IN %s", (tuple(cls.rules.ids),))
        cls.env.invalidate_all()

    def _ask_worker(self):
        with self.at("2026-03-02 10:00:00"), self.mock_mail_gateway():
            inquiry = self._forward(responder_id=self.worker.id)
            self.env.flush_all()
        self.env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"
        return inquiry

    def _run(self, moment):
        """The scheduler at that moment; returns the alerts that went out: {(subject's begin, user)}, each once."""
        people = {user.email_formatted: user for user in self.company.user_ids}
        with self.at(moment), self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref("base_automation.ir_cron_data_base_automation_check").method_direct_trigger()
            self.env.ref("mail.ir_cron_mail_scheduler_action").method_direct_trigger()
            mails = [(mail["subject"].split(":")[0], people[address]) for mail in self._mails for address in mail["email_to"]]
        self.env.invalidate_all()
        self.assertEqual(len(mails), len(set(mails)), "nobody is told twice")
        return set(mails)

    def test_who_answers_is_warned_then_he_and_his_leader_told_then_those_above(self):
        self.experts.escalation_user_ids = self.quality_manager
        inquiry = self._ask_worker()
        for moment, told in (
            ("2026-03-03 08:00:00", set()),
            ("2026-03-03 09:00:01", {("Due soon", self.worker)}),
            ("2026-03-03 17:00:00", set()),
            ("2026-03-03 17:00:01", {("Late", self.worker), ("Late", self.expert)}),
            ("2026-03-04 17:00:01", {("Still late", self.quality_manager)}),
            ("2026-03-05 17:00:01", set()),
        ):
            with self.subTest(moment):
                self.assertEqual(self._run(moment), told)
        self.assertEqual(inquiry.sudo().activity_ids.user_id, self.worker | self.expert | self.quality_manager)
        with self.at("2026-03-05 18:00:00"):
            self._answer_inquiry(inquiry, self.worker)
        self.assertEqual(self._get_step(inquiry)[0], self.rep, "what was late is seen to")

    def test_nobody_is_alerted_of_what_waits_for_no_answer(self):
        answered, returned, cancelled = (self._ask_worker() for _ in range(3))
        with self.at("2026-03-02 11:00:00"), self.mock_mail_gateway():
            self._answer_inquiry(answered)
            self._give_reason(returned, "return", self.worker)
            self._give_reason(cancelled, "cancel")
        self.env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"
        self.assertEqual(self._run("2026-03-20 09:00:00"), set())

    def test_whoever_is_asked_instead_hears_of_it_from_then_on(self):
        inquiry = self._ask_worker()
        self.assertEqual(self._run("2026-03-03 17:00:01"), {("Late", self.worker), ("Late", self.expert)})
        with self.at("2026-03-03 18:00:00"), self.mock_mail_gateway():
            inquiry.write({"team_id": self.team.id, "responder_id": self.handler.id})
        self.assertEqual(inquiry.sudo().activity_ids.user_id, self.handler, "nothing is left with those who were asked before")
        self.env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"
        self.assertEqual(self._run("2026-03-04 17:00:01"), {("Still late", self.quality_manager)})

    def test_the_rules_are_the_companys_to_change(self):
        self.assertEqual(sorted(self.rules.mapped("deadline_alert")), ["escalation", "missed", "warning"])
        flags = self.env["ir.model.data"].search([("model", "=", "base.automation"), ("res_id", "in", self.rules.ids)])
        self.assertEqual(flags.mapped("noupdate"), [True] * 3)
