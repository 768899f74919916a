"""Where a lot is, among a million moved lines: it takes no more than twice as long as the bare statement.

The bare statement is what one would write by hand to know which customer has how much of one lot. For an ordinary lot that
is done in less time than any window takes to open, so there the statements are compared; for one in every delivery, where
the time counts, the whole window with all that it shows.
"""

from copy_rows import copy_rows
from measure import compare, report, timed

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.quality_complaint.tests.containment_common import ContainmentCommon

LINES, LINES_PER_DELIVERY, LOTS, CUSTOMERS = 1_000_000, 10, 1_000, 2_000
RETURNED_ONE_IN = 10

BARE_SQL = """
    SELECT partner.commercial_partner_id,
           SUM(line.quantity_product_uom) FILTER (WHERE target.usage = 'customer'),
           SUM(line.quantity_product_uom) FILTER (WHERE source.usage = 'customer'),
           MIN(line.date) FILTER (WHERE target.usage = 'customer'), MAX(line.date) FILTER (WHERE target.usage = 'customer')
    FROM stock_move_line line
    JOIN stock_location source ON source.id = line.location_id
    JOIN stock_location target ON target.id = line.location_dest_id
    JOIN stock_move move ON move.id = line.move_id
    JOIN stock_picking picking ON picking.id = line.picking_id
    JOIN res_partner partner ON partner.id = picking.partner_id
    WHERE line.lot_id = %s AND line.state = 'done' AND line.company_id = %s AND 'customer' IN (source.usage, target.usage)
    GROUP BY partner.commercial_partner_id
"""


@tagged("post_install", "-at_install")
class BenchSameLot(ContainmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.picking = cls._ship(cls.customer, 10)
        cls.complaint = cls._complain(cls.picking, 3)
        cls.lots = cls.env["stock.lot"].create([
            {"name": f"BENCH-{number}", "product_id": cls.saw.id, "company_id": cls.company.id} for number in range(LOTS)
        ])
        cls.lot_everywhere, cls.lot = cls.lots[:2]
        cls.complaint.line_ids.with_env(cls.env(su=True)).write({"lot_id": cls.lot_everywhere.id, "move_id": False})
        cls.env.flush_all()
        cls._make_deliveries()

    @classmethod
    def _make_deliveries(cls):
        """Deliveries of some lots each, to customers in no order, in SQL; some went the other way, back from the customer."""
        partners = cls.env["res.partner"].create([{"name": f"Bench {number}"} for number in range(CUSTOMERS)])
        move = cls.picking.move_ids
        pickings = copy_rows(cls.picking, LINES // LINES_PER_DELIVERY, {
            "name": "'BENCH/' || number", "sale_id": "NULL", "partner_id": "(%(partners)s::int[])[1 + abs(hashint4(number)) %% %(customers)s]",
        }, partners=partners.ids, customers=CUSTOMERS)
        moves = copy_rows(move, LINES // LINES_PER_DELIVERY, {
            "sale_line_id": "NULL", "picking_id": "%(pickings)s + number",
        }, pickings=pickings)
        delivery = "number / %(each)s"
        is_back = f"hashint4({delivery}) %% %(back)s = 0"
        copy_rows(move.move_line_ids, LINES, {
            "picking_id": f"%(pickings)s + {delivery}", "move_id": f"%(moves)s + {delivery}",
            "lot_id": "(%(lots)s::int[])[CASE WHEN number %% %(each)s = 0 THEN 1 ELSE 2 + number %% (%(lot_count)s - 1) END]", "date": "original.date - number * INTERVAL '1 minute'",
            "location_id": f"CASE WHEN {is_back} THEN original.location_dest_id ELSE original.location_id END",
            "location_dest_id": f"CASE WHEN {is_back} THEN original.location_id ELSE original.location_dest_id END",
        }, pickings=pickings, moves=moves, each=LINES_PER_DELIVERY, back=RETURNED_ONE_IN, lots=cls.lots.ids, lot_count=LOTS)
        for table in ("res_partner", "stock_lot"):
            cls.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        cls.env.cr.execute("SET LOCAL random_page_cost = 1.1")  # as where a database of this size lies: not on turning disks
        cls.env.invalidate_all()

    def _open_list(self):
        """The button, and what the web client reads of the window."""
        containment = self._open(self.complaint, self.quality_manager)
        containment.read(["display_name", "summary", "without_email", "can_contain", "has_stock", "has_path", "customer_line_ids", "stock_line_ids"])
        containment.customer_line_ids[:40].read([
            "selected", "partner_id", "lot_id", "quantity_shipped", "quantity_returned", "quantity", "product_uom_id",
            "date_first", "date_last", "complaint_id", "customer_told_on", "delivery_count", "partner_email",
        ])
        return containment

    def _read_bare(self, lot):
        self.env.cr.execute(BARE_SQL, [lot.id, self.company.id])
        return self.env.cr.fetchall()

    def test_the_statement_for_an_ordinary_lot(self):
        query = self.env["quality.lot.trace"]._get_customers_query(self.lot.ids, self.company)
        ratio, ours, bare = compare(self.env, lambda: self.env.execute_query(query), lambda: self._read_bare(self.lot), 15)
        report(f"customers of a lot, {LINES // LOTS:,} of {LINES:,} lines / by hand", ours, bare, ratio)
        self.assertLessEqual(ratio, 2)

    def test_the_whole_list_of_a_lot_that_is_in_every_delivery(self):
        shipped = [row for row in self._read_bare(self.lot_everywhere) if row[1]]
        self.assertEqual(len(self._get_customers(self._open_list())), len(shipped))
        ratio, ours, bare = compare(self.env, self._open_list, lambda: self._read_bare(self.lot_everywhere), 7)
        report(f"the list, opened and read, {LINES // LINES_PER_DELIVERY:,} of {LINES:,} lines / by hand", ours, bare, ratio)
        queries = timed(self.env, self._open_list)[1]
        report("queries to open it", queries, 1, queries)
        self.assertLessEqual(ratio, 2)
