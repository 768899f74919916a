from psycopg2.errors import LockNotAvailable

from odoo import api
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestReturnConcurrency(TransactionCase):
    """Two people take back the same goods at the same moment, each in his own transaction.

    Nothing is made in the test's own transaction: what that one has locked, the others would wait for.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # two transactions see only what a third has committed; it is taken away again below
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            company = env.ref("base.main_company")
            customer = env["res.partner"].create({"name": "Race"})
            product = env["product.product"].create({"name": "Race", "is_storable": True})
            stock, there = env.ref("stock.stock_location_stock"), env.ref("stock.stock_location_customers")
            picking = env["stock.picking"].create({
                "partner_id": customer.id, "picking_type_id": env.ref("stock.picking_type_out").id,
                "location_id": stock.id, "location_dest_id": there.id,
                "move_ids": [Command.create({
                    "product_id": product.id, "product_uom_qty": 10, "location_id": stock.id, "location_dest_id": there.id,
                })],
            })
            picking.action_confirm()
            picking.move_ids.write({"quantity": 10, "picked": True})
            picking.with_context(skip_sms=True)._action_done()
            orders = env["return.order"].create([{"partner_id": customer.id, "company_id": company.id} for _order in range(2)])
            cls.order_ids, cls.move_id, cls.product_id = orders.ids, picking.move_ids.id, product.id
            cls.picking_id, cls.customer_id = picking.id, customer.id
        cls.addClassCleanup(cls._remove_shared)

    @classmethod
    def _remove_shared(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["mail.message"].search([("model", "=", "return.order"), ("res_id", "in", cls.order_ids)]).unlink()
            env["mail.message"].search([("model", "=", "stock.picking"), ("res_id", "=", cls.picking_id)]).unlink()
            # what left is followed up
            followups = env["delivery.followup"].with_context(active_test=False).search([("picking_id", "=", cls.picking_id)]).ids
            for model in ("mail.activity", "mail.message"):
                field = "model" if model == "mail.message" else "res_model"
                env[model].with_context(active_test=False).search([(field, "=", "delivery.followup"), ("res_id", "in", followups)]).unlink()
            cr.execute("DELETE FROM delivery_followup WHERE id = ANY(%s)", [followups])
            # neither is ever deleted, but these were none
            cr.execute("DELETE FROM return_order WHERE id = ANY(%s)", [cls.order_ids])
            cr.execute("DELETE FROM stock_move_line WHERE move_id = %s", [cls.move_id])
            cr.execute("DELETE FROM stock_move WHERE id = %s", [cls.move_id])
            cr.execute("DELETE FROM stock_picking WHERE id = %s", [cls.picking_id])
            cr.execute("DELETE FROM stock_quant WHERE product_id = %s", [cls.product_id])
            env["product.product"].browse(cls.product_id).product_tmpl_id.unlink()
            env["res.partner"].browse(cls.customer_id).unlink()

    def _take_back(self, env, order_id, quantity):
        env["return.order"].browse(order_id).line_ids = [
            Command.create({"product_id": self.product_id, "move_id": self.move_id, "quantity": quantity}),
        ]
        env.flush_all()

    def test_the_second_waits_for_the_first(self):
        with self.registry.cursor() as first_cr, self.registry.cursor() as second_cr:
            self._take_back(api.Environment(first_cr, api.SUPERUSER_ID, {}), self.order_ids[0], 1)
            # where it would wait for the first to be committed, give up: nothing is committed here
            second_cr.execute("SET LOCAL lock_timeout = '200ms'")
            with self.assertRaises(LockNotAvailable) as refused, mute_logger("odoo.sql_db"):
                self._take_back(api.Environment(second_cr, api.SUPERUSER_ID, {}), self.order_ids[1], 1)
            self.assertIsInstance(refused.exception, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)
            first_cr.rollback()
            second_cr.rollback()

    def test_of_two_who_take_back_the_same_goods_the_second_is_told(self):
        with self.registry.cursor() as first_cr, self.registry.cursor() as second_cr:
            first = api.Environment(first_cr, api.SUPERUSER_ID, {})
            second = api.Environment(second_cr, api.SUPERUSER_ID, {})
            line = second["return.order.line"].new({"product_id": self.product_id, "move_id": self.move_id})
            self.assertEqual(line.quantity_returnable, 10, "both see ten that can come back")
            self._take_back(first, self.order_ids[0], 6)
            first_cr.commit()
            with mute_logger("odoo.sql_db", "odoo.service.model"), self.assertRaises(ValidationError) as refused:
                # as core calls what a user presses: what collided is tried again
                retrying(lambda: self._take_back(second, self.order_ids[1], 6), second)
            self.assertIn("12 Units would come back, but only 10 Units can", str(refused.exception))
            second_cr.rollback()
        with self.registry.cursor() as cr:
            lines = api.Environment(cr, api.SUPERUSER_ID, {})["return.order.line"].search([("move_id", "=", self.move_id)])
            self.assertEqual(lines.mapped("quantity"), [6])
            lines.unlink()
