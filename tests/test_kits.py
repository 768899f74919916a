"""Kits are sold as one product and delivered as their components. Only sale_mrp knows them."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.quality_complaint.tests.common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestKits(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handle, cls.blade = cls._create_product("Handle"), cls._create_product("Blade", tracking="lot")
        cls.lot_a, cls.lot_b = cls._create_lot("A-1", cls.blade), cls._create_lot("B-2", cls.blade)
        cls.kit = cls._create_product("Screwdriver kit", is_storable=False, warranty_duration=24)
        cls.env["mrp.bom"].create({
            "product_tmpl_id": cls.kit.product_tmpl_id.id, "type": "phantom", "company_id": cls.company.id,
            "bom_line_ids": [
                Command.create({"product_id": cls.handle.id, "product_qty": 1}),
                Command.create({"product_id": cls.blade.id, "product_qty": 3}),
            ],
        })

    def _deliver_kits(self, order, number, lots=None):
        quantities = {self.handle: number, self.blade: 3 * number}
        return self._deliver(order, quantities, lots={self.blade: lots or {self.lot_a: 3 * number}})

    def _open(self, source, user=None):
        form = self._open_action(user or self.rep, source.with_user(user or self.rep).action_file_complaint())
        form.subject = "Blunt"
        return form

    def _get_lines(self, form):
        lines = [form.line_ids.edit(index) for index in range(len(form.line_ids))]
        return [(line.product_id, line.lot_id, line.quantity, line.quantity_shipped) for line in lines]

    def test_an_order_brings_a_kit_as_one_line(self):
        no_lot = self.env["stock.lot"]
        with self.at("2026-01-05 12:00:00"):
            order = self._create_order((self.kit, 4), (self.product, 2))
            self._deliver(order, {self.handle: 4, self.product: 2}, lots={self.blade: {self.lot_a: 12}})
        with self.at("2026-01-10 12:00:00"):
            form = self._open(order)
            self.assertEqual(self._get_lines(form), [(self.kit, no_lot, 4, 4), (self.product, no_lot, 2, 2)])
            line = form.save().line_ids[0]
        self.assertEqual((str(line.delivery_date), line.days_since_delivery), ("2026-01-05", 5))
        self.assertEqual((line.warranty_state, str(line.warranty_end_date)), ("in", "2028-01-05"))

    def test_its_delivery_brings_the_components(self):
        order = self._create_order((self.kit, 4))
        picking = self._deliver_kits(order, 4, {self.lot_a: 5, self.lot_b: 7})
        form = self._open(picking, self.stock_user)
        self.assertEqual(self._get_lines(form), [
            (self.handle, self.env["stock.lot"], 4, 4), (self.blade, self.lot_a, 5, 5), (self.blade, self.lot_b, 7, 7),
        ])
        complaint = form.save()
        self.assertEqual((complaint.sale_order_id, complaint.picking_id), (order, picking))
        self.assertEqual(complaint.line_ids.sale_line_id, order.order_line)

    def test_a_kit_counts_as_far_as_it_is_complete(self):
        order = self._create_order((self.kit, 4))
        self._deliver(order, {self.handle: 4}, lots={self.blade: {self.lot_a: 3}})
        form = self._open(order)
        self.assertEqual(self._get_lines(form), [(self.kit, self.env["stock.lot"], 1, 1)])
        with form.line_ids.edit(0) as line:
            line.quantity = 2
        with self.assertRefused("Screwdriver kit: 2", "only 1"):
            form.save()

    def test_a_component_is_limited_by_its_own_delivery(self):
        order = self._create_order((self.kit, 4))
        picking = self._deliver_kits(order, 4)
        form = self._open(picking, self.stock_user)
        with form.line_ids.edit(1) as line:
            line.quantity = 13
        with self.assertRefused("Blade", "13", "only 12"):
            form.save()

    def test_a_lot_of_a_component_is_found_in_the_kit(self):
        order = self._create_order((self.kit, 4))
        self._deliver_kits(order, 4, {self.lot_a: 5, self.lot_b: 7})
        form = self._open(self.lot_b, self.stock_user)
        self.assertEqual((form.partner_id, form.sale_order_id), (self.customer, order))
        self.assertEqual(self._get_lines(form), [(self.blade, self.lot_b, 7, 7)])

    def test_adding_the_delivered_goods_twice_adds_a_kit_once(self):
        order = self._create_order((self.kit, 4), (self.product, 2))
        self._deliver(order, {self.handle: 4, self.product: 2}, lots={self.blade: {self.lot_a: 12}})
        complaint = self._create_complaint(sale_order_id=order.id, line_ids=[])
        complaint.action_add_delivered()
        complaint.action_add_delivered()
        self.assertEqual(complaint.line_ids.mapped(lambda line: (line.product_id, line.quantity)), [
            (self.kit, 4), (self.product, 2),
        ])

    def test_a_kit_and_a_product_of_one_delivery_are_added_as_they_were_filed(self):
        order = self._create_order((self.kit, 4), (self.product, 2))
        picking = self._deliver(order, {self.handle: 4, self.product: 2}, lots={self.blade: {self.lot_a: 12}})
        by_order = self._open(order).save()
        self.assertEqual(by_order.picking_id, picking)
        by_delivery = self._open(picking, self.stock_user).save()
        for complaint in (by_order, by_delivery):
            before = complaint.line_ids
            complaint.action_add_delivered()
            self.assertEqual(complaint.line_ids, before, "nothing is missing, as kit or as components")

    def test_components_that_came_back_were_delivered_all_the_same(self):
        order = self._create_order((self.kit, 4))
        picking = self._deliver_kits(order, 4)
        complaint = self._open(order).save()
        self._return(picking)
        self.assertEqual(self._get_lines(self._open(picking, self.stock_user)), [
            (self.handle, self.env["stock.lot"], 4, 4), (self.blade, self.lot_a, 12, 12),
        ])
        # core counts only the kits that the customer still has: what is recorded stays nevertheless
        complaint.line_ids.defect = "Blunt blades"
        self.assertEqual(complaint.line_ids.quantity, 4)
