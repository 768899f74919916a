from odoo.tests import tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnBatch(ReturnCommon):
    """Many at once cost little more than one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 10000)
        cls.order = cls._create_shipped_order(*[(cls.product, 100)] * 40)
        cls.moves = cls.order.picking_ids.move_ids
        cls.env.flush_all()

    def _count_queries(self, act):
        self.env.invalidate_all()
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        act()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def _create_many(self, moves):
        return self.env["return.order"].with_user(self.rep).with_company(self.company).create([
            {"partner_id": self.customer.id, "reason_id": self.reason.id, "line_ids": [self._get_line(move_id=move.id)]} for move in moves
        ])

    def test_each_of_many_is_numbered_promised_and_checked(self):
        orders = self._create_many(self.moves[:10])
        self.assertEqual(len(set(orders.mapped("name"))), 10)
        self.assertTrue(all(len(order.milestone_ids) == 2 for order in orders))
        self.assertEqual(orders.line_ids.mapped("move_id"), self.moves[:10])

    def test_creating_many_takes_few_queries_for_each_more(self):
        self._create_many(self.moves[:1])
        one = self._count_queries(lambda: self._create_many(self.moves[1:3]))
        many = self._count_queries(lambda: self._create_many(self.moves[3:23]))
        self.assertLess((many - one) / 18, 12)

    def test_showing_many_takes_no_query_for_each_more(self):
        orders = self._create_many(self.moves[:22])
        fields = ["name", "is_late", "color", "product_id", "next_step", "state"]
        two = self._count_queries(lambda: orders[:2].read(fields))
        many = self._count_queries(lambda: orders[:22].read(fields))
        self.assertLessEqual(many, two + 2)

    def test_what_can_still_come_back_is_asked_once_for_many(self):
        Line = self.env["return.order.line"].with_user(self.rep).with_company(self.company)
        self._create_many(self.moves)
        delivered = self.order.order_line._prepare_complaint_lines()
        two = self._count_queries(lambda: Line._prepare_returnable(delivered[:2]))
        thirty = self._count_queries(lambda: Line._prepare_returnable(delivered[2:32]))
        self.assertLessEqual(thirty, two + 3)
        self.assertEqual({values["quantity"] for values in Line._prepare_returnable(delivered)}, {98})

    def test_moving_many_moves_each(self):
        orders = self._create_many(self.moves[:5])
        orders.action_submit()
        orders.with_user(self.quality_manager).action_accept()
        orders.with_user(self.rep).action_tell()
        self.assertEqual(set(orders.mapped("state")), {"receiving"})
