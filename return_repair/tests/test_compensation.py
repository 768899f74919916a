from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .test_return_refund import ReturnRefundCommon


class CompensationCommon(ReturnRefundCommon):
    """Adds a reason, a limit of 100, and the road from the button on the order line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.compensation_reason = cls.env["return.compensation.reason"].create({"name": "Sale in June"})
        cls.company.compensation_approval_limit = 100
        cls.other_manager = cls._new_user("other_manager", "sales_team.group_sale_manager")

    def _compensate(self, sold, price_now=90, user=None, submit=True, **values):
        """A compensation of the only line of an order, filed with its button."""
        user = user or self.rep
        compensation = self.env["return.compensation"].with_user(user).with_company(self.company).create({
            "sale_order_id": sold.id, "reason_id": self.compensation_reason.id, "price_now": price_now, **values,
        })
        if submit:
            compensation.action_submit()
        return compensation

    def _end(self, compensation, move, reason="As agreed", user=None):
        self.env["return.compensation.refuse"].with_user(user or self.sales_manager).create({
            "compensation_ids": [Command.set(compensation.ids)], "move": move, "reason": reason,
        }).action_confirm()

    def _get_note(self, compensation):
        return compensation.sudo().credit_note_ids


@tagged("post_install", "-at_install")
class TestCompensation(CompensationCommon):
    """The price has fallen: the customer gets the difference back, once, and not more than they were charged."""

    # ------------------------------------------------------------ the figures
    def test_the_button_of_the_order_line_fills_in_what_is_known(self):
        sold = self._sell(discount=20)
        action = sold.order_line.with_user(self.rep).action_file_compensation()
        form = self._open_action(self.rep, action)
        form.price_now = 70
        form.reason_id = self.compensation_reason
        compensation = form.save()
        self.assertRegex(compensation.name, r"^PC/\d{4}/00001$")
        self.assertEqual(
            (compensation.sale_line_id, compensation.partner_id, compensation.product_categ_id, compensation.company_id),
            (sold.order_line, self.customer, self.product.categ_id, self.company),
        )
        self.assertEqual(
            (compensation.price_then, compensation.quantity, compensation.difference, compensation.amount, compensation.amount_total),
            (80, 10, 100, 100, 110),
        )

    def test_an_order_with_many_lines_asks_which(self):
        sold = self._create_order((self.product, 2), (self._create_product("Saw"), 1))
        form = self._open_action(self.rep, sold.with_user(self.rep).action_file_compensation())
        self.assertFalse(form.sale_line_id)
        form.sale_line_id = sold.order_line[1]
        form.price_now = 1
        compensation = form.save()
        self.assertEqual(compensation.product_id, sold.order_line[1].product_id)
        with self.assertRaises(UserError):
            compensation.sale_line_id = self._sell().order_line

    def test_taxes_in_the_price_or_on_top(self):
        included = self._create_tax("10 % included", 10, price_include_override="tax_included")
        fixed = self._create_tax("Bottle deposit", 1, amount_type="fixed")
        cases = [
            # (taxes, with taxes, without)
            (self.tax, 55, 50),
            (included, 50, 45.45),
            (self.env["account.tax"], 50, 50),
            (self.tax | fixed, 55, 50),
        ]
        for taxes, total, untaxed in cases:
            with self.subTest(taxes=taxes.mapped("name")):
                sold = self._sell(tax_ids=[Command.set(taxes.ids)])
                compensation = self._compensate(sold, quantity=5)
                note = self._get_note(compensation)
                self.assertEqual((compensation.state, compensation.amount, compensation.amount_total), ("approved", 50, total))
                self.assertEqual(compensation.price_includes_tax, taxes == included)
                self.assertAlmostEqual(note.amount_total, total)
                self.assertAlmostEqual(note.amount_untaxed, untaxed)

    def test_the_credit_note_is_of_the_invoice_and_leaves_the_order_as_it_is(self):
        sold, other = self._sell(), self._sell()
        compensation = self._compensate(sold, quantity=4)
        note, invoice = self._get_note(compensation), sold.invoice_ids
        self.assertEqual((note.move_type, note.state, note.reversed_entry_id), ("out_refund", "draft", invoice))
        self.assertEqual(note.invoice_line_ids.account_id, invoice.invoice_line_ids.account_id)
        self.assertEqual(note.invoice_line_ids.tax_ids, self.tax)
        self.assertIn("100.00", note.invoice_line_ids.name)
        self._assert_order(sold, 10, 10, 10, "invoiced")
        self._assert_order(other, 10, 10, 10, "invoiced")
        self.assertEqual((sold.with_user(self.rep).compensation_count, other.with_user(self.rep).compensation_count), (1, 0))

    def test_a_foreign_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create({
            "currency_id": euro.id, "company_id": self.company.id, "name": fields.Date.today(), "rate": 0.5,
        })
        pricelist = self.env["product.pricelist"].create({"name": "Euro", "currency_id": euro.id, "company_id": self.company.id})
        sold = self._create_order(
            {"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 100, "tax_ids": [Command.set(self.tax.ids)]}, pricelist_id=pricelist.id,
        )
        self._deliver(sold)
        self._invoice(sold)
        compensation = self._compensate(sold, quantity=4)
        self.assertEqual((compensation.currency_id, compensation.amount, compensation.amount_company), (euro, 40, 88))
        self.assertEqual((self._get_note(compensation).currency_id, self._get_note(compensation).amount_total), (euro, 44))
        self.assertEqual(self._compensate(sold, quantity=1).state, "to_approve", "99 in dollars, and 22 more")

    def test_units_of_the_order_line(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        compensation = self._compensate(self._sell(2, product_uom_id=dozen.id, price_unit=1200), price_now=1180)
        self.assertEqual((compensation.quantity, compensation.price_then, compensation.amount), (2, 1200, 40))

    def test_many_invoices_are_credited_from_the_last_on(self):
        sold = self._sell(invoice=False)
        first = sold._create_invoices()
        first.invoice_line_ids.quantity = 9
        first.action_post()
        second = self._invoice(sold)
        compensation = self._compensate(sold, price_now=50)
        compensation.with_user(self.sales_manager).action_approve()
        self.assertEqual(
            {note.reversed_entry_id: note.amount_untaxed for note in self._get_note(compensation)}, {second: 100, first: 400},
        )

    # ------------------------------------------------------------ what is refused
    def _assert_gaps(self, compensation, *texts):
        with self.assertRaises(UserError) as refused:
            compensation.action_submit()
        for text in texts:
            self.assertIn(text, str(refused.exception))
        self.assertEqual(compensation.state, "draft")

    def test_all_that_is_missing_is_named_at_once(self):
        sold = self._sell()
        empty = self._compensate(sold, price_now=0, submit=False, reason_id=False, quantity=11, amount=-1)
        self._assert_gaps(empty, "The reason", "The price now", "of at most 10", "A final amount above zero")
        self.assertEqual(empty.next_gaps.count("\n"), 3, "the form names the same")
        self._assert_gaps(self._compensate(sold, price_now=100, submit=False), "A price now that is lower than the", "A final amount above zero")

    def test_never_more_than_was_charged_for_that_quantity(self):
        sold = self._sell()
        much = self._compensate(sold, submit=False, quantity=3, amount=300.01)
        self._assert_gaps(much, "A final amount of at most", "300.00")
        much.amount = 300
        much.action_submit()
        self.assertEqual(much.state, "to_approve", "more than the difference takes an approval")

    def test_what_costs_nothing_is_not_compensated(self):
        self._assert_gaps(self._compensate(self._sell(price_unit=0), price_now=0, submit=False), "was sold for nothing")

    def test_what_is_not_charged_gets_its_price_on_the_order(self):
        sold = self._sell(invoice=False)
        compensation = self._compensate(sold, submit=False, quantity=1)
        self._assert_gaps(compensation, "An invoice of Screwdriver set", sold.name)
        sold._create_invoices()
        self._assert_gaps(compensation, "that is posted")
        sold.invoice_ids.action_post()
        compensation.action_submit()
        self.assertEqual(compensation.state, "approved")

    def test_what_was_credited_is_not_compensated(self):
        sold = self._sell()
        self._take_back(sold, 6)
        self._assert_gaps(self._compensate(sold, submit=False, quantity=5), "of at most 4")
        self.assertEqual(self._compensate(sold).amount, 40)

    # ------------------------------------------------------------ twice
    def test_the_same_difference_is_not_given_twice(self):
        sold = self._sell()
        first = self._compensate(sold)
        again = self._compensate(sold, submit=False)
        self.assertEqual((again.difference, again.amount), (0, 0))
        again.amount = 100
        self._assert_gaps(again, "A difference that is not compensated yet", first.name)

    def test_other_pieces_and_a_further_fall_are_compensated(self):
        sold = self._sell()
        self._compensate(sold, quantity=4)
        self.assertEqual(self._compensate(sold, quantity=6, submit=False).amount, 60, "the others")
        self.assertEqual(self._compensate(sold, quantity=8, submit=False).amount, 60, "two of them once more")
        self.assertEqual(self._compensate(sold, quantity=10, price_now=80, submit=False).amount, 160, "fallen again")

    def test_two_of_one_line_in_one_batch_follow_each_other(self):
        sold, other = self._sell(), self._sell()
        drafts = self._compensate(sold, submit=False, quantity=7) | self._compensate(other, submit=False, quantity=7)
        drafts |= self._compensate(sold, submit=False, quantity=2)
        drafts.action_submit()
        self.assertEqual(drafts.mapped("state"), ["approved"] * 3)
        late = self._compensate(sold, submit=False, quantity=1) | self._compensate(sold, submit=False, quantity=1)
        with self.assertRaisesRegex(UserError, "not compensated yet"):
            late.action_submit()

    def test_what_was_refused_or_cancelled_counts_no_more(self):
        sold = self._sell()
        for move in ("refuse", "cancel"):
            compensation = self._compensate(sold, price_now=80)
            self.assertEqual(compensation.state, "to_approve")
            self._end(compensation, move)
        self.assertEqual(self._compensate(sold, submit=False).amount, 100)

    # ------------------------------------------------------------ goods that come back afterwards
    def test_what_was_compensated_is_not_paid_back_with_the_goods(self):
        for discount, credited in ((0, 180), (50, 90)):
            with self.subTest(discount=discount):
                sold = self._sell(discount=discount)
                compensation = self._compensate(sold, price_now=90 * (1 - discount / 100))
                if compensation.state == "to_approve":
                    compensation.with_user(self.sales_manager).action_approve()
                order = self._take_back(sold, 2, state="inspection")
                self.assertAlmostEqual(order.line_ids.refund_amount, credited * 1.1, msg="announced")
                self._inspect(order.with_user(self.stock_user))
                self.assertAlmostEqual(order.credit_note_ids.amount_untaxed, credited)
                self.assertAlmostEqual(order.line_ids.refund_amount, credited * 1.1)
                self._take_back(sold, 8)
                credits = self.env["account.move"].search([("reversed_entry_id", "=", sold.invoice_ids.filtered(lambda move: move.move_type == "out_invoice").id)])
                self.assertAlmostEqual(sum(credits.mapped("amount_untaxed")), 1000 * (1 - discount / 100), msg="all of it, and no more")

    # ------------------------------------------------------------ who
    def test_up_to_the_limit_the_representative_gives_it(self):
        sold = self._sell()
        below = self._compensate(sold, quantity=9)
        self.assertEqual((below.amount_company, below.state, below.approved_by_id), (99, "approved", self.env["res.users"]))
        cut = self._compensate(sold, quantity=1)
        self.assertEqual(cut.state, "to_approve", "no cutting into pieces")
        self.assertFalse(self._get_note(cut))
        with self.assertRaises(UserError):
            cut.action_approve()
        self.assertFalse(cut.can_approve)
        cut.with_user(self.sales_manager).action_approve()
        self.assertEqual((cut.state, cut.approved_by_id), ("approved", self.sales_manager))
        self.assertEqual(self._get_note(cut).amount_total, 11)

    def test_nobody_approves_what_they_filed(self):
        sold = self._sell()
        own = self._compensate(sold, price_now=50, user=self.sales_manager)
        self.assertEqual(own.state, "to_approve")
        with self.assertRaisesRegex(UserError, "who has not filed it"):
            own.action_approve()
        with self.assertRaisesRegex(UserError, "who has not filed it"):
            own.write({"state": "approved"})
        own.with_user(self.other_manager).action_approve()
        self.assertEqual(own.state, "approved")

    def test_writing_the_state_goes_round_nothing(self):
        sold = self._sell()
        compensation = self._compensate(sold, price_now=50, submit=False)
        for state, error in (("approved", "The approval"), ("paid", "can't go to"), ("refused", "can't go to"), ("cancel", "The reason")):
            with self.subTest(state), self.assertRaisesRegex(UserError, error):
                compensation.write({"state": state})
        small = self._compensate(sold, quantity=1, submit=False)
        small.write({"state": "approved"})
        self.assertEqual((small.state, len(self._get_note(small))), ("approved", 1))
        with self.assertRaisesRegex(UserError, "accounting"):
            small.write({"state": "paid"})
        for values in ({"approved_by_id": self.rep.id}, {"name": "PC/1"}, {"company_id": self.company.id}):
            with self.subTest(values), self.assertRaises(AccessError):
                small.with_user(self.sales_manager).write(values)
        with self.assertRaises(UserError):
            self._compensate(sold, submit=False, state="approved")

    def test_what_was_submitted_stays_as_it_is(self):
        compensation = self._compensate(self._sell(), price_now=80)
        for values in ({"amount": 1}, {"price_now": 1}, {"quantity": 1}, {"reason_id": False}):
            with self.subTest(values), self.assertRaisesRegex(AccessError, "submitted as it is"):
                compensation.with_user(self.sales_manager).write(values)
        compensation.action_back_to_draft()
        compensation.quantity = 1
        self.assertEqual(compensation.amount, 20)
        compensation.action_submit()
        self.assertEqual(compensation.state, "approved")

    def test_a_refusal_is_told_with_its_reason(self):
        compensation, second = self._compensate(self._sell(), price_now=50), self._compensate(self._sell(), price_now=50)
        self._end(compensation, "refuse", "Not within 30 days")
        self.assertEqual((compensation.state, compensation.refusal_reason, second.state), ("refused", "Not within 30 days", "to_approve"))
        self.assertTrue(self._get_notice(compensation, compensation.display_name))
        compensation.action_back_to_draft()
        self.assertEqual((compensation.state, compensation.refusal_reason), ("draft", False))

    def test_the_leader_of_the_sales_team_is_asked(self):
        team = self.env["crm.team"].create({"name": "Shops", "user_id": self.sales_manager.id, "company_id": self.company.id})
        sold = self._sell()
        sold.team_id = team
        compensation = self._compensate(sold, price_now=50)
        self.assertEqual(self._get_activities(compensation), {self.sales_manager: ["Approve the compensation"]})
        compensation.with_user(self.sales_manager).action_approve()
        self.assertFalse(self._get_activities(compensation))

    def test_the_register_loses_nothing(self):
        compensation = self._compensate(self._sell(), submit=False)
        with self.assertRaises(UserError):
            compensation.sudo().unlink()
        self._end(compensation, "cancel", "Bought elsewhere", user=self.rep)
        self.assertEqual((compensation.state, compensation.cancel_reason), ("cancel", "Bought elsewhere"))

    # ------------------------------------------------------------ accounting
    def test_it_follows_what_accounting_does(self):
        compensation, second = self._compensate(self._sell(), quantity=1), self._compensate(self._sell(), quantity=1)
        note = self._get_note(compensation)
        note.with_user(self.accountant).action_post()
        self.assertEqual((compensation.state, second.state), ("paid", "approved"))
        with self.assertRaisesRegex(UserError, "finished"):
            compensation.with_user(self.sales_manager).note = "Another"
        note.with_user(self.accountant).button_draft()
        self.assertEqual(compensation.state, "approved")
        with self.assertRaisesRegex(UserError, "accounting deletes or cancels it first"):
            self._end(compensation, "cancel")
        note.with_user(self.accountant).button_cancel()
        self._end(compensation, "cancel")
        self.assertEqual(compensation.state, "cancel")

    def test_what_accounting_deletes_is_told_and_made_again(self):
        compensation = self._compensate(self._sell(), quantity=1)
        self.assertFalse(compensation.can_make_credit_note)
        with self.assertRaisesRegex(UserError, "No credit note is missing"):
            compensation.action_make_credit_note()
        self._get_note(compensation).with_user(self.accountant).unlink()
        self.env.invalidate_all()
        self.assertEqual(compensation.state, "approved")
        self.assertTrue(compensation.message_ids.filtered(lambda message: "was deleted by Accountant" in message.body))
        self.assertIn("Make it again", compensation.next_gaps)
        compensation.action_make_credit_note()
        self.assertEqual(self._get_note(compensation).amount_untaxed, 10)

    def test_what_is_credited_in_part_is_not_credited(self):
        sold = self._sell(invoice=False)
        first = sold._create_invoices()
        first.invoice_line_ids.quantity = 9
        first.action_post()
        self._invoice(sold)
        compensation, other = self._compensate(sold, price_now=50), self._compensate(self._sell(), quantity=1)
        compensation.with_user(self.sales_manager).action_approve()
        notes = {note.amount_untaxed: note for note in self._get_note(compensation)}
        notes[400].with_user(self.accountant).unlink()
        notes[100].with_user(self.accountant).action_post()
        self.env.invalidate_all()
        self.assertEqual((compensation.state, compensation.can_make_credit_note, other.can_make_credit_note), ("approved", True, False))
        self.assertRegex(compensation.next_gaps, "400.00.*Make it again")
        compensation.action_make_credit_note()
        again = self._get_note(compensation) - notes[100]
        self.assertEqual((again.amount_untaxed, again.reversed_entry_id), (400, first))
        with self.assertRaisesRegex(UserError, "No credit note is missing"):
            compensation.action_make_credit_note()
        again.with_user(self.accountant).action_post()
        self.assertEqual(compensation.state, "paid")

    def test_what_came_back_meanwhile_is_not_compensated_when_it_is_made_again(self):
        sold = self._sell()
        compensation = self._compensate(sold, quantity=9)
        self._get_note(compensation).with_user(self.accountant).unlink()
        self._take_back(sold, 2)
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "of at most 8"):
            compensation.action_make_credit_note()
        self.assertFalse(self._get_note(compensation))

    def test_it_is_not_made_again_beyond_what_is_charged(self):
        sold = self._sell()
        compensation = self._compensate(sold, quantity=1)
        self._get_note(compensation).with_user(self.accountant).unlink()
        note = sold.invoice_ids._reverse_moves()
        note.action_post()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "posted and not credited"):
            compensation.action_make_credit_note()

    def test_the_company_may_have_it_posted_at_once(self):
        self.company.return_post_credit_notes = True
        compensation = self._compensate(self._sell(), quantity=1)
        self.assertEqual((self._get_note(compensation).state, compensation.state), ("posted", "paid"))

    def test_a_customer_without_address(self):
        bare = self.env["res.partner"].create({"name": "Nobody"})
        sold = self._create_order({"product_id": self.product.id, "product_uom_qty": 2, "price_unit": 100, "tax_ids": False}, customer=bare)
        self._deliver(sold)
        self._invoice(sold)
        self.assertEqual(self._get_note(self._compensate(sold)).amount_total, 20)

    # ------------------------------------------------------------ complaints
    def test_a_complaint_leads_to_its_compensations(self):
        complaint = self._create_complaint()
        compensation = self._compensate(self._sell(), quantity=1, complaint_id=complaint.id)
        self.assertEqual(complaint.compensation_count, 1)
        note, other = self._get_note(compensation), self._compensate(self._sell(), quantity=1)
        self.assertEqual(complaint.with_user(self.rep).cost_amount, 0, "a draft may still change")
        (note | self._get_note(other)).with_user(self.accountant).action_post()
        self.env.invalidate_all()
        entry = self.env["quality.cost"].with_user(self.quality_manager).search([("complaint_id", "=", complaint.id)])
        self.assertEqual((entry.category, entry.amount, entry.reference, entry.product_id), ("compensation", 10, note.name, self.product))
        self.assertEqual(complaint.with_user(self.rep).cost_amount, 10)
        self.assertEqual(self.env["return.compensation"].with_user(self.rep).search(complaint.action_view_compensations()["domain"]), compensation)
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        foreign = self._create_complaint(partner_id=stranger.id, contact_id=False)
        with self.assertRaises(ValidationError):
            self._compensate(self._sell(), complaint_id=foreign.id)


@tagged("post_install", "-at_install")
class TestCompensationAccess(CompensationCommon):
    def test_each_user_may_do_what_their_role_says(self):
        compensation = self._compensate(self._sell(), quantity=1)
        buyer = self._new_user("buyer", "base.group_portal")
        for user, rights in {
            self.rep: ["read", "write"], self.sales_manager: ["read", "write"], self.other_rep: [], self.quality_manager: ["read"],
            self.accountant: ["read"], self.stock_user: [], self.worker: [], self.handler: [], buyer: [],
        }.items():
            with self.subTest(user.login):
                found = [name for name in ("read", "write", "unlink") if compensation.with_user(user).has_access(name)]
                self.assertEqual(found, rights)

    def test_a_handler_reads_those_of_their_complaints(self):
        complaint = self._create_complaint()
        complaint.sudo().team_id = self.team
        compensation = self._compensate(self._sell(), quantity=1, complaint_id=complaint.id)
        self.env.flush_all()
        self.assertTrue(compensation.with_user(self.handler).has_access("read"))
        self.assertFalse(compensation.with_user(self.outsider).has_access("read"))

    def test_an_order_or_complaint_of_others_is_not_named(self):
        with self.assertRaises(AccessError):
            self._compensate(self._sell(), user=self.other_rep)
        mine = self._sell()
        mine.user_id = self.other_rep
        compensation = self._compensate(mine, user=self.other_rep, submit=False, quantity=1)
        theirs = self._sell()
        with self.assertRaises(AccessError):
            compensation.write({"sale_order_id": theirs.id, "sale_line_id": theirs.order_line.id})
        with self.assertRaises(AccessError):
            compensation.complaint_id = self._create_complaint()

    def test_another_companys_are_nobodys(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        insider = self._new_user("insider", "sales_team.group_sale_manager", company=other)
        compensation = self._compensate(self._sell(), quantity=1)
        seen = self.env["return.compensation"].with_user(insider)
        self.assertFalse(seen.browse(compensation.id).has_access("read"))
        self.assertFalse(seen.search([("id", "=", compensation.id)]))
        with self.assertRaises(UserError):
            self._compensate(self._sell(), user=insider)
        self.assertTrue(other.compensation_sequence_id)

    def test_a_window_is_its_users_alone(self):
        compensation = self._compensate(self._sell(), quantity=1)
        window = self.env["return.compensation.refuse"].with_user(self.rep).create({
            "compensation_ids": [Command.set(compensation.ids)], "reason": "No",
        })
        self.assertFalse(window.with_user(self.sales_manager).has_access("read"))

    def test_the_form_of_each_role_opens(self):
        compensation = self._compensate(self._sell(), quantity=1)
        for user in (self.rep, self.sales_manager, self.accountant, self.quality_manager):
            with self.subTest(user.login):
                self.assertEqual(Form(compensation.with_user(user)).amount, 10)

    def test_queries_do_not_grow_with_the_records(self):
        drafts = self.env["return.compensation"].concat(*(self._compensate(self._sell(), submit=False) for _order in range(6)))

        def measure(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("difference")
            return self.env.cr.sql_log_count - before

        measure(drafts)
        self.assertLessEqual(measure(drafts) - measure(drafts[:1]), 2)
