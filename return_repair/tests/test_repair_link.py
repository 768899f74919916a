from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairLink(RepairCommon):
    def test_the_buttons_lead_from_one_to_the_other(self):
        complaint = self._create_approved_complaint()
        repair = self._create_repair(complaint)
        shown = complaint.with_user(self.repairer)
        self.assertEqual(shown.repair_count, 1)
        self.assertEqual(shown.action_view_repairs()["res_id"], repair.id)
        back = repair.with_user(self.repairer).action_view_complaint()
        self.assertEqual((back["res_model"], back["res_id"]), ("quality.complaint", complaint.id))

    def test_several_repairs_are_shown_as_a_list_of_this_complaint_only(self):
        complaint, other = self._create_approved_complaint(), self._create_approved_complaint()
        repairs = self._create_repair(complaint) | self._create_repair(complaint)
        self._create_repair(other)
        shown = (complaint | other).with_user(self.repairer)
        self.assertEqual(shown.mapped("repair_count"), [2, 1])
        action = complaint.with_user(self.repairer).action_view_repairs()
        self.assertEqual(self.env["repair.order"].search(action["domain"]), repairs)

    def test_repairs_are_hidden_from_who_has_no_right_to_them(self):
        complaint = self._create_approved_complaint()
        self._create_repair(complaint)
        with self.assertRaises(AccessError):
            complaint.with_user(self.handler).read(["repair_ids"])

    def test_a_repair_opened_before_can_be_linked_by_who_sees_the_complaint(self):
        complaint = self._create_approved_complaint()
        repair = self._create_plain_repair()
        with self.assertRaises(AccessError):
            repair.with_user(self.stock_user).complaint_id = complaint
        repair.with_user(self.repairer).complaint_id = complaint
        self.assertEqual(complaint.with_user(self.repairer).repair_ids, repair)

    def test_the_complaints_to_choose_from_are_the_customers_that_take_repairs(self):
        contact_repair = self._create_plain_repair(partner_id=self.contact.id).with_user(self.repairer)
        approved = self._create_approved_complaint()
        self._create_complaint()
        self._move_to(self._create_complaint(), "closed")
        stranger = self.env["res.partner"].create({"name": "Red Garage"})
        self._create_approved_complaint(partner_id=stranger.id, contact_id=False)
        domain = [("accepts_repairs", "=", True), ("commercial_partner_id", "parent_of", contact_repair.partner_id.id)]
        self.assertEqual(contact_repair.env["quality.complaint"].search(domain), approved)

    def test_a_complaint_that_is_not_approved_or_finished_takes_no_repair(self):
        for state in ("draft", "review", "closed", "rejected", "cancel"):
            with self.subTest(state=state), self.assertRaises(ValidationError):
                self._create_plain_repair().with_user(self.repairer).complaint_id = self._move_to(
                    self._create_complaint(), state,
                )

    def test_a_finished_complaint_keeps_its_repairs(self):
        complaint = self._create_approved_complaint()
        repair = self._create_repair(complaint)
        repair.action_repair_cancel()
        handled = complaint.with_user(self.handler)
        handled.write({"handling_opinion": "Replace", "analysis": "Rain"})
        handled.demand_ids.write({"answer": "Sent", "outcome": "granted"})
        handled.action_resolve()
        complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(complaint)
        self._answer(complaint, "yes")
        with self.assertRaisesRegex(UserError, complaint.name):
            repair.with_user(self.stock_user).complaint_id = False
        repair.with_user(self.stock_user).schedule_date = "2030-01-01 08:00:00"  # the rest of the repair is the warehouse's
        self.assertEqual(repair.complaint_id, complaint)

    def test_the_repair_is_the_customers_own(self):
        complaint = self._create_approved_complaint()
        stranger = self.env["res.partner"].create({"name": "Red Garage"})
        repair = self._create_plain_repair(partner_id=stranger.id).with_user(self.repairer)
        with self.assertRaisesRegex(ValidationError, "Red Garage"):
            repair.complaint_id = complaint
        own = self._create_repair(complaint)
        own.partner_id = self.contact  # of the same company
        with self.assertRaisesRegex(ValidationError, "Red Garage"):
            own.with_user(self.stock_user).partner_id = stranger

    def test_a_complaint_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Sunset Tools"})
        picking_type = self.env["stock.picking.type"].search(
            [("company_id", "=", other.id), ("code", "=", "repair_operation")], limit=1,
        )
        repair = self.env["repair.order"].with_company(other).create({
            "product_id": self.product.id, "picking_type_id": picking_type.id,
        })
        with self.assertRaisesRegex(UserError, "Sunset Tools"):
            repair.complaint_id = self._create_approved_complaint()

    def test_a_copied_repair_is_of_no_complaint(self):
        repair = self._create_repair(self._create_approved_complaint())
        self.assertFalse(self.env["repair.order"].browse(repair.id).copy().complaint_id)
