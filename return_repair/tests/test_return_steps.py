from odoo.tests import tagged

from .test_return_refund import ReturnRefundCommon


@tagged("post_install", "-at_install")
class TestReturnSteps(ReturnRefundCommon):
    """Where goods are received and shipped in steps, each line knows where its own goods are, and nothing waits for goods that left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.warehouse.reception_steps = "two_steps"
        cls.oil = cls._create_product("Oil", tracking="lot", list_price=100)
        cls.lots = [cls._create_lot(name, cls.oil, 50) for name in ("OIL-1", "OIL-2")]

    def _receive_oil(self, *lines):
        """Ten of each lot were delivered; what comes back of them is received, and waits at the gate to be put away."""
        sold = self._create_order({"product_id": self.oil.id, "product_uom_qty": 20})
        move = self._deliver(sold, lots={self.oil: dict.fromkeys(self.lots, 10)}).move_ids
        order = self._create_return(line_ids=[self._get_line(self.oil, move_id=move.id, **line) for line in lines])
        return self._move_return(order, "inspection")

    def _accept(self, order, *accepted):
        for line, quantity in zip(order.line_ids, accepted, strict=False):
            line.with_user(self.stock_user).quantity_accepted = quantity
        self._carry_out(order)
        return order.sudo()

    def _get_steps(self, order):
        return order.sudo().line_ids.receipt_move_ids.move_dest_ids.filtered(lambda move: not move.origin_returned_move_id)

    def _put_away(self, moves, quantity=None):
        for move in moves:
            move.write({"quantity": quantity or move.product_uom_qty, "picked": True})
        moves._action_done()
        self.env.invalidate_all()

    def _get_stock(self, lot, location):
        return sum(self.env["stock.quant"].search([("lot_id", "=", lot.id), ("location_id", "child_of", location.id)]).mapped("quantity"))

    def test_each_line_finds_its_own_lot(self):
        one, two = self.lots
        order = self._receive_oil({"lot_id": one.id, "disposition": "scrap"}, {"lot_id": two.id, "quantity": 3, "disposition": "restock"})
        self._put_away(self._get_steps(order))
        order = self._accept(order)
        self.assertEqual([(scrap.lot_id, scrap.scrap_qty) for scrap in order.scrap_ids], [(one, 2)])
        self.assertEqual(order.scrap_ids.location_id, self.warehouse.lot_stock_id)
        self.assertEqual((self._get_stock(one, self.warehouse.lot_stock_id), self._get_stock(two, self.warehouse.lot_stock_id)), (40, 43))

    def test_what_was_put_away_in_part_is_scrapped_in_both_places(self):
        order = self._receive_oil({"lot_id": self.lots[0].id, "quantity": 5, "disposition": "scrap"})
        self._put_away(self._get_steps(order), 2)
        waiting = self._get_steps(order).filtered(lambda move: move.state != "done")
        self.assertEqual(waiting.product_uom_qty, 3)
        order = self._accept(order)
        for location, quantity in ((self.warehouse.lot_stock_id, 2), (self.warehouse.wh_input_stock_loc_id, 3)):
            self.assertEqual(sum(order.scrap_ids.filtered(lambda scrap, place=location: scrap.location_id == place).mapped("scrap_qty")), quantity)
        self.assertEqual(sum(order.scrap_ids.move_ids.mapped("quantity")), 5)
        self.assertEqual(waiting.state, "cancel")
        self.assertEqual(self._get_stock(self.lots[0], self.warehouse.view_location_id), 40)

    def test_what_is_taken_away_is_not_put_away(self):
        cases = [
            # (disposition, accepted of three, what is put away)
            ("restock", 3, 3), ("restock", 2, 2), ("restock", 0, 0), ("scrap", 3, 0), ("scrap", 2, 0), ("vendor", 3, 0), ("vendor", 1, 0),
        ]
        for steps in ("two_steps", "three_steps"):
            self.warehouse.reception_steps = steps
            for disposition, accepted, put_away in cases:
                with self.subTest(steps=steps, disposition=disposition, accepted=accepted):
                    order = self._receive_oil({"quantity": 3, "lot_id": self.lots[0].id, "disposition": disposition})
                    other = self._receive_oil({"quantity": 4, "lot_id": self.lots[0].id})
                    order = self._accept(order, accepted)
                    step = self._get_steps(order)
                    self.assertEqual(step.product_uom_qty if step.state != "cancel" else 0, put_away)
                    if put_away:
                        self.assertEqual((step.state, sum(step.move_line_ids.mapped("quantity"))), ("assigned", put_away))
                    self.assertEqual(self._get_steps(other).product_uom_qty, 4, "that of another return waits as before")
                    back = order.transfer_ids.move_ids.filtered(lambda move: move.location_dest_usage == "customer")
                    self.assertEqual(sum(back.mapped("product_uom_qty")), 3 - accepted)
                    taken = order.transfer_ids.move_ids.filtered(lambda move: move.location_dest_usage == "supplier")
                    self.assertEqual(sum(taken.mapped("product_uom_qty")), accepted if disposition == "vendor" else 0)
                    for move in back | taken:
                        self.assertEqual((move.state, move.location_id, move.lot_ids), ("assigned", self.warehouse.wh_input_stock_loc_id, self.lots[0]))
                    made = order.transfer_ids.move_ids
                    order._process()
                    self.env.invalidate_all()
                    self.assertEqual(order.transfer_ids.move_ids, made, "done twice makes none twice")

    def test_serials_that_go_back_are_others_than_those_that_are_scrapped(self):
        drill = self._create_product("Drill", tracking="serial")
        serials = [self._create_lot(f"D-{number}", drill, 1) for number in range(4)]
        move = self._deliver(self._create_order((drill, 4)), lots={drill: dict.fromkeys(serials, 1)}).move_ids
        order = self._create_return(line_ids=[self._get_line(drill, move_id=move.id, quantity=3, disposition="scrap")])
        self._move_return(order, "receiving")
        receipt = order.sudo().receipt_ids.move_ids
        receipt.move_line_ids.unlink()
        receipt.lot_ids = came = self.env["stock.lot"].concat(*serials[1:])
        receipt.picked = True
        order.sudo().receipt_ids.with_user(self.stock_user).button_validate()
        self._put_away(self._get_steps(order))
        order = self._accept(order, 1)
        back = order.transfer_ids.move_ids.filtered(lambda move: move.location_dest_usage == "customer")
        self.assertEqual((len(order.scrap_ids.lot_id), len(back.lot_ids)), (1, 2))
        self.assertEqual(order.scrap_ids.lot_id | back.lot_ids, came)
        self.assertEqual(back.location_id, self.warehouse.lot_stock_id)

    def test_an_exchange_in_steps_belongs_to_the_return_in_each_step(self):
        self.warehouse.delivery_steps = "pick_ship"
        sold = self._create_order({"product_id": self.product.id, "product_uom_qty": 10})
        for _step in range(2):
            self._deliver(sold)
        self._invoice(sold)
        order = self._take_back(sold, resolution="exchange")

        def get_again():
            return order.line_ids.outcome_move_ids.filtered(lambda move: move.location_final_id.usage == "customer")

        self._put_away(get_again())
        self.assertEqual(get_again().mapped("location_dest_usage"), ["internal", "customer"])
        order._process()
        self.assertEqual(len(get_again()), 2, "done twice makes none twice")
        self._put_away(get_again().filtered(lambda move: move.state != "done"))
        self._assert_order(sold, 10, 10, 10, "invoiced")

    # ------------------------------------------------------------ repairs
    def _finish_repair(self, order):
        for repair in order.repair_ids.with_user(self.stock_user).with_company(self.company):
            repair.action_validate()
            repair.action_repair_start()
            repair.action_repair_end()
        self.env.invalidate_all()

    def _get_moves_back(self, order):
        return order.transfer_ids.move_ids.filtered(lambda move: move.location_dest_usage == "customer")

    def test_what_is_repaired_at_the_gate_is_not_put_away_and_is_shipped_from_there(self):
        for steps in ("two_steps", "three_steps"):
            self.warehouse.reception_steps = steps
            for accepted in (3, 2):
                with self.subTest(steps=steps, accepted=accepted):
                    order = self._receive_oil({"quantity": 3, "lot_id": self.lots[0].id, "resolution": "repair"})
                    other = self._receive_oil({"quantity": 4, "lot_id": self.lots[0].id})
                    decided = order.line_ids.with_user(self.quality_manager)
                    decided.write({"warranty_override": "in", "warranty_override_reason": "A gift"})
                    order.line_ids.with_user(self.stock_user).quantity_accepted = accepted
                    self._record_results(order.with_user(self.stock_user)).action_inspected()
                    order = order.sudo()
                    self.assertFalse(self._get_steps(order).filtered(lambda move: move.state != "cancel"))
                    self.assertEqual(self._get_steps(other).product_uom_qty, 4, "that of another return waits as before")
                    order._process()
                    self.assertEqual(order.repair_ids.product_qty, accepted, "done twice makes none twice")
                    self._finish_repair(order)
                    gate = self.warehouse.wh_input_stock_loc_id
                    before = self._get_stock(self.lots[0], gate)
                    back = self._get_moves_back(order)
                    for move in back:
                        self.assertEqual((move.state, move.location_id, move.lot_ids), ("assigned", gate, self.lots[0]))
                    self._put_away(back)
                    self.assertEqual(before - self._get_stock(self.lots[0], gate), 3)

    def test_what_was_put_away_before_the_inspection_is_repaired_in_stock(self):
        order = self._receive_oil({"quantity": 3, "lot_id": self.lots[0].id, "resolution": "repair"})
        self._put_away(self._get_steps(order))
        order.line_ids.with_user(self.quality_manager).write({"warranty_override": "in", "warranty_override_reason": "A gift"})
        order = self._accept(self._record_results(order.with_user(self.stock_user)), 3)
        self.assertEqual(order.repair_ids.product_location_src_id, self.warehouse.lot_stock_id)
        self._finish_repair(order)
        self.assertEqual(self._get_moves_back(order).location_id, self.warehouse.lot_stock_id)

    def test_what_is_ours_and_reworked_at_the_gate_goes_to_stock_with_its_repair(self):
        order = self._receive_oil({"quantity": 3, "lot_id": self.lots[0].id, "disposition": "rework"})
        order = self._accept(self._record_results(order.with_user(self.stock_user)), 3)
        stock, gate = self.warehouse.lot_stock_id, self.warehouse.wh_input_stock_loc_id
        before = self._get_stock(self.lots[0], stock)
        self.assertEqual((order.repair_ids.product_location_src_id, order.repair_ids.product_location_dest_id), (gate, stock))
        self._finish_repair(order)
        self.assertEqual((self._get_stock(self.lots[0], stock) - before, self._get_stock(self.lots[0], gate)), (3, 0))
