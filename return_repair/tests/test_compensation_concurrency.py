from psycopg2.errors import LockNotAvailable

from odoo import api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestCompensationConcurrency(TransactionCase):
    """Two people give the same difference back at the same moment, each in their own transaction.

    Nothing is made in the test's own transaction: what that one has locked, the others would wait for.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # two transactions see only what a third has committed; it is taken away again below
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            company = env.ref("base.main_company")
            receivable, income = env["account.account"].create([
                {"name": "Race", "code": "RACE1", "account_type": "asset_receivable", "reconcile": True},
                {"name": "Race", "code": "RACE2", "account_type": "income"},
            ])
            journal = env["account.journal"].create({
                "name": "Race", "code": "RACE", "type": "sale", "company_id": company.id, "default_account_id": income.id,
            })
            customer = env["res.partner"].create({"name": "Race", "property_account_receivable_id": receivable.id})
            product = env["product.product"].create({"name": "Race", "type": "service", "property_account_income_id": income.id, "taxes_id": False})
            sold = env["sale.order"].create({
                "partner_id": customer.id, "company_id": company.id, "journal_id": journal.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 10, "price_unit": 100, "tax_ids": False})],
            })
            sold.action_confirm()
            invoice = sold._create_invoices()
            invoice.action_post()
            reason = env["return.compensation.reason"].create({"name": "Race"})
            compensations = env["return.compensation"].create([
                {"sale_order_id": sold.id, "reason_id": reason.id, "price_now": 90, "quantity": 10} for _compensation in range(2)
            ])
            cls.shared = {
                "return.compensation": compensations.ids, "account.move": invoice.ids, "sale.order": sold.ids, "return.compensation.reason": reason.ids,
                "product.template": product.product_tmpl_id.ids, "res.partner": customer.ids, "account.journal": journal.ids,
                "account.account": (receivable | income).ids,
            }
        cls.addClassCleanup(cls._remove_shared)

    @classmethod
    def _remove_shared(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            for model in ("return.compensation", "account.move", "sale.order"):
                for about, field in (("mail.message", "model"), ("mail.activity", "res_model"), ("mail.followers", "res_model")):
                    env[about].with_context(active_test=False).search([(field, "=", model), ("res_id", "in", cls.shared[model])]).unlink()
            # none of these is ever deleted, but these were none
            cr.execute("DELETE FROM return_compensation WHERE id = ANY(%s)", [cls.shared["return.compensation"]])
            cr.execute("DELETE FROM account_move WHERE id = ANY(%s)", [cls.shared["account.move"]])
            cr.execute("DELETE FROM sale_order_line WHERE order_id = ANY(%s)", [cls.shared["sale.order"]])
            cr.execute("DELETE FROM sale_order WHERE id = ANY(%s)", [cls.shared["sale.order"]])
            env.invalidate_all()
            for model in ("return.compensation.reason", "product.template", "res.partner", "account.journal", "account.account"):
                env[model].browse(cls.shared[model]).unlink()

    def _submit(self, env, number):
        env["return.compensation"].browse(self.shared["return.compensation"][number]).action_submit()
        env.flush_all()

    def test_the_second_waits_for_the_first(self):
        with self.registry.cursor() as first_cr, self.registry.cursor() as second_cr:
            self._submit(api.Environment(first_cr, api.SUPERUSER_ID, {}), 0)
            # where it would wait for the first to be committed, give up: nothing is committed here
            second_cr.execute("SET LOCAL lock_timeout = '200ms'")
            with self.assertRaises(LockNotAvailable) as refused, mute_logger("odoo.sql_db"):
                self._submit(api.Environment(second_cr, api.SUPERUSER_ID, {}), 1)
            self.assertIsInstance(refused.exception, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)
            first_cr.rollback()
            second_cr.rollback()

    def test_of_two_who_give_the_same_the_second_is_told(self):
        with self.registry.cursor() as first_cr, self.registry.cursor() as second_cr:
            first = api.Environment(first_cr, api.SUPERUSER_ID, {})
            second = api.Environment(second_cr, api.SUPERUSER_ID, {})
            waiting = second["return.compensation"].browse(self.shared["return.compensation"][1])
            self.assertEqual(waiting.difference, 100, "both see a difference that nobody has given")
            self._submit(first, 0)
            first_cr.commit()
            with mute_logger("odoo.sql_db", "odoo.service.model"), self.assertRaisesRegex(UserError, "not compensated yet"):
                # as core calls what a user presses: what collided is tried again
                retrying(lambda: self._submit(second, 1), second)
            second_cr.rollback()
        with self.registry.cursor() as cr:
            both = api.Environment(cr, api.SUPERUSER_ID, {})["return.compensation"].browse(self.shared["return.compensation"])
            self.assertEqual(both.mapped("state"), ["to_approve", "draft"])
            both[0].action_back_to_draft()
