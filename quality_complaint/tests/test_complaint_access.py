from contextlib import closing
from uuid import uuid4

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules.migration import exec_script
from odoo.tests import Form, tagged
from odoo.tools import file_path

from .common import ComplaintCommon

OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
PARTS = (
    "quality.complaint.line", "quality.complaint.demand", "quality.complaint.document", "quality.complaint.cause",
)
SETTINGS = (
    "quality.complaint.type", "quality.capa.template", "quality.team", "quality.cause", "quality.document.kind",
    "quality.inquiry.type", "quality.brand",
)
# of no company
SHARED = ("quality.cause", "quality.document.kind", "quality.brand")
POLICIES = ("quality.deadline.policy", "quality.deadline.policy.line", "delivery.followup.point")
# the clerk's team has a part in it; portal and public are people from outside
EVERYBODY = (
    "rep", "other_rep", "sales_manager", "handler", "outsider", "worker", "clerk", "quality_manager", "complaint_admin", "stock_user",
    "portal", "public",
)
FROM_OUTSIDE = ("portal", "public")
# those whose complaint it is: filed it, approve its reply, handle it, or see all
CONCERNED = ("rep", "sales_manager", "handler", "quality_manager", "complaint_admin")


def _rights(default, **by_user):
    return {login: by_user.get(login, "" if login in FROM_OUTSIDE else default) for login in EVERYBODY}


# model: {user: what he may do with a record of the rep's complaint, which the handler's team handles}
# A new model is a row here and one in _get_values.
RIGHTS = {
    # everybody who files complaints may file one for himself; none is deleted
    # the worker owns an action of it, and reads what it is about
    "quality.complaint": _rights("c", worker="r", clerk="r", **dict.fromkeys(CONCERNED, "crw")),
    **dict.fromkeys(PARTS, _rights("", worker="r", clerk="r", **dict.fromkeys(CONCERNED, "crwu"))),
    # who carries out an action of it need not know what it costs
    "quality.complaint.cost": _rights("", **dict.fromkeys(CONCERNED, "crwu")),
    "quality.cost": _rights("", **dict.fromkeys(CONCERNED, "r")),
    # a row of an analysis is read by who reads what it is about, if complaints are part of their work at all
    **dict.fromkeys(
        ("quality.complaint.report", "quality.milestone.report", "quality.capa.report"), _rights("", **dict.fromkeys(CONCERNED, "r")),
    ),
    # what the customer answered stays as it was recorded
    "quality.complaint.follow.up": _rights("", worker="r", clerk="r", **dict.fromkeys(CONCERNED, "cr")),
    "quality.milestone": _rights("", worker="r", clerk="r", **dict.fromkeys(CONCERNED, "r")),
    # only the button makes one
    "quality.complaint.transfer": _rights("", worker="r", clerk="r", **dict.fromkeys(CONCERNED, "r")),
    # what was sent stays as it was sent
    "quality.complaint.reply": _rights("", worker="r", clerk="r", **dict.fromkeys(CONCERNED, "r")),
    # who handles it asks, and those who are asked answer; which fields, is in test_assignments
    "quality.complaint.assignment": _rights(
        "", worker="r", clerk="rw", rep="rw", sales_manager="rw", handler="crwu", quality_manager="crwu", complaint_admin="crwu",
    ),
    # the sales side reads what is done for its complaint
    "quality.capa": _rights(
        "", rep="r", sales_manager="r", handler="crwu", quality_manager="crwu", complaint_admin="crwu", worker="rw",
    ),
    # who may read the action reads what its people answered, how it was judged and what speaks against it; nobody writes it but the buttons
    **dict.fromkeys(
        ("quality.capa.response", "quality.capa.verdict", "quality.capa.evidence"),
        _rights("", **dict.fromkeys((*CONCERNED, "worker"), "r")),
    ),
    # those who handle it stop the clock, and whoever writes the complaint says what came of it
    "quality.deadline.pause": _rights(
        "", worker="r", clerk="r", rep="rw", sales_manager="rw", handler="crw", quality_manager="crw", complaint_admin="crw",
    ),
    **dict.fromkeys(
        ("quality.complaint.merge", "quality.complaint.merge.line"), _rights("", worker="r", clerk="r", **dict.fromkeys(CONCERNED, "r")),
    ),
    # what is known helps everybody
    "quality.solution": _rights("r", **dict.fromkeys(("handler", "outsider", "quality_manager", "complaint_admin"), "crwu")),
    # everybody who files complaints takes questions, too; what those do who are asked, is in test_inquiry_access
    "quality.inquiry": _rights("c", worker="", clerk="", **dict.fromkeys(CONCERNED, "crw")),
    # only the system makes one; the warehouse reads how its deliveries arrived
    **dict.fromkeys(
        ("delivery.followup", "delivery.followup.check"),
        _rights("", stock_user="r", **dict.fromkeys(("rep", "sales_manager", "quality_manager", "complaint_admin"), "rw")),
    ),
    "delivery.followup.report": _rights(
        "", stock_user="r", **dict.fromkeys(("rep", "sales_manager", "quality_manager", "complaint_admin"), "r"),
    ),
    # whoever handles complaints compares those that they may read
    "quality.pareto": _rights("", **dict.fromkeys(("handler", "quality_manager", "complaint_admin"), "r")),
    # who handles complaints sees how their rate develops; what is watched is the manager's decision, what is counted the system's
    "quality.rate.chart": _rights("", handler="r", outsider="r", quality_manager="crwu", complaint_admin="crwu"),
    "quality.rate.point": _rights("", **dict.fromkeys(("handler", "outsider", "quality_manager", "complaint_admin"), "r")),
    # targets are the manager's; who handles complaints sees how they are met
    "quality.objective": _rights("", handler="r", outsider="r", quality_manager="crwu", complaint_admin="crwu"),
    "quality.objective.result": _rights("", **dict.fromkeys(("handler", "outsider", "quality_manager", "complaint_admin"), "r")),
    # each their own, here the worker's action; who leads a team those of its people, is in test_appraisal
    "quality.appraisal": _rights("", **dict.fromkeys(("worker", "quality_manager", "complaint_admin"), "r")),
    **dict.fromkeys(SETTINGS, _rights("r", complaint_admin="crwu")),
    **dict.fromkeys(POLICIES, _rights("r", worker="", clerk="", complaint_admin="crwu")),
}

# windows with a form of their own: {model: those who may open one}; what it does is refused by the complaint itself
HANDLERS = {"handler", "outsider", "quality_manager", "complaint_admin"}
REPORTERS = {*EVERYBODY} - {"worker", "clerk", *FROM_OUTSIDE}
WINDOWS = {
    **dict.fromkeys(("quality.complaint.cancel", "quality.complaint.similar", "quality.complaint.similar.line"), REPORTERS),
    **dict.fromkeys((
        "quality.complaint.transfer.wizard", "quality.complaint.plan", "quality.complaint.plan.line", "quality.complaint.merge.wizard",
        "quality.capa.verify",
    ), HANDLERS),
    **dict.fromkeys(("quality.capa.object", "quality.inquiry.reason"), {*EVERYBODY} - {*FROM_OUTSIDE}),
    # its button fills it
    **dict.fromkeys(("quality.containment", "quality.containment.line"), frozenset()),
}


@tagged("post_install", "-at_install")
class TestComplaintAccess(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._new_user("clerk", "base.group_user")
        cls.portal = cls._new_user("portal", "base.group_portal")
        cls.public = cls._new_user("public", "base.group_public")
        cls.purchasing = cls.env["quality.team"].create({
            "name": "Purchasing", "company_id": cls.company.id, "member_ids": [Command.set(cls.clerk.ids)], "leader_id": cls.clerk.id,
        })
        cls.other_company = cls.env["res.company"].create({"name": "Moonlight Tools"})
        cls.stranger = cls._new_user("stranger", "base.group_user", cls.other_company)
        cls.other_team = cls.env["quality.team"].create({
            "name": "Quality", "company_id": cls.other_company.id, "leader_id": cls.stranger.id,
        })
        cls.other_type = cls.env["quality.complaint.type"].create({
            "name": "Quality", "company_id": cls.other_company.id, "team_id": cls.other_team.id,
        })
        cls.complaint = cls._move_to(cls._create_complaint(), "follow_up")
        cls.foreign = cls.env["quality.complaint"].with_company(cls.other_company).create({
            "subject": "Not ours", "partner_id": cls.customer.id, "type_id": cls.other_type.id, "user_id": cls.env.uid,
            "company_id": cls.other_company.id,
        })
        cls.env.flush_all()
        cls.records = cls._create_records(cls.complaint, cls.company, cls.worker)
        cls.foreign_records = cls._create_records(cls.foreign, cls.other_company, cls.stranger)
        cls.env.flush_all()

    @classmethod
    def _get_values(cls, complaint, company, owner):
        """model: values of a record of that complaint, or of that company."""
        part = {"complaint_id": complaint.id}
        env = cls.env(su=True)
        return {
            "quality.complaint": {
                "subject": "Broken", "partner_id": cls.customer.id, "company_id": company.id, "type_id": complaint.type_id.id,
            },
            "quality.complaint.line": {**part, "product_id": cls.product.id},
            "quality.complaint.demand": {**part, "name": "Find the cause"},
            "quality.complaint.document": {**part, "kind_id": env["quality.document.kind"].create({"name": "Photo"}).id},
            "quality.complaint.cause": {**part, "name": "Rain"},
            "quality.complaint.follow.up": {**part, "satisfied": "yes"},
            "quality.complaint.cost": {**part, "amount": 5},
            "quality.milestone": {
                **part, "step": "propose", "owner_role": "handler", "date_deadline": "2030-01-01 10:00:00",
            },
            "quality.complaint.transfer": {**part, "to_team_id": complaint.team_id.id, "reason": "Theirs"},
            "quality.complaint.reply": {**part, "revision": len(complaint.reply_ids) + 1, "round": 1, "sent_on": "2056-01-01 10:00:00"},
            "quality.complaint.assignment": {
                **part, "name": "Which supplier?", "date_deadline": "2099-01-01 10:00:00",
                "team_id": cls.purchasing.id if company == cls.company else complaint.team_id.id,
                "user_id": cls.clerk.id if company == cls.company else owner.id,
            },
            "quality.capa": {**part, "name": "Sort", "user_id": owner.id, "date_deadline": "2030-01-01 10:00:00"},
            "quality.capa.response": {
                "capa_id": cls._create_action(part, owner).id, "user_id": owner.id, "revision": 1,
            },
            "quality.capa.verdict": {"capa_id": cls._create_action(part, owner).id, "verdict": "effective", "reason": "No rust since"},
            "quality.capa.evidence": {"capa_id": cls._create_action(part, owner).id, "complaint_id": complaint.id},
            "quality.deadline.pause": {**part, "note": "Which batch?"},
            "quality.complaint.merge": {**part, "merged_id": complaint.id, "undone_on": "2026-01-01 10:00:00"},
            "quality.complaint.merge.line": {
                **part, "model": "quality.complaint", "res_id": complaint.id, "undo_values": {"subject": "Broken"},
                "merge_id": env["quality.complaint.merge"].create({
                    **part, "merged_id": complaint.id, "undone_on": "2026-01-01 10:00:00",
                }).id,
            },
            "delivery.followup": cls._prepare_followup(company, owner),
            "delivery.followup.point": {"name": "Arrived on time", "company_id": company.id},
            "delivery.followup.check": cls._prepare_check(company, owner),
            "quality.solution": {"name": "Dry boxes", "problem": "Rust", "solution": "<p>Dry them</p>", "company_id": company.id},
            "quality.complaint.type": {"name": "Packaging", "company_id": company.id},
            "quality.capa.template": {
                "name": "Sort", "type_id": env["quality.complaint.type"].create({"name": "Rust", "company_id": company.id}).id,
            },
            "quality.team": {"name": "Packing", "company_id": company.id},
            "quality.inquiry": {
                "subject": "Which oil?", "partner_id": cls.customer.id, "company_id": company.id, "user_id": complaint.user_id.id,
                "team_id": complaint.team_id.id,
            },
            "quality.inquiry.type": {"name": "Product use", "company_id": company.id},
            "quality.brand": {"name": f"Brand {uuid4()}"},
            "quality.rate.chart": cls._prepare_rate_chart(company),
            "quality.rate.point": {
                "chart_id": env["quality.rate.chart"].create(cls._prepare_rate_chart(company)).id, "month": "2020-01-01",
            },
            "quality.objective": {
                "measure": "solved", "company_id": company.id,
                "team_id": env["quality.team"].create({"name": "Mill", "company_id": company.id}).id,
            },
            "quality.cause": {"name": "Weather"},
            "quality.document.kind": {"name": "Note"},
            "quality.deadline.policy": {"name": "Slow", "company_id": company.id},
            "quality.deadline.policy.line": {
                "policy_id": env["quality.deadline.policy"].create({"name": "Fast", "company_id": company.id}).id, "step": "reply",
            },
        }

    @classmethod
    def _create_action(cls, part, owner):
        return cls.env(su=True)["quality.capa"].create({
            **part, "name": "Sort", "user_id": owner.id, "date_deadline": "2030-01-01 10:00:00",
        })

    @classmethod
    def _prepare_followup(cls, company, owner):
        """Of a delivery that the rep sold, in the rep's company."""
        env = cls.env(su=True)
        warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        picking = env["stock.picking"].create({
            "picking_type_id": warehouse.out_type_id.id, "partner_id": cls.customer.id,
            "location_id": warehouse.lot_stock_id.id, "location_dest_id": cls.customer.with_company(company).property_stock_customer.id,
        })
        return {
            "picking_id": picking.id, "company_id": company.id, "partner_id": cls.customer.id, "date_deadline": "2030-01-01 10:00:00",
            "user_id": cls.rep.id if company == cls.company else owner.id,
        }

    @classmethod
    def _prepare_check(cls, company, owner):
        env = cls.env(su=True)
        point = env["delivery.followup.point"].create({"name": "Packaging undamaged", "company_id": company.id})
        return {
            **point._prepare_check_values(), "followup_id": env["delivery.followup"].create(cls._prepare_followup(company, owner)).id,
        }

    @classmethod
    def _prepare_rate_chart(cls, company):
        return {
            "product_id": cls.product.id, "company_id": company.id,
            "user_id": (cls.quality_manager if company == cls.company else cls._new_user(
                f"watcher_{uuid4()}", "quality_complaint.group_handler", company,
            )).id,
        }

    @classmethod
    def _create_records(cls, complaint, company, owner):
        values = cls._get_values(complaint, company, owner)
        del values["quality.complaint"]
        values["quality.deadline.pause"]["date_to"] = "2099-01-01 10:00:00"  # else no other could be made
        records = {
            "quality.complaint": complaint.with_env(cls.env),
            **{
                model: cls.env[model].with_company(company).create(of_model).with_env(cls.env)
                for model, of_model in values.items()
            },
        }
        return {
            **records,
            # a row has the id of what it is about
            **{
                f"{model}.report": cls.env[f"{model}.report"].browse(records[model].id)
                for model in ("quality.complaint", "quality.milestone", "quality.capa")
            },
            "delivery.followup.report": cls._ship_for_report(company, owner),
            "quality.cost": cls.env["quality.cost"].search([("complaint_id", "=", complaint.id)]),
            "quality.pareto": cls.env["quality.pareto"].search([("complaint_id", "=", complaint.id)], limit=1),
            "quality.objective.result": cls._answer_for_result(company, complaint),
            "quality.appraisal": cls.env["quality.appraisal"].search([("company_id", "=", company.id), ("user_id", "=", owner.id)], limit=1),
        }

    @classmethod
    def _answer_for_result(cls, company, complaint):
        """What the objectives show of a customer who has answered, in a month in which nobody else has."""
        cls.env["quality.complaint.follow.up"].search([("complaint_id", "=", complaint.id)]).write({"date_answered": "2020-01-15 10:00:00"})
        return cls.env["quality.objective.result"].search([("company_id", "=", company.id), ("month", "=", "2020-01-01")])

    @classmethod
    def _ship_for_report(cls, company, owner):
        """What the statistics show of a delivery that has left."""
        followup = cls.env["delivery.followup"].create(cls._prepare_followup(company, owner))
        picking = followup.picking_id
        picking.move_ids = [Command.create({
            "product_id": cls.product.id, "product_uom_qty": 1, "company_id": company.id,
            "location_id": picking.location_id.id, "location_dest_id": picking.location_dest_id.id,
        })]
        picking.action_confirm()
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking._action_done()
        return cls.env["delivery.followup.report"].browse(picking.id)

    def _may_create(self, user, model, values):
        try:
            with closing(self.env.cr.savepoint()):
                self.env[model].with_user(user).with_company(self.company).create(values)
                self.env.flush_all()
        except UserError:  # of rights, or the button's word for them; that the values are good is shown by those who may
            return False
        return True

    # ------------------------------------------------------------ the table
    def test_each_model_of_the_addon_stands_in_the_table(self):
        of_addon = {
            name for name, model in self.registry.items()
            if model._original_module == "quality_complaint" and not model._abstract
        }
        windows = {name for name in of_addon if self.env[name]._transient}
        self.assertEqual(RIGHTS.keys(), of_addon - windows)
        self.assertEqual(WINDOWS.keys(), windows)

    def test_each_window_has_one_rule(self):
        windows = [name for name in WINDOWS if self.env[name]._transient]
        rules = dict(self.env["ir.rule"]._read_group(
            [("model_id.model", "in", windows), ("domain_force", "=like", "[('create_uid', '=', user.id)]")], ["model_id"], ["__count"],
        ))
        self.assertEqual({model.model: count for model, count in rules.items()}, dict.fromkeys(windows, 1))

    def test_an_update_brings_the_rules_up_to_date(self):
        flags = self.env["ir.model.data"].search([("module", "=", "quality_complaint"), ("model", "=", "ir.rule")])
        self.assertTrue(flags)
        self.assertFalse(flags.filtered("noupdate"), "a new database")
        flags.noupdate = True  # as installed before
        self.env.flush_all()
        script = file_path("quality_complaint/migrations/19.0.1.1.0/pre-migrate.py")
        exec_script(self.env.cr, "19.0.1.0.0", script, "quality_complaint", "pre")
        self.env.invalidate_all()
        self.assertFalse(flags.filtered("noupdate"))

    def test_a_window_is_opened_by_those_who_use_it_and_is_nobody_elses(self):
        values = {
            "quality.complaint.cancel": {"reason": "mistake"},
            "quality.complaint.transfer.wizard": {
                "complaint_id": self.complaint.id, "team_id": self.purchasing.id, "reason": "Theirs",
            },
            "quality.complaint.similar": {"complaint_id": self.complaint.id},
            "quality.complaint.similar.line": {
                "kind": "solution", "window_id": self.env["quality.complaint.similar"].create({"complaint_id": self.complaint.id}).id,
            },
            "quality.complaint.plan": {"complaint_id": self.complaint.id},
            "quality.complaint.plan.line": {
                "plan_id": self.env["quality.complaint.plan"].create({"complaint_id": self.complaint.id}).id,
                "name": "Sort", "capa_type": "correction", "user_id": self.worker.id, "date_deadline": "2099-01-01 10:00:00",
            },
            "quality.complaint.merge.wizard": {"complaint_ids": [Command.set(self.complaint.ids)], "kept_id": self.complaint.id},
            "quality.capa.verify": {"capa_id": self.records["quality.capa"].id, "verdict": "effective", "reason": "No rust since"},
            "quality.inquiry.reason": {"inquiry_ids": [Command.set(self.records["quality.inquiry"].ids)], "reason": "Asked twice"},
            "quality.capa.object": {"capa_ids": [Command.set(self.records["quality.capa"].ids)], "reason": "No time"},
        }
        for model, users in WINDOWS.items():
            for login in EVERYBODY:
                user = getattr(self, login)
                with self.subTest(model=model, user=login):
                    self.assertEqual(self.env[model].with_user(user).has_access("create"), login in users)
                    self.assertFalse(self.env[model].with_user(user).has_access("unlink"))
                    if login in users:
                        other = self.complaint_admin if user != self.complaint_admin else self.quality_manager
                        # that it opens for what he may see only is the other tests' matter
                        window = self.env[model].with_user(user).sudo().create(values[model])
                        self.assertFalse(window.with_user(other).has_access("read"))

    def test_each_user_may_do_what_his_role_says_and_no_more(self):
        self.assertEqual(RIGHTS.keys(), self.records.keys())
        values = self._get_values(self.complaint, self.company, self.worker)
        for model, rights in RIGHTS.items():
            for login, allowed in rights.items():
                user = getattr(self, login)
                record = self.records[model].with_user(user)
                found = "c" if model in values and self._may_create(user, model, values[model]) else ""
                self.env.invalidate_all()
                found += "".join(letter for letter in "rwu" if record.has_access(OPERATIONS[letter]))
                with self.subTest(model=model, user=login):
                    self.assertEqual(found, allowed)

    def test_another_companys_records_are_nobodys(self):
        values = self._get_values(self.foreign, self.other_company, self.env.user)
        for model, record in self.foreign_records.items():
            if model in SHARED:
                continue
            for login in EVERYBODY:
                user = getattr(self, login)
                with self.subTest(model=model, user=login):
                    self.assertFalse([name for name in OPERATIONS.values() if record.with_user(user).has_access(name)])
                    self.assertFalse(model in values and self._may_create(user, model, values[model]))

    def test_a_user_finds_and_counts_only_what_he_may_read(self):
        for model, rights in RIGHTS.items():
            record, foreign = self.records[model], self.foreign_records[model]
            if model in SHARED:
                foreign = foreign.browse()
            domain = [("id", "in", (record | foreign).ids)]
            for login, allowed in rights.items():
                seen = self.env[model].with_user(getattr(self, login))
                if not seen.has_access("read"):
                    continue
                self.env.invalidate_all()
                expected = record if "r" in allowed else record.browse()
                with self.subTest(model=model, user=login):
                    self.assertEqual(seen.search(domain), expected)
                    self.assertEqual(seen.search_count(domain), len(expected))
                    self.assertEqual(seen._read_group(domain, [], ["__count"]), [(len(expected),)])
                    self.assertEqual(
                        sum(group["__count"] for group in seen.formatted_read_group(domain, ["create_uid" if "create_uid" in seen._fields else "company_id"], ["__count"])),
                        len(expected),
                    )

    # ------------------------------------------------------------ whose it is
    def test_a_rep_sees_his_own_and_his_customers(self):
        by_other = self._create_complaint(self.other_rep)
        self.assertTrue(by_other.with_user(self.other_rep).has_access("write"))
        self.assertFalse(by_other.with_user(self.rep).has_access("read"))
        self.customer.user_id = self.rep
        self.env.flush_all()
        self.assertTrue(by_other.with_user(self.rep).has_access("write"), "a complaint of his customer")
        self.assertTrue(by_other.demand_ids.with_user(self.rep).has_access("write"))

    def test_the_seller_of_the_order_sees_its_complaint(self):
        order = self._create_shipped_order((self.product, 10))
        complaint = self._create_complaint(self.other_rep)
        self.assertFalse(complaint.with_user(self.rep).has_access("read"))
        complaint.sudo().sale_order_id = order
        self.env.flush_all()
        self.assertTrue(complaint.with_user(self.rep).has_access("read"))

    def test_who_filed_it_for_another_still_sees_it_and_its_actions(self):
        complaint = self._create_complaint(self.stock_user, user_id=self.rep.id)
        capa = self._create_capa(complaint, self.quality_manager)
        self.env.invalidate_all()
        self.assertTrue(complaint.with_user(self.stock_user).has_access("write"))
        self.assertTrue(capa.with_user(self.stock_user).has_access("read"))
        self.assertFalse(capa.with_user(self.stock_user).has_access("write"))

    def test_a_complaint_without_a_team_is_every_handlers(self):
        complaint = self._create_complaint()
        self.assertFalse(complaint.with_user(self.outsider).has_access("read"))
        complaint.team_id = False
        self.env.flush_all()
        self.assertTrue(complaint.with_user(self.outsider).has_access("write"))
        complaint.team_id = self.env["quality.team"].create({
            "name": "Packing", "leader_id": self.outsider.id, "company_id": self.company.id,
        })
        self.env.flush_all()
        self.assertTrue(complaint.with_user(self.outsider).has_access("write"))
        self.assertFalse(complaint.with_user(self.handler).has_access("read"))
        complaint.handler_id = self.handler
        self.env.flush_all()
        self.assertTrue(complaint.with_user(self.handler).has_access("write"), "whose team it is not, but who handles it")

    def test_nobody_deletes_a_complaint(self):
        for login in EVERYBODY:
            with self.subTest(login), self.assertRaises(AccessError):
                self.complaint.with_user(getattr(self, login)).unlink()
        with self.assertRefused("The register keeps every complaint"):
            self.complaint.sudo().unlink()

    # ------------------------------------------------------------ parts
    def test_a_part_is_not_moved_into_a_complaint_of_others(self):
        mine, others = self._create_complaint(self.other_rep), self.complaint
        with self.assertRaises(AccessError):
            mine.demand_ids.with_user(self.other_rep).write({"complaint_id": others.id})
        with self.assertRaises(AccessError):
            others.demand_ids.with_user(self.other_rep).write({"complaint_id": mine.id})
        capa = self._create_capa(mine, self.quality_manager, user_id=self.other_rep.id)
        with self.assertRaises(AccessError):
            capa.with_user(self.other_rep).write({"complaint_id": others.id})

    def test_the_files_of_a_complaint_are_its_readers(self):
        document = self.env["quality.complaint.document"].with_user(self.rep).create({
            "complaint_id": self.complaint.id, "kind_id": self.env["quality.document.kind"].create({"name": "Drawing"}).id,
            "attachment_ids": [Command.create({"name": "photo.jpg", "raw": b"rust"})],
        })
        attachment = document.attachment_ids
        self.assertTrue(attachment.with_user(self.handler).has_access("read"))
        self.assertFalse(attachment.with_user(self.outsider).has_access("read"))

    # ------------------------------------------------------------ an action's owner
    def test_the_owner_of_an_action_does_it_and_reads_and_comments_what_it_is_about(self):
        complaint = self._move_to(self._create_complaint(), "investigation")
        capa = self._create_capa(complaint)
        complaint.with_user(self.handler).handling_opinion = "Sort"
        complaint.with_user(self.handler).action_start_plan()
        self.env.flush_all()
        self.env.invalidate_all()
        capa.with_user(self.worker).action_accept()
        self.assertTrue(complaint.with_user(self.worker).has_access("read"))
        self.assertFalse(complaint.with_user(self.worker).has_access("write"))
        self.assertFalse(self._create_complaint().with_user(self.worker).has_access("read"), "another one is not his")
        complaint.with_user(self.worker).message_post(body="There is more rust in the second box")
        with Form(capa.with_user(self.worker)) as form:
            self.assertEqual(form.name, "Sort the stock")
            form.result = "<p>Sorted 200 sets</p>"
        capa.with_user(self.worker).action_done()
        self.assertEqual(capa.state, "done")
        self.assertIn(capa, self.env["quality.capa"].with_user(self.worker).search([("user_id", "=", self.worker.id)]))

    def test_a_participant_reads_and_writes_the_action(self):
        capa = self.records["quality.capa"]
        self.assertFalse(capa.with_user(self.stock_user).has_access("read"))
        capa.participant_ids = self.stock_user
        self.env.flush_all()
        self.assertTrue(capa.with_user(self.stock_user).has_access("write"))
        self.assertFalse(capa.with_user(self.stock_user).has_access("unlink"))

    # ------------------------------------------------------------ fields
    def test_what_is_judged_and_handled_is_not_the_reporters_to_write(self):
        complaint = self._move_to(self._create_complaint(), "review")
        by_rep = complaint.with_user(self.rep)
        for values in (
            {"validity": "upheld"}, {"severity": "minor"}, {"team_id": False}, {"handler_id": self.rep.id},
            {"sales_manager_id": self.rep.id}, {"handling_opinion": "Nothing"}, {"analysis": "Nothing"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                by_rep.write(values)
        by_rep.subject = "Rust on all the blades"
        with self.assertRaises(AccessError):
            complaint.with_user(self.handler).validity = "upheld"
        complaint.with_user(self.quality_manager).validity = "upheld"

    def test_a_verdict_stands_once_it_was_acted_on(self):
        complaint = self._move_to(self._create_complaint(), "investigation")
        for values in ({"validity": "not_upheld"}, {"verdict_reason": "No"}, {"customer_agreement": "No"}):
            with self.subTest(values), self.assertRaises(AccessError):
                complaint.with_user(self.quality_manager).write(values)

    def test_what_a_rule_computes_is_nobodys_to_write(self):
        line = self.complaint.line_ids.with_user(self.complaint_admin)
        for values in (
            {"warranty_state": "in"}, {"warranty_end_date": "2099-01-01"}, {"partner_id": self.contact.id},
            {"company_id": self.other_company.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                line.write(values)

    def test_a_handler_without_sales_rights_finds_by_order_and_delivery(self):
        order = self._create_shipped_order((self.product, 10))
        complaint = self._create_complaint(sale_order_id=order.id, picking_id=order.picking_ids.id)
        Complaint = self.env["quality.complaint"].with_user(self.handler)
        self.assertFalse(order.with_user(self.handler).has_access("read"))
        for domain in ([("sale_order_id", "ilike", order.name)], [("picking_id", "ilike", order.picking_ids.name)]):
            self.assertEqual(Complaint.search(domain), complaint)
        self.assertIn(complaint.id, dict(Complaint.name_search("Rust")))
        with Form(complaint.with_user(self.handler)) as form:
            self.assertEqual(form.sale_order_id.id, order.id)
