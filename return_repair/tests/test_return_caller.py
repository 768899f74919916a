from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.quality_complaint.tests.test_caller_lookup import CallerCommon

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnCaller(CallerCommon, ReturnCommon, HttpCase):
    """Whoever takes the call sees what the caller has given back, and files a return."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.us")
        cls._add_stock(cls.product, 100)
        cls._create_shipped_order((cls.product, 50))

    def _get_section(self, text="Blue Workshop", user=None):
        return next(section for section in self._look_up(text, user=user)["sections"] if section["name"] == "returns")

    def _get_titles(self, **options):
        return [row["title"] for row in self._get_section(**options)["rows"]]

    def test_open_returns_come_first_with_what_is_next(self):
        self.assertEqual(self._get_section()["empty"], "No returns.")
        with self.at("2026-03-02 10:00:00"):
            order = self._create_return()
            order.action_submit()
            done = self._move_return(self._create_return(), "cancel")
            order.invalidate_recordset()
            section = self._get_section()
        self.assertEqual([row["title"] for row in section["rows"]], [order.name, done.name])
        row = section["rows"][0]
        self.assertEqual((row["subtitle"], row["badge"], row["late"]), ("Screwdriver set", ("To Decide", "info"), False))
        facts = dict(row["facts"])
        self.assertEqual((facts["Requested On"], facts["Next"].split(" until ")[0]), ("03/02/2026", "Decide"))
        self.assertEqual(section["rows"][1]["badge"], ("Cancelled", "secondary"))

    def test_a_refused_return_says_so(self):
        order = self._create_return()
        order.action_submit()
        self._say(order.with_user(self.quality_manager), "refuse", "Used as a chisel")
        order.with_user(self.rep).action_tell()
        self.assertEqual(self._get_section()["rows"][0]["badge"], ("Refused", "warning"))

    def test_all_of_them_are_one_press_away(self):
        orders = self.env["return.order"].union(*(self._create_return() for _each in range(7)))
        section = self._get_section()
        self.assertEqual(len(section["rows"]), 5)
        model, domain = section["all"]
        self.assertEqual(self.env[model].search(domain), orders.sorted("id", reverse=True))

    def test_the_number_of_a_return_or_parcel_says_who_it_is(self):
        order = self._create_return(tracking_number="JD-77")
        for text in (order.name, "jd-77"):
            [row] = self._get_section(text)["rows"]
            self.assertTrue(row["asked"], text)

    def test_who_left_a_number_on_a_return_is_known_by_it(self):
        self._create_return(partner_phone="+1 206-555-0188")
        answer = self._look_up("2065550188")
        self.assertEqual((answer["kind"], answer["card"]["name"]), ("customer", "Blue Workshop"))

    def test_returns_of_colleagues_are_only_counted(self):
        self._create_return(self.other_rep, user_id=self.other_rep.id, line_ids=[])
        section = self._get_section()
        self.assertFalse(section["rows"])
        self.assertIn("1 more that you have no access to", section["hint"])
        self.assertEqual(len(self._get_titles(user=self.other_rep)), 1)

    def test_another_companys_returns_are_not_counted(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        self.env["return.order"].with_company(other).create({"partner_id": self.customer.id, "company_id": other.id})
        section = self._get_section()
        self.assertEqual((section["rows"], section["hint"]), ([], False))

    def test_a_return_is_filed_with_who_calls(self):
        answer = self._look_up("Ada Blue")
        [button] = [button for button in answer["buttons"] if button["name"] == "file_return"]
        caller = self.env["quality.caller"].with_user(self.rep).with_company(self.company)
        form = self._open_action(self.rep, getattr(caller, button["method"])(answer["partner_id"], "+1 206-555-0199"))
        order = form.save()
        self.assertEqual(
            (order.partner_id, order.contact_id, order.channel, order.partner_phone, order.user_id),
            (self.customer, self.contact, "phone", "+1 206-555-0199", self.rep),
        )
        with self.assertRaises(AccessError):
            caller.with_user(self.worker).file_return(self.customer.id)

    def test_from_the_call_to_the_return(self):
        self.product.name = "Bench vise"
        self.start_tour("/odoo/caller?call=Blue%20Workshop", "caller_file_return", login=self.rep.login)
        order = self.env["return.order"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((order.line_ids.product_id, order.user_id), (self.product, self.rep))
