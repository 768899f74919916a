from odoo.fields import Command
from odoo.tests import tagged

from .delivery_common import DeliveryCommon

FEW, MANY = 5, 40


@tagged("post_install", "-at_install")
class TestDeliveryBatch(DeliveryCommon):
    """Following up many deliveries asks the database hardly more often than following up a few."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create([{"name": f"Workshop {number}", "is_company": True} for number in range(MANY)])
        cls._ship_new()  # warm

    def _prepare_shipments(self, count):
        """Deliveries that only wait to be validated."""
        orders = self.env["sale.order"].with_company(self.company).create([
            {
                "partner_id": customer.id, "user_id": self.rep.id,
                "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": 1})],
            }
            for customer in self.customers[:count]
        ])
        orders.action_confirm()
        orders.picking_ids.move_ids.picked = True
        return orders.picking_ids

    def _count_queries(self, act, argument):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        act(argument)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _get_slope(self, act, few, many):
        """How often each record more asks the database."""
        of_few = self._count_queries(act, few)
        return (self._count_queries(act, many) - of_few) / (MANY - FEW)

    def _validate(self, pickings):
        pickings.with_user(self.stock_user).button_validate()
        self.assertEqual(set(pickings.mapped("state")), {"done"})

    def _get_slope_of_validating(self):
        self._validate(self._prepare_shipments(FEW))  # warm
        return self._get_slope(self._validate, self._prepare_shipments(FEW), self._prepare_shipments(MANY))

    def test_validating_many(self):
        with_followup = self._get_slope_of_validating()
        self.assertEqual(self.env["delivery.followup"].search_count([("partner_id", "in", self.customers.ids)]), 2 * FEW + MANY)
        self.env.ref("quality_complaint.automation_delivery_left").active = False
        self.env.ref("quality_complaint.automation_delivery_returned").active = False
        without = self._get_slope_of_validating()
        self.assertLessEqual(with_followup - without, 0.5, f"{with_followup} queries for each delivery, {without} without follow-up")

    def test_validating_where_nothing_is_followed_up_costs_nothing_for_each(self):
        self.company.delivery_followup = False
        off = self._get_slope_of_validating()
        self.env.ref("quality_complaint.automation_delivery_left").active = False
        self.env.ref("quality_complaint.automation_delivery_returned").active = False
        without = self._get_slope_of_validating()
        self.assertLessEqual(off - without, 0.1)

    def test_answering_many(self):
        followups = self.env["delivery.followup"]
        for count in (FEW, MANY):
            pickings = self._prepare_shipments(count)
            self._validate(pickings)
            followups |= self._get_followup(pickings)
        followups = followups.with_user(self.rep)
        # each one's change of state is a message in its chatter
        self.assertLessEqual(self._get_slope(lambda some: some.action_all_ok(), followups[:FEW], followups[FEW:]), 6)

    def test_looking_at_many(self):
        for count in (FEW, MANY):
            self._validate(self._prepare_shipments(count))
        pickings = self.env["stock.picking"].search([("partner_id", "in", self.customers.ids)])
        for records, names in (
            (self._get_followup(pickings).with_user(self.rep), ["display_name", "phone", "unanswered_count", "complaint_id", "deadline_state", "days_late"]),
            (pickings.with_user(self.stock_user), ["delivery_followup_state"]),
            (pickings.sale_id.with_user(self.rep), ["delivery_followup_count"]),
            (self.customers.with_user(self.rep), ["delivery_followup_count"]),
        ):
            with self.subTest(records._name):
                few, many = records[:FEW], records[FEW:MANY]
                counts = [self._count_queries(lambda some: some.read(names), some) for some in (few, many)]
                self.assertLessEqual(counts[1] - counts[0], 2, counts)
