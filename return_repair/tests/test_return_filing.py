from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnFiling(ReturnCommon):
    """A return is filled in from where the goods are known; nothing is stored before it is saved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pliers = cls._create_product("Pliers")
        cls.service = cls.env["product.product"].create({"name": "Assembly", "type": "service"})
        cls._add_stock(cls.product, 100)
        cls._add_stock(cls.pliers, 100)
        cls.order = cls._create_order((cls.product, 10), (cls.pliers, 4), (cls.service, 1))
        cls.picking = cls._deliver(cls.order)
        cls.env.flush_all()

    def _open(self, record, user=None, action="action_file_return"):
        user = user or self.rep
        return self._open_action(user, getattr(record.with_user(user), action)())

    def _get_goods(self, order):
        return sorted((line.product_id.name, line.quantity, line.move_id, line.sale_line_id) for line in order.line_ids)

    def test_an_order_brings_customer_salesperson_goods_and_their_deliveries(self):
        before = self.env["return.order"].search_count([])
        form = self._open(self.order, self.sales_manager)
        self.env.flush_all()
        self.assertEqual(self.env["return.order"].search_count([]), before, "nothing is stored before it is saved")
        form.reason_id = self.reason
        order = form.save()
        moves = self.picking.move_ids
        self.assertEqual(self._get_goods(order), [
            ("Pliers", 4, moves[1], self.order.order_line[1]), ("Screwdriver set", 10, moves[0], self.order.order_line[0]),
        ], "goods with their deliveries, without the service")
        self.assertEqual((order.partner_id, order.user_id, order.sale_order_ids, order.company_id), (self.customer, self.rep, self.order, self.company))
        self.assertEqual(order.team_id, self.team, "proposed by the reason")

    def test_a_discarded_form_uses_no_number(self):
        first = self._create_return()
        self._open(self.order)
        following = self._create_return()
        self.assertEqual(int(following.name[-5:]), int(first.name[-5:]) + 1)

    def test_one_order_line_brings_its_product_only(self):
        order = self._open(self.order.order_line[1]).save()
        self.assertEqual(order.line_ids.product_id, self.pliers)

    def test_a_delivery_brings_its_goods(self):
        order = self._open(self.picking, self.stock_user).save()
        self.assertEqual(order.line_ids.move_id, self.picking.move_ids.filtered(lambda move: move.product_id.type == "consu"))
        self.assertEqual(order.user_id, self.rep, "the order's salesperson speaks with the customer")

    def test_a_lot_brings_its_delivery(self):
        drill = self._create_product("Drill", tracking="serial")
        serial = self._create_lot("D-1", drill, 1)
        order = self._create_order((drill, 1))
        self._deliver(order, lots={drill: {serial: 1}})
        line = self._open(serial, self.stock_user).save().line_ids
        self.assertEqual((line.lot_id, line.quantity, line.move_id.sale_line_id.order_id), (serial, 1, order))

    def test_a_lot_that_went_to_several_customers_asks_for_the_delivery(self):
        oil = self._create_product("Oil", tracking="lot")
        lot = self._create_lot("OIL-1", oil, 10)
        other = self.env["res.partner"].create({"name": "Green Workshop"})
        for customer in (self.customer, other):
            self._deliver(self._create_order((oil, 2), customer=customer), lots={oil: {lot: 2}})
        action = lot.with_user(self.stock_user).action_file_return()
        delivered = self.env["stock.move.line"].search(action["domain"])
        self.assertEqual(delivered.picking_id.partner_id, self.customer | other)
        of_other = delivered.filtered(lambda line: line.picking_id.partner_id == other)
        self.assertEqual(self._open(of_other, self.stock_user).save().partner_id, other)

    def test_one_return_holds_goods_of_several_orders(self):
        second = self._create_shipped_order((self.product, 3))
        order = self._open(self.order.order_line | second.order_line).save()
        self.assertEqual(order.sale_order_ids, self.order | second)
        self.assertEqual(sorted(order.line_ids.mapped("quantity")), [3, 4, 10])

    def test_goods_of_two_customers_are_refused(self):
        other = self.env["res.partner"].create({"name": "Green Workshop"})
        second = self._create_shipped_order((self.product, 3), customer=other)
        with self.assertRaisesRegex(UserError, "Blue Workshop, Green Workshop"):
            (self.order | second).with_user(self.rep).action_file_return()

    def test_nothing_delivered_and_nothing_left_are_told_apart(self):
        fresh = self._create_order((self.product, 2))
        with self.assertRaisesRegex(UserError, "Nothing of this was delivered yet"):
            fresh.with_user(self.rep).action_file_return()
        self._open(self.order).save()
        with self.assertRaisesRegex(UserError, "has come back already, or a return of it is open"):
            self.order.with_user(self.rep).action_file_return()

    def test_the_second_return_of_an_order_offers_the_rest(self):
        self._create_return(line_ids=[self._get_line(quantity=7)])
        order = self._open(self.order.order_line[0]).save()
        self.assertEqual(order.line_ids.quantity, 3)

    # ------------------------------------------------------------ by hand
    def test_a_product_by_hand_finds_its_last_delivery_and_the_next_when_that_is_used_up(self):
        second = self._create_shipped_order((self.product, 3))
        order = self._create_return(line_ids=[self._get_line(quantity=3)])
        self.assertEqual(order.sale_order_ids, second)
        later = self._create_return(line_ids=[self._get_line(quantity=1)])
        self.assertEqual(later.sale_order_ids, self.order)

    def test_the_order_that_the_customer_names_comes_first(self):
        self._create_shipped_order((self.product, 3))
        order = self._create_return(sale_order_id=self.order.id)
        self.assertEqual(order.line_ids.sale_line_id, self.order.order_line[0])

    def test_a_chosen_order_line_brings_its_own_delivery(self):
        second = self._create_shipped_order((self.product, 3))
        order = self._create_return(line_ids=[self._get_line(sale_line_id=self.order.order_line[0].id)])
        self.assertEqual(order.line_ids.move_id, self.picking.move_ids[0])
        with self.assertRaisesRegex(UserError, f"for order {second.name}, not for {self.order.name}"):
            self._create_return(line_ids=[
                self._get_line(sale_line_id=self.order.order_line[0].id, move_id=second.picking_ids.move_ids.id),
            ])

    def test_the_products_of_the_named_order_are_added_once(self):
        order = self._create_return(sale_order_id=self.order.id)
        for _press in range(2):
            order.action_add_delivered()
        self.assertEqual(sorted(order.line_ids.mapped("product_id.name")), ["Pliers", "Screwdriver set"])

    def test_a_serial_number_that_is_read_from_the_goods_finds_its_delivery(self):
        drill = self._create_product("Drill", tracking="serial")
        serials = self._create_lot("D-1", drill, 1) | self._create_lot("D-2", drill, 1)
        orders = [self._create_order((drill, 1)) for _serial in serials]
        for order, serial in zip(orders, serials, strict=True):
            self._deliver(order, lots={drill: {serial: 1}})
        with Form(self.env["return.order"].with_user(self.rep).with_company(self.company)) as form:
            form.partner_id = self.customer
            with form.line_ids.new() as line:
                line.product_id = drill
                line.lot_name = "D-1"
        line = form.record.line_ids
        self.assertEqual((line.lot_id, line.sale_line_id.order_id), (serials[0], orders[0]))

    def test_an_unknown_serial_number_of_delivered_goods_is_named_before_it_goes_on(self):
        order = self._create_return(line_ids=[self._get_line(lot_name="X-99")])
        with self.assertRaisesRegex(UserError, "«X-99»"):
            order.action_submit()
        order.line_ids.lot_name = False
        order.action_submit()
        self.assertEqual(order.state, "decision")

    def test_an_archived_product_still_comes_back(self):
        self.product.active = False
        order = self._open(self.order).save()
        self.assertIn(self.product, order.line_ids.product_id)
        order.line_ids.resolution = "refund"
        order.reason_id = self.reason
        order.action_submit()
        self.assertEqual(order.state, "decision")

    def test_a_service_does_not_come_back(self):
        with self.assertRaisesRegex(UserError, "Only goods come back. These are none: Assembly"):
            self._create_return(line_ids=[self._get_line(self.service)])

    # ------------------------------------------------------------ goods of others
    def test_goods_that_we_have_not_delivered_are_taken_for_repair_only_and_only_where_the_company_allows_it(self):
        foreign = self._create_product("Rotor")
        order = self._create_return(line_ids=[self._get_line(foreign)])
        self.assertTrue(order.line_ids.is_foreign)
        with self.assertRaisesRegex(UserError, "The delivery of Rotor: none to Blue Workshop is known"):
            order.action_submit()
        self.company.return_foreign_goods = True
        order.action_submit()
        with self.assertRaisesRegex(UserError, "Repair as resolution for Rotor"):
            order.with_user(self.quality_manager).action_accept()
        order.line_ids.resolution = "repair"
        order.with_user(self.quality_manager).action_accept()
        self.assertEqual(order.manager_verdict, "accepted")

    def test_the_setting_is_each_companys_own(self):
        self.env["res.company"].create({"name": "Moonlight Tools", "return_foreign_goods": True})
        order = self._create_return(line_ids=[self._get_line(self._create_product("Rotor"), resolution="repair")])
        with self.assertRaises(UserError):
            order.action_submit()

    # ------------------------------------------------------------ whose it is
    def test_order_contact_and_address_are_the_customers(self):
        other = self.env["res.partner"].create({"name": "Green Workshop"})
        order = self._create_order((self.product, 1), customer=other)
        with self.assertRaises(UserError) as refused:
            self._create_return(sale_order_id=order.id, contact_id=other.id)
        for text in (f"Order {order.name} is not an order of Blue Workshop", "Green Workshop does not belong to Blue Workshop"):
            self.assertIn(text, str(refused.exception))

    def test_an_order_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        order = self.env["sale.order"].with_company(company).create({
            "partner_id": self.customer.id, "company_id": company.id, "order_line": [Command.create({"product_id": self.service.id})],
        })
        order.action_confirm()
        order.order_line.qty_delivered = 1
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._create_return(self.quality_manager, sale_order_id=order.id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["return.order"].create({
                "company_id": self.company.id, "user_id": self.rep.id, "partner_id": self.customer.id,
                "line_ids": [self._get_line(sale_line_id=order.order_line.id)],
            })
        with self.assertRaisesRegex(UserError, "Moonlight Tools"):
            (self.order | order).action_file_return()

    def test_who_may_not_read_the_order_makes_no_return_of_it(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.worker).action_file_return()

    def test_who_handles_it_opens_it_without_the_right_to_orders_and_transfers(self):
        order = self._open(self.order).save()
        order.reason_id = self.reason
        self.env.flush_all()
        self.env.invalidate_all()
        with Form(order.with_user(self.handler)) as form:
            form.tracking_number = "1Z999"
        found = self.env["return.order"].with_user(self.handler).search([("sale_order_ids", "ilike", self.order.name)])
        self.assertEqual(found, order)

    # ------------------------------------------------------------ back from there
    def test_each_document_counts_and_shows_its_returns(self):
        order = self._open(self.order).save()
        self._create_return(line_ids=[self._get_line(self._create_product("Saw"))])
        for record in (self.order, self.picking):
            self.assertEqual(record.with_user(self.rep).return_order_count, 1)
        self.assertEqual(self.env["return.order"].search(self.order.action_view_return_orders()["domain"]), order)
        self.assertEqual(self.env["return.order"].search(self.picking.action_view_return_orders()["domain"]), order)
        self.assertEqual(self.contact.with_user(self.rep).return_order_count, 2)
        self.assertEqual(self.env["return.order"].search_count(self.contact.action_view_return_orders()["domain"]), 2)

    def test_a_request_can_not_lie_in_the_future(self):
        with self.assertRaisesRegex(UserError, "can't lie in the future"):
            self._create_return(date_requested=fields.Datetime.add(fields.Datetime.now(), days=1))
