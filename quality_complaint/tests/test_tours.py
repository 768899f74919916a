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
