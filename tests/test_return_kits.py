"""A kit comes back in the parts in which it was delivered. Only sale_mrp knows them."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.return_repair.tests.test_return_refund import ReturnRefundCommon


@tagged("post_install", "-at_install")
class TestReturnKits(ReturnRefundCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kit, cls.handle, cls.bit = (cls._create_product(name, list_price=100) for name in ("Kit", "Handle", "Bit"))
        cls.bom = cls.env["mrp.bom"].create({
            "product_tmpl_id": cls.kit.product_tmpl_id.id, "type": "phantom", "product_qty": 2, "company_id": cls.company.id,
            "bom_line_ids": [Command.create({"product_id": cls.handle.id, "product_qty": 2}), Command.create({"product_id": cls.bit.id, "product_qty": 12})],
        })
        cls._add_stock(cls.handle, 100)
        cls._add_stock(cls.bit, 600)

    def _sell_kits(self, quantity=5):
        sold = self._create_order({"product_id": self.kit.id, "product_uom_qty": quantity, "price_unit": 100, "tax_ids": [Command.clear()]})
        self._deliver(sold)
        self._invoice(sold)
        self.assertEqual(sold.order_line.qty_delivered, quantity)
        return sold

    def _expect(self, sold, quantity=2, **values):
        order = self._create_return(line_ids=[self._get_line(self.kit, sale_line_id=sold.order_line.id, quantity=quantity, **values)])
        return self._move_return(order, "receiving")

    def _get_parts(self, pickings):
        moves = pickings.sudo().move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        return {move.product_id: move.product_uom_qty for move in moves}

    def _receive(self, order, quantities, backorder=False):
        """The warehouse receives that much of each part; the rest comes later or is not expected any more."""
        receipt = order.receipt_ids.filtered(lambda picking: picking.state == "assigned").with_user(self.stock_user)
        for move in receipt.move_ids:
            move.write({"quantity": quantities.get(move.product_id, 0), "picked": True})
        action = receipt.button_validate()
        if isinstance(action, dict):
            wizard = self.env[action["res_model"]].with_user(self.stock_user).with_context(**action["context"]).create({})
            wizard.process() if backorder else wizard.process_cancel_backorder()
        self.env.invalidate_all()

    def test_a_kit_comes_back_in_its_parts(self):
        sold = self._sell_kits()
        order = self._expect(sold)
        self.assertEqual(self._get_parts(order.receipt_ids), {self.handle: 2, self.bit: 12})
        self._receive(order, {self.handle: 2, self.bit: 6}, backorder=True)
        self.assertEqual((order.state, order.line_ids.quantity_received), ("receiving", 1), "of the second half is there")
        self._receive(order, {self.bit: 6})
        self.assertEqual((order.state, order.line_ids.quantity_received), ("inspection", 2))
        self._carry_out(order)
        self.assertEqual(order.sudo().credit_note_ids.amount_total, 200)
        self._assert_order(sold, 3, 3, 3, "invoiced")

    def test_lines_of_one_return_share_the_deliveries(self):
        sold = self._create_order({"product_id": self.kit.id, "product_uom_qty": 5, "price_unit": 100})
        self._deliver(sold, {self.handle: 3, self.bit: 18})
        self._deliver(sold)
        line = {"sale_line_id": sold.order_line.id}
        order = self._create_return(line_ids=[self._get_line(self.kit, quantity=2, **line), self._get_line(self.kit, quantity=3, **line)])
        self._move_return(order, "receiving")
        for move in sold.order_line.move_ids.filtered(lambda move: move.location_dest_usage == "customer" and move.state == "done"):
            self.assertEqual(sum(move.returned_move_ids.mapped("product_uom_qty")), move.quantity)

    def test_a_changed_bill_of_materials_does_not_change_what_was_delivered(self):
        sold, again = self._sell_kits(), self._sell_kits(4)
        nail = self._create_product("Nail")
        self.bom.bom_line_ids[1].product_qty = 20
        self.assertEqual(self._get_parts(self._expect(sold).receipt_ids), {self.handle: 2, self.bit: 12})
        self.bom.bom_line_ids = [Command.delete(self.bom.bom_line_ids[1].id), Command.create({"product_id": nail.id, "product_qty": 2})]
        self.assertEqual(self._get_parts(self._expect(sold, 1).receipt_ids), {self.handle: 1, self.bit: 6})
        order = self._expect(again, 4)
        self._receive(order, {self.handle: 4, self.bit: 24})
        self.assertEqual((order.state, order.line_ids.quantity_received), ("inspection", 4))

    def test_of_a_cancelled_part_only_that_part_is_expected_anew(self):
        order = self._expect(self._sell_kits())
        self._receive(order, {self.handle: 2, self.bit: 5})
        by_stock = order.with_user(self.stock_user)
        self.assertTrue(by_stock.can_make_receipts)
        by_stock.action_make_receipts()
        self.assertEqual(self._get_parts(order.receipt_ids), {self.bit: 7})
        self.assertFalse(by_stock.can_make_receipts, "done twice makes none twice")
        self._receive(order, {self.bit: 7})
        self.assertEqual((order.state, order.line_ids.quantity_received), ("inspection", 2))

    def test_a_part_that_comes_alone_is_inspected_and_goes_back(self):
        sold = self._sell_kits()
        order = self._expect(sold)
        self._receive(order, {self.handle: 2}, backorder=True)
        self.assertEqual((order.state, order.line_ids.quantity_received), ("receiving", 0))
        with self.assertRaisesRegex(UserError, "what has come already"):
            self._say(order.with_user(self.rep), "cancel", "Keeps them")
        self.assertTrue(order.with_user(self.stock_user).can_give_up_rest)
        self._say(order.with_user(self.stock_user), "rest", "The bits were lost")
        self.assertEqual((order.state, order.line_ids.quantity_accepted), ("inspection", 0))
        self._carry_out(order)
        back = order.sudo().transfer_ids
        self.assertEqual(self._get_parts(back), {self.handle: 2})
        back.move_ids.picked = True
        back._action_done()
        self.assertFalse(order.sudo().credit_note_ids)
        self._assert_order(sold, 5, 5, 5, "invoiced")

    def test_parts_beyond_whole_kits_go_back(self):
        sold = self._sell_kits()
        order = self._expect(sold)
        self._receive(order, {self.handle: 2, self.bit: 6}, backorder=True)
        self._say(order.with_user(self.stock_user), "rest", "Six bits were lost")
        self._carry_out(order)
        self.assertEqual(self._get_parts(order.sudo().transfer_ids), {self.handle: 1})
        self.assertEqual(order.sudo().credit_note_ids.amount_total, 100)

    def test_a_kit_in_repair_does_not_come_back_with_another_return(self):
        sold = self._sell_kits()
        order = self._expect(sold, 2, resolution="repair")
        self._receive(order, {self.handle: 2, self.bit: 12})
        self.assertEqual((order.state, sold.order_line.qty_delivered), ("inspection", 5))
        with self.assertRaisesRegex(UserError, "6 Units would come back, but only 5 Units"), self.env.cr.savepoint():
            self._expect(sold, 4)
        self.assertEqual(self._expect(sold, 3).state, "receiving")

    def test_a_part_that_came_does_not_keep_others_from_coming_back(self):
        sold = self._sell_kits()
        order, other = self._expect(sold, 2), self._expect(sold, 3)
        self._receive(order, {self.handle: 2}, backorder=True)
        self._receive(other, {self.handle: 3, self.bit: 18})
        self._receive(order, {self.bit: 12})
        self.assertEqual((order.state, other.state, sold.order_line.qty_delivered), ("inspection", "inspection", 0))

    def test_a_kit_is_exchanged_for_the_same_once(self):
        sold = self._sell_kits()
        order = self._expect(sold, 2, resolution="exchange")
        self._receive(order, {self.handle: 2, self.bit: 12})
        self._carry_out(order)
        order = order.sudo()
        self.assertEqual(self._get_parts(order.transfer_ids), {self.handle: 2, self.bit: 12})
        order._process()
        self.assertEqual(len(order.transfer_ids.move_ids), 2, "done twice makes none twice")
        order.transfer_ids.move_ids.picked = True
        order.transfer_ids._action_done()
        self._assert_order(sold, 5, 5, 5, "invoiced")
        self.assertEqual(self._get_parts(self._expect(sold, 1).receipt_ids), {self.handle: 1, self.bit: 6})

    def test_each_part_goes_back_to_its_own_vendor(self):
        vendors = {}
        for part in (self.handle, self.bit):
            vendors[part] = self.env["res.partner"].create({"name": f"{part.name} Mill"})
            part.seller_ids = [Command.create({"partner_id": vendors[part].id, "company_id": self.company.id})]
        order = self._expect(self._sell_kits(), disposition="vendor")
        self._receive(order, {self.handle: 2, self.bit: 12})
        self._carry_out(order)
        self.assertEqual({picking.move_ids.product_id: picking.partner_id for picking in order.sudo().transfer_ids}, vendors)

    def test_a_kit_from_before_is_repaired_in_its_parts(self):
        self.company.return_foreign_goods = True
        order = self._create_return(line_ids=[self._get_line(self.kit, quantity=1, resolution="repair")])
        self._move_return(order, "receiving")
        self.assertEqual(self._get_parts(order.receipt_ids), {self.handle: 1, self.bit: 6})
        self._receive(order, {self.handle: 1, self.bit: 6})
        self.assertEqual((order.state, order.line_ids.quantity_received), ("inspection", 1))
