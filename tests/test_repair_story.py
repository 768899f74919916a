"""A drill comes back within its warranty: inspected, repaired with a part from stock at no charge, and sent back."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.return_repair.tests.story_common import ReturnStoryCommon


@tagged("post_install", "-at_install")
class TestRepairStory(ReturnStoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drill = cls._create_product("Drill", tracking="serial", warranty_duration=12, list_price=200)
        cls.serial = cls._create_lot("D-1", cls.drill, 1)
        cls.spring = cls._create_product("Spring", list_price=8)
        cls._add_stock(cls.spring, 50)

    def test_repair_within_the_warranty_from_the_call_to_the_way_back(self):
        with self.at("2025-11-10 09:00:00"):
            sold = self._create_order({"product_id": self.drill.id, "product_uom_qty": 1})
            self._deliver(sold, lots={self.drill: {self.serial: 1}}, date="2025-11-10 09:00:00")
            self._invoice(sold)
        with self.at("2026-03-02 09:00:00"):
            order = self._file(sold)
            self._submit_and_accept(order)
            self.assertIn("D-1", self._send_answer(order))
        with self.at("2026-03-04 10:00:00"):
            self._receive(order)
            repair = self._inspect(order)
        with self.at("2026-03-05 10:00:00"):
            self._repair(order, repair)
            self._check_message(order, repair)
            self._ship(order.sudo().transfer_ids)
            self._get_done(order)
        self._check_history(order, repair)
        self._assert_order(sold, 1, 1, 1, "invoiced")

    def _file(self, sold):
        form = self._open_action(self.rep, sold.with_user(self.rep).action_file_return())
        form.contact_id = self.contact
        form.reason_id = self.reason
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.product_id, line.quantity, line.warranty_state), (self.drill, 1, "in"))
            line.note = "The chuck does not close"
            line.resolution = "repair"
        order = form.save()
        self.assertEqual((order.line_ids.lot_id, str(order.line_ids.warranty_end_date)), (self.serial, "2026-11-10"))
        return order

    def _receive(self, order):
        """The warehouse finds the return by the number on the drill."""
        scanned = self.env["return.order"].with_user(self.stock_user).with_company(self.company).scan("D-1")
        self.assertEqual((scanned["action"]["res_model"], scanned["action"]["res_id"]), ("return.order", order.id))
        self.assertIn("All is here: now it is inspected.", self._count(order, 1))
        self._assert_order(order.sale_order_ids, 1, 1, 1, "invoiced")

    def _inspect(self, order):
        """What is found becomes a repair order with the parts; nobody types it again, and nobody has to quote it."""
        self._record(order, parts=[(self.spring, 2)], fault="other", fault_description="The spring of the chuck is broken", usable="no")
        order.with_user(self.inspector).action_inspected()
        self.env.invalidate_all()
        repair = order.sudo().repair_ids
        self.assertEqual((repair.product_id, repair.lot_id, repair.under_warranty, repair.quotation_state), (self.drill, self.serial, True, False))
        self.assertEqual([(move.product_id, move.product_uom_qty) for move in repair.move_ids], [(self.spring, 2)])
        self._assert_missing(order, f"Repair {repair.name} of Drill, which is neither done nor cancelled")
        self.assertFalse(order.with_user(self.rep).can_quote_repair)
        return repair

    def _get_springs(self):
        return self.spring.with_company(self.company).with_context(allowed_company_ids=self.company.ids).qty_available

    def _repair(self, order, repair):
        with self.assertRaisesRegex(UserError, repair.name):
            order.with_user(self.quality_manager).action_done()
        before = self._get_springs()
        by_workshop = repair.with_user(self.stock_user).with_company(self.company)
        by_workshop.action_validate()
        by_workshop.action_repair_start()
        for part in by_workshop.move_ids:
            part.quantity = part.product_uom_qty
        by_workshop.action_repair_end()
        self.env.invalidate_all()
        self.assertEqual((repair.state, self._get_springs()), ("done", before - 2))
        self.assertFalse(repair.sale_order_id, "nothing is charged")
        back = order.sudo().transfer_ids
        self.assertEqual((back.state, back.partner_id, back.move_ids.move_line_ids.lot_id), ("assigned", self.customer, self.serial))
        self._assert_missing(order, f"Transfer {back.name}, which brings Drill to the customer")

    def _check_message(self, order, repair):
        """Sales hears in Discuss and by e-mail what was found and done."""
        notice = self._get_notice(order, "Repaired")
        self.assertEqual(notice.notified_partner_ids, self.rep.partner_id)
        for text in (repair.name, "D-1", "The spring of the chuck is broken", "Add: 2 Units Spring"):
            self.assertIn(text, notice.body)

    def _check_history(self, order, repair):
        """The serial number leads to its return and its repair, and its history names all that happened to it."""
        by_warehouse = self.serial.with_user(self.stock_user)
        self.assertEqual((by_warehouse.return_order_count, by_warehouse.repaired_count, by_warehouse.in_repair_count), (1, 1, 0))
        self.assertEqual(self.env["return.order"].with_user(self.stock_user).search(by_warehouse.action_view_return_orders()["domain"]), order)
        traced = self.env["stock.traceability.report"].get_lines(model_name="stock.lot", model_id=self.serial.id, level=1)
        documents = {(line["res_model"], line["res_id"]) for line in traced}
        transfers = order.sudo().receipt_ids | order.sudo().transfer_ids | order.line_ids.sudo().picking_id
        self.assertLessEqual({("repair.order", repair.id), *(("stock.picking", picking.id) for picking in transfers)}, documents)
