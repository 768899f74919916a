from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import clean_context, plaintext2html

from ..complaint.quality_complaint import CHANNELS
from ..deadline.quality_notify_mixin import TALK_FIELDS

STATES = [("open", "To Do"), ("done", "Done"), ("cancel", "Cancelled")]

# state: {next state: the button that does it}
TRANSITIONS = {
    "open": {"done": "action_done", "cancel": "action_cancel"},
    "done": {"open": "action_reopen"},
    "cancel": {"open": "action_reopen"},
}

# what who asks the customer writes; the points are rows of their own
ASKER_FIELDS = {"user_id", "contact_id", "channel", "date_asked", "remark", "state"} | TALK_FIELDS

# what those write who see to it that all deliveries are followed up
MANAGER_FIELDS = {"date_deadline", "cancel_reason"}

MANAGER_GROUPS = ("sales_team.group_sale_salesman_all_leads", "quality_complaint.group_manager")


class DeliveryFollowup(models.Model):
    """The customer is asked how a delivery arrived: one for each delivery that left, made when it leaves.

    It is done as soon as each point is answered; what is not OK wants a complaint, or the word of who asked that none
    is needed. How it keeps step with its activity stands in delivery_followup_activity.py.
    """

    _name = "delivery.followup"
    _description = "Delivery Follow-up"
    _inherit = ["quality.deadline.mixin", "quality.notify.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"
    _check_company_auto = True
    _mail_post_access = "read"
    _rec_names_search = ["name", "partner_id"]

    # what was delivered
    # whoever follows up a delivery need not be allowed to read transfers
    picking_id = fields.Many2one(
        "stock.picking", "Delivery", required=True, readonly=True, ondelete="restrict", index=True, bypass_search_access=True,
    )
    name = fields.Char("Delivery Number", related="picking_id.name", related_sudo=True, store=True, index="trigram")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    sale_order_id = fields.Many2one(
        "sale.order", "Sales Order", related="picking_id.sale_id", related_sudo=True, store=True, index="btree_not_null",
        bypass_search_access=True,
    )
    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict")
    address_id = fields.Many2one("res.partner", "Delivered To", related="picking_id.partner_id", related_sudo=True)
    carrier_id = fields.Many2one(
        "delivery.carrier", related="picking_id.carrier_id", related_sudo=True, store=True, index="btree_not_null",
    )
    date_shipped = fields.Datetime("Shipped On", related="picking_id.date_done", related_sudo=True, store=True, index=True)
    goods = fields.Text("What Was Delivered", compute="_compute_goods")
    days_late = fields.Integer(
        "Shipped Late by", compute="_compute_days_late", help="Days after the day that was promised, or else scheduled.",
    )

    # who asks, until when
    sales_team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    user_id = fields.Many2one(
        "res.users", "Asked By", required=True, tracking=True, index=True, domain="[('share', '=', False)]",
        help="The sales representative who asks the customer.",
    )
    date_deadline = fields.Datetime(required=True, tracking=True)
    state = fields.Selection(STATES, default="open", required=True, tracking=True, index=True, group_expand=True)

    # what the customer said
    contact_id = fields.Many2one(
        "res.partner", "Spoke With", check_company=True, domain="[('id', 'child_of', partner_id)]", ondelete="restrict",
    )
    phone = fields.Char(compute="_compute_phone")
    channel = fields.Selection(CHANNELS, default="phone", required=True)
    date_asked = fields.Date("Asked On", help="Empty: the day on which it is done.")
    remark = fields.Text("What Else the Customer Said")
    check_ids = fields.One2many("delivery.followup.check", "followup_id", "Points", bypass_search_access=True)
    unanswered_count = fields.Integer("Still to Ask", compute="_compute_unanswered_count")
    result = fields.Selection(
        [("ok", "All OK"), ("not_ok", "Not OK")], compute="_compute_result", store=True, index="btree_not_null",
        help="Not OK: at least one point is not.",
    )
    done_by_id = fields.Many2one("res.users", readonly=True)
    cancel_reason = fields.Selection(
        [
            ("returned", "Everything Came Back"), ("not_reached", "Customer Can't Be Reached"),
            ("not_wanted", "Customer Does Not Want to Be Asked"), ("other", "Other"),
        ],
        tracking=True,
    )

    # what became of it
    complaint_ids = fields.One2many("quality.complaint", "delivery_followup_id", "Complaints", bypass_search_access=True)
    complaint_id = fields.Many2one("quality.complaint", compute="_compute_complaint_id", compute_sudo=True)
    may_manage = fields.Boolean(compute="_compute_may_manage", help="The user sees to it that all deliveries are followed up.")

    _delivery_once = models.Constraint("UNIQUE (picking_id)", "This delivery is followed up already.")
    _to_do = models.Index("(user_id, date_deadline) WHERE state = 'open'")

    # ------------------------------------------------------------ computes
    @api.depends("picking_id")
    def _compute_goods(self):
        for followup in self:
            moves = followup.sudo().picking_id.move_ids._filter_delivered()
            followup.goods = "\n".join(
                f"{move.quantity:g} {move.product_uom.name} {move.product_id.display_name}" for move in moves if move.quantity
            )

    @api.depends("date_shipped")
    def _compute_days_late(self):
        """As the statistics count it."""
        # whose follow-up it is may know when its delivery left
        shipments = self.env["delivery.followup.report"].sudo().search_fetch([("followup_id", "in", self.ids)], ["followup_id", "days_late"])
        days = {shipment.followup_id: int(shipment.days_late) for shipment in shipments}
        for followup in self:
            followup.days_late = days.get(followup._origin, 0)

    @api.depends("contact_id", "partner_id")
    def _compute_phone(self):
        for followup in self:
            followup.phone = followup.contact_id.phone or followup.partner_id.phone

    @api.depends("check_ids.answer")
    def _compute_unanswered_count(self):
        counts = dict(self.env["delivery.followup.check"]._read_group(
            [("followup_id", "in", self.ids), ("answer", "=", False)], ["followup_id"], ["__count"],
        ))
        for followup in self:
            followup.unanswered_count = counts.get(followup._origin, 0)

    @api.depends("check_ids.answer")
    def _compute_result(self):
        for followup in self:
            answers = set(followup.check_ids.mapped("answer"))
            followup.result = "not_ok" if "not_ok" in answers else "ok" if answers == {"ok"} else False

    @api.depends("complaint_ids")
    def _compute_complaint_id(self):
        for followup in self:
            followup.complaint_id = followup.complaint_ids[:1]

    @api.depends_context("uid")
    def _compute_may_manage(self):
        self.may_manage = self._may_manage()

    # ------------------------------------------------------------ rules
    @api.model
    def _pending_domain(self):
        return super()._pending_domain() & Domain("state", "=", "open")

    def _deadline_superiors(self):
        self.ensure_one()
        return self.sudo().sales_team_id.user_id.with_env(self.env)

    def _deadline_escalation(self):
        """Who sees to it that the company's deliveries are followed up, and the owner's superior; never the owner himself."""
        self.ensure_one()
        return (self.company_id.delivery_followup_user_id | self._deadline_superiors()) - self.user_id

    @api.model
    def _can_ask(self, user, company):
        """True where that user can follow up a delivery of that company."""
        user = user.sudo()  # his groups and companies are nobody's secret here
        return bool(user) and user.active and not user.share and company in user.company_ids and user.has_group("quality_complaint.group_reporter")

    @api.model
    def _may_manage(self):
        return self.env.su or any(self.env.user.has_group(group) for group in MANAGER_GROUPS)

    def _get_missing(self):
        """What is still to be asked or done before it is done: a list of sentences."""
        self.ensure_one()
        missing = [self.env._("Not asked yet: %s", check.name) for check in self.check_ids if not check.answer]
        if self.result == "not_ok" and not self.sudo().complaint_ids:
            missing.append(self.env._("Not OK, and no complaint is filed: file it, or finish without one."))
        return missing

    @api.constrains("date_asked")
    def _check_date_asked(self):
        if early := self.filtered(lambda followup: followup.date_asked and followup.date_asked > fields.Date.context_today(followup)):
            raise ValidationError(self.env._("Nobody can have been asked on a day that lies ahead:\n%s", "\n".join(early.mapped("name"))))

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        followups = super().create(vals_list)
        followups._sync_activities()
        return followups

    def write(self, vals):
        """Who writes the state presses the button of that move."""
        if not self.env.su:
            self._check_may_write(vals)
        content = {key: value for key, value in vals.items() if key != "state"}
        handed_over = self.filtered(lambda followup: "user_id" in vals and followup.user_id.id != vals["user_id"])
        result = super().write(content)
        if "user_id" in vals and not self.env.su:
            self._check_can_ask()
        # who has it now is warned for himself
        handed_over.sudo().warned_on = False
        if vals.keys() & {"user_id", "date_deadline"}:
            self._hand_over_alerts()
            self._sync_activities()
        if "state" in vals and self.env.su:
            super().write({"state": vals["state"]})
            self._sync_activities()
        elif "state" in vals:
            self._move_to(vals["state"])
        return result

    def _move_to(self, target):
        self._check_transition(target)
        for button, followups in self.grouped(lambda followup: TRANSITIONS[followup.state][target]).items():
            getattr(followups, button)()

    def _check_may_write(self, vals):
        if forbidden := vals.keys() - ASKER_FIELDS - MANAGER_FIELDS:
            labels = self.fields_get(sorted(forbidden), ["string"])
            raise AccessError(self.env._("Set by the system, not by hand: %s", ", ".join(label["string"] for label in labels.values())))
        if vals.keys() & MANAGER_FIELDS and not self._may_manage():
            raise AccessError(self.env._(
                "Sales managers and quality managers move the deadline of a delivery follow-up and cancel it:\n%s", "\n".join(self.mapped("name")),
            ))
        if vals.keys() - TALK_FIELDS - {"state"} and (over := self.filtered(lambda followup: followup.state != "open")):
            raise UserError(self.env._("What was asked stays as it is. Reopen it to change it:\n%s", "\n".join(over.mapped("name"))))

    def _check_can_ask(self):
        """Whom it is handed to can ask. What the system creates goes to somebody, even where nobody can."""
        if strangers := self.filtered(lambda followup: not followup._can_ask(followup.user_id, followup.company_id)):
            raise ValidationError("\n".join(
                self.env._(
                    "%(user)s is archived, may not work in %(company)s or may not file complaints. Choose somebody else for %(delivery)s.",
                    user=followup.sudo().user_id.name, company=followup.company_id.name, delivery=followup.name,
                ) for followup in strangers
            ))

    def _check_transition(self, target):
        refused = self.filtered(lambda followup: target not in TRANSITIONS[followup.state])
        if refused:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError("\n".join(
                self.env._(
                    "The follow-up of %(delivery)s is «%(state)s» and can't become «%(target)s».",
                    delivery=followup.name, state=labels[followup.state], target=labels[target],
                ) for followup in refused
            ))

    # ------------------------------------------------------------ moves
    def action_all_ok(self):
        """The customer has nothing to complain about: each point that is still to be asked is OK."""
        self.check_access("write")
        self._check_transition("done")
        self.check_ids.filtered(lambda check: not check.answer).answer = "ok"
        self._finish_answered()

    def action_done(self):
        """Done, also where something is not OK and needs no complaint."""
        self.check_access("write")
        self._check_transition("done")
        if unanswered := self.check_ids.filtered(lambda check: not check.answer):
            raise UserError(self.env._("Ask about all points first:\n%s", "\n".join(
                f"{followup.name}: {', '.join(checks.mapped('name'))}" for followup, checks in unanswered.grouped("followup_id").items()
            )))
        self._set_done()

    def action_cancel(self):
        self.check_access("write")
        self._check_transition("cancel")
        if not self._may_manage():
            raise AccessError(self.env._(
                "Sales managers and quality managers cancel the follow-up of a delivery:\n%s", "\n".join(self.mapped("name")),
            ))
        if without := self.filtered(lambda followup: not followup.cancel_reason):
            raise UserError(self.env._("Choose why it is cancelled:\n%s", "\n".join(without.mapped("name"))))
        # the button has decided that the user may
        self.sudo().write({"state": "cancel"})

    def action_reopen(self):
        self.check_access("write")
        self._check_transition("open")
        # the button has decided that the user may
        self.sudo().write({"state": "open", "date_done": False, "done_by_id": False, "cancel_reason": False})

    # ------------------------------------------------------------ business
    def _finish_answered(self):
        """Done is what nothing is left to ask about."""
        self.filtered(lambda followup: followup.state == "open" and not followup._get_missing())._set_done()

    def _set_done(self):
        # the button, or the last answer, has decided that the user may
        for asked, followups in self.sudo().grouped(lambda followup: followup.date_asked).items():
            followups.write({
                "state": "done", "date_done": fields.Datetime.now(), "done_by_id": self.env.uid,
                "date_asked": asked or fields.Date.context_today(self),
            })

    @api.model
    def _create_for(self, pickings):
        """Follow up these deliveries, each once, however often it is asked; others are passed over.

        :return: the new ones
        """
        # whoever ships, the system or a user, need not know of follow-ups; and no default of what he does at the moment holds for them
        self = self.sudo().with_context(
            clean_context(self.env.context), mail_create_nolog=True, mail_create_nosubscribe=True, mail_auto_subscribe_no_notify=True,
        )
        pickings = self.env["stock.picking"].browse(pickings.ids)
        pickings -= self.search([("picking_id", "in", pickings.ids)]).picking_id
        pickings = pickings.filtered(lambda picking: not picking._get_followup_refusal())
        if not pickings:
            return self.browse()
        points, deadlines, values = self.env["delivery.followup.point"].search([("company_id", "in", (False, *pickings.company_id.ids))]), {}, []
        for picking in pickings:
            company = picking.company_id
            applying = points.filtered(lambda point: point._applies_to(picking))
            if not applying:
                continue
            if company not in deadlines:
                deadlines[company] = self._prepare_deadline_values(company)
            values.append({**deadlines[company], **self._prepare_values(picking, applying)})
        return self.create(values)

    @api.model
    def _prepare_deadline_values(self, company):
        """The time in which that company wants the customer asked, from now on."""
        start, days, calendar = fields.Datetime.now(), company.delivery_followup_days, company.resource_calendar_id
        return {
            "date_start": start, "duration": days, "duration_unit": "day", "resource_calendar_id": calendar.id,
            "date_deadline": self.with_company(company)._plan_deadline(start, days, "day", calendar),
        }

    @api.model
    def _prepare_values(self, picking, points):
        order = picking.sale_id
        customer = (order.partner_id or picking.partner_id).commercial_partner_id
        contacts = (order.partner_id | picking.partner_id).filtered(lambda partner: partner.commercial_partner_id == customer != partner)
        owner = self._get_owner(picking)
        return {
            "picking_id": picking.id, "company_id": picking.company_id.id, "partner_id": customer.id,
            "contact_id": contacts[:1].id, "sales_team_id": order.team_id.id, "user_id": owner.id,
            # the questions as he reads them
            "check_ids": [Command.create(point._prepare_check_values()) for point in points.with_context(lang=owner.lang)],
        }

    @api.model
    def _get_owner(self, picking):
        """Who asks: the order's salesperson, else the customer's, the leader of the sales team, who is named in the
        settings, else one who sees to it that all are asked. Never nobody."""
        order, company = picking.sale_id, picking.company_id
        partner = order.partner_id or picking.partner_id
        candidates = (
            order.user_id, partner.user_id, partner.commercial_partner_id.user_id, order.team_id.user_id, company.delivery_followup_user_id,
        )
        return next((user for user in candidates if self._can_ask(user, company)), None) or self._get_fallback_owner(company)

    @api.model
    def _get_fallback_owner(self, company):
        Users = self.env["res.users"]
        for group in ("sales_team.group_sale_manager", "quality_complaint.group_manager"):
            user = Users.search([
                ("all_group_ids", "in", self.env.ref(group).ids), ("company_ids", "in", company.ids), ("share", "=", False),
            ], limit=1, order="id")
            if user:
                return user
        return self.env.ref("base.user_root")  # nobody is left: those who run the complaints are told with the first alert

    @api.model
    def _hand_over_from(self, users):
        """What somebody who has left was to ask is asked by who would ask if he had never been."""
        for followup in self.search([("user_id", "in", users.ids), ("state", "=", "open")]):
            followup.user_id = followup._get_owner(followup.picking_id)

    def _cancel_returned(self):
        """What came back as a whole needs no question; what is not OK already still needs its complaint."""
        for followup in self.filtered(lambda followup: followup.state == "open" and followup.result != "not_ok"):
            returns = followup.picking_id._get_returns_of_all()
            if returns:
                followup.write({"state": "cancel", "cancel_reason": "returned"})
                followup._message_log(body=self.env._("Everything came back with %s.", ", ".join(returns.mapped("name"))))

    # ------------------------------------------------------------ a complaint
    def action_file_complaint(self):
        """The window of a new complaint, filled in from the delivery and from what is not OK; or of the one there is."""
        self.ensure_one()
        self.check_access("write")
        if self.complaint_ids:
            return self.action_view_complaint()
        bad = self.check_ids.filtered(lambda check: check.answer == "not_ok")
        if not bad:
            raise UserError(self.env._("Nothing is marked as not OK. Mark it first, so that the complaint says what was wrong."))
        # who follows up a delivery may complain about it without the right to read transfers
        action = self.env["quality.complaint"]._action_file(self.sudo().picking_id.move_ids._prepare_complaint_lines())
        action["context"].update({f"default_{name}": value for name, value in self._prepare_complaint_values(bad).items()})
        return action

    def _prepare_complaint_values(self, bad):
        """What the complaint says of the points that are not OK, beside what was delivered."""
        self.ensure_one()
        values = {
            "delivery_followup_id": self.id, "contact_id": self.contact_id.id, "channel": self.channel,
            "subject": self.env._("Delivery not OK: %s", ", ".join(bad.mapped("name"))),
            "description": Markup("<ul>%s</ul>%s") % (
                Markup().join(Markup("<li><b>%s</b>: %s</li>") % (check.name, check.note) for check in bad),
                plaintext2html(self.remark) if self.remark else "",
            ),
        }
        delivery_type = self.env.ref("quality_complaint.type_delivery", raise_if_not_found=False)
        if delivery_type and delivery_type.active and delivery_type.company_id in (self.env["res.company"], self.company_id):
            values["type_id"] = delivery_type.id
        return values

    # ------------------------------------------------------------ windows
    def action_view_complaint(self):
        self.ensure_one()
        return self.complaint_id._get_records_action()

    def action_view_picking(self):
        self.ensure_one()
        return self.picking_id._get_records_action()

    def action_view_sale_order(self):
        self.ensure_one()
        return self.sale_order_id._get_records_action()
