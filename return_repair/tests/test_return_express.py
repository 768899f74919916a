from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnExpress(ReturnCommon):
    """A small case in one short form: who may, takes it back at once; for anybody else it is decided as any other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 1000)
        cls.order = cls._create_shipped_order((cls.product, 500))
        cls.brand = cls.env["quality.brand"].create({"name": "Falcon"})
        cls.product.write({"default_code": "SD-6", "quality_brand_id": cls.brand.id})
        cls.logistics = cls.env["quality.team"].create({
            "name": "Logistics", "company_id": cls.company.id, "leader_id": cls.worker.id, "member_ids": cls.stock_user.ids,
        })
        cls.env.flush_all()

    def _open(self, user):
        action = self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_express_return")
        return Form(
            self.env["return.order"].with_user(user).with_company(self.company).with_context(default_is_express=True),
            view=action["view_id"][0],
        )

    def _fill_in(self, user):
        with self._open(user) as form:
            form.partner_id = self.customer
            form.sale_order_id = self.order
            form.reason_id = self.reason
            form.coordination_team_id = self.logistics
            form.coordination = "Bring a new set along.\nBefore noon."
            with form.line_ids.new() as line:
                line.product_id = self.product
                line.resolution = "exchange"
        return form.record

    def test_one_short_form_takes_it_back_at_once(self):
        order, second = self._fill_in(self.express_rep), self._fill_in(self.express_rep)
        self.assertEqual((order.partner_phone, order.quality_brand_id, order.sale_order_ids), (self.customer.phone, self.brand, self.order))
        self.assertTrue(order.can_express)
        order.action_express()
        self.assertEqual((order.state, order.verdict, order.manager_verdict_by_id), ("receiving", "accepted", self.express_rep))
        self.assertTrue(order.answered_on)
        self.assertEqual(set(order.milestone_ids.mapped("deadline_state")), {"met"})
        self.assertEqual(second.state, "draft")

    def test_what_is_to_be_coordinated_goes_to_that_team(self):
        order = self._fill_in(self.express_rep)
        order.action_express()
        self.assertEqual(self._get_activities(order), {self.worker: ["Bring a new set along."]})
        self.assertIn("Before noon.", order.sudo().activity_ids.note)
        self.assertEqual(self._get_notice(order, "Please coordinate").notified_partner_ids, self.worker.partner_id)
        self.env.invalidate_all()
        self.assertTrue(order.with_user(self.worker).has_access("read"))
        self.assertFalse(order.with_user(self.worker).has_access("write"))
        order.with_user(self.worker).activity_ids.action_feedback(feedback="Goes along on Friday")
        self.assertFalse(order.sudo().activity_ids)

    def test_a_team_with_nobody_in_it_coordinates_nothing(self):
        self.logistics.write({"leader_id": False, "member_ids": False})
        order = self._fill_in(self.express_rep)
        with self.assertRaisesRegex(UserError, "Somebody in team «Logistics»"):
            order.action_express()
        self.logistics.member_ids = self.stock_user
        order.action_express()
        self.assertEqual(self._get_activities(order).keys(), {self.stock_user})

    def test_team_and_text_of_the_coordination_go_together(self):
        order = self._fill_in(self.express_rep)
        order.coordination_team_id = False
        with self.assertRaisesRegex(UserError, "The team that «Bring a new set along.»"):
            order.action_express()
        order.write({"coordination_team_id": self.logistics.id, "coordination": " "})
        with self.assertRaisesRegex(UserError, "What is to be coordinated with Logistics"):
            order.action_express()

    def test_it_asks_for_all_that_is_missing_at_once(self):
        order = self._create_return(self.express_rep, is_express=True, reason_id=False, line_ids=[self._get_line(resolution=False)], collection="pickup")
        with self.assertRaises(UserError) as refused:
            order.action_express()
        for text in ("The reason", "The responsible team", "What the customer gets for", "When the goods are picked up"):
            self.assertIn(text, str(refused.exception))

    def test_who_may_not_has_it_decided(self):
        order = self._fill_in(self.rep)
        self.assertFalse(order.can_express)
        for act in (order.action_express, lambda: order.write({"state": "receiving"})):
            with self.assertRaisesRegex(UserError, "somebody with the right «Express Returns»"):
                act()
        order.action_submit()
        self.assertEqual(order.state, "decision")
        order.with_user(self.quality_manager).action_accept()
        self.assertFalse(order.activity_ids.filtered(lambda activity: activity.user_id == self.worker), "not before the customer knows")
        order.action_tell()
        self.assertEqual(self._get_activities(order), {self.worker: ["Bring a new set along."]})

    def test_the_limit_of_what_was_delivered_holds_for_it_too(self):
        with self.assertRaisesRegex(UserError, "would come back"):
            self._create_return(self.express_rep, is_express=True, line_ids=[self._get_line(quantity=501)])

    def test_quality_managers_and_sales_administrators_may_by_default(self):
        for user, may in ((self.quality_manager, True), (self.sales_manager, True), (self.rep, False), (self.handler, False)):
            self.assertEqual(user.has_group("return_repair.group_express"), may)
