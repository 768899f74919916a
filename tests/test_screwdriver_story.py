"""The case of the source documents: a set of screwdrivers was shipped, and arrived with rust."""

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.quality_complaint.tests.common import ComplaintCommon

MONDAY = "2026-03-02 09:00:00"
TUESDAY = "2026-03-03 10:00:00"
FRIDAY = "2026-03-06 15:00:00"


@tagged("post_install", "-at_install")
class TestScrewdriverStory(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engineer = cls._new_user("engineer", "quality_complaint.group_handler")
        cls.logistics = cls._new_user("logistics", "base.group_user", notification_type="inbox")
        cls.general_manager = cls._new_user("general_manager", "base.group_user")
        cls.team.member_ids += cls.engineer
        cls.env["crm.team"].create({
            "name": "Sales", "company_id": cls.company.id, "user_id": cls.sales_manager.id, "member_ids": [Command.set(cls.rep.ids)],
        })
        cls.product.warranty_duration = 12
        cls.complaint_type.write({
            "root_cause_required": True,
            "preventive_required": True,
            "notify_user_ids": [Command.set((cls.sales_manager | cls.quality_manager | cls.general_manager).ids)],
            "inform_user_ids": [Command.set(cls.general_manager.ids)],
            "required_field_ids": [Command.set(
                cls.env.ref("quality_complaint.field_quality_complaint_line__defect").ids,
            )],
        })
        policy = cls.env.ref("quality_complaint.policy_urgent")
        policy.copy({"type_id": cls.complaint_type.id, "company_id": cls.company.id})
        cls.rain = cls.env.ref("quality_complaint.cause_transport_weather")
        cls.packaging = cls.env.ref("quality_complaint.cause_packaging")

    def test_rusty_screwdrivers_from_the_order_to_a_satisfied_customer(self):
        with freeze_time("2026-02-20 08:00:00"):
            order = self._create_shipped_order((self.product, 200))

        with freeze_time(MONDAY):
            complaint = self._file(order)
            self._approve(complaint)
            capas = self._plan(complaint)
        with freeze_time(TUESDAY):
            self._act(complaint, capas)
            self._resolve(complaint)
            complaint.with_user(self.sales_manager).action_approve_reply()
            self._send_reply(complaint)
        self._check_reply(complaint)
        with freeze_time(FRIDAY):
            self._answer(complaint, "yes", "The new boxes are dry")

        self.assertEqual(complaint.state, "closed")
        self.assertEqual(set(complaint.milestone_ids.mapped("deadline_state")), {"met"}, "nothing was late")
        self.assertFalse(complaint.activity_ids, "nobody is asked for anything any more")
        self.assertTrue(self.env["quality.complaint"].with_user(self.rep).search([("id", "=", complaint.id)]))

    def _file(self, order):
        """The sales rep: nothing that the order knows is typed again."""
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        form.subject = "Screwdrivers arrived rusty"
        form.urgency = "urgent"
        form.type_id = self.complaint_type
        with form.line_ids.edit(0) as line:
            line.quantity = 40
            line.defect = "Rust on the blades"
        for demand in ("Deal with it at once", "Find the cause and keep it from happening again"):
            with form.demand_ids.new() as row:
                row.name = demand
        complaint = form.save()
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.line_ids.quantity_shipped, 200)
        self.assertEqual(complaint.line_ids.days_since_delivery, 10)
        self.assertEqual(complaint.line_ids.warranty_state, "in")
        complaint.action_submit()
        self.assertEqual(complaint.activity_ids.user_id, self.quality_manager, "the team's leader has to review it")
        return complaint

    def _approve(self, complaint):
        managed = complaint.with_user(self.quality_manager)
        managed.write({"validity": "upheld", "responsibility": "carrier", "severity": "major", "handler_id": self.engineer.id})
        managed.action_approve()
        told = self.env["mail.message"].search([
            ("model", "=", complaint._name), ("res_id", "=", complaint.id), ("message_type", "=", "user_notification"),
            ("subject", "ilike", "approved"),
        ])
        self.assertLessEqual(
            (self.sales_manager | self.quality_manager | self.general_manager).partner_id,
            told.notified_partner_ids,
        )

    def _plan(self, complaint):
        """The opinion becomes tasks, each with an owner and a deadline."""
        handled = complaint.with_user(self.engineer)
        handled.handling_opinion = "Sort at the customer's, find out where the water came from, pack it dry."
        capas = handled.env["quality.capa"].create([
            {
                "name": "Go to the customer and sort the pallet", "capa_type": "visit", "complaint_id": complaint.id,
                "user_id": self.worker.id, "date_deadline": "2026-03-03 17:00:00", "visit_duration": 6,
            },
            {
                "name": "Find the cause", "capa_type": "corrective", "complaint_id": complaint.id,
                "user_id": self.engineer.id, "date_deadline": "2026-03-09 17:00:00",
            },
            {
                "name": "Nylon inside each pallet box", "capa_type": "preventive", "complaint_id": complaint.id,
                "user_id": self.logistics.id, "date_deadline": "2026-03-09 17:00:00",
            },
        ])
        handled.action_start_plan()
        self._agree(complaint, *capas)
        self.assertEqual(
            capas.mapped("activity_ids.user_id"), self.worker | self.engineer | self.logistics,
            "each owner has his task among his activities",
        )
        return capas

    def _agree(self, complaint, visit, cause, packing):
        """Logistics can't do it so soon; with another day all agree, and only then the actions run."""
        handled = complaint.with_user(self.engineer)
        visit.with_user(self.worker).action_accept()
        objection = packing.with_user(self.logistics).action_object()
        window = self._open_action(self.logistics, objection)
        window.reason = "The nylon comes on the 10th"
        window.save().action_confirm()
        self.assertEqual((visit.state, cause.state, packing.state), ("proposed", "proposed", "draft"))
        self.assertEqual(packing.activity_ids.user_id, self.engineer, "he has to find another way")
        packing.with_user(self.engineer).date_deadline = "2026-03-11 17:00:00"
        handled.action_start_plan()
        packing.with_user(self.logistics).action_accept()
        self.assertEqual(set((visit | cause | packing).mapped("state")), {"open"})
        informed = self.env["mail.message"].search([
            ("model", "=", complaint._name), ("res_id", "=", complaint.id), ("subject", "ilike", "Planned handling"),
        ])
        self.assertEqual(informed.notified_partner_ids, self.general_manager.partner_id)
        event = visit.event_id
        self.assertEqual((str(event.start), str(event.stop)), ("2026-03-03 11:00:00", "2026-03-03 17:00:00"))

    def _act(self, complaint, capas):
        """Each does his part as the activity it is; production and logistics need no right to complaints."""
        for capa, done in zip(capas, ("Sorted 200, replaced 40", "Rain came into the open truck", "Nylon bags are in use"), strict=True):
            capa.activity_ids.with_user(capa.user_id).action_feedback(feedback=done)
        self.assertEqual(capas.mapped("state"), ["done", "verify", "verify"], "whether it keeps the rust away is judged later")
        told = self.env["mail.message"].search([("model", "=", "quality.capa"), ("res_id", "in", capas.ids)])
        self.assertLessEqual((self.rep | self.sales_manager).partner_id, told.notified_partner_ids)

    def _resolve(self, complaint):
        handled = complaint.with_user(self.engineer)
        handled.cause_ids = [
            Command.create({"name": "Rain wetted the open boxes during transport", "cause_id": self.rain.id}),
            Command.create({"name": "The boxes have no inner bag", "cause_id": self.packaging.id, "is_root": True}),
        ]
        answers = ("40 new sets were brought to you", "The boxes now have nylon inside")
        for demand, answer in zip(handled.demand_ids, answers, strict=True):
            demand.write({"answer": answer, "outcome": "granted"})
        handled.action_resolve()
        self.assertEqual(complaint.activity_ids.user_id, self.sales_manager, "the reply waits for his approval")

    def _check_reply(self, complaint):
        """Written by the system out of what is recorded, and gone to the one who complained."""
        for text in (
            "Deal with it at once", "40 new sets were brought to you", "Sorted 200, replaced 40",
            "Rain wetted the open boxes", "Nylon bags are in use",
        ):
            self.assertIn(text, complaint.reply_body)
        self.assertEqual(complaint.state, "follow_up")
        message = complaint.message_ids.filtered("attachment_ids")
        self.assertEqual(message.partner_ids, self.customer)
        self.assertEqual(len(message.attachment_ids), 1)
        self.assertIn(self.customer, message.notified_partner_ids)
