from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnReceipts(ReturnCommon):
    """The goods come with core's receipts, and the return follows what the warehouse does with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 100)
        cls.sold = cls._create_order((cls.product, 10))
        cls.delivery = cls._deliver(cls.sold)
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)

    def _expect(self, *lines, **values):
        """A return that waits for its goods."""
        lines = lines or [{"move_id": self.delivery.move_ids.id}]
        order = self._create_return(line_ids=[self._get_line(**line) for line in lines], **values)
        return self._move_return(order, "receiving")

    def _receive(self, picking, backorder=None, **quantities):
        """The warehouse counts and validates, as its own user."""
        picking = picking.with_user(self.stock_user).with_company(self.company)
        for move in picking.move_ids:
            if move.product_id.name in quantities:
                move.quantity = quantities[move.product_id.name]
            move.picked = True
        action = picking.button_validate()
        if backorder is not None:
            wizard = self.env[action["res_model"]].with_user(self.stock_user).with_context(**action["context"]).create({})
            wizard.process() if backorder else wizard.process_cancel_backorder()
        self.env.invalidate_all()

    def _count(self, receipt, quantity, **options):
        receipt.with_user(self.stock_user).move_ids.quantity = quantity
        self._receive(receipt, **options)

    def test_waiting_for_goods_makes_a_receipt_of_what_was_announced(self):
        order = self._expect()
        receipt = order.receipt_ids
        self.assertEqual((receipt.origin, receipt.return_id, receipt.picking_type_id), (order.name, self.delivery, self.warehouse.in_type_id))
        self.assertEqual(receipt.move_ids.origin_returned_move_id, self.delivery.move_ids)
        self.assertEqual((receipt.move_ids.product_uom_qty, receipt.state), (2, "assigned"))
        order.line_ids._create_receipts()
        self.assertEqual(order.receipt_ids, receipt, "done twice makes none twice")

    def test_receiving_all_begins_the_inspection_and_takes_it_from_what_was_delivered(self):
        order, other = self._expect(), self._expect()
        self._receive(order.receipt_ids)
        line = order.line_ids
        self.assertEqual((order.state, line.quantity_received, line.quantity_accepted), ("inspection", 2, 2))
        self.assertEqual((other.state, other.line_ids.quantity_received), ("receiving", 0))
        self.assertEqual(self.sold.order_line.qty_delivered, 8)
        self.assertIn("Have the goods inspected", self._get_activities(order)[self.quality_manager])

    def test_the_button_receives_what_was_announced(self):
        order = self._expect()
        order.with_user(self.stock_user).action_received()
        self.assertEqual((order.state, order.receipt_ids.state, order.line_ids.quantity_received), ("inspection", "done", 2))

    def test_goods_for_repair_stay_delivered(self):
        order = self._expect({"move_id": self.delivery.move_ids.id, "resolution": "repair"})
        self._receive(order.receipt_ids)
        self.assertEqual((order.line_ids.quantity_received, self.sold.order_line.qty_delivered), (2, 10))

    def test_a_line_that_is_not_accepted_is_not_awaited(self):
        move = {"move_id": self.delivery.move_ids.id}
        order = self._expect(move, {**move, "resolution": "reject"})
        self.assertEqual(order.receipt_ids.move_ids.return_line_id, order.line_ids[0])

    # ------------------------------------------------------------ more or less
    def test_what_comes_later_comes_with_a_backorder(self):
        order = self._expect({"move_id": self.delivery.move_ids.id, "quantity": 5})
        self._count(order.receipt_ids, 3, backorder=True)
        self.assertEqual((order.state, order.line_ids.quantity_received, order.receipt_count), ("receiving", 3, 2))
        self._receive(order.receipt_ids.filtered(lambda picking: picking.state != "done"))
        self.assertEqual((order.state, order.line_ids.quantity_received), ("inspection", 5))

    def test_what_does_not_come_is_awaited_again_or_given_up(self):
        order = self._expect({"move_id": self.delivery.move_ids.id, "quantity": 5})
        self._count(order.receipt_ids, 3, backorder=False)
        by_stock = order.with_user(self.stock_user)
        self.assertEqual((order.state, by_stock.can_make_receipts), ("receiving", True))
        with self.assertRaisesRegex(UserError, "2 Units that no receipt stands for"):
            by_stock.action_received()
        by_stock.action_make_receipts()
        open_receipt = order.receipt_ids.filtered(lambda picking: picking.state == "assigned")
        self.assertEqual(open_receipt.move_ids.product_uom_qty, 2)
        with self.assertRaisesRegex(UserError, "Nothing is awaited"):
            by_stock.action_make_receipts()
        self._say(by_stock, "rest", "Two were lost")
        self.assertEqual((order.state, order.rest_reason, open_receipt.state), ("inspection", "Two were lost", "cancel"))
        self.assertEqual(order.line_ids.quantity_accepted, 3)

    def test_the_rest_of_nothing_is_not_given_up(self):
        order = self._expect()
        self.assertFalse(order.with_user(self.stock_user).can_give_up_rest)
        with self.assertRaisesRegex(UserError, "cancel the return"):
            self._say(order.with_user(self.stock_user), "rest", "Lost")

    def test_more_than_announced_is_received_and_told(self):
        order = self._expect()
        self._count(order.receipt_ids, 3)
        self.assertEqual((order.state, order.line_ids.quantity_received, order.line_ids.quantity_accepted), ("inspection", 3, 3))
        self.assertIn("3 instead of 2 Units", order.message_ids.filtered(lambda message: "more came" in message.body)[:1].body)

    def test_more_than_was_delivered_is_not_received(self):
        first = self._expect({"move_id": self.delivery.move_ids.id, "quantity": 7})
        second = self._expect()
        with self.assertRaisesRegex(ValidationError, f"11 Units would come back, but only 10 Units.*{first.name}"):
            self._count(second.receipt_ids, 4)

    # ------------------------------------------------------------ what the warehouse does on its own
    def test_a_cancelled_receipt_is_told_and_made_again(self):
        order = self._expect()
        cancelled = order.receipt_ids
        cancelled.with_user(self.stock_user).action_cancel()
        self.assertTrue(order.message_ids.filtered(lambda message: f"{cancelled.name} was cancelled" in message.body))
        self.assertIn("no receipt stands for", order.with_user(self.stock_user).next_gaps)
        order.with_user(self.stock_user).action_make_receipts()
        self._receive(order.receipt_ids - cancelled)
        self.assertEqual(order.state, "inspection")

    def test_a_deleted_receipt_is_made_again(self):
        order = self._expect()
        order.receipt_ids.with_user(self._new_user("stock_manager", "stock.group_stock_manager")).unlink()
        self.assertEqual((order.state, order.receipt_count), ("receiving", 0))
        order.with_user(self.stock_user).action_make_receipts()
        self.assertEqual(order.receipt_ids.move_ids.product_uom_qty, 2)

    def test_cancelling_the_return_cancels_its_receipts_unless_something_came(self):
        order, partly = self._expect(), self._expect()
        self._say(order.with_user(self.rep), "cancel", "Keeps them")
        self.assertEqual(order.receipt_ids.state, "cancel")
        self._count(partly.receipt_ids, 1, backorder=True)
        with self.assertRaisesRegex(UserError, "what has come already"):
            self._say(partly.with_user(self.rep), "cancel", "Keeps them")

    def test_who_does_not_receive_makes_no_receipt(self):
        order = self._expect()
        order.receipt_ids.action_cancel()
        self.assertFalse(order.with_user(self.rep).can_make_receipts)
        with self.assertRaises(UserError):
            order.with_user(self.rep).action_make_receipts()

    # ------------------------------------------------------------ all kinds of goods
    def test_many_deliveries_give_one_receipt_each(self):
        other = self._deliver(self._create_order((self.product, 4)))
        order = self._expect({"move_id": self.delivery.move_ids.id}, {"move_id": other.move_ids.id, "quantity": 1})
        self.assertEqual(order.receipt_ids.return_id, self.delivery | other)
        self._receive(order.receipt_ids.filtered(lambda picking: picking.return_id == other))
        self.assertEqual(order.state, "receiving", "the other is still awaited")
        self._receive(order.receipt_ids.filtered(lambda picking: picking.return_id == self.delivery))
        self.assertEqual(order.state, "inspection")

    def test_each_warehouse_gets_back_its_own(self):
        north = self.env["stock.warehouse"].create({"name": "North", "code": "NOR", "company_id": self.company.id})
        self.env["stock.quant"]._update_available_quantity(self.product, north.lot_stock_id, 5)
        other = self._deliver(self._create_order((self.product, 5), warehouse_id=north.id))
        order = self._expect({"move_id": self.delivery.move_ids.id}, {"move_id": other.move_ids.id})
        self.assertEqual(order.receipt_ids.picking_type_id, self.warehouse.in_type_id | north.in_type_id)

    def test_receipts_in_steps_count_once(self):
        for steps, dest in (("two_steps", "wh_input_stock_loc_id"), ("three_steps", "wh_input_stock_loc_id")):
            with self.subTest(steps):
                self.warehouse.reception_steps = steps
                order = self._expect({"move_id": self.delivery.move_ids.id, "quantity": 1})
                self.assertEqual(order.receipt_ids.location_dest_id, self.warehouse[dest])
                self._receive(order.receipt_ids)
                self.assertEqual((order.state, order.line_ids.quantity_received, order.receipt_count), ("inspection", 1, 1))
        self.assertEqual(self.sold.order_line.qty_delivered, 8)

    def test_deliveries_in_steps_come_back_from_the_customer(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        sold = self._create_order((self.product, 4))
        for _step in range(3):
            self._deliver(sold)
        shipped = sold.picking_ids.move_ids.filtered(lambda move: move.location_dest_usage == "customer")
        order = self._expect({"move_id": shipped.id})
        self._receive(order.receipt_ids)
        self.assertEqual((order.state, sold.order_line.qty_delivered), ("inspection", 2))

    def test_the_announced_lot_is_expected_and_an_unknown_one_is_learned(self):
        oil = self._create_product("Oil", tracking="lot")
        lots = [self._create_lot(name, oil, 50) for name in ("OIL-1", "OIL-2")]
        picking = self._deliver(self._create_order((oil, 10)), lots={oil: {lots[0]: 6, lots[1]: 4}})
        line = {"product": oil, "move_id": picking.move_ids.id}
        order = self._expect({**line, "lot_id": lots[1].id}, {**line, "lot_id": lots[0].id, "quantity": 1})
        self.assertEqual(order.receipt_ids.move_line_ids.lot_id, lots[0] | lots[1])
        self.assertEqual(order.line_ids[0].sudo().receipt_move_ids.move_line_ids.lot_id, lots[1])
        self._receive(order.receipt_ids)
        self.assertEqual(order.line_ids.mapped("quantity_received"), [2, 1])
        open_order = self._expect({**line, "quantity": 1})
        open_order.receipt_ids.move_line_ids.lot_id = lots[1]
        self._receive(open_order.receipt_ids)
        self.assertEqual(open_order.line_ids.lot_id, lots[1])
        self.assertTrue(open_order.message_ids.filtered(lambda message: "OIL-2 came, and is noted on the line" in message.body))

    def test_a_lot_of_another_delivery_is_told_and_the_delivery_stays(self):
        oil = self._create_product("Oil", tracking="lot")
        lots = [self._create_lot(name, oil, 50) for name in ("OIL-1", "OIL-2")]
        first, second = (self._deliver(self._create_order((oil, 10)), lots={oil: {lot: 10}}) for lot in lots)
        order = self._expect({"product": oil, "move_id": first.move_ids.id})
        order.receipt_ids.move_line_ids.lot_id = lots[1]
        self._receive(order.receipt_ids)
        self.assertEqual((order.state, order.line_ids.move_id, order.line_ids.lot_id.name), ("inspection", first.move_ids, False))
        self.assertTrue(order.message_ids.filtered(lambda message: "OIL-2 came, which is not what was announced: OIL-1" in message.body))
        self.assertFalse(second.move_ids.returned_move_ids)

    def test_goods_are_expected_in_the_package_in_which_they_left(self):
        oil = self._create_product("Oil", tracking="lot")
        lot = self._create_lot("OIL-1", oil, 50)
        sold = self._create_order((oil, 10))
        sold.picking_ids.move_line_ids.result_package_id = crate = self.env["stock.package"].create({"name": "CRATE"})
        move = self._deliver(sold).move_ids
        order = self._expect({"product": oil, "move_id": move.id, "lot_id": lot.id, "quantity": 10})
        self.assertEqual(order.receipt_ids.move_line_ids.package_id, crate)
        self._receive(order.receipt_ids)
        self.assertEqual((order.state, order.line_ids.quantity_received, sold.order_line.qty_delivered), ("inspection", 10, 0))

    def test_what_was_delivered_by_hand_only_is_no_return(self):
        sold = self._create_order((self._create_product("Saw"), 5))
        sold.picking_ids.action_cancel()
        sold.order_line.qty_delivered = 5
        order = self._create_return(line_ids=[self._get_line(sold.order_line.product_id, sale_line_id=sold.order_line.id)])
        with self.assertRaisesRegex(UserError, f"A delivery of Saw: for order {sold.name} its delivered quantity was entered by hand"):
            order.action_submit()

    def test_an_archived_product_comes_back(self):
        order = self._expect()
        self.product.active = False
        self._receive(order.receipt_ids)
        self.assertEqual((order.state, self.sold.order_line.qty_delivered), ("inspection", 8))

    def test_what_the_vendor_delivered_for_us_goes_back_to_them(self):
        sold = self._create_order((self.product, 10))
        sold.picking_ids.action_cancel()
        places = {"location_id": self.env.ref("stock.stock_location_suppliers").id, "location_dest_id": self.customer.property_stock_customer.id}
        kind = self.env["stock.picking.type"].create({
            "name": "Dropship", "code": "outgoing", "sequence_code": "DS", "company_id": self.company.id, "warehouse_id": False,
            "default_location_src_id": places["location_id"], "default_location_dest_id": places["location_dest_id"],
        })
        shipped = self.env["stock.picking"].create({
            **places, "picking_type_id": kind.id, "partner_id": self.customer.id, "company_id": self.company.id, "move_ids": [Command.create({
                **places, "product_id": self.product.id, "product_uom_qty": 10, "sale_line_id": sold.order_line.id, "company_id": self.company.id,
            })],
        })
        shipped.action_confirm()
        shipped.move_ids.write({"quantity": 10, "picked": True})
        shipped._action_done()
        self.assertEqual(sold.order_line.qty_delivered, 10)
        order = self._expect({"move_id": shipped.move_ids.id, "disposition": "scrap"})
        self._receive(order.receipt_ids)
        self._inspect(order.with_user(self.stock_user))
        self.assertEqual((order.receipt_ids.location_dest_id.usage, sold.order_line.qty_delivered, sold.order_line.product_uom_qty), ("supplier", 8, 8))
        self.assertFalse(order.sudo().scrap_ids or order.sudo().transfer_ids, "what is at the vendor's is not ours to scrap")

    def test_another_serial_than_announced_is_told(self):
        drill = self._create_product("Drill", tracking="serial")
        serials = [self._create_lot(f"D-{number}", drill, 1) for number in range(3)]
        picking = self._deliver(self._create_order((drill, 3)), lots={drill: dict.fromkeys(serials, 1)})
        order = self._expect({"product": drill, "move_id": picking.move_ids.id, "lot_id": serials[0].id, "quantity": 1})
        order.receipt_ids.move_line_ids.lot_id = serials[2]
        self._receive(order.receipt_ids)
        self.assertTrue(order.message_ids.filtered(lambda message: "D-2 came, which is not what was announced: D-0" in message.body))

    def test_units_of_the_return_are_those_of_the_receipt(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        sold = self._create_order({"product_id": self.product.id, "product_uom_qty": 2, "product_uom_id": dozen.id})
        picking = self._deliver(sold)
        order = self._expect({"move_id": picking.move_ids.id, "quantity": 1, "product_uom_id": self.product.uom_id.id})
        self._receive(order.receipt_ids)
        self.assertEqual(order.line_ids.quantity_received, 1)
        self.assertAlmostEqual(sold.order_line.qty_delivered, 2 - 1 / 12, 2)

    def test_goods_of_others_are_received_and_stay_the_customers(self):
        self.company.return_foreign_goods = True
        saw = self._create_product("Saw", tracking="serial")
        order = self._expect({"product": saw, "quantity": 1, "resolution": "repair", "lot_name": "X-77"})
        receipt = order.receipt_ids
        self.assertEqual((receipt.picking_type_id, receipt.origin, receipt.owner_id), (self.warehouse.in_type_id, order.name, self.customer))
        self._receive(receipt)
        self.assertEqual((order.state, order.line_ids.lot_id.name), ("inspection", "X-77"))
        quant = self.env["stock.quant"].search([("product_id", "=", saw.id), ("location_id.usage", "=", "internal")])
        self.assertEqual((quant.quantity, quant.owner_id), (1, self.customer))
