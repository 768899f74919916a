from odoo.exceptions import UserError
from odoo.tests import tagged

from .quotation_common import QuotationCommon


@tagged("post_install", "-at_install")
class TestQuotationRefusal(QuotationCommon):
    """Who refuses a quotation gets the goods back as they are, with or without paying for the inspection."""

    def test_without_a_fee_repair_and_quotation_are_cancelled_with_the_reason(self):
        repair, other = self._create_repair(self.outside), self._create_repair(self.outside)
        order, kept = self._quote(repair), self._quote(other)
        self._refuse(order)
        self.assertEqual((repair.state, order.state), ("cancel", "cancel"))
        self.assertEqual(repair.refusal_reason, "A new one costs less")
        self.assertFalse(repair.fee_order_id)
        self.assertIn(f"Repair {repair.name} was refused (quotation {order.name}", self.request.message_ids[0].body)
        self.assertIn("165.00", self.request.message_ids[0].body)
        self.assertEqual((other.state, kept.state, other.refusal_reason), ("draft", "sent", False))

    def test_with_a_fee_it_is_ordered_and_can_be_invoiced(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        self._refuse(order, charge_fee=True)
        fee = repair.sudo().fee_order_id
        self.assertEqual((fee.partner_id, fee.user_id, fee.state, fee.amount_total), (self.customer, self.rep, "sale", 27.5))
        self.assertEqual(fee.invoice_status, "to invoice")
        invoice = self._invoice(fee)
        self.assertEqual(invoice.amount_total, 27.5)
        self.assertEqual((fee.order_line.qty_delivered, fee.order_line.qty_invoiced), (1, 1))

    def test_a_fee_needs_its_product_and_nothing_happens_without(self):
        self.company.repair_fee_product_id = False
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        with self.assertRaisesRegex(UserError, "charge no fee"), self.env.cr.savepoint():
            self._refuse(order, charge_fee=True)
        self.env.invalidate_all()
        self.assertEqual((repair.state, order.state), ("draft", "sent"))

    def test_it_is_refused_once_and_not_when_it_is_repaired(self):
        repair, done = self._create_repair(self.outside), self._create_repair(self.outside)
        orders = self._quote(repair) | self._quote(done)
        self._refuse(orders[0], charge_fee=True)
        fee = repair.sudo().fee_order_id
        with self.assertRaisesRegex(UserError, orders[0].name):
            self._refuse(orders[0], charge_fee=True)
        self.assertEqual(repair.sudo().fee_order_id, fee)
        orders[1].action_confirm()
        self._repair(done)
        with self.assertRaisesRegex(UserError, orders[1].name):
            self._refuse(orders[1])

    def test_it_is_recorded_by_who_decides_the_return(self):
        order = self._quote(self._create_repair(self.outside))
        for user in (self.other_rep, self.stock_user):
            self.assertFalse(order.with_user(user).can_refuse_repair)
            with self.assertRaisesRegex(UserError, "the leader of the responsible team, or the sales representative"):
                self._refuse(order, user)
        self._refuse(order, self.sales_manager)
        self.assertEqual(order.state, "cancel")

    def test_a_leader_who_sells_nothing_records_it_on_the_return(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        self.assertFalse(self.quality_manager.has_group("sales_team.group_sale_salesman"))
        request = self.request.with_user(self.quality_manager)
        self.assertEqual(
            (request.can_refuse_quotation, self.request.with_user(self.stock_user).can_refuse_quotation), (True, False),
        )
        form = self._open_action(self.quality_manager, request.action_refuse_quotations())
        self.assertEqual(form.quotations, order.name)
        form.reason = "A new one costs less"
        form.save().action_confirm()
        self.assertEqual((repair.state, order.state, request.can_refuse_quotation), ("cancel", "cancel", False))

    def test_a_locked_quotation_is_refused_and_priced_anew(self):
        repair, other = self._create_repair(self.outside), self._create_repair(self.outside)
        order, kept = self._quote(repair), self._quote(other)
        for quotation in (order, kept):
            quotation.action_confirm()
            quotation.sudo().action_lock()
        repair.labour_hours = 3
        repair.move_ids.product_uom_qty = 2
        self.assertEqual((order.amount_total, order.locked, repair.quotation_state), (264, True, "exceeded"))
        decided = self.outside.with_user(self.quality_manager)
        for override, amount in (("in", 0), (False, 264)):
            decided.write({"warranty_override": override, "warranty_override_reason": override and "Known fault"})
            self.env.invalidate_all()
            self.assertEqual((order.amount_total, order.locked), (amount, True))
        other.action_repair_cancel()
        self.assertEqual((kept.amount_total, kept.locked), (0, True))
        self._refuse(order)
        self.assertEqual((repair.state, order.state, order.locked), ("cancel", "cancel", False))

    def test_a_fee_that_was_cancelled_is_charged_by_the_next_refusal(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        self._refuse(order, charge_fee=True)
        fee = repair.sudo().fee_order_id
        fee.action_unlock()
        fee._action_cancel()
        repair.action_repair_cancel_draft()
        order.action_ask_anew()
        self._refuse(order, charge_fee=True)
        again = repair.sudo().fee_order_id
        self.assertNotEqual(again, fee)
        self.assertEqual((again.state, again.amount_total), ("sale", 27.5))

    def test_what_was_accepted_can_be_refused_when_it_becomes_more(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        order.action_confirm()
        repair.action_repair_start()
        self._add_part(repair, 5)
        self._refuse(order)
        self.assertEqual((repair.state, order.state), ("cancel", "cancel"))
        self.assertFalse([move for move in repair.move_ids if move.state != "cancel"])

    def _inspect_to_repair(self):
        """A return whose repair the inspection has opened, quoted with two hours."""
        order = self._move_return(self._create_return(line_ids=[self._get_line(resolution="repair")]), "processing").sudo()
        order.repair_ids.labour_hours = 2
        return order, self._quote(order.repair_ids)

    def test_the_goods_go_back_at_once_whether_the_inspection_is_charged_or_not(self):
        for charge_fee in (False, True):
            order, quotation = self._inspect_to_repair()
            self._refuse(quotation, charge_fee=charge_fee)
            back = order.transfer_ids
            with self.subTest(charge_fee=charge_fee):
                self.assertEqual((back.state, back.partner_id, back.move_ids.product_uom_qty), ("assigned", self.customer, 2))
                self.assertEqual(bool(order.repair_ids.fee_order_id), charge_fee)
                self.assertFalse(self._get_notice(order, "Repair cancelled"), "nobody has to decide about it")
                back.move_ids.picked = True
                back.with_user(self.stock_user).with_company(self.company).button_validate()
                order.with_user(self.quality_manager).action_done()
                self.assertEqual(order.state, "done")

    def test_a_cancelled_way_back_is_made_again(self):
        order, quotation = self._inspect_to_repair()
        self._refuse(quotation)
        order.transfer_ids.action_cancel()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "whose repair .* was refused: press «Send Back»"):
            order.with_user(self.quality_manager).action_done()
        order.with_user(self.stock_user).action_send_back()
        self.assertEqual(order.repair_ids.ship_move_id.state, "assigned")

    def test_another_resolution_withdraws_the_quotation(self):
        for accepted in (False, True):
            order, quotation = self._inspect_to_repair()
            if accepted:
                quotation.action_confirm()
            order.line_ids.with_user(self.quality_manager)._change_resolution("refund", "No spare parts", disposition="scrap")
            self.env.invalidate_all()
            with self.subTest(accepted=accepted):
                self.assertEqual((order.repair_ids.state, quotation.state), ("cancel", "cancel"))
                self.assertFalse(order.activity_ids.filtered(lambda activity: "declined" in activity.summary))

    def test_a_repair_that_is_taken_up_again_is_no_longer_refused(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        self._refuse(order)
        repair.action_repair_cancel_draft()
        self.assertEqual((repair.state, repair.refusal_reason, repair.quotation_state), ("draft", False, "declined"))
        order.action_ask_anew()
        self.assertEqual((order.state, order.amount_total), ("draft", 165))

    def test_a_representative_is_told_when_somebody_else_cancels_the_quotation(self):
        repair = self._create_repair(self.outside)
        order = self._quote(repair)
        order.with_user(self.sales_manager).action_cancel()
        order.with_user(self.sales_manager).action_cancel()
        told = self.request.activity_ids.filtered(lambda activity: "was declined" in activity.summary)
        self.assertEqual(told.user_id, self.rep)
        self.assertEqual(len(told), 1)
        self.assertEqual(repair.quotation_state, "declined")
        order.action_ask_anew()
        self.assertFalse(told.exists().filtered("active"))

    def test_a_refused_repair_that_is_taken_up_again_keeps_the_goods_here(self):
        request = self._move_return(self._create_return(line_ids=[self._get_line(resolution="repair")]), "processing").sudo()
        repair = request.repair_ids.with_user(self.stock_user).with_company(self.company)
        repair.labour_hours = 2
        order = self._quote(repair)
        self._refuse(order)
        back = repair.ship_move_id
        self.assertEqual((back.state, back.picking_id.partner_id, back.product_uom_qty), ("assigned", self.customer, 2))
        repair.action_repair_cancel_draft()
        self.assertEqual((back.state, repair.refusal_reason), ("cancel", False))
        order.action_ask_anew()
        order.action_confirm()
        self._repair(repair)
        self.assertEqual((repair.ship_move_id.state, repair.ship_move_id != back), ("assigned", True), "repaired they go back")

    def test_of_two_declined_quotations_only_the_one_that_is_asked_anew_is_done(self):
        repair, other = self._create_repair(self.outside), self._create_repair(self.outside)
        order, kept = self._quote(repair), self._quote(other)
        kept.name = f"{order.name}0"  # the name of one is in that of the other
        (order | kept).with_user(self.sales_manager)._action_cancel()
        self.assertEqual(self.request.sudo().activity_ids.repair_id.filtered(lambda asked: asked.state == "draft"), repair.sudo() | other.sudo())
        order.action_ask_anew()
        self.env.invalidate_all()
        self.assertEqual(self.request.sudo().activity_ids.repair_id.filtered(lambda asked: asked.state == "draft"), other.sudo())
