from lxml import etree

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestFilingDelivered(ComplaintCommon):
    """A complaint is about what was delivered, whatever else happened to the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tape = cls._create_product("Tape measure")
        cls.service = cls._create_product("Sharpening", type="service", is_storable=False)

    def _get_proposal(self, *sources):
        """(product, quantity, move, lot) of each line that the user is shown."""
        source = sources[0].concat(*sources[1:])
        form = self._open_action(self.rep, source.with_user(self.rep).action_file_complaint())
        lines = [form.line_ids.edit(index) for index in range(len(form.line_ids))]
        return [(line.product_id, line.quantity, line.move_id, line.lot_id) for line in lines]

    def _file_all(self, order):
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        form.subject = "Rust"
        return form.save()

    # ------------------------------------------------------------ how much was delivered
    def test_nothing_delivered_is_refused(self):
        order = self._create_order((self.product, 10), (self.service, 1))
        for source in (order, order.order_line, order.order_line[0]):
            with self.assertRefused("Nothing of this was delivered yet"):
                source.with_user(self.rep).action_file_complaint()

    def test_a_partial_delivery_brings_what_left(self):
        order = self._create_order((self.product, 10), (self.tape, 5))
        picking = self._deliver(order, {self.product: 4})
        self.assertEqual(
            self._get_proposal(order), [(self.product, 4, picking.move_ids.filtered("quantity"), self.env["stock.lot"])],
        )
        with self.assertRefused("Nothing of this was delivered yet"):
            order.order_line[1].with_user(self.rep).action_file_complaint()

    def test_a_backorder_is_a_second_line_and_no_delivery_is_named(self):
        with self.at("2026-03-01 10:00:00"):
            order = self._create_order((self.product, 10))
            first = self._deliver(order, {self.product: 4})
        with self.at("2026-03-08 10:00:00"):
            second = self._deliver(order)
        self.assertEqual([line[:3] for line in self._get_proposal(order)], [
            (self.product, 4, first.move_ids), (self.product, 6, second.move_ids),
        ])
        complaint = self._file_all(order)
        self.assertFalse(complaint.picking_id)
        self.assertFalse(complaint.date_shipped)
        self.assertEqual([str(day) for day in complaint.line_ids.mapped("delivery_date")], ["2026-03-01", "2026-03-08"])

    def test_over_delivery_can_be_complained_about_in_full(self):
        order = self._create_order((self.product, 10))
        self._deliver(order, {self.product: 12})
        complaint = self._file_all(order)
        self.assertEqual((complaint.line_ids.quantity, complaint.line_ids.quantity_shipped), (12, 12))

    def test_what_came_back_was_delivered_all_the_same(self):
        order = self._create_shipped_order((self.product, 10))
        delivery = order.picking_ids
        returned = self._return(delivery, 3)
        self.assertEqual(order.order_line.qty_delivered, 7)
        self.assertEqual([line[:3] for line in self._get_proposal(order)], [(self.product, 10, delivery.move_ids)])
        complaint = self._file_all(order)
        self.assertEqual((complaint.line_ids.quantity_shipped, complaint.picking_id), (10, delivery))
        with self.assertRefused("Nothing of this was delivered yet"):
            returned.with_user(self.stock_user).action_file_complaint()

    def test_all_came_back_and_it_can_still_be_complained_about(self):
        order = self._create_shipped_order((self.product, 10))
        self._return(order.picking_ids)
        self.assertEqual([line[:2] for line in self._get_proposal(order)], [(self.product, 10)])

    def test_goods_sent_to_a_vendor_are_not_a_delivery(self):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        vendors = self.env.ref("stock.stock_location_suppliers")
        picking = self.env["stock.picking"].with_company(self.company).create({
            "picking_type_id": warehouse.out_type_id.id, "partner_id": self.customer.id,
            "location_id": warehouse.lot_stock_id.id, "location_dest_id": vendors.id,
            "move_ids": [Command.create({
                "product_id": self.product.id, "product_uom_qty": 2, "product_uom": self.product.uom_id.id,
                "location_id": warehouse.lot_stock_id.id, "location_dest_id": vendors.id,
            })],
        })
        picking.action_confirm()
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.button_validate()
        with self.assertRefused("Nothing of this was delivered yet"):
            picking.with_user(self.stock_user).action_file_complaint()
        with self.assertRefused(picking.name):
            self._create_complaint(picking_id=picking.id)

    def test_only_the_last_step_of_a_delivery_in_steps_counts(self):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        warehouse.delivery_steps = "pick_ship"
        self._add_stock(self.product, 100)
        order = self._create_order((self.product, 10))
        picked = self._deliver(order)
        with self.assertRefused("Nothing of this was delivered yet"):
            order.with_user(self.rep).action_file_complaint()
        with self.assertRefused("Nothing of this was delivered yet"):
            picked.with_user(self.stock_user).action_file_complaint()
        shipped = self._deliver(order)
        self.assertNotEqual(picked, shipped)
        self.assertEqual([line[:3] for line in self._get_proposal(order)], [(self.product, 10, shipped.move_ids)])

    def test_an_order_cancelled_after_its_first_delivery_is_complained_about_by_the_delivery(self):
        order = self._create_order((self.product, 10))
        picking = self._deliver(order, {self.product: 4})
        order._action_cancel()
        form = self._open_action(self.stock_user, picking.with_user(self.stock_user).action_file_complaint())
        form.subject = "Four came, and they are rusty"
        complaint = form.save()
        self.assertEqual((complaint.picking_id, complaint.line_ids.quantity), (picking, 4))
        self.assertFalse(complaint.sale_order_id)

    # ------------------------------------------------------------ lots
    def test_two_lots_of_one_move_are_two_lines(self):
        saw = self._create_product("Saw", tracking="lot")
        lot_a, lot_b = self._create_lot("A-1", saw), self._create_lot("B-2", saw)
        order = self._create_order((saw, 7))
        picking = self._deliver(order, lots={saw: {lot_a: 2, lot_b: 5}})
        self.assertEqual(self._get_proposal(order), [
            (saw, 2, picking.move_ids, lot_a), (saw, 5, picking.move_ids, lot_b),
        ])
        complaint = self._file_all(order)
        self.assertEqual(complaint.line_ids.mapped("quantity_shipped"), [2, 5])

    def test_a_lot_taken_from_two_shelves_is_one_line(self):
        saw = self._create_product("Saw", tracking="lot")
        lot = self._create_lot("A-1", saw, 3)
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        shelf = self.env["stock.location"].create({
            "name": "Shelf 2", "location_id": warehouse.lot_stock_id.id, "company_id": self.company.id,
        })
        self.env["stock.quant"]._update_available_quantity(saw, shelf, 4, lot_id=lot)
        order = self._create_order((saw, 7))
        picking = order.picking_ids
        self.assertEqual(len(picking.move_line_ids), 2)
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(self._get_proposal(order), [(saw, 7, picking.move_ids, lot)])

    def test_each_serial_number_is_a_line_of_one(self):
        drill = self._create_product("Drill", tracking="serial")
        serials = [self._create_lot(f"SN-{number}", drill, 1) for number in range(3)]
        order = self._create_order((drill, 3))
        self._deliver(order, lots={drill: dict.fromkeys(serials, 1)})
        self.assertEqual([(quantity, lot) for _product, quantity, _move, lot in self._get_proposal(order)], [
            (1, serial) for serial in serials
        ])
        complaint = self._file_all(order)
        self.assertEqual(complaint.line_ids.mapped("quantity_shipped"), [1, 1, 1])

    # ------------------------------------------------------------ what is not goods
    def test_a_service_is_complained_about_as_far_as_it_was_done(self):
        order = self._create_order((self.service, 8))
        order.order_line.qty_delivered = 3
        self.assertEqual(self._get_proposal(order), [
            (self.service, 3, self.env["stock.move"], self.env["stock.lot"]),
        ])
        complaint = self._file_all(order)
        self.assertEqual((complaint.line_ids.quantity_shipped, complaint.sale_order_id), (3, order))
        with self.assertRefused("Sharpening"):
            complaint.line_ids.with_user(self.rep).quantity = 4

    def _is_button_shown(self, order):
        """The button on the order's form, as the web client decides it."""
        order = order.with_user(self.rep)
        arch = etree.fromstring(order.get_view(view_type="form")["arch"])
        [button] = arch.xpath("//header/button[@name='action_file_complaint']")
        [values] = order.read(["state", "delivery_status"])
        return not safe_eval(button.get("invisible"), values)

    def test_the_button_shows_as_soon_as_there_is_something_to_complain_about(self):
        quotation = self._create_order((self.product, 10)).copy()
        self.assertFalse(self._is_button_shown(quotation))
        order = self._create_order((self.product, 10))
        self.assertFalse(self._is_button_shown(order))
        picking = self._deliver(order, {self.product: 4})
        self.assertTrue(self._is_button_shown(order))
        self._return(picking)  # all came back, the rest is still to come
        self.assertTrue(self._is_button_shown(order))
        self.assertEqual([line[:2] for line in self._get_proposal(order)], [(self.product, 4)])
        self.assertTrue(self._is_button_shown(self._create_order((self.service, 1))))

    def test_sections_and_notes_are_left_out(self):
        order = self._create_shipped_order(
            {"display_type": "line_section", "name": "Tools"}, (self.product, 10),
            {"display_type": "line_note", "name": "Handle with care"},
        )
        self.assertEqual([line[:2] for line in self._get_proposal(order)], [(self.product, 10)])

    # ------------------------------------------------------------ the rest of the delivery
    def test_adding_the_delivered_goods_adds_only_what_is_not_there(self):
        order = self._create_shipped_order((self.product, 10), (self.tape, 3), (self.service, 2))
        order.order_line[2].qty_delivered = 2
        form = self._open_action(self.rep, order.order_line[0].with_user(self.rep).action_file_complaint())
        form.subject = "Rust"
        form.picking_id = self.env["stock.picking"]
        with form.line_ids.edit(0) as line:
            line.quantity = 1
            line.defect = "Rusty blade"
        complaint = form.save()
        complaint.action_add_delivered()
        expected = [(self.product, 1, "Rusty blade"), (self.tape, 3, False), (self.service, 2, False)]
        self.assertEqual(complaint.line_ids.mapped(lambda line: (line.product_id, line.quantity, line.defect)), expected)
        complaint.action_add_delivered()
        self.assertEqual(complaint.line_ids.mapped(lambda line: (line.product_id, line.quantity, line.defect)), expected)

    def test_adding_the_delivered_goods_keeps_to_the_delivery_that_is_named(self):
        order = self._create_order((self.product, 10), (self.tape, 3))
        first = self._deliver(order, {self.product: 4})
        self._deliver(order)
        named = self._create_complaint(sale_order_id=order.id, picking_id=first.id, line_ids=[])
        whole_order = self._create_complaint(sale_order_id=order.id, line_ids=[])
        (named | whole_order).action_add_delivered()
        self.assertEqual(named.line_ids.mapped(lambda line: (line.product_id, line.quantity)), [(self.product, 4)])
        self.assertEqual(
            whole_order.line_ids.mapped(lambda line: (line.product_id, line.quantity)),
            [(self.product, 4), (self.product, 6), (self.tape, 3)],
        )

    def test_adding_the_delivered_goods_brings_a_lot_that_was_removed_back(self):
        saw = self._create_product("Saw", tracking="lot")
        lot_a, lot_b = self._create_lot("A-1", saw), self._create_lot("B-2", saw)
        order = self._create_order((saw, 7))
        self._deliver(order, lots={saw: {lot_a: 2, lot_b: 5}})
        complaint = self._file_all(order)
        complaint.line_ids[0].unlink()
        complaint.action_add_delivered()
        self.assertEqual({(line.lot_id, line.quantity) for line in complaint.line_ids}, {(lot_a, 2), (lot_b, 5)})

    def test_a_later_backorder_can_be_added(self):
        order = self._create_order((self.product, 10))
        self._deliver(order, {self.product: 4})
        complaint = self._file_all(order)
        complaint.picking_id = False
        self._deliver(order)
        complaint.action_add_delivered()
        self.assertEqual(complaint.line_ids.mapped("quantity"), [4, 6])

    def test_nothing_is_added_to_a_finished_complaint(self):
        order = self._create_shipped_order((self.product, 10), (self.tape, 3))
        complaint = self._create_complaint(sale_order_id=order.id, line_ids=[])
        self._cancel(complaint)
        with self.assertRefused(complaint.name):
            complaint.with_user(self.rep).action_add_delivered()
