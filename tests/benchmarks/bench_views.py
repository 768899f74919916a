"""A screen shows as quickly with 10,000 complaints as with 1,000, whoever looks at it.

Both are measured against a screen of core's that has the same to show in both, so that what else the machine does
meanwhile is left out.
"""

from lxml import etree
from make_complaints import make_complaints
from measure import compare, report, timed

from odoo.tests import Form, tagged

from odoo.addons.quality_complaint.tests.common import ComplaintCommon

FEW, MANY = 1_000, 10_000
# with ten times as many, so many times as long may take
PAGE = 2  # what shows a page of them
KANBAN = 3  # what shows a page of each state, and how many there are
TOTAL = 8  # what adds all of them up


@tagged("post_install", "-at_install")
class BenchViews(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.originals = cls.env["quality.complaint"].union(*(
            cls._move_to(cls._create_complaint(), state).sudo()
            for state in ("draft", "review", "investigation", "reply", "follow_up", "closed", "rejected", "cancel")
        ))
        cls.core_orders = cls.env["sale.order"].create([{"partner_id": cls.customer.id, "company_id": cls.company.id}] * 80)

    def _get_page(self, records, view_type, domain):
        """What the web client asks for to show them."""
        arch = etree.fromstring(records.get_view(view_type=view_type)["arch"])
        specification = {
            name: {"fields": {"display_name": {}}} if records._fields[name].relational else {}
            for name in arch.xpath("//field[not(ancestor::groupby)]/@name")
        }
        if view_type == "list":
            return lambda: records.web_search_read(domain, specification, limit=80, count_limit=10_001)
        bar = {"field": "activity_state", "colors": dict.fromkeys(("planned", "today", "overdue"), "success")}

        def read_kanban():
            records.web_read_group(
                domain, ["state"], ["__count"], auto_unfold=True,
                unfold_read_specification=specification, unfold_read_default_limit=40,
            )
            records.read_progress_bar(domain, "state", bar)

        return read_kanban

    def _get_screens(self, user):
        """{name: (what reads it, how many times as long it may take)}."""
        complaints = self.env["quality.complaint"].with_user(user).with_company(self.company)
        one = complaints.search([("name", "=like", "COPY/%"), ("state", "=", "investigation")], limit=1)
        about = {"customer": one.partner_id, "order": one.sale_order_id, "lot": one.line_ids.lot_id}
        searches = {
            "all": [], "open": [("is_open", "=", True)], "late": [("is_late", "=", True)], "not touched": [("is_untouched", "=", True)],
            "mine": ["|", ("handler_id", "=", user.id), ("user_id", "=", user.id)],
            "of a customer": [("partner_id", "child_of", one.partner_id.id)],
            "of a lot": [("line_ids.lot_id", "ilike", about["lot"].name)],
            "by number": ["|", ("name", "ilike", one.name), ("subject", "ilike", one.name)],
        }
        pages = {
            **{f"list, {name}": self._get_page(complaints, "list", domain) for name, domain in searches.items()},
            **{
                f"button on {name}": lambda records=records: records.complaint_count
                for name, records in about.items() if records.browse().has_access("read")
            },
            "form": lambda: Form(one),
        }
        kanbans = {f"kanban, {name}": self._get_page(complaints, "kanban", searches[name]) for name in ("all", "open", "late")}
        totals = {
            "pivot": lambda: complaints.formatted_read_grouping_sets([], [[], ["type_id"], ["state"], ["type_id", "state"]], ["__count"]),
            "graph": lambda: complaints.formatted_read_group([], ["date_received:month", "type_id"], ["__count"]),
        }
        return {
            name: (act, bound)
            for bound, screens in ((PAGE, pages), (KANBAN, kanbans), (TOTAL, totals)) for name, act in screens.items()
        }

    def _measure(self):
        """{(user, screen): (times as long as core's screen, seconds, queries, bound)}."""
        core = self._get_page(self.core_orders.with_user(self.sales_manager), "list", [("id", "in", self.core_orders.ids)])
        return {
            (user, name): (*compare(self.env, act, core, rounds=7)[:2], timed(self.env, act)[1], bound)
            for user in (self.rep, self.handler, self.quality_manager)
            for name, (act, bound) in self._get_screens(user).items()
        }

    def test_screens_do_not_slow_down(self):
        make_complaints(self.originals, FEW)
        few = self._measure()
        make_complaints(self.originals, MANY - FEW)
        for (user, name), (ratio, seconds, queries, bound) in self._measure().items():
            with self.subTest(screen=name, user=user.name):
                ratio_few, seconds_few, queries_few, _bound = few[user, name]
                growth = ratio / ratio_few
                report(f"{user.name}: {name} ({queries} queries), {MANY:,} / {FEW:,} complaints", seconds, seconds_few, growth)
                self.assertLessEqual(queries, queries_few + 2)
                self.assertLessEqual(growth, bound)
