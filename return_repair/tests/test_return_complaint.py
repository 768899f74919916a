from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnComplaint(ReturnCommon):
    """What comes back because of a complaint is part of its handling."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pliers = cls._create_product("Pliers")
        for product in (cls.product, cls.pliers):
            cls._add_stock(product, 100)
        cls.order = cls._create_order((cls.product, 10), (cls.pliers, 10))
        cls.picking = cls._deliver(cls.order)
        cls.complaint = cls._create_complaint(sale_order_id=cls.order.id, line_ids=[
            Command.create({"product_id": cls.product.id, "quantity": 2, "move_id": cls.picking.move_ids[0].id, "defect": "Rust"}),
            Command.create({"product_id": cls.pliers.id, "quantity": 1, "move_id": cls.picking.move_ids[1].id}),
        ])
        cls._move_to(cls.complaint, "investigation")
        cls.env.flush_all()

    def _file(self, lines, user=None):
        user = user or self.rep
        return self._open_action(user, lines.with_user(user).action_file_return()).save()

    def _handle(self):
        handled = self.complaint.with_user(self.handler)
        handled.write({"handling_opinion": "Replace them", "analysis": "Rain"})
        handled.demand_ids.write({"answer": "New ones", "outcome": "granted"})
        return handled

    def test_the_complaint_brings_customer_people_and_chosen_lines(self):
        order = self._file(self.complaint.line_ids[0], self.handler)
        self.assertEqual(
            (order.complaint_id, order.partner_id, order.contact_id, order.user_id, order.team_id),
            (self.complaint, self.customer, self.contact, self.rep, self.team),
        )
        line = order.line_ids
        self.assertEqual((line.product_id, line.quantity, line.move_id, line.note), (self.product, 2, self.picking.move_ids[0], "Rust"))

    def test_all_its_lines_come_by_its_button_and_what_came_back_does_not(self):
        self._file(self.complaint.line_ids[0])
        self._return(self.picking, 9)  # one is left of each
        order = self._open_action(self.rep, self.complaint.with_user(self.rep).action_file_return()).save()
        self.assertEqual([(line.product_id.name, line.quantity) for line in order.line_ids], [("Pliers", 1)])
        with self.assertRaisesRegex(UserError, "None of these can come back"):
            self.complaint.with_user(self.rep).action_file_return()

    def test_goods_are_taken_back_while_the_complaint_is_handled(self):
        for state in ("draft", "review", "closed", "rejected", "cancel"):
            complaint = self._move_to(self._create_complaint(), state) if state != "draft" else self._create_complaint()
            self.assertFalse(complaint.with_user(self.rep).can_return)
            with self.assertRaisesRegex(UserError, "approved and not finished"):
                complaint.with_user(self.rep).action_file_return()
            with self.assertRaisesRegex(UserError, "approved and not finished"):
                self._create_return(complaint_id=complaint.id, line_ids=[])
        self.assertTrue(self.complaint.with_user(self.rep).can_return)

    def test_lines_of_two_complaints_are_not_one_return(self):
        other = self._move_to(self._create_complaint(), "investigation")
        with self.assertRaisesRegex(UserError, "goods of one complaint"):
            (self.complaint.line_ids | other.line_ids).with_user(self.rep).action_file_return()

    def test_only_who_sees_the_complaint_links_it_and_only_of_the_same_customer(self):
        with self.assertRaises(AccessError):
            self._create_return(self.other_rep, complaint_id=self.complaint.id, line_ids=[])
        other = self.env["res.partner"].create({"name": "Green Workshop"})
        with self.assertRaisesRegex(UserError, "is a complaint of Blue Workshop, not of Green Workshop"):
            self._create_return(complaint_id=self.complaint.id, partner_id=other.id, contact_id=False, line_ids=[])

    def test_the_complaint_waits_for_each_open_return(self):
        first, second = self._file(self.complaint.line_ids[0]), self._file(self.complaint.line_ids[1])
        handled = self._handle()
        with self.assertRaises(UserError) as refused:
            handled.action_resolve()
        self.assertIn(first.name, str(refused.exception))
        self.assertIn(second.name, str(refused.exception))
        self._say(first.with_user(self.rep), "cancel", "Keeps them")
        with self.assertRaises(UserError) as refused:
            handled.action_resolve()
        self.assertNotIn(first.name, str(refused.exception))
        second.write({"reason_id": self.reason.id})
        second.line_ids.resolution = "refund"
        self._move_return(second, "done")
        handled.action_resolve()
        self.assertEqual(self.complaint.state, "reply")

    def test_closing_waits_for_a_return_that_came_after_the_reply(self):
        self._handle().action_resolve()
        self.complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(self.complaint)
        order = self._file(self.complaint.line_ids[0])
        self._answer(self.complaint, "yes")
        with self.assertRaisesRegex(UserError, order.name):
            self.complaint.with_user(self.rep).action_close()
        self._say(order.with_user(self.rep), "cancel", "Keeps them")
        self.complaint.with_user(self.rep).action_close()
        self.assertEqual(self.complaint.state, "closed")

    def test_a_return_of_another_complaint_holds_nothing_up(self):
        other = self._move_to(self._create_complaint(), "investigation")
        self._create_return(complaint_id=other.id)
        self._handle().action_resolve()
        self.assertEqual(self.complaint.state, "reply")

    def test_each_counts_its_own(self):
        order = self._file(self.complaint.line_ids[0])
        other = self._create_complaint()
        self.assertEqual((self.complaint.return_count, other.return_count), (1, 0))
        self.assertEqual(self.env["return.order"].search(self.complaint.action_view_return_orders()["domain"]), order)

    def test_the_returns_of_a_merged_complaint_come_along_and_go_back(self):
        kept = self._move_to(self._create_complaint(), "investigation")
        order = self._file(self.complaint.line_ids[0])
        self.complaint.sudo()._merge_into(kept.sudo())
        self.assertEqual(order.complaint_id, kept)
        self.complaint.with_user(self.quality_manager).action_undo_merge()
        self.assertEqual(order.complaint_id, self.complaint)
