from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_return_refund import ReturnRefundCommon


@tagged("post_install", "-at_install")
class TestReturnExchange(ReturnRefundCommon):
    """The customer gets the same again or another, or his goods back, and the order stays right."""

    def _get_delivery(self, order):
        return order.transfer_ids.filtered(lambda picking: picking.location_dest_id.usage == "customer")

    def _ship(self, picking):
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()

    def test_the_same_is_delivered_again_for_the_same_order(self):
        sold = self._sell()
        order = self._take_back(sold, resolution="exchange")
        delivery = self._get_delivery(order)
        self.assertEqual((delivery.move_ids.product_uom_qty, delivery.move_ids.sale_line_id), (2, sold.order_line))
        order._process()
        self.assertEqual(self._get_delivery(order), delivery, "done twice makes none twice")
        self._ship(delivery)
        self._assert_order(sold, 10, 10, 10, "invoiced")
        self.assertFalse(order.credit_note_ids)
        self.assertFalse(order.replacement_order_ids)

    def test_another_is_offered_and_the_old_credited(self):
        other = self._create_product("Metric set", list_price=150, taxes_id=[(6, 0, self.tax.ids)])
        sold = self._sell()
        order = self._take_back(sold, resolution="exchange", exchange_product_id=other.id, exchange_quantity=2)
        quotation = order.replacement_order_ids
        self.assertEqual((quotation.state, quotation.origin, quotation.partner_id), ("draft", order.name, self.customer))
        self.assertEqual((quotation.order_line.product_id, quotation.order_line.product_uom_qty), (other, 2))
        self.assertEqual((order.credit_note_ids.amount_total, quotation.amount_total), (220, 330))
        for record in (order, quotation):
            self.assertTrue(record.message_ids.filtered(lambda message: "Difference: " in message.body and "110.00" in message.body))
        self._assert_order(sold, 8, 8, 8, "invoiced")
        order._process()
        self.assertEqual(order.replacement_order_ids, quotation)
        quotation._action_cancel()
        order._process()
        self.assertEqual(len(order.replacement_order_ids), 2, "what was cancelled is offered anew")

    def test_another_quantity_of_the_same_is_sold_anew(self):
        sold = self._sell()
        order = self._take_back(sold, resolution="exchange", exchange_product_id=self.product.id, exchange_quantity=5)
        self.assertEqual(order.replacement_order_ids.order_line.product_uom_qty, 5)
        self._assert_order(sold, 8, 8, 8, "invoiced")

    def test_what_is_offered_has_the_unit_of_the_return_and_is_rounded_by_it(self):
        dozen, kilogram = self.env.ref("uom.product_uom_dozen"), self.env.ref("uom.product_uom_kgm")
        piece, bulk = self._create_product("Metric set"), self._create_product("Screws", uom_id=kilogram.id)
        cases = [
            # (what for, how many for three, how many of three are accepted, offered quantity and unit)
            (piece, 2, 3, 2, dozen), (piece, 1, 2, 0.67, dozen), (bulk, 5, 1, 1.67, kilogram),
        ]
        for product, quantity, accepted, offered, unit in cases:
            with self.subTest(product=product.name, accepted=accepted):
                sold = self._sell(3, product_uom_id=dozen.id, price_unit=1200)
                order = self._take_back(
                    sold, 3, resolution="exchange", accepted=accepted, product_uom_id=dozen.id, exchange_product_id=product.id, exchange_quantity=quantity,
                )
                line = order.replacement_order_ids.order_line
                self.assertEqual((line.product_id, line.product_uom_id, line.product_uom_qty), (product, unit, offered))

    def test_what_came_and_is_not_accepted_goes_back(self):
        sold = self._sell()
        order = self._take_back(sold, state="inspection")
        order.line_ids.with_user(self.quality_manager).resolution = "reject"
        self._inspect(order.with_user(self.stock_user))
        delivery = self._get_delivery(order)
        self.assertEqual((delivery.origin, delivery.move_ids.product_uom_qty), (order.name, 2))
        self.assertFalse(order.credit_note_ids)
        self._ship(delivery)
        self._assert_order(sold, 10, 10, 10, "invoiced")
        order._process()
        self.assertEqual(self._get_delivery(order), delivery)

    def test_of_an_exchange_what_is_accepted_is_delivered_again_and_the_rest_goes_back(self):
        sold = self._sell()
        order = self._take_back(sold, 3, resolution="exchange", accepted=2)
        self.assertEqual(sorted(order.transfer_ids.move_ids.mapped("product_uom_qty")), [1, 2])
        order._process()
        for delivery in self._get_delivery(order):
            self._ship(delivery)
        self.assertEqual(len(order.transfer_ids.move_ids), 2, "done twice makes none twice")
        self._assert_order(sold, 10, 10, 10, "invoiced")

    def test_the_part_that_is_not_accepted_goes_back(self):
        sold = self._sell()
        order = self._take_back(sold, 3, accepted=1)
        self.assertEqual(self._get_delivery(order).move_ids.product_uom_qty, 2)
        self._ship(self._get_delivery(order))
        self._assert_order(sold, 9, 9, 9, "invoiced")

    def test_the_return_is_done_when_the_customer_has_what_they_get(self):
        order = self._take_back(self._sell(), resolution="exchange").with_user(self.quality_manager)
        other = self._take_back(self._sell(), 3, accepted=1).with_user(self.quality_manager)
        for waiting in (order, other):
            gap = f"Transfer {self._get_delivery(waiting.sudo()).name}, which brings Screwdriver set to the customer"
            self.assertEqual(waiting.next_gaps, gap)
            with self.assertRaisesRegex(UserError, gap):
                waiting.action_done()
        self._ship(self._get_delivery(order.sudo()))
        self._get_delivery(other.sudo()).action_cancel()
        self.env.invalidate_all()
        (order | other).action_done()
        self.assertEqual((order.state, other.state), ("done", "done"))
