from psycopg2.errors import LockNotAvailable

from odoo import api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail


@tagged("post_install", "-at_install")
class TestConcurrency(TransactionCase, MockEmail):
    """Two people do the same thing at the same moment, each in his own transaction.

    Nothing is made in the test's own transaction: what that one has locked, the others would wait for.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # two transactions see only what a third has committed; it is taken away again below
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"no_reset_password": True})
            company = env.ref("base.main_company")
            managers = env["res.users"].create([
                {
                    "name": login, "login": login, "email": f"{login}@sunrise.example", "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": [Command.set(env.ref("quality_complaint.group_manager").ids)],
                }
                for login in ("qc_first", "qc_second")
            ])
            team = env["quality.team"].create({"name": "Race", "company_id": company.id, "leader_id": managers[0].id})
            complaint_type = env["quality.complaint.type"].create({
                "name": "Race", "team_id": team.id, "company_id": company.id, "notify_user_ids": [Command.set(managers.ids)],
            })
            complaint = env["quality.complaint"].create({
                "subject": "Dents", "partner_id": company.partner_id.id, "type_id": complaint_type.id, "company_id": company.id,
                "line_ids": [Command.create({"product_id": env["product.product"].create({"name": "Race"}).id})],
                "demand_ids": [Command.create({"name": "Replace them"})],
            })
            complaint.action_submit()
            complaint.write({"validity": "upheld", "severity": "major"})
            cls.shared = {
                record._name: record.ids
                for record in (complaint, complaint_type, team, complaint.line_ids.product_id.product_tmpl_id, managers)
            }
        cls.addClassCleanup(cls._remove_shared)

    @classmethod
    def _remove_shared(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            (complaint_id,) = cls.shared.pop("quality.complaint")
            env["mail.activity"].with_context(active_test=False).search(
                [("res_model", "=", "quality.complaint"), ("res_id", "=", complaint_id)],
            ).unlink()
            env["mail.message"].search([("model", "=", "quality.complaint"), ("res_id", "=", complaint_id)]).unlink()
            partners = env["res.users"].browse(cls.shared["res.users"]).partner_id
            # a complaint is never deleted, but this one was none
            cr.execute("DELETE FROM quality_complaint WHERE id = %s", [complaint_id])
            for model, ids in cls.shared.items():
                env[model].browse(ids).unlink()
            partners.unlink()

    def test_of_two_who_approve_at_the_same_moment_one_succeeds_and_the_other_is_told(self):
        (complaint_id,) = self.shared["quality.complaint"]
        first_id, second_id = self.shared["res.users"]
        with self.registry.cursor() as first_cr, self.registry.cursor() as second_cr, self.mock_mail_gateway():
            first = api.Environment(first_cr, first_id, {})["quality.complaint"].browse(complaint_id)
            second = api.Environment(second_cr, second_id, {})["quality.complaint"].browse(complaint_id)
            self.assertEqual((first.state, second.state), ("review", "review"), "both have it on their screen")
            self.assertTrue(first.can_advance and second.can_advance)
            first.action_approve()
            first_cr.commit()
            with mute_logger("odoo.sql_db", "odoo.service.model"), self.assertRaises(UserError) as refused:
                # as core calls what a user presses: what collided is tried again
                retrying(second.action_approve, second.env)
            self.assertIn("is in state «Investigation» and can't go to «Investigation»", str(refused.exception))
            second_cr.rollback()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            complaint = env["quality.complaint"].browse(complaint_id)
            self.assertEqual(complaint.state, "investigation")
            told = env["mail.message"].search([
                ("model", "=", complaint._name), ("res_id", "=", complaint_id), ("message_type", "=", "user_notification"),
                ("subject", "=like", "Complaint approved%"),
            ])
            self.assertEqual(len(told), 1, "the notifications went out once")
            self.assertEqual(told.author_id.id, env["res.users"].browse(first_id).partner_id.id)
            self.assertEqual(len(complaint.activity_ids), 1)

    def test_of_two_who_contain_it_at_the_same_moment_the_second_begins_anew(self):
        """What one does changes a row that the other reads, so that core tries the other again, who then finds what is there."""
        (complaint_id,) = self.shared["quality.complaint"]
        no_lot = self.env["stock.lot"]
        for act in (
            lambda complaint: complaint._file_contained({}, no_lot.with_env(complaint.env)),  # «File for These Customers»
            lambda complaint: complaint._plan_stock_actions({}),  # «Action for Own Stock»
        ):
            with self.registry.cursor() as first_cr, self.registry.cursor() as second_cr:
                act(api.Environment(first_cr, api.SUPERUSER_ID, {})["quality.complaint"].browse(complaint_id))
                # where it would wait for the first to be committed, give up: nothing is committed here
                second_cr.execute("SET LOCAL lock_timeout = '200ms'")
                second = api.Environment(second_cr, api.SUPERUSER_ID, {})["quality.complaint"].browse(complaint_id)
                with self.assertRaises(LockNotAvailable) as refused, mute_logger("odoo.sql_db"):
                    act(second)
                self.assertIsInstance(refused.exception, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)
                first_cr.rollback()
                second_cr.rollback()
