from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ...tools.choices import get_choices
from ..capa.quality_capa import CARRIED_OUT_STATES
from ..deadline.quality_notify_mixin import TALK_FIELDS

CHANNELS = [
    ("phone", "Phone"), ("fax", "Fax"), ("email", "E-mail"), ("visit", "Visit"),
    ("word_of_mouth", "Word of Mouth"), ("web", "Web"), ("internal", "Found by Us"),
]

STATES = [
    ("draft", "New"), ("review", "To Review"), ("investigation", "Investigation"), ("reply", "Reply"),
    ("follow_up", "Follow-up"), ("closed", "Closed"), ("rejected", "Not Upheld"), ("cancel", "Cancelled"),
]

FINISHED_STATES = ("closed", "rejected", "cancel")

# it turned out not to be one, or not one of its own
FELL_AWAY_STATES = ("rejected", "cancel")

# what may still change when a complaint is finished: moving it on, and talking about it
LIVING_FIELDS = {"state"} | TALK_FIELDS


class QualityComplaint(models.Model):
    """A customer said that something was wrong.

    The record is numbered when it arrives and never deleted. How it moves from state to state stands in
    quality_complaint_workflow.py, how it is filled from orders and deliveries in quality_complaint_filing.py, how
    the reply is written in quality_complaint_reply_text.py, and how it is approved and sent in quality_complaint_replying.py.
    """

    _name = "quality.complaint"
    _description = "Complaint"
    _inherit = ["quality.workflow.mixin", "quality.notify.mixin", "quality.filing.mixin", "mail.thread.phone", "mail.activity.mixin"]
    _order = "date_received desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"  # who has a task of it may say something about it
    _rec_names_search = ["name", "subject", "partner_id"]

    # who and when
    name = fields.Char("Number", readonly=True, copy=False, index="trigram", default="/")
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    subject = fields.Char(required=True, tracking=True, index="trigram", help="The complaint in one sentence.")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, tracking=True, index=True, ondelete="restrict",
        check_company=True,
    )
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", store=True, index=True)
    contact_id = fields.Many2one(
        "res.partner", check_company=True, ondelete="restrict",
        domain="['|', ('id', '=', partner_id), ('commercial_partner_id', '=', commercial_partner_id)]",
        help="The person who complained, and who gets the reply.",
    )
    partner_phone = fields.Char("Phone", compute="_compute_partner_phone", store=True, readonly=False)
    partner_email = fields.Char("E-mail", compute="_compute_partner_email", store=True, readonly=False)
    channel = fields.Selection(CHANNELS, default="phone", required=True, tracking=True)
    date_received = fields.Datetime(
        "Received On", required=True, default=fields.Datetime.now, copy=False, tracking=True, index=True,
        help="When the customer told us.",
    )
    user_id = fields.Many2one(
        "res.users", "Filed By", required=True, default=lambda self: self.env.user, tracking=True, index=True,
        domain="[('share', '=', False)]", help="The sales representative who speaks with this customer.",
    )
    sales_manager_id = fields.Many2one(
        "res.users", compute="_compute_sales_manager_id", store=True, readonly=False,
        domain="[('share', '=', False)]", help="Approves the reply and is told what was done.",
    )

    # what it is
    type_id = fields.Many2one(
        "quality.complaint.type", required=True, tracking=True, check_company=True, index=True, ondelete="restrict",
        default=lambda self: self._default_type_id(), group_expand=True,
    )
    urgency = fields.Selection(
        [("normal", "Normal"), ("urgent", "Urgent")], default="normal", required=True, tracking=True, help="How soon.",
    )
    severity = fields.Selection(
        [("minor", "Minor"), ("major", "Major"), ("critical", "Critical")], tracking=True, help="How bad.",
    )
    # who handles a complaint finds it by its order and delivery without the right to read those
    sale_order_id = fields.Many2one(
        "sale.order", "Sales Order", check_company=True, bypass_search_access=True, index="btree_not_null", ondelete="restrict",
        domain="[('partner_id', 'child_of', commercial_partner_id), ('state', '=', 'sale')]",
    )
    date_order = fields.Datetime("Ordered On", related="sale_order_id.date_order", related_sudo=True)
    picking_id = fields.Many2one(
        "stock.picking", "Delivery", check_company=True, bypass_search_access=True, index="btree_not_null", ondelete="restrict",
        domain="[('partner_id', 'child_of', commercial_partner_id), ('state', '=', 'done'), ('picking_type_code', 'in', ('outgoing', 'dropship'))]",
    )
    date_shipped = fields.Datetime("Shipped On", related="picking_id.date_done", related_sudo=True)
    description = fields.Html("What Happened", help="What happened, so that a reader understands it without phoning.")
    # who may see a complaint may see its parts: what finds it by them need not ask again
    line_ids = fields.One2many("quality.complaint.line", "complaint_id", "Products", copy=False, bypass_search_access=True)
    product_id = fields.Many2one(related="line_ids.product_id", string="Product")
    demand_ids = fields.One2many("quality.complaint.demand", "complaint_id", "Demands", copy=False)
    document_ids = fields.One2many(
        "quality.complaint.document", "complaint_id", "Documents", copy=False,
        compute="_compute_document_ids", store=True, readonly=False,
    )

    # review
    validity = fields.Selection(
        [("upheld", "Upheld"), ("not_upheld", "Not Upheld")], tracking=True, copy=False,
        help="Is it true, and is it ours to answer for?",
    )
    responsibility = fields.Selection(
        [("own", "Ourselves"), ("supplier", "Supplier"), ("carrier", "Carrier"), ("customer", "Customer"), ("none", "Nobody")],
        "Caused By", tracking=True, copy=False,
    )
    verdict_reason = fields.Text("Reason of the Verdict", copy=False)
    customer_agreement = fields.Text(
        "Agreed with the Customer", copy=False, help="Not upheld: what the customer agreed to, in his words.",
    )
    agreement_date = fields.Date("Agreed On", copy=False)
    agreement_partner_id = fields.Many2one(
        "res.partner", "Agreed With", copy=False, check_company=True, ondelete="restrict", index="btree_not_null",
        domain="['|', ('id', '=', partner_id), ('commercial_partner_id', '=', commercial_partner_id)]",
    )
    agreement_channel = fields.Selection(CHANNELS, "Agreed Via", copy=False)
    team_id = fields.Many2one(
        "quality.team", "Responsible Team", tracking=True, check_company=True, index=True,
        compute="_compute_team_id", store=True, readonly=False, precompute=True,
    )
    handler_id = fields.Many2one(
        "res.users", tracking=True, index=True, copy=False, domain="[('share', '=', False)]",
    )

    # handling
    handling_opinion = fields.Html(copy=False, help="How this is to be handled; the actions below carry it out.")
    capa_ids = fields.One2many("quality.capa", "complaint_id", "Actions", copy=False)
    capa_count = fields.Integer("Actions Planned and Taken", compute="_compute_capa_count")
    capa_planned_count = fields.Integer("Actions Not Started", compute="_compute_capa_count")
    capa_proposed_count = fields.Integer("Actions Awaiting Agreement", compute="_compute_capa_count")
    capa_done_count = fields.Integer("Actions Done", compute="_compute_capa_count")
    capa_progress = fields.Float("Progress of the Actions", compute="_compute_capa_count", help="Done, in % of all that were not cancelled.")
    analysis = fields.Html("Cause Analysis", copy=False)
    cause_ids = fields.One2many("quality.complaint.cause", "complaint_id", "Causes", copy=False)
    occurrence_cause_ids = fields.One2many(
        "quality.complaint.cause", "complaint_id", "Why It Happened", domain=[("kind", "=", "occurrence")], copy=False,
    )
    escape_cause_ids = fields.One2many(
        "quality.complaint.cause", "complaint_id", "Why It Was Not Detected", domain=[("kind", "=", "escape")], copy=False,
    )

    # answer
    current_satisfied = fields.Selection(
        selection=get_choices("quality.complaint.follow.up", "satisfied"),
        compute="_compute_current_satisfied", string="Customer's Verdict", help="The customer's last answer in this round.",
    )
    follow_up_ids = fields.One2many("quality.complaint.follow.up", "complaint_id", "Follow-up Visits", copy=False)
    round = fields.Integer(default=1, readonly=True, copy=False, help="Goes up by one when the customer is not satisfied, and when a closed complaint is reopened.")
    date_closed = fields.Datetime("Closed On", readonly=True, copy=False, tracking=True)
    cancel_reason = fields.Selection(
        [("duplicate", "Duplicate"), ("withdrawn", "Withdrawn by the Customer"), ("mistake", "Filed by Mistake")],
        readonly=True, copy=False, tracking=True,
    )
    cancel_note = fields.Text(readonly=True, copy=False)

    # how late
    state = fields.Selection(
        STATES, default="draft", required=True, tracking=True, copy=False, group_expand="_group_expand_states",
    )
    milestone_ids = fields.One2many("quality.milestone", "complaint_id", "Milestones", copy=False, bypass_search_access=True)
    date_deadline = fields.Datetime(
        "Next Deadline", compute="_compute_date_deadline", store=True, index=True, help="Of the step that is due first.",
    )
    next_step = fields.Selection(
        selection=get_choices("quality.milestone", "step"), compute="_compute_date_deadline", store=True,
    )
    is_open = fields.Boolean("Open", compute="_compute_is_open", search="_search_is_open")
    is_untouched = fields.Boolean("Not Touched", compute="_compute_is_open", search="_search_is_untouched")
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    color = fields.Integer(compute="_compute_color")

    _number_once = models.Constraint("UNIQUE (company_id, name)", "This complaint number exists already.")
    # most are finished: counting the columns of a company reads no complaint, and the open ones do not wait for the others
    _company_state = models.Index("(company_id, state)")
    _open = models.Index(f"(date_received DESC, id DESC) WHERE state NOT IN {FINISHED_STATES}")

    # ------------------------------------------------------------ defaults and computes
    @api.model
    def _default_type_id(self):
        return self.env["quality.complaint.type"].search(
            [("company_id", "in", (False, self.env.context.get("default_company_id", self.env.company.id)))], limit=1,
        )

    @api.model
    def _group_expand_states(self, states, domain):
        """A kanban always shows the columns of the work; the finished ones where there is something in them."""
        return [state for state, _label in STATES if state not in FINISHED_STATES or state in states]

    @api.depends("contact_id", "partner_id")
    def _compute_partner_phone(self):
        for complaint in self:
            complaint.partner_phone = complaint.contact_id.phone or complaint.partner_id.phone

    @api.depends("contact_id", "partner_id")
    def _compute_partner_email(self):
        for complaint in self:
            complaint.partner_email = complaint.contact_id.email or complaint.partner_id.email

    @api.depends("sale_order_id", "user_id")
    def _compute_sales_manager_id(self):
        for complaint in self:
            # whoever files it need not be allowed to read sales teams
            sudo_complaint = complaint.sudo()
            team = sudo_complaint.sale_order_id.team_id or sudo_complaint.user_id.sale_team_id
            complaint.sales_manager_id = team.user_id or complaint.sales_manager_id

    @api.depends("type_id")
    def _compute_team_id(self):
        """Proposed by the type; who has it already keeps it when the complaint is classified anew."""
        for complaint in self:
            proposed = complaint.type_id.team_id if complaint.state in ("draft", "review") else False
            complaint.team_id = proposed or complaint.team_id

    @api.depends("type_id")
    def _compute_document_ids(self):
        """A row for each kind of document that the type asks for; rows with files stay."""
        for complaint in self:
            wanted = complaint.type_id.required_document_kind_ids
            unasked = complaint.document_ids.filtered(
                lambda document: document.kind_id not in wanted and not document.attachment_ids,
            )
            complaint.document_ids = [
                *(Command.delete(document.id) for document in unasked),
                *(Command.create({"kind_id": kind.id}) for kind in wanted - complaint.document_ids.kind_id),
            ]

    @api.depends("capa_ids.state")
    def _compute_capa_count(self):
        counts = defaultdict(lambda: defaultdict(int))
        for complaint, state, count in self.env["quality.capa"]._read_group(
            [("complaint_id", "in", self._origin.ids), ("state", "!=", "cancel")], ["complaint_id", "state"], ["__count"],
        ):
            counts[complaint][state] = count
        for complaint in self:
            of_state = counts[complaint._origin]
            complaint.capa_count = sum(of_state.values())
            complaint.capa_planned_count = of_state["draft"]
            complaint.capa_proposed_count = of_state["proposed"]
            complaint.capa_done_count = sum(of_state[state] for state in CARRIED_OUT_STATES)
            complaint.capa_progress = complaint.capa_count and 100 * complaint.capa_done_count / complaint.capa_count

    @api.depends("milestone_ids.date_deadline", "milestone_ids.date_done", "milestone_ids.active")
    def _compute_date_deadline(self):
        Milestone = self.env["quality.milestone"]
        pending = set(self.milestone_ids.filtered_domain(Milestone._pending_domain()))
        for complaint in self:
            of_complaint = complaint.milestone_ids.filtered(lambda milestone: milestone in pending)
            first = min(of_complaint, key=lambda milestone: milestone.date_deadline, default=Milestone)
            complaint.date_deadline = first.date_deadline
            complaint.next_step = first.step

    @api.depends("follow_up_ids.satisfied", "round")
    def _compute_current_satisfied(self):
        for complaint in self:
            complaint.current_satisfied = complaint._get_current_follow_up().satisfied

    @api.model
    def _unfinished_domain(self):
        """Complaints that someone still has to do something about."""
        return Domain("state", "not in", FINISHED_STATES)

    @api.model
    def _untouched_domain(self):
        """Complaints that lie where they arrived: nobody has taken or judged them."""
        return Domain("state", "in", ("draft", "review")) & Domain("handler_id", "=", False) & Domain("validity", "=", False)

    @api.depends("state", "handler_id", "validity")
    def _compute_is_open(self):
        is_open = self.filtered_domain(self._unfinished_domain())
        untouched = self.filtered_domain(self._untouched_domain())
        for complaint in self:
            complaint.is_open = complaint in is_open
            complaint.is_untouched = complaint in untouched

    def _search_is_open(self, operator, value):
        return self._unfinished_domain() if operator == "in" else NotImplemented

    def _search_is_untouched(self, operator, value):
        return self._untouched_domain() if operator == "in" else NotImplemented

    @api.depends("date_deadline", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        due = self.filtered(lambda complaint: complaint.date_deadline and complaint.date_deadline < now)
        # who sees a complaint sees its steps
        late = due.sudo().milestone_ids.filtered_domain(self.env["quality.milestone"]._overdue_domain()).complaint_id
        for complaint in self:
            complaint.is_late = complaint in late

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        # the first deadline leads to the few that can be late
        return Domain("date_deadline", "<", fields.Datetime.now()) & Domain(
            "milestone_ids", "any", self.env["quality.milestone"]._overdue_domain(),
        )

    @api.depends("is_late", "urgency")
    def _compute_color(self):
        """Kanban colours: red when late, orange when urgent."""
        for complaint in self:
            complaint.color = 1 if complaint.is_late else 2 if complaint.urgency == "urgent" else 0

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for complaint in self:
            number = complaint.name if complaint.name != "/" else self.env._("New Complaint")
            complaint.display_name = " ".join(filter(None, (number, complaint.subject)))

    # ------------------------------------------------------------ constraints
    @api.constrains("partner_id", "contact_id", "sale_order_id", "picking_id")
    def _check_documents(self):
        """Order, delivery and contact are the customer's, and something was shipped."""
        problems = []
        for complaint in self.sudo():
            customer = complaint.commercial_partner_id
            order, picking = complaint.sale_order_id, complaint.picking_id
            if complaint.contact_id and complaint.contact_id.commercial_partner_id != customer:
                problems.append(self.env._(
                    "%(contact)s does not belong to %(customer)s.",
                    contact=complaint.contact_id.display_name, customer=customer.display_name,
                ))
            if order and order.partner_id.commercial_partner_id != customer:
                problems.append(self.env._(
                    "Order %(order)s is not an order of %(customer)s.", order=order.name, customer=customer.display_name,
                ))
            if picking and not picking.move_ids._filter_delivered():
                problems.append(self.env._("%(delivery)s is not a delivery that has left.", delivery=picking.name))
            if picking and not picking._is_delivered_to(customer):
                problems.append(self.env._(
                    "The delivery %(delivery)s did not go to %(customer)s.", delivery=picking.name, customer=customer.display_name,
                ))
        if problems:
            raise ValidationError("\n".join(problems))

    @api.constrains("sale_order_id")
    def _check_sale_order_id(self):
        """An order that is cancelled later stays the one that it was about."""
        if unconfirmed := self.sudo().sale_order_id.filtered(lambda order: order.state != "sale"):
            raise ValidationError("\n".join(
                self.env._("Order %(order)s is not confirmed, so no complaint can name it.", order=order.name)
                for order in unconfirmed
            ))

    @api.constrains("handler_id", "company_id")
    def _check_handler_id(self):
        for complaint in self:
            if complaint.handler_id and complaint.company_id not in complaint.sudo().handler_id.company_ids:
                raise ValidationError(self.env._(
                    "%(user)s may not work in %(company)s, so he can't handle its complaints.",
                    user=complaint.handler_id.name, company=complaint.company_id.name,
                ))

    @api.constrains("date_received")
    def _check_date_received(self):
        now = fields.Datetime.now()
        if any(complaint.date_received > now for complaint in self):
            raise ValidationError(self.env._("The day a complaint was received can't lie in the future."))

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        default_company_id = self.default_get(["company_id"])["company_id"]
        for vals in vals_list:
            vals["company_id"] = vals.get("company_id") or default_company_id
        self.env["res.company"]._number_records(vals_list, "complaint_sequence_id")
        complaints = super().create(vals_list)
        complaints._apply_deadline_policy()
        return complaints

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The register keeps every complaint that arrived. Cancel it instead of deleting it."))

    def copy_data(self, default=None):
        return [
            {**vals, "subject": self.env._("%s (copy)", complaint.subject)}
            for complaint, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def _phone_get_number_fields(self):
        return ["partner_phone"]

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["contact_id", "partner_id"]

    def _mail_get_timezone(self):
        return self.company_id.resource_calendar_id.tz or super()._mail_get_timezone()

    # ------------------------------------------------------------ windows
    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """The form of a complaint that the user can't change is read-only, whatever the field."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for node in arch.xpath("//sheet//field[not(ancestor::field)]"):
                readonly = node.get("readonly") or str(self._fields[node.get("name")].readonly)
                node.set("readonly", f"({readonly}) or not can_edit")
        return arch, view

    def action_view_capas(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_capa"),
            "domain": [("complaint_id", "=", self.id)],
            "context": {"default_complaint_id": self.id, "default_team_id": self.team_id.id},
        }

    def action_view_sale_order(self):
        self.ensure_one()
        return self.sale_order_id._get_records_action()

    def action_view_picking(self):
        self.ensure_one()
        return self.picking_id._get_records_action()
