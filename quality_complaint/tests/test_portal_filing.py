import re
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon, make_picture


@tagged("post_install", "-at_install")
class TestPortalFiling(PortalCommon):
    """A customer files a complaint about what he received, once, with his rights and no others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.saw = cls._create_product("Saw", tracking="lot")
        cls.lots = cls._create_lot("A-1", cls.saw) | cls._create_lot("B-2", cls.saw)
        cls.order = cls._create_order((cls.product, 10), (cls.saw, 5))
        cls._deliver(cls.order, lots={cls.saw: {cls.lots[0]: 3, cls.lots[1]: 2}})

    def _key(self, order, product, lot=None):
        return next(
            f"{line['sale_line_id']}-{line.get('move_id', 0)}-{line.get('lot_id') or 0}"
            for line in order.order_line._prepare_complaint_lines()
            if line["product_id"] == product.id and line.get("lot_id", False) == (lot.id if lot else False)
        )

    def _form(self, order=None, quantities=None, **values):
        """What the form sends.

        :param dict quantities: {(product, lot or None): text}
        """
        order = order or self.order
        quantities = {(self.product, None): "2"} if quantities is None else quantities
        keys = {self._key(order, product, lot): quantity for (product, lot), quantity in quantities.items()}
        return {
            "sent": "1", "order_id": order.id, "submission": "form-1", "line": list(keys),
            **{f"quantity_{key}": quantity for key, quantity in keys.items()},
            "subject": "The blades are rusty", "demand": ["Replace them", "Tell us why"], **values,
        }

    def _file(self, user=None, files=None, **values):
        self._login(user or self.ada)
        self.response = self._post("/my/complaints/new", self._form(**values), files)
        return self._get_filed()

    def _get_filed(self):
        return self.env["quality.complaint"].search([("channel", "=", "web"), ("company_id", "=", self.company.id)])

    def _assert_problems(self, response, *texts):
        """The form is shown again with exactly these problems (their beginnings or parts), and nothing was saved."""
        self.assertEqual(response.status_code, 200)
        problems = re.findall(r"<li style=\"white-space: pre-line\">(.*?)</li>", response.text, re.DOTALL)
        self.assertEqual(len(problems), len(texts), problems)
        for text, problem in zip(texts, problems, strict=True):
            self.assertIn(text, problem)
        self.assertFalse(self._get_filed())

    # ------------------------------------------------------------ what it makes
    def test_products_lots_quantities_and_demands_become_a_complaint(self):
        complaint = self._file(
            quantities={(self.product, None): "2", (self.saw, self.lots[1]): "1,0"}, description="Seen <today>\nin the shop",
            **{f"defect_{self._key(self.order, self.saw, self.lots[1])}": "Teeth are missing"},
        )
        self.assertEqual(len(complaint), 1)
        self.assertTrue(self.response.headers["Location"].endswith(f"/my/complaints/{complaint.id}?filed=1"))
        self.assertEqual(
            [(line.product_id, line.lot_id, line.quantity, line.defect) for line in complaint.line_ids],
            [(self.product, self.lots.browse(), 2, "The blades are rusty"), (self.saw, self.lots[1], 1, "Teeth are missing")],
        )
        self.assertEqual(complaint.demand_ids.mapped("name"), ["Replace them", "Tell us why"])
        self.assertIn("Seen &lt;today&gt;<br>in the shop", complaint.description)
        self.assertEqual(
            (complaint.state, complaint.partner_id, complaint.contact_id, complaint.sale_order_id, complaint.picking_id, complaint.type_id),
            ("draft", self.customer, self.contact, self.order, self.order.picking_ids, self.complaint_type),
        )
        self.assertTrue(complaint.line_ids[0].delivery_date)
        self.assertTrue(complaint.milestone_ids)

    def test_who_sold_it_has_it_to_do_and_is_told_at_once(self):
        complaint = self._file()
        self.assertEqual(complaint.user_id, self.rep)
        self.assertEqual(complaint.activity_ids.user_id, self.rep)
        self.assertEqual(complaint.activity_ids.summary, "Complete the complaint and submit it")
        message = complaint.message_ids.filtered(lambda message: message.author_id == self.contact and message.subtype_id == self.env.ref("mail.mt_comment"))
        self.assertEqual(len(message), 1)
        self.assertIn(self.rep.partner_id, message.notified_partner_ids)
        for text in ("The blades are rusty", "2 Units Screwdriver set", "Replace them", "Tell us why"):
            self.assertIn(text, message.body)

    def test_without_a_salesperson_of_the_order_it_is_the_customers_then_the_teams_leader(self):
        self.order.user_id = False
        self.customer.user_id = self.other_rep
        first = self._file(submission="1")
        self.assertEqual(first.user_id, self.other_rep)
        self.other_rep.active = False
        self.assertEqual((self._file(submission="2") - first).user_id, self.quality_manager)

    def test_the_salesperson_reads_his_activity_in_his_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.ada.lang = "fr_FR"
        self.assertEqual(self._file().activity_ids.summary, "Complete the complaint and submit it")

    def test_the_customer_is_told_that_it_has_arrived(self):
        complaint = self._file()
        self.assertTrue(complaint.acknowledged_on)
        mail = self.env["mail.mail"].search([("model", "=", "quality.complaint"), ("res_id", "=", complaint.id), ("recipient_ids", "in", self.contact.ids)])
        self.assertIn(complaint.name, mail.subject)

    def test_a_photo_is_that_of_the_defect_and_other_files_come_along(self):
        complaint = self._file(files=[
            ("files", ("rust.jpg", make_picture())), ("files", ("", b"")), ("files", ("list.txt", b"two of them")),
        ])
        photos = complaint.document_ids.filtered(lambda row: row.kind_id == self.env.ref("quality_complaint.document_kind_photo"))
        self.assertEqual(photos.attachment_ids.mapped("name"), ["rust.jpg"])
        attachments = self.env["ir.attachment"].search([("res_model", "=", "quality.complaint"), ("res_id", "=", complaint.id)])
        self.assertEqual({(file.name, file.mimetype) for file in attachments}, {("rust.jpg", "image/jpeg"), ("list.txt", "text/plain")})
        self.assertEqual(attachments.with_user(self.rep).mapped("name"), attachments.mapped("name"))

    def test_what_is_not_about_goods_takes_a_type_for_that(self):
        self._login(self.ada)
        form = {**self._form(subject="Nobody calls back"), "order_id": "", "line": [], "no_order": "1"}
        service = self.complaint_type.copy({"name": "Service", "product_required": False, "sequence": 5})
        self.assertIn("no_order=1", self.url_open("/my/complaints/new").text)
        self._post("/my/complaints/new", form)
        complaint = self.env["quality.complaint"].search([("subject", "=", "Nobody calls back")])
        self.assertEqual((complaint.type_id, complaint.company_id), (service, self.company))
        self.assertFalse(complaint.line_ids or complaint.sale_order_id)

    def test_a_customer_who_is_no_company_files_for_himself(self):
        person = self.env["res.partner"].create({"name": "Dee", "email": "dee@example.com"})
        order = self._create_shipped_order((self.product, 1), customer=person)
        self._login(self._create_portal_user(person))
        self._post("/my/complaints/new", self._form(order, {(self.product, None): "1"}))
        complaint = self.env["quality.complaint"].search([("partner_id", "=", person.id)])
        self.assertEqual((len(complaint), complaint.contact_id.id), (1, False))

    # ------------------------------------------------------------ once
    def test_the_same_form_makes_one_complaint(self):
        first = self._file()
        self.assertEqual(self._file(), first)
        self.assertTrue(self.response.headers["Location"].endswith(f"/my/complaints/{first.id}?filed=1"))
        self.assertEqual(len(self._file(submission="form-2")), 2)

    def test_the_form_of_another_user_is_another_form(self):
        first = self._file()
        self.assertEqual(len(self._file(user=self.colleague) - first), 1)

    def test_the_database_keeps_a_form_from_making_two_complaints(self):
        first = self._file()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._create_complaint().sudo().write({"portal_submission": first.portal_submission})
            self.env.flush_all()

    def test_nobody_writes_the_form_it_came_from(self):
        with self.assertRaises(AccessError):
            self._create_complaint().portal_submission = "1-x"

    def test_each_opened_form_is_one_of_its_own(self):
        self._login(self.ada)
        values = {
            self._open("/my/complaints/new", order_id=self.order.id).xpath("//input[@name='submission']/@value")[0] for _each in range(2)
        }
        self.assertEqual(len(values), 2)

    # ------------------------------------------------------------ refusals
    def test_all_that_is_wrong_is_said_at_once_and_what_was_typed_stays(self):
        self._login(self.ada)
        response = self._post("/my/complaints/new", self._form(
            quantities={(self.product, None): "11", (self.saw, self.lots[0]): "many"}, subject=" ", demand=["", " "],
            description="Seen & heard", **{f"defect_{self._key(self.order, self.product)}": "Rust <3"},
        ), [("files", ("page.html", b"<script>alert(1)</script>"))])
        self._assert_problems(
            response, "Screwdriver set: only 10 Units were delivered", "Saw: write how many", "in one sentence", "what you ask us to do",
            "page.html",
        )
        for text in ("Seen &amp; heard", 'value="Rust &lt;3"', 'value="11"', 'value="many"', 'value="form-1"'):
            self.assertIn(text, response.text)

    def test_a_quantity_is_a_number_above_zero_up_to_what_was_delivered(self):
        self._login(self.ada)
        for quantity in ("", "0", "-1", "nan", "inf", "1e999", "0.0001", "two", "10.01", "1.2.3"):
            response = self._post("/my/complaints/new", self._form(quantities={(self.product, None): quantity}))
            self._assert_problems(response, "Screwdriver set")
        self.assertEqual(self._file(quantities={(self.product, None): "10"}).line_ids.quantity, 10)

    def test_thousands_are_read_as_the_customer_writes_them(self):
        order = self._create_shipped_order((self.product, 2000))
        self._login(self.ada)
        form = self._form(order=order, quantities={(self.product, None): "2,001"})
        self._assert_problems(self._post("/my/complaints/new", form), "only 2,000 Units were delivered")
        for submission, typed, quantity in (("a", "1,500", 1500), ("b", "1500", 1500), ("c", "1,5", 1.5), ("d", "1,500.0", 1500), ("e", "0,500", 0.5)):
            before = self._get_filed()
            filed = self._file(order=order, submission=submission, quantities={(self.product, None): typed}) - before
            self.assertEqual(filed.line_ids.quantity, quantity, typed)

    def test_what_the_database_can_not_keep_is_left_out(self):
        complaint = self._file(subject="Rusty\0 blades", demand=["\0", "Replace\0 them"], description="\0", submission="\0")
        self.assertEqual((complaint.subject, complaint.demand_ids.mapped("name")), ("Rusty blades", ["Replace them"]))
        self.assertIn("No delivered order matches" , self._get_text(self._open("/my/complaints/new", search="x%00y")))

    def test_of_each_lot_no_more_than_was_delivered_of_it(self):
        self._login(self.ada)
        response = self._post("/my/complaints/new", self._form(quantities={(self.saw, self.lots[1]): "3"}))
        self._assert_problems(response, "Saw: only 2 Units were delivered")

    def test_no_product_chosen_and_a_product_that_is_not_of_the_order_are_refused(self):
        self._login(self.ada)
        other = self._create_shipped_order((self.product, 1), customer=self.other_customer)
        for line in ([], ["1-2-3"], [self._key(other, self.product)], ["'; DROP TABLE"]):
            self._assert_problems(self._post("/my/complaints/new", self._form(quantities={}, line=line)), "Choose the product")

    def test_orders_that_are_not_the_customers_or_not_delivered_can_not_be_complained_about(self):
        theirs = self._create_shipped_order((self.product, 1), customer=self.other_customer)
        waiting = self._create_order((self.product, 1))
        quotation = self.order.copy()
        self._login(self.ada)
        for order in (theirs, waiting, quotation):
            page = self._open("/my/complaints/new", order_id=order.id)
            self.assertIn("This order is not yours", self._get_text(page))
            self.assertNotIn(f"order_id={order.id}", self.response.text)
            form = {**self._form(), "order_id": order.id}
            self.assertIn("This order is not yours", self._post("/my/complaints/new", form).text)
        for nonsense in ("0", "-1", "x", "1 OR 1=1", "99999999999", "²", "%00"):
            self.assertIn("This order is not yours", self._get_text(self._open("/my/complaints/new", order_id=nonsense)))
        self.assertFalse(self._get_filed())

    def test_who_is_not_logged_in_or_sends_no_token_files_nothing(self):
        form = self._form()
        self._login(None)
        self.assertIn("/web/login", self._post("/my/complaints/new", form).headers["Location"])
        self._login(self.ada)
        self.assertEqual(self._post("/my/complaints/new", {**form, "csrf_token": "x"}).status_code, 400)
        self.assertFalse(self._get_filed())

    def test_texts_that_are_too_long_are_refused(self):
        self._login(self.ada)
        response = self._post("/my/complaints/new", self._form(subject="x" * 201, description="y" * 10001))
        self._assert_problems(response, "200 characters", "10000 characters")
        self.assertEqual(len(self._file(subject="x" * 200, description="y" * 10000)), 1)

    # ------------------------------------------------------------ how many
    def test_who_files_too_many_within_an_hour_is_asked_to_call_and_nothing_is_saved(self):
        self.env["ir.config_parameter"].set_param("quality_complaint.portal_hourly_limit", "2")
        filed = [self._file(submission=str(number)) for number in range(3)][-1]
        self.assertEqual(len(filed), 2)
        self.assertEqual(self.response.status_code, 200)
        for text in ("this one was not saved", "+1 555 0199", "hello@sunrise.example", 'value="The blades are rusty"'):
            self.assertIn(text, self.response.text)
        self.assertEqual(len(self._file(user=self.colleague)), 3, "each user counts for himself")
        self.env.cr.execute(
            "UPDATE quality_complaint SET create_date = %s WHERE id IN %s", [fields.Datetime.now() - timedelta(hours=1), tuple(filed.ids)],
        )
        self.assertEqual(len(self._file(submission="9")), 4)

    def test_a_hundred_filings_of_one_user_leave_twenty(self):
        self._login(self.ada)
        for number in range(25):
            self._post("/my/complaints/new", self._form(submission=str(number)))
        self.assertEqual(len(self._get_filed()), 20)

    def test_a_limit_that_is_no_number_counts_as_not_set(self):
        Complaint = self.env["quality.complaint"]
        for value in ("x", "-1", "0", "", "1.5"):
            self.env["ir.config_parameter"].set_param("quality_complaint.portal_max_files", value)
            self.assertEqual(Complaint._get_max_files(), 10)

    # ------------------------------------------------------------ from the order
    def test_the_order_offers_to_report_a_problem_with_each_delivered_line(self):
        self.order.order_line = [Command.create({"product_id": self._create_product("Hammer").id, "product_uom_qty": 1})]
        self._login(self.ada)
        page = self._open(f"/my/orders/{self.order.id}")
        self.assertEqual(page.xpath("//a[contains(@class, 'o_complaint_report_line')]/@href"), [
            f"/my/complaints/new?order_id={self.order.id}&line_id={line.id}" for line in self.order.order_line[:2]
        ])
        self.assertEqual(len(page.xpath("//a[contains(concat(' ', @class, ' '), ' o_complaint_report ')]")), 1)
        form = self._open("/my/complaints/new", order_id=self.order.id, line_id=self.order.order_line[0].id)
        self.assertEqual(form.xpath("//input[@name='line'][@checked]/@value"), [self._key(self.order, self.product)])

    def test_an_order_of_which_nothing_arrived_or_that_is_looked_at_by_link_offers_nothing(self):
        waiting = self._create_order((self.product, 1))
        self._login(self.ada)
        self.assertFalse(self._open(f"/my/orders/{waiting.id}").xpath("//a[contains(@class, 'o_complaint_report')]"))
        self._login(None)
        page = self._open(f"/my/orders/{self.order.id}", access_token=self.order._portal_ensure_token())
        self.assertFalse(page.xpath("//a[contains(@class, 'o_complaint_report')]"))

    def test_the_orders_to_choose_from_are_searched(self):
        other = self._create_shipped_order((self.saw, 1), client_order_ref="PO-4711")
        self._login(self.ada)
        page = self._open("/my/complaints/new")
        self.assertEqual(len(page.xpath("//a[contains(@class, 'list-group-item-action')]")), 2)
        page = self._open("/my/complaints/new", search="4711")
        self.assertEqual(page.xpath("//a[contains(@class, 'list-group-item-action')]/@href"), [f"/my/complaints/new?order_id={other.id}"])
        self.assertIn("No delivered order matches", self._get_text(self._open("/my/complaints/new", search="zzz")))

    def test_what_came_back_was_delivered_all_the_same(self):
        order = self._create_shipped_order((self.product, 4))
        self._return(order.picking_ids)
        self.assertEqual(order.order_line.qty_delivered, 0)
        self.assertEqual(self._file(order=order, quantities={(self.product, None): "4"}).line_ids.quantity, 4)
