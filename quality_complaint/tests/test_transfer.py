from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon

STEP = "quality_complaint.mail_activity_type_complaint"


@tagged("post_install", "-at_install")
class TestTransfer(ComplaintCommon, MockEmail):
    """A complaint goes on to another team with the reason, which is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = cls._new_user("packer", "quality_complaint.group_handler")
        cls.packing = cls.env["quality.team"].create({
            "name": "Packing", "company_id": cls.company.id, "leader_id": cls.outsider.id, "member_ids": [Command.set(cls.packer.ids)],
        })
        cls.complaint = cls._move_to(cls._create_complaint(), "investigation")
        cls.untouched = cls._move_to(cls._create_complaint(), "investigation")

    def _transfer(self, complaint, user=None, team=None, reason="The carton was too thin", handler=None):
        wizard = self.env["quality.complaint.transfer.wizard"].with_user(user or self.handler).create({
            "complaint_id": complaint.id, "team_id": (team or self.packing).id, "reason": reason,
            "handler_id": (handler or self.env["res.users"]).id,
        })
        return wizard.action_confirm()

    def _get_step(self, complaint):
        return complaint.sudo().activity_search([STEP])

    # ------------------------------------------------------------ what it does
    def test_it_goes_to_the_other_teams_leader_with_all_that_is_running(self):
        promised = {milestone: milestone.date_deadline for milestone in self.complaint.milestone_ids}
        with self.at("2031-03-03 10:00:00"):
            self._transfer(self.complaint)
        self.assertEqual((self.complaint.team_id, self.complaint.handler_id), (self.packing, self.env["res.users"]))
        self.assertEqual(self._get_step(self.complaint).user_id, self.outsider)
        self.assertEqual(
            {milestone: milestone.date_deadline for milestone in self.complaint.milestone_ids}, promised,
            "what was promised to the customer stays",
        )
        running = self.complaint.milestone_ids.filtered(lambda milestone: milestone.owner_role == "handler" and not milestone.date_done)
        self.assertTrue(running)
        self.assertEqual(running.user_id, self.outsider)
        reviewed = self.complaint.milestone_ids.filtered("date_done")
        self.assertEqual((reviewed.step, reviewed.user_id), ("review", self.quality_manager), "who did it then")
        self.assertEqual((self.untouched.team_id, self.untouched.handler_id), (self.team, self.handler))
        self.assertEqual(self._get_step(self.untouched).user_id, self.handler)

    def test_it_goes_to_the_person_who_is_named(self):
        self._transfer(self.complaint, handler=self.packer)
        self.assertEqual(self.complaint.handler_id, self.packer)
        self.assertEqual(self._get_step(self.complaint).user_id, self.packer)
        self.complaint.with_user(self.packer).analysis = "Thin cardboard"
        with self.assertRaises(AccessError):
            self.complaint.with_user(self.handler).analysis = "Not mine any more"

    def test_the_reason_stays_on_record(self):
        with self.at("2031-03-03 10:00:00"):
            self._transfer(self.complaint)
        self._transfer(self.complaint, self.outsider, self.team, "It is the steel after all", self.handler)
        transfers = self.complaint.transfer_ids
        self.assertEqual(
            transfers.mapped(lambda row: (row.from_team_id, row.to_team_id, row.from_handler_id, row.to_handler_id, row.reason, row.create_uid)),
            [
                (self.packing, self.team, self.env["res.users"], self.handler, "It is the steel after all", self.outsider),
                (self.team, self.packing, self.handler, self.env["res.users"], "The carton was too thin", self.handler),
            ],
        )
        self.assertEqual((self.complaint.transfer_count, self.untouched.transfer_count), (2, 0))
        self.assertIn(self.complaint, self.env["quality.complaint"].search([("transfer_count", ">", 1)]))
        for user in (self.handler, self.quality_manager, self.complaint_admin):
            row = transfers[0].with_user(user)
            for call in (
                lambda: row.write({"reason": "Other"}), row.unlink,
                lambda: row.create({"complaint_id": self.complaint.id, "to_team_id": self.team.id, "reason": "Forged"}),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    call()

    def test_it_works_in_each_state_in_which_somebody_is_at_work(self):
        for state in ("review", "reply", "follow_up"):
            complaint = self._move_to(self._create_complaint(), state)
            step = self._get_step(complaint)
            with self.subTest(state):
                self._transfer(complaint, self.quality_manager, handler=self.packer)
                self.assertEqual((complaint.team_id, complaint.handler_id, complaint.state), (self.packing, self.packer, state))
                moved = self._get_step(complaint)
                self.assertEqual(
                    moved.user_id, self.outsider if state == "review" else step.user_id,
                    "whoever has the step now: in the review the leader, later the sales side",
                )

    def test_several_go_at_once_or_none(self):
        both = self.complaint | self.untouched
        closed = self._move_to(self._create_complaint(), "closed")
        with self.assertRefused(f"{closed.name} can't be transferred"):
            (both | closed).with_user(self.quality_manager)._transfer(self.packing, "Theirs")
        self.assertEqual(both.team_id, self.team)
        both.with_user(self.quality_manager)._transfer(self.packing, "Theirs")
        self.assertEqual((both.team_id, both.mapped("transfer_count")), (self.packing, [1, 1]))

    # ------------------------------------------------------------ who is told
    def _get_told(self):
        return {
            user for user in (self.outsider | self.packer | self.handler | self.quality_manager)
            for mail in self._mails if any(user.email in address for address in mail["email_to"])
        }

    def test_the_new_people_are_told_why_and_the_old_handler_when_it_was_not_he(self):
        with self.mock_mail_gateway():
            self._transfer(self.complaint, self.handler)
        self.assertEqual(self._get_told(), {self.outsider})
        self.assertEqual([mail["subject"] for mail in self._mails], [f"{self.complaint.display_name} is transferred to Packing"])
        self.assertIn("The carton was too thin", self._mails[0]["body"])
        inbox = self.env["mail.message"].sudo().search([
            ("model", "=", "quality.complaint"), ("res_id", "=", self.complaint.id), ("partner_ids", "in", self.outsider.partner_id.ids),
        ])
        self.assertEqual(len(inbox), 1, "once, though he has the activity too")
        with self.mock_mail_gateway():
            self._transfer(self.untouched, self.quality_manager, handler=self.packer)
        self.assertEqual(self._get_told(), {self.outsider, self.packer, self.handler})

    # ------------------------------------------------------------ where it leads to
    def test_who_loses_sight_of_it_is_led_back_to_his_list(self):
        action = self._transfer(self.complaint, self.handler)
        self.assertFalse(self.complaint.with_user(self.handler).has_access("read"))
        self.assertEqual(action["params"]["next"]["res_model"], "quality.complaint")
        self.assertIn("is with Packing now", action["params"]["message"])
        action = self._transfer(self.untouched, self.quality_manager)
        self.assertEqual(action["type"], "ir.actions.act_window_close", "who still sees it stays there")

    # ------------------------------------------------------------ what is refused
    def test_all_that_is_wrong_is_named_at_once(self):
        with self.assertRefused("Write why it is transferred", "Quality has it already", "Worker is not in team Quality"):
            self._transfer(self.complaint, self.handler, self.team, "  ", self.worker)
        headless = self.env["quality.team"].create({"name": "Nobody's", "company_id": self.company.id})
        with self.assertRefused("Nobody's has no leader, so choose who handles it"):
            self._transfer(self.complaint, self.handler, headless)
        self.assertFalse(self.complaint.transfer_ids)
        self.assertEqual((self.complaint.team_id, self.complaint.handler_id), (self.team, self.handler))

    def test_only_to_who_works_here(self):
        elsewhere = self._new_user("elsewhere", "quality_complaint.group_handler", self.env["res.company"].create({"name": "Moonlight Tools"}))
        shared = self.env["quality.team"].create({
            "name": "Shared", "company_id": False, "leader_id": self.outsider.id, "member_ids": [Command.set((elsewhere | self.packer).ids)],
        })
        with self.assertRefused("Elsewhere is archived or may not work in Sunrise Tools"):
            self._transfer(self.complaint, self.handler, shared, handler=elsewhere)
        self.outsider.active = False
        with self.assertRefused("Outsider is archived or may not work in Sunrise Tools"):
            self._transfer(self.complaint, self.handler, shared)
        self._transfer(self.complaint, self.handler, shared, handler=self.packer)
        self.assertEqual((self.complaint.team_id, self.complaint.handler_id), (shared, self.packer))

    def test_only_to_a_team_of_the_company_or_a_shared_one(self):
        elsewhere = self.env["res.company"].create({"name": "Moonlight Tools"})
        self.handler.company_ids += elsewhere
        foreign = self.packing.copy({"name": "Moonlight Packing", "company_id": elsewhere.id, "leader_id": False, "member_ids": False})
        with self.assertRefused("Moonlight Packing is not a team of Sunrise Tools"):
            self._transfer(self.complaint, self.handler, foreign)
        shared = self.packing.copy({"name": "Shared", "company_id": False})
        self._transfer(self.complaint, self.handler, shared)
        self.assertEqual(self.complaint.team_id, shared)

    def test_only_to_somebody_who_may_handle_its_type(self):
        self.complaint_type.handler_group_id = self.env.ref("quality_complaint.group_manager")
        with self.assertRefused("Outsider can't handle", "Quality Manager"):
            self._transfer(self.complaint, self.quality_manager)
        self.packing.member_ids += self.complaint_admin
        wizard = self.env["quality.complaint.transfer.wizard"].with_user(self.quality_manager).new({
            "complaint_id": self.complaint.id, "team_id": self.packing.id,
        })
        self.assertEqual(wizard.candidate_ids._origin, self.complaint_admin)
        self._transfer(self.complaint, self.quality_manager, handler=self.complaint_admin)
        self.assertEqual(self.complaint.handler_id, self.complaint_admin)

    def test_who_does_not_handle_it_does_not_transfer_it(self):
        self.assertFalse(self.complaint.with_user(self.rep).can_transfer)
        with self.assertRefused("Complaints / Handler"):
            self.complaint.with_user(self.rep)._transfer(self.packing, "Away with it")
        for user in (self.rep, self.packer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._transfer(self.complaint, user)
        self.assertTrue(self.complaint.with_user(self.handler).can_transfer)

    def test_what_nobody_is_at_work_on_is_not_transferred(self):
        for state in ("draft", "closed", "rejected", "cancel"):
            complaint = self._move_to(self._create_complaint(), state)
            with self.subTest(state):
                self.assertFalse(complaint.with_user(self.quality_manager).can_transfer)
                with self.assertRefused("nobody is handling it now"):
                    self._transfer(complaint, self.quality_manager)

    # ------------------------------------------------------------ the only way
    def test_after_the_review_the_team_changes_by_a_transfer_only(self):
        for user in (self.handler, self.quality_manager, self.complaint_admin):
            with self.subTest(user.login), self.assertRaisesRegex(AccessError, "with the button «Transfer»"):
                self.complaint.with_user(user).team_id = self.packing
        review = self._move_to(self._create_complaint(), "review")
        with self.assertRaises(AccessError):
            review.with_user(self.handler).team_id = self.packing
        review.with_user(self.quality_manager).team_id = self.packing
        self.assertEqual(self._get_step(review).user_id, self.outsider, "its leader reviews it now")
        self.assertFalse(review.transfer_ids)

    def test_another_type_proposes_its_team_until_the_review_is_over(self):
        of_packing = self.complaint_type.copy({"name": "Packaging", "team_id": self.packing.id})
        self.complaint.with_user(self.handler).type_id = of_packing
        self.assertEqual(self.complaint.team_id, self.team)
        review = self._move_to(self._create_complaint(), "review")
        review.with_user(self.quality_manager).type_id = of_packing
        self.assertEqual(review.team_id, self.packing)

    def test_a_new_handler_in_the_same_team_gets_the_step(self):
        self.complaint.with_user(self.handler).handler_id = self.quality_manager
        self.assertEqual(self._get_step(self.complaint).user_id, self.quality_manager)
        self.assertEqual(self._get_step(self.untouched).user_id, self.handler)
