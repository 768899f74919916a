from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestHandlerGroup(ComplaintCommon):
    """A type may keep its complaints to one group: nobody else reviews or handles them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["res.groups"].create({"name": "Metallurgists"})
        cls.complaint_type.handler_group_id = cls.group
        cls.expert = cls._new_user("expert", "quality_complaint.group_handler")
        cls.expert.group_ids += cls.group
        cls.team.member_ids += cls.expert
        cls.open_type = cls.complaint_type.copy({"name": "Packaging", "handler_group_id": False})
        cls.kept = cls._move_to(cls._create_complaint(), "review")
        cls.free = cls._move_to(cls._create_complaint(type_id=cls.open_type.id), "review")

    def _make_expert_approve(self):
        self.team.leader_id = self.expert
        kept = self.kept.with_user(self.expert)
        kept.write({"validity": "upheld", "severity": "major"})
        kept.action_approve()
        return kept

    def test_quality_complaints_are_the_quality_managers(self):
        group = self.env.ref("quality_complaint.group_manager")
        self.complaint_type.handler_group_id = group
        complaint = self.kept.with_user(self.handler)
        self.assertFalse(complaint.can_handle or complaint.can_transfer)
        with self.assertRaises(AccessError) as refused:
            complaint.severity = "major"
        self.assertIn(group.full_name, str(refused.exception))
        self.assertTrue(self.free.with_user(self.handler).can_handle, "another type is any handler's")
        self.free.with_user(self.handler).severity = "major"
        self.assertTrue(self.kept.with_user(self.quality_manager).can_manage)

    def test_who_is_not_in_the_group_neither_reviews_nor_handles(self):
        for user in (self.handler, self.quality_manager, self.complaint_admin):
            kept, free = self.kept.with_user(user), self.free.with_user(user)
            with self.subTest(user.login):
                self.assertEqual((kept.can_handle, kept.can_manage), (False, False))
                self.assertTrue(free.can_handle)
                with self.assertRefused("Metallurgists"):
                    kept.action_back_to_draft()
                with self.assertRefused("Metallurgists"):
                    self._cancel(kept, user=user)
                with self.assertRaisesRegex(AccessError, "Metallurgists"):
                    kept.severity = "minor"
                kept.subject = "Rust on all blades"  # what is not judged is anybody's who may write it

    def test_leading_the_team_is_not_enough(self):
        self.kept.sudo().write({"validity": "upheld", "severity": "major", "handler_id": self.expert.id})
        with self.assertRefused("that takes the right", "Metallurgists"):
            self.kept.with_user(self.quality_manager).action_approve()
        kept = self._make_expert_approve()
        self.assertEqual((kept.state, kept.handler_id), ("investigation", self.expert))

    def test_the_planned_actions_are_the_groups_to_start(self):
        kept = self._make_expert_approve()
        kept.handling_opinion = "Sort"
        with self.assertRefused("handler's to start", "Metallurgists"):
            kept.with_user(self.quality_manager).action_start_plan()
        capa = self._create_capa(kept, self.expert)
        kept.action_start_plan()
        self.assertEqual(capa.state, "proposed")

    def test_the_handler_is_one_of_the_group_and_all_who_are_not_are_named(self):
        both = self.kept | self._move_to(self._create_complaint(subject="Dents"), "review")
        with self.assertRefused(
            f"Handler can't handle {both[0].name}", f"Handler can't handle {both[1].name}", "Metallurgists", error=ValidationError,
        ):
            both.with_user(self.expert).handler_id = self.handler
        self.free.with_user(self.quality_manager).handler_id = self.handler
        both.with_user(self.expert).handler_id = self.expert
        self.assertEqual(both.handler_id, self.expert)

    def test_a_leader_outside_of_the_group_does_not_become_handler(self):
        self.kept.sudo().write({"validity": "upheld", "severity": "major"})
        with self.assertRefused("Handler"):
            self.kept.with_user(self.expert).sudo().action_approve()
        self.kept.sudo().handler_id = self.expert
        self.kept.sudo().action_approve()
        self.assertEqual(self.kept.handler_id, self.expert)

    # ------------------------------------------------------------ classified anew
    def test_the_reporter_does_not_get_around_it_by_another_type(self):
        with self.assertRaises(AccessError):
            self.kept.with_user(self.rep).type_id = self.open_type
        draft = self._create_complaint()
        draft.with_user(self.rep).type_id = self.open_type
        self.assertEqual(draft.type_id, self.open_type, "while it is his draft")

    def test_a_new_type_asks_for_a_handler_of_its_group(self):
        self.free.sudo().handler_id = self.handler
        with self.assertRefused("Handler can't handle", error=ValidationError):
            self.free.with_user(self.handler).type_id = self.complaint_type
        self.free.with_user(self.handler).write({"type_id": self.complaint_type.id, "handler_id": False})
        self.assertFalse(self.free.with_user(self.handler).can_handle)

    def test_the_form_proposes_the_group_only(self):
        with Form(self.kept.with_user(self.expert)) as form:
            form.severity = "minor"
            form.handler_id = self.expert
        self.assertEqual((self.kept.severity, self.kept.handler_id), ("minor", self.expert))
        self.assertNotIn(self.handler, self.env["res.users"].search([("all_group_ids", "in", self.group.ids)]))

    # ------------------------------------------------------------ whose step it is
    def _get_step(self, complaint):
        return complaint.sudo().activity_search(["quality_complaint.mail_activity_type_complaint"]).user_id

    def test_the_review_is_the_step_of_somebody_of_the_group(self):
        self.assertEqual(self._get_step(self.kept), self.expert, "the leader may not review it")
        self.assertEqual(self._get_step(self.free), self.quality_manager, "another type is the leader's")
        leading = self._new_user("leading", "quality_complaint.group_manager")
        leading.group_ids += self.group
        self.team.leader_id = leading
        self.assertEqual(self._get_step(self._move_to(self._create_complaint(), "review")), leading)

    def test_nothing_is_submitted_that_nobody_of_its_team_may_review(self):
        self.team.member_ids -= self.expert
        drafts = self._create_complaint() | self._create_complaint(type_id=self.open_type.id)
        with self.assertRefused("Somebody of", "Metallurgists", "who reviews it", "Quality"):
            drafts[0].with_user(self.rep).action_submit()
        drafts[1].with_user(self.rep).action_submit()
        drafts[0].sudo().handler_id = self.expert
        drafts[0].with_user(self.rep).action_submit()
        self.assertEqual(self._get_step(drafts[0]), self.expert)
