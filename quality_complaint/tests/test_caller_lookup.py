from time import perf_counter

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..tools.phone_number import get_phone_condition
from .common import ComplaintCommon

# what is stored: (country of the company, {as it is on record: spellings of a call from there})
SPELLINGS = {
    "TW": {
        "+886 912 345 678": ["0912345678", "0912-345-678", "0912 345 678", "+886912345678", "00886912345678", "０９１２－３４５－６７８", "886912345678"],
        "(02) 2345-6789 分機12": ["+886223456789", "02 2345 6789", "0223456789", "02-2345-6789#12", "02-2345-6789 x12", "2345-6789"],
        "(07)345-6789　分機：305": ["+88673456789", "07-3456789 ext.305"],
        "0922-111-222": ["+886922111222", "0922111222"],
    },
    "CN": {
        "+86 20 8888 8888": ["020-8888 8888", "02088888888", "+86 (0)20 8888 8888", "008602088888888", "020-88888888转12", "020-88888888-812"],
        "010-6666 7777 转 801": ["+861066667777", "(010) 66667777", "０１０６６６６７７７７"],
        "139 1234 5678": ["+8613912345678", "13912345678", "tel:13912345678"],
    },
    "JP": {
        "03-1234-5678 内線12": ["+81312345678", "+81 3-1234-5678", "0312345678", "03－1234－5678"],
        "０３ー５５５５ー７７７７": ["+81355557777", "03-5555-7777", "03ー5555ー7777"],
        "+81 90-1234-5678": ["090-1234-5678", "09012345678", "00819012345678"],
    },
    "US": {
        "(415) 555-2671": ["+14155552671", "415-555-2671", "1 415 555 2671", "4155552671", "415.555.2671 x12", "(415) 555-2671 ext. 12", "\u202a+1\u00a0415\u2011555\u20112671\u202c"],
        "\u200e+1\u00a0206\u2011555\u20110199": ["206 555 0199", "+12065550199"],
        "+1 206-555-0142": ["206 555 0142", "sip:+12065550142@pbx.example.com", "tel:sip:+12065550142@pbx.example.com", "tel:+1-206-555-0142;ext=7", "555-0142"],
    },
    "DE": {
        "030/1234567": ["+49301234567", "0301234567", "0049 30 1234567", "+49 (0)30 1234567", "030 12345-67"],
        "+49 171 7654321": ["0171/7654321", "01717654321", "+491717654321"],
        "030 7654321 / 0160 1112223": ["+49307654321", "01601112223", "+491601112223"],
        "+49 89 4567890-12": ["+49894567890", "+4989456789012", "089 456789012"],
    },
}

# the same digits at the end are not the same telephone
OTHERS = {
    "+49 30 1234567": ["+49 89 1234567", "0891234567"],
    "+886 2 2345 6789": ["+886 4 2345 6789", "04-2345-6789"],
    "+1 415 555 2671": ["+1 212 555 2671"],
}


class CallerCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.us")
        # customers of the demo have the same numbers
        cls.env["res.partner"].with_context(active_test=False).search([("phone", "!=", False), ("id", "<", cls.customer.id)]).phone = False

    def _look_up(self, text, user=None, partner_id=False, company=None):
        self.env.flush_all()
        self.env.invalidate_all()
        caller = self.env["quality.caller"].with_user(user or self.rep).with_company(company or self.company)
        return caller.look_up(text, partner_id)

    def _create_partner(self, name, **values):
        return self.env["res.partner"].create({"name": name, **values})

    def assertFound(self, text, *partners, **options):
        """The text leads to these partners: to the screen of one, or to the choice between several."""
        answer = self._look_up(text, **options)
        found = [choice["id"] for choice in answer["choices"]] if answer["kind"] == "choices" else [answer.get("partner_id")]
        self.assertCountEqual(found, [partner.id for partner in partners] or [None], text)
        return answer


@tagged("post_install", "-at_install")
class TestCallerNumber(CallerCommon):
    """Who calls is found by his number, however it is written."""

    def test_a_number_is_found_in_all_spellings_of_its_country(self):
        for code, numbers in SPELLINGS.items():
            self.company.country_id = self.env.ref(f"base.{code.lower()}")
            for stored, calls in numbers.items():
                partner = self._create_partner(f"{code} {stored}", phone=stored, country_id=self.company.country_id.id)
                for call in calls:
                    with self.subTest(country=code, stored=stored, call=call):
                        self.assertFound(call, partner)
                partner.unlink()

    def test_a_national_number_is_found_in_the_country_of_the_customer(self):
        partners = {
            call: self._create_partner(f"Abroad {call}", phone=stored)
            for call, stored in (("0912 345 678", "+886912345678"), ("020-8888 8888", "+862088888888"), ("03-1234-5678", "+81312345678"))
        }
        for call, partner in partners.items():
            with self.subTest(call):
                self.assertFound(call, partner)

    def test_a_number_of_the_own_country_comes_before_that_of_another(self):
        self.company.country_id = self.env.ref("base.tw")
        own = self._create_partner("Own", phone="+886912345678")
        other = self._create_partner("Other", phone="+81 912345678")
        self.assertFound("0912345678", own)
        self.assertFound("+81912345678", other)
        own.unlink()
        self.assertFound("0912345678", other)

    def test_another_number_with_the_same_end_is_not_the_same(self):
        for stored, calls in OTHERS.items():
            partner = self._create_partner("Other", phone=stored)
            for call in calls:
                with self.subTest(stored=stored, call=call):
                    self.assertFound(call)
            partner.unlink()

    def test_a_number_that_is_only_similar_is_shown_with_a_warning(self):
        partner = self._create_partner("Local", phone="555-0199")
        self.assertIn("similar", self.assertFound("+12065550199", partner)["message"])
        self.assertFalse(self.assertFound("5550199", partner)["message"])

    def test_people_behind_one_switchboard_are_chosen_from(self):
        one = self._create_partner("Print Shop", phone="+1 206-555-0160 ext. 21", is_company=True)
        other = self._create_partner("Design Studio", phone="(206) 555-0160 x34", is_company=True)
        answer = self.assertFound("2065550160", one, other)
        self.assertEqual({choice["name"] for choice in answer["choices"]}, {"Print Shop", "Design Studio"})
        self.assertFound("206-555-0160 #34", other)
        chosen = self._look_up("2065550160", partner_id=one.id)
        self.assertEqual((chosen["kind"], chosen["card"]["name"], chosen["number"]), ("customer", "Print Shop", "2065550160"))

    def test_contacts_of_one_company_are_one_customer(self):
        self.customer.phone = "+1 206-555-0170"
        self.contact.phone = "206-555-0170"
        answer = self.assertFound("2065550170", self.customer)
        self.assertFalse(answer["card"]["contact"], "which of them it is nobody knows")
        self.customer.phone = False
        answer = self.assertFound("2065550170", self.contact)
        self.assertEqual((answer["card"]["id"], answer["card"]["contact"]["name"]), (self.customer.id, "Ada Blue"))

    def test_a_caller_who_is_no_contact_is_known_by_his_complaint(self):
        complaint = self._create_complaint(partner_phone="+1 206-555-0181")
        self.assertFound("206-555-0181", self.contact)
        self.assertFound("206-555-0181", self.contact, user=self.other_rep)
        with self.assertRaises(AccessError):
            complaint.with_user(self.other_rep).read(["subject"])

    def test_a_similar_number_that_was_written_down_is_shown_with_a_warning_too(self):
        self._create_complaint(partner_phone="+1 206-555-0181")
        self.assertIn("similar", self.assertFound("555-0181", self.contact)["message"])
        # another's inquiry has the very number: that is surer
        other = self._create_partner("Green Workshop")
        self.env["quality.inquiry"].with_user(self.rep).create({"subject": "Why?", "partner_id": other.id, "partner_phone": "555-0181"})
        self.assertFalse(self.assertFound("555-0181", other)["message"])

    def test_a_number_as_long_as_a_book_is_read_at_once(self):
        """What a customer writes as his own number is read when somebody with the same end calls."""
        for text in ("206-555-0185" + " " * 5000 + "x", "206-555-0185 " + "," * 5000 + "x", "(" * 5000 + "206-555-0185"):
            partner = self._create_partner("Long", phone=text)
            start = perf_counter()
            self._look_up("206-555-0185")
            self._look_up(text)
            self.assertLess(perf_counter() - start, 5)
            partner.phone = False

    def test_what_another_company_wrote_down_tells_nothing(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools", "country_id": self.env.ref("base.us").id})
        stranger = self._new_user("stranger", "sales_team.group_sale_manager", other_company)
        self._create_complaint(partner_phone="+1 206-555-0181")
        self.env["quality.inquiry"].with_user(self.rep).create({"subject": "Why?", "partner_name": "Noah", "partner_phone": "+1 206-555-0182"})
        for number in ("206-555-0181", "206-555-0182"):
            answer = self._look_up(number, user=stranger, company=other_company)
            self.assertEqual((answer["kind"], answer["rows"], answer["create"]["name"]), ("unknown", [], False))

    def test_who_asked_from_that_number_before_is_remembered(self):
        self.env["quality.inquiry"].with_user(self.rep).create({
            "subject": "Which bits fit?", "partner_name": "Noah of the Garage", "partner_phone": "+1 206-555-0182",
        })
        answer = self._look_up("206-555-0182")
        self.assertEqual((answer["kind"], answer["create"]), ("unknown", {"phone": "206-555-0182", "name": "Noah of the Garage"}))
        self.assertEqual([row["subtitle"] for row in answer["rows"]], ["Which bits fit?"])
        self.assertEqual(self._look_up("206-555-0182", user=self.other_rep)["rows"], [], "the inquiry is another's")

    def test_an_unknown_number_can_become_a_customer(self):
        answer = self._look_up("tel:+1 206-555-0199")
        self.assertEqual((answer["kind"], answer["create"]), ("unknown", {"phone": "+1 206-555-0199", "name": False}))
        self.assertIn("+1 206-555-0199", answer["message"])
        self.assertFalse(answer["can_create"], "the rep may not create contacts")
        self.rep.group_ids += self.env.ref("base.group_partner_manager")
        self.assertTrue(self._look_up("tel:+1 206-555-0199")["can_create"])

    def test_what_the_telephone_system_sends_without_a_number_is_explained(self):
        self._create_partner("Anonymous Ltd")
        for sent in ("tel:anonymous", "tel:\0", "tel:unknown", "tel:12", "tel:" + "9" * 40, "tel:0); DROP TABLE"):
            with self.subTest(sent):
                answer = self._look_up(sent)
                self.assertEqual(answer["kind"], "unknown")
                self.assertIn("which is no number", answer["message"])

    def test_an_archived_customer_is_found_when_nobody_else_has_the_number(self):
        old = self._create_partner("Old", phone="+1 206-555-0190", active=False)
        self.assertTrue(self.assertFound("2065550190", old)["card"]["archived"])
        new = self._create_partner("New", phone="+1 206-555-0190")
        self.assertFalse(self.assertFound("2065550190", new)["card"]["archived"])

    def test_a_customer_of_another_company_stays_unknown(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools", "country_id": self.env.ref("base.us").id})
        theirs = self._create_partner("Theirs", phone="+1 206-555-0191", company_id=other_company.id)
        self.assertFound("2065550191")
        stranger = self._new_user("stranger", "sales_team.group_sale_salesman", other_company)
        self.assertFound("2065550191", theirs, user=stranger, company=other_company)
        self.assertEqual(self._look_up("Theirs", partner_id=theirs.id)["kind"], "unknown", "an id does not open it either")

    def test_the_index_is_used(self):
        self.env["res.partner"].create([{"name": f"P{number}", "phone": f"+1 206 555 {number:04}"} for number in range(1000, 1600)])
        self.env.flush_all()
        self.env.cr.execute("ANALYZE res_partner")
        self.env.cr.execute("SET LOCAL enable_seqscan = off")  # a small table is read as a whole all the same
        self.env.cr.execute(SQL(
            "EXPLAIN SELECT id FROM res_partner WHERE phone IS NOT NULL AND %s",
            get_phone_condition(SQL.identifier("res_partner", "phone"), "206 555 1234"),
        ))
        self.assertIn("res_partner_phone_keys", "\n".join(line for [line] in self.env.cr.fetchall()))

    def test_who_may_not_file_complaints_looks_up_nobody(self):
        portal_user = self._new_user("portal", "base.group_portal")
        for user in (self.worker, portal_user):
            for call in (
                lambda caller: caller.look_up("Blue"), lambda caller: caller.file_complaint(self.customer.id),
                lambda caller: caller.open_new_inquiry(self.customer.id),
            ):
                with self.assertRaisesRegex(AccessError, "Reporter"):
                    call(self.env["quality.caller"].with_user(user))


@tagged("post_install", "-at_install")
class TestCallerDocument(CallerCommon):
    """What is typed decides what is looked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.saw = cls._create_product("Saw", tracking="lot")
        cls.lot = cls._create_lot("SAW-2026-77", cls.saw)
        cls.order = cls._create_order((cls.saw, 2), client_order_ref="PO 4711-B")
        cls.picking = cls._deliver(cls.order, lots={cls.saw: {cls.lot: 2}})
        cls.later = cls._create_shipped_order((cls.product, 1))

    def _get_asked(self, text, **options):
        answer = self.assertFound(text, self.customer, **options)
        return {row["title"] for section in answer["sections"] for row in section["rows"] if row.get("asked")}

    def test_an_order_its_delivery_its_lot_and_the_customers_own_number_lead_to_the_order(self):
        for text in (self.order.name, self.order.name.lower(), "po 4711-b", self.picking.name, "saw-2026-77", f"  {self.order.name} "):
            with self.subTest(text):
                answer = self.assertFound(text, self.customer)
                orders = next(section for section in answer["sections"] if section["name"] == "orders")
                self.assertEqual([row["title"] for row in orders["rows"]], [self.order.name, self.later.name], "the one that was asked for comes first")
                self.assertEqual([row["asked"] for row in orders["rows"]], [True, False])

    def test_the_end_of_a_number_is_enough(self):
        self.order.name = "S-BENCH-77881"
        self.assertIn("S-BENCH-77881", self._get_asked("7881"))

    def test_a_complaint_and_an_inquiry_lead_to_who_made_them(self):
        complaint = self._create_complaint(contact_id=False)
        inquiry = self.env["quality.inquiry"].with_user(self.rep).create({"subject": "How long?", "partner_id": self.customer.id})
        self.assertEqual(self._get_asked(complaint.name), {complaint.name})
        self.assertEqual(self._get_asked(inquiry.name), {inquiry.name})

    def test_the_inquiry_of_somebody_unknown_leads_to_it(self):
        inquiry = self.env["quality.inquiry"].with_user(self.rep).create({
            "subject": "Which bits fit?", "partner_name": "Noah of the Garage", "partner_phone": "+1 206-555-0182",
        })
        answer = self._look_up(inquiry.name)
        self.assertEqual(
            (answer["kind"], answer["message"], answer["create"], [row["id"] for row in answer["rows"]]),
            ("unknown", "Noah of the Garage", {"name": "Noah of the Garage", "phone": "+1 206-555-0182"}, [inquiry.id]),
        )
        answer = self._look_up(inquiry.name, user=self.other_rep)
        self.assertEqual((answer["rows"], answer["create"]), ([], {"name": inquiry.name}), "it is another's")
        self.assertIn("Nobody and nothing found", answer["message"])

    def test_a_lot_that_several_received_is_a_choice(self):
        other = self._create_partner("Green Workshop", is_company=True)
        self._deliver(self._create_order((self.saw, 3), customer=other), lots={self.saw: {self.lot: 3}})
        self.assertFound("SAW-2026-77", self.customer, other)

    def test_the_order_of_a_colleague_leads_to_the_customer_and_no_further(self):
        answer = self.assertFound(self.order.name, self.customer, user=self.other_rep)
        orders = next(section for section in answer["sections"] if section["name"] == "orders")
        self.assertEqual((orders["rows"], orders["hint"]), ([], "2 more that you have no access to, of colleagues."))

    def test_an_order_of_another_company_leads_nowhere(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        stranger = self._new_user("stranger", "sales_team.group_sale_manager,stock.group_stock_manager", other_company)
        for text in (self.order.name, self.picking.name, "SAW-2026-77", "PO 4711-B"):
            with self.subTest(text):
                self.assertFound(text, user=stranger, company=other_company)

    def test_signs_that_mean_something_to_a_database_mean_nothing_here(self):
        for text in ("%", "_", "S%", "\\", "'; DROP TABLE res_partner; --", "%%%%"):
            with self.subTest(text):
                self.assertEqual(self._look_up(text)["kind"], "unknown")

    def test_a_name_is_found_also_by_a_part_of_it_and_by_two_letters_at_its_beginning(self):
        yongshun = self._create_partner("永顺纺织有限公司", is_company=True, ref="K-1001", vat="CN123456", email="Office@Yongshun.example")
        li = self._create_partner("李明")
        for text in ("永顺", "纺织有限", "K-1001", "CN123456", "office@yongshun.example"):
            self.assertFound(text, yongshun)
        self.assertFound("李明", li)
        self.assertFound("Blue Work", self.customer)
        self.assertFound("Ada", self.contact)

    def test_an_address_of_digits_is_an_address_and_no_telephone_number(self):
        self._create_partner("Somebody Else", phone="+1 206-555-0199")
        wang = self._create_partner("Wang", email="2065550199@qq.com")
        self.assertFound("2065550199@qq.com", wang)
        answer = self._look_up("2065550198@qq.com")
        self.assertEqual((answer["kind"], answer["number"]), ("unknown", False))

    def test_a_number_need_not_be_a_text(self):
        wang = self._create_partner("Wang", phone="2065550199")
        self.assertFound(2065550199, wang)

    def test_signs_that_no_text_holds_are_left_out(self):
        self.assertFound("Blue\0 Workshop", self.customer)

    def test_who_was_chosen_is_not_unknown(self):
        """Created from the call, with another number than that of the call."""
        answer = self._look_up("206-555-0199", partner_id=self.customer.id)
        self.assertEqual((answer["kind"], answer["partner_id"], answer["message"]), ("customer", self.customer.id, False))

    def test_what_another_customer_has_with_the_same_number_is_not_shown(self):
        green = self._create_partner("Green Workshop", is_company=True)
        complaints = [self._create_complaint(contact_id=False), self._create_complaint(partner_id=green.id, contact_id=False)]
        Inquiry = self.env["quality.inquiry"].with_user(self.rep)
        inquiries = [Inquiry.create({"subject": "How long?", "partner_id": partner.id}) for partner in (self.customer, green)]
        for kind, records in (("complaints", complaints), ("inquiries", inquiries)):
            records[0].sudo().name, records[1].sudo().name = "A-4711001", "B-4711001"
            self.assertFound("4711001", self.customer, green)
            for partner, record in zip((self.customer, green), records, strict=True):
                answer = self._look_up("4711001", partner_id=partner.id)
                [rows] = [section["rows"] for section in answer["sections"] if section["name"] == kind]
                self.assertEqual([row["id"] for row in rows if row["asked"]], [record.id])
                self.assertEqual([row["id"] for row in rows], [record.id])
            records[0].sudo().name, records[1].sudo().name = "A-1", "B-1"

    def test_what_customers_name_is_looked_for_with_an_index(self):
        for model, (names, _domain, _paths) in self.env["quality.caller"]._get_document_sources().items():
            for name in names:
                path, _dot, last = name.rpartition(".")
                self.assertEqual(self.env[model].mapped(path)._fields[last].index, "trigram", name)

    def test_people_of_the_same_name_are_chosen_from_and_the_exact_name_comes_first(self):
        others = [self._create_partner(name) for name in ("Lindqvist Trading", "Lindqvist", "Old Lindqvist Shop")]
        answer = self._look_up("lindqvist")
        self.assertEqual(answer["kind"], "choices")
        self.assertEqual(answer["choices"][0]["id"], others[1].id)
        self.assertEqual(len(answer["choices"]), 3)

    def test_very_many_of_one_name_are_cut_off_and_that_is_said(self):
        self.env["res.partner"].create([{"name": f"Muster {number}"} for number in range(25)])
        answer = self._look_up("Muster")
        self.assertEqual((len(answer["choices"]), answer["has_more"]), (20, True))

    def test_nothing_typed_asks_nobody(self):
        for text in ("", "   ", "\0", None, False):
            self.assertEqual(self._look_up(text)["kind"], "empty")

    def test_what_nobody_has_can_become_a_customer_of_that_name(self):
        answer = self._look_up("Yellow Workshop")
        self.assertEqual((answer["kind"], answer["create"]), ("unknown", {"name": "Yellow Workshop"}))
        self.assertIn("«Yellow Workshop»", answer["message"])

    def test_a_number_that_is_an_orders_is_looked_for_there_when_nobody_calls_from_it(self):
        self.order.name = "2026077"
        self.assertIn("2026077", self._get_asked("2026077"))
        caller = self._create_partner("Caller", phone="2026077")
        self.assertFound("2026077", caller)

    def test_a_delivery_without_order_leads_to_whom_it_went(self):
        self.picking.sale_id = False
        self.assertFound(self.picking.name, self.customer, user=self.stock_user)

    def test_a_second_contact_in_the_delivery_is_the_one_who_called(self):
        order = self._create_order((self.product, 1), customer=self.contact, order_line=[Command.create({"product_id": self.product.id})])
        self.assertFound(order.name, self.contact)
