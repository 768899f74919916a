from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnReceiving(ReturnCommon):
    """What the warehouse counts beside the parcel is received in core's receipts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = "4006381333931"
        cls.saw = cls._create_product("Saw", tracking="serial")
        cls.paint = cls._create_product("Paint", tracking="lot")
        cls.serials = [cls._create_lot(f"SN-{number}", cls.saw, 1) for number in range(4)]
        cls.lot = cls._create_lot("L-1", cls.paint, 100)
        cls._add_stock(cls.product, 100)
        cls.sold = cls._create_order((cls.product, 10), (cls.saw, 3), (cls.paint, 20))
        cls.delivery = cls._deliver(cls.sold, lots={cls.saw: dict.fromkeys(cls.serials[:3], 1), cls.paint: {cls.lot: 20}})

    def _expect(self, *lines, **values):
        return self._move_return(self._create_return(line_ids=list(lines) or [self._get_line(quantity=5)], **values), "receiving")

    def _open(self, order, user=None):
        action = order.with_user(user or self.stock_user).with_company(self.company).action_receive()
        return self.env[action["res_model"]].with_user(user or self.stock_user).with_company(self.company).browse(action["res_id"])

    def _receive(self, order, quantity, user=None):
        receiving = self._open(order, user)
        receiving.line_ids.quantity = quantity
        receiving.action_confirm()
        self.env.invalidate_all()
        return receiving

    def _get_counted(self, receiving):
        return [(line.product_id, line.lot_name, line.quantity) for line in receiving.line_ids]

    # ------------------------------------------------------------ how many
    def test_a_part_is_received_and_the_rest_stays_expected(self):
        order, other = self._expect(), self._expect()
        receiving = self._open(order)
        self.assertEqual(
            [(line.product_id, line.quantity_expected, line.quantity) for line in receiving.line_ids], [(self.product, 5, 0)], "nothing is counted yet",
        )
        receiving.line_ids.quantity = 3
        receiving.action_confirm()
        line = order.line_ids
        self.assertEqual((order.state, line.quantity_received, order.receipt_count), ("receiving", 3, 2))
        self.assertEqual(receiving.result, "Screwdriver set: 3 of 5 Units received.\nThe rest stays expected.")
        rest = self._receive(order, 2)
        self.assertEqual((order.state, line.quantity_received, line.quantity_accepted), ("inspection", 5, 5))
        self.assertEqual(rest.result, "Screwdriver set: 5 of 5 Units received.\nAll is here: now it is inspected.")
        self.assertEqual(set(order.receipt_ids.mapped("state")), {"done"})
        self.assertEqual((other.state, other.line_ids.quantity_received), ("receiving", 0))
        self.assertEqual(self.sold.order_line[0].qty_delivered, 5)

    def test_of_several_products_only_what_was_counted_is_received(self):
        order = self._expect(self._get_line(quantity=2), self._get_line(self.paint, lot_id=self.lot.id, quantity=4))
        receiving = self._open(order)
        receiving.line_ids.filtered(lambda line: line.product_id == self.paint).quantity = 4
        receiving.action_confirm()
        self.assertEqual(order.line_ids.mapped("quantity_received"), [0, 4])
        self.assertEqual(order.state, "receiving")
        self.assertEqual(self._get_counted(self._open(order)), [(self.product, False, 0)])

    def test_what_somebody_began_to_count_in_the_transfer_is_not_received_unseen(self):
        order = self._expect(self._get_line(quantity=2), self._get_line(self.paint, lot_id=self.lot.id, quantity=4))
        order.receipt_ids.move_ids.picked = True
        receiving = self._open(order)
        receiving.line_ids[0].quantity = 2
        receiving.action_confirm()
        self.assertEqual(order.line_ids.mapped("quantity_received"), [2, 0])

    def test_all_as_announced_is_one_press(self):
        order = self._expect(self._get_line(quantity=2), self._get_line(self.saw, lot_id=self.serials[0].id, quantity=1))
        receiving = self._open(order)
        receiving.action_count_all()
        receiving.action_confirm()
        self.assertEqual((order.state, order.line_ids.mapped("quantity_received")), ("inspection", [2, 1]))

    def test_all_as_announced_is_what_lacks_beside_what_was_counted(self):
        order = self._expect(self._get_line(quantity=2), self._get_line(self.saw, lot_id=self.serials[0].id, quantity=1))
        receiving = self._open(order)
        receiving.line_ids[0].action_more()
        receiving.scan(self.serials[1].name)
        for _press in range(2):
            receiving.action_count_all()
        self.assertEqual(
            [(line.product_id, line.lot_name, line.quantity) for line in receiving.line_ids],
            [(self.product, False, 2), (self.saw, self.serials[0].name, 0), (self.saw, self.serials[1].name, 1)],
        )

    def test_more_than_announced_is_received_and_told(self):
        order = self._expect()
        receiving = self._receive(order, 6)
        self.assertIn("more came than was announced, 6 instead of 5 Units", receiving.result)
        self.assertEqual((order.state, order.line_ids.quantity_received), ("inspection", 6))
        self.assertTrue(order.message_ids.filtered(lambda message: "6 instead of 5" in message.body))

    def test_more_than_was_delivered_is_refused_and_nothing_is_received(self):
        order = self._expect()
        receiving = self._open(order)
        receiving.line_ids.quantity = 11
        with self.assertRaisesRegex(ValidationError, "11 Units would come back, but only 10 Units"), self.env.cr.savepoint():
            receiving.action_confirm()
        self.env.invalidate_all()
        self.assertEqual((order.state, order.line_ids.quantity_received, receiving.result), ("receiving", 0, False))

    def test_nothing_counted_or_less_than_nothing_is_not_received(self):
        receiving = self._open(self._expect())
        with self.assertRaisesRegex(UserError, "nothing is counted yet"):
            receiving.action_confirm()
        receiving.line_ids.quantity = -1
        with self.assertRaisesRegex(UserError, "more than zero"):
            receiving.action_confirm()
        receiving.line_ids.action_less()
        self.assertEqual(receiving.line_ids.quantity, 0)

    # ------------------------------------------------------------ numbers on the goods
    def test_serial_numbers_are_scanned_one_by_one(self):
        order = self._expect(self._get_line(self.saw, quantity=2))
        receiving = self._open(order)
        self.assertEqual(receiving.scan("sn-0"), "Saw, SN-0: 1 counted, 2 expected.")
        self.assertEqual(receiving.scan(" SN-2 "), "Saw, SN-2: 2 counted, 2 expected.")
        with self.assertRaisesRegex(UserError, "SN-2 is counted already"):
            receiving.scan("SN-2")
        receiving.action_confirm()
        self.assertEqual(order.receipt_ids.move_line_ids.lot_id, self.serials[0] | self.serials[2])
        self.assertEqual((order.state, order.line_ids.quantity_received), ("inspection", 2))

    def test_the_announced_number_is_there_already(self):
        receiving = self._open(self._expect(self._get_line(self.saw, lot_id=self.serials[1].id, quantity=1)))
        self.assertEqual(self._get_counted(receiving), [(self.saw, "SN-1", 0)])
        receiving.scan("SN-1")
        self.assertEqual(self._get_counted(receiving), [(self.saw, "SN-1", 1)])

    def test_another_piece_than_announced_is_received_and_told(self):
        order = self._expect(self._get_line(self.saw, lot_id=self.serials[1].id, quantity=1))
        receiving = self._open(order)
        receiving.scan("SN-2")
        receiving.action_confirm()
        self.assertEqual(order.receipt_ids.move_line_ids.lot_id, self.serials[2])
        self.assertTrue(order.message_ids.filtered(lambda message: "SN-2 came, which is not what was announced: SN-1" in message.body))

    def test_each_scan_of_a_lot_counts_one_more(self):
        order = self._expect(self._get_line(self.paint, lot_id=self.lot.id, quantity=4))
        receiving = self._open(order)
        for _each in range(3):
            receiving.scan("L-1")
        receiving.action_confirm()
        self.assertEqual((order.line_ids.quantity_received, order.receipt_ids.filtered(lambda receipt: receipt.state == "done").move_line_ids.lot_id), (3, self.lot))

    def test_the_barcode_of_a_product_counts_where_it_has_no_numbers(self):
        self.saw.barcode = "4006381333948"
        receiving = self._open(self._expect(self._get_line(quantity=2), self._get_line(self.saw, quantity=1)))
        self.assertEqual(receiving.scan("4006381333931"), "Screwdriver set: 1 counted, 2 expected.")
        with self.assertRaisesRegex(UserError, "Saw: scan the lot or serial number"):
            receiving.scan("4006381333948")

    def test_what_is_not_waited_for_is_not_counted(self):
        receiving = self._open(self._expect())
        for text in ("L-1", "SN-0", "nonsense", "", "%"):
            with self.assertRaisesRegex(UserError, "nothing that R/.* waits for"):
                receiving.scan(text)
        self.assertEqual(self._get_counted(receiving), [(self.product, False, 0)])

    def test_all_that_is_wrong_with_the_numbers_is_named_at_once(self):
        receiving = self._open(self._expect(self._get_line(self.saw, quantity=3), self._get_line(self.paint, quantity=4)))
        saw, paint = receiving.line_ids
        saw.action_add_number()
        saw.action_add_number()
        rows = receiving.line_ids.filtered(lambda line: line.product_id == self.saw)
        for row, name, quantity in zip(rows, ("SN-0", "SN-0", "SN-9"), (1, 1, 1), strict=True):
            row.write({"lot_name": name, "quantity": quantity})
        paint.quantity = 4
        with self.assertRaises(UserError) as refusal:
            receiving.action_confirm()
        for words in ("number SN-0 in one row only", "«SN-9» is none", "Paint: the lot or serial number on the goods"):
            self.assertIn(words, str(refusal.exception))
        rows[0].quantity = 2
        with self.assertRaisesRegex(UserError, "one piece with number SN-0"):
            receiving.action_confirm()

    def test_goods_of_others_bring_a_number_of_their_own(self):
        self.company.return_foreign_goods = True
        drill = self._create_product("Drill", tracking="serial")
        order = self._expect(self._get_line(drill, quantity=1, resolution="repair"))
        receiving = self._open(order)
        receiving.line_ids.write({"lot_name": "X-9", "quantity": 1})
        receiving.action_confirm()
        moved = order.receipt_ids.move_line_ids
        self.assertEqual((order.state, moved.lot_id.name, moved.owner_id, order.line_ids.lot_id.name), ("inspection", "X-9", self.customer, "X-9"))

    # ------------------------------------------------------------ twice, meanwhile
    def test_doing_it_twice_receives_once(self):
        order = self._expect()
        receiving = self._receive(order, 2)
        for act in (receiving.action_confirm, lambda: receiving.scan("4006381333931"), receiving.line_ids.action_more, receiving.action_count_all):
            with self.assertRaisesRegex(UserError, "received already"):
                act()
        self.assertEqual(order.line_ids.quantity_received, 2)

    def test_what_a_colleague_received_meanwhile_is_counted_anew(self):
        order = self._expect()
        mine, theirs = self._open(order), self._open(order, self.quality_manager)
        mine.line_ids.quantity = theirs.line_ids.quantity = 2
        theirs.action_confirm()
        with self.assertRaisesRegex(UserError, "by somebody else in the meantime"):
            mine.action_confirm()
        self.assertEqual(order.line_ids.quantity_received, 2)

    def test_a_receipt_that_was_cancelled_is_named(self):
        order = self._expect()
        order.receipt_ids.action_cancel()
        self.assertFalse(order.with_user(self.stock_user).can_receive)
        with self.assertRaisesRegex(UserError, "No receipt of .* is open"):
            self._open(order)

    # ------------------------------------------------------------ rights
    def test_the_team_receives_without_rights_to_transfers(self):
        order = self._expect()
        self._receive(order, 5, self.handler)
        self.assertEqual(order.state, "inspection")

    def test_who_does_not_receive_opens_no_page(self):
        order = self._expect()
        self.assertFalse(order.with_user(self.rep).can_receive)
        for user in (self.rep, self.other_rep, self.worker):
            with self.assertRaises(UserError):
                self._open(order, user)
        draft = self._create_return()
        with self.assertRaisesRegex(UserError, "does not wait for goods"):
            self._open(draft, self.quality_manager)

    def test_a_page_is_its_users_alone_and_shows_nothing_else(self):
        order = self._expect()
        receiving = self._open(order)
        self.assertFalse(receiving.with_user(self.quality_manager).has_access("read"))
        self.assertFalse(receiving.line_ids.with_user(self.quality_manager).has_access("write"))
        other_move = self.delivery.move_ids[1]
        for record, values in (
            (receiving.line_ids, {"move_id": other_move.id}), (receiving, {"return_id": self._create_return().id}), (receiving, {"result": "All here"}),
        ):
            with self.assertRaises(AccessError):
                record.write(values)
        for model, values in (
            ("return.receiving", {"return_id": order.id}), ("return.receiving.line", {"receiving_id": receiving.id, "move_id": other_move.id}),
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.stock_user).create(values)

    def test_another_company_receives_nothing(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        keeper = self._new_user("keeper", "stock.group_stock_user", company=other)
        with self.assertRaises(AccessError):
            self._open(self._expect(), keeper)

    def test_the_card_says_what_is_announced_and_what_has_come(self):
        order = self._expect(self._get_line(quantity=5), self._get_line(self.paint, lot_id=self.lot.id, quantity=4), self._get_line(quantity=1, resolution="reject"))
        receiving = self._open(order)
        receiving.line_ids[0].quantity = 3
        receiving.action_confirm()
        self.assertEqual(
            [(goods["product"], goods["lot"], goods["received"], goods["announced"]) for goods in order.goods_summary],
            [("Screwdriver set", "", "3", "5"), ("Paint", "L-1", "0", "4")],
        )
