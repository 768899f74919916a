from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .delivery_common import SHIPPED, DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryStatistics(DeliveryCommon):
    """Packaging and punctuality as the customers see them; what was followed up, and what left late."""

    def _group(self, model, user, domain, groupby, *aggregates):
        return self.env[model].with_user(user).with_company(self.company)._read_group(domain, groupby, [*aggregates])

    # ------------------------------------------------------------ what customers say
    def test_rates_by_kind_carrier_and_rep_count_what_was_answered(self):
        product = self.env["product.product"].create({"name": "Parcel", "type": "service"})
        parcel = self.env["delivery.carrier"].create({"name": "Parcel", "product_id": product.id, "company_id": self.company.id})
        orders = [self._create_order() for _number in range(4)]
        orders[0].picking_ids.carrier_id = parcel
        bad, good, fine, unasked = (self._get_followup(self._ship(order)) for order in orders)
        self._mark_bad(bad)
        self._mark_bad(bad, self.on_time, "Two days")
        (good | fine).with_user(self.rep).action_all_ok()
        domain = self.env.ref("quality_complaint.action_delivery_followup_check")._get_action_dict()["domain"]
        domain = [("answer", "!=", False)] if isinstance(domain, str) else domain
        rates = dict(self._group("delivery.followup.check", self.sales_manager, domain, ["kind"], "ok_rate:avg"))
        self.assertAlmostEqual(rates["packaging"], 2 / 3)
        self.assertAlmostEqual(rates["punctuality"], 2 / 3)
        rates = dict(self._group("delivery.followup.check", self.sales_manager, domain, ["carrier_id"], "ok_rate:avg"))
        self.assertEqual(rates, {parcel: 0, self.env["delivery.carrier"]: 1})
        (_user, count), = self._group("delivery.followup.check", self.rep, domain, ["user_id"], "__count")
        self.assertEqual(count, 6, "what was not asked does not count")
        self.assertFalse(self._group("delivery.followup.check", self.other_rep, domain, ["user_id"], "__count"))
        self.assertFalse(unasked.check_ids.filtered("answer"))

    # ------------------------------------------------------------ coverage
    def _get_row(self, picking):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["delivery.followup.report"].browse(picking.id)

    def test_each_delivery_shows_what_became_of_its_follow_up(self):
        with self.at(SHIPPED):
            followups = [self._ship_new() for _number in range(5)]
        met, late, _waiting, cancelled, again = followups
        with self.at("2031-03-06 17:00:00"):
            met.with_user(self.rep).action_all_ok()
            cancelled.with_user(self.sales_manager).cancel_reason = "not_wanted"
            cancelled.with_user(self.sales_manager).action_cancel()
            again.with_user(self.rep).action_all_ok()
            again.with_user(self.rep).action_reopen()
        with self.at("2031-03-06 17:00:01"):
            late.with_user(self.rep).action_all_ok()
        for moment, expected in (
            ("2031-03-06 17:00:00", ["met", "done_late", "running", "cancel", "running"]),
            ("2031-03-06 17:00:01", ["met", "done_late", "missed", "cancel", "missed"]),
        ):
            with self.subTest(moment), self.at(moment):
                rows = [self._get_row(followup.picking_id) for followup in followups]
                self.assertEqual([row.timeliness for row in rows], expected)
                # late is what the deadline says is late
                self.assertEqual(
                    [row.timeliness in ("missed", "done_late") for row in rows], [followup.deadline_state == "missed" for followup in followups],
                )
        with self.at("2031-03-06 17:00:01"):
            (asked, in_time, count), = self._group(
                "delivery.followup.report", self.sales_manager, [("followup_id", "in", [one.id for one in followups])], [],
                "asked_rate:avg", "in_time_rate:avg", "__count",
            )
        self.assertEqual((asked, in_time, count), (0.5, 0.25, 5), "two of four, one of four in time; the cancelled one counts not")

    def test_what_was_never_followed_up_shows(self):
        rule = self.env.ref("quality_complaint.automation_delivery_left")
        rule.active = False
        picking, received = self._ship(self._create_order()), self._return(self._ship(self._create_order()))
        self.assertEqual((self._get_row(picking).timeliness, self._get_row(picking).user_id), ("none", self.rep))
        self.assertFalse(self._get_row(received).exists() and self.env["delivery.followup.report"].search([("id", "=", received.id)]))
        self.customer.delivery_followup_off = True
        self.assertEqual(self._get_row(picking).timeliness, "off")
        self.customer.delivery_followup_off = False
        self.company.delivery_followup = False
        self.assertEqual(self._get_row(picking).timeliness, "off")
        self.company.delivery_followup = True
        row = self._get_row(picking)
        self.assertEqual(row.with_user(self.stock_user).action_view_followup()["res_id"], picking.id)
        picking.action_create_delivery_followups()
        self.assertEqual(self._get_row(picking).action_view_followup()["res_id"], self._get_followup(picking).id)

    def test_how_many_days_late_it_left(self):
        """A day is late or not, not an hour; the company's day counts."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"  # eight hours ahead
        order = self._create_order(commitment_date="2031-03-03 02:00:00")
        with self.at(SHIPPED):
            followup = self._get_followup(self._ship(order))
        for shipped, days in (
            ("2031-03-02 10:00:00", 0), ("2031-03-03 10:00:00", 0), ("2031-03-03 15:59:59", 0), ("2031-03-03 16:00:00", 1), ("2031-03-06 10:00:00", 3),
        ):
            with self.subTest(shipped):
                followup.picking_id.date_done = shipped
                row = self._get_row(followup.picking_id)
                self.assertEqual((row.days_late, row.on_time_rate), (days, float(not days)))
                self.assertEqual(followup.with_user(self.rep).days_late, days)

    def test_without_a_promise_the_schedule_counts(self):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        places = {
            "location_id": warehouse.lot_stock_id.id, "location_dest_id": self.customer.with_company(self.company).property_stock_customer.id,
        }
        picking = self.env["stock.picking"].create({
            **places, "picking_type_id": warehouse.out_type_id.id, "partner_id": self.customer.id,
            "scheduled_date": fields.Datetime.now() - timedelta(days=3),
            "move_ids": [Command.create({"product_id": self.product.id, "product_uom_qty": 2, "company_id": self.company.id, **places})],
        })
        picking.action_confirm()
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.with_user(self.stock_user).button_validate()
        self.assertFalse(picking.date_deadline)
        self.assertEqual(self._get_row(picking).days_late, 3)

    def test_the_lists_of_the_menu_open_for_each_role(self):
        followup = self._ship_new()
        for user in (self.rep, self.sales_manager, self.quality_manager, self.stock_user):
            with self.subTest(user.login):
                rows = self.env["delivery.followup.report"].with_user(user).with_company(self.company).search_read(
                    [("followup_id", "=", followup.id)], ["picking_id", "partner_id", "carrier_id", "sales_team_id", "timeliness"],
                )
                self.assertEqual([row["timeliness"] for row in rows], ["running"])
