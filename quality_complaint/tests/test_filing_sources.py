from datetime import date, datetime

from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestFilingSources(ComplaintCommon):
    """Where a complaint can be filed from, and what comes along."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tape = cls._create_product("Tape measure")
        cls.other_customer = cls.env["res.partner"].create({"name": "Green Garage", "is_company": True})
        cls.saw = cls._create_product("Saw", tracking="lot")
        cls.lot_a, cls.lot_b = cls._create_lot("A-1", cls.saw), cls._create_lot("B-2", cls.saw)

    def _ship_saws(self, customer=None, **by_lot):
        order = self._create_order((self.saw, sum(by_lot.values())), customer=customer)
        return self._deliver(order, lots={self.saw: {getattr(self, name): quantity for name, quantity in by_lot.items()}})

    def _get_lines(self, form):
        return [form.line_ids.edit(index) for index in range(len(form.line_ids))]

    # ------------------------------------------------------------ sales order
    def test_an_order_brings_customer_contact_products_and_dates(self):
        with self.at("2026-03-02 09:00:00"):
            order = self._create_order((self.product, 10), (self.tape, 3), customer=self.contact)
        with self.at("2026-03-05 15:00:00"):
            picking = self._deliver(order)
        with self.at("2026-03-20 08:00:00"):
            form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.contact_id, self.contact)
            self.assertEqual((form.partner_phone, form.partner_email), (self.customer.phone, self.contact.email))
            self.assertEqual(form.user_id, self.rep)
            self.assertEqual((form.sale_order_id, form.picking_id), (order, picking))
            self.assertEqual(form.date_order, datetime(2026, 3, 2, 9))
            self.assertEqual(form.date_shipped, datetime(2026, 3, 5, 15))
            self.assertEqual(
                [
                    (line.product_id, line.sale_line_id, line.move_id, line.quantity, line.quantity_shipped)
                    for line in self._get_lines(form)
                ],
                [
                    (sold.product_id, sold, sold.move_ids, quantity, quantity)
                    for sold, quantity in zip(order.order_line, (10, 3), strict=True)
                ],
            )
            self.assertEqual([line.delivery_date for line in self._get_lines(form)], [date(2026, 3, 5)] * 2)
            self.assertEqual([line.days_since_delivery for line in self._get_lines(form)], [15, 15])
            form.subject = "Rust"
            complaint = form.save()
        self.assertEqual(complaint.company_id, self.company)
        self.assertEqual(complaint.commercial_partner_id, self.customer)
        self.assertEqual(complaint.line_ids.mapped("product_uom_id"), self.product.uom_id)
        self.assertEqual(complaint.line_ids.mapped("delivery_date"), [date(2026, 3, 5)] * 2)
        self.assertEqual(complaint.date_received, datetime(2026, 3, 20, 8))

    def test_a_customer_without_separate_contact_leaves_the_contact_empty(self):
        order = self._create_shipped_order()
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        self.assertEqual((form.partner_id, form.contact_id), (self.customer, self.env["res.partner"]))

    def test_nothing_is_stored_before_the_user_saves(self):
        order = self._create_shipped_order()
        self._create_complaint()
        before = self._get_register()
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        form.subject = "Rust"
        self.assertEqual(self._get_register(), before)
        form.save()
        self.assertEqual(self._get_register()["quality.complaint"], before["quality.complaint"] + 1)

    def test_what_the_user_removes_from_the_proposal_stays_away(self):
        order = self._create_shipped_order((self.product, 10), (self.tape, 3))
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        form.subject = "Only the tape is wrong"
        form.line_ids.remove(0)
        with form.line_ids.edit(0) as line:
            line.quantity = 1
        complaint = form.save()
        self.assertEqual(complaint.line_ids.mapped(lambda line: (line.product_id, line.quantity)), [(self.tape, 1)])

    def test_an_order_of_another_company_is_filed_there(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        self.env["quality.complaint.type"].search([("company_id", "=", False)]).active = False
        self.complaint_type.copy({"company_id": other_company.id, "team_id": False, "sequence": 0})
        self.rep.company_ids += other_company
        order = self._create_shipped_order()
        form = Form(
            self.env["quality.complaint"].with_user(self.rep).with_context(
                allowed_company_ids=[other_company.id, self.company.id],
                **order.with_user(self.rep).action_file_complaint()["context"],
            ),
        )
        form.subject = "Rust"
        complaint = form.save()
        self.assertEqual((complaint.company_id, complaint.type_id), (self.company, self.complaint_type))

    # ------------------------------------------------------------ order lines
    def test_one_order_line_brings_only_itself(self):
        order = self._create_shipped_order((self.product, 10), (self.tape, 3))
        action = order.order_line[1].with_user(self.rep).action_file_complaint()
        form = self._open_action(self.rep, action)
        self.assertEqual([(line.product_id, line.quantity) for line in self._get_lines(form)], [(self.tape, 3)])
        self.assertEqual(form.sale_order_id, order)

    def test_several_lines_of_one_order_become_one_complaint(self):
        third = self._create_product("Hammer")
        order = self._create_shipped_order((self.product, 10), (self.tape, 3), (third, 1))
        form = self._open_action(self.rep, order.order_line[1:].with_user(self.rep).action_file_complaint())
        self.assertEqual([line.product_id for line in self._get_lines(form)], [self.tape, third])

    def test_lines_of_two_orders_of_one_customer_name_no_order(self):
        orders = self._create_shipped_order() | self._create_shipped_order((self.tape, 3))
        form = self._open_action(self.rep, orders.order_line.with_user(self.rep).action_file_complaint())
        self.assertEqual((form.partner_id, form.sale_order_id, form.picking_id.id), (self.customer, self.env["sale.order"], False))
        form.subject = "Both are late"
        complaint = form.save()
        self.assertEqual(complaint.line_ids.sale_line_id, orders.order_line)

    def test_lines_of_two_customers_are_refused_by_name(self):
        orders = self._create_shipped_order() | self._create_shipped_order(customer=self.other_customer)
        with self.assertRefused("Blue Workshop", "Green Garage"):
            orders.order_line.with_user(self.rep).action_file_complaint()

    def test_lines_of_two_companies_are_refused_by_name(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        order = self._create_shipped_order()
        service = self._create_product("Advice", type="service", is_storable=False)
        other_order = self.env["sale.order"].with_company(other_company).create({
            "partner_id": self.customer.id, "company_id": other_company.id, "user_id": self.rep.id,
            "order_line": [(0, 0, {"product_id": service.id, "product_uom_qty": 1})],
        })
        other_order.action_confirm()
        other_order.order_line.qty_delivered = 1
        self.rep.company_ids += other_company
        with self.assertRefused("Sunrise Tools", "Moonlight Tools"):
            (order | other_order).order_line.with_user(self.rep).with_context(
                allowed_company_ids=[self.company.id, other_company.id],
            ).action_file_complaint()

    # ------------------------------------------------------------ delivery
    def test_a_delivery_brings_its_order_and_products(self):
        order = self._create_order((self.product, 10), (self.tape, 3))
        picking = self._deliver(order, {self.product: 4})
        form = self._open_action(self.stock_user, picking.with_user(self.stock_user).action_file_complaint())
        self.assertEqual((form.partner_id, form.sale_order_id, form.picking_id), (self.customer, order, picking))
        self.assertEqual([(line.product_id, line.quantity) for line in self._get_lines(form)], [(self.product, 4)])

    def test_a_delivery_without_order_is_about_whom_it_went_to(self):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        picking = self.env["stock.picking"].with_company(self.company).create({
            "picking_type_id": warehouse.out_type_id.id, "partner_id": self.contact.id,
            "location_id": warehouse.lot_stock_id.id, "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            "move_ids": [(0, 0, {
                "product_id": self.product.id, "product_uom_qty": 2, "product_uom": self.product.uom_id.id,
                "location_id": warehouse.lot_stock_id.id, "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            })],
        })
        picking.action_confirm()
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.button_validate()
        form = self._open_action(self.stock_user, picking.with_user(self.stock_user).action_file_complaint())
        self.assertEqual((form.partner_id, form.contact_id, form.picking_id), (self.customer, self.contact, picking))
        form.subject = "A sample that is broken"
        complaint = form.save()
        self.assertEqual((complaint.sale_order_id.id, complaint.line_ids.quantity_shipped), (False, 2))

    def test_a_delivery_to_nobody_is_refused_by_its_name(self):
        picking = self._create_shipped_order().picking_ids
        picking.move_ids.sale_line_id = False
        picking.write({"partner_id": False, "sale_id": False})
        with self.assertRefused(picking.name):
            picking.with_user(self.stock_user).action_file_complaint()

    # ------------------------------------------------------------ lot
    def test_a_lot_of_one_customer_brings_all_his_deliveries_of_it(self):
        first, second = self._ship_saws(lot_a=2, lot_b=5), self._ship_saws(lot_a=3)
        form = self._open_action(self.stock_user, self.lot_a.with_user(self.stock_user).action_file_complaint())
        self.assertEqual(form.partner_id, self.customer)
        self.assertEqual(
            [(line.move_id, line.lot_id, line.quantity) for line in self._get_lines(form)],
            [(first.move_ids, self.lot_a, 2), (second.move_ids, self.lot_a, 3)],
        )

    def test_a_lot_of_several_customers_asks_which_delivery(self):
        mine, others = self._ship_saws(lot_a=2), self._ship_saws(self.other_customer, lot_a=4, lot_b=1)
        lot = self.lot_a.with_user(self.stock_user)
        before = self._get_register()
        action = lot.action_file_complaint()
        self.assertEqual(self._get_register(), before)
        rows = self.env[action["res_model"]].with_user(self.stock_user).search(action["domain"])
        self.assertEqual(rows, (mine | others).move_line_ids.filtered(lambda moved: moved.lot_id == self.lot_a))
        row = rows.filtered(lambda moved: moved.picking_id == others)
        form = self._open_action(self.stock_user, row.action_file_complaint())
        self.assertEqual((form.partner_id, form.picking_id), (self.other_customer, others))
        self.assertEqual([(line.lot_id, line.quantity) for line in self._get_lines(form)], [(self.lot_a, 4)])

    def test_a_lot_that_came_back_is_still_about_its_delivery(self):
        picking = self._ship_saws(lot_a=2)
        self._return(picking)
        form = self._open_action(self.stock_user, self.lot_a.with_user(self.stock_user).action_file_complaint())
        self.assertEqual([(line.move_id, line.quantity) for line in self._get_lines(form)], [(picking.move_ids, 2)])

    def test_a_lot_that_never_left_is_refused(self):
        self._ship_saws(lot_b=1)
        with self.assertRefused("Nothing of this was delivered"):
            self.lot_a.with_user(self.stock_user).action_file_complaint()

    # ------------------------------------------------------------ move line
    def test_a_moved_lot_brings_only_that_lot(self):
        picking = self._ship_saws(lot_a=2, lot_b=5)
        moved = picking.move_line_ids.filtered(lambda moved: moved.lot_id == self.lot_b).with_user(self.stock_user)
        form = self._open_action(self.stock_user, moved.action_file_complaint())
        self.assertEqual([(line.lot_id, line.quantity) for line in self._get_lines(form)], [(self.lot_b, 5)])
        self.assertEqual((form.picking_id, form.partner_id), (picking, self.customer))
