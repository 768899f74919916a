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
