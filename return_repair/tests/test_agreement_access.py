from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .agreement_common import AgreementCommon

OPERATIONS = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestAgreementAccess(AgreementCommon):
    """Sales representatives make agreements with their own customers, sales administrators with all; who handles complaints reads them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.user_id = cls.rep
        cls.agreement = cls._create_agreement()

    def test_each_user_may_do_what_their_role_says_and_no_more(self):
        portal = self._new_user("portal", "base.group_portal")
        for user, allowed in (
            (self.rep, "read write create"), (self.sales_manager, "read write create"), (self.other_rep, ""), (self.handler, "read"),
            (self.quality_manager, "read"), (self.stock_user, ""), (self.worker, ""), (portal, ""),
        ):
            self.env.invalidate_all()
            agreement = self.agreement.with_user(user)
            with self.subTest(user.login):
                self.assertEqual(" ".join(operation for operation in OPERATIONS if agreement.has_access(operation)), allowed)
                seen = agreement.browse().has_access("read") and agreement.search([("id", "=", agreement.id)])
                self.assertEqual(bool(seen), "read" in allowed)

    def test_a_return_shows_them_to_who_may_read_them_and_opens_for_all(self):
        order = self._move_return(self._claim(), "receiving")
        of_colleague = self._claim(user=self.other_rep, user_id=self.other_rep.id)
        for user, record, seen in ((self.rep, order, True), (self.quality_manager, order, True), (self.other_rep, of_colleague, False)):
            self.env.invalidate_all()
            with self.subTest(user.login):
                [shown] = record.with_user(user).web_read({"agreement_ids": {"fields": {"display_name": {}}}, "line_ids": {"fields": {"warranty_rule": {}}}})
                self.assertEqual(bool(shown["agreement_ids"]), seen)
                self.assertIn(self.agreement.name, shown["line_ids"][0]["warranty_rule"])
        self.env.invalidate_all()
        form = Form(order.with_user(self.stock_user))
        self.assertEqual(form.name, order.name)
        self.assertEqual(order.with_user(self.stock_user).line_ids.warranty_state, "in")

    def test_nobody_makes_one_with_a_colleagues_customer(self):
        with self.assertRaises(AccessError):
            self._create_agreement(self.other_rep)
        self.assertEqual(self._create_agreement(self.sales_manager, user_id=self.rep.id).state, "active")
        own = self.env["res.partner"].create({"name": "Own", "user_id": self.other_rep.id})
        draft = self._create_agreement(self.other_rep, active=False, partner_id=own.id)
        with self.assertRaises(AccessError):
            draft.partner_id = self.customer
        self.customer.user_id = False
        self.assertEqual(self._create_agreement(self.other_rep).state, "active")

    def test_who_only_reads_it_moves_nothing(self):
        for act in ("action_cancel", "action_renew", "action_activate"):
            for user in (self.handler, self.other_rep):
                with self.subTest(act=act, user=user.login), self.assertRaises(AccessError):
                    getattr(self.agreement.with_user(user), act)()

    def test_another_companys_agreements_are_nobodys(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self._create_foreign(other).with_env(self.env)
        self.env.flush_all()
        for user in (self.rep, self.sales_manager, self.quality_manager):
            with self.subTest(user.login):
                self.assertFalse(any(foreign.with_user(user).has_access(operation) for operation in OPERATIONS))
                self.assertFalse(foreign.with_user(user).search([("id", "=", foreign.id)]))
        with self.assertRaises(AccessError):
            foreign.browse().with_user(self.rep).create({
                "partner_id": self.customer.id, "company_id": other.id, "date_to": "2026-12-31", "user_id": foreign.user_id.id,
            })

    def _create_foreign(self, company):
        seller = self._new_user("seller", "sales_team.group_sale_salesman", company=company)
        return self.env["service.agreement"].with_company(company).create({
            "partner_id": self.customer.id, "company_id": company.id, "date_to": "2026-12-31", "user_id": seller.id,
        })
