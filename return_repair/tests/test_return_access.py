from contextlib import closing

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ReturnCommon

OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
PARTS = ("return.order.line",)
EVERYBODY = (
    "rep", "other_rep", "sales_manager", "leader", "member", "outsider", "worker", "coordinator", "quality_manager", "complaint_admin",
    "stock_user", "portal", "public",
)
FROM_OUTSIDE = ("portal", "public")
# whose it is: records it, sells, leads or is in the team, or sees all
CONCERNED = ("rep", "sales_manager", "member", "quality_manager", "complaint_admin")
# claim from suppliers and carriers
CLAIMING = ("quality_manager", "complaint_admin")


def _rights(default, **by_user):
    return {login: by_user.get(login, "" if login in FROM_OUTSIDE else default) for login in EVERYBODY}


# model: {user: what he may do with a return of the rep's, which is decided and not finished}
# A new model is a row here and one in _get_values.
RIGHTS = {
    # everybody who files complaints may record one for himself; none is deleted. The warehouse sees what is accepted.
    "return.order": _rights(
        "c", worker="", leader="rw", coordinator="r", stock_user="crw", **dict.fromkeys(CONCERNED, "crw"),
    ),
    **dict.fromkeys(PARTS, _rights(
        "", leader="rw", coordinator="r", stock_user="rwu", rep="rwu", sales_manager="rwu", member="rwu",
        quality_manager="crwu", complaint_admin="crwu",
    )),
    # it is recorded while the goods are inspected, see test_return_inspection
    "return.needed.part": _rights(
        "", coordinator="r", **dict.fromkeys(("leader", "stock_user", "rep", "sales_manager", "member", "quality_manager", "complaint_admin"), "rwu"),
    ),
    # nobody writes the clock
    "return.milestone": _rights("", **dict.fromkeys(("leader", "coordinator", "stock_user", *CONCERNED), "r")),
    "return.reason": _rights("r", complaint_admin="crwu"),
    # who claims sees all, who sees the return reads
    "return.recovery": _rights("", stock_user="r", **{**dict.fromkeys(CONCERNED, "r"), **dict.fromkeys(CLAIMING, "crw")}),
    "return.recovery.receipt": _rights("", stock_user="r", **{**dict.fromkeys(CONCERNED, "r"), **dict.fromkeys(CLAIMING, "crwu")}),
    "return.report": _rights("", stock_user="r", **dict.fromkeys(CONCERNED, "r")),
}

# who may do what with these stands in test_compensation and test_visit
ELSEWHERE = {"return.compensation", "return.compensation.reason", "return.visit"}


@tagged("post_install", "-at_install")
class TestReturnAccess(ReturnCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls._new_user("leader", "base.group_user")
        cls.coordinator = cls._new_user("coordinator", "base.group_user")
        cls.member = cls.handler
        cls.portal = cls._new_user("portal", "base.group_portal")
        cls.public = cls._new_user("public", "base.group_public")
        cls.team.leader_id = cls.leader
        cls.logistics = cls.env["quality.team"].create({"name": "Logistics", "company_id": cls.company.id, "member_ids": cls.coordinator.ids})
        cls.other_company = cls.env["res.company"].create({"name": "Moonlight Tools"})
        cls._add_stock(cls.product, 1000)
        cls._create_shipped_order((cls.product, 500))
        cls.order = cls._create_return(coordination_team_id=cls.logistics.id, coordination="Fetch them")
        cls._move_return(cls.order, "receiving")
        cls.foreign = cls.env["return.order"].with_company(cls.other_company).create({
            "partner_id": cls.customer.id, "company_id": cls.other_company.id, "line_ids": [cls._get_line()],
        })
        cls.env.flush_all()
        cls.records = cls._get_records(cls.order)
        cls.foreign_records = cls._get_records(cls.foreign)
        cls.env.invalidate_all()

    @classmethod
    def _get_records(cls, order):
        order = order.with_env(cls.env)
        return {
            "return.order": order, "return.order.line": order.line_ids, "return.milestone": order.milestone_ids[:1],
            "return.reason": cls.reason.with_env(cls.env),
            "return.needed.part": cls.env["return.needed.part"].create({"line_id": order.line_ids.id, "product_id": cls.product.id}),
            "return.recovery": (recovery := cls.env["return.recovery"].create({"return_line_id": order.line_ids.id, "partner_id": cls.customer.id})),
            "return.recovery.receipt": cls.env["return.recovery.receipt"].create({"recovery_id": recovery.id, "amount": 5}),
            "return.report": cls.env["return.report"].browse(order.line_ids.id),
        }

    def _get_values(self, order, company):
        return {
            "return.order": {"partner_id": self.customer.id, "company_id": company.id},
            "return.order.line": {"return_id": order.id, "product_id": self.product.id},
            "return.milestone": {"return_id": order.id, "step": "reply", "date_deadline": "2030-01-01 10:00:00"},
            "return.reason": {"name": "Too big"},
            "return.needed.part": {"line_id": order.line_ids.id, "product_id": self.product.id},
            "return.recovery": {"return_line_id": order.line_ids.id, "partner_id": self.contact.id},
            "return.recovery.receipt": {
                "recovery_id": (self.records if order == self.order else self.foreign_records)["return.recovery"].id, "amount": 5,
            },
            "return.report": {},
        }

    def _may_create(self, user, model, values):
        try:
            with closing(self.env.cr.savepoint()):
                self.env[model].with_user(user).with_company(self.company).create(values)
                self.env.flush_all()
        except UserError:  # of rights, or the button's word for them; that the values are good is shown by those who may
            return False
        return True

    def test_each_model_stands_in_the_table(self):
        of_returns = {
            name for name, model in self.registry.items()
            if model._original_module == "return_repair" and name.startswith("return.") and not model._abstract and not model._transient
        }
        self.assertEqual(RIGHTS.keys() | ELSEWHERE, of_returns)

    def test_each_user_may_do_what_his_role_says_and_no_more(self):
        values = self._get_values(self.order, self.company)
        for model, rights in RIGHTS.items():
            for login, allowed in rights.items():
                user = getattr(self, login)
                record = self.records[model].with_user(user)
                found = "c" if self._may_create(user, model, values[model]) else ""
                self.env.invalidate_all()
                found += "".join(letter for letter in "rwu" if record.has_access(OPERATIONS[letter]))
                with self.subTest(model=model, user=login):
                    self.assertEqual(found, allowed)

    def test_another_companys_records_are_nobodys(self):
        values = self._get_values(self.foreign, self.other_company)
        for model in RIGHTS.keys() - {"return.reason"}:
            for login in EVERYBODY:
                user = getattr(self, login)
                with self.subTest(model=model, user=login):
                    self.assertFalse([name for name in OPERATIONS.values() if self.foreign_records[model].with_user(user).has_access(name)])
                    self.assertFalse(self._may_create(user, model, values[model]))

    def test_a_user_finds_and_counts_only_what_he_may_read(self):
        for model in RIGHTS.keys() - {"return.reason"}:
            record, foreign = self.records[model], self.foreign_records[model]
            domain = [("id", "in", (record | foreign).ids)]
            for login, allowed in RIGHTS[model].items():
                seen = self.env[model].with_user(getattr(self, login))
                if not seen.has_access("read"):
                    continue
                self.env.invalidate_all()
                expected = record if "r" in allowed else record.browse()
                with self.subTest(model=model, user=login):
                    self.assertEqual(seen.search(domain), expected)
                    self.assertEqual(seen._read_group(domain, [], ["__count"]), [(len(expected),)])

    def test_the_warehouse_sees_a_return_from_its_acceptance_on(self):
        order = self._create_return()
        for state, sees in (("decision", False), ("approved", True), ("receiving", True)):
            order = self._create_return() if order.state != "draft" else order
            order.action_submit()
            if state != "decision":
                order.with_user(self.leader).action_accept()
            if state == "receiving":
                order.with_user(self.rep).action_tell()
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(order.state, state)
            self.assertEqual(order.with_user(self.stock_user).has_access("write"), sees)

    def test_who_records_it_for_another_and_whose_customer_it_is_see_it(self):
        order = self._create_return(self.other_rep, user_id=self.sales_manager.id)
        self.assertTrue(order.with_user(self.other_rep).has_access("write"))
        self.assertFalse(order.with_user(self.outsider).has_access("read"))
        bare = self._create_return(self.other_rep, user_id=self.other_rep.id, line_ids=[])
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(bare.with_user(self.rep).has_access("read"))
        self.customer.user_id = self.rep
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(bare.with_user(self.rep).has_access("write"))

    def test_the_seller_of_the_goods_sees_their_return(self):
        order = self._create_return(self.other_rep, user_id=self.other_rep.id)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(order.with_user(self.rep).has_access("write"), "they were sold with his order")

    def test_the_leader_of_another_team_sees_nothing(self):
        self.env["quality.team"].create({"name": "Packing", "leader_id": self.worker.id, "company_id": self.company.id})
        self.assertFalse(self.order.with_user(self.worker).has_access("read"))

    def test_who_only_reads_it_moves_nothing(self):
        for login in ("coordinator", "outsider", "other_rep", "worker"):
            for act in ("action_received", "action_reopen", "action_back_to_draft", "action_decide_anew", "action_tell", "action_express"):
                with self.subTest(login, act=act), self.assertRaises(UserError):
                    getattr(self.order.with_user(getattr(self, login)), act)()

    def test_a_part_is_not_moved_into_a_return_of_others(self):
        mine = self._create_return(self.other_rep, user_id=self.other_rep.id, line_ids=[])
        with self.assertRaises(UserError):
            self.order.line_ids.with_user(self.other_rep).write({"return_id": mine.id})

    def test_a_window_is_its_users_alone(self):
        window = self.env["return.order.reason"].with_user(self.rep).create({
            "return_ids": [Command.set(self.order.ids)], "move": "cancel", "reason": "Keeps them",
        })
        self.assertFalse(window.with_user(self.quality_manager).has_access("read"))
        self.assertFalse(self.env["return.order.reason"].with_user(self.portal).has_access("create"))
