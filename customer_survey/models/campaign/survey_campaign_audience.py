import ast
import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from .survey_campaign_recipient import COUNTED_STATES

# what the query reads
DELIVERY_FIELDS = {
    "stock.move": ["picking_id", "product_id", "sale_line_id", "date"], "stock.picking": ["partner_id"], "product.product": ["product_tmpl_id"],
    "product.template": ["categ_id"], "sale.order.line": ["order_id"], "sale.order": ["partner_id", "user_id"], "res.partner": ["commercial_partner_id"],
}


class SurveyCampaign(models.Model):
    """Whom a campaign asks: customers who were delivered to in its period, each once, drawn by chance where not all are asked.

    Who is left out stays in the list with the reason, and can still be asked on paper or by phone.
    """

    _inherit = "survey.campaign"

    audience_count = fields.Integer(
        "Customers with Deliveries", compute="_compute_audience_count", help="In the period, by the conditions, before anybody is left out or drawn.",
    )

    @api.depends("date_delivered_from", "date_delivered_to", "partner_domain", "company_id")
    def _compute_audience_count(self):
        for campaign in self:
            campaign.audience_count = len(campaign._find_customers()) if campaign.date_delivered_from and campaign.date_delivered_to else 0

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for campaign in self:
            campaign._get_partner_domain()

    def _get_partner_domain(self):
        self.ensure_one()
        try:
            domain = Domain(ast.literal_eval(self.partner_domain or "[]"))
            domain.validate(self.env["res.partner"])
        except (ValueError, SyntaxError, TypeError) as error:
            raise ValidationError(self.env._("The conditions for the customers can't be read: %s", error)) from error
        return domain

    # ------------------------------------------------------------ customers
    def _find_customers(self):
        """The ``res.partner`` commercial partners with deliveries in the period that meet the conditions and that this user may see."""
        self.ensure_one()
        customers = [customer for [customer] in self.env.execute_query(SQL("SELECT DISTINCT customer_id FROM (%s) delivered", self._query_deliveries()))]
        return self.env["res.partner"].search(Domain("id", "in", customers) & self._get_partner_domain(), order="id")

    def _query_deliveries(self):
        """A row for each move that was delivered in the period: customer_id, contacts, salesperson, product category, day."""
        for model, names in DELIVERY_FIELDS.items():
            self.env[model].flush_model(names)
        start = self.company_id._get_end_of_day(self.date_delivered_from - timedelta(days=1))
        end = self.company_id._get_end_of_day(self.date_delivered_to)
        # who organizes surveys need not be allowed to read transfers
        moves = self.env["stock.move"].sudo()._search(
            self.env["stock.move.line"]._get_delivered_domain()
            & Domain([("company_id", "=", self.company_id.id), ("date", ">", start), ("date", "<=", end)]),
        )
        return SQL(
            """
            SELECT customer.commercial_partner_id AS customer_id, picking.partner_id AS delivery_id, sold.partner_id AS orderer_id,
                   sold.user_id AS salesperson_id, template.categ_id AS product_categ_id, move.date, move.id
              FROM stock_move move
              JOIN stock_picking picking ON picking.id = move.picking_id
              JOIN product_product product ON product.id = move.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN sale_order_line sold_line ON sold_line.id = move.sale_line_id
         LEFT JOIN sale_order sold ON sold.id = sold_line.order_id
              JOIN res_partner customer ON customer.id = COALESCE(sold.partner_id, picking.partner_id)
             WHERE move.id IN %s
            """,
            moves.subselect(),
        )

    def _get_deliveries(self, customers):
        """{customer id: {what is known of the customer's deliveries in the period}}."""
        deliveries = self._query_deliveries()
        last = self.env.execute_query_dict(SQL(
            """
            SELECT DISTINCT ON (customer_id) customer_id, delivery_id, orderer_id, salesperson_id, date
              FROM (%s) delivered WHERE customer_id IN %s ORDER BY customer_id, date DESC, id DESC
            """,
            deliveries, tuple(customers.ids) or (0,),
        ))
        most = dict(self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (customer_id) customer_id, product_categ_id
              FROM (%s) delivered WHERE customer_id IN %s GROUP BY customer_id, product_categ_id ORDER BY customer_id, COUNT(*) DESC, product_categ_id
            """,
            deliveries, tuple(customers.ids) or (0,),
        )))
        return {row["customer_id"]: {**row, "product_categ_id": most[row["customer_id"]]} for row in last}

    # ------------------------------------------------------------ recipients
    def action_find_recipients(self):
        """Plan anew who is asked; who was added by hand stays."""
        self._check_button_of_plan()
        for campaign in self:
            campaign.sudo().recipient_ids.filtered(
                lambda recipient: recipient.state in ("planned", "excluded") and not recipient.is_added_by_hand and not recipient.sent_on,
            ).unlink()
            values = campaign._prepare_recipients()
            if not values and not campaign.recipient_count:
                raise UserError(self.env._(
                    "No customer was delivered to from %(start)s to %(end)s and meets the conditions of %(campaign)s. Widen the period or the conditions.",
                    campaign=campaign.name, start=campaign.date_delivered_from, end=campaign.date_delivered_to,
                ))
            # the system says why somebody is left out
            self.env["survey.campaign.recipient"].sudo().create(values)

    def _check_button_of_plan(self):
        self.check_access("write")
        if missing := next(filter(None, (campaign._get_missing_role("organizer") for campaign in self)), None):
            raise UserError(self.env._("Who is asked is planned by somebody who has %s.", missing))
        if refused := self.filtered(lambda campaign: campaign.state != "draft"):
            raise UserError(self.env._("Who is asked is planned before the start. These have started: %s", ", ".join(refused.mapped("name"))))

    def _prepare_recipients(self):
        """Values of ``survey.campaign.recipient`` for each customer: those who are drawn, and those who are left out with the reason."""
        self.ensure_one()
        # of a campaign that goes on after it was cancelled, some have been asked
        asked = self.sudo().recipient_ids.filtered(lambda recipient: recipient.state in COUNTED_STATES and not recipient.is_added_by_hand)
        customers = self._find_customers() - asked.customer_id
        deliveries = self._get_deliveries(customers)
        values = [self._prepare_recipient(customer, deliveries[customer.id]) for customer in customers]
        self._exclude(values)
        asked = [vals for vals in values if not vals.get("exclusion")]
        if self.sample_size and len(asked) > self.sample_size:
            drawn = random.Random(self.sample_seed).sample(range(len(asked)), self.sample_size)
            left = {id(asked[index]) for index in set(range(len(asked))) - set(drawn)}
            values = [vals for vals in values if id(vals) not in left]
        return values

    def _prepare_recipient(self, customer, delivery):
        contact_id = {"customer": customer.id, "orderer": delivery["orderer_id"], "delivery": delivery["delivery_id"]}[self.contact_choice]
        contact = self.env["res.partner"].browse(contact_id or customer.id)
        if not contact.active or not contact.email:
            contact = customer
        return {
            "campaign_id": self.id, "partner_id": contact.id, "is_added_by_hand": False,
            "salesperson_id": delivery["salesperson_id"] or customer.user_id.id, "product_categ_id": delivery["product_categ_id"],
            "date_delivered": self.company_id._get_local_date(delivery["date"]),
            "name": contact.name or customer.name, "email": contact.email, "lang": contact.lang,
            "customer_id": customer.id, "country_id": customer.country_id.id, "partner_category_id": customer.category_id[:1].id,
        }

    def _exclude(self, values):
        """Mark who is left out."""
        reasons = self._get_exclusions(
            [(email_normalize(vals["email"]) or False, "email", vals["customer_id"]) for vals in values], set(self.recipient_ids.mapped("email_normalized")),
        )
        for vals, reason in zip(values, reasons, strict=True):
            if reason:
                vals.update(state="excluded", exclusion=reason)

    def _get_exclusions(self, people, seen):
        """Why each is left out: the first reason that holds, or False. One with the address of another is that other, whatever else holds.

        :param people: list of (normalized address or False, channel, id of the customer)
        :param set seen: addresses of others in the campaign
        """
        self.ensure_one()
        seen = seen - {False}
        addresses = {address for address, _channel, _customer in people} - {False}
        blacklisted = self.env["survey.campaign.recipient"]._get_blacklisted(addresses)
        recent = self._get_recently_asked(addresses)
        # all companies of the database are no customers
        customers = [customer for _address, _channel, customer in people]
        own = self.env["res.company"].sudo().search(Domain("partner_id", "in", customers)).partner_id.ids
        exclusions = []
        for address, channel, customer in people:
            reasons = {
                "twice": address in seen, "own": customer in own, "no_email": not address and channel == "email",
                "blacklisted": address in blacklisted and channel == "email", "recent": address in recent,
            }
            exclusions.append(next((reason for reason, holds in reasons.items() if holds), False))
            seen |= {address} - {False}
        return exclusions

    def _get_recently_asked(self, addresses):
        """Those of these addresses that another campaign has asked within the days that the campaign says."""
        if not self.recent_days:
            return set()
        since = fields.Datetime.now() - timedelta(days=self.recent_days)
        return set(self.env["survey.campaign.recipient"].sudo().search(
            Domain("email_normalized", "in", list(addresses)) & Domain("asked_on", ">=", since)
            & Domain("company_id", "=", self.company_id.id) & Domain("campaign_id", "!=", self.id),
        ).mapped("email_normalized"))

    def action_view_recipients(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_survey.action_survey_campaign_recipient")
        return {**action, "domain": [("campaign_id", "=", self.id)], "context": {"default_campaign_id": self.id}}
