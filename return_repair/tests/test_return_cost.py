from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .test_return_refund import ReturnRefundCommon


class ReturnCostCommon(ReturnRefundCommon):
    """Each piece costs us 60 and is sold for 100."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.with_company(cls.company).standard_price = 60
        cls.repairer = cls._new_user("repairer", "stock.group_stock_user,quality_complaint.group_handler")
        cls.spring = cls._create_product("Spring")
        cls.spring.with_company(cls.company).standard_price = 4
        cls._add_stock(cls.spring, 100)
        cls.labour = cls.env["product.product"].create({"name": "Labour", "type": "service", "list_price": 60})
        cls.labour.with_company(cls.company).standard_price = 20
        cls.company.repair_labour_product_id = cls.labour

    def _get_costs(self, order, user=None):
        self.env.invalidate_all()
        entries = self.env["quality.cost"].with_user(user or self.quality_manager).search([("return_id", "in", order.ids)])
        return {entry.category: entry.amount for entry in entries}

    def _repair(self, line, pieces=3, **values):
        """A repair of the goods of that line, with springs built in; the customer accepts what they are to pay."""
        repair = self.env["repair.order"].with_company(self.company).create({
            "product_id": line.product_id.id, "partner_id": self.customer.id, "return_line_id": line.id, **values,
            "move_ids": [Command.create({"product_id": self.spring.id, "product_uom_qty": pieces, "repair_line_type": "add"})],
        })
        if repair.quotation_state:
            repair.action_create_sale_order()
            repair.sale_order_id.action_confirm()
        repair.action_validate()
        repair.action_repair_start()
        repair.move_ids.write({"quantity": pieces, "picked": True})
        repair.action_repair_end()
        return repair

    def _ship(self, order):
        for picking in order.transfer_ids.filtered(lambda picking: picking.location_dest_id.usage == "customer"):
            for move in picking.move_ids:
                move.write({"quantity": move.product_uom_qty, "picked": True})
            picking.with_context(skip_backorder=True).button_validate()


@tagged("post_install", "-at_install")
class TestReturnCost(ReturnCostCommon):
    """What returns cost, by their documents."""

    def test_a_credit_note_counts_without_taxes_when_it_is_posted(self):
        order = self._take_back(self._sell(discount=15))
        self.assertEqual(self._get_costs(order), {})
        order.credit_note_ids.with_user(self.accountant).action_post()
        self.assertEqual(self._get_costs(order), {"credit": 170})
        entry = self.env["quality.cost"].with_user(self.quality_manager).search([("return_id", "=", order.id)])
        self.assertEqual(entry.reason_id, self.reason)
        self.assertEqual(order.with_user(self.rep).cost_net, 170)
        order.credit_note_ids.button_draft()
        self.assertEqual(self._get_costs(order), {})

    def test_a_credit_note_in_another_currency_counts_in_the_companys(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create({"currency_id": euro.id, "company_id": self.company.id, "name": fields.Date.today(), "rate": 0.5})
        pricelist = self.env["product.pricelist"].create({"name": "Euro", "currency_id": euro.id, "company_id": self.company.id})
        sold = self._create_order({"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 100}, pricelist_id=pricelist.id)
        self._deliver(sold)
        self._invoice(sold)
        order = self._take_back(sold)
        order.credit_note_ids.action_post()
        self.assertEqual(self._get_costs(order), {"credit": 400})

    def test_what_is_delivered_again_counts_at_cost_when_it_leaves(self):
        order = self._take_back(self._sell(), 3, resolution="exchange", accepted=2)
        self.assertEqual(self._get_costs(order), {})
        self._ship(order)
        self.assertEqual(self._get_costs(order), {"replacement": 120}, "the third goes back to the customer, which is no replacement")

    def test_an_exchange_that_is_charged_anew_costs_nothing(self):
        other = self._create_product("Metric set", list_price=150)
        order = self._take_back(self._sell(), resolution="exchange", exchange_product_id=other.id, exchange_quantity=2)
        order.credit_note_ids.action_post()
        self.assertEqual(self._get_costs(order), {})

    def test_scrapped_goods_count_at_cost_beside_what_was_credited(self):
        order = self._take_back(self._sell(), 3, accepted=2, disposition="scrap")
        order.credit_note_ids.action_post()
        self.assertEqual(self._get_costs(order), {"credit": 200, "scrap": 120})

    def test_parts_and_labour_count_where_the_customer_does_not_pay_for_them(self):
        order = self._take_back(self._sell(), 1, resolution="repair", state="inspection")
        order.line_ids.with_user(self.quality_manager).write({"warranty_override": "in", "warranty_override_reason": "Goodwill"})
        repair = self._repair(order.line_ids, labour_hours=2)
        self.env.invalidate_all()
        entries = self.env["quality.cost"].with_user(self.quality_manager).search([("return_id", "=", order.id)])
        self.assertEqual(
            sorted((entry.category, entry.amount, entry.product_id, entry.in_warranty, entry.reference) for entry in entries),
            [("labour", 40, self.product, True, repair.name), ("repair_parts", 12, self.product, True, repair.name)],
        )
        repair.labour_hours_done = 1.5
        self.assertEqual(self._get_costs(order), {"labour": 30, "repair_parts": 12})

    def test_what_the_customer_pays_costs_nothing_but_the_hours_beyond_the_quoted(self):
        order = self._take_back(self._sell(), 1, resolution="repair", state="inspection")
        repair = self._repair(order.line_ids, labour_hours=2)
        self.assertEqual(self._get_costs(order), {})
        repair.labour_hours_done = 3
        self.assertEqual(self._get_costs(order), {"labour": 20})

    def test_the_complaint_shows_what_its_returns_and_repairs_cost(self):
        complaint = self._move_to(self._create_complaint(), "investigation")
        sold = self._sell()
        move = sold.order_line.move_ids
        order = self._create_return(complaint_id=complaint.id, line_ids=[self._get_line(move_id=move.id, quantity=2)])
        self._move_return(order, "processing")
        order.sudo().credit_note_ids.action_post()
        self.env["quality.complaint.cost"].with_user(self.handler).create([
            {"complaint_id": complaint.id, "kind": "freight", "amount": 25}, {"complaint_id": complaint.id, "kind": "recovery", "amount": 150},
        ])
        repair = self.env["repair.order"].with_user(self.repairer).with_company(self.company).create({
            "product_id": self.product.id, "partner_id": self.customer.id,
            "move_ids": [Command.create({"product_id": self.spring.id, "product_uom_qty": 1, "repair_line_type": "add"})],
        })
        repair.sudo().complaint_id = complaint
        repair.sudo().action_validate()
        repair.sudo().action_repair_start()
        repair.sudo().move_ids.write({"quantity": 1, "picked": True})
        repair.sudo().action_repair_end()
        self.env.invalidate_all()
        shown = complaint.with_user(self.rep)
        self.assertEqual((shown.cost_amount, shown.cost_recovered, shown.cost_net), (229, 150, 79))
        self.assertEqual(order.cost_net, 200)
        entries = self.env["quality.cost"].with_user(self.quality_manager)
        self.assertEqual(dict(entries._read_group([("complaint_id", "=", complaint.id)], ["team_id"], ["amount:sum"])), {self.team: 79})

    def test_a_cost_is_seen_with_the_return_and_leads_to_what_the_user_may_read(self):
        order = self._take_back(self._sell())
        order.credit_note_ids.action_post()
        entry = self.env["quality.cost"].search([("return_id", "=", order.id)])
        controller = self._new_user("controller", "quality_complaint.group_manager,account.group_account_invoice")
        for user, model in ((controller, "account.move"), (self.rep, "return.order"), (self.stock_user, "return.order")):
            with self.subTest(user.login):
                self.assertEqual(entry.with_user(user).action_view_document()["res_model"], model)
        self.assertEqual(self._get_costs(order, self.other_rep), {})
        with self.assertRaises(AccessError):
            entry.with_user(self.other_rep).read(["amount"])

    def test_a_cost_is_seen_by_who_may_read_one_of_its_documents(self):
        """A rule of the administrator's own on one of them leaves the other; on both, nothing."""
        complaint = self._move_to(self._create_complaint(), "investigation")
        move = self._sell().order_line.move_ids
        order = self._create_return(complaint_id=complaint.id, line_ids=[self._get_line(move_id=move.id)])
        self._move_return(order, "processing")
        order.sudo().credit_note_ids.action_post()
        costs = self.env["quality.cost"].with_user(self.quality_manager)
        seen = [("complaint_id", "=", complaint.id)]
        self.assertTrue(costs._sees_all())
        self.assertEqual(costs._read_group(seen, [], ["amount:sum"]), [(200,)])
        rules = {
            model: self.env["ir.rule"].create({
                "name": "Nothing", "model_id": self.env["ir.model"]._get_id(model), "domain_force": "[(0, '=', 1)]", "active": False,
            }) for model in ("quality.complaint", "return.order")
        }
        for hidden, expected in ((["quality.complaint"], 200), (["return.order"], 200), (list(rules), False)):
            with self.subTest(hidden):
                for model, rule in rules.items():
                    rule.active = model in hidden
                self.env.invalidate_all()
                self.assertFalse(costs._sees_all())
                self.assertEqual(costs._read_group(seen, [], ["amount:sum"]), [(expected,)])
                self.assertEqual(len(costs.search(seen)), bool(expected))

    def test_two_companies_are_not_mixed(self):
        order = self._take_back(self._sell())
        order.credit_note_ids.action_post()
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        stranger = self._new_user("stranger", "quality_complaint.group_manager", company)
        self.assertEqual(self._get_costs(order, stranger), {})
        self.assertEqual(self._get_costs(order), {"credit": 200})
