from urllib.parse import parse_qs, urlsplit

from odoo.tests import HttpCase, tagged

from .test_caller_lookup import CallerCommon


@tagged("post_install", "-at_install")
class TestCallerAddress(CallerCommon, HttpCase):
    """Any telephone system opens the screen by an address with the number in it."""

    def _get_target(self, number):
        answer = self.url_open(f"/quality_complaint/call/{number}", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        target = urlsplit(answer.headers["Location"])
        return target.path, parse_qs(target.query, keep_blank_values=True)

    def test_the_number_arrives_as_it_was_sent(self):
        self.authenticate(self.rep.login, self.rep.login)
        for sent, number in (
            ("+886912345678", "+886912345678"), ("%2B886912345678", "+886912345678"), ("0912345678", "0912345678"),
            ("tel:+49-30-1234567", "+49-30-1234567"), ("tel%3A0301234567", "0301234567"), ("030%2F1234567", "030/1234567"),
            ("%EF%BC%90%EF%BC%99%EF%BC%91%EF%BC%92345678", "０９１２345678"), ("020%208888%208888%20%E8%BD%AC12", "020 8888 8888 转12"),
            ("anonymous", "anonymous"), ("a%26debug%3D1%23x", "a&debug=1#x"),
        ):
            with self.subTest(sent):
                self.assertEqual(self._get_target(sent), ("/odoo/caller", {"call": [f"tel:{number}"]}))

    def test_who_is_not_logged_in_logs_in_first_and_the_number_survives(self):
        path, query = self._get_target("%2B886912345678")
        self.assertEqual(path, "/web/login")
        self.authenticate(self.rep.login, self.rep.login)
        answer = self.url_open(query["redirect"][0], allow_redirects=False)
        self.assertEqual(parse_qs(urlsplit(answer.headers["Location"]).query), {"call": ["tel:+886912345678"]})

    def test_only_a_number_opens_it(self):
        self.authenticate(self.rep.login, self.rep.login)
        self.assertEqual(self.url_open("/quality_complaint/call/").status_code, 404)


@tagged("post_install", "-at_install")
class TestCallerTour(CallerCommon, HttpCase):
    """The telephone rings, in the browser, with the rep's rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep.group_ids += cls.env.ref("base.group_partner_manager")
        cls.contact.phone = "+1 206-555-0143"

    def test_from_the_call_to_the_complaint_and_back(self):
        order = self._create_shipped_order((self.product, 10))
        self.start_tour("/quality_complaint/call/2065550143", "caller_file_complaint", login=self.rep.login)
        complaint = self.env["quality.complaint"].search([("sale_order_id", "=", order.id)])
        self.assertEqual(
            (complaint.state, complaint.subject, complaint.contact_id, complaint.partner_phone, complaint.channel),
            ("review", "Rust on all blades", self.contact, "+1 206-555-0143", "phone"),
        )

    def test_behind_one_switchboard_the_caller_is_chosen_with_the_keyboard(self):
        for name in ("Design Studio", "Print Shop"):
            self._create_partner(name, is_company=True, phone="+1 206-555-0160")
        self.start_tour("/odoo/caller", "caller_choose", login=self.rep.login)

    def test_an_unknown_number_becomes_a_customer_whose_question_is_taken(self):
        self.start_tour("/quality_complaint/call/0912345678", "caller_create", login=self.rep.login)
        partner = self.env["res.partner"].search([("name", "=", "Yellow Workshop")])
        self.assertEqual(partner.phone, "0912345678")
        inquiry = self.env["quality.inquiry"].search([("partner_id", "=", partner.id)])
        self.assertEqual((inquiry.subject, inquiry.channel), ("Do you sell saws?", "phone"))

    def test_it_opens_from_anywhere_and_says_what_went_wrong(self):
        self._create_shipped_order((self.product, 10))
        self.start_tour("/odoo/complaints", "caller_anywhere", login=self.rep.login)

    def test_a_slow_answer_is_dropped_and_a_failed_one_tried_again(self):
        for name in ("Design Studio", "Print Shop"):
            self._create_partner(name, is_company=True)
        self.start_tour("/odoo/caller", "caller_network", login=self.rep.login)

    def test_who_may_not_file_complaints_has_no_telephone_in_the_top_bar(self):
        self.start_tour("/odoo/my-capas", "caller_absent", login=self.worker.login)
