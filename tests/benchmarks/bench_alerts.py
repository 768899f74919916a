"""An alert run costs what is due, not what is open, and hardly more than the messages that it sends."""

from make_complaints import multiply
from measure import compare, report, timed, undone

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.quality_complaint.models.odoo.base_automation import BATCH
from odoo.addons.quality_complaint.tests.common import ComplaintCommon

DUE = 1000


@tagged("post_install", "-at_install")
class BenchAlerts(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["quality.deadline.policy"].search([]).active = False
        cls.env["quality.deadline.policy"].create({
            "name": "Hours", "type_id": cls.complaint_type.id, "company_id": cls.company.id,
            "line_ids": [
                Command.create({"step": step, "owner_role": role, "duration": hours, "duration_unit": "calendar_day"})
                for step, role, hours in (("review", "leader", 1), ("resolve", "handler", 100), ("reply", "sales_manager", 100))
            ],
        })
        for model in ("quality.milestone", "quality.capa"):
            cls.env[model].search([]).write({"warned_on": "2026-01-01", "alerted_on": "2026-01-01", "escalated_on": "2026-01-01"})
        cls.rule = cls.env.ref("quality_complaint.automation_milestone_missed")
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE base_automation SET last_run = '2020-01-01' WHERE id = %s", (cls.rule.id,))
        cls.original = cls._create_complaint()
        cls.original.sudo().milestone_ids.filtered(lambda step: step.step == "review").date_deadline = fields.Datetime.subtract(
            fields.Datetime.now(), minutes=5,
        )
        cls.due = multiply(cls.original, DUE)
        # of these nothing is due
        cls.open_one = cls._create_complaint()
        cls.env.flush_all()

    def _run(self, due=DUE):
        """What the scheduler does for the rule, but for storing."""
        until = fields.Datetime.add(fields.Datetime.now(), minutes=1)
        records = self.rule._search_time_based_automation_records(until=until)[:due]
        (action,) = self.rule.action_server_ids
        for at in range(0, due, BATCH):
            batch = records[at:at + BATCH]
            action.with_context(active_model=batch._name, active_ids=batch.ids, active_id=batch[0].id).run()
        self.env.flush_all()
        self.assertEqual(len(records.filtered("alerted_on")), due)

    def _measure(self, rounds=3):
        seconds = []
        for _round in range(rounds):
            with undone(self.env):
                seconds.append(timed(self.env, self._run)[0])
        return sorted(seconds)[rounds // 2]

    def test_a_hundred_thousand_open_cost_no_more_than_a_thousand(self):
        with undone(self.env):
            self._run(10)  # warm
        few = self._measure()
        multiply(self.open_one, 100_000 - DUE)
        many = self._measure()
        report(f"{DUE} alerts among 100,000 open / among 1,000", many, few, many / few)
        self.assertLessEqual(many / few, 1.2)

    def test_an_alert_costs_hardly_more_than_its_messages(self):
        number, Message = DUE, self.env["mail.message"].sudo()
        before = Message.search_count([])
        with undone(self.env):
            self._run(number)
            messages = Message.search_count([]) - before
        self.assertGreaterEqual(messages, 2 * number, "in the chat and by e-mail")
        complaints = self.due.sudo()

        def alert():
            with undone(self.env):
                self._run(number)

        odoobot = self.env.ref("base.partner_root")
        chat = complaints._get_chat(self.quality_manager)

        def post():
            """As many as an alert sends: half of them by e-mail, half in the chat."""
            with undone(self.env):
                for complaint in complaints[:messages // 2]:
                    complaint.message_post(
                        body="Late", partner_ids=self.quality_manager.partner_id.ids, subtype_xmlid="mail.mt_note", force_send=False,
                    )
                    chat.message_post(body="Late", author_id=odoobot.id, message_type="comment", subtype_xmlid="mail.mt_comment")

        queries = timed(self.env, alert)[1], timed(self.env, post)[1]
        report(f"queries of {number} alerts / {messages} of core's messages", *queries, queries[0] / queries[1])
        ratio, alerted, posted = compare(self.env, alert, post, rounds=1)
        report(f"{number} alerts / {messages} of core's messages", alerted, posted, ratio)
        self.assertLessEqual(ratio, 1.2)
