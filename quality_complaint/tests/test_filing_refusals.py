from datetime import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon

EMOJI_AND_CJK = "錆びたドライバー 🪛🔧 生锈的螺丝刀 𠮷野家"


@tagged("post_install", "-at_install")
class TestFilingRefusals(ComplaintCommon):
    """A wrong complaint is refused with the name of what is wrong, and nothing of it is stored."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_shipped_order((cls.product, 10))
        cls.picking = cls.order.picking_ids
        cls.other_customer = cls.env["res.partner"].create({"name": "Green Garage", "is_company": True})
        cls.other_company = cls.env["res.company"].create({"name": "Moonlight Tools"})

    def _file(self, **values):
        form = self._open_action(self.rep, self.order.with_user(self.rep).action_file_complaint())
        form.subject = "Rust"
        for name, value in values.items():
            form[name] = value
        return form.save()

    # ------------------------------------------------------------ documents
    def test_the_order_of_another_customer_is_refused(self):
        order = self._create_shipped_order(customer=self.other_customer)
        with self.assertRefused(f"Order {order.name} is not an order of Blue Workshop", error=ValidationError):
            self._file(sale_order_id=order, picking_id=self.env["stock.picking"])
        complaint = self._file()
        with self.assertRefused(order.name, "Blue Workshop", error=ValidationError):
            complaint.with_user(self.rep).sale_order_id = order

    def test_the_delivery_to_another_customer_is_refused(self):
        picking = self._create_shipped_order(customer=self.other_customer).picking_ids
        with self.assertRefused(f"{picking.name} did not go to Blue Workshop", error=ValidationError):
            self._file(picking_id=picking, sale_order_id=self.env["sale.order"])

    def test_a_delivery_for_the_customers_order_to_another_address_is_his(self):
        order = self._create_shipped_order(partner_shipping_id=self.other_customer.id)
        self.assertEqual(order.picking_ids.partner_id, self.other_customer)
        form = self._open_action(self.stock_user, order.picking_ids.with_user(self.stock_user).action_file_complaint())
        form.subject = "Rust"
        self.assertEqual(form.save().partner_id, self.customer)

    def test_the_order_of_another_company_is_refused(self):
        service = self._create_product("Advice", type="service", is_storable=False)
        order = self.env["sale.order"].with_company(self.other_company).create({
            "partner_id": self.customer.id, "company_id": self.other_company.id, "user_id": self.rep.id,
            "order_line": [Command.create({"product_id": service.id})],
        })
        order.action_confirm()
        with self.assertRefused(order.name, "Sunrise Tools"):
            self._create_complaint(sale_order_id=order.id)

    def test_draft_and_cancelled_orders_are_refused(self):
        quotation = self.env["sale.order"].with_company(self.company).create({
            "partner_id": self.customer.id, "company_id": self.company.id, "user_id": self.rep.id,
            "order_line": [Command.create({"product_id": self.product.id})],
        })
        cancelled = self._create_order()
        cancelled._action_cancel()
        for order in (quotation, cancelled):
            with self.assertRefused(order.name, "not confirmed", error=ValidationError):
                self._create_complaint(sale_order_id=order.id)
            with self.assertRefused("Nothing of this was delivered yet"):
                order.with_user(self.rep).action_file_complaint()

    def test_a_locked_order_is_accepted(self):
        self.order.action_lock()
        self.assertEqual(self._file().sale_order_id, self.order)

    def test_a_delivery_that_has_not_left_is_refused(self):
        waiting = self._create_order().picking_ids
        cancelled = self._create_order().picking_ids
        cancelled.action_cancel()
        returned = self._return(self.picking, 1)
        for picking in (waiting, cancelled, returned):
            with self.assertRefused(f"{picking.name} is not a delivery that has left", error=ValidationError):
                self._create_complaint(picking_id=picking.id)
            with self.assertRefused("Nothing of this was delivered yet"):
                picking.with_user(self.stock_user).action_file_complaint()

    def test_the_contact_of_another_customer_is_refused(self):
        stranger = self.env["res.partner"].create({"name": "Bob Green", "parent_id": self.other_customer.id})
        with self.assertRefused("Bob Green", "does not belong to Blue Workshop", error=ValidationError):
            self._create_complaint(contact_id=stranger.id)

    def test_all_that_is_wrong_is_said_at_once(self):
        order = self._create_shipped_order(customer=self.other_customer)
        with self.assertRefused(order.name, order.picking_ids.name, error=ValidationError):
            self._create_complaint(sale_order_id=order.id, picking_id=order.picking_ids.id)

    def test_the_customer_of_a_filed_complaint_can_not_become_another(self):
        by_order, by_line = self._file(), self._file()
        by_line.write({"sale_order_id": False, "picking_id": False})
        for complaint in (by_order, by_line):
            with self.assertRefused("Green Garage", error=ValidationError):
                complaint.with_user(self.rep).write({"partner_id": self.other_customer.id, "contact_id": False})
            self.assertEqual(complaint.partner_id, self.customer)

    # ------------------------------------------------------------ quantities
    def test_more_than_was_delivered_is_refused(self):
        form = self._open_action(self.rep, self.order.with_user(self.rep).action_file_complaint())
        form.subject = "Rust"
        with form.line_ids.edit(0) as line:
            line.quantity = 11
        with self.assertRefused("Screwdriver set: 11", "only 10", error=ValidationError):
            form.save()
        with form.line_ids.edit(0) as line:
            line.quantity = 10
        self.assertEqual(form.save().line_ids.quantity, 10)

    def test_more_than_was_delivered_is_refused_when_split_over_two_lines(self):
        complaint = self._file()
        complaint.line_ids.with_user(self.rep).quantity = 6
        complaint.line_ids.copy({"complaint_id": complaint.id, "quantity": 4})
        self.assertEqual(sum(complaint.line_ids.mapped("quantity")), 10)
        with self.assertRefused("Screwdriver set: 11", "only 10", error=ValidationError):
            complaint.line_ids[1].with_user(self.rep).quantity = 5
        with self.assertRefused("Screwdriver set: 11", error=ValidationError):
            complaint.line_ids[1].copy({"complaint_id": complaint.id, "quantity": 1})

    def test_more_than_was_delivered_is_refused_by_a_later_edit(self):
        complaint = self._file()
        with self.assertRefused("Screwdriver set", "only 10", error=ValidationError):
            complaint.with_user(self.rep).line_ids = [Command.update(complaint.line_ids.id, {"quantity": 10.01})]

    def test_more_than_was_delivered_is_refused_through_the_unit(self):
        complaint = self._file()
        dozen = self.env.ref("uom.product_uom_dozen")
        line = complaint.line_ids.with_user(self.rep)
        line.quantity = 1
        with self.assertRefused("Screwdriver set: 1 Dozen", error=ValidationError):
            line.product_uom_id = dozen
        with self.assertRefused("Screwdriver set", error=ValidationError):
            line.write({"product_uom_id": dozen.id, "quantity": 0.85})
        line.write({"product_uom_id": dozen.id, "quantity": 0.75})
        self.assertEqual(line.quantity, 0.75)

    def test_two_complaints_about_the_same_goods_are_allowed(self):
        self.assertEqual((self._file() | self._file()).mapped("line_ids.quantity"), [10, 10])

    def test_zero_and_less_are_refused(self):
        complaint = self._file()
        for quantity in (0, -1, 0.001):
            with self.assertRefused("Screwdriver set", "more than zero", error=ValidationError):
                complaint.line_ids.with_user(self.rep).quantity = quantity
            with self.assertRefused("Screwdriver set", "more than zero", error=ValidationError):
                self._create_complaint(line_ids=[Command.create({"product_id": self.product.id, "quantity": quantity})])

    # ------------------------------------------------------------ lines
    def test_a_lot_of_another_product_is_refused(self):
        saw = self._create_product("Saw", tracking="lot")
        lot = self._create_lot("A-1", saw)
        for line in ({"product_id": self.product.id}, {"product_id": self.product.id, "move_id": self.picking.move_ids.id}):
            with self.assertRefused("Lot A-1 is of another product than Screwdriver set", error=ValidationError):
                self._create_complaint(line_ids=[Command.create({**line, "lot_id": lot.id})])

    def test_a_lot_that_was_not_in_the_delivery_is_refused_by_name(self):
        saw = self._create_product("Saw", tracking="lot")
        sent, kept = self._create_lot("A-1", saw), self._create_lot("B-2", saw)
        order = self._create_order((saw, 2))
        picking = self._deliver(order, lots={saw: {sent: 2}})
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        form.subject = "Blunt"
        with form.line_ids.edit(0) as line:
            line.lot_id = kept
        with self.assertRefused("B-2", "Saw", "only 0", error=ValidationError):
            form.save()
        self.assertEqual(picking.move_ids.lot_ids, sent)

    def test_lines_with_and_without_lot_together_do_not_exceed_the_delivery(self):
        saw = self._create_product("Saw", tracking="lot")
        lot_a, lot_b = self._create_lot("A-1", saw), self._create_lot("B-2", saw)
        order = self._create_order((saw, 10))
        self._deliver(order, lots={saw: {lot_a: 6, lot_b: 4}})
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        form.subject = "Blunt, and one lot is not known"
        with form.line_ids.edit(0) as line:
            line.lot_id = self.env["stock.lot"]
            line.quantity = 7
        with self.assertRefused("Saw: 11", "only 10", error=ValidationError):
            form.save()
        with form.line_ids.edit(0) as line:
            line.quantity = 6
        self.assertEqual(sum(form.save().line_ids.mapped("quantity")), 10)

    def test_a_line_without_product_is_refused(self):
        form = Form(self.env["quality.complaint"].with_user(self.rep))
        with self.assertRaisesRegex(AssertionError, "product_id"), form.line_ids.new() as line:
            line.quantity = 1
        with self.assertRefused("product_id", error=IntegrityError), mute_logger("odoo.sql_db"):
            self._create_complaint(line_ids=[Command.create({"quantity": 1})])

    def test_the_move_and_the_order_line_of_another_product_are_refused(self):
        tape = self._create_product("Tape measure")
        with self.assertRefused(self.picking.name, "Tape measure", error=ValidationError):
            self._create_complaint(line_ids=[Command.create({"product_id": tape.id, "move_id": self.picking.move_ids.id})])
        with self.assertRefused(self.order.name, "Tape measure", error=ValidationError):
            self._create_complaint(line_ids=[Command.create({"product_id": tape.id, "sale_line_id": self.order.order_line.id})])

    def test_the_move_and_the_order_line_of_another_customer_are_refused(self):
        order = self._create_shipped_order(customer=self.other_customer)
        common = {"product_id": self.product.id}
        with self.assertRefused(order.picking_ids.name, "Blue Workshop", error=ValidationError):
            self._create_complaint(line_ids=[Command.create({**common, "move_id": order.picking_ids.move_ids.id})])
        with self.assertRefused(order.name, "Blue Workshop", error=ValidationError):
            self._create_complaint(line_ids=[Command.create({**common, "sale_line_id": order.order_line.id})])

    # ------------------------------------------------------------ texts and dates
    def test_an_empty_demand_is_refused(self):
        for text in ("   ", "\n", "<p><br></p>", "<p>  </p>"):
            with self.assertRefused("A demand is empty", error=ValidationError):
                self._create_complaint(demand_ids=[Command.create({"name": "New ones"}), Command.create({"name": text})])
        complaint = self._create_complaint()
        with self.assertRefused("A demand is empty", error=ValidationError):
            complaint.demand_ids.name = " "

    def test_a_demand_that_only_looks_like_a_tag_is_kept(self):
        complaint = self._create_complaint(demand_ids=[Command.create({"name": "Width < 3 mm, length > 5"})])
        self.assertEqual(complaint.demand_ids.name, "Width < 3 mm, length > 5")

    def test_it_was_not_received_in_the_future(self):
        with self.at("2026-03-20 08:00:00"):
            with self.assertRefused("received", "future", error=ValidationError):
                self._file(date_received=datetime(2026, 3, 20, 8, 0, 1))
            self.assertEqual(self._file(date_received=datetime(2026, 3, 20, 8)).date_received, datetime(2026, 3, 20, 8))
            earlier = self._file(date_received=datetime(2026, 3, 19, 8))
            with self.assertRefused("future", error=ValidationError):
                earlier.with_user(self.rep).date_received = datetime(2026, 3, 21)
        self.assertEqual(earlier.date_received, datetime(2026, 3, 19, 8))

    def test_emoji_and_chinese_and_japanese_survive_in_all_texts(self):
        self.customer.name = f"{EMOJI_AND_CJK} 株式会社"
        form = self._open_action(self.rep, self.order.with_user(self.rep).action_file_complaint())
        form.subject = EMOJI_AND_CJK
        form.description = f"<p>{EMOJI_AND_CJK}</p>"
        with form.line_ids.edit(0) as line:
            line.defect = f"{EMOJI_AND_CJK}\n二行目"
        with form.demand_ids.new() as demand:
            demand.name = f"交換してください {EMOJI_AND_CJK}"
        complaint = form.save()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(complaint.subject, EMOJI_AND_CJK)
        self.assertEqual(complaint.description, f"<p>{EMOJI_AND_CJK}</p>")
        self.assertEqual(complaint.line_ids.defect, f"{EMOJI_AND_CJK}\n二行目")
        self.assertEqual(complaint.demand_ids.name, f"交換してください {EMOJI_AND_CJK}")
        self.assertEqual(complaint.display_name, f"{complaint.name} {EMOJI_AND_CJK}")
        found = self.env["quality.complaint"].with_user(self.rep).name_search("ドライバー")
        self.assertIn(complaint.id, [complaint_id for complaint_id, _name in found])

    def test_a_product_typed_by_hand_is_that_of_the_order_named(self):
        order = self._create_shipped_order((self.product, 10))
        with self.assertRefused("only 10", error=ValidationError):
            self._create_complaint(
                sale_order_id=order.id, line_ids=[Command.create({"product_id": self.product.id, "quantity": 5000})],
            )
        complaint = self._create_complaint(
            sale_order_id=order.id, line_ids=[Command.create({"product_id": self.product.id, "quantity": 10})],
        )
        self.assertEqual(complaint.line_ids.sale_line_id, order.order_line)
        self.assertTrue(complaint.line_ids.delivery_date)

    def test_an_order_cancelled_later_stays_the_one_it_was_about(self):
        order = self._create_order((self.product, 10))
        self._deliver(order, {self.product: 4})
        complaint = self._create_complaint(sale_order_id=order.id)
        order._action_cancel()
        complaint.with_user(self.rep).contact_id = False
        self.assertEqual(complaint.sale_order_id, order)

    def test_the_day_of_a_delivery_is_not_typed_over(self):
        order = self._create_shipped_order((self.product, 10))
        complaint = self._create_complaint(line_ids=[
            Command.create({"product_id": self.product.id, "quantity": 1, "move_id": order.picking_ids.move_ids.id}),
        ])
        with self.assertRefused("was delivered on", error=ValidationError):
            complaint.line_ids.with_user(self.rep).delivery_date = "2020-01-01"
