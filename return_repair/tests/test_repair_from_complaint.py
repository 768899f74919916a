from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairFromComplaint(RepairCommon):
    def test_the_repair_is_filled_in_from_the_line(self):
        lot = self._create_lot("L-7", product=self._create_product("Drill", tracking="lot", warranty_duration=12))
        order = self._create_order((lot.product_id, 10))
        self._deliver(order, lots={lot.product_id: {lot: 10}})
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        form.subject = "No sparks"
        with form.demand_ids.new() as demand:
            demand.name = "Repair them"
        with form.line_ids.edit(0) as line:
            line.quantity = 3
            line.defect = "Motor <stuck>"
        complaint = self._move_to(form.save(), "investigation")
        self._create_approved_complaint()  # another one, of another product

        repair = self._create_repair(complaint)

        self.assertEqual(repair.complaint_id, complaint)
        self.assertEqual(repair.partner_id, self.customer)
        self.assertEqual(repair.product_id, lot.product_id)
        self.assertEqual(repair.lot_id, lot)
        self.assertEqual((repair.product_qty, repair.product_uom), (3, lot.product_id.uom_id))
        self.assertEqual(repair.company_id, self.company)
        self.assertEqual(repair.picking_type_id.company_id, self.company)
        self.assertEqual(repair.user_id, self.repairer)
        self.assertTrue(repair.under_warranty)
        self.assertIn("Motor &lt;stuck&gt;", repair.internal_notes)
        self.assertFalse(repair.sale_order_id, "parts must not land on the order that sold the goods")

    def test_the_unit_is_the_one_complained_in(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        complaint = self._create_approved_complaint(
            line_ids=[Command.create({"product_id": self.product.id, "quantity": 2, "product_uom_id": dozen.id})],
        )
        repair = self._create_repair(complaint)
        self.assertEqual((repair.product_qty, repair.product_uom), (2, dozen))

    def test_serial_numbers_are_repaired_one_by_one(self):
        product = self._create_product("Saw", tracking="serial")
        complaint = self._create_approved_complaint(
            line_ids=[Command.create({"product_id": product.id, "quantity": 4})],
        )
        self.assertEqual(self._create_repair(complaint).product_qty, 1)

    def test_nothing_is_stored_before_saving(self):
        complaint = self._create_approved_complaint()
        before = self.env["repair.order"].search_count([])
        form = self._open_repair(complaint.line_ids)
        self.assertEqual(form.product_id, self.product)
        self.assertEqual(self.env["repair.order"].search_count([]), before)
        self.assertEqual(complaint.with_user(self.repairer).repair_count, 0)

    def test_the_warranty_holds_on_its_last_day_and_not_after(self):
        for received, expected in (
            ("2024-01-09 12:00:00", True), ("2024-01-10 12:00:00", True), ("2024-01-11 12:00:00", False),
        ):
            with self.subTest(received=received), self.at("2024-02-01 08:00:00"):
                complaint = self._create_approved_complaint(
                    date_received=received,
                    line_ids=[Command.create({"product_id": self.product.id, "delivery_date": "2023-01-10"})],
                )
                self.assertEqual(complaint.line_ids.with_user(self.repairer).can_repair, expected)
                if expected:
                    self.assertTrue(self._create_repair(complaint).under_warranty)
                else:
                    with self.assertRaisesRegex(UserError, "accepts the price before"):
                        self._open_repair(complaint.line_ids)

    def test_without_a_known_delivery_the_repair_is_not_free(self):
        complaint = self._create_approved_complaint()
        self.assertEqual(complaint.line_ids.warranty_state, "unknown")
        self.assertFalse(self._create_repair(complaint).under_warranty)

    def test_the_user_may_change_what_was_filled_in(self):
        complaint = self._create_approved_complaint()
        form = self._open_repair(complaint.line_ids)
        form.under_warranty = True
        repair = form.save()
        self.assertTrue(repair.under_warranty)

    def test_parts_of_the_repair_take_nothing_from_the_complaint(self):
        spare = self._create_product("Handle")
        self._add_stock(spare, 5)
        self._add_stock(self.product, 5)
        form = self._open_repair(self._create_approved_complaint().line_ids)
        with form.move_ids.new() as move:
            move.product_id = spare
            move.product_uom_qty = 2
        repair = form.save()
        repair.action_validate()
        repair.action_repair_start()
        repair.move_ids.quantity = 2
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")
        self.assertEqual(repair.move_ids.product_id, spare)
        self.assertEqual(repair.move_id.product_id, self.product)

    def test_repairs_are_for_complaints_that_are_approved_and_not_finished(self):
        for state, allowed in (
            ("draft", False), ("review", False), ("investigation", True), ("reply", True), ("follow_up", True),
            ("closed", False), ("rejected", False), ("cancel", False),
        ):
            with self.subTest(state=state):
                line = self._move_to(self._create_complaint(), state).line_ids.with_user(self.repairer)
                self.assertEqual(line.can_repair, allowed)
                if allowed:
                    self.assertEqual(self._open_repair(line).product_id, self.product)
                else:
                    with self.assertRaises(UserError):
                        line.action_repair()

    def test_only_the_warehouse_opens_repairs(self):
        line = self._create_approved_complaint().line_ids
        for user in (self.rep, self.handler, self.quality_manager):
            with self.subTest(user=user.name):
                self.assertFalse(line.with_user(user).can_repair)
                with self.assertRaisesRegex(UserError, "opened by the warehouse"):
                    line.with_user(user).action_repair()

    def test_a_stock_user_opens_repairs_only_for_complaints_he_sees(self):
        line = self._create_approved_complaint().line_ids
        with self.assertRaises(AccessError):
            line.with_user(self.stock_user).action_repair()
        own = self._create_complaint(user=self.stock_user)
        own.action_submit()
        managed = own.with_user(self.quality_manager)
        managed.write({"validity": "upheld", "severity": "major"})
        managed.action_approve()
        self.assertEqual(self._create_repair(own, user=self.stock_user).complaint_id, own)

    def test_a_service_is_not_repaired(self):
        service = self._create_product("Sharpening", type="service", is_storable=False)
        complaint = self._create_approved_complaint(line_ids=[
            Command.create({"product_id": service.id}), Command.create({"product_id": self.product.id}),
        ])
        lines = complaint.line_ids.with_user(self.repairer)
        self.assertEqual(lines.mapped("can_repair"), [False, True])
        with self.assertRaisesRegex(UserError, "not goods"):
            lines[0].action_repair()

    def test_the_repair_is_in_the_company_of_the_complaint(self):
        other = self.env["res.company"].create({"name": "Sunset Tools"})
        self.repairer.company_ids = [Command.link(other.id)]
        line = self._create_approved_complaint().line_ids
        repairer = self.repairer.with_context(allowed_company_ids=[other.id, self.company.id])
        action = line.with_env(repairer.with_user(self.repairer).env).action_repair()
        form = Form(
            self.env["repair.order"].with_user(self.repairer)
            .with_context(allowed_company_ids=[other.id, self.company.id], **action["context"]),
        )
        repair = form.save()
        self.assertEqual(repair.company_id, self.company)
        self.assertEqual(repair.picking_type_id.company_id, self.company)

    def test_a_repair_without_a_complaint_is_as_core_has_it(self):
        repair = Form(self.env["repair.order"].with_user(self.stock_user).with_company(self.company))
        self.assertFalse(repair.partner_id)
        self.assertFalse(repair.under_warranty)
        repair.product_id = self.product
        saved = repair.save()
        self.assertFalse(saved.complaint_id)
        self.assertEqual((saved.product_qty, saved.product_uom), (1, self.product.uom_id))
