from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..controllers.portal import ComplaintPortal
from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCommon):
    """A customer sees his company's complaints, and of them what is his; nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._create_complaint()
        cls.foreign = cls._create_complaint(partner_id=cls.other_customer.id, contact_id=False, subject="Paint comes off")

    def _list(self, **params):
        page = self._open("/my/complaints", **params)
        return [link.rsplit("/", 1)[-1] for link in page.xpath("//table//td/a/@href")]

    # ------------------------------------------------------------ whose it is
    def test_everybody_of_the_company_sees_its_complaints_and_nobody_else_does(self):
        for user, seen in ((self.ada, self.complaint), (self.colleague, self.complaint), (self.stranger, self.foreign)):
            self._login(user)
            self.assertEqual(self._list(), [str(seen.id)])
            self.assertIn(seen.subject, self._get_text(self._open(self._get_url(seen))))
            self._assert_refused(self._get_url((self.complaint | self.foreign) - seen))

    def test_who_is_not_logged_in_sees_nothing_without_the_link(self):
        self._login(None)
        self._assert_refused(self._get_url(self.complaint))
        self._open("/my/complaints")
        self.assertIn("/web/login", self.response.headers["Location"])
        self._assert_refused(self._get_url(self.complaint, "/document/1"))

    def test_a_complaint_that_is_not_there_leads_home(self):
        self._login(self.ada)
        self._assert_refused("/my/complaints/999999999")

    def test_what_another_company_of_ours_handles_takes_an_account_there(self):
        moonlight = self.env["res.company"].create({"name": "Moonlight Tools"})
        self.team.company_id = False
        self.complaint_type.company_id = False
        theirs = self.env["quality.complaint"].with_company(moonlight).create({
            "subject": "Late", "partner_id": self.customer.id, "type_id": self.complaint_type.id, "user_id": self.rep.id,
        })
        self._login(self.ada)
        self.assertEqual(self._list(), [str(self.complaint.id)])
        self._assert_refused(self._get_url(theirs))
        self.ada.company_ids = [Command.link(moonlight.id)]
        self.assertEqual(self._list(sortby="oldest"), [str(self.complaint.id), str(theirs.id)])

    def test_what_we_found_ourselves_is_shown_once_the_customer_knows(self):
        for told in ("customer_told_on", "reply_sent_on"):
            found = self._create_complaint(channel="internal", subject="Same lot")
            self._login(self.ada)
            self.assertNotIn(str(found.id), self._list())
            self._assert_refused(self._get_url(found))
            found.sudo()[told] = "2026-03-01 08:00:00"
            self.assertIn(str(found.id), self._list())

    def test_portal_users_have_no_rights_to_complaints(self):
        for model in ("quality.complaint", "quality.complaint.line", "quality.complaint.demand", "quality.milestone", "quality.complaint.follow.up"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.ada).search([])

    # ------------------------------------------------------------ links
    def test_the_link_opens_that_complaint_without_an_account(self):
        token = self.complaint._portal_ensure_token()
        another = self._create_complaint(subject="Too short")
        another._portal_ensure_token()
        for user in (None, self.stranger):
            self._login(user)
            self.assertIn("Rust on the blades", self._get_text(self._open(self._get_url(self.complaint), access_token=token)))
            self._assert_refused(self._get_url(another), access_token=token)
            for wrong in ("", "x", token[:-1], f"{token}x", token.upper(), "é", "%00"):
                self._assert_refused(self._get_url(self.complaint), access_token=wrong)

    def test_each_complaint_has_a_secret_of_its_own(self):
        copy = self.complaint.copy({"line_ids": []})
        secrets = (self.complaint | self.foreign | copy).mapped("access_token")
        self.assertEqual(len({secret for secret in secrets if secret}), 3)

    def test_a_link_that_was_renewed_is_over(self):
        old = self.complaint._portal_ensure_token()
        self.complaint.access_token = False
        self._login(None)
        self._assert_refused(self._get_url(self.complaint), access_token=old)
        self._assert_refused(self._get_url(self.complaint), access_token="False")
        new = self.complaint._portal_ensure_token()
        self._assert_refused(self._get_url(self.complaint), access_token=old)
        self.assertIsNotNone(self._open(self._get_url(self.complaint), access_token=new))

    def test_the_button_of_a_mail_leads_to_the_complaint(self):
        self.complaint.with_user(self.rep).message_post(
            body="We have a question", partner_ids=(self.contact | self.colleague.partner_id | self.stranger.partner_id).ids,
            subtype_xmlid="mail.mt_comment",
        )
        mails = self.env["mail.mail"].search([("model", "=", "quality.complaint"), ("res_id", "=", self.complaint.id)])
        links = {}
        for mail in mails:
            for partner in mail.recipient_ids:
                links[partner] = "access_token=" in mail.body_html and "/mail/view" in mail.body_html
        self.assertEqual(links, {self.contact: True, self.colleague.partner_id: True, self.stranger.partner_id: False})

    def test_share_makes_a_link_to_the_page(self):
        self.rep.group_ids += self.env.ref("base.group_partner_manager")  # core asks for it
        wizard = self.env["portal.share"].with_user(self.rep).with_context(
            active_model="quality.complaint", active_id=self.complaint.id,
        ).create({})
        self._login(None)
        response = self.url_open(wizard.share_link.replace(self.complaint.get_base_url(), ""))
        self.assertIn(f"/my/complaints/{self.complaint.id}", response.url)
        self.assertIn("Rust on the blades", response.text)

    def test_one_of_us_previews_the_page_as_far_as_he_may_read_the_complaint(self):
        url = self.complaint.with_user(self.rep).action_preview()["url"]
        self._login(self.rep)
        self.assertIn("Rust on the blades", self.url_open(url).text)
        self._login(self.outsider)
        self._assert_refused(self._get_url(self.complaint))

    # ------------------------------------------------------------ list
    def test_the_list_is_searched_by_number_subject_order_and_product(self):
        order = self._create_shipped_order((self.product, 5), client_order_ref="PO-4711")
        saw = self._create_product("Saw", default_code="SAW-1")
        ordered = self._create_complaint(subject="Too short", sale_order_id=order.id, line_ids=[
            Command.create({"product_id": saw.id, "quantity": 1}),
        ])
        self._login(self.ada)
        for search_in, search, found in (
            ("number", self.complaint.name, self.complaint), ("subject", "short", ordered), ("order", order.name, ordered),
            ("order", "4711", ordered), ("product", "saw-1", ordered), ("all", "Screwdriver", self.complaint), ("nonsense", "short", ordered),
            ("subject", "Paint", self.complaint.browse()),
        ):
            self.assertEqual(self._list(search_in=search_in, search=search), [str(complaint.id) for complaint in found], (search_in, search))

    def test_the_list_is_filtered_by_what_waits_for_the_customer(self):
        closed = self._move_to(self._create_complaint(), "closed")
        asked = self._move_to(self._create_complaint(), "follow_up")
        paused = self._move_to(self._create_complaint(), "investigation")
        self.env["quality.deadline.pause"].with_user(self.handler).create({
            "complaint_id": paused.id, "reason": "clarification", "note": "Which of the two shelves?",
        })
        waiting_for_goods = self._move_to(self._create_complaint(), "investigation")
        self.env["quality.deadline.pause"].with_user(self.handler).create({
            "complaint_id": waiting_for_goods.id, "reason": "goods", "note": "Two sets",
        })
        expected = {
            "waiting": asked | paused, "closed": closed, "open": self.complaint | asked | paused | waiting_for_goods,
            "all": self.complaint | closed | asked | paused | waiting_for_goods,
        }
        self._login(self.ada)
        for filterby, complaints in expected.items():
            self.assertEqual(set(self._list(filterby=filterby)), {str(complaint.id) for complaint in complaints}, filterby)
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["complaint_count", "complaint_waiting_count"]})
        self.assertEqual(counters, {"complaint_count": 5, "complaint_waiting_count": 2})

    def test_the_list_has_pages(self):
        self._create_complaint(subject="Second")
        self.patch(ComplaintPortal, "_items_per_page", 1)
        self._login(self.ada)
        self.assertEqual(len(self._list()), 1)
        first = self._list(sortby="oldest")
        page = self._open("/my/complaints/page/2", sortby="oldest")
        second = [link.rsplit("/", 1)[-1] for link in page.xpath("//table//td/a/@href")]
        self.assertEqual((len(second), first == second), (1, False))

    def test_who_has_no_complaints_is_asked_to_tell(self):
        (self.complaint | self.foreign).sudo().channel = "internal"
        self._login(self.ada)
        page = self._open("/my/complaints")
        self.assertIn("You have no complaints.", self._get_text(page))
        self.assertTrue(page.xpath("//a[@href='/my/complaints/new']"))
        self.assertIn("No complaint matches", self._get_text(self._open("/my/complaints", search="x")))
