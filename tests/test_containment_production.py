"""Where else a lot is, through production: what it was made into is followed. Only mrp makes something out of it."""

from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.quality_complaint.tests.containment_common import ContainmentCommon


@tagged("post_install", "-at_install")
class TestContainmentProduction(ContainmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls._new_user("planner", "mrp.group_mrp_manager,stock.group_stock_manager")
        cls.motor = cls._create_product("Motor", tracking="lot")
        cls.screw = cls._create_product("Screw")
        cls._add_stock(cls.screw, 1000)
        cls.drill = cls._create_product("Drill", tracking="lot")
        cls.motor_lot = cls._create_lot("M-1", cls.motor)
        cls._create_bom(cls.drill, {cls.motor: 2, cls.screw: 4})

    @classmethod
    def _create_bom(cls, product, components):
        return cls.env["mrp.bom"].create({
            "product_tmpl_id": product.product_tmpl_id.id, "company_id": cls.company.id,
            "bom_line_ids": [Command.create({"product_id": part.id, "product_qty": each}) for part, each in components.items()],
        })

    def _make(self, product, quantity, lot_name, lots=None):
        """Make that much of the product as that lot, a new one if it is not there yet, out of ``{component: lot}``."""
        env = self.env(user=self.planner)
        with Form(env["mrp.production"].with_company(self.company)) as form:
            form.product_id = product
            form.product_qty = quantity
        production = form.save()
        production.action_confirm()
        if lot_name:
            named = {"name": lot_name, "product_id": product.id, "company_id": self.company.id}
            present = env["stock.lot"].search([(field, "=", value) for field, value in named.items()])
            production.lot_producing_ids = present or env["stock.lot"].create(named)
        production.qty_producing = quantity
        production._set_qty_producing()
        for move in production.move_raw_ids:
            lot = (lots or {}).get(move.product_id)
            if lot:
                move.move_line_ids.unlink()
                move.move_line_ids = [Command.create({
                    "product_id": move.product_id.id, "lot_id": lot.id, "quantity": move.product_uom_qty,
                    "location_id": move.location_id.id, "location_dest_id": move.location_dest_id.id, "product_uom_id": move.product_uom.id,
                })]
            move.picked = True
        production.button_mark_done()
        self.assertEqual(production.state, "done")
        return production.with_env(self.env)

    def _complain_about(self, lot):
        return self._create_complaint(line_ids=[
            Command.create({"product_id": lot.product_id.id, "lot_id": lot.id, "quantity": 1, "defect": "Burns out"}),
        ])

    def test_customers_of_what_was_made_with_the_lot_are_listed_with_the_way(self):
        drills = self._make(self.drill, 10, "D-1", {self.motor: self.motor_lot}).lot_producing_ids
        self._ship(self.green, 6, drills)
        self._return(self._ship(self.red, 3, drills), 1)
        self._ship(self.customer, 5, self.motor_lot)  # motors as spare parts
        containment = self._open(self._complain_about(self.motor_lot))
        self.assertEqual(self._get_customers(containment), {
            self.green: (6, 0, 6), self.red: (3, 1, 2), self.customer: (5, 0, 5),
        })
        lines = containment.customer_line_ids.grouped("partner_id")
        self.assertEqual(lines[self.green].path, "M-1 › used in lot D-1 of Drill")
        self.assertEqual((lines[self.green].lot_id, lines[self.green].root_lot_id), (drills, self.motor_lot))
        self.assertFalse(lines[self.customer].path)
        self.assertEqual({line.lot_id: line.quantity for line in containment.stock_line_ids}, {self.motor_lot: 75, drills: 2})
        self.assertTrue(containment.has_path)
        self.assertIn("2 other customers still have 8 Units of Drill", containment.summary)

    def test_a_finished_product_is_complained_about_at_the_customer_with_what_was_found_in_it(self):
        drills = self._make(self.drill, 10, "D-1", {self.motor: self.motor_lot}).lot_producing_ids
        picking = self._ship(self.green, 6, drills)
        complaint = self._complain_about(self.motor_lot)
        containment = self._open(complaint)
        containment.action_file()
        line = complaint.child_ids.line_ids
        self.assertEqual((line.product_id, line.lot_id, line.quantity, line.move_id), (self.drill, drills, 6, picking.move_ids))
        self.assertEqual(line.defect, "Burns out")
        self.assertIn("used in lot D-1 of Drill", complaint.child_ids.description)
        containment.action_block_stock()
        self.assertEqual(complaint.capa_ids.lot_id, self.motor_lot | drills)
        self.assertEqual((complaint.with_user(self.handler).same_lot_filed_count, complaint.with_user(self.handler).same_lot_count), (1, 1))

    def test_several_steps_of_production_are_followed(self):
        kit = self._create_product("Tool box", tracking="lot")
        self._create_bom(kit, {self.drill: 1})
        drills = self._make(self.drill, 10, "D-1", {self.motor: self.motor_lot}).lot_producing_ids
        boxes = self._make(kit, 4, "B-1", {self.drill: drills}).lot_producing_ids
        self._ship(self.green, 3, boxes)
        self._ship(self.green, 2, drills)
        containment = self._open(self._complain_about(self.motor_lot))
        self.assertEqual({(line.lot_id, line.path, line.quantity) for line in containment.customer_line_ids}, {
            (boxes, "M-1 › used in lot D-1 of Drill › used in lot B-1 of Tool box", 3), (drills, "M-1 › used in lot D-1 of Drill", 2),
        })
        containment.action_file()
        self.assertEqual(len(containment.complaint_id.child_ids.line_ids), 2, "one complaint with both")

    def test_another_lot_of_the_component_is_left_out(self):
        other_lot = self._create_lot("M-2", self.motor)
        clean = self._make(self.drill, 5, "D-2", {self.motor: other_lot}).lot_producing_ids
        self._ship(self.red, 5, clean)
        containment = self._open(self._complain_about(self.motor_lot))
        self.assertFalse(containment.customer_line_ids)
        self.assertIn("Lot M-1 has not left.", containment.summary)

    def test_a_circle_of_rework_comes_to_an_end(self):
        drills = self._make(self.drill, 10, "D-1", {self.motor: self.motor_lot}).lot_producing_ids
        rework = self._create_product("Reworked motor", tracking="lot")
        self._create_bom(rework, {self.drill: 1})
        reworked = self._make(rework, 5, "R-1", {self.drill: drills}).lot_producing_ids
        (self.drill | rework).bom_ids.active = False  # core refuses a circle of them that are in use
        self._create_bom(self.motor, {rework: 1})
        self._make(self.motor, 3, "M-1", {rework: reworked})
        self._ship(self.green, 2, drills)
        self._ship(self.red, 1, reworked)
        containment = self._open(self._complain_about(self.motor_lot))
        self.assertEqual(self._get_customers(containment), {self.green: (2, 0, 2), self.red: (1, 0, 1)})

    def test_parts_of_what_was_taken_apart_never_touched_the_lot(self):
        gear = self._create_product("Gear", tracking="lot")
        gear_lot = self._create_lot("G-1", gear)
        saw = self._create_product("Chain saw", tracking="lot")
        self._create_bom(saw, {self.motor: 1, gear: 1})
        production = self._make(saw, 4, "C-1", {self.motor: self.motor_lot, gear: gear_lot})
        self._ship(self.red, 20, gear_lot)
        self._ship(self.green, 1, production.lot_producing_ids)
        with Form(self.env(user=self.planner)["mrp.unbuild"].with_company(self.company)) as form:
            form.mo_id = production.with_user(self.planner)
            form.lot_id = production.lot_producing_ids
            form.product_qty = 2
        form.save().action_unbuild()
        containment = self._open(self._complain_about(self.motor_lot))
        self.assertEqual(self._get_customers(containment), {self.green: (1, 0, 1)})
        self.assertEqual({line.lot_id: line.quantity for line in containment.stock_line_ids}, {
            self.motor_lot: 98, production.lot_producing_ids: 1,
        })
        self.assertFalse(containment.untraced_line_ids)

    def test_products_without_lots_end_the_way_and_are_named(self):
        toy = self._create_product("Toy")
        self._create_bom(toy, {self.motor: 1})
        self._make(toy, 7, None, {self.motor: self.motor_lot})
        containment = self._open(self._complain_about(self.motor_lot))
        line = containment.untraced_line_ids
        self.assertEqual((line.used_in_id, line.quantity, line.lot_id), (toy, 7, self.motor_lot))
        self.assertIn("7 Units of Motor went into products that carry no lot", containment.summary)

    def test_serial_numbers_made_with_the_lot_are_one_complaint_for_each_customer(self):
        pump = self._create_product("Pump", tracking="serial")
        self._create_bom(pump, {self.motor: 1})
        serials = [self._make(pump, 1, f"P-{number}", {self.motor: self.motor_lot}).lot_producing_ids for number in range(3)]
        for serial, customer in zip(serials, (self.green, self.green, self.red), strict=True):
            self._ship(customer, 1, serial)
        complaint = self._complain_about(self.motor_lot)
        self._open(complaint).action_file()
        self.assertEqual(
            {(child.partner_id, tuple(child.line_ids.lot_id.mapped("name"))) for child in complaint.child_ids},
            {(self.green, ("P-0", "P-1")), (self.red, ("P-2",))},
        )

    def test_a_by_product_counts_nothing_twice(self):
        """What is made with the lot has one, so it is followed; the shavings beside it are no end of the way."""
        shavings, dust = self._create_product("Shavings"), self._create_product("Dust")
        self.env["res.config.settings"].create({"group_mrp_byproducts": True}).execute()
        bom = self.drill.bom_ids
        bom.byproduct_ids = [Command.create({"product_id": product.id, "product_qty": 1}) for product in (shavings, dust)]
        drills = self._make(self.drill, 10, "D-1", {self.motor: self.motor_lot}).lot_producing_ids
        self._ship(self.green, 6, drills)
        containment = self._open(self._complain_about(self.motor_lot))
        self.assertEqual(self._get_customers(containment), {self.green: (6, 0, 6)})
        self.assertFalse(containment.untraced_line_ids)
        self.assertNotIn("carry no lot", containment.summary)

    def test_what_went_into_a_product_without_lots_is_counted_once_at_that_product(self):
        toy, shavings = self._create_product("Toy"), self._create_product("Shavings")
        self._create_bom(toy, {self.motor: 1}).byproduct_ids = [Command.create({"product_id": shavings.id, "product_qty": 1})]
        self._make(toy, 7, None, {self.motor: self.motor_lot})
        containment = self._open(self._complain_about(self.motor_lot))
        self.assertEqual(containment.untraced_line_ids.mapped(lambda line: (line.used_in_id, line.quantity)), [(toy, 7)])
