"""At the counter: one bent set is taken back at once, and logistics brings a new one along with Friday's tour."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.return_repair.tests.story_common import ReturnStoryCommon


@tagged("post_install", "-at_install")
class TestExpressStory(ReturnStoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.logistics = cls.env["quality.team"].create({"name": "Logistics", "company_id": cls.company.id, "leader_id": cls.worker.id})

    def test_a_small_case_is_taken_back_without_a_decision_and_coordinated_by_another_team(self):
        with self.at("2026-02-20 09:00:00"):
            sold = self._sell()
        with self.at("2026-03-02 09:00:00"):
            order = self._fill_in(sold)
            self._take_back_at_once(order)
            self._coordinate(order)
            self._receive(order)
        with self.at("2026-03-06 09:00:00"):
            self._ship_new_one(order)
            self._get_done(order)
        self._assert_order(sold, 10, 10, 10, "invoiced")

    def _fill_in(self, sold):
        """One short form, by who has the right to it."""
        action = self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_express_return")
        returns = self.env["return.order"].with_user(self.express_rep).with_company(self.company).with_context(default_is_express=True)
        with Form(returns, view=action["view_id"][0]) as form:
            form.partner_id = self.customer
            form.sale_order_id = sold
            with form.line_ids.new() as line:
                line.product_id = self.product
        order = form.record
        self.assertEqual((order.partner_phone, order.line_ids.sale_line_id), (self.customer.phone, sold.order_line))
        self._assert_missing(
            order, "The reason", "The responsible team", "What the customer gets for Screwdriver set", user=self.express_rep,
        )
        with Form(order, view=action["view_id"][0]) as form:
            form.reason_id = self.reason
            form.coordination_team_id = self.logistics
            with form.line_ids.edit(0) as line:
                line.resolution = "exchange"
        self._assert_missing(order, "What is to be coordinated with Logistics", user=self.express_rep)
        order.coordination = "Bring a new set along.\nOn Friday before noon."
        self._assert_missing(order, user=self.express_rep)
        return order

    def _take_back_at_once(self, order):
        self.assertTrue(order.with_user(self.express_rep).can_express)
        self.assertFalse(order.with_user(self.rep).can_express, "others have it decided")
        order.with_user(self.express_rep).action_express()
        self.env.invalidate_all()
        self.assertEqual((order.state, order.verdict, order.rep_verdict_by_id), ("receiving", "accepted", self.express_rep))
        self.assertEqual(set(order.milestone_ids.mapped("deadline_state")), {"met"})
        self.assertFalse(self._get_notice(order, "Please decide"))

    def _coordinate(self, order):
        """Whoever leads logistics has no right to returns, reads this one and says what was arranged."""
        self.assertEqual(self._get_activities(order), {self.worker: ["Bring a new set along."]})
        self.assertEqual(self._get_notice(order, "Please coordinate").notified_partner_ids, self.worker.partner_id)
        by_logistics = order.with_user(self.worker)
        self.assertEqual(by_logistics.coordination, "Bring a new set along.\nOn Friday before noon.")
        with self.assertRaises(AccessError):
            by_logistics.coordination = "No"
        by_logistics.activity_ids.action_feedback(feedback="Goes along on Friday's tour")
        self.env.invalidate_all()
        self.assertTrue(order.message_ids.filtered(lambda message: "Goes along on Friday's tour" in message.body))
        self.assertFalse(self._get_activities(order))

    def _receive(self, order):
        self.assertIn("All is here: now it is inspected.", self._count(order, 1))
        self._record(order, usable="no", disposition="scrap")
        order.with_user(self.inspector).action_inspected()
        self.env.invalidate_all()
        self.assertEqual((order.state, order.sudo().scrap_ids.scrap_qty), ("processing", 1))

    def _ship_new_one(self, order):
        """The same again for the same order line: nothing is credited and nothing is charged."""
        new = order.sudo().transfer_ids
        self.assertEqual((new.partner_id, new.move_ids.product_uom_qty, new.move_ids.sale_line_id), (self.customer, 1, order.line_ids.sale_line_id))
        self._assert_missing(order, f"Transfer {new.name}, which brings Screwdriver set to the customer", user=self.quality_manager)
        self._ship(new)
        self.assertFalse(order.sudo().credit_note_ids | order.sudo().replacement_order_ids.invoice_ids)
