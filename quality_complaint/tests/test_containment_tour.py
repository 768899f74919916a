from odoo.tests import HttpCase, tagged

from .containment_common import ContainmentCommon


@tagged("post_install", "-at_install")
class TestContainmentTour(ContainmentCommon, HttpCase):
    def test_the_quality_manager_contains_a_lot(self):
        complaint = self._complain(self._ship(self.customer, 10), 3)
        self._return(self._ship(self.green, 20), 6)
        self._ship(self.red, 7)
        self.start_tour(f"/odoo/complaints/{complaint.id}", "complaint_containment", login=self.quality_manager.login)
        self.assertEqual(complaint.child_ids.partner_id, self.green)
        self.assertEqual(complaint.child_ids.line_ids.quantity, 14)
        self.assertEqual((complaint.capa_ids.lot_id, complaint.capa_ids.state), (self.lot, "open"))
