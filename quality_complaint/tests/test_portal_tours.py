from odoo.tests import tagged

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalTours(PortalCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_complaint_is_filed_from_the_order_on_a_phone(self):
        order = self._create_shipped_order((self.product, 10))
        self.start_tour(f"/my/orders/{order.id}", "complaint_portal_file", login=self.ada.login)
        complaint = self.env["quality.complaint"].search([("sale_order_id", "=", order.id)])
        self.assertEqual(len(complaint), 1)
        self.assertEqual((complaint.line_ids.quantity, complaint.line_ids.defect), (3, "Rust on the blades"))
        self.assertEqual(complaint.demand_ids.mapped("name"), ["Replace them", "Tell us why"])
        photos = complaint.document_ids.attachment_ids
        self.assertEqual(photos.sorted("id").mapped("name"), ["first.png", "second.png"])

    def test_the_customer_refuses_what_we_did_and_writes_to_us_on_a_phone(self):
        complaint = self._move_to(self._create_complaint(), "follow_up")
        self.start_tour(f"/my/complaints/{complaint.id}", "complaint_portal_refuse", login=self.ada.login)
        self.assertEqual((complaint.state, complaint.round), ("investigation", 2))
        self.assertEqual(complaint.follow_up_ids.remark, "The new ones are rusty, too")
        self.assertIn("When may I expect them?", complaint.message_ids.filtered(lambda message: message.author_id == self.contact)[0].body)
