from odoo.tests import HttpCase, tagged

from .inquiry_common import InquiryCommon


@tagged("post_install", "-at_install")
class TestInquiryTour(InquiryCommon, HttpCase):
    def test_a_question_on_the_phone_is_forwarded_answered_told_and_turns_out_to_be_a_complaint(self):
        """Each tour is one person's part, in the browser, with that person's rights."""
        self.start_tour("/odoo/my-inquiries", "inquiry_take_and_forward", login=self.rep.login)
        inquiry = self.env["quality.inquiry"].search([("subject", "=", "Which oil for the drill?")])
        self.assertEqual((inquiry.user_id, inquiry.responder_id, inquiry.channel), (self.rep, self.expert, "phone"))
        self.start_tour("/odoo/inquiries-to-answer", "inquiry_answer", login=self.worker.login)
        self.assertEqual((inquiry.state, inquiry.timeliness), ("answered", "in_time"))
        self.start_tour("/odoo/my-inquiries", "inquiry_tell", login=self.rep.login)
        self.assertEqual((inquiry.state, inquiry.result), ("done", "Thank you"))
        self.start_tour(f"/odoo/inquiries/{inquiry.id}", "inquiry_file_complaint", login=self.rep.login)
        self.assertEqual(inquiry.complaint_id.subject, "Which oil for the drill?")
