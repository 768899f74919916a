from odoo.tests import tagged

from .test_return_refund import ReturnRefundCommon


@tagged("post_install", "-at_install")
class TestReturnDisposition(ReturnRefundCommon):
    """The goods that were accepted go where it was decided."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock = cls.warehouse.lot_stock_id
        cls.oil = cls._create_product("Oil", tracking="lot", list_price=100)
        cls.lot = cls._create_lot("OIL-1", cls.oil, 50)

    def _return_oil(self, disposition, accepted=None, quantity=3):
        sold = self._create_order({"product_id": self.oil.id, "product_uom_qty": 10})
        self._deliver(sold, lots={self.oil: {self.lot: 10}})
        order = self._take_back(sold, quantity, accepted=accepted, lot_id=self.lot.id, disposition=disposition)
        return order

    def _count(self, location):
        return sum(self.env["stock.quant"].search([("lot_id", "=", self.lot.id), ("location_id", "child_of", location.id)]).mapped("quantity"))

    def test_to_stock_and_rework_leave_them_where_they_are(self):
        for disposition in ("restock", "rework"):
            before = self._count(self.stock)
            order = self._return_oil(disposition)
            self.assertFalse(order.transfer_ids)
            self.assertEqual(self._count(self.stock), before - 7)

    def test_what_was_received_elsewhere_is_brought_to_stock(self):
        shelf = self.env["stock.location"].create({"name": "Returns", "location_id": self.warehouse.view_location_id.id, "company_id": self.company.id})
        self.warehouse.in_type_id.default_location_dest_id = shelf
        order = self._return_oil("restock")
        self.assertEqual((order.transfer_ids.location_id, order.transfer_ids.location_dest_id), (shelf, self.stock))
        self.assertEqual((order.transfer_ids.move_line_ids.lot_id, order.transfer_ids.move_line_ids.quantity), (self.lot, 3))
        order._process()
        self.assertEqual(len(order.transfer_ids), 1)

    def test_scrap_takes_what_was_accepted_once(self):
        before = self._count(self.stock)
        order = self._return_oil("scrap", accepted=2)
        scrap = order.scrap_ids
        self.assertEqual((scrap.state, scrap.scrap_qty, scrap.lot_id, scrap.origin), ("done", 2, self.lot, order.name))
        self.assertEqual(self._count(self.stock), before - 10 + 1, "one was not accepted and goes back")
        order._process()
        self.assertEqual(order.scrap_ids, scrap)

    def test_the_vendor_gets_back_what_came_from_him(self):
        vendor = self.env["res.partner"].create({"name": "Oil Mill"})
        places = {"location_id": self.env.ref("stock.stock_location_suppliers").id, "location_dest_id": self.stock.id}
        bought = self.env["stock.picking"].with_company(self.company).create({
            **places, "picking_type_id": self.warehouse.in_type_id.id, "partner_id": vendor.id,
            "move_ids": [(0, 0, {**places, "product_id": self.oil.id, "product_uom_qty": 5})],
        })
        bought.action_confirm()
        bought.move_ids.move_line_ids.lot_id = self.lot
        bought.move_ids.picked = True
        bought.button_validate()
        order = self._return_oil("vendor")
        back = order.transfer_ids
        self.assertEqual((back.partner_id, back.return_id, back.location_dest_id.usage), (vendor, bought, "supplier"))
        self.assertEqual((back.move_line_ids.lot_id, back.move_line_ids.quantity, back.state), (self.lot, 3, "assigned"))
        order._process()
        self.assertEqual(order.transfer_ids, back)

    def test_of_what_was_not_bought_with_a_receipt_the_products_vendor_is_taken(self):
        vendor = self.env["res.partner"].create({"name": "Press Mill"})
        self.oil.seller_ids = [(0, 0, {"partner_id": vendor.id, "company_id": self.company.id})]
        back = self._return_oil("vendor").transfer_ids
        self.assertEqual((back.partner_id, back.location_dest_id.usage, back.move_line_ids.lot_id), (vendor, "supplier", self.lot))
