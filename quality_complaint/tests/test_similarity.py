from contextlib import closing

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.sql_db import connection_info_for
from odoo.tests import tagged

from odoo.addons.quality_complaint.hooks import pre_init_hook
from odoo.addons.quality_complaint.models.knowledge.quality_similarity_mixin import does_pg_trgm_know_all_letters

from .common import ComplaintCommon

# language: lists of subjects about the same matter; those of two lists are about different ones
SUBJECTS = {
    "zh": [
        ["螺丝刀生锈", "螺丝起子表面生锈", "收到的货物中螺丝刀表面生锈严重"],
        ["手套尺码发错", "手套尺码不对，应为L码"],
        ["电钻连续使用十分钟后过热"],
        ["客服回复太慢"],
        ["钳口有毛刺，划伤工人手指"],
    ],
    "ja": [
        ["ドライバーに錆", "ドライバーが錆びている", "納品されたドライバーの刃先が錆びていました"],
        ["手袋のサイズが違う", "手袋のサイズ間違い"],
        ["電動ドリルが過熱する"],
        ["段ボールが雨で濡れていました"],
        ["返信が遅い"],
        ["ペンチのバリで指を切った"],
    ],
    "en": [
        ["Screwdrivers arrived rusty", "rusty screwdriver blades", "The blades of the screwdrivers are rusty"],
        ["Order confirmation took five days", "The order confirmation came after five days"],
        ["Burrs on the pliers cut a worker's finger"],
        ["The delivery was late and the box was wet"],
        ["Wrong colour on the handles of the hammers"],
    ],
}
NO_PRODUCT = {"line_ids": [], "demand_ids": []}


class SimilarityCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_customer = cls.env["res.partner"].create({"name": "Red Workshop", "is_company": True})
        cls.service_type, cls.delivery_type = cls.env["quality.complaint.type"].create([
            {"name": name, "company_id": cls.company.id, "team_id": cls.team.id} for name in ("Service", "Delivery")
        ])

    @classmethod
    def _create_about(cls, subject, user=None, **values):
        """A complaint that has nothing in common with others but what is given."""
        return cls._create_complaint(user or cls.quality_manager, subject=subject, **{
            "partner_id": cls.env["res.partner"].create({"name": f"Customer of {subject}", "is_company": True}).id,
            "contact_id": False, "type_id": cls.service_type.id, **NO_PRODUCT, **values,
        })

    def _get_similar(self, complaint, user=None):
        """{subject: (score, reason)}"""
        return {
            found.subject: (score, reason)
            for found, score, reason in complaint.with_user(user or self.quality_manager)._find_similar_complaints(complaint.browse())
        }

    def _drop_pg_trgm(self):
        self.env.cr.execute("DROP EXTENSION pg_trgm CASCADE")
        self.patch(self.registry, "has_trigram", False)


@tagged("post_install", "-at_install")
class TestSimilarText(SimilarityCommon):
    def _check_subjects(self):
        for language, groups in SUBJECTS.items():
            # the type keeps them apart from others, and gives no points that would be needed
            complaints = {subject: self._create_about(subject) for group in groups for subject in group}
            for group in groups:
                for subject in group:
                    found = self._get_similar(complaints[subject]).keys() & complaints.keys()
                    with self.subTest(language=language, subject=subject):
                        self.assertEqual(found, set(group) - {subject})

    def test_the_same_matter_is_found_and_others_are_not_in_each_language(self):
        self.assertFalse(self.env["quality.complaint"]._get_simple_comparison_note())
        self._check_subjects()

    def test_without_pg_trgm_the_same_is_found_in_a_simpler_way_and_the_window_says_so(self):
        self._drop_pg_trgm()
        self._check_subjects()
        complaint = self._create_about("Anything")
        action = complaint.with_user(self.quality_manager).action_view_similar()
        window = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("the database extension pg_trgm is not installed", window.note)

    def test_both_ways_give_the_same_order(self):
        complaint = self._create_about("Screwdrivers arrived rusty", description="<p>The blades of all sets have brown spots</p>")
        for subject in ("rusty screwdriver", "screwdriver sets with brown spots of rust", "rusty blades of drivers"):
            self._create_about(subject)
        by_database = list(self._get_similar(complaint))
        self.assertEqual(len(by_database), 3)
        self._drop_pg_trgm()
        self.assertEqual(list(self._get_similar(complaint)), by_database)

    def test_the_addon_creates_the_extension_where_it_may_and_works_without_where_not(self):
        self._drop_pg_trgm()
        role = "quality_complaint_test_role"
        self.env.cr.execute(f"CREATE ROLE {role}; SET LOCAL ROLE {role}")  # pylint: disable=sql-injection
        pre_init_hook(self.env)
        self.assertFalse(self.registry.has_trigram)
        self.env.cr.execute("RESET ROLE")
        pre_init_hook(self.env)
        self.assertTrue(self.registry.has_trigram)
        self.env.cr.execute("SELECT word_similarity('rust', 'rusty')")
        self.assertTrue(self.env.cr.fetchone()[0])

    def test_a_database_with_character_type_c_is_recognized(self):
        """There only ASCII letters count, so Chinese and Japanese are compared in the simpler way."""
        self.assertTrue(does_pg_trgm_know_all_letters(self.env.cr))
        name = f"{self.env.cr.dbname}_ctype_c"
        _database, info = connection_info_for("postgres")
        with closing(psycopg2.connect(**info)) as connection:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            cursor = connection.cursor()
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING \'UTF8\' LC_COLLATE \'C\' LC_CTYPE \'C\'')
            try:
                _database, info = connection_info_for(name)
                with closing(psycopg2.connect(**info)) as with_c, with_c.cursor() as cr:
                    cr.execute("CREATE EXTENSION pg_trgm")
                    self.assertFalse(does_pg_trgm_know_all_letters(cr))
            finally:
                cursor.execute(f'DROP DATABASE "{name}"')

    def test_full_width_letters_accents_and_case_do_not_matter(self):
        complaint = self._create_about("ＲＵＳＴＹ　Écrou")
        self._create_about("rusty ecrou")
        self.assertEqual(self._get_similar(complaint)["rusty ecrou"], (81, "same type, similar text"))

    def test_what_is_written_in_the_description_and_with_the_products_counts(self):
        complaint = self._create_about("Screwdrivers arrived rusty")
        by_description = self._create_about("Complaint by phone", description="<p>The <b>screwdrivers</b> arrived <i>rusty</i></p>")
        by_defect = self._create_about("Second delivery", line_ids=[
            Command.create({"product_id": self.product.id, "defect": "Screwdrivers rusty when they arrived"}),
        ])
        self.assertEqual(self._get_similar(complaint).keys(), {by_description.subject, by_defect.subject})
        by_defect.line_ids.defect = "Scratched"
        self.assertEqual(self._get_similar(complaint).keys(), {by_description.subject})


@tagged("post_install", "-at_install")
class TestSimilarFacts(SimilarityCommon):
    def test_the_score_says_why_and_the_best_come_first(self):
        lot = self._create_lot("L1")
        line = {"product_id": self.product.id, "quantity": 1}
        complaint = self._create_about("Screwdrivers arrived rusty", line_ids=[Command.create({**line, "lot_id": lot.id})])
        self._create_about("Handles too short", line_ids=[Command.create({**line, "lot_id": lot.id})])
        self._create_about("Rusty screwdrivers again", line_ids=[Command.create(line)])
        self._create_about("Box with wrong label", line_ids=[Command.create(line)])
        found = self._get_similar(complaint)
        self.assertEqual(list(found), ["Rusty screwdrivers again", "Handles too short"])
        self.assertEqual(found["Handles too short"], (55, "same lot, same product, same type"))
        self.assertRegex(found["Rusty screwdrivers again"][1], "^same product, same type, similar text$")

    def test_the_same_cause_counts(self):
        rain = self.env["quality.cause"].create({"name": "Rain"})
        line = [Command.create({"product_id": self.product.id})]
        complaint, other = (self._create_about(subject, line_ids=line) for subject in ("Screwdrivers arrived rusty", "Cartons are soft"))
        self.assertFalse(self._get_similar(complaint))
        (complaint | other).cause_ids = [Command.create({"name": "Rain", "cause_id": rain.id})]
        self.assertEqual(self._get_similar(complaint), {"Cartons are soft": (44, "same product, same cause, same type")})

    def test_only_five_are_proposed_and_the_newest_of_equals(self):
        complaint = self._create_about("Screwdrivers arrived rusty")
        others = [self._create_about("Screwdrivers arrived rusty") for _each in range(7)]
        proposals = complaint._find_similar_complaints(complaint.browse())
        self.assertEqual([found.id for found, _score, _reason in proposals], [other.id for other in reversed(others[2:])])

    def test_only_what_the_user_may_read_is_proposed(self):
        mine = self._create_about("Screwdrivers arrived rusty", self.rep)
        self._create_about("Rusty screwdrivers", self.rep)
        others = self._create_about("Screwdrivers rusty again", self.other_rep)
        self.assertEqual(self._get_similar(mine, self.rep).keys(), {"Rusty screwdrivers"})
        self.assertEqual(self._get_similar(mine).keys(), {"Rusty screwdrivers", others.subject})
        self._drop_pg_trgm()
        self.assertEqual(self._get_similar(mine, self.rep).keys(), {"Rusty screwdrivers"})

    def test_another_companys_complaints_are_not_proposed_even_to_who_may_read_them(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        complaint = self._create_about("Screwdrivers arrived rusty")
        self.env["quality.complaint"].with_company(other_company).create({
            "subject": "Screwdrivers arrived rusty", "partner_id": self.customer.id, "company_id": other_company.id,
        })
        self.quality_manager.company_ids = [Command.link(other_company.id)]
        both = complaint.with_user(self.quality_manager).with_context(allowed_company_ids=(self.company | other_company).ids)
        self.assertFalse(both._find_similar_complaints(complaint.browse()))

    def test_cancelled_complaints_are_not_proposed(self):
        complaint = self._create_about("Screwdrivers arrived rusty")
        self._cancel(self._create_about("Rusty screwdrivers"))
        self.assertFalse(self._get_similar(complaint))

    def test_nothing_is_looked_for_on_lists(self):
        for view_type in ("list", "kanban"):
            shown = self.env["quality.complaint"].get_view(view_type=view_type)["models"]["quality.complaint"]
            with self.subTest(view_type):
                self.assertIn("subject", shown)
                self.assertFalse({"likely_duplicate_id", "duplicate_hint", "similarity_text"} & set(shown))


@tagged("post_install", "-at_install")
class TestLikelyDuplicates(SimilarityCommon):
    def _create_of_lot(self, subject, lot, user=None, **values):
        return self._create_complaint(user, subject=subject, line_ids=[
            Command.create({"product_id": self.product.id, "quantity": 1, "lot_id": lot.id}),
        ], **values)

    def test_who_files_it_again_is_warned_with_score_and_reason(self):
        lot = self._create_lot("L1")
        first = self._create_of_lot("Screwdrivers arrived rusty", lot)
        self.assertFalse(first.duplicate_hint)
        second = self._create_of_lot("Handles broken off", lot)
        self.assertEqual(second.likely_duplicate_id, first)
        self.assertEqual(second.duplicate_hint, f"Looks like {first.name} (68 %): same customer, same lot, same product")
        action = second.action_view_likely_duplicate()
        self.assertEqual((action["res_model"], action["res_id"]), ("quality.complaint", first.id))
        second.action_submit()
        self.assertTrue(second.duplicate_hint, "the reviewer is warned too")
        second.with_user(self.quality_manager).write({"validity": "upheld", "severity": "major"})
        second.with_user(self.quality_manager).action_approve()
        self.env.invalidate_all()
        self.assertFalse(second.duplicate_hint)

    def test_a_linked_one_is_known_and_the_next_is_shown(self):
        lot = self._create_lot("L1")
        first, second, third = (self._create_of_lot("Screwdrivers arrived rusty", lot) for _each in range(3))
        self.assertEqual(third.likely_duplicate_id, second)
        third.action_link_likely_duplicate()
        self.env.invalidate_all()
        self.assertEqual(third.likely_duplicate_id, first)
        third.action_link_likely_duplicate()
        self.env.invalidate_all()
        self.assertFalse(third.likely_duplicate_id)
        self.assertFalse(third.duplicate_hint)

    def test_another_customer_or_another_matter_is_no_duplicate(self):
        lot = self._create_lot("L1")
        self._create_of_lot("Screwdrivers arrived rusty", lot, partner_id=self.other_customer.id, contact_id=False)
        self._create_complaint(subject="Handles too short")
        complaint = self._create_of_lot("Screwdrivers arrived rusty", lot)
        self.assertFalse(complaint._find_duplicates())

    def test_a_contact_of_the_same_company_is_the_same_customer(self):
        lot = self._create_lot("L1")
        first = self._create_of_lot("Screwdrivers arrived rusty", lot)
        second = self._create_of_lot("Rusty screwdrivers", lot, partner_id=self.contact.id, contact_id=False)
        self.assertEqual(second.likely_duplicate_id, first)

    def test_a_finished_one_counts_for_thirty_days_and_an_open_one_always(self):
        lot = self._create_lot("L1")
        with self.at("2026-03-01 08:00:00"):
            closed = self._move_to(self._create_of_lot("Screwdrivers arrived rusty", lot), "closed")
            still_open = self._create_of_lot("Screwdrivers arrived rusty", lot)
        self.env.flush_all()
        for received, expected in (
            ("2026-03-31 07:59:59", closed | still_open), ("2026-03-31 08:00:00", closed | still_open),
            ("2026-03-31 08:00:01", still_open),
        ):
            with self.at("2026-04-01 08:00:00"):
                complaint = self._create_of_lot("Screwdrivers arrived rusty", lot, date_received=received)
                found = complaint.with_user(self.quality_manager)._find_duplicates()
            with self.subTest(received):
                earlier = complaint.browse(duplicate.id for duplicate, _score, _reason in found) & (closed | still_open)
                self.assertEqual(earlier, expected)

    def test_the_same_delivery_of_the_same_product_is_enough(self):
        order = self._create_order((self.product, 10))
        picking = self._deliver(order)
        lines = [Command.create(values) for values in picking.move_ids._prepare_complaint_lines()]
        first = self._create_complaint(subject="Handles too short", picking_id=picking.id, line_ids=lines)
        second = self._create_complaint(subject="Cartons arrived wet", picking_id=picking.id, line_ids=lines)
        for user in (self.rep, self.quality_manager):  # who may read deliveries, and who may not
            self.assertEqual(picking.with_user(user).has_access("read"), user == self.rep)
            (proposal,) = second.with_user(user)._find_duplicates()
            self.assertEqual(proposal, (first, 64, "same customer, same delivery, same product"))

    def test_the_window_shows_each_once_with_what_can_be_done(self):
        lot = self._create_lot("L1")
        duplicate = self._create_of_lot("Screwdrivers arrived rusty", lot)
        similar = self._create_of_lot("Screwdrivers rusty", lot, partner_id=self.other_customer.id, contact_id=False)
        solution = self.env["quality.solution"].create({
            "name": "Rust on screwdrivers", "problem": "Screwdrivers rusty", "solution": "<p>Dry them</p>", "company_id": self.company.id,
        })
        complaint = self._create_of_lot("Screwdrivers arrived rusty", lot)
        action = complaint.with_user(self.quality_manager).action_view_similar()
        window = self.env[action["res_model"]].with_user(self.quality_manager).browse(action["res_id"])
        self.assertEqual(window.duplicate_ids.similar_id, duplicate)
        self.assertEqual(window.similar_ids.similar_id, similar)
        self.assertEqual(window.solution_ids.solution_id, solution)
        self.assertFalse(window.note)
        window.similar_ids.action_link()
        self.assertEqual(complaint.related_ids, similar)
        said = window.solution_ids.action_use()
        self.assertIn("was added to the handling opinion", said["params"]["message"])
        self.assertEqual(complaint.solution_ids, solution)
        self.env.invalidate_all()
        self.assertTrue(window.similar_ids.is_taken and window.solution_ids.is_taken)
        self.assertEqual(window.similar_ids.action_open()["res_id"], similar.id)
        wizard = self.env["quality.complaint.merge.wizard"].with_user(self.quality_manager).with_context(
            **window.duplicate_ids.action_merge()["context"],
        ).create({})
        self.assertEqual(wizard.complaint_ids, complaint | duplicate)
        self.assertEqual(wizard.kept_id, duplicate)

    def test_what_was_found_for_one_user_is_not_for_another(self):
        lot = self._create_lot("L1")
        others = self._create_of_lot("Screwdrivers arrived rusty", lot, self.other_rep)
        complaint = self._create_of_lot("Screwdrivers arrived rusty", lot)
        action = complaint.with_user(self.quality_manager).action_view_similar()
        window = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(window.duplicate_ids.similar_id, others)
        for record in (window, window.line_ids):
            self.assertTrue(record.with_user(self.quality_manager).has_access("read"))
            self.assertFalse(record.with_user(self.rep).has_access("read"))
        forged = self.env["quality.complaint.similar"].with_user(self.rep).create({
            "complaint_id": complaint.id, "line_ids": [Command.create({"kind": "complaint", "similar_id": others.id})],
        })
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            forged.line_ids.read(["partner_id", "state"])
        with self.assertRaises(AccessError):
            forged.line_ids.action_link()
