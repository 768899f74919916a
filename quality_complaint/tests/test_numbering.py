from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestNumbering(ComplaintCommon):
    """The register numbers what arrived, per company and year, without a gap, and keeps all of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Moonlight Tools"})
        cls.complaint_type.team_id = False
        cls.complaint_type.company_id = False

    def _create_elsewhere(self, **values):
        return self.env["quality.complaint"].with_company(self.other_company).create({
            "subject": "Dents", "partner_id": self.customer.id, "type_id": self.complaint_type.id, **values,
        })

    def test_numbers_follow_each_other_per_company(self):
        with self.at("2026-05-04 10:00:00"):
            self.assertEqual(self._create_complaint().name, "C/2026/00001")
            self.assertEqual(self._create_elsewhere().name, "C/2026/00001")
            self.assertEqual(self._create_complaint().name, "C/2026/00002")
            self.assertEqual(self._create_elsewhere().name, "C/2026/00002")

    def test_each_year_begins_with_one(self):
        with self.at("2026-12-31 23:59:59"):
            self._create_complaint()
            self.assertEqual(self._create_complaint().name, "C/2026/00002")
        with self.at("2027-01-01 00:00:00"):
            self.assertEqual(self._create_complaint().name, "C/2027/00001")
            # what came in before midnight is still numbered in the order it is recorded
            self.assertEqual(self._create_complaint(date_received="2026-12-31 20:00:00").name, "C/2027/00002")

    def test_the_year_begins_where_the_company_works(self):
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        with self.at("2026-12-31 14:59:59"):
            self.assertEqual(self._create_complaint().name, "C/2026/00001")
        with self.at("2026-12-31 15:00:00"):
            self.assertEqual(self._create_complaint().name, "C/2027/00001")
            self.assertEqual(self._create_elsewhere().name, "C/2026/00001")

    def test_many_at_once_for_several_companies_are_numbered_one_by_one(self):
        values = {"subject": "Dents", "partner_id": self.customer.id, "type_id": self.complaint_type.id}
        companies = self.company + self.other_company + self.company + self.other_company
        with self.at("2026-05-04 10:00:00"):
            complaints = self.env["quality.complaint"].create([{**values, "company_id": company.id} for company in companies])
        self.assertEqual(complaints.mapped("name"), ["C/2026/00001", "C/2026/00001", "C/2026/00002", "C/2026/00002"])

    def test_many_at_once_are_numbered_by_the_year_of_each_company(self):
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        values = {"subject": "Dents", "partner_id": self.customer.id, "type_id": self.complaint_type.id}
        companies = self.company + self.other_company + self.company
        with self.at("2026-12-31 15:00:00"):
            complaints = self.env["quality.complaint"].create([{**values, "company_id": company.id} for company in companies])
        self.assertEqual(complaints.mapped("name"), ["C/2027/00001", "C/2026/00001", "C/2027/00002"])

    def test_the_numbers_of_many_are_taken_in_one_go(self):
        self.company._take_complaint_numbers(1)
        start = self.env.cr.sql_log_count
        self.company._take_complaint_numbers(2)
        of_two = self.env.cr.sql_log_count - start
        numbers = self.company._take_complaint_numbers(500)
        self.assertEqual(len(set(numbers)), 500)
        self.assertEqual(self.env.cr.sql_log_count - start, 2 * of_two)

    def test_the_form_of_a_number_is_the_administrators_to_choose(self):
        sequence = self.company.complaint_sequence_id
        sequence.write({"prefix": "Q%(range_y)s-%(month)s/", "suffix": "/S", "padding": 3, "number_increment": 5})
        with self.at("2026-05-04 10:00:00"):
            complaints = self._create_complaint() + self._create_complaint()
        self.assertEqual(complaints.mapped("name"), ["Q26-05/001/S", "Q26-05/006/S"])
        sequence.date_range_ids.number_next_actual = 40
        with self.at("2026-06-01 10:00:00"):
            self.assertEqual(self._create_complaint().name, "Q26-06/040/S")

    def test_the_register_may_count_by_business_years(self):
        sequence = self.company.complaint_sequence_id
        sequence.date_range_ids = [Command.create({"date_from": "2026-04-01", "date_to": "2027-03-31"})]
        sequence.prefix = "C/%(range_year)s-%(range_month)s/"
        with self.at("2026-03-31 10:00:00"):
            self.assertEqual(self._create_complaint().name, "C/2026-01/00001")
        for number, moment in (("00001", "2026-04-01 10:00:00"), ("00002", "2027-03-31 10:00:00")):
            with self.at(moment):
                self.assertEqual(self._create_complaint().name, f"C/2026-04/{number}")

    def test_the_register_may_count_on_through_the_years(self):
        self.company.complaint_sequence_id.write({"use_date_range": False, "prefix": "C"})
        for number, moment in (("C00001", "2026-12-31 10:00:00"), ("C00002", "2027-01-04 10:00:00")):
            with self.at(moment):
                self.assertEqual(self._create_complaint().name, number)

    def test_a_number_is_nobodys_to_choose(self):
        with self.at("2026-05-04 10:00:00"):
            complaint = self._create_complaint(name="C/2026/00099")
            self.assertEqual(complaint.name, "C/2026/00001")
            self.assertEqual(self._create_complaint(self.complaint_admin, name="mine").name, "C/2026/00002")
        for user in (self.rep, self.complaint_admin):
            with self.assertRaises(AccessError):
                complaint.with_user(user).name = "C/2026/00099"
        self.assertEqual(complaint.name, "C/2026/00001")

    def test_a_complaint_stays_in_the_register_of_its_company(self):
        complaint = self._create_complaint(line_ids=[])
        self.complaint_admin.company_ids += self.other_company
        with self.assertRaises(AccessError):
            complaint.with_user(self.complaint_admin).company_id = self.other_company

    def test_a_refused_complaint_leaves_no_gap(self):
        with self.at("2026-05-04 10:00:00"):
            self._create_complaint()
            with self.assertRefused("A demand is empty", error=ValidationError):
                self._create_complaint(demand_ids=[Command.create({"name": " "})])
            with self.assertRefused(error=AccessError):
                self._create_complaint(self.worker)
            self.assertEqual(self._create_complaint().name, "C/2026/00002")

    def test_refused_together_they_give_back_all_their_numbers(self):
        values = {"subject": "Dents", "partner_id": self.customer.id, "type_id": self.complaint_type.id}
        several = [{**values, "company_id": company.id} for company in self.company + self.other_company + self.company]
        with self.at("2026-05-04 10:00:00"):
            self._create_complaint()
            with self.assertRefused("A demand is empty", error=ValidationError):
                self.env["quality.complaint"].create([*several, {**values, "demand_ids": [Command.create({"name": " "})]}])
            complaints = self.env["quality.complaint"].create(several)
        self.assertEqual(complaints.mapped("name"), ["C/2026/00002", "C/2026/00001", "C/2026/00003"])

    def test_cancelling_keeps_the_record_and_its_number(self):
        with self.at("2026-05-04 10:00:00"):
            complaint = self._create_complaint()
            self._cancel(complaint)
            self.assertEqual((complaint.state, complaint.name), ("cancel", "C/2026/00001"))
            self.assertEqual(self._create_complaint().name, "C/2026/00002")
        self.assertIn(complaint, self.env["quality.complaint"].with_user(self.rep).search([]))

    def test_deleting_is_refused_to_everybody(self):
        complaint = self._create_complaint()
        for user in (self.rep, self.quality_manager, self.complaint_admin):
            with self.assertRefused(error=AccessError):
                complaint.with_user(user).unlink()
        with self.assertRefused("Cancel it instead", error=UserError):
            complaint.sudo().unlink()

    def test_a_copy_gets_the_next_number_and_begins_anew(self):
        with self.at("2026-05-04 10:00:00"):
            complaint = self._move_to(self._create_complaint(), "review")
            copy = complaint.with_user(self.rep).copy()
        self.assertEqual((copy.name, copy.state, copy.subject), ("C/2026/00002", "draft", "Rust on the blades (copy)"))
        self.assertEqual(complaint.name, "C/2026/00001")

    def test_a_company_from_before_the_addon_gets_its_counter(self):
        self.other_company.complaint_sequence_id = False
        self.env["res.company"]._create_missing_complaint_sequences()
        with self.at("2026-05-04 10:00:00"):
            self.assertEqual(self._create_elsewhere().name, "C/2026/00001")

    def test_two_at_the_same_time_never_get_the_same_number(self):
        """The second waits for the first, or is tried again by core, which then sees the first one's number."""
        company = self.env.ref("base.main_company")  # there before this test, so another connection sees it
        values = {
            "subject": "Dents", "company_id": company.id,
            "partner_id": company.partner_id.id, "type_id": self.env.ref("quality_complaint.type_quality").id,
        }
        self.env["quality.complaint"].create(values)
        with self.registry.cursor() as other_cr:
            # where it would wait for the first to be committed, give up: this test never commits
            other_cr.execute("SET LOCAL lock_timeout = '200ms'")
            other_env = api.Environment(other_cr, api.SUPERUSER_ID, {})
            with self.assertRaises(LockNotAvailable) as refusal, mute_logger("odoo.sql_db"):
                other_env["quality.complaint"].create(values)
            other_cr.rollback()
        self.assertIsInstance(refusal.exception, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)

    def test_two_who_begin_a_year_at_the_same_moment_both_get_their_number(self):
        """Who comes second fails in the way that core tries again, and then takes the next one."""
        main_company = self.env.ref("base.main_company")  # as above

        @self.addCleanup
        def remove_year():
            with self.registry.cursor() as cr:
                cr.execute("DELETE FROM ir_sequence_date_range WHERE date_from = '2091-01-01'")

        with self.registry.cursor() as first_cr, self.registry.cursor() as second_cr, self.at("2091-01-01 10:00:00"):
            first, second = (
                main_company.with_env(api.Environment(cr, api.SUPERUSER_ID, {})) for cr in (first_cr, second_cr)
            )
            second_cr.execute("SELECT 1")  # from here on it sees what was there before the first one came
            self.assertEqual(first._take_complaint_numbers(1), ["C/2091/00001"])
            first_cr.commit()
            with self.assertRaises(SerializationFailure) as refusal, mute_logger("odoo.sql_db"):
                second._take_complaint_numbers(1)
            self.assertIsInstance(refusal.exception, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)
            second_cr.rollback()
            self.assertEqual(second._take_complaint_numbers(2), ["C/2091/00002", "C/2091/00003"])
