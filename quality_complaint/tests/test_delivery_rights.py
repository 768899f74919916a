from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryRights(DeliveryCommon):
    """Who sees and answers which; the table of rights is in test_complaint_access."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.followup = cls._ship_new()

    def _may(self, user, operation):
        self.env.flush_all()
        self.env.invalidate_all()
        followup = self.followup.with_user(user)
        allowed = followup.has_access(operation)
        for check in self.followup.check_ids.with_user(user):
            self.assertEqual(check.has_access(operation), allowed, "as its points")
        report = self.env["delivery.followup.report"].browse(self.followup.picking_id.id).with_user(user)
        self.assertEqual(report.has_access("read"), followup.has_access("read"), "as in the statistics")
        return allowed

    def test_a_rep_answers_his_own_and_those_of_his_customers_and_orders(self):
        self.assertTrue(self._may(self.rep, "write"))
        self.assertFalse(self._may(self.other_rep, "read"))
        self.customer.user_id = self.other_rep
        self.assertTrue(self._may(self.other_rep, "write"))
        self.customer.user_id = False
        self.followup.with_user(self.rep).user_id = self.other_rep
        self.assertTrue(self._may(self.other_rep, "write"))
        self.assertTrue(self._may(self.rep, "write"), "his order")

    def test_the_leader_of_the_sales_team_answers_those_of_his_team(self):
        leader = self._new_user("leader", "sales_team.group_sale_salesman")
        team = self.env["crm.team"].create({"name": "North", "user_id": leader.id, "company_id": self.company.id})
        self.assertFalse(self._may(leader, "read"))
        self.followup.sales_team_id = team
        self.assertTrue(self._may(leader, "write"))

    def test_managers_answer_all_and_the_warehouse_reads_all(self):
        for user in (self.sales_manager, self.quality_manager, self.complaint_admin):
            self.assertTrue(self._may(user, "write"), user.login)
        self.assertTrue(self._may(self.stock_user, "read"))
        self.assertFalse(self._may(self.stock_user, "write"))
        for user in (self.handler, self.outsider, self.worker):
            self.assertFalse(self._may(user, "read"), user.login)

    def test_the_other_company_sees_none_of_it(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        for group in ("sales_team.group_sale_manager", "quality_complaint.group_admin", "stock.group_stock_manager"):
            self.assertFalse(self._may(self._new_user(f"stranger_{group[-9:]}", group, other), "read"), group)
        theirs = self.env["delivery.followup.point"].create({"name": "Theirs", "company_id": other.id})
        self.assertFalse(theirs.with_user(self.complaint_admin).has_access("read"))
        theirs.company_id = False
        self.assertTrue(theirs.with_user(self.complaint_admin).has_access("write"), "shared by all")

    def test_a_point_is_not_moved_or_added_by_hand(self):
        check = self.followup.check_ids[0]
        for user in (self.rep, self.complaint_admin):
            with self.assertRaises(AccessError):
                self.env["delivery.followup.check"].with_user(user).create({
                    **self.on_time._prepare_check_values(), "followup_id": self.followup.id,
                })
            with self.assertRaises(AccessError):
                check.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.followup.with_user(user).unlink()

    def test_its_form_opens_for_all_who_may_read_it(self):
        for user in (self.rep, self.sales_manager, self.quality_manager, self.complaint_admin, self.stock_user):
            with self.subTest(user.login):
                form = Form(self.followup.with_user(user))
                self.assertEqual((form.name, len(form.check_ids)), (self.followup.picking_id.name, 2))

    def test_photos_are_seen_by_those_who_see_the_follow_up(self):
        photo = self._mark_bad(self.followup, photos=["boxes.jpg"]).attachment_ids
        self.assertTrue(photo.with_user(self.stock_user).has_access("read"))
        self.assertFalse(photo.with_user(self.other_rep).has_access("read"))

    def test_points_of_another_company_hide_nothing_that_is_refused_for_another_reason(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        elsewhere = self._ship_new()
        elsewhere.company_id = other
        points = (elsewhere | self.followup).check_ids
        for operation in ("read", "write"):
            with self.subTest(operation):
                self.assertFalse(points.with_user(self.other_rep)._filtered_access(operation))
                self.assertEqual(points.with_user(self.sales_manager)._filtered_access(operation).ids, self.followup.check_ids.ids)
        self.assertEqual(points.with_user(self.stock_user)._filtered_access("read").ids, self.followup.check_ids.ids)
        self.assertFalse(points.with_user(self.stock_user)._filtered_access("write"))

    def test_who_may_not_read_follow_ups_reads_no_points_of_them(self):
        visitor = self._new_user("visitor", "base.group_user")
        group = self.env["res.groups"].create({"name": "Points", "user_ids": visitor.ids})
        self.env["ir.model.access"].create({
            "name": "Points", "model_id": self.env["ir.model"]._get_id("delivery.followup.check"), "group_id": group.id, "perm_read": True,
        })
        points = self.env["delivery.followup.check"].with_user(visitor)
        with self.assertRaises(AccessError):
            points.search([])
        with self.assertRaises(AccessError):
            points.browse(self.followup.check_ids.ids).read(["answer"])

    def test_a_rule_of_the_administrators_own_holds_for_the_points_too(self):
        self.env["ir.rule"].create({
            "name": "Without this one", "model_id": self.env["ir.model"]._get_id("delivery.followup"),
            "domain_force": f"[('id', '!=', {self.followup.id})]",
        })
        other = self._ship_new()
        points = self.env["delivery.followup.check"].with_user(self.quality_manager)
        found = points.search([("followup_id", "in", (self.followup | other).ids)])
        self.assertEqual(found.ids, other.check_ids.ids)
        self.assertFalse(points.browse(self.followup.check_ids.ids).has_access("read"))
