from odoo.exceptions import AccessError
from odoo.tests import tagged

from .containment_common import ContainmentCommon


@tagged("post_install", "-at_install")
class TestContainmentRights(ContainmentCommon):
    """Who handles the complaint contains it, in its company, without more rights than that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._complain(cls._ship(cls.customer, 10), 3, cls.rep)
        cls._ship(cls.green, 20)
        cls.env.flush_all()

    def test_a_handler_without_stock_rights_contains_what_he_handles(self):
        self.assertFalse(self.handler.has_group("stock.group_stock_user"))
        self.assertFalse(self.env["stock.picking"].with_user(self.handler).has_access("read"))
        self.env.invalidate_all()
        containment = self._open(self.complaint)
        [lines] = [containment.customer_line_ids.web_read({
            "partner_id": {"fields": {"display_name": {}}}, "complaint_id": {"fields": {"display_name": {}}},
            "quantity": {}, "delivery_count": {}, "partner_email": {}, "product_uom_id": {"fields": {"display_name": {}}},
        })]
        self.assertEqual({line["partner_id"]["display_name"]: line["quantity"] for line in lines}, {"Blue Workshop": 10, "Green Garden": 20})
        containment.stock_line_ids.web_read({"location_id": {"fields": {"display_name": {}}}, "capa_id": {"fields": {"display_name": {}}}})
        containment.action_file()
        containment.action_block_stock()
        child = self.complaint.child_ids
        self.assertTrue(child.with_user(self.handler).has_access("write"))
        self.assertEqual(child.create_uid, self.handler)

    def test_who_does_not_handle_it_is_refused(self):
        line = self.complaint.line_ids
        for user in (self.outsider, self.other_rep, self.worker, self.stock_user):
            for source in (self.complaint, line):
                with self.subTest(user.login), self.assertRefused(error=AccessError):
                    source.with_user(user).action_view_same_lot()
        # they may write it, and handle nothing
        for user in (self.rep, self.sales_manager):
            for source in (self.complaint, line):
                with self.subTest(user.login), self.assertRefused("is for those who handle it"):
                    source.with_user(user).action_view_same_lot()

    def test_whose_customer_it_is_sees_no_count(self):
        self.env.invalidate_all()
        self.assertEqual(self.complaint.with_user(self.handler).same_lot_count, 1)
        self.env.invalidate_all()
        self.assertEqual(self.complaint.with_user(self.rep).same_lot_count, 0)

    def test_the_list_of_another_is_nobodys(self):
        containment = self._open(self.complaint)
        for user in (self.outsider, self.stock_user, self.worker, self.rep, self.quality_manager):
            for record in (containment, containment.line_ids):
                record = record.with_user(user)
                with self.subTest(user=user.login, model=record._name):
                    self.assertFalse([name for name in ("read", "write", "create", "unlink") if record.has_access(name)])
                    if record.browse().has_access("read"):
                        self.assertFalse(record.search([("id", "in", record.ids)]))

    def test_only_the_ticks_of_the_list_can_be_changed(self):
        containment = self._open(self.complaint)
        line = containment.customer_line_ids[0]
        line.selected = True
        for record, values in (
            (line, {"quantity": 1}), (line, {"partner_id": self.red.id}), (line, {"picking_ids": [1]}),
            (containment, {"complaint_id": False}), (containment, {"lot_ids": []}),
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                record.write(values)
        for model in ("quality.containment", "quality.containment.line"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.quality_manager).create({})
        with self.assertRaises(AccessError):
            containment.unlink()

    def test_who_loses_the_complaint_can_not_press_on(self):
        containment = self._open(self.complaint)
        self.complaint.handler_id = False
        self.team.member_ids -= self.handler
        self.env.flush_all()
        self.env.invalidate_all()
        for button in (containment.action_file, containment.action_block_stock):
            with self.assertRefused(error=AccessError):
                button()

    def test_from_the_lot_only_who_may_see_all_deliveries_looks(self):
        for user in (self.stock_user, self.quality_manager):
            self.assertEqual(self.lot.with_user(user).with_company(self.company).action_view_containment()["res_model"], "quality.containment")
        for user in (self.rep, self.handler, self.worker):
            with self.subTest(user.login), self.assertRefused(error=AccessError):
                self.lot.with_user(user).with_company(self.company).action_view_containment()

    def test_only_the_complaints_company_is_in_the_list(self):
        other_company, other_customer = self._ship_elsewhere()
        containment = self._open(self.complaint)
        self.assertEqual(set(self._get_customers(containment)), {self.customer, self.green})
        self.assertEqual(containment.line_ids.company_id, self.company)
        # also for who may work in both
        self.quality_manager.company_ids += other_company
        both = self.complaint.with_user(self.quality_manager).with_context(allowed_company_ids=(self.company | other_company).ids)
        containment = self.env["quality.containment"].browse(both.action_view_same_lot()["res_id"])
        self.assertNotIn(other_customer, self._get_customers(containment))

    def test_from_the_lot_one_sees_the_companies_one_works_in(self):
        other_company, other_customer = self._ship_elsewhere()
        lot = self.lot.with_user(self.stock_user)

        def get_customers(companies):
            action = lot.with_context(allowed_company_ids=companies.ids).action_view_containment()
            return set(self._get_customers(self.env["quality.containment"].browse(action["res_id"])))

        self.assertNotIn(other_customer, get_customers(self.company))
        self.stock_user.company_ids += other_company
        self.assertIn(other_customer, get_customers(self.company | other_company))

    def _ship_elsewhere(self):
        """Another company of ours delivers goods of the same lot."""
        self.lot.company_id = False
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        stock = self.env["stock.warehouse"].search([("company_id", "=", other_company.id)], limit=1).lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.saw, stock, 50, lot_id=self.lot)
        customer = self.env["res.partner"].create({"name": "Moonlight's Customer"})
        order = self.env["sale.order"].with_company(other_company).create({
            "partner_id": customer.id, "company_id": other_company.id,
            "order_line": [(0, 0, {"product_id": self.saw.id, "product_uom_qty": 5})],
        })
        order.action_confirm()
        self._deliver(order, lots={self.saw: {self.lot: 5}})
        return other_company, customer
