from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestLinks(ComplaintCommon):
    def test_a_link_shows_on_both_and_is_removed_from_either(self):
        first, second, third = (self._create_complaint() for _each in range(3))
        first.related_ids = second | third
        self.assertEqual((first.related_ids, second.related_ids, third.related_ids), (second | third, first, first))
        self.assertEqual(self.env["quality.complaint"].search([("related_ids", "in", first.ids)]), third | second)
        second.related_ids -= first
        self.assertEqual((first.related_ids, second.related_ids, third.related_ids), (third, second.browse(), first))
        first.related_ids -= third
        self.assertFalse(third.related_ids)

    def test_linking_twice_is_as_linking_once(self):
        first, second = self._create_complaint(), self._create_complaint()
        first._link(second)
        first._link(second)
        second._link(first)
        self.assertEqual((first.related_ids, second.related_ids), (second, first))
        second.related_ids -= first
        self.env.invalidate_all()
        self.assertFalse(first.related_ids)

    def test_a_complaint_is_not_linked_with_itself(self):
        complaint = self._create_complaint()
        with self.assertRefused(f"A complaint can't be linked with itself: {complaint.name}", error=ValidationError):
            complaint._link(complaint)

    def test_complaints_of_two_companies_are_not_linked(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self.env["quality.complaint"].with_company(other_company).create({
            "subject": "Not ours", "partner_id": self.customer.id, "company_id": other_company.id,
        })
        complaint = self._create_complaint()
        with self.assertRaises(UserError):
            complaint.sudo()._link(foreign)

    def test_a_new_one_is_linked_with_a_closed_one_which_stays_as_it_is(self):
        closed = self._move_to(self._create_complaint(), "closed")
        complaint = self._create_complaint()
        complaint._link(closed)
        self.assertEqual(closed.related_ids, complaint)
        with self.assertRefused("is finished and stays as it is"):
            closed.with_user(self.quality_manager)._link(self._create_complaint(self.quality_manager))

    def test_a_link_to_what_the_user_may_not_read_stays_when_he_changes_his(self):
        mine, others = self._create_complaint(), self._create_complaint(self.other_rep)
        mine.with_user(self.quality_manager)._link(others)
        second = self._create_complaint()
        self.env.invalidate_all()
        by_rep = mine.with_user(self.rep)
        self.assertFalse(by_rep.related_ids)
        by_rep.related_ids = second
        self.env.invalidate_all()
        self.assertEqual(mine.with_user(self.quality_manager).related_ids, others | second)
        with self.assertRaises(AccessError):
            by_rep._link(others)

    def test_who_may_not_write_a_complaint_does_not_link_it(self):
        others, mine = self._create_complaint(self.other_rep), self._create_complaint()
        with self.assertRaises(AccessError):
            others.with_user(self.rep)._link(mine)

    def test_a_complaint_cancelled_as_duplicate_is_linked_with_the_one_that_stays(self):
        kept, second, third = (self._create_complaint() for _each in range(3))
        wizard = Form(self.env["quality.complaint.cancel"].with_user(self.rep).with_context(default_complaint_ids=(second | third).ids))
        wizard.reason = "duplicate"
        wizard.duplicate_of_id = kept
        wizard.save().action_confirm()
        self.assertEqual((second | third).mapped("state"), ["cancel", "cancel"])
        self.assertEqual(kept.related_ids, second | third)

    def test_a_complaint_is_not_cancelled_as_its_own_duplicate(self):
        complaint = self._create_complaint()
        wizard = self.env["quality.complaint.cancel"].with_user(self.rep).create({
            "complaint_ids": [Command.set(complaint.ids)], "reason": "duplicate", "duplicate_of_id": complaint.id,
        })
        with self.assertRefused("can't be linked with itself"):
            wizard.action_confirm()
        self.assertEqual(complaint.state, "draft")

    def test_another_reason_links_nothing(self):
        complaint, other = self._create_complaint(), self._create_complaint()
        self.env["quality.complaint.cancel"].with_user(self.rep).create({
            "complaint_ids": [Command.set(complaint.ids)], "reason": "mistake", "duplicate_of_id": other.id,
        }).action_confirm()
        self.assertFalse(other.related_ids)
