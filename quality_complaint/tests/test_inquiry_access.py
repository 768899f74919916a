from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .inquiry_common import InquiryCommon


@tagged("post_install", "-at_install")
class TestInquiryAccess(InquiryCommon):
    """Whose a question is, and what those who are asked may do with it. The table of rights is in test_complaint_access."""

    def _may(self, inquiry, user, operation="read"):
        self.env.invalidate_all()
        return inquiry.with_user(user).has_access(operation)

    # ------------------------------------------------------------ who sees it
    def test_a_rep_sees_his_own_and_his_customers(self):
        by_other, other = self._create_inquiry(self.other_rep), self._create_inquiry(self.other_rep, partner_id=False, partner_name="Bo")
        self.assertFalse(self._may(by_other, self.rep))
        self.customer.user_id = self.rep
        self.env.flush_all()
        self.assertTrue(self._may(by_other, self.rep, "write"))
        self.assertFalse(self._may(other, self.rep))

    def test_a_handler_sees_his_teams_and_what_nobody_has_taken(self):
        of_team = self._create_inquiry(team_id=self.team.id)
        untaken = self._create_inquiry(user_id=False)
        of_experts = self._create_inquiry()
        for inquiry, user, expected in (
            (of_team, self.handler, True), (of_team, self.outsider, False), (untaken, self.outsider, True),
            (of_experts, self.handler, False), (of_experts, self.quality_manager, True), (of_experts, self.sales_manager, True),
        ):
            with self.subTest((inquiry.team_id.name, user.login)):
                self.assertEqual(self._may(inquiry, user, "write"), expected)

    def test_a_plain_employee_sees_what_was_forwarded_to_his_team_and_nothing_else(self):
        inquiry, of_others = self._create_inquiry(), self._forward(team_id=self.team.id)
        for user in (self.expert, self.worker):
            self.assertFalse(self._may(inquiry, user), "not asked yet")
        inquiry.action_forward()
        for user in (self.expert, self.worker):
            with self.subTest(user.login):
                self.assertTrue(self._may(inquiry, user, "write"))
                self.assertFalse(self._may(inquiry, user, "unlink"))
                self.assertFalse(self._may(of_others, user))
                found = self.env["quality.inquiry"].with_user(user).search([("id", "in", (inquiry + of_others).ids)])
                self.assertEqual(found, inquiry)
        self._answer_inquiry(inquiry)
        self.assertTrue(self._may(inquiry, self.worker))
        self.assertFalse(self._may(inquiry, self.worker, "write"), "it is answered")

    def test_another_companys_are_nobodys(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self.env["quality.inquiry"].create({
            "subject": "Not ours", "partner_id": self.contact.id, "company_id": other_company.id, "user_id": False,
        })
        for user in (self.rep, self.handler, self.expert, self.sales_manager, self.quality_manager, self.complaint_admin):
            with self.subTest(user.login):
                self.assertFalse(self._may(foreign, user))
                with self.assertRaises(AccessError):
                    self.env["quality.inquiry"].with_user(user).with_company(self.company).create({
                        "subject": "Which oil?", "partner_id": self.contact.id, "company_id": other_company.id, "user_id": False,
                    })
        with self.assertRaises(AccessError):
            self._create_inquiry().with_user(self.complaint_admin).company_id = other_company

    def test_nothing_of_another_company_is_named(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        stranger = self._new_user("stranger", "base.group_user", other_company)
        team = self.env["quality.team"].create({"name": "Theirs", "company_id": other_company.id, "leader_id": stranger.id})
        partner = self.env["res.partner"].create({"name": "Theirs", "company_id": other_company.id})
        product = self._create_product("Theirs", company_id=other_company.id)
        types = self.env["quality.inquiry.type"].create({"name": "Theirs", "company_id": other_company.id})
        for values in ({"team_id": team.id}, {"partner_id": partner.id}, {"product_id": product.id}, {"type_id": types.id}):
            with self.subTest(values), self.assertRaises(UserError):
                self.env["quality.inquiry"].with_company(self.company).create({
                    "subject": "Which oil?", "partner_id": self.contact.id, **values,
                })
        with self.assertRefused("may not work in Sunrise Tools"):
            self._create_inquiry(user_id=stranger.id)

    # ------------------------------------------------------------ what those who are asked may do
    def test_who_is_asked_writes_the_answer_and_nothing_else(self):
        inquiry = self._forward()
        by_worker = inquiry.with_user(self.worker)
        for values in (
            {"subject": "Which grease?"}, {"question": "?"}, {"partner_id": self.customer.id}, {"team_id": self.team.id}, {"responder_id": self.worker.id},
            {"user_id": self.worker.id}, {"date_deadline": "2099-01-01"}, {"result": "Fine"}, {"question_count": 3}, {"answer": "Oil", "subject": "?"},
        ):
            with self.subTest(values), self.assertRefused("You are asked for the answer", error=AccessError):
                by_worker.write(values)
        by_worker.message_post(body="I look it up")
        by_worker.answer = "Oil"
        for move in ("cancel", "send_back"):
            with self.subTest(move), self.assertRaises(UserError):
                self._give_reason(inquiry, move, self.worker)
        by_worker.action_answer()
        inquiry.with_user(self.rep).result = "Thanks"
        for refused in ("action_tell", "action_send_answer", "action_reopen", "action_create_complaint"):
            with self.subTest(refused), self.assertRaises(UserError):
                getattr(by_worker, refused)()
        with self.assertRaises(AccessError):
            by_worker.answer = "Grease"

    def test_a_given_answer_is_changed_by_nobody(self):
        inquiry = self._answer_inquiry(self._forward())
        for user in (self.rep, self.quality_manager):
            with self.subTest(user.login), self.assertRefused("Send it back"):
                inquiry.with_user(user).answer = "Grease"

    def test_the_form_lets_everybody_write_what_he_may(self):
        inquiry = self._forward()
        with Form(inquiry.with_user(self.worker)) as form:
            with self.assertRaises(AssertionError):
                form.subject = "Which grease?"
            form.answer = "<p>Oil</p>"
        self.assertIn("Oil", inquiry.answer)
        with Form(inquiry.with_user(self.rep)) as form:
            form.subject = "Which grease?"
        self._answer_inquiry(inquiry)
        with Form(inquiry.with_user(self.rep)) as form:
            with self.assertRaises(AssertionError):
                form.answer = "<p>Grease</p>"
            form.result = "Thanks"

    def test_what_the_buttons_set_is_nobodys_to_write(self):
        inquiry = self._forward()
        for name, value in (
            ("name", "Q/7"), ("date_start", "2031-01-01"), ("date_done", "2031-01-01"), ("cancel_reason", "No"), ("alerted_on", "2031-01-01"),
        ):
            with self.subTest(name), self.assertRefused("Set by the system, not by hand", error=AccessError):
                inquiry.with_user(self.complaint_admin).write({name: value})
            if name != "name":
                with self.subTest(name), self.assertRefused("Set by the system, not by hand", error=AccessError):
                    self._create_inquiry(**{name: value})

    def test_only_those_who_file_complaints_take_questions(self):
        for user in (self.expert, self.worker):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._create_inquiry(user)
        self.assertEqual(self._create_inquiry(self.stock_user).user_id, self.stock_user)

    def test_who_may_not_make_contacts_makes_no_customer(self):
        inquiry = self._create_inquiry(self.stock_user, partner_id=False, partner_name="Bo")
        with self.assertRaises(AccessError):
            inquiry.action_create_partner()

    def test_leaving_the_team_ends_it(self):
        inquiry = self._forward()
        self.experts.member_ids = [Command.clear()]
        self.env.flush_all()
        self.assertFalse(self._may(inquiry, self.worker))
        with self.assertRaises(AccessError):
            inquiry.with_user(self.worker).answer = "Oil"
