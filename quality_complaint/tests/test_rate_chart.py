from datetime import date

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ComplaintCommon

START = date(2025, 1, 1)


class RateChartCommon(ComplaintCommon):
    """Time stands in February 2026 unless a test says otherwise; the months before fill as the tests say."""

    NOW = "2026-02-10 10:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 10_000)

    @classmethod
    def _ship(cls, month, quantity, product=None, **values):
        """Delivered on the 15th of that month, counted from January 2025."""
        with freeze_time(f"{START + relativedelta(months=month, day=15)} 10:00:00"):
            return cls._deliver(cls._create_order((product or cls.product, quantity), **values))

    @classmethod
    def _complain(cls, month, times=1, **values):
        with freeze_time(f"{START + relativedelta(months=month, day=20)} 10:00:00"):
            return cls.env["quality.complaint"].union(*(cls._create_complaint(**values) for _time in range(times)))

    @classmethod
    def _fill(cls, counts):
        """So many complaints in each month from January 2025 on, and 100 units shipped in each."""
        for month, count in enumerate(counts):
            cls._ship(month, 100)
            cls._complain(month, count)

    def _create_chart(self, user=None, **values):
        with self.at(self.NOW):
            chart = self.env["quality.rate.chart"].with_user(user or self.quality_manager).create({
                "product_id": self.product.id, "date_from": START, "per": 100, **values,
            })
            self.env.flush_all()
            return chart

    def _get_points(self, chart, *names):
        return [tuple(point[name] for name in names) for point in chart.point_ids]


@tagged("post_install", "-at_install")
class TestRateChart(RateChartCommon):
    def test_rate_and_limits_by_hand(self):
        """Twelve months of 1 complaint on 100 units and one of 5: the centre of the baseline is 1 for 100, its limits are
        1 ± 3 × √1, so 5 is out."""
        self._fill([1] * 12 + [5])
        chart = self._create_chart(baseline_to=date(2025, 12, 31))
        self.assertFalse(chart.problem or chart.problem_note)
        self.assertEqual(chart.centre, 1)
        self.assertEqual(
            self._get_points(chart, "month", "complaint_count", "shipped", "rate", "lower", "upper", "status", "rule")[11:],
            [
                (date(2025, 12, 1), 1, 100, 1, 0, 4, "in", False),
                (date(2026, 1, 1), 5, 100, 5, 0, 4, "high", "beyond_three"),
            ],
        )
        self.assertEqual(chart.graph["marks"], [False] * 12 + ["high"])
        self.assertEqual([series["values"][-1] for series in chart.graph["series"]], [5, 1, 4, 0])

    def test_what_came_back_is_taken_off_its_month(self):
        picking = self._ship(0, 10)
        self._ship(1, 5)
        with self.at("2025-03-03 10:00:00"):
            self._return(picking, 4)
        self.assertEqual(self._get_points(self._create_chart(), "shipped")[:3], [(6,), (5,), (0,)])

    def test_another_unit_of_the_order_is_the_products(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order_line = {"product_id": self.product.id, "product_uom_qty": 2, "product_uom_id": dozen.id}
        with self.at("2025-01-15 10:00:00"):
            self._deliver(self._create_order(order_line))
        chart = self._create_chart()
        self.assertEqual((self._get_points(chart, "shipped")[0], chart.uom_id), ((24,), self.product.uom_id))

    def test_the_month_is_the_companys(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self._ship(0, 10)
        with self.at("2025-01-31 17:00:00"):  # the first of February in Shanghai
            self._create_complaint()
            self._deliver(self._create_order((self.product, 7)))
        self.assertEqual(self._get_points(self._create_chart(), "complaint_count", "shipped")[:2], [(0, 10), (1, 7)])

    def test_complaints_count_in_the_month_that_was_chosen(self):
        shipped = self._ship(0, 10)
        self._complain(2, line_ids=[Command.create({
            "product_id": self.product.id, "quantity": 1, "move_id": shipped.move_ids.id,
        })])
        self._complain(2)  # nobody knows of which delivery
        received, of_shipment = self._create_chart(), self._create_chart(month_by="shipment")
        self.assertEqual(self._get_points(received, "complaint_count")[:3], [(0,), (0,), (2,)])
        self.assertEqual(self._get_points(of_shipment, "complaint_count")[:3], [(1,), (0,), (0,)])
        self.assertEqual((received.undated_count, of_shipment.undated_count), (0, 1))

    def test_what_is_received_after_its_time_is_not_in_it_but_for_a_delivery_of_its_months(self):
        shipped = self._ship(0, 10)
        line = Command.create({"product_id": self.product.id, "quantity": 1, "move_id": shipped.move_ids.id})
        for moment in ("2025-03-31 23:59:59", "2025-04-01 00:00:00"):
            with self.at(moment):
                self._create_complaint()
        self._complain(5, line_ids=[line])
        chart = self._create_chart(month_by="shipment", date_to=date(2025, 3, 10))
        self.assertEqual((chart.undated_count, self._get_points(chart, "complaint_count")), (1, [(1,), (0,), (0,)]))
        with self.at(self.NOW):
            chart.date_to = False
        self.assertEqual(chart.undated_count, 2)
        with self.at(self.NOW):
            self._create_complaint()  # this month is not whole yet
            chart.action_refresh()
        self.assertEqual(chart.undated_count, 2)

    def test_months_are_named_as_the_readers_language_does(self):
        self._load_languages("zh_CN")
        self._fill([1] * 12 + [5])
        chart = self._create_chart(baseline_to=date(2025, 12, 31))
        self.assertEqual((chart.graph["months"][-1], chart.point_ids[-1].display_name.split(" · ")[1]), ("Jan 2026", "January 2026"))
        chinese = chart.with_context(lang="zh_CN")
        self.assertEqual((chinese.graph["months"][-1], chinese.point_ids[-1].display_name.split(" · ")[1]), ("2026年1月", "2026年1月"))

    def test_what_fell_away_and_what_is_about_others_does_not_count(self):
        self._ship(0, 10)
        self._cancel(self._complain(0))
        other = self._create_product("Hammer")
        self._complain(0, line_ids=[Command.create({"product_id": other.id, "quantity": 1})])
        # counts once, though it has two lines
        self._complain(0, line_ids=[Command.create({"product_id": self.product.id, "quantity": 1}) for _line in range(2)])
        self.assertEqual(self._get_points(self._create_chart(), "complaint_count")[0], (1,))

    def test_of_a_category_and_of_a_customer(self):
        tools, hand_tools = self.env["product.category"].create([{"name": "Tools"}, {"name": "Hand tools"}])
        hand_tools.parent_id = tools
        self.product.categ_id = hand_tools
        nail = self._create_product("Nail")
        self._add_stock(nail, 100)
        other = self.env["res.partner"].create({"name": "Red Workshop", "is_company": True})
        self._ship(0, 10)
        self._ship(0, 20, customer=other)
        self._ship(0, 40, product=nail)
        self._complain(0)
        self._complain(0, partner_id=other.id, contact_id=False)
        of_category = self._create_chart(scope="category", categ_id=tools.id, product_id=False)
        of_customer = self._create_chart(scope="customer", partner_id=self.customer.id, product_id=False)
        self.assertEqual(self._get_points(of_category, "complaint_count", "shipped")[0], (2, 30))
        self.assertEqual(self._get_points(of_customer, "complaint_count", "shipped")[0], (1, 50))

    # ------------------------------------------------------------ too little data
    def test_units_that_cannot_be_added_are_said(self):
        wire = self._create_product("Wire", uom_id=self.env.ref("uom.product_uom_meter").id)
        self._add_stock(wire, 100)
        self._ship(0, 10)
        self._ship(0, 10, product=wire)
        chart = self._create_chart(scope="customer", partner_id=self.customer.id, product_id=False)
        self.assertEqual((chart.problem, len(chart.point_ids), chart.graph), ("mixed_units", 0, False))
        self.assertIn("can't be added", chart.problem_note)

    def test_a_product_that_was_never_shipped(self):
        chart = self._create_chart(product_id=self._create_product("Hammer").id)
        self.assertEqual((chart.problem, chart.graph), ("no_exposure", False))
        self.assertEqual({status for (status,) in self._get_points(chart, "status")}, {"none"})

    def test_one_month_is_not_drawn(self):
        self._ship(12, 100)
        self._complain(12, 3)
        chart = self._create_chart()
        self.assertEqual((chart.problem, chart.graph), ("too_few_points", False))
        self.assertIn("1 months with shipments give the limits, and 12 are needed", chart.problem_note)
        self.assertEqual(self._get_points(chart, "rate", "status")[-1], (3, "unknown"))

    def test_a_time_without_a_whole_month(self):
        chart = self._create_chart(date_from=date(2026, 2, 1))
        self.assertEqual((chart.problem, len(chart.point_ids)), ("no_months", 0))
        with self.assertRaisesRegex(ValidationError, "ends before it begins"):
            self._create_chart(date_to=date(2024, 1, 1))

    def test_another_companys_data_is_not_counted(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        manager = self._new_user("moonlight", "quality_complaint.group_manager", other)
        self._ship(0, 10)
        self._complain(0)
        mine = self._create_chart()
        theirs = self._create_chart(manager, company_id=other.id)
        self.assertEqual((mine.problem, theirs.problem), ("too_few_points", "no_exposure"))
        self.assertEqual(self._get_points(theirs, "complaint_count")[0], (0,))
        with self.assertRaises(AccessError):
            mine.with_user(manager).read(["name"])
        with self.assertRaises(AccessError):
            mine.point_ids.with_user(manager).read(["rate"])

    # ------------------------------------------------------------ settings
    def test_a_handler_reads_and_a_manager_decides(self):
        chart = self._create_chart()
        self.assertTrue(chart.with_user(self.handler).read(["name", "graph", "problem_note"]))
        for change in (
            lambda: chart.with_user(self.handler).write({"laney": True}),
            lambda: chart.with_user(self.handler).action_refresh(),
            lambda: chart.point_ids.with_user(self.quality_manager).write({"rate": 0}),
            lambda: chart.with_user(self.rep).read(["name"]),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_other_settings_count_anew_and_keep_the_months(self):
        self._ship(0, 10)
        self._complain(0)
        chart = self._create_chart()
        points = chart.point_ids
        with self.at(self.NOW):
            chart.write({"per": 1000})
            self.assertEqual((chart.point_ids, points[0].rate), (points, 100))
            chart.write({"date_from": date(2025, 2, 1)})
            self.assertEqual(chart.point_ids, points[1:])
            chart.write({"date_from": START})
        self.assertEqual(chart.point_ids, points)

    def test_without_a_subject_it_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Choose of what the rate is: Product"):
            self._create_chart(product_id=False)

    def test_the_products_responsible_is_proposed_where_charts_can_be_seen(self):
        self.product.with_company(self.company).responsible_id = self.handler
        self.assertEqual(self._create_chart().user_id, self.handler)
        self.product.with_company(self.company).responsible_id = self.worker
        self.assertEqual(self._create_chart().user_id, self.quality_manager)
        with self.assertRaisesRegex(ValidationError, "can't see the charts of Sunrise Tools"):
            self._create_chart(user_id=self.worker.id)
