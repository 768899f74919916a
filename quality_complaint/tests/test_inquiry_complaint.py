from contextlib import nullcontext

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MockEmail

from .inquiry_common import NOW, InquiryCommon


@tagged("post_install", "-at_install")
class TestInquiryComplaint(InquiryCommon, MockEmail):
    """A question that turns out to be a complaint becomes one, once."""

    def _open(self, inquiry, user=None):
        return self._open_action(user or self.rep, inquiry.with_user(user or self.rep).action_create_complaint())

    def _file(self, inquiry, user=None):
        with self._open(inquiry, user) as form:
            form.type_id = self.complaint_type
        self.env.flush_all()
        return form.record

    def test_all_that_was_said_comes_along(self):
        inquiry = self._create_inquiry(
            subject="Is rust normal?", question="On six blades", answer="No, it is not.", product_id=self.product.id, channel="visit",
            partner_phone="+1 555 0142",
        )
        form = self._open(inquiry)
        self.assertEqual((form.subject, form.partner_id, form.contact_id), ("Is rust normal?", self.customer, self.contact))
        self.assertEqual((form.channel, form.partner_phone, form.user_id), ("visit", "+1 555 0142", self.rep))
        self.assertIn("On six blades", form.description)
        self.assertIn("No, it is not.", form.description)
        form.type_id = self.complaint_type
        complaint = form.save()
        self.assertEqual(complaint.line_ids.product_id, self.product)
        self.assertEqual((inquiry.complaint_id, complaint.inquiry_ids, complaint.inquiry_count), (complaint, inquiry, 1))
        self.assertEqual(complaint.action_view_inquiries()["res_id"], inquiry.id)

    def test_nothing_is_stored_before_it_is_saved(self):
        inquiry = self._create_inquiry()
        before = self._get_register()
        self._open(inquiry)
        self.assertEqual(self._get_register(), before)
        self.assertEqual((inquiry.state, inquiry.complaint_id.id), ("new", False))

    def test_it_is_over_and_nobody_has_to_answer_any_more(self):
        for inquiry in (self._create_inquiry(), self._forward(), self._answer_inquiry(self._forward())):
            state = inquiry.state
            with self.mock_mail_gateway():
                complaint = self._file(inquiry)
            with self.subTest(state):
                self.assertEqual((inquiry.state, inquiry.complaint_id), ("done", complaint))
                self.assertIsNone(self._get_step(inquiry))
                with Form(inquiry.with_user(self.expert)) if state != "new" else nullcontext():
                    pass  # who was asked still opens it, without a right to the complaint
                told = [mail for mail in self._mails if mail["email_to"] == [self.expert.email_formatted]]
                self.assertEqual(["No answer needed any more" in mail["subject"] for mail in told], [True] if state == "forwarded" else [])
                self.assertEqual(inquiry.timeliness, "in_time" if state == "answered" else False)

    def test_what_was_answered_long_ago_may_still_become_one(self):
        inquiry = self._create_inquiry(answer="Oil")
        with self.at(NOW):
            inquiry.action_answer()
        complaint = self._file(inquiry)
        self.assertEqual((inquiry.state, inquiry.complaint_id, str(inquiry.date_done)), ("done", complaint, NOW))

    def test_a_second_press_opens_the_complaint(self):
        inquiry = self._create_inquiry()
        complaint = self._file(inquiry)
        action = inquiry.action_create_complaint()
        self.assertEqual((action["res_model"], action["res_id"]), ("quality.complaint", complaint.id))

    def test_two_who_file_it_at_once_file_it_once(self):
        inquiry = self._create_inquiry()
        first, second = self._open(inquiry), self._open(inquiry, self.sales_manager)
        for form in (first, second):
            form.type_id = self.complaint_type
        complaint = first.save()
        self.env.flush_all()
        with self.assertRefused("It has become a complaint already", complaint.name):
            second.save()
        self.assertEqual(inquiry.complaint_id, complaint)

    def test_an_unknown_callers_question_gets_the_customer_of_the_complaint(self):
        inquiry = self._create_inquiry(partner_id=False, partner_name="Mr. Brown", partner_phone="+1 555 0199")
        form = self._open(inquiry)
        self.assertFalse(form.partner_id)
        self.assertIn("Mr. Brown", form.description)
        form.partner_id = self.customer
        form.type_id = self.complaint_type
        form.save()
        self.assertEqual(inquiry.partner_id, self.customer)

    def test_what_is_cancelled_is_reopened_first(self):
        inquiry = self._create_inquiry()
        self._give_reason(inquiry, "cancel")
        with self.assertRefused("Reopen it first"):
            inquiry.action_create_complaint()

    def test_what_became_a_complaint_goes_on_there(self):
        inquiry = self._create_inquiry()
        complaint = self._file(inquiry)
        with self.assertRefused("It has become a complaint"):
            inquiry.action_reopen()
        for other in (self._create_complaint().id, False):
            with self.subTest(other), self.assertRefused("It has become a complaint already", complaint.name):
                inquiry.complaint_id = other

    def test_an_inquiry_is_filed_in_its_company_by_those_whose_it_is(self):
        inquiry = self._forward()
        with self.assertRefused("Who took the question files the complaint", error=AccessError):
            inquiry.with_user(self.worker).action_create_complaint()
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self.env["quality.complaint"].with_company(other_company).create({
            "subject": "Not ours", "partner_id": self.customer.id, "company_id": other_company.id,
            "type_id": self.env["quality.complaint.type"].create({"name": "Theirs", "company_id": other_company.id}).id,
        })
        with self.assertRefused("Uh-oh"):
            inquiry.with_env(self.env).complaint_id = foreign
        with self.assertRaises(AccessError):
            self._create_inquiry(complaint_id=self._create_complaint().id)

    def test_who_handles_the_complaint_reads_what_was_asked(self):
        inquiry = self._create_inquiry()
        self.assertFalse(inquiry.with_user(self.handler).has_access("read"))
        complaint = self._file(inquiry)
        self.env.invalidate_all()
        self.assertTrue(inquiry.with_user(self.handler).has_access("read"))
        self.assertFalse(inquiry.with_user(self.handler).has_access("write"))
        self.assertEqual(complaint.with_user(self.handler).inquiry_count, 1)
        self.assertFalse(inquiry.with_user(self.outsider).has_access("read"))
