from lxml import etree

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ComplaintCommon

FEW, MANY = 5, 25


@tagged("post_install", "-at_install")
class TestBatch(ComplaintCommon):
    """What is done to many complaints at once asks the database hardly more often than what is done to a few."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.tracking = "lot"
        cls.env["quality.deadline.policy"].create({
            "name": "In Calendar Days", "type_id": cls.complaint_type.id, "company_id": cls.company.id,
            "line_ids": [
                Command.create({"step": step, "owner_role": role, "duration": days, "duration_unit": "calendar_day"})
                for step, role, days in (("review", "leader", 1), ("propose", "handler", 3), ("resolve", "handler", 5))
            ],
        })
        numbers = range(1 + FEW + MANY)  # one to warm up
        cls.customers = cls.env["res.partner"].create([{"name": f"Workshop {number}", "is_company": True} for number in numbers])
        lots = cls.env["stock.lot"].create([
            {"name": f"LOT-{number}", "product_id": cls.product.id, "company_id": cls.company.id} for number in numbers
        ])
        for lot in lots:
            cls._add_stock(cls.product, 10, lot)
        cls.orders = cls.env["sale.order"].with_company(cls.company).create([
            {
                "partner_id": customer.id, "user_id": cls.rep.id,
                "order_line": [Command.create({"product_id": cls.product.id, "product_uom_qty": 10})],
            }
            for customer in cls.customers
        ])
        cls.orders.action_confirm()
        cls.orders.picking_ids.move_ids.picked = True
        cls.orders.picking_ids.button_validate()
        cls.lots = cls.orders.order_line.move_ids.move_line_ids.lot_id

    def _prepare_values(self, order, lot, **line):
        return {
            "subject": f"Rust on {lot.name}", "partner_id": order.partner_id.id, "type_id": self.complaint_type.id,
            "sales_manager_id": self.sales_manager.id,
            "demand_ids": [Command.create({"name": "Replace them"}), Command.create({"name": "Say why"})],
            "line_ids": [Command.create({"product_id": self.product.id, "quantity": 2, **line})],
        }

    def _file_all(self, state="draft"):
        """A complaint about each order, in that state."""
        complaints = self.env["quality.complaint"].with_user(self.rep).with_company(self.company).create([
            {**self._prepare_values(order, lot), "sale_order_id": order.id, "picking_id": order.picking_ids.id}
            for order, lot in zip(self.orders, self.lots, strict=True)
        ])
        return self._move_to(complaints, state)

    def _count_queries(self, act, argument):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        act(argument)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assertQueriesPerRecord(self, limit, act, records):
        """Each record more costs at most so many queries more.

        :param act: called with one, with a few and with many of the records, each of them once
        """
        self._count_queries(act, records[:1])
        few = self._count_queries(act, records[1:1 + FEW])
        many = self._count_queries(act, records[1 + FEW:])
        self.assertLessEqual((many - few) / (MANY - FEW), limit, f"{FEW} records: {few} queries, {MANY} records: {many}")

    # ------------------------------------------------------------ recording
    def test_recording_many_about_what_was_delivered(self):
        def file(orders):
            lots = orders.order_line.move_ids.move_line_ids.lot_id
            complaints = self.env["quality.complaint"].with_user(self.rep).with_company(self.company).create([
                self._prepare_values(
                    order, lot, lot_id=lot.id, sale_line_id=order.order_line.id, move_id=order.order_line.move_ids.id,
                )
                for order, lot in zip(orders, lots, strict=True)
            ])
            self.assertEqual(len(complaints.milestone_ids), 3 * len(orders))

        self.assertQueriesPerRecord(1, file, self.orders)

    def test_recording_many_whose_lot_is_known(self):
        def file(lots):
            orders = lots.env["stock.move.line"].search([("lot_id", "in", lots.ids), ("picking_id.sale_id", "!=", False)]).picking_id.sale_id
            complaints = self.env["quality.complaint"].with_user(self.rep).with_company(self.company).create([
                self._prepare_values(order, lot, lot_id=lot.id) for order, lot in zip(orders, lots, strict=True)
            ])
            self.assertTrue(all(complaints.line_ids.mapped("delivery_date")))

        self.assertQueriesPerRecord(1, file, self.lots)

    def test_recording_many_that_name_their_order(self):
        def file(orders):
            complaints = self.env["quality.complaint"].with_user(self.rep).with_company(self.company).create([
                {**self._prepare_values(order, self.lots[0]), "sale_order_id": order.id} for order in orders
            ])
            self.assertEqual(complaints.line_ids.sale_line_id, orders.order_line)

        self.assertQueriesPerRecord(1, file, self.orders)

    # ------------------------------------------------------------ moving
    def test_classifying_many_anew(self):
        complaints = self._file_all()
        self.assertQueriesPerRecord(1, lambda some: some.write({"urgency": "urgent"}), complaints)

    def test_submitting_many(self):
        # the rest is core's: its message to the one who has to review
        self.assertQueriesPerRecord(15, lambda some: some.action_submit(), self._file_all())

    def test_approving_many(self):
        complaints = self._file_all("review").with_user(self.quality_manager)
        complaints.write({"validity": "upheld", "severity": "major", "handler_id": self.handler.id})
        # the rest is core's: its message that there is an activity, and ours by e-mail and in Discuss
        self.assertQueriesPerRecord(50, lambda some: some.action_approve(), complaints)

    def test_cancelling_many(self):
        self.assertQueriesPerRecord(1, self._cancel, self._file_all())

    # ------------------------------------------------------------ looking
    def _read_view(self, view_type, complaints):
        """What the web client asks for to show them."""
        arch = etree.fromstring(complaints.get_view(view_type=view_type)["arch"])
        specification = {
            name: {"fields": {"display_name": {}}} if complaints._fields[name].relational else {}
            for name in arch.xpath("//field/@name")
        }
        found = complaints.web_search_read([("id", "in", complaints.ids)], specification, limit=80)
        self.assertEqual(found["length"], len(complaints))

    def test_looking_at_many(self):
        complaints = self._file_all("review")
        for user in (self.rep, self.handler, self.quality_manager):
            for view_type in ("list", "kanban", "calendar"):
                with self.subTest(user=user.name, view=view_type):
                    self.assertQueriesPerRecord(
                        0.2, lambda some: self._read_view(view_type, some), complaints.with_user(user).with_company(self.company),
                    )

    def test_counting_the_complaints_of_many(self):
        complaints = self._file_all()
        for line, lot in zip(complaints.line_ids, self.lots, strict=True):
            line.lot_id = lot
        for records in (self.orders, self.orders.picking_ids, self.lots, self.customers):
            with self.subTest(records._description):
                self.assertQueriesPerRecord(
                    0, lambda some: self.assertEqual(some.mapped("complaint_count"), [1] * len(some)), records.with_user(self.env.user),
                )

    def test_opening_the_form_of_one_with_many_products_and_demands(self):
        def file(count):
            products = self.env["product.product"].create([{"name": f"Tool {number}"} for number in range(count)])
            return self._create_complaint(
                line_ids=[Command.create({"product_id": product.id}) for product in products],
                demand_ids=[Command.create({"name": f"Replace {product.name}"}) for product in products],
            )

        few, many = file(FEW), file(MANY)
        self._count_queries(Form, few)
        self.assertLessEqual(self._count_queries(Form, many), self._count_queries(Form, few) + 1)
