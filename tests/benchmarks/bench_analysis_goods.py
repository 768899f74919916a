"""The first screen of each analysis of deliveries, returns and costs takes hardly longer than the same figures by hand.

    DOCUMENTS=1000000 ./setup/test --only pytest -- -n 0 tests/benchmarks/bench_analysis_goods.py
"""

import os

from copy_rows import copy_documents
from dateutil.relativedelta import relativedelta
from measure import compare_screens, get_month

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.return_repair.tests.test_return_cost import ReturnCostCommon

DOCUMENTS = int(os.environ.get("DOCUMENTS", "100000"))  # of each kind
DAYS = 2 * 365

FINISHED = SQL("ret.state != 'cancel' AND (ret.verdict IS NULL OR ret.verdict != 'refused')")


@tagged("post_install", "-at_install")
class BenchAnalysisGoods(ReturnCostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["delivery.followup.point"].search([]).active = False
        cls.env["delivery.followup.point"].create([
            {"name": f"Point {number}", "kind": kind, "company_id": cls.company.id} for kind in ("packaging", "punctuality") for number in range(4)
        ])
        customers = cls.env["res.partner"].create([{"name": f"Customer {number}", "is_company": True} for number in range(1000)])
        users = cls.env["res.users"].union(*(cls._new_user(f"rep_{number}", "sales_team.group_sale_salesman") for number in range(20)))
        cls.links = {
            "partner_id": customers, "commercial_partner_id": customers, "user_id": users,
            "product_id": cls.env["product.product"].create([{"name": f"Tool {number}", "is_storable": True} for number in range(200)]),
            "carrier_id": cls.env["delivery.carrier"].create([
                {"name": f"Carrier {number}", "product_id": cls.product.id} for number in range(10)
            ]),
            "reason_id": cls.env["return.reason"].create([{"name": f"Reason {number}", "team_id": cls.team.id} for number in range(20)]),
        }

    def _get_documents(self):
        """Documents as they come about, one or two of each kind that an analysis counts; none before those that it points to."""
        def sort(*records):
            return [one for some in records for one in some]

        # a delivery that was asked about, one that was not
        sold, other = self._sell(), self._sell()
        followups = self.env["delivery.followup"].search([("picking_id", "in", (sold + other).picking_ids.ids)])
        followups.filtered(lambda followup: followup.sale_order_id == sold).check_ids.action_ok()
        (sold + other).picking_ids.carrier_id = self.links["carrier_id"][0]
        deliveries = sort(sold, other, sold.picking_ids, other.picking_ids, followups, followups.check_ids)

        # returns that cost something: money, goods, parts and hours; the supplier pays for one
        refund = self._take_back(sold)
        refund.credit_note_ids.action_post()
        exchange = self._take_back(self._sell(), resolution="exchange")
        self._ship(exchange)
        scrap = self._take_back(self._sell(), disposition="scrap")
        free = self._take_back(self._sell(), 1, resolution="repair", state="inspection")
        free.line_ids.with_user(self.quality_manager).write({"warranty_override": "in", "warranty_override_reason": "Goodwill"})
        repair = self._repair(free.line_ids, labour_hours=2)
        recovery = self.env["return.recovery"].create({"return_line_id": refund.line_ids.id, "partner_id": self.contact.id})
        receipt = self.env["return.recovery.receipt"].create({"recovery_id": recovery.id, "amount": 30})
        orders = refund + exchange + scrap + free
        lines = orders.line_ids
        moves = self.env["stock.move"].search([
            ("state", "=", "done"), "|", "|", ("return_line_id", "in", lines.ids), ("return_outcome_line_id", "in", lines.ids),
            "|", ("scrap_id.return_line_id", "in", lines.ids), ("repair_id", "=", repair.id),
        ])
        credit = refund.credit_note_ids.line_ids.filtered("return_line_id")
        returns = sort(
            orders, lines, self.env["return.milestone"].search([("return_id", "in", orders.ids)]), repair,
            self.env["stock.scrap"].search([("return_line_id", "in", lines.ids)]), moves, credit, recovery, receipt,
        )

        # what is entered by hand
        complaint = self._move_to(self._create_complaint(), "investigation").sudo()
        costs = self.env["quality.complaint.cost"].create([
            {"complaint_id": complaint.id, "kind": kind, "amount": 25} for kind in ("freight", "recovery")
        ])
        return deliveries + returns + sort(costs)

    def _get_screens(self):
        """{name: (what the web client asks for, the same by hand, the figures of each group)}"""
        now, company = fields.Datetime.now(), self.company.id
        as_manager = self.env(user=self.quality_manager.id, context={"allowed_company_ids": self.company.ids, "lang": "en_US", "tz": "UTC"})
        shipments, checks, returns, costs = (
            as_manager[name] for name in ("delivery.followup.report", "delivery.followup.check", "return.report", "quality.cost")
        )
        this_month = now.replace(day=1, hour=0, minute=0, second=0)
        two_months, three_months = (this_month - relativedelta(months=number) for number in (1, 2))
        valid = [("state", "!=", "cancel"), "|", ("verdict", "=", False), ("verdict", "!=", "refused")]
        shipments_by_hand, costs_by_hand = self._get_shipments_by_hand(now), self._get_costs_by_hand()
        rates = ["asked_rate:avg", "in_time_rate:avg", "on_time_rate:avg", "days_late:avg"]
        return_figures = ["quantity:sum", "refund_amount:sum", "days_to_done:avg"]
        by_kind = [
            [], ["kind"], ["kind", "carrier_id"], ["date_shipped:month"], ["kind", "date_shipped:month"], ["kind", "carrier_id", "date_shipped:month"],
        ]
        return {
            "coverage of two months: pivot by person": (
                lambda: shipments.formatted_read_grouping_sets([("date_shipped", ">=", two_months)], [[], ["user_id"]], ["__count", *rates]),
                SQL(
                    """
                    SELECT user_id, COUNT(*),
                           AVG(CASE WHEN outcome IN ('met', 'done_late') THEN 1.0 WHEN outcome IN ('missed', 'none') THEN 0.0 END),
                           AVG(CASE WHEN outcome = 'met' THEN 1.0 WHEN outcome IN ('done_late', 'missed', 'none') THEN 0.0 END),
                           AVG((days_late = 0)::int), AVG(days_late)
                      FROM (%s) shipments WHERE date_done >= %s GROUP BY GROUPING SETS ((), (1))
                    """, shipments_by_hand, two_months,
                ),
                "__count", *rates,
            ),
            "coverage: graph by month": (
                lambda: shipments.formatted_read_group([], ["date_shipped:month", "timeliness"], ["__count"]),
                SQL("SELECT %s, outcome, COUNT(*) FROM (%s) shipments GROUP BY 1, 2", get_month(SQL("date_done")), shipments_by_hand),
                "__count",
            ),
            "packaging and punctuality of three months: pivot": (
                lambda: checks.formatted_read_grouping_sets(
                    [("answer", "!=", False), ("date_shipped", ">=", three_months)], by_kind, ["ok_rate:avg", "__count"],
                ),
                SQL(
                    """
                    SELECT kind, carrier_id, %s, AVG((answer = 'ok')::int), COUNT(*) FROM delivery_followup_check
                     WHERE answer IS NOT NULL AND company_id = %s AND date_shipped >= %s GROUP BY GROUPING SETS ((), (1), (1, 2), (3), (1, 3), (1, 2, 3))
                    """, get_month(SQL("date_shipped")), company, three_months,
                ),
                "ok_rate:avg", "__count",
            ),
            "returns: graph by month and reason": (
                lambda: returns.formatted_read_group(valid, ["date_requested:month", "reason_id"], ["__count"]),
                SQL(
                    """
                    SELECT %s, line.reason_id, COUNT(*) FROM return_order_line line JOIN return_order ret ON ret.id = line.return_id
                     WHERE ret.company_id = %s AND %s GROUP BY 1, 2
                    """, get_month(SQL("ret.date_requested")), company, FINISHED,
                ),
                "__count",
            ),
            "returns: pivot by reason and resolution": (
                lambda: returns.formatted_read_grouping_sets(valid, [[], ["reason_id"], ["resolution"], ["reason_id", "resolution"]], return_figures),
                self._get_returns_by_hand(SQL("line.reason_id, resolution")), *return_figures,
            ),
            "returns: pivot by product and resolution": (
                lambda: returns.formatted_read_grouping_sets(valid, [[], ["product_id"], ["resolution"], ["product_id", "resolution"]], return_figures),
                self._get_returns_by_hand(SQL("line.product_id, resolution")), *return_figures,
            ),
            "cost of poor quality: pivot by product and category": (
                lambda: costs.formatted_read_grouping_sets([], [[], ["product_id"], ["category"], ["product_id", "category"]], ["amount:sum"]),
                SQL("SELECT product_id, category, SUM(amount) FROM (%s) costs GROUP BY GROUPING SETS ((), (1), (2), (1, 2))", costs_by_hand),
                "amount:sum",
            ),
            "cost of poor quality: graph by month and category": (
                lambda: costs.formatted_read_group([], ["date:month", "category"], ["amount:sum"]),
                SQL("SELECT date_trunc('month', date), category, SUM(amount) FROM (%s) costs GROUP BY 1, 2", costs_by_hand),
                "amount:sum",
            ),
            "cost of poor quality: by customer": (
                lambda: costs.formatted_read_group([], ["partner_id"], ["amount:sum"]),
                SQL(
                    """
                    SELECT COALESCE(complaint.commercial_partner_id, costs.partner_id), SUM(amount)
                      FROM (%s) costs LEFT JOIN quality_complaint complaint ON complaint.id = complaint_id GROUP BY 1
                    """, costs_by_hand,
                ),
                "amount:sum",
            ),
        }

    def _get_shipments_by_hand(self, now):
        return SQL(
            """
            SELECT COALESCE(followup.user_id, sale.user_id, customer.user_id) AS user_id, picking.date_done,
                   CASE WHEN followup.state = 'done' AND followup.date_done <= followup.date_deadline THEN 'met'
                        WHEN followup.state = 'done' THEN 'done_late'
                        WHEN followup.state = 'open' AND followup.date_deadline < %(now)s THEN 'missed'
                        WHEN followup.state IS NOT NULL THEN followup.state
                        WHEN customer.delivery_followup_off OR carrier.delivery_followup_off OR NOT company.delivery_followup THEN 'off'
                        ELSE 'none' END AS outcome,
                   GREATEST(
                       (picking.date_done AT TIME ZONE 'UTC' AT TIME ZONE calendar.tz)::date
                       - (COALESCE(picking.date_deadline, picking.scheduled_date) AT TIME ZONE 'UTC' AT TIME ZONE calendar.tz)::date, 0
                   ) AS days_late
              FROM stock_picking picking JOIN stock_location place ON place.id = picking.location_dest_id
              JOIN res_company company ON company.id = picking.company_id
              JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
         LEFT JOIN sale_order sale ON sale.id = picking.sale_id
              JOIN res_partner contact ON contact.id = COALESCE(sale.partner_id, picking.partner_id)
              JOIN res_partner customer ON customer.id = contact.commercial_partner_id
         LEFT JOIN delivery_carrier carrier ON carrier.id = picking.carrier_id
         LEFT JOIN delivery_followup followup ON followup.picking_id = picking.id
             WHERE picking.state = 'done' AND place.usage = 'customer' AND picking.company_id = %(company)s
            """,
            now=now, company=self.company.id,
        )

    def _get_returns_by_hand(self, groups):
        return SQL(
            """
            SELECT %s, SUM(line.quantity * unit.factor / own.factor), SUM(line.refund_company_amount),
                   AVG(EXTRACT(EPOCH FROM CASE WHEN ret.state = 'done' THEN ret.date_done END - ret.date_requested)::float / 86400)
              FROM return_order_line line JOIN return_order ret ON ret.id = line.return_id
              JOIN product_product product ON product.id = line.product_id JOIN product_template template ON template.id = product_tmpl_id
              JOIN uom_uom unit ON unit.id = line.product_uom_id JOIN uom_uom own ON own.id = template.uom_id
             WHERE ret.company_id = %s AND %s GROUP BY GROUPING SETS ((), (1), (2), (1, 2))
            """, groups, self.company.id, FINISHED,
        )

    def _get_costs_by_hand(self):
        """Of all kinds; nobody was compensated, and no vendor gave a credit note."""
        zone = SQL("JOIN res_company company ON company.id = %s JOIN resource_calendar calendar ON calendar.id = resource_calendar_id", self.company.id)
        return SQL(
            """
            SELECT product_id, kind AS category, date, CASE WHEN kind = 'recovery' THEN -company_amount ELSE company_amount END AS amount, complaint_id,
                   NULL::int AS partner_id
              FROM quality_complaint_cost WHERE company_id = %(company)s
         UNION ALL
            SELECT line.product_id, 'credit', credit.date, credit.balance, ret.complaint_id, ret.commercial_partner_id
              FROM account_move_line credit JOIN return_order_line line ON line.id = return_line_id JOIN return_order ret ON ret.id = line.return_id
             WHERE parent_state = 'posted' AND resolution IS DISTINCT FROM 'exchange' AND ret.company_id = %(company)s
         UNION ALL
            SELECT line.product_id, 'replacement', %(day)s, value, ret.complaint_id, ret.commercial_partner_id
              FROM stock_move move JOIN return_order_line line ON line.id = return_outcome_line_id JOIN return_order ret ON ret.id = line.return_id
              JOIN stock_location place ON place.id = move.location_dest_id %(zone)s
             WHERE move.state = 'done' AND place.usage = 'customer' AND resolution = 'exchange' AND origin_returned_move_id IS NULL
               AND ret.company_id = %(company)s
         UNION ALL
            SELECT line.product_id, 'scrap', %(day)s, value, ret.complaint_id, ret.commercial_partner_id
              FROM stock_move move JOIN stock_scrap scrap ON scrap.id = scrap_id JOIN return_order_line line ON line.id = scrap.return_line_id
              JOIN return_order ret ON ret.id = line.return_id %(zone)s
             WHERE move.state = 'done' AND ret.company_id = %(company)s
         UNION ALL
            SELECT repair.product_id, 'repair_parts', %(day)s, value, COALESCE(repair.complaint_id, ret.complaint_id), ret.commercial_partner_id
              FROM stock_move move JOIN repair_order repair ON repair.id = repair_id %(zone)s
         LEFT JOIN return_order_line line ON line.id = repair.return_line_id LEFT JOIN return_order ret ON ret.id = line.return_id
             WHERE move.state = 'done' AND repair_line_type = 'add' AND (under_warranty OR repair.sale_order_id IS NULL)
               AND repair.company_id = %(company)s AND (ret.id IS NOT NULL OR repair.complaint_id IS NOT NULL)
         UNION ALL
            SELECT repair.product_id, 'labour', %(day)s, hours.free * COALESCE((labour.standard_price ->> '%(company)s')::numeric, 0),
                   COALESCE(repair.complaint_id, ret.complaint_id), ret.commercial_partner_id
              FROM repair_order repair JOIN stock_move move ON move.id = repair.move_id %(zone)s
         LEFT JOIN sale_order_line charged ON charged.id = labour_line_id
              JOIN product_product labour ON labour.id = COALESCE(charged.product_id, %(labour)s)
         LEFT JOIN return_order_line line ON line.id = repair.return_line_id LEFT JOIN return_order ret ON ret.id = line.return_id
        CROSS JOIN LATERAL (
                   SELECT COALESCE(NULLIF(labour_hours_done, 0), labour_hours, 0)
                          - CASE WHEN charged.price_unit > 0 THEN COALESCE(charged.qty_delivered, 0) ELSE 0 END AS free
                   ) hours
             WHERE repair.state = 'done' AND repair.company_id = %(company)s AND (ret.id IS NOT NULL OR repair.complaint_id IS NOT NULL)
               AND hours.free > 0
         UNION ALL
            SELECT recovery.product_id, 'recovery', receipt.date, -company_amount, recovery.complaint_id, ret.commercial_partner_id
              FROM return_recovery_receipt receipt JOIN return_recovery recovery ON recovery.id = recovery_id
         LEFT JOIN return_order ret ON ret.id = recovery.return_id
             WHERE recovery.company_id = %(company)s
            """,
            company=self.company.id, labour=self.labour.id, zone=zone, day=SQL("(move.date AT TIME ZONE 'UTC' AT TIME ZONE calendar.tz)::date"),
        )

    def test_a_first_screen_is_as_fast_as_sql_by_hand(self):
        documents = self._get_documents()
        self.env.flush_all()
        copy_documents(documents, DOCUMENTS, DAYS, self.links)
        self.env.invalidate_all()
        compare_screens(self, self._get_screens(), f"{DOCUMENTS:,} documents")
