from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnWarranty(ReturnCommon):
    """Each line knows by itself whether it is in warranty; who decides the return may decide otherwise, with a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.warranty_duration = 12
        cls.short = cls._create_product("Battery", warranty_duration=1)
        for product in (cls.product, cls.short):
            cls._add_stock(product, 100)
        with cls.at(cls, "2026-01-15 10:00:00"):
            order = cls._create_order((cls.product, 10), (cls.short, 10))
            picking = cls._deliver(order)
            picking.move_ids.date = "2026-01-15 10:00:00"
        cls.env.flush_all()

    def _create(self, requested="2026-06-01 10:00:00"):
        with self.at(requested):
            return self._create_return(line_ids=[self._get_line(), self._get_line(self.short)], date_requested=requested)

    def test_it_is_decided_for_each_line_by_its_own_terms(self):
        order = self._create()
        self.assertEqual(order.line_ids.mapped("warranty_state"), ["in", "out"])
        self.assertEqual([str(day) for day in order.line_ids.mapped("warranty_end_date")], ["2027-01-15", "2026-02-15"])

    def test_the_last_day_is_inside(self):
        self.assertEqual(self._create("2026-02-15 10:00:00").line_ids[1].warranty_state, "in")
        self.assertEqual(self._create("2026-02-16 10:00:00").line_ids[1].warranty_state, "out")

    def test_the_leader_decides_otherwise_and_it_is_told_with_the_reason(self):
        order = self._create()
        line = order.line_ids[1].with_user(self.quality_manager)
        line.write({"warranty_override": "in", "warranty_override_reason": "Known fault of this batch"})
        self.assertEqual((line.warranty_state, line.warranty_rule), ("in", "by hand: Known fault of this batch"))
        self.assertEqual(order.line_ids[0].warranty_state, "in")
        self.assertIn("Battery: warranty decided by hand: In Warranty. Known fault of this batch", order.message_ids[0].body)
        line.write({"warranty_override": False, "warranty_override_reason": False})
        self.assertEqual(line.warranty_state, "out")
        self.assertIn("Battery: warranty by its terms again", order.message_ids[0].body)

    def test_a_decision_by_hand_takes_a_reason(self):
        line = self._create().line_ids[1].with_user(self.quality_manager)
        for reason in (False, "", "  "):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                line.write({"warranty_override": "in", "warranty_override_reason": reason})
                line.flush_recordset()

    def test_the_representative_does_not_decide_it(self):
        order = self._create()
        self.assertFalse(order.line_ids[0].with_user(self.rep).can_override)
        with self.assertRaisesRegex(AccessError, "by the leader of the responsible team"):
            order.line_ids[1].write({"warranty_override": "in", "warranty_override_reason": "Good customer"})
        with self.assertRaises(AccessError):
            self._create_return(line_ids=[self._get_line(warranty_override="in", warranty_override_reason="Good customer")])

    def test_foreign_goods_have_no_known_delivery(self):
        foreign = self._create_product("Rotor", warranty_duration=12)
        self.assertEqual(self._create_return(line_ids=[self._get_line(foreign)]).line_ids.warranty_state, "unknown")
