"""Who calls, among a million customers: no more than three times as long as the one indexed statement behind it."""

from measure import compare, report, timed

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.quality_complaint.tests.common import ComplaintCommon
from odoo.addons.quality_complaint.tools.phone_number import get_phone_condition

PARTNERS = 1_000_000
# one of so many: numbers as they are spoken, as they are dialled, with extension, and of other countries
SPELLINGS = (
    "'+1 206-' || substr(digits, 1, 3) || '-' || substr(digits, 4)", "'(206) ' || digits", "'+1206' || digits || ' ext. 12'",
    "'+886 9' || substr(digits, 1, 2) || ' ' || substr(digits, 3)", "'020-8' || digits || ' 转12'",
)
FOUND, UNKNOWN = "+12065000000", "+12062000001"


@tagged("post_install", "-at_install")
class BenchCaller(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.us")
        cls.order = cls._create_shipped_order((cls.product, 10))
        cls._create_complaint()
        cls.env.flush_all()
        cls._make_partners()
        cls.caller = cls.env["quality.caller"].with_user(cls.rep).with_company(cls.company)

    @classmethod
    def _make_partners(cls):
        """In SQL, in no order; nothing is computed but what core computes of a number that it can read."""
        cr, original = cls.env.cr, cls.customer
        columns = [name for name, field in original._fields.items() if field.store and field.column_type and name != "id"]
        [[first]] = cls.env.execute_query(SQL("SELECT MAX(id) + 1 FROM res_partner"))
        digits = SQL("LATERAL (SELECT (2000000 + number * 6)::text AS digits) AS dialled")
        spelling = SQL("CASE number %% %s %s END", len(SPELLINGS), SQL(" ").join(
            SQL("WHEN %s THEN %s", index, SQL(expression)) for index, expression in enumerate(SPELLINGS)
        ))
        values = {
            "phone": spelling, "phone_sanitized": SQL("CASE WHEN number %% %s < 3 THEN '+1206' || digits END", len(SPELLINGS)),
            "name": SQL("'Customer ' || number"), "complete_name": SQL("'Customer ' || number"),
            "commercial_partner_id": SQL("%s + number", first), "ref": SQL("'K-' || number"),
        }
        cr.execute(SQL(
            "INSERT INTO res_partner (id, %s) SELECT %s + number, %s FROM res_partner original, generate_series(0, %s) AS number, %s WHERE original.id = %s",
            SQL(", ").join(map(SQL.identifier, columns)), first,
            SQL(", ").join(values.get(name, SQL.identifier("original", name)) for name in columns),
            PARTNERS - 1, digits, original.id,
        ))
        cr.execute("ANALYZE res_partner")
        # as autovacuum does it in a database that lives
        for index in ("phone_keys", "name_parts"):
            cr.execute(SQL("SELECT gin_clean_pending_list(%s::regclass)", f"res_partner_{index}"))
        cr.execute("SET LOCAL random_page_cost = 1.1")  # as where a database of this size lies: not on turning disks
        cls.env.invalidate_all()

    def _find(self, text):
        return self.caller._find(text)["partners"].ids

    def _find_bare(self, number):
        """The statement as one would write it by hand."""
        self.env.cr.execute(SQL(
            "SELECT id, active, phone, phone_sanitized FROM res_partner WHERE phone IS NOT NULL AND %s ORDER BY active DESC, id DESC LIMIT 200",
            get_phone_condition(SQL.identifier("res_partner", "phone"), number),
        ))
        return self.env.cr.fetchall()

    def test_who_calls_is_found_nearly_as_fast_as_by_the_bare_statement(self):
        self.assertEqual(len(self._find(FOUND)), 1)
        self.assertFalse(self._find(UNKNOWN))
        # who asks, and of which company he is, a request knows before it looks for anybody
        ratio, ours, bare = compare(self.env, lambda: self._find(FOUND), lambda: self._find_bare(FOUND), 51, cold=False)
        report(f"a number among {PARTNERS:,} / the bare statement", ours, bare, ratio)
        self.assertLessEqual(ratio, 3)
        # what no partner has may stand on a complaint, or on an inquiry
        ratio, ours, bare = compare(self.env, lambda: self._find(UNKNOWN), lambda: self._find_bare(UNKNOWN), 51, cold=False)
        report(f"a number that nobody of {PARTNERS:,} has / the bare statement", ours, bare, ratio)

    def test_the_whole_screen_takes_as_many_queries_as_among_few(self):
        def open_screen():
            return self.caller.look_up(self.order.name)

        self.assertEqual(open_screen()["kind"], "customer")
        ratio, ours, bare = compare(self.env, open_screen, lambda: self._find_bare(FOUND), 15)
        report(f"the whole screen among {PARTNERS:,} / the bare statement", ours, bare, ratio)
        queries = timed(self.env, open_screen)[1]
        report("queries of the whole screen", queries, 1, queries)
        self.assertLessEqual(queries, 80)

    def test_a_name_is_found_without_reading_all_of_them(self):
        for text in ("Customer 999999", "K-500000", "er 77777"):
            with self.subTest(text):
                seconds, queries = timed(self.env, lambda text=text: self._find(text))
                report(f"«{text}» among {PARTNERS:,}, and queries", seconds, queries, queries)
                self.assertTrue(self._find(text))
