from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnDeadlines(ReturnCommon):
    """Decision and answer are promised in working days, and who has the step is told before and after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 1000)
        cls._create_shipped_order((cls.product, 500))
        cls.env["base.automation"].search([("deadline_alert", "!=", False)]).last_run = "2026-01-01 00:00:00"
        cls.env.flush_all()

    def _create_on_monday(self, **values):
        with self.at("2026-05-04 10:00:00"):
            return self._create_return(**values)

    def _get_step(self, order, step):
        return order.milestone_ids.filtered(lambda milestone: milestone.step == step)

    def test_the_companys_working_days_count_from_the_request(self):
        order = self._create_on_monday()
        self.assertEqual(str(self._get_step(order, "decision").date_deadline), "2026-05-06 17:00:00")
        self.assertEqual(str(self._get_step(order, "reply").date_deadline), "2026-05-07 17:00:00")
        self.company.write({"return_decision_days": 5, "return_reply_days": 6})
        later = self._create_on_monday()
        self.assertEqual(str(self._get_step(later, "decision").date_deadline), "2026-05-11 17:00:00")
        self.assertEqual(str(self._get_step(later, "reply").date_deadline), "2026-05-12 17:00:00")
        self.assertEqual(str(self._get_step(order, "decision").date_deadline), "2026-05-06 17:00:00", "what was promised stays")

    def test_a_day_at_least_is_promised(self):
        for field in ("return_decision_days", "return_reply_days"):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.company[field] = 0
                self.env.flush_all()

    def test_the_step_belongs_to_who_has_not_decided_yet(self):
        order = self._create_return(line_ids=[self._get_line(resolution=False)])
        order.action_submit()
        self.assertEqual(self._get_step(order, "decision").user_id, self.quality_manager)
        order.line_ids.resolution = "refund"
        order.with_user(self.quality_manager).action_accept()
        self.assertEqual(self._get_step(order, "decision").user_id, self.rep)
        self.assertEqual(self._get_step(order, "reply").user_id, self.rep)
        order.with_user(self.rep).action_accept()
        self.assertEqual(self._get_step(order, "decision").user_id, self.rep, "he was the last who was waited for")
        first = self._create_return()
        first.action_submit()  # complete, so that the representative has decided
        self.env.flush_all()
        first.with_user(self.quality_manager).action_accept()
        self.assertEqual(self._get_step(first, "decision").user_id, self.quality_manager)

    def test_late_is_late_to_the_minute_and_shows_so(self):
        order, second = self._create_on_monday(), self._create_on_monday()
        Return = self.env["return.order"].with_user(self.rep)
        with self.at("2026-05-06 17:00:00"):
            self.assertFalse(order.is_late)
            self.assertNotIn(order, Return.search([("is_late", "=", True)]))
        with self.at("2026-05-06 17:00:01"):
            self.env.invalidate_all()
            self.assertTrue(order.is_late)
            self.assertEqual(order.color, 1)
            self.assertIn(order, Return.search([("is_late", "=", True)]))
            self._move_return(second, "approved")
            self.env.invalidate_all()
            self.assertFalse(second.is_late, "decided late, but the customer can still be answered in time")
            self.assertEqual(second.next_step, "reply")
            self.assertEqual(self._get_step(second, "decision").deadline_state, "missed")

    def test_the_clock_is_nobodys_to_write(self):
        order = self._create_return()
        for user in (self.rep, self.quality_manager, self.complaint_admin):
            with self.assertRaises(UserError):
                order.milestone_ids.with_user(user).date_deadline = "2099-01-01 00:00:00"

    def test_who_has_the_step_is_warned_once(self):
        order = self._create_on_monday()
        milestone = self._get_step(order, "decision").sudo()
        with self.at("2026-05-06 12:00:00"):
            for _run in range(2):
                milestone._alert("warning")
        self.assertTrue(milestone.warned_on)
        warned = order.sudo().activity_ids.filtered(lambda activity: "Due soon" in activity.summary)
        self.assertEqual(warned.user_id, self.quality_manager)
        self.assertEqual(len(warned), 1)

    def test_when_it_is_late_owner_and_leader_are_told(self):
        order = self._move_return(self._create_on_monday(), "approved")
        milestone = self._get_step(order, "reply").sudo()
        with self.at("2026-05-08 12:00:00"):
            milestone._alert("missed")
        told = self._get_notice(order, "Late: Answer the Customer")
        self.assertEqual(told.notified_partner_ids, (self.rep | self.quality_manager).partner_id)
        late = order.sudo().activity_ids.filtered(lambda activity: activity.summary.startswith("Late"))
        self.assertEqual(late.user_id, self.quality_manager, "the representative has the step among his activities already")

    def test_each_rule_finds_what_is_due_and_nothing_else(self):
        order, answered = self._create_on_monday(), self._create_on_monday()
        with self.at("2026-05-04 11:00:00"):
            self._move_return(answered, "receiving")
        self.env.flush_all()
        for kind in ("warning", "missed", "escalation"):
            rule = self.env.ref(f"return_repair.automation_return_{kind}")
            self.assertTrue(rule.active)
            field = rule.trg_date_id.name
            with self.at("2026-05-04 10:00:01"):
                self.assertFalse((order | answered).milestone_ids & rule._search_time_based_automation_records(until=self._get_step(order, "decision")[field]))
            with self.at("2026-06-04 10:00:00"):
                due = rule._search_time_based_automation_records(until=self.env["ir.fields.converter"].env.cr.now())
            self.assertFalse(due & answered.milestone_ids)

    def test_cancelled_and_answered_alert_nobody(self):
        for state in ("cancel", "receiving"):
            order = self._create_on_monday()
            with self.at("2026-05-04 11:00:00"):
                self._move_return(order, state)
            steps = self.env["return.milestone"].with_context(active_test=False).search([("return_id", "=", order.id)])
            self.assertEqual(len(steps), 2)
            with self.at("2026-05-20 10:00:00"):
                steps._alert("missed")
            self.assertFalse(any(steps.mapped("alerted_on")))
