from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintStory(ComplaintCommon):
    def test_from_the_order_to_the_close(self):
        order = self._create_shipped_order((self.product, 10))
        form = self._open_action(self.rep, order.with_user(self.rep).action_file_complaint())
        form.subject = "Rust"
        with form.demand_ids.new() as demand:
            demand.name = "Find the cause"
        complaint = form.save()
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.line_ids.quantity, 10)
        self.assertEqual(complaint.line_ids.quantity_shipped, 10)
        self._move_to(complaint, "investigation")
        capa = self._create_capa(complaint)
        complaint.with_user(self.handler).handling_opinion = "Sort all"
        complaint.with_user(self.handler).action_start_plan()
        capa.with_user(self.worker).action_accept()
        activity = capa.with_user(self.worker).activity_ids
        self.assertEqual(activity.user_id, self.worker)
        with self.assertRaises(UserError):
            complaint.with_user(self.handler).action_resolve()
        activity.action_feedback(feedback="Sorted 200 sets")
        self.assertEqual(capa.state, "done")
        self.assertIn("Sorted 200 sets", capa.result)
        handled = complaint.with_user(self.handler)
        handled.analysis = "Rain"
        handled.demand_ids.write({"answer": "Found", "outcome": "granted"})
        handled.action_resolve()
        self.assertIn("Sorted 200 sets", complaint.reply_body)
        complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(complaint)
        self.assertEqual(complaint.state, "follow_up")
        self._answer(complaint, "no", "Still rusty")
        self.assertEqual((complaint.state, complaint.round), ("investigation", 2))
        handled.action_resolve()
        complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(complaint)
        self._answer(complaint, "yes")
        self.assertEqual(complaint.state, "closed")
        with self.assertRaises(UserError):
            handled.subject = "Other"
