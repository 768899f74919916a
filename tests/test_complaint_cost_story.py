"""A complaint waits for its goods; at its end it says what it cost us, less what the supplier gave back."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.return_repair.tests.story_common import ReturnStoryCommon


@tagged("post_install", "-at_install")
class TestComplaintCostStory(ReturnStoryCommon):
    """Each set costs us 60 and is sold for 100."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.with_company(cls.company).standard_price = 60
        cls.mill = cls.env["res.partner"].create({"name": "Steel Mill", "email": "claims@steelmill.example"})
        cls.product.seller_ids = [Command.create({"partner_id": cls.mill.id, "company_id": cls.company.id})]
        cls.offer = cls.env["return.compensation.reason"].create({"name": "Kept in spite of the fault"})
        cls.company.compensation_approval_limit = 100
        cls.stock_manager = cls._new_user("stock_manager", "stock.group_stock_manager")

    def test_a_complaint_waits_for_its_return_and_ends_with_what_it_cost(self):
        with self.at("2026-02-20 09:00:00"):
            sold = self._sell()
        with self.at("2026-03-02 09:00:00"):
            complaint = self._complain(sold)
            order = self._take_goods_back(complaint)
            self._wait(complaint, order)
            self._submit_and_accept(order)
            self._send_answer(order)
        with self.at("2026-03-04 09:00:00"):
            self._receive_and_scrap(order)
            self._compensate(complaint, sold)
            self._note_freight(complaint)
            self._assert_cost(complaint, credit=200, scrap=120, compensation=30, freight=25)
            recovery = self._claim(order)
        with self.at("2026-03-05 09:00:00"):
            self._get_done(order)
            self._answer_customer(complaint)
        with self.at("2026-03-10 09:00:00"):
            self._recover(recovery)
        self._assert_cost(complaint, credit=200, scrap=120, compensation=30, freight=25, recovery=-100)
        self.assertEqual(complaint.state, "closed", "what comes later counts all the same")
        self._assert_order(sold, 8, 8, 8, "invoiced")

    def _complain(self, sold):
        form = self._open_action(self.rep, sold.with_user(self.rep).action_file_complaint())
        form.subject = "The blades are soft"
        form.type_id = self.complaint_type
        form.contact_id = self.contact
        form.sales_manager_id = self.sales_manager
        with form.line_ids.edit(0) as line:
            line.quantity = 2
            line.defect = "Soft blades"
        with form.demand_ids.new() as demand:
            demand.name = "My money back"
        complaint = form.save()
        complaint.action_submit()
        managed = complaint.with_user(self.quality_manager)
        managed.write({"validity": "upheld", "responsibility": "supplier", "severity": "major", "handler_id": self.handler.id})
        managed.action_approve()
        return complaint

    def _take_goods_back(self, complaint):
        """Customer, product, quantity, defect and team come from the complaint."""
        form = self._open_action(self.rep, complaint.with_user(self.rep).action_file_return())
        form.reason_id = self.reason
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.product_id, line.quantity, line.note), (self.product, 2, "Soft blades"))
            line.resolution = "refund"
        order = form.save()
        self.assertEqual((order.complaint_id, order.contact_id, order.team_id), (complaint, self.contact, self.team))
        return order

    def _wait(self, complaint, order):
        handled = complaint.with_user(self.handler)
        handled.write({"handling_opinion": "Take them back and claim from the mill", "analysis": "The steel was not hardened"})
        handled.demand_ids.write({"answer": "You get your money back", "outcome": "granted"})
        self._assert_missing(complaint, f"The return {order.name} is neither done nor cancelled", user=self.handler)
        with self.assertRaisesRegex(UserError, order.name):
            handled.action_resolve()

    def _receive_and_scrap(self, order):
        self._count(order, 2)
        self._record(order, usable="no", disposition="scrap")
        order.with_user(self.inspector).action_inspected()
        self._post_entries(order.sudo().credit_note_ids)

    def _compensate(self, complaint, sold):
        """Three more they keep for less."""
        form = self._open_action(self.rep, sold.with_user(self.rep).action_file_compensation())
        form.reason_id = self.offer
        form.complaint_id = complaint
        form.price_now = 90
        form.quantity = 3
        compensation = form.save()
        compensation.action_submit()
        self.assertEqual(compensation.state, "approved", "below the limit nobody else is asked")
        self._post_entries(compensation.sudo().credit_note_ids)

    def _note_freight(self, complaint):
        self.env["quality.complaint.cost"].with_user(self.handler).create({"complaint_id": complaint.id, "kind": "freight", "amount": 25})

    def _assert_cost(self, complaint, **expected):
        """Each who sees the complaint sees what it cost, by what."""
        self.env.invalidate_all()
        entries = self.env["quality.cost"].with_user(self.quality_manager).search([("complaint_id", "=", complaint.id)])
        self.assertEqual({entry.category: entry.amount for entry in entries}, expected)
        recovered = -expected.get("recovery", 0)
        cost = sum(expected.values()) + recovered
        shown = complaint.with_user(self.rep)
        self.assertEqual((shown.cost_amount, shown.cost_recovered, shown.cost_net), (cost, recovered, cost - recovered))

    def _claim(self, order):
        """The warehouse claims from the mill by e-mail what the goods cost us."""
        form = self._open_action(self.stock_manager, order.line_ids.with_user(self.stock_manager).action_claim_recovery())
        self.assertEqual((form.partner_id, form.quantity, form.amount_claimed, form.note), (self.mill, 2, 120, "Soft blades"))
        recovery = form.save()
        self._send(recovery, "action_send_claim")
        self.env.invalidate_all()
        self.assertEqual((recovery.state, recovery.complaint_id), ("claimed", order.complaint_id))
        return recovery

    def _answer_customer(self, complaint):
        self._assert_missing(complaint, user=self.handler)
        complaint.with_user(self.handler).action_resolve()
        complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(complaint)
        self.assertIn("You get your money back", complaint.reply_body)
        self._answer(complaint, "yes")
        self.assertEqual(complaint.state, "closed")

    def _recover(self, recovery):
        """The mill agrees to a part, and accounting books its credit note."""
        by_warehouse = recovery.with_user(self.stock_manager)
        by_warehouse.amount_accepted = 100
        by_warehouse.action_accept()
        action = recovery.with_user(self.accountant).with_company(self.company).action_make_refund()
        form = Form(
            self.env["account.move"].with_user(self.accountant).with_company(self.company).with_context(**action["context"]),
            view="account.view_move_form",
        )
        form.invoice_date = fields.Date.today()
        note = form.save()
        self.assertEqual((note.partner_id, note.amount_untaxed), (self.mill, 100))
        self._post_entries(note)
        by_warehouse.action_receive()
        self.assertEqual((recovery.state, recovery.amount_received, recovery.amount_open), ("received", 100, 0))


@tagged("post_install", "-at_install")
class TestSmallReturnsStory(ReturnStoryCommon):
    """No small return is investigated alone; together they are a reason to act (C10)."""

    def test_many_small_returns_start_a_corrective_action(self):
        returns = self.env["return.order"].concat(*(self._bring_one(day) for day in ("2026-03-02", "2026-03-09", "2026-03-16")))
        with self.at("2026-04-01 09:00:00"):
            capa = self._start(returns)
            self._agree(capa)
        with self.at("2026-04-06 09:00:00"):
            capa.activity_ids.with_user(self.worker).action_feedback(feedback="The blister holds the tips now")
            self._verify(capa)
        for order in returns:
            self.assertEqual(order.with_user(self.express_rep).statistic_capa_ids, capa, "each return says what came of it")
        again = self.env["return.report"].with_user(self.handler).search([
            ("return_id", "in", returns.ids), ("return_id.statistic_capa_ids", "=", False),
        ])
        self.assertFalse(again, "none of them is counted twice")

    def _bring_one(self, day):
        with self.at(f"{day} 09:00:00"):
            self._sell(1)
            order = self._create_return(self.express_rep, is_express=True, line_ids=[self._get_line(quantity=1)])
            order.action_express()
            self._count(order, 1)
            self._record(order, usable="no", disposition="scrap")
            order.with_user(self.inspector).action_inspected()
            order.with_user(self.quality_manager).action_done()
        return order

    def _start(self, returns):
        """Whoever handles complaints counts them by product and reason, and begins on what was counted."""
        report = self.env["return.report"].with_user(self.handler)
        [(product, reason, number)] = report._read_group([("return_id", "in", returns.ids)], ["product_id", "reason_id"], ["return_id:count_distinct"])
        self.assertEqual((product, reason, number), (self.product, self.reason, 3))
        form = self._open_action(self.handler, report.search([("return_id", "in", returns.ids)]).action_start_corrective_action())
        self.assertEqual((form.capa_type, form.team_id), ("corrective", self.team))
        form.name = "Pack the tips"
        form.user_id = self.worker
        form.date_deadline = "2026-04-08 17:00:00"
        capa = form.save()
        self.assertEqual((capa.source_return_ids, capa.check_product_ids), (returns, self.product))
        return capa

    def _agree(self, capa):
        capa.with_user(self.handler).action_propose()
        capa.with_user(self.worker).action_accept()
        self.env.invalidate_all()
        self.assertEqual(capa.state, "open")
        self.assertEqual(len(capa.with_user(self.worker).source_return_ids.mapped("name")), 3, "whoever does it reads what it is based on")

    def _verify(self, capa):
        self.env.invalidate_all()
        self.assertEqual(capa.state, "verify")
        form = self._open_action(self.quality_manager, capa.with_user(self.quality_manager).action_verify())
        form.verdict = "effective"
        form.reason = "No bent tips in ten parcels"
        form.save().action_confirm()
        self.assertEqual(capa.state, "done")
