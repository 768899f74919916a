from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .intake_common import IntakeCommon


@tagged("post_install", "-at_install")
class TestMailIntake(IntakeCommon):
    """A mail to the address of a team is recorded, whoever wrote it, with what can be known of him."""

    def test_a_mail_becomes_a_complaint_of_the_team(self):
        with self.at("2026-03-02 10:00:00"):
            complaint = self._receive(self._mail("Half of the blades are rusty.", Date="Mon, 02 Mar 2026 09:30:00 +0000"))
        self.assertRecordValues(complaint, [{
            "subject": "Rust", "partner_id": self.customer.id, "contact_id": self.contact.id, "channel": "email",
            "company_id": self.company.id, "team_id": self.team.id, "type_id": self.complaint_type.id, "user_id": self.rep.id,
            "state": "draft", "partner_email": "ada@blueworkshop.example",
        }])
        self.assertIn("Half of the blades are rusty.", complaint.description)
        self.assertNotIn("<pre", complaint.description, "its lines are broken where the page ends")
        self.assertEqual(str(complaint.date_received), "2026-03-02 09:30:00")
        self.assertRegex(complaint.name, r"^C/2026/\d{5}$")
        self.assertEqual(complaint.message_ids.filtered(lambda message: message.message_type == "email").author_id, self.contact)

    def test_the_salesperson_has_the_step_and_is_told_once(self):
        complaint = self._receive(self._mail())
        self.assertEqual(complaint.activity_ids.mapped("summary"), ["Complete the complaint and submit it"])
        self.assertEqual(complaint.activity_ids.user_id, self.rep)
        self.assertEqual(len(self._sent_to(self.rep.email)), 1)
        self.assertIn(complaint, self.env["quality.complaint"].with_user(self.handler).search([]), "the team sees it")
        self.assertIn(complaint, self.env["quality.complaint"].with_user(self.rep).search([]))
        self.assertNotIn(complaint, self.env["quality.complaint"].with_user(self.outsider).search([]))

    def test_without_a_salesperson_the_teams_leader_has_it(self):
        self.customer.user_id = False
        self.assertEqual(self._receive(self._mail()).user_id, self.quality_manager)

    def test_a_salesperson_of_another_company_does_not_get_it(self):
        elsewhere = self._new_user("elsewhere", "sales_team.group_sale_salesman", company=self.env["res.company"].create({"name": "Moon"}))
        self.customer.user_id = elsewhere
        self.assertEqual(self._receive(self._mail()).user_id, self.quality_manager)

    def test_without_salesperson_leader_and_members_a_quality_manager_has_it(self):
        self.customer.user_id = False
        self.team.write({"leader_id": False, "member_ids": [(5,)]})
        self.assertIn(self._receive(self._mail()).user_id, self.quality_manager | self.complaint_admin)

    def test_the_company_itself_may_write(self):
        complaint = self._receive(self._mail(sender="office@blueworkshop.example"))
        self.assertEqual((complaint.partner_id, complaint.contact_id), (self.customer, self.env["res.partner"]))

    def test_who_is_unknown_becomes_a_contact_of_the_company(self):
        complaint = self._receive(self._mail(sender="Bo Green <bo@green.example>"))
        contact = complaint.partner_id
        self.assertRecordValues(contact, [{"name": "Bo Green", "email": "bo@green.example", "company_id": self.company.id}])
        again = self._receive(self._mail(sender="bo@green.example"))
        self.assertEqual(again.partner_id, contact)

    def test_a_contact_of_another_company_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Moon"})
        theirs = self.env["res.partner"].create({"name": "Bo", "email": "bo@green.example", "company_id": other.id})
        complaint = self._receive(self._mail(sender="bo@green.example"))
        self.assertNotEqual(complaint.partner_id, theirs)
        self.assertNotIn(theirs, complaint.message_ids.author_id)
        self.assertEqual(complaint.company_id, self.company)

    def test_the_language_of_an_unknown_sender_shows_in_his_letters(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["res.lang"]._activate_lang("ja_JP")
        for text, lang in (("刀片生锈了", "zh_CN"), ("刃が錆びています", "ja_JP"), ("rusty", "en_US")):
            with self.subTest(lang):
                complaint = self._receive(self._mail(text, subject="", sender=f"bo@{lang.lower()}.example"))
                self.assertEqual(complaint.partner_id.lang, lang)

    def test_a_company_without_a_language_answers_in_an_installed_one(self):
        self.company.partner_id.lang = False
        complaint = self._receive(self._mail(sender="Hans <hans@example.org>"))
        self.assertIn(complaint.partner_id.lang, dict(self.env["res.lang"].get_installed()))

    def test_without_a_type_in_use_an_archived_one_is_taken(self):
        self.env["quality.complaint.type"].search([("id", "!=", self.complaint_type.id), ("company_id", "in", (False, self.company.id))]).active = False
        self.complaint_type.active = False
        self.assertEqual(len(self._receive(self._mail())), 1)

    def test_a_mail_without_sender_is_recorded_with_what_is_known(self):
        for sender in (None, "", "undisclosed sender"):
            with self.subTest(sender=sender):
                complaint = self._receive(self._mail(sender=sender))
                self.assertEqual(complaint.partner_id, self.env.ref("quality_complaint.partner_unknown_sender"))
                self.assertFalse(complaint.acknowledged_on)
                self.assertIn("does not say who wrote it", self._get_notes(complaint))
                self.assertIn("complaints@mail.sunrise.example", self._get_notes(complaint))
                self.assertIn("The blades are rusty.", complaint.description)

    def test_the_unknown_sender_is_made_anew_when_it_was_deleted(self):
        self.env.ref("quality_complaint.partner_unknown_sender").unlink()
        self.assertEqual(self._receive(self._mail(sender=None)).partner_id.name, "Unknown Sender")

    def test_without_subject_the_first_line_is_the_subject(self):
        self.assertEqual(self._receive(self._mail("\r\n\r\nRusty blades\r\nagain", subject=None)).subject, "Rusty blades")

    def test_a_mail_with_nothing_in_it_is_recorded(self):
        complaint = self._receive(self._mail("", subject=None, Message_Id=None, content_type=None))
        self.assertEqual(complaint.subject, "No Subject")
        self.assertEqual(complaint.partner_id, self.customer)

    def test_the_sender_s_clock_is_believed_only_where_it_can_be_true(self):
        for date, received in (
            ("Mon, 02 Mar 2026 12:00:00 +0100", "2026-03-02 11:00:00"),
            ("Tue, 03 Mar 2026 12:00:00 +0000", "2026-03-02 12:00:00"),  # in the future
            ("Sat, 01 Jan 2000 00:00:00 +0000", "2026-03-02 12:00:00"),  # an empty battery
            ("Sat, 31 Jan 2026 12:00:00 +0000", "2026-01-31 12:00:00"),  # thirty days
            ("Sat, 31 Jan 2026 11:59:59 +0000", "2026-03-02 12:00:00"),
            ("yesterday-ish", "2026-03-02 12:00:00"), (None, "2026-03-02 12:00:00"),
        ):
            with self.subTest(date=date), self.at("2026-03-02 12:00:00"):
                self.assertEqual(str(self._receive(self._mail(Date=date)).date_received), received)

    def test_the_same_mail_twice_is_one_complaint(self):
        raw = self._mail()
        self.assertEqual(len(self._receive(raw)), 1)
        with self.assertNothingComes():
            self._receive(raw)

    def test_what_a_colleague_passes_on_is_his_to_complete(self):
        complaint = self._receive(self._mail("A customer says they are rusty.", sender=self.other_rep.email))
        self.assertEqual(complaint.user_id, self.other_rep)
        self.assertEqual(complaint.partner_id, self.env.ref("quality_complaint.partner_unknown_sender"))
        self.assertIn("Passed on by Other rep", self._get_notes(complaint))
        self.assertFalse(complaint.acknowledged_on)

    def test_a_colleague_who_names_the_order_names_the_customer(self):
        order = self._create_order()
        complaint = self._receive(self._mail(f"Fwd: about {order.name}", sender=self.other_rep.email))
        self.assertEqual((complaint.partner_id, complaint.sale_order_id), (self.customer, order))
        self.assertFalse(complaint.acknowledged_on, "nobody wrote to whom we could answer")

    def test_a_form_on_our_website_names_the_customer_as_whom_to_answer(self):
        self.company.partner_id.email = "web@sunrise.example"
        complaint = self._receive(self._mail(sender="Our website <web@sunrise.example>", Reply_To="Ada Blue <ada@blueworkshop.example>"))
        self.assertEqual((complaint.partner_id, complaint.contact_id), (self.customer, self.contact))
        self.assertTrue(complaint.acknowledged_on)
        self.assertEqual(complaint.message_ids.filtered(lambda message: message.message_type == "email").author_id, self.contact)
        by_colleague = self._receive(self._mail(sender=self.other_rep.email, Reply_To="Ada Blue <ada@blueworkshop.example>"))
        self.assertNotEqual(by_colleague.partner_id, self.customer, "where a person's answers go says nothing about whose mail it is")

    def test_mail_for_two_teams_is_each_team_s(self):
        second = self.env["quality.team"].create({"name": "Service", "company_id": self.company.id, "alias_name": "service"})
        complaints = self._receive(self._mail(to="complaints@mail.sunrise.example, service@mail.sunrise.example"))
        self.assertEqual(complaints.team_id, self.team | second)


@tagged("post_install", "-at_install")
class TestTeamAddress(IntakeCommon):
    """A team has an address if somebody gives it one, and says what mail to it becomes and whose it is."""

    def test_an_administrator_of_complaints_gives_a_team_its_address(self):
        with Form(self.env["quality.team"].with_user(self.complaint_admin).with_company(self.company)) as form:
            form.name = "Service"
            form.alias_name = "service"
            form.alias_target = "inquiry"
        team = form.record
        self.assertEqual(team.alias_email, "service@mail.sunrise.example")
        self.assertEqual(team.sudo().alias_id.alias_model_id.model, "quality.inquiry")
        self.assertEqual(team.alias_contact, "everyone")
        with Form(team.with_user(self.complaint_admin)) as form:
            form.alias_target = "complaint"
            form.alias_contact = "partners"
        self.assertRecordValues(team.alias_id.sudo(), [{"alias_contact": "partners", "alias_defaults": str({"team_id": team.id})}])
        self.assertEqual(team.sudo().alias_id.alias_model_id.model, "quality.complaint")

    def test_others_do_not_change_it(self):
        with self.assertRaises(AccessError):
            self.team.with_user(self.handler).alias_name = "mine"
        self.assertEqual(self.team.alias_name, "complaints")

    def test_a_team_without_address_has_no_alias(self):
        team = self.env["quality.team"].with_user(self.complaint_admin).create({"name": "Silent", "alias_contact": False})
        self.assertFalse(team.alias_id)

    def test_the_address_is_of_the_team_s_company_whoever_gives_it(self):
        moon = self.env["res.company"].create({"name": "Moon"})
        domain = self.env["mail.alias.domain"].create({"name": "moon.example", "company_ids": [(6, 0, moon.ids)]})
        moon.alias_domain_id = domain
        team = self.env["quality.team"].create({"name": "Moon service", "company_id": moon.id})
        team.with_company(self.company).alias_name = "complaints"
        self.assertEqual(team.alias_email, "complaints@moon.example")
        complaint = self._receive(self._mail(to="complaints@moon.example"))
        self.assertEqual((complaint.company_id, complaint.team_id), (moon, team))
        self.assertEqual(self._receive(self._mail()).company_id, self.company)

    def test_mail_to_a_team_of_all_companies_is_of_the_domain_s_company(self):
        self.domain.company_ids = self.company
        shared = self.env["quality.team"].create({"name": "Shared", "company_id": False, "alias_name": "shared", "alias_domain_id": self.domain.id})
        complaint = self._receive(self._mail(to="shared@mail.sunrise.example"))
        self.assertEqual((complaint.company_id, complaint.team_id), (self.company, shared))

    def test_only_known_contacts_may_write_where_the_team_says_so(self):
        self.team.alias_contact = "partners"
        self.assertFalse(self._receive(self._mail(sender="bo@green.example")))
        self.assertTrue(self._sent_to("bo@green.example"), "he is told")
        self.assertEqual(len(self._receive(self._mail())), 1)

    def test_mail_becomes_an_inquiry_where_the_team_says_so(self):
        self.team.alias_target = "inquiry"
        inquiry = self._receive(self._mail("Which oil?", subject="Oil"), "quality.inquiry")
        self.assertRecordValues(inquiry, [{
            "subject": "Oil", "partner_id": self.contact.id, "channel": "email", "company_id": self.company.id,
            "team_id": self.team.id, "user_id": self.rep.id, "state": "new", "partner_email": "ada@blueworkshop.example",
        }])
        self.assertIn("Which oil?", inquiry.question)
        self.assertEqual(inquiry.activity_ids.user_id, self.rep)
        self.assertEqual(len(self._sent_to(self.rep.email)), 1)

    def test_an_inquiry_without_sender_is_recorded(self):
        self.team.alias_target = "inquiry"
        inquiry = self._receive(self._mail(sender=None), "quality.inquiry")
        self.assertEqual((inquiry.partner_name, inquiry.partner_id), ("Unknown Sender", self.env["res.partner"]))
