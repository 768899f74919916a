from odoo import fields, models
from odoo.tools import SQL

from ...tools.choices import get_choices


class DeliveryFollowupReport(models.Model):
    """All deliveries that left to a customer, and what became of their follow-up: what is missing shows too."""

    _name = "delivery.followup.report"
    _description = "Coverage of Delivery Follow-up"
    _inherit = ["quality.group.mixin"]
    _auto = False
    _order = "date_shipped desc, id desc"
    _rec_name = "picking_id"
    _depends = {
        "stock.picking": ["company_id", "sale_id", "partner_id", "carrier_id", "date_done", "date_deadline", "scheduled_date", "state", "location_dest_id"],
        "delivery.followup": ["picking_id", "state", "result", "user_id", "sales_team_id", "date_done", "date_deadline"],
        "sale.order": ["partner_id", "user_id", "team_id"],
        "res.partner": ["commercial_partner_id", "user_id", "delivery_followup_off"],
        "delivery.carrier": ["delivery_followup_off"],
        "res.company": ["delivery_followup", "resource_calendar_id"],
        "resource.calendar": ["tz"],
    }

    picking_id = fields.Many2one("stock.picking", "Delivery", readonly=True)
    followup_id = fields.Many2one("delivery.followup", "Delivery Follow-up", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    sale_order_id = fields.Many2one("sale.order", "Sales Order", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    carrier_id = fields.Many2one("delivery.carrier", readonly=True)
    sales_team_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", "Asked By", readonly=True)
    date_shipped = fields.Datetime("Shipped On", readonly=True)
    date_promised = fields.Datetime("Promised For", readonly=True, help="When it was to leave: as promised to the customer, else as scheduled.")
    days_late = fields.Float(digits=(16, 1), readonly=True, aggregator="avg")
    on_time_rate = fields.Float("Shipped on Time (%)", readonly=True, aggregator="avg")
    timeliness = fields.Selection(
        [
            ("met", "Asked in Time"), ("done_late", "Asked Late"), ("running", "To Ask"), ("missed", "Late"),
            ("none", "No Follow-up"), ("off", "Not to Be Asked"), ("cancel", "Cancelled"),
        ],
        "Follow-up", readonly=True,
    )
    result = fields.Selection(selection=get_choices("delivery.followup", "result"), readonly=True)
    asked_rate = fields.Float(
        "Followed Up (%)", readonly=True, aggregator="avg", help="Without what was cancelled, is not to be asked, or is not due yet.",
    )
    in_time_rate = fields.Float("Asked in Time (%)", readonly=True, aggregator="avg", help="Of all that are due.")

    @property
    def _table_query(self):
        company = self.env["res.company"]
        places = self.env["stock.location"].sudo()._search(self.env["stock.move.line"]._get_customer_places_domain())
        return SQL(
            """
            SELECT deliveries.*,
                   CASE WHEN days_late > 0 THEN 0.0 ELSE 1.0 END AS on_time_rate,
                   CASE WHEN timeliness IN ('met', 'done_late') THEN 1.0 WHEN timeliness IN ('missed', 'none') THEN 0.0 END AS asked_rate,
                   CASE WHEN timeliness = 'met' THEN 1.0 WHEN timeliness IN ('done_late', 'missed', 'none') THEN 0.0 END AS in_time_rate
              FROM (
                SELECT picking.id, picking.id AS picking_id, followup.id AS followup_id, picking.company_id, picking.sale_id AS sale_order_id,
                       customer.id AS partner_id, picking.carrier_id,
                       COALESCE(followup.sales_team_id, sale.team_id) AS sales_team_id,
                       COALESCE(followup.user_id, sale.user_id, customer.user_id) AS user_id,
                       picking.date_done AS date_shipped, promise.day AS date_promised,
                       CASE WHEN picking.date_done > promise.day THEN %(shipped_on)s::date - %(promised_for)s::date ELSE 0 END::float AS days_late,
                       followup.result,
                       CASE
                           WHEN followup.state = 'cancel' THEN 'cancel'
                           WHEN followup.state = 'done' AND followup.date_done <= followup.date_deadline THEN 'met'
                           WHEN followup.state = 'done' THEN 'done_late'
                           WHEN followup.date_deadline < %(now)s THEN 'missed'
                           WHEN followup.state = 'open' THEN 'running'
                           WHEN customer.delivery_followup_off OR carrier.delivery_followup_off OR NOT company.delivery_followup THEN 'off'
                           ELSE 'none'
                       END AS timeliness
                  FROM stock_picking picking
             LEFT JOIN res_company company ON company.id = picking.company_id
             LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
             LEFT JOIN delivery_followup followup ON followup.picking_id = picking.id
             LEFT JOIN delivery_carrier carrier ON carrier.id = picking.carrier_id
             LEFT JOIN sale_order sale ON sale.id = picking.sale_id
                  JOIN res_partner contact ON contact.id = COALESCE(sale.partner_id, picking.partner_id)
                  JOIN res_partner customer ON customer.id = contact.commercial_partner_id
            CROSS JOIN LATERAL (SELECT COALESCE(picking.date_deadline, picking.scheduled_date) AS day) promise
                 WHERE picking.state = 'done' AND picking.date_done IS NOT NULL AND picking.location_dest_id = ANY(ARRAY(%(places)s))
              ) deliveries
            """,
            now=fields.Datetime.now(), places=places.select(), shipped_on=company._get_local_sql(SQL("picking.date_done")),
            promised_for=company._get_local_sql(SQL("promise.day")),
        )

    def action_view_followup(self):
        """The follow-up, or the delivery that has none."""
        self.ensure_one()
        return (self.followup_id or self.picking_id)._get_records_action()
