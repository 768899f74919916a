from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..complaint.quality_complaint import FELL_AWAY_STATES


class RateData(NamedTuple):
    """``complaints`` and ``shipped`` by month (the first day); complaints that no delivery is known of stand under None.
    ``unit``: what is shipped is counted in, an empty one where nothing was; None where units can't be added.
    """

    complaints: dict
    shipped: dict
    unit: models.Model | None


class QualityRateChart(models.Model):
    """What is counted: complaints that did not fall away, each once, and what customers got and kept."""

    _inherit = "quality.rate.chart"

    def _count(self):
        self.ensure_one()
        self.env.flush_all()
        shipped, unit = self._count_shipped()
        return RateData(self._count_complaints(), shipped, unit)

    def _get_start(self):
        """The last moment (naive, UTC) before its time."""
        return self.company_id._get_end_of_day(self.date_from.replace(day=1) - self.date_from.resolution)

    def _get_end(self):
        """The last moment (naive, UTC) of its last month."""
        months = self._get_months()
        last = months[-1] + relativedelta(months=1) if months else self.date_from.replace(day=1)
        return self.company_id._get_end_of_day(last - last.resolution)

    def _get_product_domain(self):
        """Of `product.product`; what the customers are asked for is all products."""
        match self.scope:
            case "product":
                return Domain("id", "=", self.product_id.id)
            case "category":
                return Domain("categ_id", "child_of", self.categ_id.id)
        return Domain.TRUE

    # ------------------------------------------------------------ complaints
    def _count_complaints(self):
        """{month: complaints}. One about several deliveries belongs to the first; what was delivered in its time may be complained about
        later, but what no delivery is known of was received in its time.
        """
        Complaint = self.env["quality.complaint"].with_context(active_test=False)
        domain = (
            Domain("company_id", "=", self.company_id.id) & Domain("state", "not in", FELL_AWAY_STATES)
            & Domain("date_received", ">", self._get_start())
        )
        if self.scope == "customer":
            domain &= Domain("commercial_partner_id", "=", self.partner_id.commercial_partner_id.id)
            lines = SQL("TRUE")
        else:
            products = self.env["product.product"].with_context(active_test=False)._search(self._get_product_domain())
            lines = SQL("line.product_id IN %s", products.subselect())
            domain &= Domain("line_ids.product_id", "in", products)
        date = SQL("line.delivery_date") if self.month_by == "shipment" else SQL(
            "complaint.date_received AT TIME ZONE 'UTC' AT TIME ZONE %s", self.company_id._get_zone().zone,
        )
        self.env.cr.execute(SQL(
            """
            SELECT month, COUNT(*)
              FROM (SELECT date_trunc('month', MIN(%(date)s))::date AS month
                      FROM quality_complaint complaint
                 LEFT JOIN quality_complaint_line line ON line.complaint_id = complaint.id AND %(lines)s
                     WHERE complaint.id IN %(complaints)s
                  GROUP BY complaint.id
                    HAVING MIN(%(date)s) IS NOT NULL OR complaint.date_received <= %(end)s) dated
          GROUP BY month
            """,
            date=date, end=self._get_end(), lines=lines, complaints=Complaint._search(domain).subselect(),
        ))
        return dict(self.env.cr.fetchall())

    # ------------------------------------------------------------ shipments
    def _get_shipped_domain(self):
        """Lines of transfers that brought something to a customer, or back from one. Of `stock.move.line`.

        What comes from between two companies of ours came back only where it answers a delivery.
        """
        places = self.env["stock.move.line"]._get_customer_places_domain()
        to_customer, from_customer = Domain("location_dest_id", "any", places), Domain("location_id", "any", places)
        delivered = self.env["stock.move.line"]._get_delivered_domain() & ~from_customer
        returned = Domain("state", "=", "done") & from_customer & ~to_customer & (
            Domain("location_id.usage", "=", "customer") | Domain("move_id.origin_returned_move_id", "!=", False)
        )
        products = self.env["product.product"].with_context(active_test=False)._search(self._get_product_domain())
        domain = (
            (delivered | returned) & Domain("company_id", "=", self.company_id.id) & Domain("date", ">", self._get_start())
            & Domain("product_id", "in", products)
        )
        if self.scope == "customer":
            customer = self.partner_id.commercial_partner_id.id
            # whose order it is counts, not to whom it was sent
            domain &= Domain("move_id.sale_line_id.order_id.partner_id.commercial_partner_id", "=", customer) | (
                Domain("move_id.sale_line_id", "=", False) & Domain("picking_id.partner_id.commercial_partner_id", "=", customer)
            )
        return domain

    def _count_shipped(self):
        """({month: quantity}, unit). What came back is taken off the month in which it was delivered, where that is known.

        A change of a product's unit needs no care: core changes the past with it, or refuses.
        """
        MoveLine = self.env["stock.move.line"].with_context(active_test=False)
        places = self.env["stock.location"].with_context(active_test=False)._search(MoveLine._get_customer_places_domain()).subselect()
        self.env.cr.execute(SQL(
            """
            SELECT template.uom_id,
                   date_trunc('month', COALESCE(origin.date, move.date) AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS month,
                   SUM(CASE WHEN line.location_id IN %(places)s THEN -line.quantity_product_uom ELSE line.quantity_product_uom END)
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
         LEFT JOIN stock_move origin ON origin.id = move.origin_returned_move_id AND line.location_id IN %(places)s
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE line.id IN %(lines)s
          GROUP BY template.uom_id, month
            """,
            zone=self.company_id._get_zone().zone, places=places, lines=MoveLine._search(self._get_shipped_domain()).subselect(),
        ))
        rows = self.env.cr.fetchall()
        units = self.env["uom.uom"].browse({unit_id for unit_id, _month, _quantity in rows}).sorted("factor")
        unit = units[:1] or self.product_id.uom_id
        if not all(other._has_common_reference(unit) for other in units):
            return {}, None
        shipped = {}
        for unit_id, month, quantity in rows:
            added = units.browse(unit_id)._compute_quantity(quantity or 0.0, unit, round=False)
            shipped[month] = shipped.get(month, 0.0) + added
        return shipped, unit
