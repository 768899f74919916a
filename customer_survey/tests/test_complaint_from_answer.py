from lxml import html

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SurveyCommon


@tagged("post_install", "-at_install")
class TestComplaintFromAnswer(SurveyCommon):
    def _rows(self, complaint):
        """[(question, answer)] of the table in the description; an answer's lines are joined by a bar."""
        table = html.fromstring(complaint.description).find(".//table")
        return [
            (row[0].text_content().strip(), "|".join(filter(None, (text.strip() for text in row[1].itertext()))))
            for row in table.findall(".//tbody/tr")
        ]

    def test_customer_contact_and_day_come_from_the_participation(self):
        with self.at("2024-03-05 10:30:00"):
            participation = self._create_participation()
        with self.at("2024-03-08 09:00:00"):
            complaint = self._file_complaint(participation)
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.contact_id, self.contact)
        self.assertEqual(complaint.partner_email, "ada@blueworkshop.example")
        self.assertEqual(str(complaint.date_received), "2024-03-05 10:30:00")
        self.assertEqual(complaint.channel, "web")
        self.assertEqual(complaint.user_id, self.surveyor)
        self.assertEqual(complaint.company_id, self.company)
        self.assertIn("How are we doing?", complaint.subject)
        self.assertEqual(complaint.survey_user_input_id, participation)

    def test_a_company_that_answers_itself_is_the_customer_without_a_contact(self):
        complaint = self._file_complaint(self._create_participation(partner=self.customer))
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertFalse(complaint.contact_id)

    def test_the_description_holds_each_question_and_its_answer(self):
        long_text = "The blades were rusty when we opened the third box, and so were those in the fourth one."
        choice = self._choice
        participation = self._create_participation(answers={
            "Are you satisfied?": (choice("Are you satisfied?", "Not at all"), "Never again"),
            "What went wrong?": [choice("What went wrong?", "Late"), choice("What went wrong?", "Broken")],
            "Rate us": {
                choice("Rate us", "Price"): [choice("Rate us", "Good")],
                choice("Rate us", "Quality"): [choice("Rate us", "Bad")],
            },
            "Recommend us?": "0",
            "How many broke?": "12.5",
            "Since when?": "2024-02-29",
            "Tell us more": long_text,
            "Your nickname?": "",
        })
        complaint = self._file_complaint(participation)
        self.assertEqual(self._rows(complaint), [
            ("Are you satisfied?", "Not at all|Never again"),
            ("What went wrong?", "Late|Broken"),
            ("Rate us", "Price: Good|Quality: Bad"),
            ("Recommend us?", "0"),
            ("How many broke?", "12.5"),
            ("Since when?", "02/29/2024"),
            ("Tell us more", long_text),
            ("Your nickname?", "No answer"),
        ])
        self.assertIn("Ada Blue, ada@blueworkshop.example", complaint.description)
        self.assertIn("40.0 %", complaint.description)

    def test_what_a_participant_types_stays_text(self):
        attack = '<img src=x onerror="alert(1)"> & <b>bold</b>'
        self.question["Tell us more"].title = "<script>alert(2)</script>"
        participation = self._create_participation(answers={"Tell us more": attack})
        complaint = self._file_complaint(participation)
        self.assertEqual(self._rows(complaint), [("<script>alert(2)</script>", attack)])
        tree = html.fromstring(complaint.description)
        self.assertFalse(tree.findall(".//img") + tree.findall(".//script") + tree.findall(".//b"))

    def test_lines_of_a_long_answer_stay_lines(self):
        participation = self._create_participation(answers={"Tell us more": "Rusty\nand late"})
        self.assertEqual(self._rows(self._file_complaint(participation)), [("Tell us more", "Rusty|and late")])

    def test_answers_of_another_participant_stay_out(self):
        self._create_participation(partner=self.customer, answers={"Tell us more": "All is well"})
        participation = self._create_participation(answers={"Tell us more": "Rusty"})
        self.assertEqual(self._rows(self._file_complaint(participation)), [("Tell us more", "Rusty")])

    def test_who_answered_without_a_contact_is_chosen_by_the_user(self):
        participation = self._create_participation(partner=False, email="someone@else.example")
        form = self._open_complaint(participation)
        self.assertFalse(form.partner_id)
        self.assertIn("someone@else.example", form.description)
        with self.assertRaises(AssertionError):  # the form misses a required field
            form.save()
        form.partner_id = self.customer
        complaint = form.save()
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.survey_user_input_id, participation)

    def test_an_anonymous_answer_says_so(self):
        form = self._open_complaint(self._create_participation(partner=False))
        self.assertFalse(form.partner_id)
        self.assertIn("Anonymous", form.description)

    def test_nothing_is_stored_before_saving(self):
        participation = self._create_participation()
        before = self.env["quality.complaint"].search_count([])
        self._open_complaint(participation)
        self.assertEqual(self.env["quality.complaint"].search_count([]), before)
        self.assertEqual(participation.with_user(self.surveyor).complaint_count, 0)

    def test_only_a_completed_survey_becomes_a_complaint(self):
        for participation in (
            self._create_participation(done=False),
            self._create_participation(test_entry=True, user=self.survey_only),
        ):
            self.assertFalse(participation.with_user(self.surveyor).can_file_complaint)
            with self.assertRaisesRegex(UserError, "completed"):
                participation.with_user(self.surveyor).action_file_complaint()

    def test_actions_of_the_complaint_take_nothing_from_the_answer(self):
        complaint = self._file_complaint(self._create_participation(answers={"Tell us more": "Rusty"}))
        capa = complaint.env["quality.capa"].sudo().create({
            "name": "Sort", "complaint_id": complaint.id, "date_deadline": "2030-01-01",
        })
        self.assertFalse(capa.description)

    def test_a_complaint_filed_elsewhere_has_no_answer(self):
        complaint = self._create_complaint(user=self.surveyor)
        self.assertFalse(complaint.survey_user_input_id)
        self.assertEqual(complaint.channel, "phone")
