import io

from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.quality_complaint.tests.portal_common import PortalCommon

from .portal_common import ReturnPortalCommon
from .test_return_refund import ReturnRefundCommon


@tagged("post_install", "-at_install")
class TestReturnPortalPage(ReturnPortalCommon):
    """A customer follows the company's returns, and sees of them what was told; nobody else sees them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_return()
        cls.foreign = cls._create_return(partner_id=cls.other_customer.id, contact_id=False, line_ids=[])

    def _list(self, **params):
        page = self._open("/my/returns", **params)
        return [link.rsplit("/", 1)[-1] for link in page.xpath("//table//td/a/@href")]

    def _read(self, order=None, user=None, **params):
        self._login(user or self.ada)
        return self._get_text(self._open(self._get_url(order or self.order), **params))

    # ------------------------------------------------------------ whose it is
    def test_everybody_of_the_company_sees_its_returns_and_nobody_else_does(self):
        for user, seen in ((self.ada, self.order), (self.colleague, self.order), (self.stranger, self.foreign)):
            self._login(user)
            self.assertEqual(self._list(), [str(seen.id)])
            self.assertIn(seen.name, self._get_text(self._open(self._get_url(seen))))
            for page in ("", "/label", "/sheet", "/document/1"):
                self._assert_refused(self._get_url((self.order | self.foreign) - seen, page))

    def test_the_link_opens_that_return_without_an_account_and_no_other(self):
        token = self.order._portal_ensure_token()
        for user in (None, self.stranger):
            self._login(user)
            self.assertIn(self.order.name, self._get_text(self._open(self._get_url(self.order), access_token=token)))
            for wrong in ("", "x", token[:-1], token.upper(), "é", "%00"):
                self._assert_refused(self._get_url(self.order), access_token=wrong)
        self._login(None)
        self._assert_refused(self._get_url(self.foreign), access_token=token)
        self._open("/my/returns")
        self.assertIn("/web/login", self.response.headers["Location"])

    def test_what_another_company_of_ours_handles_takes_an_account_there(self):
        moonlight = self.env["res.company"].create({"name": "Moonlight Tools"})
        theirs = self.env["return.order"].with_company(moonlight).create({
            "partner_id": self.customer.id, "company_id": moonlight.id, "user_id": self.env.uid,
        })
        self._login(self.ada)
        self.assertEqual(self._list(), [str(self.order.id)])
        self._assert_refused(self._get_url(theirs))
        self.ada.company_ids = [Command.link(moonlight.id)]
        self.assertEqual(set(self._list()), {str(self.order.id), str(theirs.id)})

    def test_what_we_take_back_by_ourselves_is_shown_once_the_customer_knows(self):
        self.order.channel = "internal"
        self._login(self.ada)
        self.assertEqual(self._list(), [])
        self._assert_refused(self._get_url(self.order))
        self._move_return(self.order, "receiving")
        self.assertEqual(self._list(), [str(self.order.id)])

    def test_portal_users_have_no_rights_to_returns(self):
        for model in ("return.order", "return.order.line", "return.milestone", "return.reason"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.ada).search([("id", "!=", 0)])

    def test_one_of_us_previews_the_page_and_shares_it(self):
        self._login(self.rep)
        self.assertIn(self.order.name, self.url_open(self.order.with_user(self.rep).action_preview()["url"]).text)
        self._login(self.outsider)
        self._assert_refused(self._get_url(self.order))
        self.rep.group_ids += self.env.ref("base.group_partner_manager")  # core asks for it
        wizard = self.env["portal.share"].with_user(self.rep).with_context(
            active_model="return.order", active_id=self.order.id,
        ).create({})
        self._login(None)
        self.assertIn(self.order.name, self.url_open(wizard.share_link.replace(self.order.get_base_url(), "")).text)

    # ------------------------------------------------------------ list
    def test_the_list_is_searched_filtered_and_counted(self):
        awaited = self._move_return(self._create_return(), "receiving")
        cancelled = self._move_return(self._create_return(), "cancel")
        self._login(self.ada)
        orders = {"open": self.order | awaited, "awaited": awaited, "closed": cancelled, "all": self.order | awaited | cancelled, "x": self.order | awaited | cancelled}
        for filterby, expected in orders.items():
            self.assertEqual(set(self._list(filterby=filterby)), {str(order.id) for order in expected}, filterby)
        for search_in, search, count in (("number", awaited.name, 1), ("order", self.sold.name, 3), ("product", "Screwdriver", 3), ("all", "Paint", 0)):
            page = self._open("/my/returns", search_in=search_in, search=search)
            self.assertEqual(len(page.xpath("//table//td/a")), count, search)
        self.assertEqual(self._list(sortby="oldest")[0], str(self.order.id))
        self.assertEqual(self.make_jsonrpc_request("/my/counters", {"counters": ["return_order_count"]}), {"return_order_count": 3})

    # ------------------------------------------------------------ what is shown
    def test_each_state_is_shown_in_the_customers_words(self):
        for state, shown, done in (
            ("draft", "Received", 1), ("decision", "Being Examined", 1), ("approved", "Being Examined", 1), ("receiving", "Waiting for Your Goods", 2),
            ("inspection", "Being Inspected", 3), ("processing", "In Progress", 4), ("done", "Done", 5),
        ):
            order = self._create_return(line_ids=[self._get_line(quantity=1)])
            if state != "draft":
                self._move_return(order, state)
            progress = order._get_portal_progress()
            with self.subTest(state):
                self.assertIn(shown, self._read(order))
                self.assertEqual([step["state"] for step in progress].count("done"), done)
                self.assertTrue(all(step["date"] for step in progress[:min(done, 3)]))

    def test_what_is_decided_is_ours_until_the_customer_was_told(self):
        self.order.line_ids.wish = "exchange"
        self.order.line_ids.note = "Bent at the tip"
        order = self._move_return(self.order, "approved")
        text = self._read()
        self.assertIn("You ask for: Exchange", text)
        self.assertIn("Bent at the tip", text)
        self.assertNotIn("Refund", text)
        order.with_user(self.rep).action_tell()
        text = self._read()
        self.assertIn("You get: Refund", text)
        self.assertIn("Please send the goods to", text)

    def test_a_refusal_is_shown_with_its_reason_once_the_customer_was_told(self):
        self.order.with_user(self.rep).action_submit()
        self._say(self.order.with_user(self.quality_manager), "refuse", "Ground down")
        text = self._read()
        self.assertNotIn("Ground down", text)
        self.assertIn("Being Examined", text)
        self.order.with_user(self.rep).action_tell()
        text = self._read()
        self.assertIn("Ground down", text)
        self.assertIn("Not Accepted", text)
        self.assertNotIn("You get", text)

    def test_what_we_say_among_ourselves_is_not_shown(self):
        said = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        order = self.order.with_user(self.rep)
        order.message_post(body="A difficult one", message_type="comment", subtype_xmlid="mail.mt_note")
        order.message_post(body="Between us", partner_ids=self.quality_manager.partner_id.ids, **said)
        order.message_post(body="We look into it", partner_ids=self.contact.ids, **said)
        self._login(self.ada)
        fetched = self.make_jsonrpc_request("/mail/chatter_fetch", {
            "thread_model": "return.order", "thread_id": self.order.id, "fetch_params": {},
            "token": self.order._portal_ensure_token(),
        })
        bodies = str(fetched["data"]["mail.message"])
        self.assertIn("We look into it", bodies)
        self.assertNotIn("Between us", bodies)
        self.assertNotIn("A difficult one", bodies)
        self.assertNotIn(self.team.name, self._read())

    def test_the_answer_is_promised_until_its_day(self):
        with self.at("2026-03-02 09:00:00"):
            order = self._create_return(line_ids=[self._get_line(quantity=1)], date_requested="2026-03-02 09:00:00")
            self.assertIn("You will have our answer by 03/05/2026", order._get_portal_promise())
        with self.at("2026-03-09 09:00:00"):
            self.assertFalse(order._get_portal_promise())

    def test_the_answer_by_mail_leads_to_the_page(self):
        order = self._move_return(self.order, "approved").with_user(self.rep)
        self._send(order, "action_send_answer")
        body = order.message_ids.filtered(lambda message: message.partner_ids == self.contact)[:1].body
        self.assertIn(f"/my/returns/{order.id}?access_token={order.sudo().access_token}", body)

    # ------------------------------------------------------------ cancelling
    def _cancel(self, order=None, user=None, **values):
        self._login(user)
        return self._post(self._get_url(order or self.order, "/cancel"), values)

    def test_the_customer_cancels_what_nobody_has_decided(self):
        second = self._create_return(line_ids=[self._get_line(quantity=1)])
        self.order.with_user(self.rep).action_submit()
        self.order.with_user(self.rep).user_id = self.sales_manager
        response = self._cancel(user=self.ada, words="Found the missing part")
        self.assertIn("cancelled=1", response.headers["Location"])
        self.assertEqual((self.order.state, second.state), ("cancel", "draft"))
        self.assertIn("Cancelled by Ada Blue in the portal. Found the missing part", self.order.cancel_reason)
        self.assertFalse(self.order.activity_ids)
        message = self.order.message_ids.filtered(lambda message: message.author_id == self.contact)
        self.assertIn("Found the missing part", message.body)
        self.assertIn(self.sales_manager.partner_id, message.notified_partner_ids)
        self._cancel(user=self.ada, words="Again")
        self.assertEqual(len(self.order.message_ids.filtered(lambda message: message.author_id == self.contact)), 1)
        self.assertIn("Your return is cancelled", self._read(cancelled=1))

    def test_a_text_that_is_too_long_is_kept_to_be_shortened(self):
        text = self._cancel(user=self.ada, words="x" * 10001).text
        self.assertIn("10000 characters at most", text)
        self.assertIn("x" * 10001, text)
        self.assertEqual(self.order.state, "draft")
        self._cancel(user=self.ada, words="x" * 10000)
        self.assertEqual(self.order.state, "cancel")

    def test_the_link_is_enough_to_cancel(self):
        self._cancel(access_token=self.order._portal_ensure_token())
        self.assertEqual(self.order.state, "cancel")
        self.assertIn("Ada Blue", self.order.cancel_reason)

    def test_what_is_decided_is_not_cancelled_by_the_customer(self):
        order = self._move_return(self.order, "receiving")
        self.assertNotIn("Cancel this return", self._read())
        self.assertIn("can&#39;t be cancelled here any more", self._cancel(user=self.ada).text)
        self.assertEqual(order.state, "receiving")

    def test_others_cancel_nothing(self):
        for user in (self.stranger, None, self.rep):
            self._cancel(user=user)
        self.assertEqual(self.order.state, "draft")

    # ------------------------------------------------------------ paper
    def _print(self, paper="label", **params):
        self._open(self._get_url(self.order, f"/{paper}"), **params)
        return self.response

    def test_the_label_is_printed_while_the_goods_are_awaited(self):
        self.company.partner_id.write({"street": "7 Harbour Road", "city": "Dover"})
        self._login(self.ada)
        self.assertEqual(self._print().status_code, 404)
        self._move_return(self.order, "receiving")
        self.assertTrue(self._open(self._get_url(self.order)).xpath("//a[contains(@class, 'o_return_print_label')]"))
        label = self.env["ir.actions.report"].with_context(force_report_rendering=True)._render_qweb_pdf(
            "return_repair.action_report_return_label", self.order.ids,
        )[0]
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(label)).pages)
        for expected in (self.order.name, "7 Harbour Road", "2 Units Screwdriver set", "Ada Blue"):
            self.assertIn(expected, text)
        for user, params in ((self.colleague, {}), (None, {"access_token": self.order._portal_ensure_token()})):
            self._login(user)
            self.assertEqual(self._print(**params).status_code, 200)
            self.assertIn(self.order.name, self.response.text)
            self.assertNotIn("Refund", self.response.text)
        self.assertEqual(self._print("poster", **params).status_code, 404)
        self.order.with_user(self.stock_user).action_received()
        self.assertEqual(self._print(**params).status_code, 404)


@tagged("post_install", "-at_install")
class TestReturnPortalOutcome(ReturnRefundCommon, PortalCommon):
    """What became of a return is shown as far as it is the customer's."""

    def _read(self, order):
        self._login(self.ada)
        return self._get_text(self._open(f"/my/returns/{order.id}"))

    def test_a_credit_note_is_shown_when_accounting_has_posted_it(self):
        order = self._take_back(self._sell())
        credit_note = order.credit_note_ids
        self.assertNotIn("Credit note", self._read(order))
        credit_note.with_user(self.accountant).action_post()
        text = self._read(order)
        self.assertIn(credit_note.name, text)
        self.assertIn("220.00", text)
        self.assertIsNotNone(self._open(f"/my/invoices/{credit_note.id}"))

    def test_an_offer_is_shown_when_it_was_sent_and_signed_on_the_page_of_the_order(self):
        other = self._create_product("Metric set", list_price=150)
        order = self._take_back(self._sell(), resolution="exchange", exchange_product_id=other.id, exchange_quantity=2)
        offer = order.replacement_order_ids
        self.assertNotIn(offer.name, self._read(order))
        offer.action_quotation_sent()
        self.assertIn("Offer: please accept or decline", self._read(order))
        self.assertIsNotNone(self._open(f"/my/orders/{offer.id}"))

    def test_what_is_on_its_way_is_shown_with_its_tracking_number(self):
        order = self._take_back(self._sell(), resolution="exchange")
        receipt, delivery = order.receipt_ids, order._get_portal_transfers() - order.receipt_ids
        delivery.carrier_tracking_ref = "JJD77"
        text = self._read(order)
        self.assertIn(f"To us: {receipt.name} Arrived", text)
        self.assertIn(f"To you: {delivery.name} JJD77 Being prepared", text)
