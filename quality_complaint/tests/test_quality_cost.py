from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestQualityCost(ComplaintCommon):
    """What complaints cost, as it was entered on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pliers = cls._create_product("Pliers")
        cls.complaint = cls._create_complaint()
        cls.other = cls._create_complaint(line_ids=[Command.create({"product_id": product.id}) for product in (cls.product, cls.pliers)])

    def _pay(self, complaint, kind, amount, user=None, **values):
        return self.env["quality.complaint.cost"].with_user(user or self.handler).create({
            "complaint_id": complaint.id, "kind": kind, "amount": amount, "date": "2026-03-02", **values,
        })

    def _get_costs(self, user, *domain):
        return self.env["quality.cost"].with_user(user).search([("company_id", "=", self.company.id), *domain])

    def test_what_is_recovered_is_set_against_what_was_paid(self):
        for kind, amount in (("freight", 120), ("visit", 80.5), ("recovery", 150)):
            self._pay(self.complaint, kind, amount)
        self._pay(self.other, "labour", 40)
        both = (self.complaint | self.other).with_user(self.rep)
        both.invalidate_recordset()
        self.assertEqual(both.mapped("cost_amount"), [200.5, 40])
        self.assertEqual(both.mapped("cost_recovered"), [150, 0])
        self.assertEqual(both.mapped("cost_net"), [50.5, 40])

    def test_a_bill_belongs_to_its_cost(self):
        first, second = (
            self.env["ir.attachment"].with_user(self.handler).create({"name": "Bill", "raw": b"120", "res_model": "quality.complaint.cost"}) for _bill in range(2)
        )
        cost = self._pay(self.complaint, "freight", 120, attachment_ids=[Command.link(first.id)])
        cost.attachment_ids = [Command.link(second.id)]
        for bill in (first, second):
            self.assertEqual((bill.res_model, bill.res_id), ("quality.complaint.cost", cost.id))
            self.assertTrue(bill.with_user(self.rep).has_access("read"))
            self.assertFalse(bill.with_user(self.outsider).has_access("read"))
        self.assertFalse(self.env["ir.attachment"].search([("res_model", "=", "quality.complaint"), ("res_id", "=", self.complaint.id)]))

    def test_it_is_counted_by_complaint_cause_product_team_and_month(self):
        cause = self.env.ref("quality_complaint.cause_packaging")
        self.complaint.sudo().cause_ids = [Command.create({"name": "Thin box", "cause_id": cause.id})]
        self._pay(self.complaint, "freight", 120)
        self._pay(self.complaint, "recovery", 20, date="2026-04-30")
        self._pay(self.other, "visit", 30, product_id=self.pliers.id)
        self._pay(self.other, "other", 5)
        Cost, domain = self.env["quality.cost"].with_user(self.quality_manager), [("company_id", "=", self.company.id)]
        nothing = self.env["product.product"]
        for group, expected in (
            ("complaint_id", {self.complaint: 100, self.other: 35}),
            ("product_id", {self.product: 100, self.pliers: 30, nothing: 5}),
            ("cause_id", {cause: 100, cause.browse(): 35}),
            ("team_id", {self.team: 135}),
            ("partner_id", {self.customer: 135}),
            ("category", {"freight": 120, "recovery": -20, "visit": 30, "other": 5}),
            ("date:month", {fields.Date.to_date("2026-03-01"): 155, fields.Date.to_date("2026-04-01"): -20}),
        ):
            with self.subTest(group):
                self.assertEqual(dict(Cost._read_group(domain, [group], ["amount:sum"])), expected)

    def test_an_amount_in_another_currency_counts_by_the_rate_of_its_day(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        for day, rate in (("2026-01-01", 0.5), ("2026-04-01", 0.25)):
            self.env["res.currency.rate"].create({"currency_id": euro.id, "company_id": self.company.id, "name": day, "rate": rate})
        cost = self._pay(self.complaint, "freight", 100, currency_id=euro.id)
        self.assertEqual((cost.company_amount, self._get_costs(self.handler).amount), (200, 200))
        cost.date = "2026-04-02"
        self.env.invalidate_all()
        self.assertEqual(self._get_costs(self.handler).amount, 400)
        self.assertEqual(self._get_costs(self.handler).currency_id, self.company.currency_id)

    def test_a_bill_that_comes_when_the_complaint_is_closed_counts(self):
        self._move_to(self.complaint, "closed")
        cost = self._pay(self.complaint, "freight", 10)
        cost.amount = 12
        self.assertEqual(self.complaint.with_user(self.rep).cost_net, 12)
        cost.unlink()
        self.complaint.invalidate_recordset()
        self.assertEqual(self.complaint.with_user(self.rep).cost_net, 0)

    def test_it_is_entered_on_the_complaint_and_its_button_leads_to_the_entries(self):
        self._move_to(self.complaint, "investigation")
        with Form(self.complaint.with_user(self.handler)) as form, form.cost_ids.new() as row:
            row.name = "Bill 4711"
            row.amount = 15
        action = self.complaint.with_user(self.handler).action_view_costs()
        entry = self.env["quality.cost"].with_user(self.handler).search(action["domain"])
        self.assertEqual((entry.reference, entry.category, entry.amount, entry.product_id), ("Bill 4711", "freight", 15, self.product))
        self.assertEqual(entry.action_view_document()["res_id"], self.complaint.id)

    @mute_logger("odoo.sql_db")
    def test_nothing_and_less_is_no_amount(self):
        for amount in (0, -5):
            with self.subTest(amount), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._pay(self.complaint, "recovery", amount)

    def test_who_reads_the_complaint_reads_what_it_costs(self):
        self._pay(self.complaint, "freight", 10)
        for user, seen in ((self.rep, True), (self.quality_manager, True), (self.other_rep, False), (self.outsider, False)):
            with self.subTest(user.login):
                self.assertEqual(len(self._get_costs(user)), seen)
        entry = self._get_costs(self.rep)
        with self.assertRaises(AccessError):
            entry.with_user(self.other_rep).read(["amount"])
        with self.assertRaises(AccessError):
            self.complaint.with_user(self.worker).read(["cost_amount"])
        with self.assertRaises(AccessError):
            self._pay(self.complaint, "freight", 10, user=self.other_rep)

    def test_another_companys_costs_are_not_counted(self):
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self.env["quality.complaint"].with_company(company).create({
            "subject": "Not ours", "partner_id": self.customer.id, "company_id": company.id, "user_id": self.env.uid,
            "type_id": self.env["quality.complaint.type"].create({"name": "Theirs", "company_id": company.id}).id,
            "cost_ids": [Command.create({"kind": "freight", "amount": 7})],
        })
        self._pay(self.complaint, "freight", 10)
        Cost = self.env["quality.cost"].with_user(self.quality_manager)
        self.assertEqual(Cost.search([("complaint_id", "in", (foreign | self.complaint).ids)]).complaint_id, self.complaint)
        self.assertEqual(foreign.cost_net, 7)

    def test_the_costs_of_a_merged_complaint_are_the_kept_ones(self):
        self._pay(self.complaint, "freight", 10)
        window = self.env["quality.complaint.merge.wizard"].with_user(self.quality_manager).create({
            "complaint_ids": [Command.set((self.complaint | self.other).ids)], "kept_id": self.other.id,
        })
        window.action_confirm()
        self.env.invalidate_all()
        self.assertEqual((self.other.cost_net, self.complaint.cost_net), (10, 0))
