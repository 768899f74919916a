from odoo.fields import Command
from odoo.tests import tagged

from .agreement_common import AgreementCommon


@tagged("post_install", "-at_install")
class TestAgreementWarranty(AgreementCommon):
    """The better of terms and agreement decides, on the day of the claim, and what was promised is kept."""

    def _get_warranty(self, day="2026-06-01", *lines, **values):
        line = self._claim(day, *lines, **values).line_ids
        return line.warranty_state, str(line.warranty_end_date), line.warranty_agreement_id

    def test_without_an_agreement_the_terms_decide(self):
        self.assertEqual(self._get_warranty(), ("out", "2026-02-15", self.env["service.agreement"]))

    def test_until_the_agreement_ends(self):
        agreement = self._create_agreement()
        line = self._claim().line_ids
        self.assertEqual((line.warranty_state, str(line.warranty_end_date), line.warranty_agreement_id), ("in", "2026-12-31", agreement))
        self.assertIn(agreement.name, line.warranty_rule)
        self.assertIn("parts and labour are free", line.warranty_rule)

    def test_first_and_last_day_are_inside(self):
        self._create_agreement(date_from="2026-05-01", date_to="2026-05-31")
        for day, state in (("2026-04-30", "out"), ("2026-05-01", "in"), ("2026-05-31", "in"), ("2026-06-01", "out")):
            with self.subTest(day):
                self.assertEqual(self._get_warranty(day)[0], state)

    def test_the_day_is_the_companys(self):
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        self._create_agreement(date_to="2026-05-31")
        for moment, state in (("2026-05-31 14:59:59", "in"), ("2026-05-31 15:00:00", "out")):
            with self.subTest(moment), self.at(moment):
                self.assertEqual(self._create_return(date_requested=moment).line_ids.warranty_state, state)

    def test_longer_counts_on_top_of_the_terms(self):
        self._create_agreement(warranty_extension="longer", extension_duration=3)
        self.assertEqual(self._get_warranty("2026-05-15")[:2], ("in", "2026-05-15"))
        self.assertEqual(self._get_warranty("2026-05-16")[:2], ("out", "2026-05-15"))
        self.assertEqual(self._get_warranty("2026-04-16", self._get_line(self.pump))[:2], ("out", "2026-04-15"), "from the delivery on")

    def test_the_better_terms_win_over_the_agreement(self):
        self.product.warranty_duration = 36
        self._create_agreement()
        state, end, agreement = self._get_warranty()
        self.assertEqual((state, end), ("in", "2029-01-15"))
        self.assertFalse(agreement)

    def test_of_two_agreements_the_better_one_decides(self):
        short = self._create_agreement(date_to="2026-07-31")
        long = self._create_agreement(date_from="2026-06-01", date_to="2027-05-31")
        labour = self._create_agreement(date_to="2028-12-31", covers_parts=False)
        self.assertEqual(self._get_warranty("2026-05-31")[2], short, "parts and labour before labour alone")
        self.assertEqual(self._get_warranty("2026-06-01")[2], long)
        self.assertEqual(self._get_warranty("2027-06-01")[2], labour)

    def test_parts_or_labour_alone(self):
        self._create_agreement(covers_parts=False)
        line = self._claim().line_ids
        self.assertEqual((line.warranty_state, line.covers_parts, line.covers_labour), ("in", False, True))
        self.assertIn("labour is free", line.warranty_rule)
        early = self._claim("2026-02-01").line_ids
        self.assertEqual((early.covers_parts, early.covers_labour, early.warranty_agreement_id.id), (True, True, False), "the terms hold still")

    def test_out_of_warranty_nothing_is_free_and_by_hand_all_is(self):
        line = self._claim().line_ids
        self.assertEqual((line.covers_parts, line.covers_labour), (False, False))
        line.with_user(self.quality_manager).write({"warranty_override": "in", "warranty_override_reason": "Known fault"})
        self.assertEqual((line.covers_parts, line.covers_labour), (True, True))
        self._create_agreement()
        covered = self._claim().line_ids
        covered.with_user(self.quality_manager).write({"warranty_override": "out", "warranty_override_reason": "Dropped"})
        self.assertEqual((covered.covers_parts, covered.covers_labour, covered.warranty_rule), (False, False, "by hand: Dropped"))

    def test_only_what_is_covered(self):
        agreement = self._create_agreement(categ_ids=[Command.set(self.pump.categ_id.ids)])
        self.assertEqual(self._get_warranty("2026-06-01", self._get_line(self.pump))[2], agreement)
        self.assertFalse(self._get_warranty()[2])

    def test_a_category_above_covers_those_below_and_not_those_beside(self):
        above, beside = self.env["product.category"].create([{"name": "Machines"}, {"name": "Tools"}])
        self.pump.categ_id.parent_id = above
        self.product.categ_id = beside
        agreement = self._create_agreement(categ_ids=[Command.set(above.ids)])
        order = self._claim("2026-06-01", self._get_line(), self._get_line(self.pump))
        self.assertEqual([line.warranty_agreement_id.id for line in order.line_ids], [False, agreement.id])

    def test_of_serial_numbers_only_those_named(self):
        tracked = self._create_product("Drill", tracking="lot")
        named, other = (self._create_lot(name, tracked) for name in ("D-1", "D-2"))
        with self.at("2026-01-15 10:00:00"):
            self._deliver(self._create_order((tracked, 20)), lots={tracked: {named: 10, other: 10}})
        agreement = self._create_agreement(lot_ids=[Command.set(named.ids)], product_ids=[Command.set((tracked | self.pump).ids)])
        for lot, expected in ((named, agreement), (other, agreement.browse())):
            with self.subTest(lot.name):
                self.assertEqual(self._get_warranty("2026-06-01", self._get_line(tracked, lot_id=lot.id))[2], expected)
        self.assertEqual(self._get_warranty("2026-06-01", self._get_line(self.pump))[2], agreement, "of it no number is named")

    def test_all_contacts_of_the_customer_and_nobody_else(self):
        agreement = self._create_agreement(partner_id=self.contact.id)
        self.assertEqual(self._get_warranty()[2], agreement)
        stranger = self.env["res.partner"].create({"name": "Green Workshop", "is_company": True})
        self.assertFalse(self._get_warranty("2026-06-01", partner_id=stranger.id, contact_id=False)[2])

    def test_another_companys_agreement_covers_nothing(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self.env["service.agreement"].with_company(other).create({
            "partner_id": self.customer.id, "company_id": other.id, "date_from": "2026-01-01", "date_to": "2026-12-31",
            "warranty_extension": "until_end",
        })
        foreign.action_activate()
        self.assertFalse(self._get_warranty()[2])

    def test_what_is_not_active_covers_nothing(self):
        self._create_agreement(active=False)
        self.assertFalse(self._get_warranty()[2])

    def test_a_cancelled_agreement_keeps_what_it_promised(self):
        agreement = self._create_agreement()
        line, second = self._claim("2026-05-01").line_ids, self._claim("2026-06-10").line_ids
        with self.at("2026-06-10 15:00:00"):
            agreement.action_cancel()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((line | second).mapped("warranty_state"), ["in", "in"])
        line.return_id.date_requested = "2026-05-02 12:00:00"
        self.env.flush_all()
        self.assertEqual(line.warranty_agreement_id, agreement, "looked up anew for a day on which it counted")
        self.assertEqual(self._get_warranty("2026-06-11")[0], "out")

    def test_an_agreement_made_later_changes_no_claim(self):
        line = self._claim().line_ids
        self._create_agreement()
        self.env.invalidate_all()
        self.assertEqual(line.warranty_state, "out")

    def test_of_goods_whose_delivery_nobody_knows(self):
        rotor = self._create_product("Rotor")
        agreement = self._create_agreement(warranty_extension="longer", extension_duration=3)
        self.assertEqual(self._get_warranty("2026-06-01", self._get_line(rotor)), ("unknown", "False", agreement))
        until_end = self._create_agreement()
        self.assertEqual(self._get_warranty("2026-06-01", self._get_line(rotor)), ("in", "2026-12-31", until_end))

    def test_a_complaint_finds_it_too_and_its_repair_is_free(self):
        self._create_agreement(covers_labour=False)
        with self.at("2026-06-01 12:00:00"):
            line = self._create_complaint(date_received="2026-06-01 12:00:00").line_ids
        self.assertEqual((line.warranty_state, line.covers_parts, line.covers_labour), ("in", True, False))
        self.assertTrue(line._prepare_repair_values()["under_warranty"])

    def test_who_may_not_read_agreements_gets_their_warranty(self):
        agreement = self._create_agreement()
        with self.at("2026-06-01 12:00:00"):
            order = self._create_return(self.stock_user, user_id=self.rep.id, date_requested="2026-06-01 12:00:00")
        self.assertFalse(agreement.with_user(self.stock_user).has_access("read"))
        self.assertEqual(order.line_ids.warranty_state, "in")
        self.assertIn(agreement.name, order.line_ids.warranty_rule)

    def test_who_answers_a_call_sees_it(self):
        self._create_agreement(date_from="2026-05-01", date_to="2026-05-31", product_ids=[Command.set(self.product.ids)])

        def look_up(day):
            with self.at(f"{day} 12:00:00"):
                found = self.env["quality.caller"].with_user(self.rep).with_company(self.company).look_up("Blue Workshop")
            [rows] = [section["rows"] for section in found["sections"] if section["name"] == "delivered"]
            return {row["title"]: row["badge"][0] for row in rows}

        self.assertEqual(look_up("2026-04-30"), {"Screwdriver set": "Out of Warranty", "Pump": "No Warranty"})
        self.assertEqual(look_up("2026-05-31"), {"Screwdriver set": "In Warranty", "Pump": "No Warranty"})

    def test_many_lines_cost_about_as_many_queries_as_few(self):
        self._create_agreement(product_ids=[Command.set(self.product.ids)])
        self._create_agreement(categ_ids=[Command.set(self.pump.categ_id.ids)])

        def count(number):
            order = self._claim("2026-06-01", *(
                self._get_line(self.product if index % 2 else self.pump, quantity=1) for index in range(number)
            ))
            lines = order.line_ids.browse(order.line_ids.ids)  # read together, also when the return's cache is empty
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            covering = self.env["service.agreement"]._find_covering({line: line._get_claim() for line in lines})
            self.assertEqual([len(covering[line]) for line in lines], [1] * number)
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertLess(count(30) - count(4), 5)

    def test_the_agreement_counts_its_cases(self):
        agreement = self._create_agreement()
        order = self._claim()
        self._claim("2027-06-01")
        self.assertEqual((agreement.return_count, agreement.complaint_count), (1, 0))
        self.assertEqual(self.env["return.order"].with_user(self.rep).search(agreement.action_view_returns()["domain"]), order)
        self.customer.invalidate_recordset()
        self.assertEqual(self.contact.with_user(self.rep).service_agreement_count, 1)
        found = self.env["service.agreement"].search(self.contact.action_view_service_agreements()["domain"])
        self.assertEqual(found, agreement.with_env(self.env))
