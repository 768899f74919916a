from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import ComplaintCommon


class ParetoCommon(ComplaintCommon):
    @classmethod
    def _receive(cls, moment="2026-03-02 10:00:00", user=None, **values):
        with cls.at(cls, moment):
            return cls._create_complaint(user, **values)

    @classmethod
    def _pay(cls, complaint, amount, **values):
        cls.env["quality.complaint.cost"].with_user(cls.quality_manager).create({
            "complaint_id": complaint.id, "kind": "freight", "amount": amount, "date": "2026-05-05", **values,
        })


@tagged("post_install", "-at_install")
class TestPareto(ParetoCommon):
    """Complaints and their costs by cause, product, defect, type, team and customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pliers = cls._create_product("Pliers")
        cls.cause = cls.env.ref("quality_complaint.cause_packaging")
        cls.green = cls.env["res.partner"].create({"name": "Green Workshop", "is_company": True})
        cls.one = cls._receive(cause_ids=[Command.create({"name": "Thin box", "cause_id": cls.cause.id})])
        cls.two = cls._receive(line_ids=[Command.create({"product_id": product.id}) for product in (cls.product, cls.pliers)])
        cls.bare = cls._receive("2026-04-01 00:00:00", partner_id=cls.green.id, contact_id=False, line_ids=[])
        cls.twice = cls._receive(
            line_ids=[Command.create({"product_id": cls.product.id, "defect": defect}) for defect in ("Rust", " Dents ")],
        )
        cls._pay(cls.one, 120)
        cls._pay(cls.one, 20, kind="recovery")
        cls._pay(cls.two, 30, product_id=cls.pliers.id)
        cls._pay(cls.two, 5)
        cls._pay(cls.bare, 7)
        cls._pay(cls.twice, 50)
        cls.env.flush_all()

    def _compare(self, group, *domain, user=None):
        """{group: (complaints, net cost)}."""
        pareto = self.env["quality.pareto"].with_user(user or self.quality_manager)
        found = pareto._read_group([("company_id", "=", self.company.id), *domain], [group], ["counted_id:count_distinct", "cost:sum"])
        return {key: (count, cost or 0) for key, count, cost in found}

    def test_each_complaint_counts_once_and_each_cost_once(self):
        nothing = self.env["product.product"]
        for group, expected in (
            ("cause_id", {self.cause: (1, 100), self.cause.browse(): (3, 92)}),
            ("product_id", {self.product: (3, 150), self.pliers: (1, 30), nothing: (1, 12)}),
            ("defect", {"Rust": (1, 50), "Dents": (1, 0), False: (3, 142)}),
            ("type_id", {self.complaint_type: (4, 192)}),
            ("team_id", {self.team: (4, 192)}),
            ("partner_id", {self.customer: (3, 185), self.green: (1, 7)}),
        ):
            with self.subTest(group):
                self.assertEqual(self._compare(group), expected)

    def test_a_complaint_about_several_is_mentioned_in_each(self):
        """Five mentions in four complaints: of the sets 3, of the pliers 1, and one that names no product."""
        pareto = self.env["quality.pareto"].with_user(self.quality_manager)
        domain, counted = [("company_id", "=", self.company.id)], "counted_id:count_distinct"
        groups = pareto.formatted_read_group(domain, ["product_id"], [counted])
        self.assertEqual(sorted(group[counted] for group in groups), [1, 1, 3])
        self.assertEqual([group[counted] for group in pareto.formatted_read_group(domain, [], [counted])], [4])

    def test_products_stand_in_their_own_order(self):
        """By reference, else by name, which the product has of its template."""
        self._receive(line_ids=[Command.create({"product_id": self._create_product("Zip ties", default_code="A-1").id})])
        pareto = self.env["quality.pareto"].with_user(self.quality_manager)
        for order in ("product_id", "product_id desc"):
            groups = pareto._read_group([("company_id", "=", self.company.id), ("product_id", "!=", False)], ["product_id"], [], order=order)
            names = ["Zip ties", "Pliers", self.product.name]
            self.assertEqual([product.name for (product,) in groups], names[::-1] if order.endswith("desc") else names)

    def test_the_period_is_that_in_which_the_complaint_arrived(self):
        self.assertEqual(self._compare("team_id", ("date_received", "<", "2026-04-01 00:00:00")), {self.team: (3, 185)})
        self.assertEqual(self._compare("team_id", ("date_received", ">=", "2026-04-01 00:00:00")), {self.team: (1, 7)})
        self.assertEqual(self._compare("team_id", ("date_received", ">=", "2026-04-02 00:00:00")), {})

    def test_it_shows_what_the_reader_may_read(self):
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        manager = self._new_user("moon", "quality_complaint.group_manager", company=company)
        self.assertEqual(self._compare("team_id", user=self.handler), {self.team: (4, 192)})
        self.assertEqual(self._compare("team_id", user=self.outsider), {}, "handles no complaint of this team")
        self.assertEqual(self._compare("team_id", user=manager), {})
        for user in (self.rep, self.worker):
            with self.assertRaises(AccessError):
                self._compare("team_id", user=user)

    def test_a_row_leads_to_its_complaint(self):
        row = self.env["quality.pareto"].with_user(self.handler).search([("complaint_id", "=", self.bare.id), ("counted_id", "!=", False)])
        self.assertEqual(row.action_view_record()["res_id"], self.bare.id)


@tagged("post_install", "-at_install")
class TestParetoScreen(ParetoCommon, HttpCase):
    def test_the_largest_stand_first_and_the_rest_together(self):
        for number, count in enumerate((1, 3, 1, 2, 1, 1, 1), start=1):
            product = self._create_product(f"Tool {number}")
            for _complaint in range(count):
                complaint = self._receive(line_ids=[Command.create({"product_id": product.id})])
            self._pay(complaint, 10 * number)
        self.start_tour("/odoo/complaint-pareto", "quality_pareto", login=self.quality_manager.login)

    def test_what_the_shares_are_of_is_said_where_complaints_count_several_times(self):
        """One complaint about seven products and one about the first of them: eight mentions, two of them among the others."""
        products = [self._create_product(f"Tool {number}") for number in range(1, 8)]
        several = self._receive(line_ids=[Command.create({"product_id": product.id}) for product in products])
        self._receive(line_ids=[Command.create({"product_id": products[0].id})])
        self._pay(several, 70, product_id=products[6].id)
        self.start_tour("/odoo/complaint-pareto", "quality_pareto_mentions", login=self.quality_manager.login)

    def test_where_there_is_nothing_it_is_said(self):
        self.start_tour("/odoo/complaint-pareto", "quality_pareto_empty", login=self.handler.login)
