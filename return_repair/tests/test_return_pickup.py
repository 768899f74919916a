from datetime import date, datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .test_return_refund import ReturnRefundCommon

NOW = "2026-05-04 08:00:00"
TOMORROW = datetime(2026, 5, 5, 9)


class PickupCommon(ReturnRefundCommon):
    """Adds a driver of the warehouse, and roads to goods that are to be fetched at a frozen time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cash = cls.env["account.journal"].create({"name": "Cash", "code": "CASH", "type": "cash", "company_id": cls.company.id})
        cls.driver = cls._new_user("driver", "stock.group_stock_user")
        cls.other_driver = cls._new_user("other_driver", "stock.group_stock_user")

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(NOW))

    def _sell(self, *args, paid=True, **values):
        """An order that is delivered, charged and paid."""
        sold = super()._sell(*args, **values)
        if paid:
            self._receive_money(sold)
        return sold

    def _receive_money(self, sold):
        if invoices := sold.invoice_ids.filtered("amount_residual"):
            self.env["account.payment.register"].with_user(self.accountant).with_company(self.company).with_context(
                active_model="account.move", active_ids=invoices.ids,
            ).create({})._create_payments()

    def _plan(self, sold=None, collection="home_pickup", state="receiving", quantity=2, resolution="refund", **values):
        """A return of delivered goods that is to be fetched tomorrow at nine."""
        sold = sold or self._sell()
        move = sold.order_line.move_ids.filtered(lambda move: move.location_dest_usage == "customer")
        order = self._create_return(**{
            "collection": collection, "pickup_date": TOMORROW, "driver_id": self.driver.id,
            "line_ids": [self._get_line(move_id=move.id, quantity=quantity, resolution=resolution)], **values,
        })
        return self._move_return(order, state).with_user(self.driver) if state != "draft" else order

    def _miss(self, order, when=datetime(2026, 5, 6, 14), reason="Nobody answers the bell", driver=None):
        window = Form(order.env["return.pickup.missed"].with_context(default_return_id=order.id))
        window.reason = reason
        window.pickup_date = when
        if driver:
            window.driver_id = driver
        window.save().action_confirm()

    def _get_pickup_activities(self, order):
        activities = order.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == self.env.ref("return_repair.mail_activity_type_pickup"))
        return [(activity.user_id, activity.date_deadline, activity.summary) for activity in activities]


@tagged("post_install", "-at_install")
class TestReturnPickup(PickupCommon):
    """Who fetches the goods, when, in which order, and how it went."""

    def test_the_driver_has_it_as_an_activity_that_follows_the_plan(self):
        order, second = self._plan(state="decision"), self._plan()
        self.assertFalse(self._get_pickup_activities(order), "the customer does not know yet")
        [(driver, day, summary)] = self._get_pickup_activities(second)
        self.assertEqual((driver, day), (self.driver, date(2026, 5, 5)))
        self.assertRegex(summary, "9:00.* – 10:00.*1 Mill Lane, Brighton")
        by_warehouse = second.with_user(self.stock_user)
        by_warehouse.write({"pickup_date": datetime(2026, 5, 7, 12), "driver_id": self.other_driver.id})
        [(driver, day, summary)] = self._get_pickup_activities(second)
        self.assertEqual((driver, day), (self.other_driver, date(2026, 5, 7)))
        self.assertIn("12:00", summary)
        by_warehouse.pickup_until = datetime(2026, 5, 7, 15)
        self.assertIn("3:00", self._get_pickup_activities(second)[0][2])
        self.assertEqual(len(self._get_pickup_activities(second)), 1)
        by_warehouse.driver_id = False
        self.assertFalse(self._get_pickup_activities(second))

    def test_picked_up_is_recorded_once_and_not_yet_received(self):
        order, second = self._plan(), self._plan(collection="pickup")
        with self.at("2026-05-05 09:20:00"):
            order.action_picked_up()
            self.assertEqual((order.picked_up_on, order.picked_up_by_id), (datetime(2026, 5, 5, 9, 20), self.driver))
        self.assertFalse(self._get_pickup_activities(order))
        self.assertEqual((order.state, order.line_ids.quantity_received, order.can_pick_up), ("receiving", 0, False))
        self.assertEqual((second.picked_up_on, len(self._get_pickup_activities(second))), (False, 1))
        with self.assertRaisesRegex(UserError, "picked up already"):
            order.action_picked_up()
        with self.assertRaisesRegex(UserError, "picked up already"):
            (order | second).action_picked_up()
        self.assertFalse(second.picked_up_on)
        second.with_user(self.stock_user).action_picked_up()
        order.with_user(self.stock_user).action_received()
        self.assertEqual(order.state, "inspection")

    def test_what_the_warehouse_counts_first_was_picked_up(self):
        order, second, courier = self._plan(), self._plan(), self._plan(collection="courier")
        with self.at("2026-05-05 11:00:00"):
            (order | courier).with_user(self.stock_user).action_received()
        self.assertEqual((order.state, order.picked_up_on, order.can_pick_up), ("inspection", datetime(2026, 5, 5, 11), False))
        self.assertFalse(self._get_pickup_activities(order))
        self.assertEqual((second.picked_up_on, len(self._get_pickup_activities(second)), courier.picked_up_on), (False, 1, False))
        self.assertTrue(order.can_refund_on_spot)
        order._pay_on_spot(220, "cash", date(2026, 5, 4))
        self.assertEqual(order.spot_owed, 0)

    def test_what_comes_otherwise_is_not_fetched(self):
        for order in (self._plan(collection="courier"), self._plan(state="approved")):
            self.assertFalse(order.can_pick_up)
            with self.assertRaisesRegex(UserError, "is not to be fetched"):
                order.action_picked_up()

    def test_nobody_at_home_gives_a_new_appointment(self):
        order, second = self._plan(), self._plan()
        self._miss(order)
        self.assertEqual((order.pickup_misses, order.pickup_miss_reason), (1, "Nobody answers the bell"))
        self.assertEqual((order.pickup_date, order.pickup_until, order.pickup_day), (datetime(2026, 5, 6, 14), datetime(2026, 5, 6, 15), date(2026, 5, 6)))
        self.assertEqual(self._get_pickup_activities(order)[0][:2], (self.driver, date(2026, 5, 6)))
        self.assertIn("Nobody answers the bell", self._get_notice(order, order.display_name).body)
        self._miss(order, datetime(2026, 5, 7, 14), "Moved", self.other_driver)
        self.assertEqual((order.pickup_misses, order.driver_id, order.picked_up_on), (2, self.other_driver, False))
        self.assertEqual((second.pickup_misses, second.pickup_date), (0, TOMORROW))
        for when, reason, error in ((datetime(2026, 5, 4, 7), "Late", "has to lie ahead"), (TOMORROW, " ", "Say why")):
            with self.subTest(error), self.assertRaisesRegex(UserError, error):
                self._miss(order, when, reason)
        order.action_picked_up()
        with self.assertRaisesRegex(UserError, "picked up already"):
            self._miss(order)

    def test_a_driver_is_of_the_warehouse_of_that_company(self):
        order = self._plan()
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        for driver in (self.worker, self._new_user("foreign_driver", "stock.group_stock_user", company=other)):
            with self.subTest(driver.name), self.assertRaisesRegex(ValidationError, "can't fetch goods"):
                order.driver_id = driver
        with self.assertRaisesRegex(ValidationError, "ends after it begins"):
            order.pickup_until = TOMORROW

    def test_only_buttons_write_how_it_went(self):
        order = self._plan()
        for values in ({"picked_up_on": NOW}, {"pickup_misses": 3}, {"pickup_miss_reason": "No"}, {"picked_up_by_id": self.driver.id}):
            with self.subTest(values), self.assertRaises(AccessError):
                order.write(values)

    def test_who_has_nothing_to_do_with_it_says_nothing(self):
        order = self._plan()
        for user in (self.rep, self.other_rep, self.worker, self.outsider, self._new_user("buyer", "base.group_portal")):
            with self.subTest(user.login), self.assertRaises(UserError):
                order.with_user(user).action_picked_up()
        self.assertFalse(order.with_user(self.rep).can_pick_up)
        window = self.env["return.pickup.missed"].with_user(self.driver).create({"return_id": order.id, "reason": "Moved", "pickup_date": TOMORROW})
        self.assertFalse(window.with_user(self.stock_user).has_access("read"))

    def test_the_day_is_the_companys(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        order = self._plan(pickup_date=datetime(2026, 5, 5, 18))
        self.assertEqual(order.pickup_day, date(2026, 5, 6))

    # ------------------------------------------------------------ the sheet
    def test_a_sheet_for_each_day_and_driver_in_the_order_of_the_addresses(self):
        addresses = self.env["res.partner"].create([
            {"name": name, "parent_id": self.customer.id, "type": "other", "zip": code, "city": city, "street": street}
            for name, code, city, street in (("C", "BN2", "Hove", "1 A"), ("A", "BN1", "Ascot", "9 Z"), ("B", "BN1", "Brighton", "1 A"))
        ])
        sold = self._sell()
        orders = self.env["return.order"].concat(*(self._plan(sold, quantity=1, pickup_address_id=address.id) for address in addresses))
        late, others = self._plan(sold, quantity=1, pickup_date=datetime(2026, 5, 6, 9)), self._plan(sold, quantity=1, driver_id=self.other_driver.id)
        rounds = (orders | late | others)._get_pickup_rounds()
        self.assertEqual([(day, driver) for day, driver, _orders in rounds], [
            (date(2026, 5, 5), self.driver), (date(2026, 5, 5), self.other_driver), (date(2026, 5, 6), self.driver),
        ])
        self.assertEqual(rounds[0][2].pickup_address_id.mapped("name"), ["A", "B", "C"])
        found = self.env["return.order"].search([("id", "in", orders.ids)], order="pickup_day, driver_id, pickup_zip, pickup_city, pickup_street")
        self.assertEqual(found.ids, rounds[0][2].ids, "the list is in the same order")

    def test_the_sheet_says_what_the_driver_needs(self):
        address = self.env["res.partner"].create({
            "name": "王小明", "parent_id": self.customer.id, "type": "other", "zip": "100022", "city": "北京市", "street": "建国路88号",
        })
        order = self._plan(pickup_address_id=address.id, partner_phone="+86 10 5555 0100")
        credit = self._plan(resolution="credit")
        html = self.env["ir.actions.report"].with_user(self.driver)._render_qweb_html("return_repair.report_driver_sheet", (order | credit).ids)[0].decode()
        for text in ("王小明", "建国路88号", "北京市", "+86 10 5555 0100", "Screwdriver set", "Driver", order.name, "220.00", "9:00", "Signature"):
            self.assertIn(text, html)
        self.assertEqual(html.count("220.00"), 1, "store credit is not paid out")
        courier = self._plan(collection="courier")
        with self.assertRaisesRegex(UserError, courier.name):
            (order | courier)._get_pickup_rounds()

    def test_the_planning_opens_for_the_warehouse(self):
        order = self._plan()
        action = self.env["ir.actions.act_window"].with_user(self.stock_user)._for_xml_id("return_repair.action_pickups")
        views = self.env["return.order"].with_user(self.stock_user).get_views(action["views"])["views"]
        self.assertLessEqual({"list", "calendar", "kanban", "form"}, views.keys())
        self.assertIn(order, self.env["return.order"].with_user(self.stock_user).search([("pickup_day", "=", "2026-05-05"), ("driver_id", "=", self.driver.id)]))


@tagged("post_install", "-at_install")
class TestReturnSpotRefund(PickupCommon):
    """The driver pays the refund, and accounting has it."""

    def _fetch(self, **values):
        order = self._plan(**values)
        order.action_picked_up()
        return order

    def _pay(self, order, user=None, amount=None, **values):
        window = Form(self.env["return.spot.refund"].with_user(user or self.driver).with_company(self.company).with_context(default_return_id=order.id))
        if amount is not None:
            window.amount = amount
        for name, value in values.items():
            window[name] = value
        window.save().action_confirm()

    def _get_payments(self, order):
        return order.sudo().spot_payment_ids

    def test_what_is_owed_is_proposed_and_becomes_a_draft_payment(self):
        order, second = self._fetch(), self._fetch()
        self.assertEqual((order.spot_owed, order.can_refund_on_spot), (220, True))
        self._pay(order)
        payment = self._get_payments(order)
        self.assertEqual(
            (payment.state, payment.payment_type, payment.amount, payment.partner_id, payment.journal_id.type, payment.date, payment.create_uid),
            ("draft", "outbound", 220, self.customer, "cash", date(2026, 5, 4), self.driver),
        )
        self.assertIn(order.name, payment.memo)
        self.assertEqual((order.spot_refund_amount, order.spot_owed, order.can_refund_on_spot), (220, 0, False))
        self.assertTrue(order.message_ids.filtered(lambda message: "paid on the spot by Driver" in message.body))
        self.assertEqual((second.spot_refund_amount, second.spot_owed), (0, 220))
        with self.assertRaisesRegex(UserError, "on the spot already"):
            self._pay(order, amount=1)
        self._pay(second, method="bank")
        self.assertEqual(self._get_payments(second).journal_id.type, "bank")

    def test_another_amount_is_refused_or_explained(self):
        order = self._fetch()
        for amount, values, error in (
            (220.01, {}, "Not more than the"), (0, {"reason": "Nothing"}, "is above zero"), (-5, {"reason": "Nothing"}, "is above zero"),
            (220, {"date": date(2026, 5, 6)}, "can't lie in the future"),
        ):
            with self.subTest(amount=amount, values=values), self.assertRaisesRegex(UserError, error):
                self._pay(order, amount=amount, **values)
        with self.assertRaisesRegex(UserError, "say why less was paid"):
            order._pay_on_spot(100, "cash", date(2026, 5, 4))
        self.assertFalse(self._get_payments(order))
        self._pay(order, amount=100, reason="One is missing")
        self.assertTrue(order.message_ids.filtered(lambda message: "One is missing" in message.body))
        self.assertEqual(order.spot_owed, 120)
        self._pay(order)
        self.assertEqual(sorted(self._get_payments(order).mapped("amount")), [100, 120])

    def test_nothing_is_paid_before_the_goods_are_picked_up_or_elsewhere(self):
        cases = [
            (self._plan(), "Say first that the goods"), (self._fetch(collection="pickup"), "not a pick-up at home"),
            (self._fetch(resolution="credit"), "No refund is owed"), (self._fetch(sold=self._sell(price_unit=0)), "No refund is owed"),
            (self._fetch(sold=self._sell(paid=False)), "has not paid"), (self._fetch(sold=self._sell(invoice=False)), "has not paid"),
        ]
        for order, error in cases:
            with self.subTest(error), self.assertRaisesRegex(UserError, error):
                order._pay_on_spot(1, "cash", date(2026, 5, 4))

    def test_who_may_not_fetch_may_not_pay(self):
        order = self._fetch()
        for user in (self.rep, self.other_rep, self.worker, self.outsider):
            with self.subTest(user.login), self.assertRaises(UserError):
                order.with_user(user)._pay_on_spot(220, "cash", date(2026, 5, 4))
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self._new_user("foreign", "stock.group_stock_user", company=other)
        with self.assertRaises(AccessError):
            self.env["return.order"].with_user(foreign).browse(order.id)._pay_on_spot(220, "cash", date(2026, 5, 4))

    def test_the_windows_tell_nobody_of_returns_that_they_may_not_see(self):
        order = self._fetch()
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        windows = {
            "return.spot.refund": {"return_id": order.id},
            "return.pickup.missed": {"return_id": order.id, "reason": "Nobody at home", "pickup_date": TOMORROW},
        }
        for user in (self.outsider, self.worker, self._new_user("foreign", "stock.group_stock_user", company=other)):
            for model, values in windows.items():
                window = self.env[model].with_user(user)
                with self.subTest(user.login, model=model):
                    with self.assertRaises(AccessError):
                        window.create(values)
                    with self.assertRaises(AccessError):
                        window.onchange({"return_id": order.id}, ["return_id"], {name: {} for name in window.fields_get()})

    def test_what_the_customer_never_paid_is_not_paid_back(self):
        unpaid, half = self._sell(paid=False), self._sell()
        for sold, quantity in ((unpaid, 10), (half, 9)):
            note = sold.invoice_ids._reverse_moves([{"invoice_date": date(2026, 5, 4)}], cancel=sold == unpaid)
            if sold == half:
                note.invoice_line_ids.quantity = quantity
                note.action_post()
        self.assertEqual(unpaid.invoice_ids.filtered(lambda move: move.move_type == "out_invoice").payment_state, "reversed")
        order, second = self._fetch(sold=unpaid), self._fetch(sold=half)
        self.assertEqual((order.spot_owed, order.can_refund_on_spot), (0, False))
        with self.assertRaisesRegex(UserError, "No refund is owed"):
            order._pay_on_spot(220, "cash", date(2026, 5, 4))
        self.assertEqual(second.spot_owed, 0, "nine of ten were credited, and they keep eight")

    def test_what_was_credited_before_in_part_is_paid_back_in_part(self):
        for policy in ("order", "delivery"):
            with self.subTest(policy):
                self.product.invoice_policy = policy
                sold = self._sell()
                note = sold.invoice_ids._reverse_moves([{"invoice_date": date(2026, 5, 4)}])
                note.invoice_line_ids.quantity = 1
                note.action_post()
                order = self._fetch(sold=sold)
                self.assertEqual(order.spot_owed, 110)
                self._process(order)
                self.assertEqual((order.sudo().credit_note_ids.amount_total, order.spot_owed), (110, 110))

    def test_what_accounting_has_paid_is_not_paid_on_the_spot(self):
        order, second = self._fetch(), self._fetch()
        for note in (self._process(order), self._process(second)):
            note.with_user(self.accountant).action_post()
        self.assertEqual((order.spot_owed, second.spot_owed), (220, 220))
        self.env["account.payment.register"].with_user(self.accountant).with_company(self.company).with_context(
            active_model="account.move", active_ids=order.sudo().credit_note_ids.ids,
        ).create({"amount": 150})._create_payments()
        self.env.invalidate_all()
        self.assertEqual((order.spot_owed, second.spot_owed), (70, 220))
        with self.assertRaisesRegex(UserError, "Not more than the"):
            order._pay_on_spot(220, "cash", date(2026, 5, 4))
        self._pay(order)
        self.assertEqual((order.spot_owed, order.can_refund_on_spot), (0, False))
        self._get_payments(order).with_user(self.accountant).action_post()
        self.env.invalidate_all()
        self.assertEqual((order.spot_owed, order.sudo().credit_note_ids.amount_residual), (0, 0))

    def test_who_has_the_right_to_payments_posts_it_at_once(self):
        cashier = self._new_user("cashier", "stock.group_stock_user,account.group_account_invoice")
        order = self._fetch()
        self._pay(order, cashier)
        self.assertIn(self._get_payments(order).state, ("in_process", "paid"))

    def _process(self, order, accepted=None):
        order.with_user(self.stock_user).action_received()
        if accepted is not None:
            order.line_ids.with_user(self.stock_user).quantity_accepted = accepted
        self._record_results(order.with_user(self.stock_user)).action_inspected()
        return order.sudo().credit_note_ids

    def test_it_pays_the_credit_note_whichever_is_posted_first(self):
        for payment_first in (True, False):
            with self.subTest(payment_first=payment_first):
                order = self._fetch()
                self._pay(order)
                payment, note = self._get_payments(order), self._process(order)
                for document in (payment, note) if payment_first else (note, payment):
                    document.with_user(self.accountant).action_post()
                self.assertIn(note.payment_state, ("paid", "in_payment"))
                self.assertEqual(note.amount_residual, 0)
                self.assertEqual(payment.reconciled_invoice_ids, note)

    def test_a_part_leaves_the_rest_open(self):
        order = self._fetch()
        self._pay(order, amount=100, reason="No more cash")
        note = self._process(order)
        note.with_user(self.accountant).action_post()
        self._get_payments(order).with_user(self.accountant).action_post()
        self.assertEqual((note.payment_state, note.amount_residual), ("partial", 120))

    def test_less_accepted_than_paid_shows(self):
        order = self._fetch()
        self._pay(order)
        self._process(order, accepted=1)
        self.assertEqual((order.spot_owed, order.can_refund_on_spot), (-110, False))

    def test_store_credit_is_not_matched(self):
        order = self._fetch(line_ids=[
            self._get_line(move_id=self._sell().order_line.move_ids.id, quantity=2, resolution=resolution) for resolution in ("refund", "credit")
        ])
        self.assertEqual(order.spot_owed, 220)
        self._pay(order)
        notes = self._process(order)
        self._get_payments(order).with_user(self.accountant).action_post()
        notes.with_user(self.accountant).action_post()
        self.assertEqual({note.return_store_credit: note.amount_residual for note in notes}, {True: 220, False: 0})

    def test_what_accounting_deletes_or_cancels_is_told_and_owed_again(self):
        order = self._fetch()
        self._pay(order)
        self._get_payments(order).with_user(self.accountant).unlink()
        self.env.invalidate_all()
        self.assertTrue(order.message_ids.filtered(lambda message: "was deleted by Accountant" in message.body))
        self.assertEqual((order.spot_owed, order.spot_refund_amount), (220, 0))
        self._pay(order)
        self._get_payments(order).with_user(self.accountant).action_cancel()
        self.assertEqual(order.spot_owed, 220)
        self.assertTrue(order.message_ids.filtered(lambda message: "220.00 on the spot was cancelled by Accountant" in message.body))

    def test_a_return_whose_refund_was_paid_is_not_cancelled(self):
        order = self._fetch()
        self._pay(order)
        with self.assertRaisesRegex(UserError, "accounting cancels it first"):
            self._say(order.with_user(self.quality_manager), "cancel", "Keeps them")
        self._get_payments(order).with_user(self.accountant).action_cancel()
        self._say(order.with_user(self.quality_manager), "cancel", "Keeps them")
        self.assertEqual(order.state, "cancel")

    def test_a_company_without_such_a_journal_is_told(self):
        self.cash.active = False
        order = self._fetch()
        with self.assertRaisesRegex(UserError, "has no journal for this way of paying"):
            self._pay(order)
        self._pay(order, method="bank")
        self.assertEqual(self._get_payments(order).amount, 220)

    def test_foreign_currencies(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create({"currency_id": euro.id, "company_id": self.company.id, "name": "2026-01-01", "rate": 0.5})
        pricelist = self.env["product.pricelist"].create({"name": "Euro", "currency_id": euro.id, "company_id": self.company.id})
        sold = self._create_order(
            {"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 100, "tax_ids": [Command.set(self.tax.ids)]}, pricelist_id=pricelist.id,
        )
        self._deliver(sold)
        self._invoice(sold)
        self._receive_money(sold)
        order = self._fetch(sold=sold)
        self._pay(order)
        payment, note = self._get_payments(order), self._process(order)
        self.assertEqual((payment.currency_id, payment.amount, note.currency_id), (euro, 220, euro))
        (payment.with_user(self.accountant)).action_post()
        note.with_user(self.accountant).action_post()
        self.assertEqual(note.amount_residual, 0)
        mixed = self._fetch(line_ids=[
            self._get_line(move_id=one.order_line.move_ids.filtered(lambda move: move.location_dest_usage == "customer").id, quantity=1)
            for one in (sold, self._sell())
        ])
        with self.assertRaisesRegex(UserError, "several currencies"):
            mixed._pay_on_spot(1, "cash", date(2026, 5, 4))
