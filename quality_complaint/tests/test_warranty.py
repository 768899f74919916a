from datetime import date

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestWarranty(ComplaintCommon):
    """In warranty or not, by whose terms, and until when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tools = cls.env["product.category"].create({"name": "Tools"})
        cls.hand_tools = cls.env["product.category"].create({"name": "Hand tools", "parent_id": cls.tools.id})
        cls.blades = cls.env["product.category"].create({"name": "Blades", "parent_id": cls.hand_tools.id})
        cls.product.categ_id = cls.blades

    def _get_line(self, delivered=None, received="2026-01-10 12:00:00", **values):
        """The line of a complaint; with the day of delivery, where the user typed that in."""
        if delivered:
            values["delivery_date"] = delivered
        line = self._create_complaint(
            date_received=received, line_ids=[Command.create({"product_id": self.product.id, **values})],
        ).line_ids
        self.env.flush_all()
        return line

    def _set_terms(self, duration, unit="month"):
        self.product.write({"warranty_duration": duration, "warranty_unit": unit})

    # ------------------------------------------------------------ whose terms
    def test_the_terms_of_the_product_win_over_its_category(self):
        self._set_terms(6)
        self.blades.write({"warranty_duration": 2, "warranty_unit": "year"})
        line = self._get_line("2026-01-01")
        self.assertEqual((line.warranty_end_date, line.warranty_source), (date(2026, 7, 1), "product"))
        self.assertRegex(line.warranty_rule, r"^6 Months.*\bProduct\b(?! Category)")

    def test_the_nearest_category_with_terms_counts(self):
        self.tools.write({"warranty_duration": 5, "warranty_unit": "year"})
        line = self._get_line("2026-01-01")
        self.assertEqual((line.warranty_end_date, line.warranty_source), (date(2031, 1, 1), "category"))
        self.hand_tools.write({"warranty_duration": 2, "warranty_unit": "year"})
        line = self._get_line("2026-01-01")
        self.assertEqual((line.warranty_end_date, line.warranty_source), (date(2028, 1, 1), "category"))
        self.assertRegex(line.warranty_rule, r"^2 Years.*\bProduct Category\b")

    def test_a_category_beside_does_not_count(self):
        self.env["product.category"].create({"name": "Power tools", "parent_id": self.tools.id, "warranty_duration": 3})
        self.assertEqual(self._get_line("2026-01-01").warranty_state, "none")

    def test_without_terms_there_is_no_warranty(self):
        for delivered in ("2026-01-01", None):
            line = self._get_line(delivered)
            self.assertEqual(
                (line.warranty_state, line.warranty_end_date, line.warranty_source, line.warranty_rule),
                ("none", False, False, False),
            )

    def test_a_product_without_category_has_its_own_terms_or_none(self):
        self.product.categ_id = False
        self.assertEqual(self._get_line("2026-01-01").warranty_state, "none")
        self._set_terms(1, "year")
        self.assertEqual(self._get_line("2026-01-01").warranty_state, "in")

    # ------------------------------------------------------------ until when
    def test_each_unit_counts_from_the_day_of_delivery(self):
        for duration, unit, delivered, end in (
            (10, "day", "2026-01-01", date(2026, 1, 11)),
            (2, "week", "2025-12-25", date(2026, 1, 8)),
            (1, "month", "2026-01-15", date(2026, 2, 15)),
            (3, "year", "2026-01-15", date(2029, 1, 15)),
            # a month without that day ends it on its last
            (1, "month", "2026-01-31", date(2026, 2, 28)),
            (1, "month", "2024-01-31", date(2024, 2, 29)),
            (3, "month", "2025-11-30", date(2026, 2, 28)),
            (1, "month", "2026-02-28", date(2026, 3, 28)),
            (1, "year", "2024-02-29", date(2025, 2, 28)),
            (4, "year", "2024-02-29", date(2028, 2, 29)),
        ):
            with self.subTest(duration=duration, unit=unit, delivered=delivered):
                self._set_terms(duration, unit)
                self.assertEqual(self._get_line(delivered, received="2026-02-10 12:00:00").warranty_end_date, end)

    def test_the_last_day_is_still_inside(self):
        self._set_terms(1)
        for received, state in (
            ("2026-02-27 12:00:00", "in"),
            ("2026-02-28 00:00:00", "in"),
            ("2026-02-28 23:59:59", "in"),
            ("2026-03-01 00:00:00", "out"),
        ):
            with self.subTest(received=received):
                self.assertEqual(self._get_line("2026-01-31", received).warranty_state, state)

    def test_the_day_the_customer_told_us_counts_not_the_day_it_was_typed(self):
        self._set_terms(1)
        with self.at("2026-06-01 12:00:00"):
            line = self._get_line("2026-01-31", "2026-02-28 12:00:00")
            self.assertEqual((line.warranty_state, line.days_since_delivery), ("in", 28))
            line.complaint_id.date_received = "2026-03-01 12:00:00"
            self.assertEqual((line.warranty_state, line.days_since_delivery), ("out", 29))

    # ------------------------------------------------------------ from when
    def test_an_unknown_delivery_is_unknown_until_it_is_typed_in(self):
        self._set_terms(1)
        line = self._get_line()
        self.assertEqual((line.warranty_state, line.warranty_end_date, line.days_since_delivery), ("unknown", False, 0))
        with Form(line.complaint_id) as form, form.line_ids.edit(0) as row:
            row.delivery_date = date(2026, 1, 3)
            self.assertEqual((row.warranty_state, row.days_since_delivery), ("in", 7))
        self.assertEqual((line.warranty_state, line.warranty_end_date), ("in", date(2026, 2, 3)))

    def test_it_starts_when_that_lot_was_delivered(self):
        self._set_terms(1)
        self.product.tracking = "lot"
        early, late = self._create_lot("A-1"), self._create_lot("B-2")
        with self.at("2026-01-05 12:00:00"):
            order = self._create_order((self.product, 10))
            self._deliver(order, lots={self.product: {early: 4}})
        with self.at("2026-02-20 12:00:00"):
            self._deliver(order, lots={self.product: {late: 6}})
        with self.at("2026-03-01 12:00:00"):
            form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
            form.subject = "Rust"
            lines = form.save().line_ids
        self.assertEqual(lines.mapped(lambda line: (line.lot_id, line.delivery_date, line.warranty_state)), [
            (early, date(2026, 1, 5), "out"), (late, date(2026, 2, 20), "in"),
        ])

    def test_a_lot_that_the_user_names_is_looked_up(self):
        self._set_terms(1)
        self.product.tracking = "lot"
        lot, unsold = self._create_lot("A-1"), self._create_lot("B-2")
        stranger = self.env["res.partner"].create({"name": "Green Garage", "is_company": True})
        for moment, customer in (("2026-01-05 12:00:00", self.customer), ("2026-02-20 12:00:00", self.contact),
                                 ("2026-02-25 12:00:00", stranger)):
            with self.at(moment):
                self._deliver(self._create_order((self.product, 1), customer=customer), lots={self.product: {lot: 1}})
        with self.at("2026-03-01 12:00:00"):
            form = Form(self.env["quality.complaint"].with_user(self.rep))
            form.subject = "Rust"
            form.partner_id = self.customer
            with form.line_ids.new() as line:
                line.product_id = self.product
                line.lot_id = unsold
                self.assertEqual((line.delivery_date, line.warranty_state), (False, "unknown"))
                line.lot_id = lot
            line = form.save().line_ids
            # the last time it went to this customer, whoever of his people ordered it
            self.assertEqual((line.delivery_date, line.warranty_state), (date(2026, 2, 20), "in"))

    def test_without_lot_it_starts_with_the_last_delivery_of_the_order_line(self):
        self._set_terms(1)
        with self.at("2026-01-05 12:00:00"):
            order = self._create_order((self.product, 10))
            self._deliver(order, {self.product: 4})
        with self.at("2026-02-20 12:00:00"):
            self._deliver(order)
        with self.at("2026-03-01 12:00:00"):
            line = self._get_line(received="2026-03-01 12:00:00", sale_line_id=order.order_line.id)
        self.assertEqual((line.delivery_date, line.warranty_state), (date(2026, 2, 20), "in"))

    def test_a_return_does_not_begin_a_warranty(self):
        self._set_terms(1)
        with self.at("2026-01-05 12:00:00"):
            order = self._create_shipped_order((self.product, 10))
        with self.at("2026-02-20 12:00:00"):
            self._return(order.picking_ids, 2)
        with self.at("2026-03-01 12:00:00"):
            line = self._get_line(received="2026-03-01 12:00:00", sale_line_id=order.order_line.id)
        self.assertEqual((line.delivery_date, line.warranty_state), (date(2026, 1, 5), "out"))

    # ------------------------------------------------------------ a promise is kept
    def test_later_terms_do_not_move_a_promise(self):
        self._set_terms(1)
        line = self._get_line("2026-01-01", "2026-01-20 12:00:00")
        self._set_terms(1, "day")
        self.blades.warranty_duration = 9
        line.defect = "Rusty"
        line.complaint_id.date_received = "2026-01-21 12:00:00"
        self.assertEqual(
            (line.warranty_duration, line.warranty_unit, line.warranty_end_date, line.warranty_state),
            (1, "month", date(2026, 2, 1), "in"),
        )
        self.assertEqual(self._get_line("2026-01-01", "2026-01-20 12:00:00").warranty_state, "out")

    def test_a_promise_moves_with_its_delivery_day(self):
        self._set_terms(1)
        line = self._get_line("2026-01-01", "2026-02-10 12:00:00")
        self.assertEqual(line.warranty_state, "out")
        self._set_terms(1, "day")
        line.delivery_date = "2026-01-15"
        self.assertEqual((line.warranty_end_date, line.warranty_state), (date(2026, 2, 15), "in"))

    # ------------------------------------------------------------ which day it is
    def test_the_day_is_that_of_the_company(self):
        self._set_terms(1)
        for zone, delivered, days in (("UTC", date(2026, 1, 5), 5), ("Asia/Tokyo", date(2026, 1, 6), 4)):
            self.company.resource_calendar_id.tz = zone
            with self.at("2026-01-05 23:30:00"):
                order = self._create_shipped_order((self.product, 1))
            with self.at("2026-01-10 12:00:00"):
                form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
                form.subject = "Rust"
                line = form.save().line_ids
            self.assertEqual((line.delivery_date, line.days_since_delivery), (delivered, days))

    def test_the_last_day_ends_where_the_company_works(self):
        self._set_terms(1)
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        self.assertEqual(self._get_line("2026-01-15", "2026-02-15 14:59:59").warranty_state, "in")
        self.assertEqual(self._get_line("2026-01-15", "2026-02-15 15:00:00").warranty_state, "out")

    # ------------------------------------------------------------ many lines
    def _count_queries(self, number):
        """Queries to store and compute a complaint about that many delivered products, some of them by lot."""
        products = self.env["product.product"].concat(*(self._create_product(f"Tool {index}") for index in range(number)))
        products.categ_id = self.blades
        order = self._create_shipped_order(*products)
        lots = self.env["stock.lot"].create([
            {"name": f"L-{product.id}", "product_id": product.id, "company_id": self.company.id} for product in products
        ])
        values = order.order_line._prepare_complaint_lines() + [
            {"product_id": lot.product_id.id, "lot_id": lot.id} for lot in lots
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        complaint = self._create_complaint(line_ids=[Command.create(line) for line in values])
        complaint.line_ids.mapped("quantity_shipped")
        self.env.flush_all()
        queries = self.cr.sql_log_count - before
        self.assertEqual(complaint.line_ids.mapped("warranty_state"), ["in"] * number + ["unknown"] * number)
        return queries

    def test_many_lines_cost_about_as_many_queries_as_few(self):
        self.blades.warranty_duration = 1
        self._count_queries(1)  # what is read once per process
        few, many = self._count_queries(5), self._count_queries(50)
        self.assertLess(many - few, 15)
