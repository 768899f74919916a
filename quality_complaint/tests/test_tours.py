from odoo.tests import HttpCase, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintTours(ComplaintCommon, HttpCase):
    def test_complaint_is_filed_from_the_order_and_closed_by_its_people(self):
        """Each tour is one person's part, in the browser, with that person's rights."""
        order = self._create_shipped_order((self.product, 10))
        self.start_tour(f"/odoo/sales/{order.id}", "complaint_file_from_order", login=self.rep.login)
        complaint = self.env["quality.complaint"].search([("sale_order_id", "=", order.id)])
        self.assertEqual(complaint.line_ids.quantity, 10)
        self.assertEqual(complaint.user_id, self.rep)

        url = f"/odoo/complaints/{complaint.id}"
        self.start_tour(url, "complaint_approve", login=self.quality_manager.login)
        self.assertEqual(complaint.handler_id, self.quality_manager, "the team's leader handles what nobody else has")
        complaint.handler_id = self.handler
        self.start_tour(url, "complaint_plan", login=self.handler.login)
        capa = complaint.capa_ids
        self.assertEqual(capa.activity_ids.user_id, self.handler)
        self.start_tour(f"/odoo/my-capas/{capa.id}", "complaint_capa_done", login=self.handler.login)
        self.start_tour(url, "complaint_resolve", login=self.handler.login)
        self.start_tour(url, "complaint_approve_reply", login=self.sales_manager.login)
        self.assertEqual(complaint.reply_approved_by_id, self.sales_manager)
        self.start_tour(url, "complaint_send_and_close", login=self.rep.login)

        self.assertEqual(complaint.follow_up_ids.remark, "Thank you, quickly done")
        letter = complaint.message_ids.attachment_ids.filtered(lambda file: file.name.startswith("Reply C-"))
        self.assertEqual(len(letter), 1, "what was sent is kept")

    def test_plan_with_an_objection_is_revised_agreed_and_run(self):
        """The handler proposes, the owner objects, the handler revises, the owner accepts."""
        complaint = self._move_to(self._create_complaint(), "investigation")
        complaint.with_user(self.handler).handling_opinion = "Sort the pallet"
        capa = self._create_capa(complaint, name="Sort the pallet at the customer's")
        url = f"/odoo/complaints/{complaint.id}"
        own_url = f"/odoo/capas-to-agree/{capa.id}"
        self.start_tour(url, "agreement_propose", login=self.handler.login)
        self.start_tour(own_url, "agreement_object", login=self.worker.login)
        self.assertEqual((capa.state, capa.response_ids.reason), ("draft", "The van is in the garage until Thursday"))
        self.start_tour(f"/odoo/capas/{capa.id}", "agreement_revise", login=self.handler.login)
        self.assertEqual((capa.state, capa.revision), ("proposed", 2))
        self.start_tour("/odoo/capas-to-agree", "agreement_accept", login=self.worker.login)
        self.assertEqual((capa.state, capa.activity_ids.user_id), ("open", self.worker))

    def test_usual_actions_are_planned_from_the_complaint(self):
        self.env["quality.capa.template"].create([
            {"type_id": self.complaint_type.id, "sequence": sequence, "name": name}
            for sequence, name in enumerate(("Replace what is rusty", "Find the cause"))
        ])
        complaint = self._move_to(self._create_complaint(), "investigation")
        self.start_tour(f"/odoo/complaints/{complaint.id}", "agreement_usual_actions", login=self.handler.login)
        self.assertEqual(complaint.capa_ids.mapped("name"), ["Find the cause"])

    def test_a_complaint_is_transferred_and_handled_by_the_other_team(self):
        purchasing = self.env["quality.team"].create({"name": "Purchasing", "company_id": self.company.id, "leader_id": self.worker.id})
        self.env["quality.team"].create({"name": "Packing", "company_id": self.company.id, "leader_id": self.outsider.id})
        complaint = self._move_to(self._create_complaint(), "investigation")
        url = f"/odoo/complaints/{complaint.id}"
        self.start_tour(url, "complaint_transfer", login=self.handler.login)
        self.assertEqual((complaint.team_id.name, complaint.transfer_count), ("Packing", 1))
        self.start_tour(url, "complaint_transferred", login=self.outsider.login)
        self.assertIn("stronger cartons", complaint.handling_opinion)
        part = complaint.assignment_ids
        self.assertEqual((part.team_id, part.user_id), (purchasing, self.worker))
        self.start_tour("/odoo/asked-of-my-team", "complaint_part_answered", login=self.worker.login)
        self.assertTrue(part.date_done)
        self.assertEqual(part.answer, "Twelve cents more")

    def test_the_register_is_filtered_and_downloaded(self):
        self.env.ref("base.group_allow_export").user_ids += self.quality_manager
        self._create_complaint(subject="Sent by fax", channel="fax")
        self._create_complaint(subject="Told by phone", channel="phone")
        self.start_tour("/odoo/feedback-register", "complaint_register", login=self.quality_manager.login)

    def test_what_is_known_is_used_and_what_was_filed_twice_is_merged_and_parted_again(self):
        solution = self.env["quality.solution"].create({
            "name": "Rust on blades", "problem": "Rusty blades", "solution": "<p>Dry them</p>", "company_id": self.company.id,
        })
        first, second = (self._move_to(self._create_complaint(), "review") for _each in range(2))
        url = f"/odoo/complaints/{second.id}"
        self.start_tour(url, "complaint_use_solution", login=self.quality_manager.login)
        self.assertEqual(second.solution_ids, solution)
        self.assertIn("Dry them", second.handling_opinion)
        self.assertEqual(second.merged_into_id, first)
        self.start_tour(url, "complaint_undo_merge", login=self.quality_manager.login)
        self.assertEqual((second.state, len(second.demand_ids)), ("review", 1))
