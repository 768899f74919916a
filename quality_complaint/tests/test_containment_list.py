from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, tagged

from .containment_common import ContainmentCommon


@tagged("post_install", "-at_install")
class TestContainmentList(ContainmentCommon):
    """Where else a lot is: at which customers how much of it still is, and in which own stock."""

    def setUp(self):
        super().setUp()
        self.picking = self._ship(self.customer, 10)
        self.complaint = self._complain(self.picking, 3)

    # ------------------------------------------------------------ customers
    def test_each_other_customer_is_listed_with_what_he_still_has(self):
        with self.at("2026-03-02 09:00:00"):
            first = self._ship(self.green, 20)
        with self.at("2026-03-09 09:00:00"):
            self._ship(self.green, 5)
            self._ship(self.red, 7)
        with self.at("2026-03-12 09:00:00"):
            self._return(first, 6)
        containment = self._open(self.complaint)
        self.assertEqual(self._get_customers(containment), {
            self.customer: (10, 0, 10), self.green: (25, 6, 19), self.red: (7, 0, 7),
        })
        lines = {line.partner_id: line for line in containment.customer_line_ids}
        green = lines[self.green]
        self.assertEqual((green.date_first.date(), green.date_last.date()), (
            fields.Date.to_date("2026-03-02"), fields.Date.to_date("2026-03-09"),
        ))
        self.assertEqual((green.delivery_count, green.product_uom_id), (2, self.saw.uom_id))
        opened = self.env["stock.picking"].search(green.action_view_deliveries()["domain"])
        self.assertEqual((len(opened), opened.partner_id, first in opened), (2, self.green, True))
        self.assertIn("2 other customers still have 26 Units of Saw", containment.summary)

    def test_the_customer_who_complained_is_marked_and_not_ticked(self):
        self._ship(self.green, 5)
        containment = self._open(self.complaint)
        own = containment.customer_line_ids.filtered("is_own")
        self.assertEqual((own.partner_id, own.complaint_id), (self.customer, self.complaint))
        self.assertEqual(containment.customer_line_ids.filtered("selected").partner_id, self.green)

    def test_what_came_back_and_went_out_again_counts_as_there(self):
        picking = self._ship(self.green, 10)
        returned = self._return(picking, 4)
        self.assertEqual(self._get_customers(self._open(self.complaint))[self.green], (10, 4, 6))
        self._return(returned, 3)
        self.assertEqual(self._get_customers(self._open(self.complaint))[self.green], (13, 4, 9))

    def test_who_returned_everything_is_shown_but_not_ticked(self):
        self._return(self._ship(self.green, 4))
        containment = self._open(self.complaint)
        self.assertEqual(self._get_customers(containment)[self.green], (4, 4, 0))
        self.assertFalse(containment.customer_line_ids.filtered("selected"))
        self.assertIn("All that other customers got of it has come back", containment.summary)

    def test_a_return_without_a_partner_is_his_who_got_the_delivery(self):
        returned = self._return(self._ship(self.green, 10), 4)
        returned.partner_id = False
        returned.move_ids.sale_line_id = False
        self.assertEqual(self._get_customers(self._open(self.complaint))[self.green], (10, 4, 6))

    def test_other_units_are_converted_to_the_products(self):
        picking = self._ship_dozens(self.green, 2)
        self.assertEqual(picking.move_line_ids.product_uom_id, self.env.ref("uom.product_uom_dozen"))
        self._return(picking, 1)
        self.assertEqual(self._get_customers(self._open(self.complaint))[self.green], (24, 12, 12))

    def test_a_lot_split_over_two_orders_and_backorders_is_one_row(self):
        order = self._create_order((self.saw, 9), customer=self.green)
        self._deliver(order, lots={self.saw: {self.lot: 4}})
        self._deliver(order, lots={self.saw: {self.lot: 5}})
        self._ship(self.green, 2)
        containment = self._open(self.complaint)
        self.assertEqual(self._get_customers(containment)[self.green], (11, 0, 11))
        self.assertEqual(containment.customer_line_ids.filtered(lambda line: line.partner_id == self.green).delivery_count, 3)

    def test_two_lots_of_a_delivery_are_followed_each_by_itself(self):
        other_lot = self._create_lot("S-2", self.saw)
        order = self._create_order((self.saw, 9), customer=self.green)
        self._deliver(order, lots={self.saw: {self.lot: 4, other_lot: 5}})
        self.assertEqual(self._get_customers(self._open(self.complaint))[self.green], (4, 0, 4))

    def test_contacts_and_addresses_of_a_customer_are_one(self):
        office = self.env["res.partner"].create({"name": "Office", "parent_id": self.green.id, "type": "delivery"})
        self._ship(self.green, 2)
        self._ship(office, 3)
        self.assertEqual(self._get_customers(self._open(self.complaint))[self.green], (5, 0, 5))

    def test_goods_sent_straight_from_the_supplier_are_at_the_customer(self):
        supplier = self.env.ref("stock.stock_location_suppliers")
        customers = self.env.ref("stock.stock_location_customers")
        self._move(6, supplier, customers, partner=self.green)
        self._move(2, customers, supplier, partner=self.green)
        self.assertEqual(self._get_customers(self._open(self.complaint))[self.green], (6, 2, 4))

    def test_goods_sent_to_another_company_of_ours_are_delivered_and_purchases_from_it_are_no_return(self):
        transit = self.env["stock.location"].create({"name": "Between Companies", "usage": "transit", "company_id": False})
        stock = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1).lot_stock_id
        sister = self.env["res.company"].create({"name": "Moonlight Tools"}).partner_id
        delivered = self._move(8, stock, transit, partner=sister)
        self._move(3, transit, stock, partner=sister)
        self.assertEqual(self._get_customers(self._open(self.complaint))[sister], (8, 0, 8))
        self._move(2, transit, stock, partner=sister, origin_returned_move_id=delivered.id)
        self.assertEqual(self._get_customers(self._open(self.complaint))[sister], (8, 2, 6))

    def test_a_delivery_that_names_nobody_is_shown_and_can_not_be_filed(self):
        stock = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1).lot_stock_id
        self._move(5, stock, self.env.ref("stock.stock_location_customers"))
        containment = self._open(self.complaint)
        self.assertEqual(self._get_customers(containment)[self.env["res.partner"]], (5, 0, 5))
        self.assertFalse(containment.customer_line_ids.filtered("selected"))

    def test_a_delivery_that_is_not_done_has_not_arrived(self):
        order = self._create_order((self.saw, 9), customer=self.green)
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, self.lot)
        self.assertNotIn(self.green, self._get_customers(self._open(self.complaint)))

    def _move(self, quantity, source, target, partner=None, **values):
        """A done move of the lot outside of orders."""
        move = self.env["stock.move"].with_company(self.company).create({
            "product_id": self.saw.id, "product_uom": self.saw.uom_id.id, "product_uom_qty": quantity, "company_id": self.company.id,
            "location_id": source.id, "location_dest_id": target.id, "partner_id": partner and partner.id, **values,
        })
        move._action_confirm()
        move.move_line_ids = [Command.clear(), Command.create({
            "product_id": self.saw.id, "lot_id": self.lot.id, "quantity": quantity, "product_uom_id": self.saw.uom_id.id,
            "location_id": source.id, "location_dest_id": target.id,
        })]
        move.picked = True
        move._action_done()
        return move

    # ------------------------------------------------------------ own stock
    def test_own_stock_is_listed_by_place_and_owner_with_what_is_reserved(self):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        shelf = self.env["stock.location"].create({
            "name": "Shelf 2", "location_id": warehouse.lot_stock_id.id, "company_id": self.company.id,
        })
        Quant = self.env["stock.quant"]
        Quant._update_available_quantity(self.saw, shelf, 4, lot_id=self.lot)
        Quant._update_available_quantity(self.saw, shelf, 2, lot_id=self.lot, owner_id=self.red)
        self._create_order((self.saw, 90), customer=self.green)
        nobody = self.env["res.partner"]
        containment = self._open(self.complaint)
        self.assertEqual(self._get_stock(containment), {
            (warehouse.lot_stock_id.name, nobody): (90, 90), ("Shelf 2", nobody): (4, 0), ("Shelf 2", self.red): (2, 0),
        })
        self.assertIn("In own stock: 96 Units of Saw", containment.summary)

    def test_scrapped_goods_are_not_on_hand(self):
        scrap = self.env["stock.scrap"].with_company(self.company).create({
            "product_id": self.saw.id, "lot_id": self.lot.id, "scrap_qty": 15, "company_id": self.company.id,
        })
        scrap.action_validate()
        self.assertEqual(sum(self._open(self.complaint).stock_line_ids.mapped("quantity")), 75)

    def test_goods_on_their_way_between_own_warehouses_are_own_stock(self):
        transit = self.env["stock.location"].create({"name": "On the Way", "usage": "transit", "company_id": self.company.id})
        stock = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1).lot_stock_id
        self._move(30, stock, transit)
        containment = self._open(self.complaint)
        self.assertEqual(self._get_stock(containment)["On the Way", self.env["res.partner"]], (30, 0))
        self.assertEqual(list(self._get_customers(containment)), [self.customer])

    # ------------------------------------------------------------ in words
    def test_a_lot_that_went_nowhere_else_says_so_and_where_it_is(self):
        containment = self._open(self.complaint)
        self.assertIn("Lot S-1 went to no other customer.", containment.summary)
        self.assertIn("In own stock: 90 Units of Saw, at", containment.summary)
        with self.assertRefused("No customer is ticked"):
            containment.action_file()

    def test_a_lot_that_never_left_says_so(self):
        lot = self._create_lot("S-3", self.saw, 12)
        complaint = self._create_complaint(line_ids=[Command.create({"product_id": self.saw.id, "lot_id": lot.id, "quantity": 1})])
        containment = self._open(complaint)
        self.assertFalse(containment.customer_line_ids)
        self.assertIn("Lot S-3 has not left.", containment.summary)
        self.assertIn("In own stock: 12 Units of Saw", containment.summary)

    def test_a_lot_that_never_moved_says_so(self):
        lot = self.env["stock.lot"].create({"name": "S-4", "product_id": self.saw.id, "company_id": self.company.id})
        complaint = self._create_complaint(line_ids=[Command.create({"product_id": self.saw.id, "lot_id": lot.id, "quantity": 1})])
        containment = self._open(complaint)
        self.assertFalse(containment.line_ids)
        self.assertEqual(containment.summary, "Lot S-4 never moved: nothing of it was received, made or delivered.")
        with self.assertRefused("Nothing of it is in own stock"):
            containment.action_block_stock()

    def test_a_lot_that_is_used_up_says_so(self):
        self._return(self.picking)
        scrap = self.env["stock.scrap"].with_company(self.company).create({
            "product_id": self.saw.id, "lot_id": self.lot.id, "scrap_qty": 100, "company_id": self.company.id,
        })
        scrap.action_validate()
        self.assertIn("Nothing of it is in own stock.", self._open(self.complaint).summary)

    def test_a_complaint_without_a_lot_is_refused(self):
        complaint = self._create_complaint()
        self.assertFalse(complaint.has_lot)
        with self.assertRefused("No lot or serial number is known here"):
            complaint.with_user(self.handler).action_view_same_lot()

    def test_one_line_asks_for_its_own_lot_and_the_complaint_for_all(self):
        other_lot = self._create_lot("S-2", self.saw)
        self._ship(self.red, 5, other_lot)
        self.complaint.line_ids = [Command.create({"product_id": self.saw.id, "lot_id": other_lot.id, "quantity": 1})]
        self.assertIn(self.red, self._get_customers(self._open(self.complaint)))
        action = self.complaint.line_ids[0].with_user(self.handler).action_view_same_lot()
        containment = self.env["quality.containment"].browse(action["res_id"])
        self.assertEqual((containment.lot_ids, list(self._get_customers(containment))), (self.lot, [self.customer]))

    def test_the_lots_form_says_where_it_is_and_acts_on_nothing(self):
        self._ship(self.green, 5)
        action = self.lot.with_user(self.stock_user).with_company(self.company).action_view_containment()
        containment = self.env["quality.containment"].with_user(self.stock_user).browse(action["res_id"])
        self.assertEqual(set(self._get_customers(containment)), {self.customer, self.green})
        self.assertFalse(containment.can_contain)
        for button in (containment.action_file, containment.action_write, containment.action_block_stock):
            with self.assertRefused("Open this list from the complaint"):
                button()

    def test_the_form_shows_the_columns_that_have_something(self):
        self._ship(self.green, 5)
        with Form(self._open(self.complaint)) as form:
            self.assertTrue(form.can_contain)
            self.assertFalse(form.has_path)
            self.assertEqual(len(form.customer_line_ids), 2)
            self.assertEqual(len(form.stock_line_ids), 1)

    def test_the_list_of_twenty_more_customers_takes_no_query_more(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            containment = self._open(self.complaint)
            containment.customer_line_ids.read(["partner_id", "quantity", "complaint_id", "partner_email", "delivery_count"])
            return self.env.cr.sql_log_count - before

        self._ship(self.green, 1)
        one = count()
        picking = self.picking.move_ids
        for number in range(20):
            partner = self.env["res.partner"].create({"name": f"Customer {number}"})
            self._move(1, picking.location_id, picking.location_dest_id, partner=partner)
        self.assertLessEqual(count(), one)
