from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, format_time

from ..returns.return_order_collection import PICKUPS

ACTIVITY_TYPE = "return_repair.mail_activity_type_pickup"

# only the buttons set these
SYSTEM_FIELDS = {"picked_up_on", "picked_up_by_id", "pickup_misses", "pickup_miss_reason"}

# where and when a driver goes
ROUND_FIELDS = {"pickup_date", "pickup_until", "driver_id", "collection", "state"}


class ReturnOrder(models.Model):
    """Goods that we fetch: a driver, a time window, a round in the order of the addresses, and how it went."""

    _inherit = "return.order"

    pickup_until = fields.Datetime(
        compute="_compute_pickup_until", store=True, readonly=False, copy=False, help="End of the time window; proposed: one hour after its begin.",
    )
    driver_id = fields.Many2one(
        "res.users", tracking=True, copy=False, index="btree_not_null",
        domain=lambda self: self._get_driver_domain(),
    )
    pickup_day = fields.Date("Pick-up Day", compute="_compute_pickup_day", store=True, index="btree_not_null", help="Where the company works.")
    pickup_zip = fields.Char(related="pickup_address_id.zip", string="ZIP", store=True)
    pickup_city = fields.Char(related="pickup_address_id.city", string="City", store=True)
    pickup_street = fields.Char(related="pickup_address_id.street", string="Street", store=True)
    picked_up_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    picked_up_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    pickup_misses = fields.Integer("Times Nobody at Home", readonly=True, copy=False)
    pickup_miss_reason = fields.Text("Last Time, Why Not", readonly=True, copy=False, tracking=True)
    can_pick_up = fields.Boolean(compute="_compute_can_pick_up", help="The goods are still to be fetched, and the user may say how it went.")

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | SYSTEM_FIELDS

    @api.model
    def _get_driver_domain(self):
        return [("share", "=", False), ("all_group_ids", "in", self.env.ref("stock.group_stock_user").ids)]

    @api.depends("pickup_date")
    def _compute_pickup_until(self):
        for order in self:
            order.pickup_until = order.pickup_date and order.pickup_date + timedelta(hours=1)

    @api.depends("pickup_date", "company_id")
    def _compute_pickup_day(self):
        for order in self:
            order.pickup_day = order.pickup_date and order.company_id.sudo()._get_local_date(order.pickup_date)

    @api.depends("state", "collection", "picked_up_on", "driver_id")
    @api.depends_context("uid")
    def _compute_can_pick_up(self):
        for order in self:
            order.can_pick_up = bool(order._origin) and order.has_access("write") and not order._get_pickup_refusal()

    @api.constrains("pickup_date", "pickup_until")
    def _check_pickup_window(self):
        if wrong := self.filtered(lambda order: order.pickup_until and (not order.pickup_date or order.pickup_until <= order.pickup_date)):
            raise ValidationError(self.env._("The time window of a pick-up ends after it begins: %s", ", ".join(wrong.mapped("name"))))

    @api.constrains("driver_id", "company_id")
    def _check_driver(self):
        for order in self.sudo():
            driver = order.driver_id
            if driver and not (order._is_employee(driver) and driver.has_group("stock.group_stock_user")):
                raise ValidationError(self.env._(
                    "%(user)s can't fetch goods for %(company)s: drivers are users of its warehouse.",
                    user=driver.name, company=order.company_id.name,
                ))

    # ------------------------------------------------------------ whose it is to do
    def _get_pickup_refusal(self):
        """Why this user can't say now how the pick-up went, or False. Also decides whether the buttons show."""
        self.ensure_one()
        if self.collection not in PICKUPS or self.state != "receiving":
            return self.env._("%s is not to be fetched: we fetch what was agreed with the customer to be picked up.", self.name)
        if self.picked_up_on:
            return self.env._("%s was picked up already.", self.name)
        if missing := self.env.user != self.driver_id and self._get_missing_role("receiver"):
            return self.env._("You may not say how the pick-up of %(number)s went: that takes %(role)s.", number=self.name, role=missing)
        return False

    def _check_pickup(self):
        self.check_access("write")
        if refusals := [refusal for order in self if (refusal := order._get_pickup_refusal())]:
            raise UserError("\n".join(refusals))

    def _after_content_write(self, vals, before):
        super()._after_content_write(vals, before)
        if vals.keys() & ROUND_FIELDS:
            self._schedule_pickup()

    def _schedule_pickup(self):
        """While the goods are to be fetched it is an activity of the driver, on that day."""
        for order in self.sudo():  # it is the driver's activity, whoever plans
            present = order.activity_search([ACTIVITY_TYPE])
            wanted = order._get_pickup_activity()
            kept = present.filtered(lambda activity: (activity.user_id, activity.date_deadline, activity.summary) == wanted)[:1]
            gone = present - kept
            if order.picked_up_on:
                gone._action_done()
            else:
                gone.unlink()
            if wanted and not kept:
                driver, day, summary = wanted
                order.activity_schedule(ACTIVITY_TYPE, user_id=driver.id, date_deadline=day, summary=summary)

    def _get_pickup_activity(self):
        """(driver, day, what they have to do, in their language), or None."""
        self.ensure_one()
        driver = self.driver_id
        if self.collection not in PICKUPS or self.state != "receiving" or self.picked_up_on or not (driver and self.pickup_date):
            return None
        told = self.with_context(lang=driver.lang, tz=driver.tz)
        return driver, self.pickup_day, told.env._(
            "Pick up goods, %(time)s: %(address)s", time=told._get_pickup_window(), address=told._get_address_line(told.pickup_address_id),
        )

    def _get_pickup_window(self):
        """The time window by the clock of the context."""
        self.ensure_one()
        moments = (fields.Datetime.context_timestamp(self, moment).time() for moment in (self.pickup_date, self.pickup_until) if moment)
        return " – ".join(format_time(self.env, moment, time_format="short") for moment in moments)

    # ------------------------------------------------------------ how it went
    def action_picked_up(self):
        """The driver has the goods. They count as received when the warehouse has counted them."""
        self._check_pickup()
        self._write_system({"picked_up_on": fields.Datetime.now(), "picked_up_by_id": self.env.uid})
        self._schedule_pickup()

    def _set_received(self):
        """What the warehouse has counted was picked up, whether or not the driver has said so."""
        self.filtered(lambda order: order.collection in PICKUPS and not order.picked_up_on)._write_system({"picked_up_on": fields.Datetime.now()})
        super()._set_received()

    def _miss_pickup(self, reason, pickup_date, pickup_until, driver):
        """Nobody was at home: there is a new appointment, and whoever speaks with the customer hears of it."""
        self._check_pickup()
        if pickup_date < fields.Datetime.now():
            raise UserError(self.env._("The new appointment has to lie ahead."))
        for order in self:
            order._write_system({
                "pickup_misses": order.pickup_misses + 1, "pickup_miss_reason": reason, "pickup_date": pickup_date, "pickup_until": pickup_until,
                "driver_id": driver.id,
            })
            order._notify_users(
                order.user_id - self.env.user,
                lambda told: (told.env._("%s was not picked up: nobody at home", told.display_name), told.env._(
                    "%(reason)s — new appointment: %(day)s, %(time)s", reason=told.pickup_miss_reason,
                    day=format_date(told.env, told.pickup_day), time=told._get_pickup_window(),
                )),
            )

    # ------------------------------------------------------------ the driver's sheet
    def _get_pickup_rounds(self):
        """[(day, driver, returns in the order of their addresses)] for the sheets of the drivers.

        :raises UserError: some of them are not picked up, or have no day yet
        """
        if wrong := self.filtered(lambda order: order.collection not in PICKUPS or not order.pickup_day):
            raise UserError(self.env._("Without a day on which we pick them up: %s", ", ".join(wrong.mapped("name"))))
        rounds = self.grouped(lambda order: (order.company_id, order.pickup_day, order.driver_id))
        return [
            (day, driver, orders.sorted(lambda order: order._get_route_key()))
            for (company, day, driver), orders in sorted(rounds.items(), key=lambda item: (item[0][0].id, item[0][1], item[0][2].name or ""))
        ]

    def _get_route_key(self):
        self.ensure_one()
        return (self.pickup_zip or "", self.pickup_city or "", self.pickup_street or "", self.pickup_date, self.id)
