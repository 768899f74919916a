from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ReturnCommon


class ReturnRefundCommon(ReturnCommon):
    """Adds accounting: a chart, an accountant, a product with a tax, and roads from the order to the accepted return."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", company=cls.company, install_demo=False)
        cls.accountant = cls._new_user("accountant", "account.group_account_user")
        cls.tax = cls._create_tax("10 %", 10)
        cls._add_stock(cls.product, 1000)
        cls.product.write({"invoice_policy": "delivery", "list_price": 100, "taxes_id": [Command.set(cls.tax.ids)]})

    @classmethod
    def _create_tax(cls, name, amount, **values):
        group = cls.env["account.tax.group"].search([("company_id", "=", cls.company.id)], limit=1)
        return cls.env["account.tax"].with_company(cls.company).create({
            "name": name, "amount": amount, "company_id": cls.company.id, "tax_group_id": group.id, **values,
        })

    def _sell(self, quantity=10, invoice=True, product=None, **values):
        """An order that is delivered, and charged by accounting."""
        product = product or self.product
        line = {"product_id": product.id, "product_uom_qty": quantity, "price_unit": 100, "tax_ids": [Command.set(self.tax.ids)], **values}
        order = self._create_order(line, **({"currency_id": values.pop("currency_id")} if "currency_id" in values else {}))
        self._deliver(order)
        if invoice:
            self._invoice(order)
        return order

    def _invoice(self, order):
        invoice = order.with_company(self.company)._create_invoices()
        invoice.with_user(self.accountant).with_company(self.company).action_post()
        return invoice

    def _take_back(self, sold, quantity=2, resolution="refund", accepted=None, state="processing", **values):
        """Returned, received by the warehouse, inspected."""
        move = sold.order_line.move_ids.filtered(lambda move: move.location_dest_usage == "customer")[:1]
        order = self._create_return(line_ids=[self._get_line(
            sold.order_line.product_id, move_id=move.id, quantity=quantity, resolution=resolution, **values,
        )])
        self._move_return(order, "receiving" if state == "receiving" else "inspection")
        if accepted is not None:
            order.line_ids.with_user(self.stock_user).quantity_accepted = accepted
        if state == "processing":
            self._inspect(order.with_user(self.stock_user))
        return order.sudo()  # to look at what accounting has

    def _carry_out(self, order):
        """The warehouse has inspected it all, and what was decided is done."""
        self._inspect(order.with_user(self.stock_user))

    def _assert_order(self, sold, ordered, delivered, invoiced, status):
        line = sold.order_line
        self.env.invalidate_all()
        self.assertEqual(
            (line.product_uom_qty, line.qty_delivered, line.qty_invoiced, sold.invoice_status), (ordered, delivered, invoiced, status),
        )


@tagged("post_install", "-at_install")
class TestReturnRefund(ReturnRefundCommon):
    """The customer gets back what he paid for what came back, and his order says what he keeps."""

    # ------------------------------------------------------------ the money
    def test_the_credit_note_says_what_the_invoice_said(self):
        included = self._create_tax("10 % included", 10, price_include_override="tax_included")
        cases = [
            # (what was sold, how many come back, what is credited with taxes)
            ({}, 2, 220),
            ({"discount": 15}, 2, 187),
            ({"tax_ids": [Command.set(included.ids)]}, 2, 200),
            ({"tax_ids": [Command.set(included.ids)], "discount": 50}, 3, 150),
            ({"tax_ids": [Command.clear()]}, 10, 1000),
            ({"price_unit": 0}, 2, 0),
        ]
        for values, quantity, amount in cases:
            with self.subTest(values=values, quantity=quantity):
                sold = self._sell(**values)
                invoice = sold.invoice_ids
                order = self._take_back(sold, quantity)
                note = order.credit_note_ids
                self.assertEqual((note.move_type, note.state, note.reversed_entry_id), ("out_refund", "draft", invoice))
                self.assertEqual(note.invoice_line_ids.sale_line_ids, sold.order_line)
                self.assertAlmostEqual(note.amount_total, amount)
                self.assertAlmostEqual(order.line_ids.refund_amount, amount)
                self._assert_order(sold, 10 - quantity, 10 - quantity, 10 - quantity, "invoiced" if quantity < 10 else sold.invoice_status)

    def test_a_foreign_currency_is_credited_in_that_currency(self):
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
        order, second = self._take_back(sold), self._take_back(sold, state="inspection")
        self.assertEqual((order.credit_note_ids.currency_id, order.credit_note_ids.amount_total), (euro, 220))
        self.assertEqual((order.refund_amount, second.refund_amount), (440, 440))
        self.env["res.currency.rate"].create({
            "currency_id": euro.id, "company_id": self.company.id, "name": fields.Date.add(fields.Date.today(), days=1), "rate": 0.25,
        })
        with self.at(fields.Datetime.add(fields.Datetime.now(), days=2)):
            second.line_ids.with_user(self.stock_user).quantity_accepted = 1
            order.line_ids._compute_refund_amount()
            self.env.add_to_compute(order._fields["refund_amount"], order)
            self.assertEqual((order.refund_amount, second.refund_amount), (440, 220), "by the rate of its note, and of the day it was asked for")
        self.assertEqual((order.line_ids.refund_amount, order.refund_amount), (220, 440), "in the company's currency")

    def test_accounting_posts_it_and_the_order_stays_right(self):
        sold = self._sell()
        order = self._take_back(sold)
        order.credit_note_ids.with_user(self.accountant).action_post()
        self._assert_order(sold, 8, 8, 8, "invoiced")
        order.with_user(self.quality_manager).action_done()
        self.assertEqual(order.state, "done")

    def test_the_company_may_have_it_posted_at_once(self):
        self.company.return_post_credit_notes = True
        self.assertEqual(self._take_back(self._sell()).credit_note_ids.state, "posted")

    def test_two_returns_of_one_order_line_ship_nothing(self):
        sold = self._sell()
        self._take_back(sold, 2, state="inspection")
        self._take_back(sold, 3)
        self.assertFalse(sold.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel")))
        self._assert_order(sold, 7, 5, 7, "to invoice")

    def test_more_delivered_than_ordered_is_credited_and_ordered_as_before(self):
        sold = self._create_order({"product_id": self.product.id, "product_uom_qty": 5, "price_unit": 100, "tax_ids": [Command.set(self.tax.ids)]})
        self._deliver(sold, {self.product: 7})
        self._invoice(sold)
        order = self._take_back(sold, 2)
        self.assertEqual(order.credit_note_ids.amount_total, 220)
        self._assert_order(sold, 5, 5, 5, "invoiced")

    def test_store_credit_is_marked(self):
        order = self._take_back(self._sell(), resolution="credit")
        self.assertTrue(order.credit_note_ids.return_store_credit)
        self.assertFalse(self._take_back(self._sell()).credit_note_ids.return_store_credit)

    # ------------------------------------------------------------ how much
    def test_policies_and_what_was_charged(self):
        cases = [
            # (policy, charged before, ordered, delivered, invoiced, status, credited)
            ("delivery", True, 8, 8, 8, "invoiced", 2),
            ("order", True, 8, 8, 8, "invoiced", 2),
            ("delivery", False, 8, 8, 0, "to invoice", 0),
            ("order", False, 8, 8, 0, "to invoice", 0),
        ]
        for policy, charged, ordered, delivered, invoiced, status, credited in cases:
            with self.subTest(policy=policy, charged=charged):
                product = self._create_product(f"Drill {policy} {charged}", invoice_policy=policy, list_price=100)
                self._add_stock(product, 20)
                sold = self._sell(product=product, invoice=charged)
                order = self._take_back(sold)
                self._assert_order(sold, ordered, delivered, invoiced, status)
                self.assertEqual(sum(order.credit_note_ids.invoice_line_ids.mapped("quantity")), credited)

    def test_what_was_charged_in_part_is_credited_down_to_what_he_keeps(self):
        sold = self._sell(invoice=False)
        invoice = sold._create_invoices()
        invoice.invoice_line_ids.quantity = 9
        invoice.action_post()
        order = self._take_back(sold)
        self.assertEqual(order.credit_note_ids.invoice_line_ids.quantity, 1, "of two, one had not been charged")
        self._assert_order(sold, 8, 8, 8, "invoiced")

    def test_only_what_was_accepted_is_credited(self):
        sold = self._sell()
        order = self._take_back(sold, 3, accepted=1)
        self.assertEqual(order.credit_note_ids.invoice_line_ids.quantity, 1)
        self.assertEqual(sold.order_line.product_uom_qty, 9)

    def test_what_was_credited_already_is_not_credited_again(self):
        sold = self._sell()
        note = sold.invoice_ids._reverse_moves()
        note.invoice_line_ids.quantity = 9
        note.action_post()
        order = self._take_back(sold)
        self.assertFalse(order.credit_note_ids.filtered(lambda note: sum(note.invoice_line_ids.mapped("quantity")) > 1))

    def test_of_what_was_credited_in_part_the_rest_is_credited(self):
        sold = self._sell()
        note = sold.invoice_ids._reverse_moves()
        note.invoice_line_ids.quantity = 3
        note.action_post()
        order = self._take_back(sold, 5)
        self.assertEqual((order.credit_note_ids - note).invoice_line_ids.quantity, 2, "three of the five were credited before")
        self._assert_order(sold, 5, 5, 5, "invoiced")

    def test_lines_of_one_return_share_what_is_left_of_an_order_line(self):
        sold = self._sell()
        note = sold.invoice_ids._reverse_moves()
        note.invoice_line_ids.quantity = 4
        note.action_post()
        move = sold.order_line.move_ids
        order = self._move_return(self._create_return(line_ids=[
            self._get_line(move_id=move.id, quantity=quantity) for quantity in (7, 3)
        ]), "inspection")
        self._inspect(order.with_user(self.stock_user))
        lines = (order.sudo().credit_note_ids - note).invoice_line_ids
        self.assertEqual(lines.mapped("quantity"), [6], "ten came back, four were credited before")
        self._assert_order(sold, 0, 0, 0, "invoiced")

    def test_many_invoices_give_one_credit_note_each(self):
        sold = self._sell(invoice=False)
        first = sold._create_invoices()
        first.invoice_line_ids.quantity = 6
        first.action_post()
        second = self._invoice(sold)
        order = self._take_back(sold, 5)
        self.assertEqual(
            {note.reversed_entry_id: note.invoice_line_ids.quantity for note in order.credit_note_ids}, {second: 4, first: 1},
        )
        self._assert_order(sold, 5, 5, 5, "invoiced")

    def test_down_payments_stay(self):
        sold = self._create_order({"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 100})
        self.env["sale.advance.payment.inv"].with_company(self.company).with_context(active_model="sale.order", active_ids=sold.ids).create({
            "advance_payment_method": "fixed", "fixed_amount": 100, "sale_order_ids": [Command.set(sold.ids)],
        }).create_invoices()
        sold.invoice_ids.action_post()
        self._deliver(sold)
        sold._create_invoices(final=True).action_post()
        move = sold.order_line.move_ids
        order = self._create_return(line_ids=[self._get_line(move_id=move.id)])
        self._move_return(order, "processing")
        credited = order.sudo().credit_note_ids.invoice_line_ids
        self.assertEqual((credited.product_id, credited.quantity), (self.product, 2))

    def test_units_of_the_order_and_of_the_return(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        sold = self._sell(2, product_uom_id=dozen.id, price_unit=1200)
        order = self._take_back(sold, 6, product_uom_id=self.product.uom_id.id)
        self.assertEqual(order.credit_note_ids.amount_untaxed, 600)
        self._assert_order(sold, 1.5, 1.5, 1.5, "invoiced")

    def test_a_price_by_hand_and_a_locked_order_stay(self):
        sold = self._sell(discount=20)
        sold.action_lock()
        self._take_back(sold)
        self.assertEqual((sold.locked, sold.order_line.price_unit, sold.order_line.discount, sold.order_line.product_uom_qty), (True, 100, 20, 8))

    def test_what_is_open_of_the_order_is_delivered_as_before(self):
        sold = self._create_order({"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 100})
        self._deliver(sold, {self.product: 6})
        self._invoice(sold)
        self._take_back(sold)
        waiting = sold.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        self.assertEqual((waiting.move_ids.product_uom_qty, sold.order_line.qty_delivered, sold.order_line.qty_invoiced), (4, 4, 4))
        self.assertEqual(sold.order_line.product_uom_qty, 8)

    # ------------------------------------------------------------ accounting and again
    def test_doing_it_again_does_nothing_more(self):
        sold = self._sell()
        order = self._take_back(sold)
        note = order.credit_note_ids
        order._process()
        self.assertEqual((order.credit_note_ids, sold.order_line.product_uom_qty), (note, 8))

    def test_what_accounting_deletes_is_told_and_made_again(self):
        sold = self._sell()
        order = self._take_back(sold)
        by_stock = order.with_user(self.stock_user)
        self.assertFalse(by_stock.can_make_credit_notes)
        order.credit_note_ids.with_user(self.accountant).unlink()
        self.env.invalidate_all()
        self.assertTrue(order.message_ids.filtered(lambda message: "was deleted by Accountant" in message.body))
        with self.assertRaisesRegex(UserError, "The credit note for Screwdriver set"):
            order.with_user(self.quality_manager).action_done()
        self.assertTrue(by_stock.can_make_credit_notes)
        by_stock.action_make_credit_notes()
        self.assertEqual(order.credit_note_ids.amount_total, 220)
        self._assert_order(sold, 8, 8, 8, "invoiced")

    def test_a_cancelled_credit_note_counts_no_more(self):
        order = self._take_back(self._sell())
        order.credit_note_ids.with_user(self.accountant).button_cancel()
        self.assertTrue(order.with_user(self.stock_user).can_make_credit_notes)
        order.with_user(self.stock_user).action_make_credit_notes()
        self.assertEqual(order.credit_note_ids.mapped("state").count("draft"), 1)

    def test_of_several_credit_notes_only_the_missing_one_is_made_again(self):
        sold = self._sell(invoice=False)
        first = sold._create_invoices()
        first.invoice_line_ids.quantity = 6
        first.action_post()
        second = self._invoice(sold)
        for invoice, quantity in ((first, 1), (second, 4)):
            with self.subTest(quantity=quantity), self.env.cr.savepoint() as savepoint:
                order = self._take_back(sold, 5)
                gone = order.credit_note_ids.filtered(lambda note, invoice=invoice: note.reversed_entry_id == invoice)
                kept = order.credit_note_ids - gone
                gone.with_user(self.accountant).unlink()
                self.env.invalidate_all()
                with self.assertRaisesRegex(UserError, "The credit note for Screwdriver set"):
                    order.with_user(self.quality_manager).action_done()
                order.with_user(self.stock_user).action_make_credit_notes()
                again = order.credit_note_ids - kept
                self.assertEqual((again.reversed_entry_id, again.invoice_line_ids.quantity, len(kept)), (invoice, quantity, 1))
                self._assert_order(sold, 5, 5, 5, "invoiced")
                self.assertFalse(order.with_user(self.stock_user).can_make_credit_notes)
                order.with_user(self.quality_manager).action_done()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_accounting_credits_less_of_is_still_owed(self):
        sold = self._sell()
        order = self._take_back(sold)
        order.credit_note_ids.with_user(self.accountant).invoice_line_ids.quantity = 0.5
        self.env.invalidate_all()
        order.with_user(self.stock_user).action_make_credit_notes()
        self.assertEqual(sorted(order.credit_note_ids.invoice_line_ids.mapped("quantity")), [0.5, 1.5])
        self._assert_order(sold, 8, 8, 8, "invoiced")

    def test_a_credit_note_is_due_at_once_and_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        sold = self._sell(invoice=False)
        invoice = sold._create_invoices()
        invoice.invoice_payment_term_id = self.env.ref("account.account_payment_term_30days")
        invoice.action_post()
        note = self._take_back(sold).credit_note_ids
        self.assertFalse(note.invoice_payment_term_id)
        self.assertEqual(note.invoice_date_due, fields.Date.today())
        self.assertIn("冲销", note.ref)
        self.assertIn(invoice.name, note.ref)

    def test_what_was_charged_as_ordered_before_it_left_is_credited(self):
        product = self._create_product("Drill", invoice_policy="order", list_price=100)
        self._add_stock(product, 20)
        sold = self._create_order({"product_id": product.id, "product_uom_qty": 10, "price_unit": 100})
        self._invoice(sold)
        self._deliver(sold, {product: 6})
        order = self._take_back(sold, 2)
        self.assertEqual(order.credit_note_ids.invoice_line_ids.quantity, 2)
        waiting = sold.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        self.assertEqual(waiting.move_ids.product_uom_qty, 4)
        self._assert_order(sold, 8, 4, 8, "invoiced")

    def test_an_archived_product_is_credited(self):
        sold = self._sell()
        self.product.active = False
        order = self._take_back(sold)
        self.assertEqual(order.credit_note_ids.amount_total, 220)
        self._assert_order(sold, 8, 8, 8, "invoiced")

    def test_what_it_will_be_is_known_before(self):
        sold = self._sell(discount=10)
        order = self._create_return(line_ids=[self._get_line(move_id=sold.order_line.move_ids.id)])
        self.assertEqual((order.line_ids.refund_amount, order.refund_amount), (198, 198))
