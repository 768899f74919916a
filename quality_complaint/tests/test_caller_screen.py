from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .test_caller_lookup import CallerCommon


@tagged("post_install", "-at_install")
class TestCallerScreen(CallerCommon):
    """What whoever takes the call sees of the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.us")
        cls.saw = cls._create_product("Saw", tracking="lot", warranty_duration=2, warranty_unit="year")
        cls.lot = cls._create_lot("A-1", cls.saw)
        cls.customer.write({
            "user_id": cls.rep.id, "street": "1 Pier Street", "city": "Seattle", "ref": "K-7",
            "category_id": [Command.create({"name": "Key account"})],
        })

    def _get_section(self, name, user=None, text="Blue Workshop", **options):
        answer = self._look_up(text, user=user, **options)
        return next((section for section in answer["sections"] if section["name"] == name), None)

    def _get_facts(self, row):
        return dict(row["facts"])

    def test_the_card_says_who_it_is(self):
        self.contact.write({"phone": "+1 206-555-0143", "function": "Purchasing"})
        card = self._look_up("2065550143")["card"]
        self.assertEqual(card["contact"], {"id": self.contact.id, "name": "Ada Blue", "function": "Purchasing"})
        self.assertEqual(
            {name: card[name] for name in ("id", "name", "phones", "email", "ref", "salesperson", "archived")},
            {
                "id": self.customer.id, "name": "Blue Workshop", "phones": ["+1 206-555-0143", "+1 555 0100"],
                "email": "ada@blueworkshop.example", "ref": "K-7", "salesperson": "Rep", "archived": False,
            },
        )
        self.assertIn("1 Pier Street", card["address"])
        self.assertEqual([tag["name"] for tag in card["tags"]], ["Key account"])

    def test_an_order_shows_when_it_was_ordered_finished_and_shipped_and_what_is_still_to_come(self):
        with self.at("2026-03-02 10:00:00"):
            order = self._create_order((self.product, 10), (self.saw, 2))
        with self.at("2026-03-09 10:00:00"):
            self._deliver(order, quantities={self.product: 4, self.saw: 0})
        [row] = self._get_section("orders")["rows"]
        self.assertEqual(row["title"], order.name)
        self.assertEqual(row["bar"], (33, "4 / 12"))
        facts = self._get_facts(row)
        self.assertEqual((facts["Ordered On"], facts["Finished"], facts["Shipped On"]), ("03/02/2026", "03/09/2026", "03/09/2026"))
        self.assertEqual(row["badge"][0], "Partially Delivered")
        deliveries = [item for item in row["items"] if item["icon"] == "fa-truck"]
        self.assertEqual([item["badge"][0] for item in deliveries][:1], ["Done"])
        self.assertEqual([self._get_facts(item).get("Shipped On") for item in deliveries], ["03/09/2026", None], "the rest is planned")
        self.assertFalse(deliveries[1]["file"], "it has not left")
        products = {item["title"]: (self._get_facts(item)["Shipped"], item["file"]) for item in row["items"] if item["icon"] == "fa-cube"}
        self.assertEqual(products, {
            "Screwdriver set": ("4 / 10 Units", ("sale.order.line", order.order_line[0].id)), "Saw": ("0 / 2 Units", False),
        })

    def test_more_of_one_product_does_not_make_up_for_less_of_another(self):
        order = self._create_order((self.product, 10), (self.saw, 10))
        self._deliver(order, quantities={self.product: 15, self.saw: 0})
        self.assertEqual(self._get_section("orders")["rows"][0]["bar"], (50, "10 / 20"))

    def test_what_came_back_was_shipped_all_the_same(self):
        order = self._create_order((self.product, 10))
        self._return(self._deliver(order), 4)
        self.assertEqual(self._get_section("orders")["rows"][0]["bar"], (100, "10 / 10"))

    def test_an_order_of_services_alone_has_no_bar(self):
        service = self.env["product.product"].create({"name": "Grinding", "type": "service"})
        self._create_order((service, 1))
        self.assertFalse(self._get_section("orders")["rows"][0]["bar"])

    def test_the_day_of_picking_is_when_it_was_finished(self):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        warehouse.delivery_steps = "pick_ship"
        self._add_stock(self.product, 100)
        with self.at("2026-03-02 10:00:00"):
            order = self._create_order((self.product, 10))
        with self.at("2026-03-04 10:00:00"):
            self._deliver(order)
        with self.at("2026-03-06 10:00:00"):
            self._deliver(order)
        facts = self._get_facts(self._get_section("orders")["rows"][0])
        self.assertEqual((facts["Finished"], facts["Shipped On"]), ("03/04/2026", "03/06/2026"))

    def test_the_day_its_lot_was_made_is_when_it_was_finished(self):
        with self.at("2026-02-20 10:00:00"):
            production = self.env["stock.location"].search([("usage", "=", "production"), ("company_id", "=", self.company.id)], limit=1)
            stock = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1).lot_stock_id
            made = self.env["stock.move"].create({
                "product_id": self.saw.id, "product_uom_qty": 5, "location_id": production.id, "location_dest_id": stock.id,
                "company_id": self.company.id,
                "move_line_ids": [Command.create({
                    "product_id": self.saw.id, "lot_id": self.lot.id, "quantity": 5, "location_id": production.id, "location_dest_id": stock.id,
                })],
            })
            made._action_confirm()
            made.picked = True
            made._action_done()
        with self.at("2026-03-06 10:00:00"):
            self._deliver(self._create_order((self.saw, 2)), lots={self.saw: {self.lot: 2}})
        facts = self._get_facts(self._get_section("orders")["rows"][0])
        self.assertEqual((facts["Finished"], facts["Shipped On"]), ("02/20/2026", "03/06/2026"))

    def test_quotations_and_cancelled_orders_are_no_orders(self):
        self._create_order().action_cancel()
        self.env["sale.order"].create({"partner_id": self.customer.id, "company_id": self.company.id, "user_id": self.rep.id})
        self.assertEqual(self._get_section("orders")["rows"], [])

    def test_open_complaints_come_first_with_how_far_they_are(self):
        with self.at("2026-03-02 10:00:00"):
            late = self._move_to(self._create_complaint(subject="Late"), "review")
        closed = self._move_to(self._create_complaint(subject="Closed"), "closed")
        rows = self._get_section("complaints")["rows"]
        self.assertEqual([(row["subtitle"], row["badge"][0], row["late"]) for row in rows], [("Late", "To Review", True), ("Closed", "Closed", False)])
        self.assertEqual(rows[0]["id"], late.id)
        self.assertEqual(rows[0]["steps"][0], ("Review", "missed"))
        self.assertRegex(self._get_facts(rows[0])["Next"], r"^Review until 03/\d\d/2026$")
        self.assertEqual((rows[1]["id"], rows[1]["steps"]), (closed.id, []))

    def test_delivered_products_show_their_warranty_by_lot(self):
        with self.at("2026-03-06 10:00:00"):
            picking = self._deliver(self._create_order((self.saw, 2), (self.product, 1)), lots={self.saw: {self.lot: 2}})
        moved = picking.move_line_ids.filtered("lot_id")
        with self.at("2028-03-06 10:00:00"):
            rows = {row["title"]: row for row in self._get_section("delivered")["rows"]}
            self.assertEqual((rows["Saw"]["subtitle"], rows["Saw"]["badge"][0], rows["Saw"]["file"]), ("A-1", "In Warranty", ("stock.move.line", moved.id)))
            self.assertEqual(self._get_facts(rows["Saw"])["Until"], "03/06/2028", "its last day is inside")
            self.assertEqual(rows["Screwdriver set"]["badge"][0], "No Warranty")
        with self.at("2028-03-07 10:00:00"):
            rows = {row["title"]: row for row in self._get_section("delivered")["rows"]}
            self.assertEqual(rows["Saw"]["badge"][0], "Out of Warranty")

    def test_inquiries_stand_beside_them(self):
        Inquiry = self.env["quality.inquiry"].with_user(self.rep)
        Inquiry.create({"subject": "Which bits fit?", "partner_id": self.contact.id})
        [row] = self._get_section("inquiries")["rows"]
        self.assertEqual((row["subtitle"], row["badge"][0], row["late"]), ("Which bits fit?", "New", False))

    def test_nothing_known_of_a_customer_says_so(self):
        self._create_partner("New Workshop")
        answer = self._look_up("New Workshop")
        said = {section["name"]: section["empty"] for section in answer["sections"]}  # other addons may say more
        expected = {"orders": "No orders.", "complaints": "No complaints.", "delivered": "Nothing delivered yet.", "inquiries": "No inquiries."}
        self.assertLessEqual(expected.items(), said.items())
        self.assertFalse(any(section["rows"] or section["hint"] for section in answer["sections"]))

    def test_only_the_last_orders_are_shown_and_the_whole_list_is_one_click_away(self):
        for _number in range(8):
            self._create_order((self.product, 1))
        section = self._get_section("orders")
        self.assertEqual(len(section["rows"]), 6)
        model, domain = section["all"]
        self.assertEqual(self.env[model].with_user(self.rep).search_count(domain), 8)

    def test_the_screen_reads_the_same_number_of_times_however_much_there_is(self):
        def count_queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["quality.caller"].with_user(self.rep).with_company(self.company).look_up("Blue Workshop")
            return self.env.cr.sql_log_count - before

        def add(number):
            for _number in range(number):
                order = self._create_order((self.product, 5), (self.saw, 1))
                self._deliver(order, lots={self.saw: {self.lot: 1}})
                self._create_complaint(sale_order_id=order.id)
                self.env["quality.inquiry"].with_user(self.rep).create({"subject": "Why?", "partner_id": self.customer.id})

        add(2)
        count_queries()  # what is kept for all calls
        few = count_queries()
        add(5)
        count_queries()
        self.assertLessEqual(count_queries(), few)

    # ------------------------------------------------------------ rights
    def test_a_rep_sees_his_orders_and_how_many_are_his_colleagues(self):
        self._create_order((self.product, 1))
        theirs = self._create_order((self.product, 1), user_id=self.other_rep.id)
        self.assertEqual(len(self._get_section("orders")["rows"]), 1)
        self.assertIn("1 more", self._get_section("orders")["hint"])
        [row] = self._get_section("orders", self.other_rep)["rows"]
        self.assertEqual(row["title"], theirs.name)
        section = self._get_section("orders", self.sales_manager)
        self.assertEqual((len(section["rows"]), section["hint"]), (2, False))

    def test_a_rep_sees_how_many_complaints_his_colleagues_have(self):
        self.customer.user_id = False
        self._create_complaint()
        section = self._get_section("complaints", self.other_rep)
        self.assertEqual(section["rows"], [])
        self.assertIn("1 more", section["hint"])

    def test_a_stock_user_without_sales_rights_sees_deliveries_and_complaints(self):
        order = self._create_shipped_order((self.product, 10))
        self._create_complaint(self.stock_user)
        answer = self._look_up(order.picking_ids.name, user=self.stock_user)
        sections = {section["name"]: section for section in answer["sections"]}
        self.assertEqual(len(sections["complaints"]["rows"]), 1)
        self.assertEqual(sections["delivered"]["rows"][0]["model"], "stock.picking")

    def test_a_handler_without_sales_and_stock_rights_gets_no_error_and_no_order(self):
        self._create_shipped_order((self.product, 10))
        answer = self._look_up("Blue Workshop", user=self.quality_manager)
        sections = {section["name"]: section for section in answer["sections"]}
        self.assertEqual(sections["orders"]["rows"], [])
        self.assertIn("1 more", sections["orders"]["hint"])
        [delivered] = sections["delivered"]["rows"]
        self.assertEqual((delivered["title"], delivered["model"]), ("Screwdriver set", False), "it does not open what he may not read")

    def test_orders_and_deliveries_of_another_company_are_not_even_counted(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        self._create_shipped_order((self.product, 10))
        self._create_complaint()
        stranger = self._new_user("stranger", "sales_team.group_sale_manager,stock.group_stock_manager", other_company)
        for section in self._look_up("Blue Workshop", user=stranger, company=other_company)["sections"]:
            self.assertFalse(section["rows"] or section["hint"], section["name"])

    # ------------------------------------------------------------ from the call to the complaint
    def _file(self, *args, user=None, **options):
        caller = self.env["quality.caller"].with_user(user or self.rep).with_company(self.company)
        return self._open_action(user or self.rep, caller.file_complaint(*args, **options))

    def test_filing_from_an_order_asks_for_one_sentence_and_what_the_customer_wants(self):
        order = self._create_shipped_order((self.product, 10))
        form = self._file(self.contact.id, "sale.order", order.id, "2065550143")
        self.assertEqual(
            (form.partner_id, form.contact_id, form.channel, form.partner_phone, form.sale_order_id.id, form.picking_id, form.user_id),
            (self.customer, self.contact, "phone", "2065550143", order.id, order.picking_ids, self.rep),
        )
        form.subject = "Rusty"
        with form.demand_ids.new() as demand:
            demand.name = "New ones"
        complaint = form.save()
        complaint.action_submit()
        self.assertEqual((complaint.state, complaint.line_ids.quantity), ("review", 10))

    def test_a_number_on_record_is_not_replaced_by_that_of_the_call(self):
        self.contact.phone = "+1 206-555-0143"
        self.assertEqual(self._file(self.contact.id, number="+1 206-555-0999").partner_phone, "+1 206-555-0143")

    def test_an_order_that_has_not_left_can_be_complained_about_too(self):
        order = self._create_order((self.product, 10))
        for model, record in (("sale.order", order), ("sale.order.line", order.order_line)):
            form = self._file(self.customer.id, model, record.id)
            self.assertEqual((form.sale_order_id.id, len(form.line_ids), form.partner_id), (order.id, 0, self.customer))

    def test_filing_about_one_delivered_lot_or_without_any_order(self):
        picking = self._deliver(self._create_order((self.saw, 2), (self.product, 1)), lots={self.saw: {self.lot: 2}})
        form = self._file(self.customer.id, "stock.move.line", picking.move_line_ids.filtered("lot_id").id)
        self.assertEqual((len(form.line_ids), form.line_ids.edit(0).lot_id.id), (1, self.lot.id))
        self.assertEqual(len(self._file(self.customer.id, "stock.picking", picking.id).line_ids), 2)
        form = self._file(self.customer.id)
        self.assertEqual((form.partner_id, len(form.line_ids)), (self.customer, 0))

    def test_filing_about_the_order_of_a_colleague_is_refused(self):
        order = self._create_shipped_order((self.product, 10))
        for model, record in (("sale.order", order), ("sale.order.line", order.order_line)):
            with self.assertRefused(error=AccessError):
                self._file(self.customer.id, model, record.id, user=self.other_rep)

    def test_who_may_not_read_transfers_files_about_what_the_screen_shows_him(self):
        picking = self._deliver(self._create_order((self.saw, 2), (self.product, 1)), lots={self.saw: {self.lot: 2}})
        [rows] = [section["rows"] for section in self._look_up("Blue Workshop", user=self.handler)["sections"] if section["name"] == "delivered"]
        model, line_id = next(row["file"] for row in rows if row["subtitle"] == self.lot.name)
        form = self._file(self.customer.id, model, line_id, user=self.handler)
        self.assertEqual((form.partner_id, len(form.line_ids), form.line_ids.edit(0).lot_id.id), (self.customer, 1, self.lot.id))
        form.subject = "Blunt"
        self.assertEqual(form.save().sudo().picking_id, picking)

    def test_who_may_not_read_transfers_files_about_nothing_else(self):
        green = self.env["res.partner"].create({"name": "Green Workshop", "is_company": True})
        line = self._create_shipped_order((self.product, 1)).picking_ids.move_line_ids
        waiting = self._create_order((self.product, 1)).picking_ids.move_ids
        waiting.quantity = 1  # set aside, not delivered
        waiting = waiting.move_line_ids
        for customer, refused in ((green, line), (self.customer, waiting)):
            self.assertTrue(refused)
            with self.assertRaises(AccessError):
                self._file(customer.id, "stock.move.line", refused.id, user=self.handler)

    def test_filing_about_anything_else_files_about_nothing(self):
        form = self._file(self.customer.id, "res.users", self.rep.id)
        self.assertEqual((form.partner_id, len(form.line_ids)), (self.customer, 0))

    def test_a_new_inquiry_knows_who_calls(self):
        caller = self.env["quality.caller"].with_user(self.rep).with_company(self.company)
        form = self._open_action(self.rep, caller.open_new_inquiry(self.contact.id, "2065550143"))
        self.assertEqual((form.partner_id, form.channel, form.partner_phone), (self.contact, "phone", "+1 555 0100"), "the company's number")
        form = self._open_action(self.rep, caller.open_new_inquiry(False, "2065550143", "Noah"))
        self.assertEqual((form.partner_id.id, form.partner_name, form.partner_phone), (False, "Noah", "2065550143"))
