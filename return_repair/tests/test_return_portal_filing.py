import re

from odoo import Command
from odoo.tests import tagged

from odoo.addons.quality_complaint.tests.portal_common import make_picture

from .portal_common import ReturnPortalCommon


@tagged("post_install", "-at_install")
class TestReturnPortalFiling(ReturnPortalCommon):
    """A customer asks for the return of what can still come back, once; what is wrong is said at once and nothing is saved."""

    def _key(self, order, product=None):
        return next(
            f"{line['sale_line_id']}-{line.get('move_id', 0)}-{line.get('lot_id') or 0}"
            for line in order.order_line._prepare_complaint_lines() if line["product_id"] == (product or self.product).id
        )

    def _form(self, order=None, quantity="2", **values):
        """What the form sends for the first product of the order."""
        order = order or self.sold
        key = self._key(order)
        return {
            "sent": "1", "order_id": order.id, "submission": "form-1", "line": [key], f"quantity_{key}": quantity,
            f"wish_{key}": "exchange", f"note_{key}": "Bent", "reason_id": self.reason.id, "collection": "courier", **values,
        }

    def _file(self, user=None, files=None, **values):
        self._login(user or self.ada)
        return self._post("/my/returns/new", self._form(**values), files)

    def _assert_problems(self, response, *texts):
        """The form is shown again with exactly these problems, and nothing was saved."""
        self.assertEqual(response.status_code, 200)
        problems = re.findall(r"<li style=\"white-space: pre-line\">(.*?)</li>", response.text, re.DOTALL)
        self.assertEqual(len(problems), len(texts), problems)
        for text, problem in zip(texts, problems, strict=True):
            self.assertIn(text, problem)
        self.assertFalse(self._get_filed())

    # ------------------------------------------------------------ what it makes
    def test_products_wish_and_collection_become_a_new_return(self):
        response = self._file(description="Fell <off> the shelf")
        order = self._get_filed()
        self.assertEqual(len(order), 1)
        self.assertTrue(response.headers["Location"].endswith(f"/my/returns/{order.id}?filed=1"))
        self.assertEqual(
            (order.state, order.partner_id, order.contact_id, order.sale_order_id, order.reason_id, order.team_id, order.collection),
            ("draft", self.customer, self.contact, self.sold, self.reason, self.team, "courier"),
        )
        line = order.line_ids
        self.assertEqual((line.product_id, line.quantity, line.wish, line.note), (self.product, 2, "exchange", "Bent"))
        self.assertEqual(line.move_id, self.sold.picking_ids.move_ids)
        self.assertFalse(line.resolution, "the wish is not the decision")
        self.assertIn("Fell &lt;off&gt; the shelf", order.description)
        self.assertTrue(order.milestone_ids)

    def test_who_sold_it_has_it_to_do_and_is_told_once(self):
        self._file()
        order = self._get_filed()
        self.assertEqual(order.user_id, self.rep)
        self.assertEqual(self._get_activities(order), {self.rep: ["Complete the return and submit it"]})
        message = order.message_ids.filtered(lambda message: message.author_id == self.contact and self.rep.partner_id in message.notified_partner_ids)
        self.assertEqual(len(message), 1)
        for text in ("Bent", "2 Units Screwdriver set: Exchange"):
            self.assertIn(text, message.body)

    def test_without_a_salesperson_the_leader_of_the_reasons_team_speaks_with_the_customer(self):
        self.sold.user_id = False
        self._file()
        self.assertEqual(self._get_filed().user_id, self.quality_manager)

    def test_a_photo_lies_with_the_return_and_another_kind_of_file_is_refused(self):
        svg = ("photo.jpg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
        self._assert_problems(self._file(files=[("files", svg)]), "photo.jpg can&#39;t be sent here")
        self._file(files=[("files", ("bent.jpg", make_picture()))])
        order = self._get_filed()
        self.assertEqual(order._get_portal_attachments()["customer"].mapped("name"), ["bent.jpg"])
        page = self._open(self._get_url(order), filed=1)
        self.assertIn("We have received your request", self._get_text(page))
        self.assertIn("bent.jpg", self._get_text(page))

    def test_a_form_that_is_sent_twice_makes_one_return(self):
        first = self._file(quantity="10")
        again = self._file(quantity="10")
        self.assertEqual(first.headers["Location"], again.headers["Location"])
        self.assertEqual(len(self._get_filed()), 1)

    def test_it_is_picked_up_at_an_own_address_and_at_no_other(self):
        dock, theirs, private = self.env["res.partner"].create([
            {"name": "Dock 3", "parent_id": parent.id, "type": kind, "street": "3 Quay", "city": "Brighton"}
            for parent, kind in ((self.customer, "delivery"), (self.other_customer, "delivery"), (self.customer, "contact"))
        ])
        self._login(self.ada)
        offered = self._open("/my/returns/new", order_id=self.sold.id).xpath("//select[@name='pickup_address_id']/option/@value")
        self.assertEqual(set(offered), {str(partner.id) for partner in dock | self.customer | self.contact})
        self._file(collection="pickup", pickup_address_id=dock.id)
        self.assertEqual((self._get_filed().collection, self._get_filed().pickup_address_id), ("pickup", dock))
        for foreign in (theirs, private):
            self._file(collection="pickup", pickup_address_id=foreign.id, submission=f"form-{foreign.id}")
        self.assertFalse(self._get_filed().pickup_address_id & (theirs | private))

    # ------------------------------------------------------------ what can come back
    def test_only_what_can_still_come_back_is_offered_and_taken(self):
        self._create_return(line_ids=[self._get_line(quantity=8)])
        self._login(self.ada)
        self.assertIn("2 Units can come back", self._get_text(self._open("/my/returns/new", order_id=self.sold.id)))
        self._assert_problems(self._file(quantity="3"), "only 2 Units can still come back")
        self._file(quantity="2")
        self.assertEqual(self._get_filed().line_ids.quantity, 2)

    def test_of_a_lot_not_more_comes_back_than_came_of_it(self):
        saw = self._create_product("Saw", tracking="lot")
        lots = self._create_lot("A-1", saw) | self._create_lot("B-2", saw)
        order = self._create_order((saw, 5))
        self._deliver(order, lots={saw: {lots[0]: 3, lots[1]: 2}})
        self._login(self.ada)
        page = self._open("/my/returns/new", order_id=order.id)
        keys = page.xpath("//input[@name='line']/@value")
        self.assertEqual([key.rsplit("-", 1)[1] for key in keys], [str(lot.id) for lot in lots])
        form = {
            "sent": "1", "order_id": order.id, "submission": "saws", "line": keys, "reason_id": self.reason.id, "collection": "brought_in",
            **{f"wish_{key}": "repair" for key in keys}, f"quantity_{keys[0]}": "3", f"quantity_{keys[1]}": "3",
        }
        self._assert_problems(self._post("/my/returns/new", form), "only 2 Units can still come back")
        self._post("/my/returns/new", {**form, f"quantity_{keys[1]}": "2"})
        self.assertEqual([(line.lot_id, line.quantity) for line in self._get_filed().line_ids], [(lots[0], 3), (lots[1], 2)])

    def test_of_an_order_that_has_come_back_nothing_is_asked_for(self):
        self._login(self.ada)
        self.assertTrue(self._open(f"/my/orders/{self.sold.id}").xpath("//a[contains(@class, 'o_return_ask')]"))
        self._return(self.sold.picking_ids)
        self.assertFalse(self._open(f"/my/orders/{self.sold.id}").xpath("//a[contains(@class, 'o_return_ask')]"))
        self.assertIn("Nothing of this order can come back", self._get_text(self._open("/my/returns/new", order_id=self.sold.id)))
        self._assert_problems(self._file(), "Choose the product that you want to return.")

    def test_nobody_returns_what_others_bought(self):
        for user, order in ((self.stranger, self.sold), (self.ada, self._create_shipped_order((self.product, 3), customer=self.other_customer))):
            response = self._file(user, order=order)
            self.assertIn("Nothing of this order can come back", response.text)
            self.assertNotIn(order.name, response.text)
        mixed = self._form()
        mixed["line"] = [self._key(order)]
        self._assert_problems(self._post("/my/returns/new", mixed), "Choose the product that you want to return.")

    def test_an_order_of_another_company_of_ours_takes_an_account_there(self):
        moonlight = self.env["res.company"].create({"name": "Moonlight Tools"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", moonlight.id)], limit=1)
        order = self.env["sale.order"].with_company(moonlight).create({
            "partner_id": self.customer.id, "company_id": moonlight.id, "warehouse_id": warehouse.id, "user_id": False,
            "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": 1})],
        })
        order.action_confirm()
        order.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        order.picking_ids.button_validate()
        self._login(self.ada)
        self.assertNotIn(order.name, self._get_text(self._open("/my/returns/new")))
        self.ada.company_ids = [Command.link(moonlight.id)]
        self.assertIn(order.name, self._get_text(self._open("/my/returns/new")))

    # ------------------------------------------------------------ what is wrong
    def test_all_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(self):
        key = self._key(self.sold)
        response = self._file(quantity="eleven", reason_id="0", collection="home_pickup", description="Kept words", **{f"wish_{key}": "credit"})
        self._assert_problems(response, "write how many you want to return", "choose what you want for it", "Choose the reason", "Choose how it comes to us")
        self.assertIn("Kept words", response.text)
        for quantity in ("", "0", "-1", "nan", "inf", "1e9", "11"):
            self.assertEqual(self._file(quantity=quantity).status_code, 200)
        self._assert_problems(self._file(description="x" * 10001), "A text is too long")

    def test_the_limit_within_an_hour_is_the_one_of_complaints(self):
        self.env["ir.config_parameter"].set_param("quality_complaint.portal_hourly_limit", "2")
        for number in range(2):
            self.assertEqual(self._file(quantity="1", submission=f"form-{number}").status_code, 303)
        self.assertIn("You have asked for 2 returns within an hour", self._file(quantity="1", submission="form-3").text)
        self.assertEqual(len(self._get_filed()), 2)

    # ------------------------------------------------------------ goods of others
    def test_what_was_bought_elsewhere_is_repaired_where_the_company_takes_it(self):
        form = {"sent": "1", "no_order": "1", "submission": "saw", "reason_id": self.reason.id, "collection": "brought_in", "goods": "Band saw, serial 77"}
        self._login(self.ada)
        self.assertNotIn("bought elsewhere", self._get_text(self._open("/my/returns/new")))
        self._post("/my/returns/new", form)
        self.assertFalse(self._get_filed())
        self.company.return_foreign_goods = True
        self.assertIn("bought elsewhere", self._get_text(self._open("/my/returns/new")))
        self._assert_problems(self._post("/my/returns/new", {**form, "goods": " "}), "Write what it is")
        self._post("/my/returns/new", {**form, "description": "Does not start"})
        order = self._get_filed()
        self.assertEqual((order.partner_id, order.contact_id, order.state), (self.customer, self.contact, "draft"))
        self.assertFalse(order.line_ids)
        self.assertIn("Band saw, serial 77", order.description)
        self.assertIn("Does not start", order.description)
        self.assertIn("The products that come back", order._get_gaps("decision"))
