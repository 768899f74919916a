from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnScan(ReturnCommon):
    """What is scanned in the warehouse leads to the right return, of those that the user may see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.saw = cls._create_product("Saw", tracking="serial")
        cls.first, cls.second, cls.third = (cls._create_lot(f"SN-{number}", cls.saw, 1) for number in (1, 2, 3))
        cls._add_stock(cls.product, 100)
        order = cls._create_order((cls.product, 10), (cls.saw, 2))
        cls.delivery = cls._deliver(order, lots={cls.saw: {cls.first: 1, cls.second: 1}})

    def _expect(self, *lines, **values):
        return self._move_return(self._create_return(line_ids=list(lines) or [self._get_line()], **values), "receiving")

    def _get_saw_line(self, **values):
        return self._get_line(self.saw, quantity=1, **values)

    def _scan(self, text, user=None):
        return self.env["return.order"].with_user(user or self.stock_user).with_company(self.company).scan(text)

    def assertOpens(self, order, text, user=None):
        action = self._scan(text, user).get("action", {})
        self.assertEqual((action.get("res_model"), action.get("res_id")), ("return.order", order.id), text)

    def assertLists(self, orders, text, user=None):
        action = self._scan(text, user)["action"]
        self.assertEqual(self.env["return.order"].search(action["domain"]), orders.with_env(self.env))

    def assertTells(self, text, words, user=None):
        answer = self._scan(text, user)
        self.assertNotIn("action", answer)
        self.assertIn(words, answer["message"])
        return answer["lots"]

    # ------------------------------------------------------------ numbers
    def test_the_number_of_the_sheet_opens_its_return(self):
        order, _other = self._expect(), self._expect()
        for text in (order.name, f"  {order.name.lower()}\n"):
            self.assertOpens(order, text)
        self._move_return(self._create_return(), "cancel")
        order.with_user(self.stock_user).action_received()
        self.assertOpens(order, order.name)

    def test_a_part_of_a_number_or_a_pattern_is_no_number(self):
        order = self._expect()
        for text in (order.name[:-1], "%", "R%", "_" * len(order.name), "\\"):
            self.assertFalse(self.assertTells(text, "is no return"))

    def test_a_receipt_a_delivery_and_a_parcel_lead_to_their_returns(self):
        order, other = self._expect(tracking_number="JD-77"), self._expect()
        self.assertOpens(order, order.receipt_ids.name)
        self.assertOpens(order, "jd-77")
        self.assertLists(order | other, self.delivery.name)

    def test_the_list_is_searched_by_receipt_and_lot(self):
        order, _other = self._expect(self._get_saw_line(lot_id=self.first.id)), self._expect()
        arch = etree.fromstring(self.env["return.order"].with_user(self.stock_user).get_view(view_type="search")["arch"])
        for label, text in (("Receipt", order.receipt_ids.name), ("Lot/Serial Number", "SN-1")):
            [field] = arch.xpath(f"//field[@string='{label}']")
            domain = safe_eval(field.get("filter_domain"), {"self": text})
            self.assertEqual(self.env["return.order"].with_user(self.stock_user).search(domain), order)

    def test_a_backorder_leads_to_the_same_return(self):
        order = self._expect()
        receipt = order.receipt_ids.with_user(self.stock_user)
        receipt.move_ids.write({"quantity": 1, "picked": True})
        receipt.with_context(skip_backorder=True).button_validate()
        self.assertEqual(order.receipt_count, 2)
        for picking in order.receipt_ids:
            self.assertOpens(order, picking.name)

    def test_nothing_scanned_says_what_to_do(self):
        for text in ("", "  ", False, None, "\0"):
            self.assertFalse(self.assertTells(text, "Scan a number"))

    # ------------------------------------------------------------ lots
    def test_a_serial_number_opens_its_open_return(self):
        order, other = self._expect(self._get_saw_line(lot_id=self.first.id)), self._expect(self._get_saw_line(lot_id=self.second.id))
        self.assertOpens(order, "sn-1")
        self.assertOpens(other, "SN-2")

    def test_several_returns_of_a_lot_are_listed(self):
        paint = self._create_product("Paint", tracking="lot")
        lot = self._create_lot("L-1", paint, 100)
        self._deliver(self._create_order((paint, 10)), lots={paint: {lot: 10}})
        orders = self.env["return.order"].union(*(self._expect(self._get_line(paint, lot_id=lot.id)) for _each in range(2)))
        self.assertLists(orders, "L-1")
        self._say(orders[0].with_user(self.rep), "cancel", "Keeps them")
        self.assertOpens(orders[1], "L-1")

    def test_goods_whose_number_was_not_announced_are_found_by_their_delivery(self):
        order = self._expect(self._get_saw_line())
        self.assertFalse(order.line_ids.lot_id)
        self.assertOpens(order, "SN-2")

    def test_a_number_that_only_the_customer_knows_is_found(self):
        self.company.return_foreign_goods = True
        drill = self._create_product("Drill", tracking="serial")
        order = self._expect(self._get_line(drill, quantity=1, resolution="repair", lot_name="X-9"))
        self.assertOpens(order, "x-9")

    def test_of_a_lot_without_an_open_return_a_new_one_is_filed(self):
        [offer] = self.assertTells("SN-1", "No return of SN-1 is open")
        self.assertEqual((offer["id"], offer["product"]), (self.first.id, "Saw"))
        Return = self.env["return.order"].with_user(self.stock_user).with_company(self.company)
        action = Return.file_scanned_lot(self.first.id)
        form = self._open_action(self.stock_user, action)
        order = form.save()
        self.assertEqual((order.partner_id, order.line_ids.lot_id), (self.customer, self.first))

    def test_of_a_lot_that_was_never_delivered_nothing_is_filed(self):
        self.assertTells("SN-3", "No return of SN-3 is open")
        with self.assertRaisesRegex(UserError, "Nothing of this was delivered yet"):
            self.env["return.order"].with_user(self.stock_user).file_scanned_lot(self.third.id)

    # ------------------------------------------------------------ rights
    def test_what_one_may_not_see_is_as_what_is_not_there(self):
        order = self._create_return(self.other_rep, user_id=self.other_rep.id, tracking_number="JD-9", line_ids=[])
        decided = self._create_return()
        decided.action_submit()
        for text in (order.name, "JD-9"):
            self.assertTells(text, "is no return", self.rep)
            self.assertOpens(order, text, self.other_rep)
        self.assertTells(decided.name, "is no return")
        self.assertOpens(decided, decided.name, self.quality_manager)

    def test_who_files_no_returns_is_offered_none(self):
        self.assertFalse(self.assertTells("SN-1", "is no return", self.worker))

    def test_another_company_is_another_register(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        keeper = self._new_user("keeper", "stock.group_stock_user", company=other)
        own = self._expect(self._get_saw_line(lot_id=self.first.id), tracking_number="JD-77")
        foreign_lot = self.env["stock.lot"].create({"name": "SN-8", "product_id": self.saw.id, "company_id": other.id})
        for text in (own.receipt_ids.name, "JD-77", "SN-1"):
            self.assertFalse(self.env["return.order"].with_user(keeper).with_company(other).scan(text)["lots"], text)
        foreign = self.env["return.order"].with_company(other).create({
            "partner_id": self.customer.id, "company_id": other.id, "line_ids": [Command.create({"product_id": self.saw.id, "lot_id": foreign_lot.id})],
        })
        self.assertTells("SN-8", "is no return")
        self.assertEqual(foreign.name, own.name, "each company numbers its own")
        self.assertOpens(own, own.name)

    def test_finding_costs_the_same_with_many_lines(self):
        few = self._expect()
        many = self._expect(*[self._get_line(quantity=1) for _each in range(6)])
        self._scan(few.name)

        def count(text):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._scan(text)
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(count(many.receipt_ids.name), count(few.receipt_ids.name) + 1)
