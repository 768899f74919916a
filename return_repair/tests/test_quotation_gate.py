from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.misc import format_date

from .quotation_common import QuotationCommon


@tagged("post_install", "-at_install")
class TestQuotationGate(QuotationCommon):
    """Work that the customer pays waits until they have accepted its price; the warranty's work does not."""

    def _assert_waits(self, repairs, *texts):
        for move in ("_action_repair_confirm", "action_repair_start"):
            with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
                getattr(repairs, move)()
            for text in texts:
                self.assertIn(text, str(refusal.exception))
        self.env.invalidate_all()
        self.assertEqual(set(repairs.mapped("state")), {"draft"})

    # ------------------------------------------------------------ who pays
    def test_in_warranty_it_starts_at_once_and_parts_and_labour_are_free(self):
        repair = self._create_repair(self.inside)
        self.assertTrue(repair.under_warranty)
        self.assertFalse(repair.quotation_state)
        repair.action_create_sale_order()  # to show what it would have cost
        self.assertEqual(repair.sale_order_id.order_line.mapped("price_unit"), [0, 0])
        self._repair(repair)
        self.assertEqual(repair.state, "done")

    def test_without_warranty_or_with_an_unknown_delivery_it_is_charged(self):
        self.company.return_foreign_goods = True
        bare, foreign = self._create_product("Hammer"), self._create_product("Rotor", warranty_duration=12)
        self._add_stock(bare, 10)
        self._deliver(self._create_order((bare, 5)))
        order = self._create_return(line_ids=[self._get_line(product, resolution="repair") for product in (bare, foreign)])
        self.assertEqual(order.line_ids.mapped("warranty_state"), ["none", "unknown"])
        repairs = self._move_return(order, "processing").sudo().repair_ids
        self.assertEqual(repairs.product_id, bare | foreign)
        for repair in repairs.with_user(self.stock_user).with_company(self.company):
            self.assertFalse(repair.under_warranty)
            self._assert_waits(repair, repair.name)

    def test_a_decision_by_hand_changes_who_pays_and_what_is_quoted(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        self.assertEqual(order.amount_total, 165)
        decided = self.outside.with_user(self.quality_manager)
        decided.write({"warranty_override": "in", "warranty_override_reason": "Known fault"})
        self.env.invalidate_all()
        self.assertTrue(repair.under_warranty)
        self.assertEqual(order.amount_total, 0)
        decided.write({"warranty_override": False, "warranty_override_reason": False})
        self.env.invalidate_all()
        self.assertEqual((repair.under_warranty, order.amount_total), (False, 165))
        self.inside.with_user(self.quality_manager).write({"warranty_override": "out", "warranty_override_reason": "Dropped"})
        self._assert_waits(self._create_repair(self.inside), "Create Quotation")

    def test_an_agreement_may_pay_for_parts_or_for_labour_alone(self):
        today = fields.Date.today()
        for free, prices in (("labour", [30, 0]), ("parts", [0, 60])):
            product = self._create_product(f"Chisel, free {free}")
            self._add_stock(product, 10)
            self._deliver(self._create_order((product, 5)))
            self.env["service.agreement"].with_company(self.company).create({
                "partner_id": self.customer.id, "product_ids": [Command.set(product.ids)], "warranty_extension": "until_end",
                "date_from": today - timedelta(days=30), "date_to": today + timedelta(days=30),
                "covers_parts": free == "parts", "covers_labour": free == "labour",
            }).action_activate()
            request = self._move_return(self._create_return(line_ids=[self._get_line(product, resolution="repair")]), "processing").sudo()
            request.repair_ids.state = "cancel"  # one for a single piece instead
            repair = self._create_repair(request.line_ids, hours=1)
            with self.subTest(free):
                self.assertEqual((repair.under_warranty, repair.quotation_state), (free == "parts", "missing"))
                order = self._quote(repair)
                self.assertEqual(order.order_line.mapped("price_unit"), prices)
                order.action_confirm()
                self._repair(repair)
                self.assertEqual(repair.state, "done")

    def test_goods_that_become_ours_are_reworked_without_a_quotation(self):
        order = self._create_return(line_ids=[self._get_line(resolution="refund", disposition="rework")])
        self.assertEqual(order.line_ids.warranty_state, "out")
        repair = self._move_return(order, "processing").sudo().repair_ids.with_user(self.stock_user).with_company(self.company)
        self._repair(repair)
        self.assertEqual(repair.state, "done")

    def test_who_repairs_does_not_decide_the_warranty(self):
        repair = self._create_repair(self.outside, under_warranty=True)
        self.assertFalse(repair.under_warranty)
        with self.assertRaisesRegex(ValidationError, self.request.name):
            repair.under_warranty = True

    def test_a_repair_of_no_return_is_as_in_core(self):
        repair = self.env["repair.order"].with_user(self.stock_user).with_company(self.company).create({
            "product_id": self.product.id, "partner_id": self.customer.id, "under_warranty": True, "labour_hours": 3,
        })
        self._add_part(repair)
        self.assertFalse(repair.quotation_state)
        repair.sudo().action_create_sale_order()
        self.assertEqual(repair.sale_order_id.order_line.product_id, self.blade)
        self.assertFalse(repair.sale_order_id.is_repair_quotation)
        self._repair(repair)
        self.assertEqual(repair.state, "done")

    # ------------------------------------------------------------ no way round it
    def test_nobody_takes_a_repair_out_of_its_return_or_accepts_for_the_customer(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        for values in ({"return_line_id": False}, {"return_line_id": self.inside.id}, {"refusal_reason": "No"}, {"labour_line_id": False}):
            with self.subTest(values), self.assertRaisesRegex(AccessError, "Set by the system"):
                repair.write(values)
        with self.assertRaisesRegex(AccessError, "Set by the system"):
            self.env["repair.order"].with_user(self.stock_user).create({"product_id": self.product.id, "return_line_id": self.inside.id})
        by_default = self.env["repair.order"].with_user(self.stock_user).with_context(default_return_line_id=self.inside.id)
        self.assertFalse(by_default.create({"product_id": self.product.id}).return_line_id)
        for user in (self.stock_user, self.rep):
            with self.subTest(user.name), self.assertRaisesRegex(AccessError, "what the customer has accepted"):
                order.with_user(user).repair_accepted_amount = 1000
        with self.assertRaisesRegex(AccessError, "what the customer has accepted"):
            self.env["sale.order"].with_user(self.rep).create({"partner_id": self.customer.id, "repair_accepted_amount": 1000})

    def test_only_what_came_is_repaired_for_a_return(self):
        repair = self._create_repair(self.outside)
        for values in ({"product_qty": 5}, {"product_id": self.lasting.id}):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, f"{self.request.name}: .* came"), self.env.cr.savepoint():
                repair.write(values)
            self.env.invalidate_all()
        repair.product_qty = 4
        with self.assertRaisesRegex(ValidationError, "4 Units of .* came, so 5"), self.env.cr.savepoint():
            self._create_repair(self.outside)
        self.env.invalidate_all()
        repair.action_repair_cancel()
        self.assertTrue(self._create_repair(self.outside, blades=0).return_line_id)

    # ------------------------------------------------------------ what it waits for
    def test_each_step_before_the_acceptance_says_what_is_missing(self):
        repair, other = self._create_repair(self.outside), self._create_repair(self.outside)
        self._assert_waits(repair | other, f"{repair.name}: make a quotation", f"{other.name}: make a quotation")
        repair.action_create_sale_order()
        order = repair.sale_order_id.with_user(self.rep)
        self.assertEqual(repair.quotation_state, "draft")
        self._assert_waits(repair, f"send quotation {order.name}")
        self._send(order, "action_quotation_send")
        self.assertEqual(repair.quotation_state, "waiting")
        self._assert_waits(repair | other, f"has not accepted quotation {order.name}", f"{other.name}: make a quotation")
        order.action_confirm()
        self.assertEqual((repair.quotation_state, other.quotation_state), ("accepted", "missing"))
        repair.action_repair_start()
        self.assertEqual((repair.state, other.state), ("under_repair", "draft"))

    def test_a_written_state_waits_as_well(self):
        repair = self._create_repair(self.outside)
        for state in ("confirmed", "under_repair", "done"):
            with self.assertRaisesRegex(UserError, repair.name):
                repair.write({"state": state})
            with self.assertRaisesRegex(UserError, "waits until the customer"):
                self._create_repair(self.outside, state=state)

    def test_the_quotation_is_the_representatives_in_what_the_customer_pays(self):
        repair = self._create_repair(self.outside, blades=2, hours=1.5)
        order = self._quote(repair)
        self.assertEqual((order.user_id, order.company_id, order.require_signature), (self.rep, self.company, True))
        self.assertEqual(
            [(line.product_id, line.product_uom_qty, line.price_unit) for line in order.order_line], [(self.blade, 2, 30), (self.labour, 1.5, 60)],
        )
        repair.labour_hours = 1
        self._add_part(repair)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [2, 1, 1])
        with self.assertRaisesRegex(UserError, "already linked"):
            repair.action_create_sale_order()

    def test_two_repairs_have_a_quotation_each(self):
        repairs = self._create_repair(self.outside) | self._create_repair(self.outside, blades=0, hours=1)
        repairs.action_create_sale_order()
        self.assertEqual(repairs.sale_order_id.mapped("amount_total"), [165, 66])

    def test_what_can_not_be_quoted_is_said(self):
        empty = self._create_repair(self.outside, blades=0, hours=0)
        with self.assertRaisesRegex(UserError, empty.name):
            empty.action_create_sale_order()
        self.company.repair_labour_product_id = False
        with self.assertRaisesRegex(UserError, "an hour of labour"):
            self._create_repair(self.outside).action_create_sale_order()
        without_labour = self._create_repair(self.outside, hours=0)
        without_labour.action_create_sale_order()
        self.assertEqual(without_labour.sale_order_id.amount_total, 33)

    # ------------------------------------------------------------ more than was accepted
    def test_what_is_added_after_the_acceptance_is_accepted_anew(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        order.action_confirm()
        repair.action_repair_start()
        self._add_part(repair)
        self.assertEqual(repair.quotation_state, "exceeded")
        for move in repair.move_ids:
            move.quantity = 1
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            repair.action_repair_end()
        self.assertIn("198.00", str(refusal.exception))
        self.assertIn("165.00", str(refusal.exception))
        self.env.invalidate_all()
        order.action_ask_anew()
        self.assertEqual((order.state, repair.quotation_state), ("draft", "draft"))
        self._send(order, "action_quotation_send")
        order.action_confirm()
        repair.action_repair_end()
        self.assertEqual((repair.state, order.repair_accepted_amount), ("done", 198))

    def test_what_becomes_cheaper_needs_no_new_acceptance(self):
        repair = self._create_repair(self.outside, blades=2)
        order = self._quote(repair)
        order.action_confirm()
        repair.action_repair_start()
        repair.move_ids.product_uom_qty = 1
        self.assertEqual((order.amount_total, repair.quotation_state), (165, "accepted"))
        with self.assertRaisesRegex(UserError, "nothing to ask"):
            order.action_ask_anew()

    def test_what_was_accepted_keeps_its_price(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        order.order_line[1].price_unit = 50  # the representative's word
        order.action_confirm()
        self.labour.list_price = self.blade.list_price = 90
        self._repair(repair)
        self.assertEqual((repair.state, order.order_line.mapped("price_unit")), ("done", [30, 50]))

    def test_more_parts_than_were_quoted_are_not_used_silently(self):
        repair = self._create_repair(self.outside)
        self._quote(repair).action_confirm()
        repair.action_repair_start()
        repair.move_ids.quantity = 3
        with self.assertRaisesRegex(UserError, "3.0 Blade used, 1.0 quoted"):
            repair.action_repair_end()

    def test_an_expired_quotation_is_made_valid_again(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        with self.at(fields.Datetime.now() + timedelta(days=60)):
            self.env.invalidate_all()
            self.assertEqual(repair.quotation_state, "expired")
            self._assert_waits(repair, f"quotation {order.name} expired on {format_date(self.env, order.validity_date)}")
            order.action_ask_anew()
            self.assertEqual((repair.quotation_state, order.is_expired), ("draft", False))

    # ------------------------------------------------------------ nothing is forgotten
    def _get_steps(self, repair):
        """What somebody has to do about its quotation."""
        self.env.invalidate_all()
        activities = self.request.sudo().activity_ids.filtered(lambda activity: activity.repair_id.id == repair.id)
        self.assertLessEqual(activities.user_id, self.rep)
        return activities.mapped("summary")

    def _find(self, *states):
        found = self.env["repair.order"].with_user(self.stock_user).search([("quotation_state", "in", states), ("company_id", "=", self.company.id)])
        return found.filtered(lambda repair: repair.state != "cancel")

    def test_the_representative_is_told_what_waits_for_them_and_it_can_be_found(self):
        run = self.env["repair.order"]._cron_schedule_quotation_steps
        repair, covered = self._create_repair(self.outside), self._create_repair(self.inside)
        self.assertEqual((self._get_steps(repair), self._get_steps(covered)), ([f"Repair {repair.name} is to be paid: make a quotation"], []))
        self.assertEqual((self._find("missing"), self._find(False)), (repair, covered))
        order = self._quote(repair)
        self.assertEqual((self._get_steps(repair), self._find("missing"), self._find("waiting")), ([], repair.browse(), repair))
        with self.at(fields.Datetime.now() + timedelta(days=60)):
            for _time in range(2):
                self.env.invalidate_all()
                run()
                self.assertEqual(self._get_steps(repair), [f"Repair quotation {order.name} has expired: ask anew, or send the goods back"])
            self.assertEqual((self._find("expired"), self._find("waiting")), (repair, repair.browse()))
            order.action_ask_anew()
            self.assertFalse(self._get_steps(repair))
            order.action_confirm()
            self._add_part(repair)
            self.assertEqual(self._get_steps(repair), [f"Repair quotation {order.name} is more than was accepted: ask anew"])
            self.assertEqual(self._find("exceeded", "accepted"), repair)
            repair.move_ids[-1:].product_uom_qty = 0
            self.assertFalse(self._get_steps(repair))
            self.assertEqual((self._find("exceeded"), self._find("accepted")), (repair.browse(), repair))

    # ------------------------------------------------------------ who finds and sees it
    def test_the_return_leads_the_representative_to_its_quotations(self):
        repair, covered = self._create_repair(self.outside), self._create_repair(self.inside)
        other = self._create_return(line_ids=[self._get_line(resolution="repair")])
        seen = self.request.with_user(self.rep)
        self.assertTrue(seen.can_quote_repair)
        with self.assertRaises(AccessError):
            repair.with_user(self.rep).action_create_sale_order()
        self.assertEqual(seen.action_quote_repairs()["res_id"], repair.sale_order_id.id)
        self.assertFalse(covered.sale_order_id)
        self.env.invalidate_all()
        self.assertEqual((seen.can_quote_repair, seen.repair_quotation_count), (False, 1))
        self.assertEqual(seen.action_view_repair_quotations()["res_id"], repair.sale_order_id.id)
        self.assertEqual(repair.sale_order_id.with_user(self.rep).action_view_repaired_returns()["res_id"], seen.id)
        waiting = [("is_waiting_for_customer", "=", True), ("id", "in", (self.request | other).ids)]
        self.assertFalse(seen.search(waiting))
        order = repair.sale_order_id.with_user(self.rep)
        self._send(order, "action_quotation_send")
        self.env.invalidate_all()
        self.assertEqual(seen.search(waiting), seen)
        self.assertTrue(seen.is_waiting_for_customer)
        order.action_confirm()
        self.env.invalidate_all()
        self.assertFalse(seen.search(waiting) or seen.is_waiting_for_customer)

    def test_who_repairs_is_told_of_the_acceptance(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        order.action_confirm()
        message = repair.message_ids[0]
        self.assertIn(f"Quotation {order.name} is accepted", message.body)
        self.assertIn(self.stock_user.partner_id, message.notified_partner_ids)

    def test_another_companys_users_quote_and_refuse_nothing(self):
        elsewhere = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign_stock = self._new_user("foreign_stock", "stock.group_stock_user", elsewhere)
        foreign_rep = self._new_user("foreign_rep", "sales_team.group_sale_manager", elsewhere)
        repair = self._create_repair(self.outside)
        with self.assertRaises(AccessError):
            repair.with_user(foreign_stock).with_company(elsewhere).action_create_sale_order()
        with self.assertRaises(AccessError):
            self.request.with_user(foreign_rep).with_company(elsewhere).action_quote_repairs()
        order = self._quote(repair)
        with self.assertRaises(AccessError):
            order.with_user(foreign_rep).with_company(elsewhere).action_ask_anew()
        with self.assertRaisesRegex(UserError, "the leader of the responsible team"):
            self.env["repair.quotation.refusal"].with_user(foreign_rep).with_company(elsewhere).create({
                "order_ids": [Command.set(order.ids)], "reason": "No",
            }).action_confirm()
        self.assertEqual(order.state, "sent")
