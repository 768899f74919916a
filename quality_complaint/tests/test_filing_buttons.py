from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestFilingButtons(ComplaintCommon):
    """From order, delivery, lot and customer to their complaints, and back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._new_user(
            "office", "sales_team.group_sale_manager,stock.group_stock_user,quality_complaint.group_manager",
        )
        cls.saw = cls._create_product("Saw", tracking="lot")
        cls.lot_a, cls.lot_b = cls._create_lot("A-1", cls.saw), cls._create_lot("B-2", cls.saw)
        cls.order = cls._create_order((cls.saw, 7))
        cls.picking = cls._deliver(cls.order, lots={cls.saw: {cls.lot_a: 2, cls.lot_b: 5}})

    def _file(self, source, user=None):
        form = self._open_action(user or self.rep, source.with_user(user or self.rep).action_file_complaint())
        form.subject = "Blunt"
        return form.save()

    def _assert_leads_to(self, source, complaints, user=None):
        """The button counts what its window shows, and that is these complaints."""
        source = source.with_user(user or self.office).with_company(self.company)
        source.invalidate_recordset(["complaint_count"])
        self.assertEqual(source.complaint_count, len(complaints))
        action = source.action_view_complaints()
        self.assertEqual(source.env[action["res_model"]].search(action["domain"]), complaints)

    def test_the_buttons_lead_to_the_complaints_and_back(self):
        for source in (self.order, self.picking, self.lot_a):
            self._assert_leads_to(source, self.env["quality.complaint"])
        complaint = self._file(self.order)
        other_order = self._create_order((self.saw, 1))
        other_picking = self._deliver(other_order, lots={self.saw: {self.lot_b: 1}})
        other = self._file(other_order)
        for source in (self.order, self.picking, self.lot_a):
            self._assert_leads_to(source, complaint)
        for source in (other_order, other_picking):
            self._assert_leads_to(source, other)
        self._assert_leads_to(self.lot_b, other | complaint)
        self.assertEqual(complaint.action_view_sale_order()["res_id"], self.order.id)
        self.assertEqual(complaint.action_view_picking()["res_id"], self.picking.id)

    def test_counts_of_many_documents_at_once(self):
        self._file(self.order)
        self._file(self.order)
        second = self._create_shipped_order()
        self._file(second)
        orders = (self.order | second | self._create_shipped_order()).with_user(self.office)
        self.assertEqual(orders.mapped("complaint_count"), [2, 1, 0])
        self.assertEqual(orders.picking_ids.sorted().sorted("id").mapped("complaint_count"), [2, 1, 0])
        self.assertEqual((self.lot_a | self.lot_b).with_user(self.office).mapped("complaint_count"), [2, 2])

    def test_a_complaint_about_two_deliveries_is_found_from_both(self):
        order = self._create_order((self.product, 10))
        first = self._deliver(order, {self.product: 4})
        second = self._deliver(order)
        complaint = self._file(order)
        self.assertFalse(complaint.picking_id)
        self._assert_leads_to(first, complaint)
        self._assert_leads_to(second, complaint)
        complaint.line_ids.filtered(lambda line: line.move_id.picking_id == second).unlink()
        self._assert_leads_to(second, self.env["quality.complaint"])

    def test_a_complaint_about_two_orders_is_found_from_both(self):
        order = self._create_shipped_order()
        complaint = self._file((self.order | order).order_line)
        self.assertFalse(complaint.sale_order_id)
        self._assert_leads_to(self.order, complaint)
        self._assert_leads_to(order, complaint)

    def test_a_lot_on_two_lines_of_a_complaint_counts_once(self):
        complaint = self._file(self.order)
        of_lot = complaint.line_ids.filtered(lambda line: line.lot_id == self.lot_b)
        of_lot.quantity = 1
        of_lot.copy({"complaint_id": complaint.id, "quantity": 2})
        self._assert_leads_to(self.lot_b, complaint)

    def test_a_customer_has_the_complaints_of_all_his_contacts(self):
        branch = self.env["res.partner"].create({"name": "Blue Branch", "parent_id": self.customer.id, "type": "delivery"})
        stranger = self.env["res.partner"].create({"name": "Green Garage", "is_company": True})
        complaints = self._create_complaint(partner_id=branch.id, contact_id=False) | self._create_complaint()
        self._create_complaint(partner_id=stranger.id, contact_id=False)
        for partner in (self.customer, self.contact, branch):
            self._assert_leads_to(partner, complaints.sorted())
        self.assertEqual(
            (self.customer | branch | stranger).with_user(self.office).mapped("complaint_count"), [2, 2, 1],
        )

    def test_the_counts_obey_the_rights_of_who_looks(self):
        complaint = self._file(self.picking, self.stock_user)
        other_stock_user = self._new_user("other_stock_user", "stock.group_stock_user")
        none = self.env["quality.complaint"]
        for source in (self.picking, self.lot_a, self.customer):
            self._assert_leads_to(source, complaint, self.stock_user)
            self._assert_leads_to(source, none, other_stock_user)
        for source in (self.picking, self.customer):
            self._assert_leads_to(source, complaint, self.rep)  # it is about his order
            self._assert_leads_to(source, none, self.other_rep)
        self._assert_leads_to(self.order, complaint, self.rep)
        self._assert_leads_to(self.customer, complaint, self.handler)
        complaint.sudo().team_id = self.env["quality.team"].create({"name": "Packaging", "company_id": self.company.id})
        self._assert_leads_to(self.customer, none, self.handler)

    def test_who_has_no_right_on_complaints_sees_no_count(self):
        self._file(self.order)
        self.assertNotIn("complaint_count", self.customer.with_user(self.worker).fields_get())
        with self.assertRaises(AccessError):
            self.customer.with_user(self.worker).read(["complaint_count"])

    def test_the_counts_keep_to_the_companies_that_are_open(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        self.office.company_ids += other_company
        here = self._create_complaint()
        there = self.env["quality.complaint"].create({
            "subject": "Dents", "partner_id": self.customer.id, "company_id": other_company.id,
            "type_id": self.env.ref("quality_complaint.type_quality").id,
        })
        customer = self.customer.with_user(self.office)
        self.assertEqual(customer.with_context(allowed_company_ids=self.company.ids).complaint_count, 1)
        customer.invalidate_recordset(["complaint_count"])
        self.assertEqual(customer.with_context(allowed_company_ids=(self.company | other_company).ids).complaint_count, 2)
        self.assertEqual(here.commercial_partner_id, there.commercial_partner_id)
