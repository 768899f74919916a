import contextlib
from datetime import datetime

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon

CRON = "base_automation.ir_cron_data_base_automation_check"
KINDS = ("warning", "missed", "escalation")


@tagged("post_install", "-at_install")
class TestAlerts(ComplaintCommon, MockEmail):
    """Working hours are 8 to 12 and 13 to 17, Monday to Friday; 2026-03-02 is a Monday.

    The steps of a complaint filed on it at 9:00: review until Tuesday 17:00, resolve until Wednesday 17:00, each with a
    warning four working hours before (13:00) and an escalation a day later.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["quality.deadline.policy"].search([]).active = False
        cls.team.company_id = cls.complaint_type.company_id = False
        cls.policy = cls.env["quality.deadline.policy"].create({
            "name": "Normal",
            "line_ids": [
                Command.create({"step": "review", "owner_role": "leader", "duration": 1}),
                Command.create({"step": "resolve", "owner_role": "handler", "duration": 2}),
            ],
        })
        cls.general_manager = cls._new_user("general_manager", "base.group_user", notification_type="inbox")
        cls.team.escalation_user_ids = cls.general_manager
        cls.cron = cls.env.ref(CRON)
        # what was there before tells nobody
        for model in ("quality.milestone", "quality.capa", "quality.inquiry"):
            cls.env[model].search([]).write({"warned_on": "2026-01-01", "alerted_on": "2026-01-01", "escalated_on": "2026-01-01"})
        cls.env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"
        # in force since before all of this
        cls.rules = cls.env["base.automation"].search([("deadline_alert", "!=", False)])
        cls._set_since("2026-01-01 00:00:00")

    @classmethod
    def _set_since(cls, moment):
        # it is what was written when the rules were switched on
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE base_automation SET last_run = %s WHERE id IN %s", (moment, tuple(cls.rules.ids)))
        cls.rules.invalidate_recordset()

    @contextlib.contextmanager
    def _working_at(self, moment):
        """What people do at that moment; the e-mails it causes are not what is asked about here."""
        with self.at(moment), self.mock_mail_gateway():
            yield
            self.env.flush_all()
        self.env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"

    def _file(self, state="investigation", **values):
        """A complaint handled by :attr:`handler`, filed on Monday at 9:00."""
        with self._working_at("2026-03-02 09:00:00"):
            complaint = self._create_complaint(**values)
            self._move_to(complaint, state)
        return complaint

    def _run(self, moment):
        """The scheduler at that moment; returns the alerts that went out: {(subject's begin, e-mail address)}, each once."""
        with self.at(moment), self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
            self.env.ref("mail.ir_cron_mail_scheduler_action").method_direct_trigger()
            mails = [(mail["subject"].split(":")[0], address) for mail in self._mails for address in mail["email_to"]]
        self.env.invalidate_all()
        self.assertEqual(len(mails), len(set(mails)), "nobody is told twice")
        return {(subject, address.split("<")[-1].strip(">")) for subject, address in mails}

    def _get_pending(self):
        """When the scheduler will run."""
        return [str(trigger.call_at) for trigger in self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])]

    # ------------------------------------------------------------ who and when
    def test_owner_then_superiors_then_those_above_each_once_and_on_time(self):
        self._file()
        for moment, told in (
            ("2026-03-04 13:00:00", set()),
            ("2026-03-04 13:00:01", {("Due soon", "handler@sunrise.example")}),
            ("2026-03-04 13:00:02", set()),
            ("2026-03-04 17:00:00", set()),
            ("2026-03-04 17:00:01", {("Late", "handler@sunrise.example"), ("Late", "quality_manager@sunrise.example")}),
            ("2026-03-04 17:01:00", set()),
            ("2026-03-05 17:00:00", set()),
            ("2026-03-05 17:00:01", {("Still late", "general_manager@sunrise.example")}),
            ("2026-03-05 17:01:00", set()),
            ("2026-04-05 17:01:00", set()),
        ):
            with self.subTest(moment):
                self.assertEqual(self._run(moment), told)

    def test_it_stands_in_odoo_too(self):
        complaint = self._file()
        self._run("2026-03-05 17:00:01")
        chats = self.env["mail.message"].search([
            ("model", "=", "discuss.channel"), ("body", "like", complaint.name), ("body", "like", "Late: "),
        ])
        told = {chat.res_id: self.env["discuss.channel"].browse(chat.res_id).channel_member_ids.partner_id for chat in chats}
        self.assertEqual(
            set().union(*told.values()) - {self.env.ref("base.partner_root")}, {self.handler.partner_id, self.quality_manager.partner_id},
        )
        inbox = self.env["mail.notification"].search([
            ("res_partner_id", "=", self.general_manager.partner_id.id), ("notification_type", "=", "inbox"),
            ("mail_message_id.model", "=", complaint._name), ("mail_message_id.res_id", "=", complaint.id),
        ])
        self.assertEqual(len(inbox), 1)
        activities = {activity.user_id: activity.activity_type_id.get_external_id()[activity.activity_type_id.id].split("_")[-1] for activity in complaint.activity_ids}
        # the handler has the complaint among his activities already
        self.assertEqual(activities, {
            self.handler: "complaint", self.quality_manager: "deadline", self.general_manager: "escalation",
        })

    def test_activities_of_alerts_go_when_it_is_done(self):
        complaint = self._file()
        self._run("2026-03-05 17:00:01")
        with self._working_at("2026-03-06 09:00:00"):
            handled = complaint.with_user(self.handler)
            handled.write({"handling_opinion": "Replace", "analysis": "Rain"})
            handled.demand_ids.write({"answer": "Sent", "outcome": "granted"})
            handled.action_resolve()
        self.assertEqual(complaint.activity_ids.user_id, self.sales_manager)

    def test_what_is_done_or_over_is_not_alerted_of(self):
        for state in ("reply", "cancel"):
            complaint = self._file()
            with self._working_at("2026-03-03 09:00:00"):
                if state == "cancel":
                    self._cancel(complaint)
                else:
                    complaint.sudo()._complete_milestones("resolve")
        self.assertEqual(self._run("2026-03-20 09:00:00"), set())

    def test_who_missed_it_is_not_warned_as_well(self):
        """The server was down over the warning and the deadline."""
        self._file()
        self.assertEqual({subject for subject, _to in self._run("2026-03-04 17:00:01")}, {"Late"})

    def test_actions_are_alerted_of_too(self):
        complaint = self._file()
        with self._working_at("2026-03-02 10:00:00"):
            capa = self._create_capa(complaint, date_deadline="2026-03-06 12:00:00")
            capa.sudo().write({"state": "open"})
        complaint.sudo()._complete_milestones("resolve")
        self.assertEqual(self._run("2026-03-05 13:00:00"), set())
        # eight working hours before
        self.assertEqual(self._run("2026-03-05 13:00:01"), {("Due soon", "worker@sunrise.example")})
        self.assertEqual(self._run("2026-03-06 12:00:01"), {("Late", "worker@sunrise.example")})

    def test_parts_of_teams_are_alerted_of_too(self):
        complaint = self._file()
        purchasing = self.env["quality.team"].create({
            "name": "Purchasing", "company_id": self.company.id, "leader_id": self.sales_manager.id, "member_ids": [Command.set(self.worker.ids)],
        })
        with self._working_at("2026-03-02 10:00:00"):
            self.env["quality.complaint.assignment"].with_user(self.handler).create({
                "complaint_id": complaint.id, "name": "Which supplier?", "team_id": purchasing.id, "user_id": self.worker.id,
                "date_deadline": "2026-03-06 12:00:00",
            })
        complaint.sudo()._complete_milestones("resolve")
        self.assertEqual(self._run("2026-03-05 13:00:01"), {("Due soon", "worker@sunrise.example")})
        self.assertEqual(
            self._run("2026-03-06 12:00:01"), {("Late", "worker@sunrise.example"), ("Late", "sales_manager@sunrise.example")},
        )

    def test_each_reads_the_deadline_in_his_own_time(self):
        complaint = self._file()
        self.handler.tz, self.quality_manager.tz = "Asia/Shanghai", "America/New_York"
        self._run("2026-03-04 17:00:01")
        messages = self.env["mail.message"].search([
            ("model", "=", "quality.complaint"), ("res_id", "=", complaint.id), ("subject", "like", "Late: "), ("message_type", "=", "user_notification"),
        ])
        said = {message.notified_partner_ids: message.preview for message in messages}
        # 17:00 in UTC
        self.assertIn("3/5/26, 1:00", said[self.handler.partner_id])
        self.assertIn("3/4/26, 12:00", said[self.quality_manager.partner_id])

    def test_the_mails_go_out_without_waiting_for_the_hour(self):
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        self._file()
        for moment, woken in (("2026-03-04 12:00:00", False), ("2026-03-04 13:00:01", True)):
            self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)]).unlink()
            with self.at(moment), self.mock_mail_gateway(), self.enter_registry_test_mode():
                self.cron.method_direct_trigger()
            self.env.invalidate_all()
            with self.subTest(moment):
                self.assertEqual(bool(self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)])), woken)

    def test_an_activity_of_something_else_does_not_stand_for_the_alerts(self):
        complaint = self._file()
        complaint.activity_schedule("mail.mail_activity_data_call", user_id=self.quality_manager.id, date_deadline="2026-06-01")
        self._run("2026-03-04 17:00:01")
        late = complaint.activity_ids.filtered(lambda activity: activity.activity_type_id == self.env.ref("quality_complaint.mail_activity_type_deadline"))
        self.assertEqual(late.user_id, self.quality_manager)

    def test_who_takes_over_is_warned_for_himself(self):
        complaint = self._file("review")
        deadline = self.env.ref("quality_complaint.mail_activity_type_deadline")
        complaint.activity_ids.unlink()
        self.assertEqual(len(self._run("2026-03-03 13:00:01")), 1)
        self.assertEqual(complaint.activity_ids.user_id, self.quality_manager)
        with self._working_at("2026-03-03 14:00:00"):
            complaint.with_user(self.quality_manager).team_id = self.env["quality.team"].create({
                "name": "Packing", "company_id": self.company.id, "leader_id": self.outsider.id,
            })
        self.assertFalse(complaint.activity_ids.filtered(lambda activity: activity.activity_type_id == deadline))
        self.assertEqual(self._run("2026-03-03 14:01:00"), {("Due soon", "outsider@sunrise.example")})

    def test_a_rule_takes_no_calendar_of_its_own(self):
        with self.assertRaisesRegex(ValidationError, "give its delay in hours or days"):
            self.rules[0].write({"trg_date_range_type": "day", "trg_date_calendar_id": self.company.resource_calendar_id.id})

    def test_each_is_told_in_his_language(self):
        self.env["res.lang"]._activate_lang("ja_JP")
        self.env["ir.module.module"]._load_module_terms(["quality_complaint"], ["ja_JP"])
        self.handler.lang = "ja_JP"
        complaint = self._file()
        milestone = complaint.sudo().milestone_ids.filtered(lambda milestone: milestone.step == "resolve")
        self.assertEqual(
            {subject for subject, _to in self._run("2026-03-04 13:00:01")},
            {milestone.with_context(lang="ja_JP")._get_alert_subject("warning").split(":")[0]},
        )

    # ------------------------------------------------------------ the company's settings
    def test_the_lead_of_the_warning_is_the_policys(self):
        for lead, moment in ((1, "2026-03-04 16:00:00"), (8, "2026-03-04 08:00:00"), (9, "2026-03-03 16:00:00"), (500, "2026-03-02 09:00:00")):
            self.policy.line_ids.warning_lead = lead
            milestone = self._file().sudo().milestone_ids.filtered(lambda milestone: milestone.step == "resolve")
            with self.subTest(lead=lead):
                self.assertEqual(str(milestone.date_warning), moment)
        self.policy.line_ids.warning_lead = 0
        self.assertFalse(any(self._file().sudo().milestone_ids.mapped("date_warning")))

    def test_the_delay_of_the_rule_is_the_companys(self):
        rule = self.env.ref("quality_complaint.automation_milestone_escalation")
        rule.write({"trg_date_range": 2, "trg_date_range_type": "hour"})
        self._file()
        self._run("2026-03-04 17:00:01")
        self.assertEqual(self._run("2026-03-04 19:00:00"), set())
        self.assertEqual(self._run("2026-03-04 19:00:01"), {("Still late", "general_manager@sunrise.example")})

    def test_the_scheduler_runs_in_the_minute_it_is_due(self):
        self.env["ir.cron.trigger"].search([]).unlink()
        self._file("review")
        self.assertEqual(self._get_pending(), ["2026-03-03 13:00:01"], "the warning of the review, and nothing else pending")
        with self._working_at("2026-03-03 12:50:00"):
            self._create_capa(self._create_complaint(), self.quality_manager, date_deadline="2026-03-10 14:00:00")
        self.assertEqual(
            min(self._get_pending()), "2026-03-03 13:00:01", "a later one does not take its place",
        )
        self._run("2026-03-03 13:00:01")
        self.assertIn("2026-03-03 17:00:01", self._get_pending())
        with self._working_at("2026-03-03 14:00:00"):
            self._create_capa(self._create_complaint(), self.quality_manager, date_deadline="2026-03-03 15:00:00")
        # less than its lead before the deadline: warned at once
        self.assertEqual(min(self._get_pending()), "2026-03-03 14:00:01")

    # ------------------------------------------------------------ rules off and on, old records
    def test_a_rule_that_was_off_does_not_flood_when_it_is_on_again(self):
        rules = self.rules.filtered(lambda rule: rule.model_name == "quality.milestone")
        rules.active = False
        self._file()
        self.assertEqual(self._run("2026-03-20 09:00:00"), set())
        with self._working_at("2026-03-20 10:00:00"):
            rules.active = True
            self._create_complaint()
        self.assertEqual(self._run("2026-03-20 10:01:00"), set(), "nothing of what was due in the meantime")
        # Friday; its review is due on Monday
        self.assertEqual(self._run("2026-03-23 17:00:01"), {("Late", "quality_manager@sunrise.example")})

    def test_installing_alerts_of_nothing_from_before(self):
        self._file()
        rule = self.rules.filtered(lambda rule: rule.model_name == "quality.milestone" and rule.deadline_alert == "missed")
        with self._working_at("2026-03-10 09:00:00"):
            copied = rule.copy()
        self.assertEqual((copied.deadline_alert, str(copied.last_run)), ("missed", "2026-03-10 09:00:00"))
        rule.active = False
        self.assertEqual({subject for subject, _to in self._run("2026-03-10 10:00:00")}, {"Still late"}, "the other rule's")

    def test_a_run_leaves_since_when_a_rule_is_in_force(self):
        self._run("2026-03-04 10:00:00")
        self.assertEqual({str(since) for since in self.rules.mapped("last_run")}, {"2026-01-01 00:00:00"})

    def test_imported_history_alerts_nobody(self):
        with self._working_at("2026-03-20 09:00:00"):
            header = ["subject", "partner_id/.id", "type_id/.id", "date_received", "line_ids/product_id/.id"]
            rows = [
                [f"Old {number}", str(self.customer.id), str(self.complaint_type.id), "2026-02-02 09:00:00", str(self.product.id)]
                for number in range(5)
            ] + [["New", str(self.customer.id), str(self.complaint_type.id), "2026-03-20 08:00:00", str(self.product.id)]]
            Complaint = self.env["quality.complaint"].with_user(self.quality_manager).with_company(self.company)
            result = Complaint.with_context(import_file=True).load(header, rows)
            self.assertFalse(result["messages"])
            complaints = Complaint.browse(result["ids"])
        self.assertEqual(complaints.mapped("is_history"), [True] * 5 + [False])
        with self._working_at("2026-03-20 10:00:00"):
            self.assertEqual(complaints.mapped("is_late"), [True] * 5 + [False], "what is late shows")
        self.assertEqual(self._run("2026-03-20 10:00:00"), set())
        # both steps of the new one: late for its leader, still late for the one above him
        self.assertEqual(self._run_many("2026-04-20 10:00:00"), 4)
        messages = self.env["mail.message"].search([("model", "=", "quality.complaint"), ("res_id", "in", complaints.ids), ("subject", "like", "ate: ")])
        self.assertEqual(set(messages.mapped("res_id")), {complaints[-1].id})

    # ------------------------------------------------------------ faults
    @mute_logger("odoo.addons.quality_complaint.models.deadline.quality_deadline_alert")
    def test_a_bad_record_stops_no_other_and_is_tried_again(self):
        bad, good, better = (self._file() for _number in range(3))
        milestones = (bad | good | better).sudo().milestone_ids.filtered(lambda milestone: milestone.step == "resolve")
        # a step that the program does not know, as an addon that was removed leaves it
        self.env.flush_all()
        self.env.cr.execute("UPDATE quality_milestone SET step = 'gone' WHERE id = %s", (milestones[0].id,))
        self.env.invalidate_all()
        self._run_many("2026-03-04 13:00:01")
        self.assertEqual([bool(milestone.warned_on) for milestone in milestones], [False, True, True])
        self.assertIn("2026-03-04 13:15:02", self._get_pending(), "it is tried again before long")
        self.env.cr.execute("UPDATE quality_milestone SET step = 'resolve' WHERE id = %s", (milestones[0].id,))
        self.env.invalidate_all()
        self.assertEqual(self._run("2026-03-04 14:00:00"), {("Due soon", "handler@sunrise.example")})
        self.assertTrue(milestones[0].warned_on)

    def _run_many(self, moment):
        """As `_run`, where one address is told of several complaints: how many e-mails went out."""
        with self.at(moment), self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
            self.env.ref("mail.ir_cron_mail_scheduler_action").method_direct_trigger()
            sent = len(self._mails)
        self.env.invalidate_all()
        return sent

    def test_a_run_that_is_killed_goes_on_and_tells_nobody_twice(self):
        complaints = self.env["quality.complaint"].union(*(self._file("draft") for _number in range(120)))
        milestones = complaints.sudo().milestone_ids.filtered(lambda milestone: milestone.step == "review")
        discuss, count = type(self.env["discuss.channel"]), []
        post = discuss.message_post

        def die_at_the_seventieth(channel, **kwargs):
            count.append(1)
            if len(count) == 70:
                raise SystemExit
            return post(channel, **kwargs)

        self.patch(discuss, "message_post", die_at_the_seventieth)
        with (
            self.at("2026-03-03 13:00:01"), self.mock_mail_gateway(), self.enter_registry_test_mode(),
            contextlib.suppress(SystemExit), self.registry.cursor() as cr,
        ):
            # what the scheduler calls, on a connection that is lost; the scheduler itself stores what it can
            self.env(cr=cr, user=SUPERUSER_ID)["base.automation"]._cron_process_time_based_actions()
            self.fail("it was to be killed")
        self.env.invalidate_all()
        self.assertEqual(len(milestones.filtered("warned_on")), 50, "what was stored in pieces stays")
        self.assertEqual(self._run_many("2026-03-03 13:02:00"), 120)
        self.assertEqual(self._run_many("2026-03-03 13:04:00"), 0)
        for milestone in milestones:
            told = self.env["mail.message"].search_count([
                ("model", "=", "quality.complaint"), ("res_id", "=", milestone.complaint_id.id), ("subject", "like", "Due soon"),
            ])
            self.assertEqual(told, 1)

    def test_the_clock_set_back_tells_nobody_twice(self):
        self._file()
        self.assertEqual(len(self._run("2026-03-04 13:00:01")), 1)
        for moment in ("2026-03-04 12:00:00", "2026-03-04 13:00:01"):
            self.assertEqual(self._run(moment), set())

    def test_an_archived_owners_alert_goes_to_the_leader(self):
        complaint = self._file()
        self.handler.active = False
        self.assertEqual(self._run("2026-03-04 13:00:01"), {("Due soon", "quality_manager@sunrise.example")})
        message = self.env["mail.message"].search([("model", "=", "quality.complaint"), ("res_id", "=", complaint.id), ("subject", "like", "Due soon")])
        self.assertIn("Handler can't be told any more", message.body)

    def test_an_owner_without_address_is_told_in_odoo_and_the_leader_too(self):
        self.handler.email = False
        complaint = self._file()
        self.assertEqual(self._run("2026-03-04 13:00:01"), {("Due soon", "quality_manager@sunrise.example")})
        chat = self.env["discuss.channel.member"].search([("partner_id", "=", self.handler.partner_id.id)]).channel_id
        self.assertTrue(chat.message_ids.filtered(lambda message: complaint.name in message.body and "Due soon" in message.body))
        told = self.env["mail.notification"].search([
            ("mail_message_id.model", "=", complaint._name), ("mail_message_id.res_id", "=", complaint.id), ("mail_message_id.subject", "like", "Due soon"),
        ])
        self.assertEqual(told.mapped("notification_status"), ["sent"], "none that can only fail")

    def test_without_anybody_it_goes_to_those_who_run_complaints(self):
        self._file()
        (self.handler | self.quality_manager).active = False
        self.assertEqual(self._run("2026-03-04 13:00:01"), {("Due soon", "complaint_admin@sunrise.example")})

    @mute_logger("odoo.addons.quality_complaint.models.deadline.quality_deadline_alert")
    def test_with_nobody_to_tell_it_does_not_count_as_told(self):
        milestone = self._file().sudo().milestone_ids.filtered(lambda step: step.step == "resolve")
        everybody = self.env["res.users"].search([("company_ids", "in", self.company.ids), ("id", "!=", self.env.uid)])
        everybody.active = False
        self.assertEqual(self._run("2026-03-04 13:00:01"), set())
        self.assertFalse(milestone.warned_on)
        everybody.active = True
        self.assertEqual(self._run("2026-03-04 14:00:00"), {("Due soon", "handler@sunrise.example")})

    def test_imported_history_is_marked_by_the_day_and_not_by_who_wants_it(self):
        for values, context in (({"is_history": True}, {}), ({"is_history": True}, {"import_file": True}), ({}, {"default_is_history": True})):
            complaints = self.env["quality.complaint"].with_user(self.rep).with_company(self.company).with_context(**context)
            with self.subTest(values=values, context=context):
                new = {"subject": "Rust", "partner_id": self.customer.id, "type_id": self.complaint_type.id, **values}
                if values:
                    with self.assertRaises(AccessError):
                        complaints.create(new)
                else:
                    self.assertFalse(complaints.create(new).is_history)

    def test_imported_history_whose_time_is_not_over_is_alerted_of(self):
        """Friday's complaint, brought in on Monday: its review is over, its solution is due on Tuesday."""
        with self._working_at("2026-03-09 09:00:00"):
            complaint = self.env["quality.complaint"].with_user(self.rep).with_company(self.company).with_context(import_file=True).create({
                "subject": "Rust", "partner_id": self.customer.id, "type_id": self.complaint_type.id, "date_received": "2026-03-06 09:00:00",
            })
        self.assertTrue(complaint.is_history)
        told = {step.step: bool(step.alerted_on) for step in complaint.sudo().milestone_ids}
        self.assertEqual(told, {"review": False, "resolve": False})
        self.assertEqual(self._run("2026-03-09 13:00:01"), {("Due soon", "quality_manager@sunrise.example")})

    def test_another_deadline_is_warned_of_anew(self):
        complaint = self._file()
        with self._working_at("2026-03-02 10:00:00"):
            capa = self._create_capa(complaint, date_deadline="2026-03-06 12:00:00")
            capa.sudo().write({"state": "open"})
        complaint.sudo()._complete_milestones("resolve")
        self.assertEqual(len(self._run("2026-03-06 12:00:01")), 1)
        with self._working_at("2026-03-06 13:00:00"):
            capa.with_user(self.handler).date_deadline = datetime(2026, 3, 10, 12)
        self.assertEqual(self._run("2026-03-06 14:00:00"), set())
        self.assertEqual(self._run("2026-03-09 13:00:01"), {("Due soon", "worker@sunrise.example")})
        self.assertEqual(fields.Datetime.to_string(capa.warned_on), "2026-03-09 13:00:01")
