from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SurveyCommon


@tagged("post_install", "-at_install")
class TestComplaintFromAnswerOnce(SurveyCommon):
    def test_filing_again_shows_the_complaint_there_is(self):
        participation = self._create_participation()
        shown = participation.with_user(self.surveyor)
        self.assertTrue(shown.can_file_complaint)
        complaint = self._file_complaint(participation)
        self.assertFalse(shown.can_file_complaint)
        action = shown.action_file_complaint()
        self.assertEqual((action["res_model"], action["res_id"]), ("quality.complaint", complaint.id))

    def test_filing_again_says_who_filed_what_one_may_not_see(self):
        participation = self._create_participation()
        complaint = self._file_complaint(participation)
        colleague = self._new_user("colleague", "sales_team.group_sale_salesman,survey.group_survey_user")
        self.assertTrue(participation.with_user(colleague).can_file_complaint)
        with self.assertRaisesRegex(UserError, f"Surveyor has filed {complaint.name}"):
            participation.with_user(colleague).action_file_complaint()

    def test_the_second_of_two_open_windows_is_not_saved(self):
        participation = self._create_participation()
        first, second = self._open_complaint(participation), self._open_complaint(participation)
        first.save()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            second.save()

    def test_after_a_cancelled_complaint_one_can_file_anew(self):
        participation = self._create_participation()
        cancelled = self._file_complaint(participation)
        self._cancel(cancelled, user=self.surveyor, reason="mistake")
        self.assertTrue(participation.with_user(self.surveyor).can_file_complaint)
        complaint = self._file_complaint(participation)
        self.assertNotEqual(complaint, cancelled)
        self.assertEqual(participation.with_user(self.surveyor).complaint_count, 2)

    def test_a_second_answer_of_the_same_customer_is_another_complaint(self):
        first = self._file_complaint(self._create_participation())
        second = self._file_complaint(self._create_participation())
        self.assertNotEqual(first, second)

    def test_the_buttons_lead_from_one_to_the_other(self):
        participation, other = self._create_participation(), self._create_participation()
        complaint = self._file_complaint(participation)
        shown = (participation | other).with_user(self.surveyor)
        self.assertEqual(shown.mapped("complaint_count"), [1, 0])
        self.assertEqual(shown[0].action_view_complaints()["res_id"], complaint.id)
        back = complaint.with_user(self.surveyor).action_view_survey_user_input()
        self.assertEqual((back["res_model"], back["res_id"]), ("survey.user_input", participation.id))

    def test_a_copied_complaint_is_not_of_the_answer(self):
        complaint = self._file_complaint(self._create_participation())
        copied = self.env["quality.complaint"].browse(complaint.id).copy()
        self.assertFalse(copied.survey_user_input_id)

    def test_a_deleted_survey_leaves_the_complaint_with_the_words(self):
        complaint = self._file_complaint(self._create_participation(answers={"Tell us more": "Rusty"}))
        self.survey.unlink()
        complaint = self.env["quality.complaint"].browse(complaint.id)
        complaint.invalidate_recordset()
        self.assertFalse(complaint.survey_user_input_id)
        self.assertIn("Rusty", complaint.description)
