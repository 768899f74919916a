from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.quality_complaint.models.complaint.quality_complaint import CHANNELS
from odoo.addons.quality_complaint.tools.choices import get_choices

STATES = [
    ("draft", "New"), ("decision", "To Decide"), ("approved", "Accepted"), ("receiving", "Waiting for Goods"),
    ("inspection", "Inspection"), ("processing", "Processing"), ("done", "Done"), ("cancel", "Cancelled"),
]

FINISHED_STATES = ("done", "cancel")

COLLECTIONS = [
    ("brought_in", "Brought In by the Customer"), ("courier", "Sent by Courier"), ("pickup", "Picked Up by Us"),
    ("home_pickup", "Picked Up at Home, Refund on the Spot"),
]

VERDICTS = [("accepted", "Accepted"), ("refused", "Refused")]


class ReturnOrder(models.Model):
    """A customer gives goods back: for his money, for others, or to have them repaired.

    The record is numbered when it is recorded and never deleted. How it moves from state to state stands in
    return_order_workflow.py, who decides in return_order_decision.py, how the customer is answered in
    return_order_answer.py, how it is filled from complaints, orders and deliveries in return_order_filing.py.
    """

    _name = "return.order"
    _description = "Return"
    _inherit = ["quality.workflow.mixin", "quality.notify.mixin", "quality.filing.mixin", "mail.thread.phone", "mail.activity.mixin"]
    _order = "date_requested desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _rec_names_search = ["name", "partner_id"]

    # who and when
    name = fields.Char("RMA Number", readonly=True, copy=False, index="trigram", default="/")
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, tracking=True, index=True, ondelete="restrict", check_company=True,
    )
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", store=True, index=True)
    contact_id = fields.Many2one(
        "res.partner", check_company=True, ondelete="restrict",
        domain="['|', ('id', '=', partner_id), ('commercial_partner_id', '=', commercial_partner_id)]",
        help="The person who asked for it, and who gets the answer.",
    )
    partner_phone = fields.Char("Phone", compute="_compute_partner_phone", store=True, readonly=False)
    partner_email = fields.Char("E-mail", compute="_compute_partner_email", store=True, readonly=False)
    channel = fields.Selection(CHANNELS, default="phone", required=True)
    date_requested = fields.Datetime(
        "Requested On", required=True, default=fields.Datetime.now, copy=False, tracking=True, index=True,
        help="When the customer asked for it.",
    )
    user_id = fields.Many2one(
        "res.users", "Sales Representative", required=True, default=lambda self: self.env.user, tracking=True, index=True,
        domain="[('share', '=', False)]", help="Speaks with this customer, and decides together with the responsible team's leader.",
    )

    # what it is about
    complaint_id = fields.Many2one(
        "quality.complaint", check_company=True, index="btree_not_null", copy=False, ondelete="restrict", tracking=True,
        bypass_search_access=True,
        domain="[('accepts_repairs', '=', True), ('commercial_partner_id', '=', commercial_partner_id)]",
        help="The return is part of its handling: it can't be answered before the return is done or cancelled.",
    )
    # who handles a return finds it by its order without the right to read that
    sale_order_id = fields.Many2one(
        "sale.order", "Sales Order", check_company=True, bypass_search_access=True, index="btree_not_null", ondelete="restrict",
        domain="[('partner_id', 'child_of', commercial_partner_id), ('state', '=', 'sale')]",
        help="The order that the customer names. The goods below may be of others, too.",
    )
    sale_order_ids = fields.Many2many(
        "sale.order", compute="_compute_sale_order_ids", compute_sudo=True, search="_search_sale_order_ids", string="Sales Orders",
    )
    reason_id = fields.Many2one("return.reason", tracking=True, index=True, ondelete="restrict")
    description = fields.Html("What the Customer Says")
    # who may see a return may see its parts: what finds it by them need not ask again
    line_ids = fields.One2many("return.order.line", "return_id", "Products", copy=False, bypass_search_access=True)
    product_id = fields.Many2one(related="line_ids.product_id", string="Product")
    quality_brand_id = fields.Many2one(
        "quality.brand", "Brand", index="btree_not_null", ondelete="restrict",
        compute="_compute_quality_brand_id", store=True, readonly=False,
    )
    team_id = fields.Many2one(
        "quality.team", "Responsible Team", tracking=True, check_company=True, index=True,
        compute="_compute_team_id", store=True, readonly=False, precompute=True,
        help="Proposed by the complaint, else by the reason. Its leader decides together with the sales representative.",
    )

    # how the goods come to us
    collection = fields.Selection(COLLECTIONS, required=True, default="courier", tracking=True)

    # express
    is_express = fields.Boolean("Express Return", copy=False, help="A small case that needs no decision, recorded in a short form.")
    coordination_team_id = fields.Many2one(
        "quality.team", "Coordinate With", check_company=True, index="btree_not_null", copy=False, ondelete="restrict",
    )
    coordination = fields.Text("What to Coordinate", copy=False, help="Becomes an activity of that team.")

    # how late
    state = fields.Selection(STATES, default="draft", required=True, tracking=True, copy=False, group_expand="_group_expand_states")
    cancel_reason = fields.Text(readonly=True, copy=False)
    milestone_ids = fields.One2many("return.milestone", "return_id", "Milestones", copy=False, bypass_search_access=True)
    date_deadline = fields.Datetime(
        "Next Deadline", compute="_compute_date_deadline", store=True, index="btree_not_null", help="Of the step that is due first.",
    )
    next_step = fields.Selection(
        selection=get_choices("return.milestone", "step"), compute="_compute_date_deadline", store=True,
    )
    date_done = fields.Datetime("Done On", readonly=True, copy=False)
    is_open = fields.Boolean("Open", compute="_compute_is_open", search="_search_is_open")
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    color = fields.Integer(compute="_compute_color")

    _number_once = models.Constraint("UNIQUE (company_id, name)", "This RMA number exists already.")
    # most are finished: counting the columns of a company reads no return, and the open ones do not wait for the others
    _company_state = models.Index("(company_id, state)")
    _open = models.Index(f"(date_requested DESC, id DESC) WHERE state NOT IN {FINISHED_STATES}")

    # ------------------------------------------------------------ defaults and computes
    @api.model
    def _group_expand_states(self, states, domain):
        """A kanban always shows the columns of the work; the finished ones where there is something in them."""
        return [state for state, _label in STATES if state not in FINISHED_STATES or state in states]

    @api.depends("contact_id", "partner_id")
    def _compute_partner_phone(self):
        for order in self:
            order.partner_phone = order.contact_id.phone or order.partner_id.phone or order.partner_phone

    @api.depends("contact_id", "partner_id")
    def _compute_partner_email(self):
        for order in self:
            order.partner_email = order.contact_id.email or order.partner_id.email

    @api.depends("line_ids.sale_line_id", "sale_order_id")
    def _compute_sale_order_ids(self):
        for order in self:
            order.sale_order_ids = order.sale_order_id | order.line_ids.sale_line_id.order_id

    @api.model
    def _search_sale_order_ids(self, operator, value):
        # who sees a return finds it by its orders without the right to read those
        lines = self.env["return.order.line"].sudo()._search(Domain("sale_line_id.order_id", operator, value))
        return Domain("sale_order_id", operator, value) | Domain("line_ids", "in", lines)

    @api.depends("line_ids.product_id")
    def _compute_quality_brand_id(self):
        for order in self:
            order.quality_brand_id = order.line_ids.product_id.quality_brand_id[:1] or order.quality_brand_id

    @api.depends("complaint_id", "reason_id", "company_id")
    def _compute_team_id(self):
        """Proposed until somebody decides; who has it already keeps it when nothing else is proposed."""
        for order in self:
            if order.state not in ("draft", "decision"):
                continue
            # whoever records a return need not see the complaint's settings
            candidates = (order.complaint_id.sudo().team_id, order.reason_id.sudo().team_id)
            proposed = next((team for team in candidates if team and team.company_id in (order.company_id, team.company_id.browse())), False)
            order.team_id = proposed or order.team_id

    @api.depends("milestone_ids.date_deadline", "milestone_ids.date_done", "milestone_ids.active")
    def _compute_date_deadline(self):
        Milestone = self.env["return.milestone"]
        pending = set(self.milestone_ids.filtered_domain(Milestone._pending_domain()))
        for order in self:
            of_order = order.milestone_ids.filtered(lambda milestone: milestone in pending)
            first = min(of_order, key=lambda milestone: milestone.date_deadline, default=Milestone)
            order.date_deadline = first.date_deadline
            order.next_step = first.step

    @api.model
    def _unfinished_domain(self):
        """Returns that someone still has to do something about."""
        return Domain("state", "not in", FINISHED_STATES)

    @api.depends("state")
    def _compute_is_open(self):
        for order in self:
            order.is_open = order.state not in FINISHED_STATES

    def _search_is_open(self, operator, value):
        return self._unfinished_domain() if operator == "in" else NotImplemented

    @api.depends("date_deadline", "state")
    def _compute_is_late(self):
        # who sees a return sees its steps
        late = self.sudo().milestone_ids.filtered_domain(self.env["return.milestone"]._overdue_domain()).return_id
        for order in self:
            order.is_late = order in late

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("milestone_ids", "any", self.env["return.milestone"]._overdue_domain())

    @api.depends("is_late", "is_express")
    def _compute_color(self):
        """Kanban colours: red when late, orange when it is to go fast."""
        for order in self:
            order.color = 1 if order.is_late else 2 if order.is_express and order.is_open else 0

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for order in self:
            number = order.name if order.name != "/" else self.env._("New Return")
            order.display_name = " ".join(filter(None, (number, order.partner_id.name)))

    # ------------------------------------------------------------ constraints
    @api.constrains("partner_id", "contact_id", "sale_order_id", "complaint_id", "pickup_address_id")
    def _check_documents(self):
        """Order, complaint, contact and address are the customer's."""
        problems = []
        for order in self.sudo():
            customer = order.commercial_partner_id
            problems.extend(
                self.env._("%(contact)s does not belong to %(customer)s.", contact=partner.display_name, customer=customer.display_name)
                for partner in order.contact_id | order.pickup_address_id if partner.commercial_partner_id != customer
            )
            if order.sale_order_id and order.sale_order_id.partner_id.commercial_partner_id != customer:
                problems.append(self.env._(
                    "Order %(order)s is not an order of %(customer)s.", order=order.sale_order_id.name, customer=customer.display_name,
                ))
            if order.complaint_id and order.complaint_id.commercial_partner_id != customer:
                problems.append(self.env._(
                    "%(complaint)s is a complaint of %(customer)s, not of %(other)s.", complaint=order.complaint_id.name,
                    customer=order.complaint_id.commercial_partner_id.display_name, other=customer.display_name,
                ))
        if problems:
            raise ValidationError("\n".join(problems))

    @api.constrains("user_id", "company_id")
    def _check_user_id(self):
        for order in self.sudo():
            if order.company_id not in order.user_id.company_ids:
                raise ValidationError(self.env._(
                    "%(user)s may not work in %(company)s, so he can't be the sales representative of its returns.",
                    user=order.user_id.name, company=order.company_id.name,
                ))

    @api.constrains("date_requested")
    def _check_date_requested(self):
        now = fields.Datetime.now()
        if any(order.date_requested > now for order in self):
            raise ValidationError(self.env._("The day on which a customer asked for a return can't lie in the future."))

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        default_company_id = self.default_get(["company_id"])["company_id"]
        for vals in vals_list:
            vals["company_id"] = vals.get("company_id") or default_company_id
        self.env["res.company"]._number_records(vals_list, "return_sequence_id")
        orders = super().create(vals_list)
        orders._check_linked_complaints()
        orders._promise_steps()
        # who has just recorded one need not be told
        orders.filtered(lambda order: order.user_id != self.env.user)._schedule_steps()
        return orders

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The register keeps every return that was asked for. Cancel it instead of deleting it."))

    @api.model
    def _check_linked_complaints(self):
        """Whoever links a complaint sees it, and it is one that is handled now. The system brings those of a merged one along."""
        if self.env.su:
            return
        complaints = self.sudo().complaint_id
        complaints.with_env(self.env).check_access("read")
        if refused := complaints.filtered(lambda complaint: not complaint.accepts_repairs):
            raise UserError(self.env._(
                "Goods are taken back for a complaint that is approved and not finished. These are not: %s",
                ", ".join(refused.mapped("display_name")),
            ))

    def _phone_get_number_fields(self):
        return ["partner_phone"]

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["contact_id", "partner_id"]

    def _mail_get_timezone(self):
        return self.company_id.resource_calendar_id.tz or super()._mail_get_timezone()

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """The form of a return that the user can't change is read-only, whatever the field."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for node in arch.xpath("//sheet//field[not(ancestor::field)]"):
                readonly = node.get("readonly") or str(self._fields[node.get("name")].readonly)
                node.set("readonly", f"({readonly}) or not can_edit")
        return arch, view
