"""A complaint with a line, two demands and all its milestones is recorded no slower than core records a repair order."""

from measure import compare, report, timed, undone

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.quality_complaint.tests.common import ComplaintCommon

QUERIES_PER_COMPLAINT = 4
# how many: (times measured, how many times as long as core); to plan the deadlines and their alerts costs one complaint as
# much as a hundred
BOUNDS = {1: (15, 2), 100: (5, 1), 1000: (1, 1)}


@tagged("post_install", "-at_install")
class BenchCreate(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_product("Blade")
        cls.delivered = cls._deliver(cls._create_order((cls.product, 1000))).move_ids

    def _file(self, number):
        complaints = self.env["quality.complaint"].with_user(self.rep).with_company(self.company).create([
            {
                "subject": f"Rust {index}", "partner_id": self.customer.id, "contact_id": self.contact.id,
                "type_id": self.complaint_type.id, "sales_manager_id": self.sales_manager.id,
                "line_ids": [Command.create({"product_id": self.product.id, "quantity": 1, "move_id": self.delivered.id})],
                "demand_ids": [Command.create({"name": "Replace it"}), Command.create({"name": "Say why"})],
            }
            for index in range(number)
        ])
        self.assertGreaterEqual(len(complaints.milestone_ids), 4 * number)

    def _order_repairs(self, number):
        self.env["repair.order"].with_user(self.stock_user).with_company(self.company).create([
            {
                "product_id": self.product.id, "partner_id": self.customer.id, "company_id": self.company.id,
                "move_ids": [Command.create({"repair_line_type": "add", "product_id": self.part.id, "product_uom_qty": 1})],
            }
            for _index in range(number)
        ])

    def test_recording_is_no_slower_than_cores_repair_orders(self):
        for number, (rounds, bound) in BOUNDS.items():
            with self.subTest(number), undone(self.env):
                ratio, filed, ordered = compare(
                    self.env, lambda: self._file(number), lambda: self._order_repairs(number), rounds,
                )
                report(f"record {number} complaints / {number} of core's repair orders", filed, ordered, ratio)
                self.assertLessEqual(ratio, bound)

    def test_a_complaint_more_costs_few_queries(self):
        with undone(self.env):
            self._file(1)
            few, many = (timed(self.env, lambda: self._file(number))[1] for number in (100, 1000))
        report("queries to record 1000 complaints / 100", many, few, many / few)
        self.assertLessEqual((many - few) / 900, QUERIES_PER_COMPLAINT)
