from odoo.tests import tagged

from .intake_common import IntakeCommon


@tagged("post_install", "-at_install")
class TestNamedDocuments(IntakeCommon):
    """An order or delivery that a mail names is linked if it is the sender's; what else it names is told to us, never to him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls._create_lot("LX-2026-7")
        cls.tracked = cls.lot.product_id
        cls._add_stock(cls.product, 100)
        cls.order = cls._create_order()
        cls.picking = cls._deliver(cls.order)
        cls.foreign = cls._create_order(customer=cls.other_customer)

    def _assert_notes(self, complaint, *texts):
        for text in texts:
            self.assertIn(text, self._get_notes(complaint))

    def test_the_order_is_found_however_it_is_written(self):
        number = self.order.name
        wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
        for text in (
            number, number.lower(), f"订单{number}有问题", f"订单{wide}有问题", f"Order #{number}.", f"({number}),", f"{number}:rusty",
            f"ご注文番号{number}の件", f"<b>{number}</b>",
        ):
            with self.subTest(text):
                self.assertEqual(self._receive(self._mail(text)).sale_order_id, self.order)
                self.assertEqual(self._receive(self._mail(subject=text)).sale_order_id, self.order)

    def test_part_of_a_number_is_not_the_number(self):
        for text in (f"{self.order.name}9", f"X{self.order.name}", self.order.name[:-1], f"{self.order.name}-B"):
            with self.subTest(text):
                self.assertFalse(self._receive(self._mail(text)).sale_order_id)

    def test_the_only_delivery_of_the_order_comes_along(self):
        self.assertEqual(self._receive(self._mail(self.order.name)).picking_id, self.picking)
        later = self._create_order()
        self.assertFalse(self._receive(self._mail(later.name)).picking_id, "nothing has left yet")

    def test_a_delivery_brings_its_order(self):
        complaint = self._receive(self._mail(f"in {self.picking.name}, box 2"))
        self.assertEqual((complaint.picking_id, complaint.sale_order_id), (self.picking, self.order))

    def test_a_lot_leads_to_its_delivery_to_the_customer(self):
        tracked = self._create_product("Drill", tracking="lot")
        lot = self._create_lot("DR-26-0815", tracked)
        mine = self._deliver(self._create_order((tracked, 2)), lots={tracked: {lot: 2}})
        self._deliver(self._create_order((tracked, 3), customer=self.other_customer), lots={tracked: {lot: 3}})
        complaint = self._receive(self._mail("the drill dr-26-0815 smokes"))
        self.assertEqual((complaint.picking_id, complaint.sale_order_id), (mine, mine.sale_id))
        self._assert_notes(complaint, "DR-26-0815", mine.name)
        self.assertFalse(complaint.line_ids, "how many of which, nobody has said")
        stranger = self._receive(self._mail("the drill DR-26-0815 smokes", sender="bo@green.example"))
        self.assertFalse(stranger.picking_id)
        self.assertNotIn("DR-26-0815", self._get_notes(stranger))

    def test_another_customer_s_order_is_told_to_us_and_not_linked(self):
        complaint = self._receive(self._mail(f"Like {self.foreign.name}, and {self.order.name} too"))
        self.assertEqual(complaint.sale_order_id, self.order)
        self._assert_notes(complaint, self.foreign.name, "which is of another customer: Red Garage")
        only = self._receive(self._mail(f"About {self.foreign.name}"))
        self.assertFalse(only.sale_order_id)
        self.assertFalse(only.picking_id)
        self._assert_notes(only, self.foreign.name)

    def test_the_sender_never_sees_whose_order_it_is(self):
        self.assertTrue(self._receive(self._mail(f"About {self.foreign.name}")))
        for mail in self._sent_to("ada@blueworkshop.example"):
            self.assertNotIn("Red Garage", str(mail["body"]))
            self.assertNotIn("another customer", str(mail["body"]))
        self.assertEqual(len(self._sent_to("ada@blueworkshop.example")), 1)

    def test_another_customer_s_delivery_is_not_linked(self):
        theirs = self._deliver(self.foreign)
        complaint = self._receive(self._mail(f"About {theirs.name}"))
        self.assertFalse(complaint.picking_id)
        self._assert_notes(complaint, theirs.name, "Red Garage")

    def test_of_several_orders_somebody_chooses(self):
        second = self._create_order()
        complaint = self._receive(self._mail(f"{self.order.name}/{second.name}"))
        self.assertFalse(complaint.sale_order_id)
        self.assertFalse(complaint.picking_id)
        self._assert_notes(complaint, self.order.name, second.name, "Choose the one")

    def test_a_quotation_and_what_has_not_left_are_only_mentioned(self):
        quotation = self.order.copy()
        waiting = self._create_order().picking_ids
        complaint = self._receive(self._mail(f"{quotation.name} and {waiting.name}"))
        self.assertFalse(complaint.sale_order_id | complaint.picking_id.sale_id)
        self._assert_notes(complaint, f"{quotation.name}, which is not a confirmed order", f"{waiting.name}, which has not left yet")

    def test_an_order_of_another_company_of_ours_is_nobody_s_business(self):
        moon = self.env["res.company"].create({"name": "Moon"})
        theirs = self.env["sale.order"].with_company(moon).create({"partner_id": self.customer.id, "company_id": moon.id, "name": "MOON-00001"})
        complaint = self._receive(self._mail(f"About {theirs.name}"))
        self.assertFalse(complaint.sale_order_id)
        self.assertNotIn("MOON-00001", self._get_notes(complaint))

    def test_the_mail_of_a_huge_body_costs_no_more_queries(self):
        self._receive(self._mail("warm up"))
        many = " ".join(f"P{number:05d}-X" for number in range(10_000))
        with self.assertQueryCount(4):
            named = self.env["quality.complaint"]._find_named_documents(f"{self.order.name} {many}", self.company)
        self.assertEqual(named["orders"], self.order)

    def test_signs_of_a_pattern_are_only_signs(self):
        self.order.name = "A_100"
        other = self._create_order()
        other.name = "AB100"
        self.assertEqual(self._receive(self._mail("about A_100")).sale_order_id, self.order)
