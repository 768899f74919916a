from odoo.tests import Form

from .test_return_refund import ReturnRefundCommon


class ReturnStoryCommon(ReturnRefundCommon):
    """What people do with a return in the windows that they have. The inspector is one of the responsible team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inspector = cls.handler
        cls.company.partner_id.write({"street": "7 Harbour Road", "city": "Dover"})
        cls.env.flush_all()

    def _assert_missing(self, order, *texts, user=None):
        """«Still missing» says these and no more, each in a line of its own; nothing, where there are none."""
        self.env.invalidate_all()
        shown = (order.with_user(user or self.rep).next_gaps or "").splitlines()
        self.assertEqual(len(shown), len(texts), shown)
        for line, text in zip(shown, texts, strict=True):
            self.assertIn(text, line)

    def _submit_and_accept(self, order):
        """The sales representative asks, the leader of the team, who has it among their activities, accepts."""
        order.with_user(self.rep).action_submit()
        self.assertEqual(self._get_activities(order), {self.quality_manager: ["Decide on the return"]})
        order.with_user(self.quality_manager).action_accept()
        self.env.invalidate_all()
        self.assertEqual((order.state, self._get_activities(order)), ("approved", {self.rep: ["Answer the customer"]}))

    def _send_answer(self, order):
        """The sales representative sends the answer to the customer; what it says."""
        self._send(order.with_user(self.rep), "action_send_answer")
        self.env.invalidate_all()
        self.assertEqual((order.state, order.answer), ("receiving", "Sent by e-mail to Ada Blue."))
        return order.message_ids.filtered(lambda message: message.partner_ids == self.contact)[:1].body

    def _count(self, order, *quantities):
        """The warehouse counts what came on the page for it; what the page says."""
        action = order.with_user(self.stock_user).with_company(self.company).action_receive()
        page = self.env[action["res_model"]].with_user(self.stock_user).with_company(self.company).browse(action["res_id"])
        for line, quantity in zip(page.line_ids, quantities, strict=True):
            line.quantity = quantity
        page.action_confirm()
        self.env.invalidate_all()
        return page.result

    def _record(self, order, parts=(), **values):
        """The inspector records the result of the only product in its window."""
        action = order.with_user(self.inspector).action_inspect()
        line = self.env[action["res_model"]].with_user(self.inspector).with_company(self.company).browse(action["res_id"])
        with Form(line, view=action["views"][0][0]) as form:
            for name, value in {"as_announced": "yes", "fault": "confirmed", **values}.items():
                form[name] = value
            for product, quantity in parts:
                with form.part_ids.new() as part:
                    part.product_id, part.quantity = product, quantity

    def _ship(self, pickings):
        """The warehouse ships all of it."""
        for picking in pickings.with_user(self.stock_user).with_company(self.company):
            picking.move_ids.picked = True
            picking.button_validate()
        self.env.invalidate_all()

    def _post_entries(self, moves):
        """Accounting posts what was drafted."""
        moves.with_user(self.accountant).with_company(self.company).action_post()
        self.env.invalidate_all()

    def _get_done(self, order):
        """The leader of the team ends it: no step is open and nothing was late."""
        order.with_user(self.quality_manager).action_done()
        self.env.invalidate_all()
        self.assertEqual((order.state, self._get_activities(order)), ("done", {}))
        self.assertEqual(set(order.milestone_ids.mapped("deadline_state")), {"met"})
