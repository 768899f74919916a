from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnLimits(ReturnCommon):
    """Never more comes back than was delivered, over all returns together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 100)
        cls.order = cls._create_order((cls.product, 10))
        cls.picking = cls._deliver(cls.order)
        cls.move = cls.picking.move_ids
        cls.env.flush_all()

    def _return_some(self, quantity, **values):
        return self._create_return(line_ids=[self._get_line(quantity=quantity, move_id=self.move.id, **values)])

    def _assert_rest(self, quantity):
        """That much can still come back, and not the least bit more."""
        with self.assertRaisesRegex(UserError, "would come back, but only"), self.env.cr.savepoint():
            self._return_some(quantity + 0.01)
        if quantity:
            with self.env.cr.savepoint() as savepoint:
                self._return_some(quantity)
                self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_all_that_was_delivered_comes_back_and_no_more(self):
        self._assert_rest(10)

    def test_returns_add_up_and_the_others_are_named(self):
        first = self._return_some(6)
        self._assert_rest(4)
        with self.assertRaisesRegex(UserError, f"Other returns of the same delivery: {first.name}"):
            self._return_some(5)

    def test_lines_of_one_return_add_up(self):
        with self.assertRaisesRegex(UserError, "11 Units would come back, but only 10 Units can"):
            self._create_return(line_ids=[self._get_line(quantity=6, move_id=self.move.id), self._get_line(quantity=5, move_id=self.move.id)])

    def test_what_is_done_counts_on(self):
        self._move_return(self._return_some(6), "done")
        self._assert_rest(4)

    def test_what_is_cancelled_counts_no_more_and_is_counted_anew_when_it_is_reopened(self):
        order = self._move_return(self._return_some(6), "cancel")
        self._return_some(5)
        with self.assertRaisesRegex(UserError, "11 Units would come back"):
            order.with_user(self.quality_manager).action_reopen()

    def test_a_line_that_is_not_accepted_takes_nothing(self):
        self._return_some(6, resolution="reject")
        self._assert_rest(10)

    def test_a_refused_return_takes_nothing(self):
        order = self._return_some(6)
        order.action_submit()
        self._say(order.with_user(self.quality_manager), "refuse", "Worn out")
        self._assert_rest(10)

    def test_what_was_refused_is_counted_anew_when_it_is_decided_anew(self):
        order = self._return_some(6)
        order.action_submit()
        self._say(order.with_user(self.quality_manager), "refuse", "Worn out")
        self._return_some(6)
        with self.assertRaisesRegex(UserError, "12 Units would come back"), self.env.cr.savepoint():
            order.with_user(self.quality_manager).action_decide_anew()
        with self.assertRaisesRegex(UserError, "12 Units would come back"), self.env.cr.savepoint():
            order.with_user(self.quality_manager).action_back_to_draft()

    def test_a_line_stays_in_its_return_and_notes_itself_what_was_taken_off_the_order(self):
        order, other = self._return_some(2), self._return_some(2)
        for values in ({"return_id": other.id}, {"quantity_unordered": 2}):
            with self.subTest(values), self.assertRaisesRegex(AccessError, "Set by the system, not by hand|Only the buttons of the return set"), self.env.cr.savepoint():
                order.line_ids.write(values)
        order.line_ids.write({"return_id": order.id, "note": "Scratched"})
        self.assertEqual(order.line_ids.note, "Scratched")

    def test_accepting_a_line_after_all_counts_again(self):
        order = self._return_some(6, resolution="reject")
        self._return_some(6)
        with self.assertRaises(UserError):
            order.line_ids.resolution = "refund"

    def test_more_than_announced_by_a_change_is_refused(self):
        order = self._return_some(6)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.line_ids.quantity = 11
        order.line_ids.quantity = 10
        self._assert_rest(0)

    def test_nothing_and_less_is_no_return(self):
        for quantity in (0, -1):
            with self.assertRaisesRegex(UserError, "must be more than zero"), self.env.cr.savepoint():
                self._return_some(quantity)

    def test_what_core_took_back_counts(self):
        self._return(self.picking, 3)
        self._assert_rest(7)

    def test_what_core_is_to_take_back_counts_until_it_is_cancelled(self):
        wizard = self.env["stock.return.picking"].with_context(
            active_id=self.picking.id, active_ids=self.picking.ids, active_model="stock.picking",
        ).create({})
        wizard.product_return_moves.quantity = 3
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self._assert_rest(7)
        returned.action_cancel()
        self._assert_rest(10)

    def test_a_receipt_of_a_return_is_counted_once(self):
        order = self._return_some(4)
        returned = self._return(self.picking, 3)
        returned.move_ids.return_line_id = order.line_ids
        self.assertEqual(order.line_ids.quantity_received, 3)
        self._assert_rest(6)
        self._move_return(order, "receiving")
        self._say(order.with_user(self.stock_user), "rest", "Keeps the fourth")
        self._inspect(order.with_user(self.stock_user))
        order.with_user(self.quality_manager).action_done()
        self._assert_rest(7)  # what did not come in the end can come another time

    def test_units_of_measure_are_compared(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.product.uom_ids = [Command.link(dozen.id)]
        with self.assertRaisesRegex(UserError, "12 Units would come back, but only 10 Units can"), self.env.cr.savepoint():
            self._return_some(1, product_uom_id=dozen.id)
        order = self._return_some(0.5, product_uom_id=dozen.id)
        self.assertAlmostEqual(order.line_ids.quantity_returnable, 10 / 12, 2)
        self._assert_rest(4)

    def test_each_lot_comes_back_as_often_as_it_was_delivered(self):
        oil = self._create_product("Oil", tracking="lot")
        lots = [self._create_lot(name, oil, 50) for name in ("OIL-1", "OIL-2")]
        stranger = self._create_lot("OIL-3", oil, 50)
        picking = self._deliver(self._create_order((oil, 10)), lots={oil: {lots[0]: 6, lots[1]: 4}})
        line = {"product": oil, "move_id": picking.move_ids.id}
        with self.assertRaisesRegex(UserError, "Oil, OIL-2: 5 Units would come back, but only 4 Units"), self.env.cr.savepoint():
            self._create_return(line_ids=[self._get_line(**line, lot_id=lots[1].id, quantity=5)])
        with self.assertRaisesRegex(UserError, "OIL-3 was not delivered with"), self.env.cr.savepoint():
            self._create_return(line_ids=[self._get_line(**line, lot_id=stranger.id, quantity=1)])
        self._create_return(line_ids=[self._get_line(**line, lot_id=lots[0].id, quantity=6), self._get_line(**line, quantity=3)])
        with self.assertRaisesRegex(UserError, "11 Units would come back"), self.env.cr.savepoint():
            self._create_return(line_ids=[self._get_line(**line, lot_id=lots[1].id, quantity=2)])
        self._create_return(line_ids=[self._get_line(**line, lot_id=lots[1].id, quantity=1)])

    def test_the_delivery_went_to_this_customer_and_moved_this_product(self):
        other = self.env["res.partner"].create({"name": "Green Workshop"})
        with self.assertRaisesRegex(UserError, "did not go to Green Workshop"):
            self._create_return(partner_id=other.id, contact_id=False, line_ids=[self._get_line(move_id=self.move.id)])
        with self.assertRaisesRegex(UserError, "moved another product than Saw"):
            self._create_return(line_ids=[self._get_line(self._create_product("Saw"), move_id=self.move.id)])

    def test_what_has_not_left_does_not_come_back(self):
        waiting = self._create_order((self.product, 5)).picking_ids.move_ids
        with self.assertRaisesRegex(UserError, "only 0 Units can"):
            self._create_return(line_ids=[self._get_line(move_id=waiting.id)])

    def test_another_customers_returns_take_nothing(self):
        other = self.env["res.partner"].create({"name": "Green Workshop"})
        self._create_shipped_order((self.product, 8), customer=other)
        self._create_return(partner_id=other.id, contact_id=False, line_ids=[self._get_line(quantity=8)])
        self._assert_rest(10)

    def test_what_can_still_come_back_is_shown(self):
        self._return_some(6)
        order = self._return_some(1)
        self.assertEqual(order.line_ids.quantity_returnable, 4)
