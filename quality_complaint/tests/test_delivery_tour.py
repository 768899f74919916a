from odoo.tests import HttpCase, tagged

from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryTour(DeliveryCommon, HttpCase):
    def test_a_delivery_is_followed_up_and_becomes_a_complaint(self):
        followup = self._ship_new()
        self.start_tour("/odoo/deliveries-to-follow-up", "delivery_follow_up", login=self.rep.login)
        complaint = followup.complaint_id
        self.assertEqual((followup.state, followup.result, complaint.user_id), ("done", "not_ok", self.rep))
        self.assertEqual(complaint.picking_id, followup.picking_id)

    def test_several_are_all_ok_at_once(self):
        followups = self._ship_new() | self._ship_new()
        self.start_tour("/odoo/deliveries-to-follow-up", "delivery_all_ok", login=self.rep.login)
        self.assertEqual(followups.mapped("state"), ["done", "done"])
