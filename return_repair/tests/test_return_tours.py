from odoo.tests import HttpCase, tagged

from .common import ReturnCommon


class ReturnTourCommon(ReturnCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.name = "Bench vise"  # as nothing else is called
        cls.saw = cls._create_product("Saw", tracking="serial")
        cls.serials = cls.env["stock.lot"].union(*(cls._create_lot(f"SN-{number}", cls.saw, 1) for number in (1, 2)))
        cls._add_stock(cls.product, 100)
        cls.sold = cls._create_order((cls.product, 10), (cls.saw, 2))
        cls._deliver(cls.sold, lots={cls.saw: dict.fromkeys(cls.serials, 1)})


@tagged("post_install", "-at_install")
class TestReturnReceivingTour(ReturnTourCommon):
    """In the warehouse, on a telephone, with the rights of who works there."""

    browser_size = "390x844"
    touch_enabled = True

    def test_from_the_scanned_sheet_to_the_last_piece(self):
        order = self._move_return(self._create_return(
            tracking_number="JD-77", line_ids=[self._get_line(quantity=5), self._get_line(self.saw, quantity=1)],
        ), "receiving")
        self.start_tour("/odoo/scan-return", "return_receive", login=self.stock_user.login)
        self.assertEqual((order.state, order.line_ids.mapped("quantity_received")), ("inspection", [5, 1]))
        self.assertEqual(order.line_ids[1].lot_id.name, "SN-1")
        self.assertEqual(order.receipt_count, 2, "the first part, and the rest")

    def test_of_a_scanned_lot_a_return_is_filed(self):
        self.start_tour("/odoo/scan-return", "return_scan_file", login=self.stock_user.login)
        order = self.env["return.order"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((order.line_ids.lot_id.name, order.create_uid), ("SN-2", self.stock_user))


@tagged("post_install", "-at_install")
class TestReturnDecisionTour(ReturnTourCommon):
    """From the order to the answer: each tour is one person's part, with that person's rights."""

    def test_it_is_filed_accepted_and_told(self):
        sold = self._create_shipped_order((self.product, 3))
        self.start_tour(f"/odoo/sales/{sold.id}", "return_file_from_order", login=self.rep.login)
        order = self.env["return.order"].search([("sale_order_id", "=", sold.id)])
        self.assertEqual((order.state, order.user_id, order.rep_verdict), ("decision", self.rep, "accepted"))
        self.start_tour("/odoo/returns-to-decide", "return_accept", login=self.quality_manager.login)
        self.assertEqual((order.state, order.manager_verdict_by_id), ("approved", self.quality_manager))
        self.start_tour(f"/odoo/returns/{order.id}", "return_tell", login=self.rep.login)
        self.assertEqual((order.state, order.answered_by_id, order.receipt_count), ("receiving", self.rep, 1))
        self.assertIn("by parcel", order.answer)
