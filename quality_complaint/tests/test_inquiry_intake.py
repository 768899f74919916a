from psycopg2.errors import CheckViolation, RestrictViolation, UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .inquiry_common import NOW, InquiryCommon


@tagged("post_install", "-at_install")
class TestInquiryIntake(InquiryCommon):
    """A question is written down while the customer is on the phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brand = cls.env["quality.brand"].create({"name": "Ironhand"})
        cls.category = cls.env["product.category"].create({"name": "Screwdrivers"})
        cls.product.write({"categ_id": cls.category.id, "quality_brand_id": cls.brand.id})

    def _open_form(self, user=None):
        return Form(self.env["quality.inquiry"].with_user(user or self.rep).with_company(self.company))

    # ------------------------------------------------------------ filling in
    def test_four_entries_are_enough(self):
        with self.at(NOW), self._open_form() as form:
            form.subject = "Which oil?"
            form.type_id = self.question_type
            form.partner_id = self.contact
            form.answer = "<p>Resin-free</p>"
        inquiry = form.record
        inquiry.action_answer()
        self.assertEqual((inquiry.state, inquiry.channel, inquiry.user_id, inquiry.question_count), ("done", "phone", self.rep, 1))
        self.assertEqual(str(inquiry.date_received), NOW)

    def test_the_customers_own_phone_and_address_come_along_else_his_companys(self):
        with self._open_form() as form:
            form.subject = "Which oil?"
            form.type_id = self.question_type
            form.partner_phone = "+1 555 7777"
            form.partner_id = self.contact
            self.assertEqual(form.partner_phone, "+1 555 0100", "the company's: Ada has none")
            self.assertEqual(form.partner_email, "ada@blueworkshop.example")
            self.assertEqual(form.partner_name, "Ada Blue")
            form.partner_phone = "+1 555 0101"
        self.assertEqual(form.record.partner_phone, "+1 555 0101")
        self.assertEqual(form.record.commercial_partner_id, self.customer)

    def test_what_is_typed_stays_where_the_customer_has_nothing(self):
        stranger = self.env["res.partner"].create({"name": "Bo"})
        with self._open_form() as form:
            form.subject = "Which oil?"
            form.type_id = self.question_type
            form.partner_phone = "+1 555 7777"
            form.partner_id = stranger
        self.assertEqual((form.record.partner_name, form.record.partner_phone), ("Bo", "+1 555 7777"))

    def test_category_and_brand_follow_the_product_and_can_be_changed(self):
        with self._open_form() as form:
            form.subject = "Which oil?"
            form.type_id = self.question_type
            form.partner_id = self.contact
            form.product_id = self.product
            self.assertEqual((form.product_categ_id, form.quality_brand_id), (self.category, self.brand))
            form.quality_brand_id = self.env["quality.brand"].create({"name": "Sparkhand"})
        self.assertEqual(form.record.quality_brand_id.name, "Sparkhand")
        inquiry = self._create_inquiry(quality_brand_id=self.brand.id)
        self.assertEqual((inquiry.product_id.id, inquiry.quality_brand_id), (False, self.brand), "without a product")

    def test_the_type_proposes_the_team_and_the_team_its_leader(self):
        inquiry = self._create_inquiry()
        self.assertEqual((inquiry.team_id, inquiry.responder_id), (self.experts, self.expert))
        inquiry.team_id = self.team
        self.assertEqual(inquiry.responder_id, self.quality_manager)

    def test_a_team_whose_people_work_in_other_companies_too_is_proposed(self):
        self.expert.company_ids += self.env["res.company"].create({"name": "Moonlight Tools"})
        self.env.invalidate_all()
        with self._open_form() as form:
            form.subject = "Which oil?"
            form.partner_id = self.contact
            form.type_id = self.question_type
            self.assertEqual(form.responder_id, self.expert)
        form.record.action_forward()
        self.assertEqual(self._get_step(form.record)[0], self.expert)

    # ------------------------------------------------------------ unknown callers
    def test_an_unknown_caller_asks_by_name_number_or_address_alone(self):
        for values in ({"partner_name": "Mr. Brown"}, {"partner_phone": "555 0199"}, {"partner_email": "brown@garage.example"}):
            with self.subTest(values):
                self.assertFalse(self._create_inquiry(partner_id=False, **values).partner_id)
        for values in ({}, {"partner_name": " "}):
            with self.assertRefused("Who asks?", error=ValidationError):
                self._create_inquiry(partner_id=False, **values)
        inquiry = self._create_inquiry()
        with self.assertRefused("Who asks?", error=ValidationError):
            inquiry.write({"partner_id": False, "partner_name": "", "partner_phone": "", "partner_email": ""})

    def test_an_unknown_caller_is_made_a_customer(self):
        self.env.ref("base.group_partner_manager").user_ids += self.rep
        inquiry = self._create_inquiry(partner_id=False, partner_name="Mr. Brown", partner_phone="+1 555 0199", partner_email="brown@garage.example")
        inquiry.action_create_partner()
        partner = inquiry.partner_id
        self.assertEqual((partner.name, partner.phone, partner.email), ("Mr. Brown", "+1 555 0199", "brown@garage.example"))
        self.assertEqual(partner.user_id, self.rep)
        with self.assertRefused("is the customer of"):
            inquiry.action_create_partner()

    def test_who_is_a_customer_already_is_found_and_not_made_again(self):
        self.company.country_id = self.env.ref("base.us")
        self.customer.write({"country_id": self.company.country_id.id, "phone": "+1 206-555-0100"})
        by_mail = self._create_inquiry(partner_id=False, partner_name="A. B.", partner_email="Ada@BlueWorkshop.example")
        by_mail.action_create_partner()
        self.assertEqual(by_mail.partner_id, self.contact)
        by_phone = self._create_inquiry(partner_id=False, partner_phone="(206) 555 0100")
        by_phone.action_create_partner()
        self.assertEqual(by_phone.partner_id, self.customer)

    def test_where_several_have_the_number_somebody_chooses(self):
        self.env["res.partner"].create([{"name": name, "email": "desk@office.example"} for name in ("North", "South")])
        inquiry = self._create_inquiry(partner_id=False, partner_email="desk@office.example")
        with self.assertRefused("Choose one of them", "North", "South"):
            inquiry.action_create_partner()
        self.assertFalse(inquiry.partner_id)

    # ------------------------------------------------------------ bad input
    def test_a_number_that_is_none_is_refused(self):
        for phone in ("call me", "12", "n/a"):
            with self.subTest(phone), self.assertRefused("is not a telephone number", phone, error=ValidationError):
                self._create_inquiry(partner_phone=phone)
        for phone in ("123", "+86 10 1234 5678 ext. 7", "１２３４"):
            with self.subTest(phone):
                self.assertEqual(self._create_inquiry(partner_phone=phone).partner_phone, phone)

    def test_a_customers_number_that_is_none_stops_nobody(self):
        self.customer.phone = "ask Ada"
        self.assertEqual(self._create_inquiry().partner_phone, "ask Ada")

    def test_it_is_at_least_one_question(self):
        self.assertEqual(self._create_inquiry(question_count=1).question_count, 1)
        with self.assertRefused("question_count_positive", error=CheckViolation), mute_logger("odoo.sql_db"):
            self._create_inquiry(question_count=0)

    def test_it_was_not_received_in_the_future(self):
        with self.at(NOW):
            self._create_inquiry(date_received=NOW)
            with self.assertRefused("can't lie in the future", error=ValidationError):
                self._create_inquiry(date_received="2031-03-03 10:00:01")

    def test_it_begins_as_new(self):
        for state in ("forwarded", "answered", "done", "cancel"):
            with self.subTest(state), self.assertRefused("begins as new"):
                self._create_inquiry(state=state)
            with self.subTest(state, by="default"):
                inquiry = self.env["quality.inquiry"].with_user(self.rep).with_company(self.company).with_context(default_state=state).create({
                    "subject": "Which oil?", "partner_id": self.contact.id,
                })
                self.assertEqual(inquiry.state, "new")

    # ------------------------------------------------------------ numbers
    def test_it_is_numbered_per_company_and_year_and_never_deleted(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        values = {"subject": "Which oil?", "partner_id": self.contact.id}
        with self.at("2031-12-30 12:00:00"):
            inquiries = self.env["quality.inquiry"].create([
                {**values, "company_id": company.id} for company in self.company + other_company + self.company
            ])
        self.assertEqual(inquiries.mapped("name"), ["Q/2031/00001", "Q/2031/00001", "Q/2031/00002"])
        with self.at("2032-01-02 12:00:00"):
            self.assertEqual(self._create_inquiry(name="Q/7").name, "Q/2032/00001")
        with self.assertRaises(AccessError):
            inquiries[0].with_user(self.complaint_admin).unlink()
        with self.assertRefused("Cancel the inquiry instead"):
            inquiries[0].sudo().unlink()

    def test_a_refused_inquiry_gives_its_number_back(self):
        with self.at(NOW):
            self._create_inquiry()
            with self.assertRefused("Who asks?", error=ValidationError):
                self._create_inquiry(partner_id=False)
            self.assertEqual(self._create_inquiry().name, "Q/2031/00002")

    def test_a_company_from_before_gets_its_counter(self):
        self.company.inquiry_sequence_id = False
        self.env["res.company"]._create_missing_inquiry_sequences()
        with self.at(NOW):
            self.assertEqual(self._create_inquiry().name, "Q/2031/00001")

    def test_a_copy_is_a_new_question_without_the_answer(self):
        copy = self._answer_inquiry(self._forward(), answer="Oil").with_user(self.rep).copy()
        self.assertEqual((copy.state, copy.answer, copy.date_start, copy.subject), ("new", False, False, "Which oil? (copy)"))

    def test_many_cost_few_queries(self):
        def count(number):
            self.env.flush_all()
            values = {"subject": "Which oil?", "partner_id": self.contact.id, "type_id": self.question_type.id, "product_id": self.product.id}
            start = self.env.cr.sql_log_count
            inquiries = self.env["quality.inquiry"].with_user(self.rep).with_company(self.company).create([dict(values) for _ in range(number)])
            self.env.flush_all()
            return inquiries, self.env.cr.sql_log_count - start

        count(1)
        _few, of_few = count(5)
        many, of_many = count(50)
        self.assertEqual(len(set(many.mapped("name"))), 50)
        self.assertLessEqual((of_many - of_few) / 45, 0.5)

    # ------------------------------------------------------------ finding again
    def test_it_is_found_by_number_subject_customer_and_phone(self):
        inquiry = self._create_inquiry(subject="Torque in second gear?", partner_phone="+1 (555) 0142")
        Inquiry = self.env["quality.inquiry"].with_user(self.rep)
        for text in (inquiry.name, "second gear", "Blue Workshop"):
            with self.subTest(text):
                self.assertIn(inquiry.id, dict(Inquiry.name_search(text)))
        self.assertEqual(Inquiry.search([("phone_mobile_search", "ilike", "5550142")]), inquiry)

    def test_the_customer_shows_what_his_people_asked(self):
        inquiry = self._create_inquiry()
        self._create_inquiry(self.other_rep)
        by_rep = self.customer.with_user(self.rep)
        self.assertEqual(by_rep.inquiry_count, 1, "what he may see")
        self.assertEqual(self.env["quality.inquiry"].with_user(self.rep).search(by_rep.action_view_inquiries()["domain"]), inquiry)
        self.assertEqual(self.contact.with_user(self.sales_manager).inquiry_count, 2)

    def test_a_brand_has_its_name_once(self):
        with self.assertRefused("name_once", error=UniqueViolation), mute_logger("odoo.sql_db"):
            self.env["quality.brand"].create({"name": "Ironhand"})
        with self.assertRefused(error=RestrictViolation), mute_logger("odoo.sql_db"):
            self.brand.unlink()
