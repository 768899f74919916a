from odoo.tests import tagged

from .portal_common import ReturnPortalCommon


@tagged("post_install", "-at_install")
class TestReturnPortalTour(ReturnPortalCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_return_is_asked_for_from_the_order_and_cancelled_on_a_phone(self):
        self.start_tour(f"/my/orders/{self.sold.id}", "return_portal_file", login=self.ada.login)
        order = self._get_filed()
        self.assertEqual((len(order), order.line_ids.quantity, order.line_ids.wish), (1, 3, "repair"))
        self.assertEqual((order.collection, order.pickup_address_id), ("pickup", self.customer))
        self.assertEqual(order._get_portal_attachments()["customer"].mapped("name"), ["first.png"])
        self.assertEqual((order.state, order.cancel_reason), ("cancel", "Cancelled by Ada Blue in the portal. It works again"))
