from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestFilingRights(ComplaintCommon):
    """Who may file a complaint, with no more rights than his work needs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.saw = cls._create_product("Saw", tracking="lot")
        cls.lot = cls._create_lot("A-1", cls.saw)
        cls.order = cls._create_order((cls.product, 10), (cls.saw, 2))
        cls.picking = cls._deliver(cls.order, lots={cls.saw: {cls.lot: 2}})
        cls.env.invalidate_all()

    def _file(self, user, action):
        form = self._open_action(user, action)
        form.subject = "Rust"
        with form.demand_ids.new() as demand:
            demand.name = "New ones"
        return form.save()

    def _read_form(self, user, complaint):
        """What the web client reads when the user opens the complaint's form."""
        self.env.invalidate_all()
        return Form(complaint.with_user(user))

    def test_a_sales_rep_without_stock_rights_files_from_his_order(self):
        self.assertFalse(self.rep.has_group("stock.group_stock_user"))
        complaint = self._file(self.rep, self.order.with_user(self.rep).action_file_complaint())
        form = self._read_form(self.rep, complaint)
        self.assertEqual(form.picking_id.id, self.picking.id)
        self.assertEqual(len(form.line_ids), 2)
        self.assertEqual(form.line_ids.edit(1).lot_id.id, self.lot.id)
        self.assertEqual(form.line_ids.edit(1).quantity_shipped, 2)
        complaint.action_submit()
        self.assertEqual(complaint.state, "review")

    def test_a_sales_rep_chooses_a_lot_without_stock_rights(self):
        self.env.invalidate_all()
        found = self.env["stock.lot"].with_user(self.rep).name_search("A-1", [("product_id", "=", self.saw.id)])
        self.assertEqual([lot_id for lot_id, _name in found], self.lot.ids)
        form = Form(self.env["quality.complaint"].with_user(self.rep))
        form.subject = "By phone, without the order at hand"
        form.partner_id = self.customer
        with form.line_ids.new() as line:
            line.product_id = self.saw
            line.lot_id = self.lot
        complaint = form.save()
        self.assertEqual(complaint.line_ids.delivery_date, self.picking.date_done.date())
        with self.assertRaises(AccessError):
            self.lot.with_user(self.rep).name = "A-2"

    def test_a_stock_user_without_sales_rights_files_from_his_delivery(self):
        self.assertFalse(self.stock_user.has_group("sales_team.group_sale_salesman"))
        complaint = self._file(self.stock_user, self.picking.with_user(self.stock_user).action_file_complaint())
        form = self._read_form(self.stock_user, complaint)
        self.assertEqual(form.sale_order_id.id, self.order.id)
        self.assertEqual(fields.Datetime.to_datetime(form.date_order), self.order.date_order)
        self.assertEqual([form.line_ids.edit(index).sale_line_id.id for index in range(2)], self.order.order_line.ids)
        form.subject = "Rust and dents"
        with form.line_ids.edit(0) as line:
            line.quantity = 4
        form.save()
        self.assertEqual((complaint.subject, complaint.line_ids[0].quantity), ("Rust and dents", 4))
        complaint.action_submit()
        self.assertEqual(complaint.state, "review")

    def test_a_sales_rep_files_from_the_delivery_of_an_order_he_may_not_read(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.other_rep).read(["name"])
        complaint = self._file(self.other_rep, self.picking.with_user(self.other_rep).action_file_complaint())
        form = self._read_form(self.other_rep, complaint)
        self.assertEqual(form.sale_order_id.id, self.order.id)
        self.assertEqual(fields.Datetime.to_datetime(form.date_order), self.order.date_order)
        self.assertEqual([form.line_ids.edit(index).quantity_shipped for index in range(2)], [10, 2])
        with form.line_ids.edit(0) as line:
            line.quantity = 4
        form.save()
        self.assertEqual(complaint.line_ids[0].quantity, 4)
        complaint.action_add_delivered()
        complaint.action_submit()
        self.assertEqual(complaint.state, "review")

    def test_a_stock_user_adds_what_else_was_delivered(self):
        moved = self.picking.move_line_ids.filtered("lot_id").with_user(self.stock_user)
        complaint = self._file(self.stock_user, moved.action_file_complaint())
        self.assertEqual(complaint.line_ids.product_id, self.saw)
        self.env.invalidate_all()
        complaint.action_add_delivered()
        self.assertEqual(complaint.line_ids.product_id, self.saw | self.product)

    def test_a_sales_rep_is_refused_on_the_order_of_another(self):
        for source in (self.order, self.order.order_line):
            with self.assertRefused(error=AccessError):
                source.with_user(self.other_rep).action_file_complaint()

    def test_a_user_without_any_right_is_refused_everywhere(self):
        portal_user = self._new_user("portal", "base.group_portal")
        for user in (self.worker, portal_user):
            for source in (self.order, self.order.order_line, self.picking, self.lot):
                with self.assertRefused(error=AccessError):
                    self._file(user, source.with_user(user).action_file_complaint())
            with self.assertRefused(error=AccessError):
                self._create_complaint(user)

    def test_a_worker_who_may_read_stock_moves_still_files_nothing(self):
        # core lets every internal user read what was moved
        self.picking.move_line_ids.with_user(self.worker).check_access("read")
        with self.assertRefused(error=AccessError):
            self.picking.move_line_ids.with_user(self.worker).action_file_complaint()

    def test_a_user_of_another_company_is_refused(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        stranger = self._new_user("stranger", "sales_team.group_sale_manager,stock.group_stock_manager", other_company)
        for source in (self.order, self.order.order_line, self.picking, self.lot):
            with self.assertRefused(error=AccessError):
                source.with_user(stranger).with_company(other_company).action_file_complaint()
