from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .delivery_common import SHIPPED, DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryAlerts(DeliveryCommon, MockEmail):
    """No follow-up is forgotten: who asks is warned, then he and his leader are told, then who sees to all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls._new_user("leader", "sales_team.group_sale_salesman")
        cls.sales_team = cls.env["crm.team"].create({"name": "North", "user_id": cls.leader.id, "company_id": cls.company.id})
        cls.company.delivery_followup_user_id = cls.named = cls._new_user("named", "quality_complaint.group_reporter")
        with cls.at(cls, SHIPPED):
            cls.followup = cls._ship_new(team_id=cls.sales_team.id)
            cls.done = cls._ship_new(team_id=cls.sales_team.id)
            cls.done.with_user(cls.rep).action_all_ok()
        cls.env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"
        # in force since before all of this
        for kind in ("warning", "missed", "escalation"):
            rule = cls.env.ref(f"quality_complaint.automation_delivery_{kind}")
            cls.env.cr.execute("UPDATE base_automation SET last_run = '2031-01-01' WHERE id = %s", (rule.id,))
            rule.invalidate_recordset()

    def _run(self, kind, moment):
        """What the scheduler does for one rule; who was told, by e-mail."""
        rule = self.env.ref(f"quality_complaint.automation_delivery_{kind}")
        with self.at(moment), self.mock_mail_gateway():
            records = rule._search_time_based_automation_records(until=self._to_datetime(moment))
            ours = records & (self.followup | self.done)
            if ours:
                rule._process(ours)
                self.env["mail.mail"].sudo().process_email_queue()
            return {address for mail in self._mails for address in mail["email_to"]}

    def _get_addresses(self, *users):
        return {user.email_formatted for user in users}

    def test_each_is_told_once_and_only_of_what_is_open(self):
        self.assertEqual(self.followup.date_warning, self._to_datetime("2031-03-06 08:00:00"), "eight working hours before")
        self.assertEqual(self._run("warning", "2031-03-06 08:00:00"), set())
        self.assertEqual(self._run("warning", "2031-03-06 08:00:01"), self._get_addresses(self.rep))
        self.assertEqual(self._run("warning", "2031-03-06 09:10:00"), set(), "once")
        self.assertEqual(self._run("missed", "2031-03-06 17:00:00"), set())
        self.assertEqual(self._run("missed", "2031-03-06 17:00:01"), self._get_addresses(self.rep, self.leader))
        self.assertEqual(self._run("escalation", "2031-03-07 17:00:01"), self._get_addresses(self.leader, self.named))
        self.assertFalse(self.done.warned_on or self.done.alerted_on)
        # who asks has it among his activities already
        self.assertEqual(len(self._get_activity(self.followup).filtered(lambda activity: activity.user_id == self.rep)), 1)
        self.followup.with_user(self.rep).action_all_ok()
        self.assertFalse(self._get_activity(self.followup))

    def test_whom_it_is_handed_to_is_warned_for_himself(self):
        self._run("warning", "2031-03-06 08:00:01")
        with self.mock_mail_gateway():
            self.followup.with_user(self.rep).user_id = self.other_rep
            self.env.flush_all()
        self.env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"
        self.assertEqual(self._run("warning", "2031-03-06 10:00:00"), self._get_addresses(self.other_rep))

    def test_who_can_not_be_told_is_stood_in_for(self):
        self.followup.sudo().user_id = self.env.ref("base.user_root")
        self.assertEqual(self._run("warning", "2031-03-06 08:00:01"), self._get_addresses(self.leader))
