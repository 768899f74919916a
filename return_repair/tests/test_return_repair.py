from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .test_return_refund import ReturnRefundCommon


class ReturnRepairCommon(ReturnRefundCommon):
    """Adds a part, a product with serial numbers, and roads through the workshop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock = cls.warehouse.lot_stock_id
        cls.product.warranty_duration = 12
        cls.spring = cls._create_product("Spring")
        cls._add_stock(cls.spring, 50)
        cls.drill = cls._create_product("Drill", tracking="serial", list_price=100, warranty_duration=12)
        cls.serials = cls._create_lot("D-1", cls.drill, 1) | cls._create_lot("D-2", cls.drill, 1)

    def _sell_drills(self, **values):
        sold = self._create_order({"product_id": self.drill.id, "product_uom_qty": 2, **values})
        self._deliver(sold, lots={self.drill: dict.fromkeys(self.serials, 1)})
        return sold

    def _repair(self, sold=None, quantity=2, parts=(), result=(), **values):
        """Sold, returned, and inspected with that result: to be repaired."""
        order = self._take_back(sold or self._sell(), quantity, "repair", state="inspection", **values)
        by_warehouse = order.with_user(self.stock_user)
        self._record_results(by_warehouse, **dict(result))
        by_warehouse.line_ids.part_ids = [Command.create(part) for part in parts]
        by_warehouse.action_inspected()
        self.env.invalidate_all()
        return order

    def _finish(self, repairs):
        """The workshop repairs, as its own user."""
        for repair in repairs.with_user(self.stock_user).with_company(self.company):
            repair.action_validate()
            repair.action_repair_start()
            for move in repair.move_ids:
                move.quantity = move.product_uom_qty
            repair.action_repair_end()
        self.env.invalidate_all()

    def _ship(self, picking):
        picking = picking.with_user(self.stock_user).with_company(self.company)
        picking.move_ids.picked = True
        picking.button_validate()
        self.env.invalidate_all()

    def _count(self, product, location, **values):
        domain = [("product_id", "=", product.id), ("location_id", "child_of", location.id), *((name, "=", value) for name, value in values.items())]
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))

    def _done(self, order):
        order.with_user(self.quality_manager).action_done()


@tagged("post_install", "-at_install")
class TestReturnRepair(ReturnRepairCommon):
    """What was inspected is repaired with parts from stock, told to sales, and goes back to the customer."""

    # ------------------------------------------------------------ the repair order
    def test_the_repair_is_filled_in_from_the_inspection(self):
        sold = self._sell()
        order = self._repair(
            sold, parts=[{"product_id": self.spring.id, "quantity": 3}, {"product_id": self.spring.id, "repair_line_type": "remove"}],
            result={"fault": "other", "fault_description": "Spring broken"}, note="Does not close",
        )
        repair = order.repair_ids
        self.assertEqual((repair.product_id, repair.product_qty, repair.partner_id, repair.state), (self.product, 2, self.customer, "draft"))
        self.assertEqual((repair.picking_id, repair.product_location_src_id), (order.receipt_ids, self.stock))
        self.assertEqual(repair.picking_type_id, self.warehouse.repair_type_id)
        self.assertIn("Does not close", repair.internal_notes)
        self.assertIn("Spring broken", repair.internal_notes)
        self.assertEqual(
            sorted((move.repair_line_type, move.product_id.name, move.product_uom_qty) for move in repair.move_ids),
            [("add", "Spring", 3), ("remove", "Spring", 1)],
        )
        order._process()
        self.assertEqual(order.repair_ids, repair, "done twice makes none twice")

    def test_the_warranty_is_the_lines(self):
        for override, in_warranty in ((False, False), ("in", True)):
            self.product.warranty_duration = 0
            order = self._take_back(self._sell(), resolution="repair", state="inspection")
            if override:
                order.line_ids.with_user(self.quality_manager).write({"warranty_override": override, "warranty_override_reason": "Goodwill"})
            self._inspect(order.with_user(self.stock_user))
            with self.subTest(override=override):
                self.assertEqual(order.repair_ids.under_warranty, in_warranty)

    def test_each_serial_number_has_its_repair_and_whole_parts(self):
        order = self._repair(self._sell_drills(), parts=[{"product_id": self.spring.id, "quantity": 3}])
        repairs = order.repair_ids
        self.assertEqual(sorted(repairs.mapped("lot_id.name")), ["D-1", "D-2"])
        self.assertEqual(repairs.mapped("product_qty"), [1, 1])
        self.assertEqual(sorted(repairs.move_ids.mapped("product_uom_qty")), [1, 2])
        self.assertTrue(all(repairs.mapped("under_warranty")))

    def test_what_is_not_accepted_is_not_repaired(self):
        order = self._take_back(self._sell(), 3, "repair", accepted=2)
        self.assertEqual(order.repair_ids.product_qty, 2)
        self.assertEqual(order.transfer_ids.move_ids.product_uom_qty, 1, "the third goes back")

    def test_goods_that_are_ours_now_are_reworked(self):
        order = self._take_back(self._sell(), 2, disposition="rework")
        repair = order.repair_ids
        self.assertEqual((repair.product_qty, repair.partner_id, repair.under_warranty), (2, self.env["res.partner"], True))
        self.assertEqual(order.credit_note_ids.amount_total, 220)
        with self.assertRaisesRegex(UserError, repair.name):
            self._done(order)
        self._finish(repair)
        self.assertFalse(order.transfer_ids, "they stay here")
        self._done(order)

    def test_goods_of_others_are_repaired_and_stay_theirs(self):
        self.company.return_foreign_goods = True
        saw = self._create_product("Saw of others")
        order = self._move_return(self._create_return(line_ids=[self._get_line(saw, quantity=1, resolution="repair")]), "inspection")
        order.line_ids.with_user(self.quality_manager).write({"warranty_override": "in", "warranty_override_reason": "A gift"})
        self._inspect(order.with_user(self.stock_user))
        repair = order.sudo().repair_ids
        self._finish(repair)
        self.assertEqual(self._count(saw, self.stock, owner_id=self.customer.id), 1)
        self._ship(order.sudo().transfer_ids)
        self.assertEqual(self._count(saw, self.stock), 0)
        self._done(order)
        self.assertEqual(order.state, "done")

    # ------------------------------------------------------------ the way back
    def test_repaired_goods_go_back_and_the_order_stays_right(self):
        sold = self._sell()
        before = self._count(self.spring, self.stock)
        order = self._repair(sold, parts=[{"product_id": self.spring.id, "quantity": 2}])
        with self.assertRaisesRegex(UserError, f"{order.repair_ids.name}.*neither done nor cancelled"):
            self._done(order)
        self._finish(order.repair_ids)
        self.assertEqual(self._count(self.spring, self.stock), before - 2, "parts are issued from stock")
        back = order.transfer_ids
        self.assertEqual((back.move_ids.product_uom_qty, back.partner_id, back.origin, back.state), (2, self.customer, order.name, "assigned"))
        with self.assertRaisesRegex(UserError, f"{back.name}, which brings"):
            self._done(order)
        self._ship(back)
        self._assert_order(sold, 10, 10, 10, "invoiced")
        order.line_ids._ship_repaired()
        self.assertEqual(order.transfer_ids, back, "done twice sends nothing twice")
        self._done(order)
        self.assertEqual(order.state, "done")

    def test_the_last_repair_of_a_line_sends_all_back_together(self):
        order = self._repair(self._sell_drills())
        first, second = order.repair_ids
        self._finish(first)
        self.assertFalse(order.transfer_ids)
        self._finish(second)
        self.assertEqual(order.transfer_ids.move_line_ids.lot_id, self.serials)
        self._ship(order.transfer_ids)
        self.assertFalse(self._count(self.drill, self.stock))

    def test_a_transfer_that_was_cancelled_is_made_again(self):
        order = self._repair()
        self._finish(order.repair_ids)
        order.transfer_ids.with_user(self.stock_user).action_cancel()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "press «Send Back»"):
            self._done(order)
        by_warehouse = order.with_user(self.stock_user)
        self.assertTrue(by_warehouse.can_send_back)
        by_warehouse.action_send_back()
        self.assertEqual(order.repair_ids.ship_move_id.state, "assigned")
        with self.assertRaisesRegex(UserError, "Nothing waits"):
            by_warehouse.action_send_back()

    # ------------------------------------------------------------ cancelled
    def _cancel(self, order):
        order.repair_ids.with_user(self.stock_user).action_repair_cancel()
        self.env.invalidate_all()

    def test_a_cancelled_repair_waits_for_a_decision_which_may_be_to_send_it_back(self):
        sold = self._sell()
        order = self._repair(sold)
        self._cancel(order)
        self.assertFalse(order.transfer_ids)
        with self.assertRaisesRegex(UserError, "Repair it again, send it back as it is, or change the resolution"):
            self._done(order)
        order.with_user(self.stock_user).action_send_back()
        self._ship(order.transfer_ids)
        self._assert_order(sold, 10, 10, 10, "invoiced")
        self._done(order)

    def test_a_cancelled_repair_can_be_done_after_all(self):
        order = self._repair(parts=[{"product_id": self.spring.id}])
        repair = order.repair_ids
        self._cancel(order)
        order.with_user(self.stock_user).action_repair_again()
        self.assertEqual((order.repair_ids, repair.state, repair.move_ids.state), (repair, "draft", "draft"))
        with self.assertRaisesRegex(UserError, "No repair was cancelled"):
            order.with_user(self.stock_user).action_repair_again()
        self._finish(repair)
        self._ship(order.transfer_ids)
        self._done(order)

    def test_a_repair_of_a_return_is_not_deleted(self):
        order = self._repair(self._sell_drills())
        repairs = order.repair_ids
        repairs[0].with_user(self.stock_user).action_repair_cancel()
        for repair in repairs:
            with self.subTest(repair.state), self.assertRaisesRegex(UserError, f"cancelled, not deleted: {repair.name}"):
                repair.with_user(self.stock_user).unlink()
        plain = self.env["repair.order"].with_user(self.stock_user).with_company(self.company).create({"product_id": self.product.id})
        plain.unlink()
        self.assertFalse(plain.exists())

    def test_goods_without_a_repair_are_missed_where_others_have_one(self):
        order = self._repair(quantity=3)
        repair = order.repair_ids
        repair.with_user(self.stock_user).product_qty = 2
        self._finish(repair)
        self._ship(order.transfer_ids)
        with self.assertRaisesRegex(UserError, "press «Repair Again»"):
            self._done(order)
        order.with_user(self.stock_user).action_repair_again()
        other = order.repair_ids - repair
        self.assertEqual((other.product_qty, other.state, repair.state), (1, "draft", "done"))
        self._finish(other)
        self._ship(other.ship_move_id.picking_id)
        self._done(order)
        self.assertEqual(order.state, "done")

    # ------------------------------------------------------------ packages
    def _repair_boxes(self, quantities):
        """Came in boxes of so many each, and is repaired."""
        order = self._take_back(self._sell(), sum(quantities), "repair", state="receiving")
        receipt = order.receipt_ids.with_user(self.stock_user).with_company(self.company)
        move, boxes = receipt.move_ids, self.env["stock.package"]
        move.move_line_ids.unlink()
        for quantity in quantities:
            boxes |= (box := boxes.create({}))
            move.move_line_ids = [Command.create({
                **move._prepare_move_line_vals(), "quantity": quantity, "product_uom_id": move.product_uom.id, "result_package_id": box.id,
            })]
        self._ship(receipt)
        self._record_results(order.with_user(self.stock_user)).action_inspected()
        self.env.invalidate_all()
        return order, boxes

    def test_what_came_in_packages_is_shipped_out_of_them(self):
        order, boxes = self._repair_boxes((2, 3))
        self.assertEqual(sorted(order.repair_ids.mapped("product_qty")), [2, 3])
        self._finish(order.repair_ids)
        lines = order.transfer_ids.move_line_ids
        self.assertEqual([(line.package_id, line.quantity) for line in lines.sorted("quantity")], [(boxes[0], 2), (boxes[1], 3)])
        self._ship(order.transfer_ids)
        quants = self.env["stock.quant"].search([("product_id", "=", self.product.id), ("location_id", "child_of", self.warehouse.view_location_id.id)])
        self.assertFalse(quants.filtered(lambda quant: quant.quantity < 0))
        self.assertFalse(quants.filtered(lambda quant: quant.package_id in boxes and quant.quantity))

    # ------------------------------------------------------------ telling
    def test_sales_is_told_what_was_found_and_done(self):
        other = self._repair()
        order = self._repair(
            parts=[{"product_id": self.spring.id, "quantity": 2}], result={"fault": "other", "fault_description": "Spring broken"},
        )
        self._finish(order.repair_ids)
        notice = self._get_notice(order, "Repaired")
        self.assertEqual(notice.partner_ids, self.rep.partner_id)
        for text in (order.repair_ids.name, "Another Fault, Spring broken", "Add: 2 Units Spring"):
            self.assertIn(text, notice.body)
        self.assertFalse(self._get_notice(other, "Repaired"))
        self._cancel(other)
        notices = self._get_notice(other, "Repair cancelled")
        self.assertEqual(notices.partner_ids, self.rep.partner_id | self.quality_manager.partner_id)

    # ------------------------------------------------------------ another resolution
    def _change(self, order, user=None, **values):
        with Form(self.env["return.resolution.change"].with_user(user or self.quality_manager).with_context(default_return_id=order.id)) as form:
            form.reason = "No spare parts any more"
            for name, value in values.items():
                form[name] = value
        form.record.action_confirm()
        self.env.invalidate_all()

    def test_the_customer_gets_their_money_instead(self):
        sold = self._sell()
        order = self._repair(sold)
        self._change(order, resolution="refund", disposition="scrap")
        self.assertEqual((order.repair_ids.state, order.line_ids.resolution), ("cancel", "refund"))
        self.assertEqual((order.credit_note_ids.amount_total, order.scrap_ids.scrap_qty), (220, 2))
        self._assert_order(sold, 8, 8, 8, "invoiced")
        self.assertIn("Refund instead of repair. No spare parts any more", "".join(order.message_ids.mapped("body")))
        self.assertTrue(self._get_notice(order, "Another resolution"))
        self.assertFalse(self._get_notice(order, "Repair cancelled"))
        self._done(order)

    def test_the_customer_gets_others_instead(self):
        sold = self._sell()
        order = self._repair(sold)
        self._change(order, resolution="exchange", disposition="rework")
        delivery = order.transfer_ids
        self.assertEqual((delivery.move_ids.product_uom_qty, delivery.move_ids.sale_line_id), (2, sold.order_line))
        self.assertEqual((order.repair_ids.state, order.repair_ids.partner_id), ("draft", self.env["res.partner"]), "reworked for ourselves")
        self._ship(delivery)
        self._assert_order(sold, 10, 10, 10, "invoiced")

    def test_what_was_repaired_and_has_not_left_can_be_kept(self):
        sold = self._sell()
        order = self._repair(sold)
        self._finish(order.repair_ids)
        back = order.transfer_ids
        self._change(order, resolution="refund", disposition="restock")
        self.assertEqual((back.state, order.repair_ids.state), ("cancel", "done"))
        self._assert_order(sold, 8, 8, 8, "invoiced")
        self._done(order)

    def test_what_is_not_repaired_after_all_goes_back_once_with_what_was_not_accepted(self):
        order = self._take_back(self._sell(), 3, "repair", accepted=2)
        first = order.transfer_ids
        self._change(order, resolution="reject")
        self.assertEqual(sorted(order.transfer_ids.move_ids.mapped("product_uom_qty")), [1, 2])
        first.do_unreserve()
        order.line_ids._carry_out()
        self.assertEqual(sum(order.transfer_ids.move_ids.mapped("product_uom_qty")), 3, "done twice sends nothing twice")

    def test_what_is_not_accepted_after_all_goes_back_to_the_last_piece(self):
        order = self._take_back(self._sell(), 3, "repair", accepted=2)
        third = order.transfer_ids
        self.assertEqual(third.move_ids.product_uom_qty, 1)
        self._change(order, resolution="reject")
        rest = order.transfer_ids - third
        self.assertEqual((rest.move_ids.product_uom_qty, rest.state, third.state), (2, "assigned", "assigned"))
        order._process()
        self.assertEqual(order.transfer_ids, third | rest, "done twice sends nothing twice")
        self._ship(third)
        with self.assertRaisesRegex(UserError, f"{rest.name}, which brings"):
            self._done(order)
        rest.with_user(self.stock_user).action_cancel()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "which is not accepted: press «Send Back»"):
            self._done(order)
        order.with_user(self.stock_user).action_send_back()
        again = order.transfer_ids - third - rest
        self.assertEqual(again.move_ids.product_uom_qty, 2)
        self._ship(again)
        self.assertFalse(order.with_user(self.stock_user).can_send_back)
        self._done(order)
        self.assertEqual(order.state, "done")

    def test_serials_that_are_not_accepted_after_all_go_back_each_once(self):
        order = self._take_back(self._sell_drills(), 2, "repair", accepted=1)
        first, lot = order.transfer_ids, order.transfer_ids.move_line_ids.lot_id
        self._change(order, resolution="reject")
        self.assertEqual(sorted(order.transfer_ids.move_line_ids.lot_id.ids), sorted(self.serials.ids))
        self.assertEqual(len(order.transfer_ids.move_line_ids), 2)
        self.assertEqual(first.move_line_ids.lot_id, lot, "what was on its way stays so")

    def test_another_resolution_is_the_leaders_and_complete(self):
        order = self._repair()
        for user in (self.rep, self.stock_user):
            with self.subTest(user.name), self.assertRaisesRegex(AccessError, "the leader of the responsible team"):
                order.line_ids.with_user(user)._change_resolution("refund", "Why not", disposition="scrap")
        by_leader = order.line_ids.with_user(self.quality_manager)
        with self.assertRaises(UserError) as refusal:
            by_leader._change_resolution("refund", "Why not")
        self.assertIn("Disposition", str(refusal.exception))
        self.assertEqual((order.line_ids.resolution, order.repair_ids.state), ("repair", "draft"))
        self._cancel(order)
        with self.assertRaisesRegex(UserError, "Change Resolution"):
            by_leader.resolution = "refund"

    def test_what_is_gone_is_not_decided_anew(self):
        order = self._repair()
        self._finish(order.repair_ids)
        self._ship(order.transfer_ids)
        self.assertFalse(order.with_user(self.quality_manager).can_change_resolution)
        with self.assertRaisesRegex(UserError, "has gone back to the customer"):
            self._change(order, resolution="refund", disposition="scrap")

    # ------------------------------------------------------------ finding them
    def test_the_buttons_lead_from_one_to_the_other_and_from_the_lot_to_both(self):
        order = self._repair(self._sell_drills())
        action = order.with_user(self.stock_user).action_view_repairs()
        self.assertEqual(self.env["repair.order"].search(action["domain"]), order.repair_ids)
        repair = order.repair_ids[0]
        back = repair.with_user(self.stock_user).action_view_return()
        self.assertEqual((back["res_model"], back["res_id"]), ("return.order", order.id))
        self._finish(repair)
        lot = repair.lot_id
        self.assertEqual((lot.repaired_count, lot.in_repair_count), (1, 0))
        traced = self.env["stock.traceability.report"].get_lines(model_name="stock.lot", model_id=lot.id, level=1)
        documents = [(line["res_model"], line["res_id"]) for line in traced]
        self.assertIn(("repair.order", repair.id), documents)
        self.assertIn(("stock.picking", order.receipt_ids.id), documents)
