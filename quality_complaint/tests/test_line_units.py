from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestLineUnits(ComplaintCommon):
    """Sold in one unit, delivered in another, complained about in a third."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep.group_ids += cls.env.ref("uom.group_uom")
        cls.unit, cls.dozen = cls.env.ref("uom.product_uom_unit"), cls.env.ref("uom.product_uom_dozen")
        cls.dozen.active = True  # core ships it archived
        cls.product.uom_ids = cls.dozen

    def _open_for(self, product, unit, quantity):
        order = self._create_shipped_order({
            "product_id": product.id, "product_uom_id": unit.id, "product_uom_qty": quantity,
        })
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        form.subject = "Rust"
        return form

    def _get_line(self, form):
        line = form.line_ids.edit(0)
        return line.product_uom_id, line.quantity, line.quantity_shipped

    def test_a_part_of_a_dozen_is_no_more_than_was_delivered(self):
        order = self._create_shipped_order((self.product, 1))
        values = {"product_id": self.product.id, "sale_line_id": order.order_line.id, "product_uom_id": self.dozen.id}
        self._create_complaint(line_ids=[Command.create({**values, "quantity": 0.08})])
        with self.assertRefused("0.09 Dozens", error=ValidationError):
            self._create_complaint(line_ids=[Command.create({**values, "quantity": 0.09})])

    def test_sold_in_dozens_is_proposed_as_it_was_delivered(self):
        self.assertEqual(self._get_line(self._open_for(self.product, self.dozen, 2)), (self.unit, 24, 24))
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        self.assertEqual(self._get_line(self._open_for(self.product, self.dozen, 2)), (self.dozen, 2, 2))

    def test_sold_in_dozens_and_complained_about_in_units(self):
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        form = self._open_for(self.product, self.dozen, 2)
        with form.line_ids.edit(0) as line:
            line.product_uom_id = self.unit
            self.assertEqual(line.quantity_shipped, 24)
            line.quantity = 25
        with self.assertRefused("25 Units", "only 24 Units", error=ValidationError):
            form.save()
        with form.line_ids.edit(0) as line:
            line.quantity = 24
        self.assertEqual(form.save().line_ids.quantity, 24)

    def test_sold_in_units_and_complained_about_in_dozens(self):
        form = self._open_for(self.product, self.unit, 30)
        with form.line_ids.edit(0) as line:
            line.product_uom_id = self.dozen
            self.assertEqual(line.quantity_shipped, 2.5)
            line.quantity = 2.6
        with self.assertRefused("2.6 Dozens", "only 2.5 Dozens", error=ValidationError):
            form.save()
        with form.line_ids.edit(0) as line:
            line.quantity = 2.5
        self.assertEqual(form.save().line_ids.quantity, 2.5)

    def test_lines_in_different_units_are_added_up(self):
        complaint = self._open_for(self.product, self.unit, 30).save()
        line = complaint.line_ids
        line.quantity = 6
        line.copy({"complaint_id": complaint.id, "product_uom_id": self.dozen.id, "quantity": 2})
        with self.assertRefused("Screwdriver set: 31 Units", "only 30 Units", error=ValidationError):
            line.quantity = 7

    def test_a_service_is_counted_in_the_unit_it_was_sold_in(self):
        hour, day = self.env.ref("uom.product_uom_hour"), self.env.ref("uom.product_uom_day")
        service = self._create_product(
            "Sharpening", type="service", is_storable=False, uom_id=hour.id, uom_ids=[Command.set(day.ids)],
        )
        order = self._create_order({"product_id": service.id, "product_uom_id": day.id, "product_uom_qty": 3})
        order.order_line.qty_delivered = 2
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        self.assertEqual(self._get_line(form), (day, 2, 2))
        form.subject = "Not sharp"
        with form.line_ids.edit(0) as line:
            line.product_uom_id = hour
            line.quantity = 17
        with self.assertRefused("Sharpening: 17 Hours", "only 16 Hours", error=ValidationError):
            form.save()

    def test_only_units_of_the_product_are_offered(self):
        form = self._open_for(self.product, self.unit, 1)
        allowed = form.line_ids.edit(0).allowed_uom_ids
        self.assertEqual(allowed[:], self.unit | self.dozen)

    def test_lots_are_counted_in_the_unit_of_the_line(self):
        saw = self._create_product("Saw", tracking="lot", uom_ids=[Command.set(self.dozen.ids)])
        lot = self._create_lot("A-1", saw)
        order = self._create_order((saw, 36))
        self._deliver(order, lots={saw: {lot: 36}})
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        with form.line_ids.edit(0) as line:
            line.product_uom_id = self.dozen
            self.assertEqual((line.lot_id, line.quantity_shipped), (lot, 3))
