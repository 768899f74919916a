from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

STATES = [
    ("draft", "New"), ("claimed", "Claimed"), ("accepted", "Accepted"), ("received", "Received"), ("refused", "Refused"), ("cancel", "Cancelled"),
]

# something is still to come
OPEN_STATES = ("claimed", "accepted")

# those who claim; others who see the return or the complaint read it
CLAIM_GROUPS = ("stock.group_stock_manager", "account.group_account_invoice", "quality_complaint.group_manager")

# days that the other side is given, where nothing else is entered
DAYS_TO_ANSWER = 14


class ReturnRecovery(models.Model):
    """What the supplier or the carrier owes us for goods that a customer sent back or complained about, and what came of it.

    How it moves from state to state stands in return_recovery_workflow.py.
    """

    _name = "return.recovery"
    _description = "Supplier or Carrier Recovery"
    _inherit = [
        "quality.workflow.mixin", "quality.deadline.mixin", "quality.notify.mixin", "quality.about.mixin", "mail.thread", "mail.activity.mixin",
    ]
    _order = "date_deadline, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _rec_names_search = ["return_id.name", "complaint_id.name", "partner_id"]

    # what it is about
    return_line_id = fields.Many2one("return.order.line", "Returned Product", index="btree_not_null", ondelete="restrict", check_company=True)
    complaint_line_id = fields.Many2one(
        "quality.complaint.line", "Product Complained About", index="btree_not_null", ondelete="restrict", check_company=True,
    )
    # accounting finds a claim by its number without the right to read the return or the complaint
    return_id = fields.Many2one(related="return_line_id.return_id", store=True, index="btree_not_null", bypass_search_access=True)
    complaint_id = fields.Many2one(
        "quality.complaint", compute="_compute_source", store=True, index="btree_not_null", precompute=True, bypass_search_access=True,
    )
    product_id = fields.Many2one("product.product", compute="_compute_source", store=True, index=True, precompute=True)
    lot_id = fields.Many2one("stock.lot", compute="_compute_source", store=True, precompute=True)
    product_uom_id = fields.Many2one("uom.uom", "Unit of Measure", compute="_compute_source", store=True, precompute=True)
    company_id = fields.Many2one("res.company", compute="_compute_source", store=True, index=True, precompute=True)
    carrier_id = fields.Many2one(
        "delivery.carrier", compute="_compute_source", store=True, precompute=True, help="Who brought the goods to the customer.",
    )
    team_id = fields.Many2one("quality.team", "Responsible Team", compute="_compute_source", store=True, precompute=True)

    # from whom, and what
    cause = fields.Selection(
        [("supplier", "Supplier"), ("carrier", "Carrier")], "Caused By", required=True, default="supplier", tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Claimed From", required=True, tracking=True, index=True, ondelete="restrict", check_company=True,
        compute="_compute_partner_id", store=True, readonly=False, precompute=True,
        help="Proposed: of whom that lot was bought, else the product's vendor; of a carrier who was claimed from for it last.",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", required=True, default=lambda self: self.env.user, tracking=True, index=True, domain="[('share', '=', False)]",
    )
    quantity = fields.Float(digits="Product Unit", compute="_compute_quantity", store=True, readonly=False, precompute=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, compute="_compute_currency_id", store=True, readonly=False, precompute=True,
    )
    amount_claimed = fields.Monetary(
        "Claimed", compute="_compute_amount_claimed", store=True, readonly=False, precompute=True, tracking=True,
        help="Proposed: what the goods cost us.",
    )
    note = fields.Text("Reason of the Claim", compute="_compute_note", store=True, readonly=False, precompute=True, help="As the other side reads it.")
    date_claimed = fields.Datetime("Claimed On", readonly=True, copy=False)
    date_deadline = fields.Datetime(
        "Due", copy=False, default=lambda self: fields.Datetime.add(fields.Datetime.now(), days=DAYS_TO_ANSWER),
        help="Until when it is to be settled. Who is responsible is reminded.",
    )

    # what came of it
    state = fields.Selection(STATES, default="draft", required=True, tracking=True, copy=False, group_expand=True)
    amount_accepted = fields.Monetary("Accepted", tracking=True, copy=False, help="What the other side has agreed to. Empty: all that was claimed.")
    refusal_reason = fields.Text(copy=False, tracking=True)
    receipt_ids = fields.One2many("return.recovery.receipt", "recovery_id", "What Came Back", copy=False, bypass_search_access=True)
    refund_line_ids = fields.One2many(
        "account.move.line", "return_recovery_id", "Vendor Credit Notes", groups="account.group_account_invoice,account.group_account_readonly",
    )
    amount_received = fields.Monetary(
        "Received", compute="_compute_amounts", store=True, compute_sudo=True, help="Posted credit notes of the vendor without taxes, and what was entered by hand.",
    )
    amount_open = fields.Monetary("Open", compute="_compute_amounts", store=True, compute_sudo=True, help="Still to come.")

    _one_source = models.Constraint(
        "CHECK (num_nonnulls(return_line_id, complaint_line_id) = 1)", "A claim is about one product of a return or of a complaint.",
    )
    _return_once = models.UniqueIndex(
        "(return_line_id, partner_id) WHERE state NOT IN ('refused', 'cancel')", "This is claimed from them already.",
    )
    _complaint_once = models.UniqueIndex(
        "(complaint_line_id, partner_id) WHERE state NOT IN ('refused', 'cancel')", "This is claimed from them already.",
    )

    # ------------------------------------------------------------ access
    @api.model
    def _get_about_fields(self):
        return ["return_id", "complaint_id"]

    @api.model
    def _sees_all(self):
        return any(self.env.user.has_group(group) for group in CLAIM_GROUPS)

    # ------------------------------------------------------------ computes
    def _get_line(self):
        """The product of a return or of a complaint that it is about."""
        self.ensure_one()
        return self.return_line_id or self.complaint_line_id

    @api.depends(
        "return_line_id", "return_line_id.return_id.complaint_id", "return_line_id.return_id.team_id", "return_line_id.lot_id",
        "complaint_line_id", "complaint_line_id.complaint_id", "complaint_line_id.lot_id",
    )
    def _compute_source(self):
        for recovery in self:
            line = recovery._get_line()
            recovery.complaint_id = recovery.return_line_id.return_id.complaint_id or recovery.complaint_line_id.complaint_id
            recovery.product_id = line.product_id
            recovery.lot_id = line.lot_id
            recovery.product_uom_id = line.product_uom_id
            recovery.company_id = line.company_id
            recovery.carrier_id = line.move_id.picking_id.carrier_id
            recovery.team_id = recovery.return_line_id.return_id.team_id or recovery.complaint_id.team_id

    @api.depends("cause", "return_line_id", "complaint_line_id")
    def _compute_partner_id(self):
        for recovery in self:
            recovery.partner_id = recovery._find_vendor() if recovery.cause == "supplier" else recovery._find_carrier()

    def _find_vendor(self):
        """Of whom that very lot was bought, else the product's vendor."""
        self.ensure_one()
        bought = self.env["stock.move.line"].search(
            Domain("lot_id", "=", self.lot_id.id) & Domain("state", "=", "done") & Domain("location_id.usage", "=", "supplier")
            & Domain("company_id", "=", self.company_id.id), order="date desc, id desc", limit=1,
        ).picking_id.partner_id if self.lot_id else self.env["res.partner"]
        return bought or self.product_id.with_company(self.company_id)._select_seller(quantity=None).partner_id

    def _find_carrier(self):
        """Core knows no address of a carrier: whom we claimed from for it last."""
        self.ensure_one()
        return self.search(
            Domain("carrier_id", "=", self.carrier_id.id) & Domain("cause", "=", "carrier") & Domain("company_id", "=", self.company_id.id),
            order="id desc", limit=1,
        ).partner_id if self.carrier_id else self.env["res.partner"]

    @api.depends("return_line_id", "complaint_line_id")
    def _compute_quantity(self):
        for recovery in self:
            recovery.quantity = recovery.return_line_id.quantity_accepted or recovery._get_line().quantity

    @api.depends("company_id")
    def _compute_currency_id(self):
        for recovery in self:
            recovery.currency_id = recovery.currency_id or (recovery.company_id or self.env.company).currency_id

    @api.depends("quantity", "product_id")
    def _compute_amount_claimed(self):
        for recovery in self.filtered(lambda recovery: recovery.state == "draft"):
            product, company = recovery.product_id.with_company(recovery.company_id), recovery.company_id
            cost = recovery.product_uom_id._compute_quantity(recovery.quantity, product.uom_id, round=False) * product.standard_price if product else 0
            recovery.amount_claimed = company.currency_id._convert(cost, recovery.currency_id, company) if company else 0

    @api.depends("return_line_id", "complaint_line_id")
    def _compute_note(self):
        for recovery in self:
            recovery.note = recovery.return_line_id.note or recovery.complaint_line_id.defect or recovery.note

    @api.depends(
        "state", "amount_claimed", "amount_accepted", "receipt_ids.amount", "currency_id", "refund_line_ids.parent_state", "refund_line_ids.balance",
    )
    def _compute_amounts(self):
        for recovery in self:
            credited = recovery.refund_line_ids.filtered(lambda line: line.parent_state == "posted")
            recovery.amount_received = sum(recovery.receipt_ids.mapped("amount")) + sum(
                -line.amount_currency if line.currency_id == recovery.currency_id
                else line.company_currency_id._convert(-line.balance, recovery.currency_id, line.company_id, line.date)
                for line in credited
            )
            expected = recovery.amount_accepted or recovery.amount_claimed
            recovery.amount_open = max(expected - recovery.amount_received, 0) if recovery.state in OPEN_STATES else 0

    @api.depends("return_id", "complaint_id", "partner_id")
    def _compute_display_name(self):
        for recovery in self.sudo():  # whoever reads the claim may know its number
            recovery.display_name = " ".join(filter(None, (recovery.return_id.name or recovery.complaint_id.name, recovery.partner_id.name)))

    # ------------------------------------------------------------ constraints
    @api.constrains("quantity", "return_line_id", "complaint_line_id")
    def _check_quantity(self):
        problems = []
        for recovery in self.sudo():  # accounting need not be allowed to read returns
            line = recovery._get_line()
            most = max(line.quantity, recovery.return_line_id.quantity_received)
            if recovery.quantity <= 0 or line.product_uom_id.compare(recovery.quantity, most) > 0:
                problems.append(self.env._(
                    "%(product)s: between 0 and %(most)s %(unit)s can be claimed, not %(quantity)s.", product=line.product_id.display_name,
                    most=f"{most:.12g}", unit=line.product_uom_id.name, quantity=f"{recovery.quantity:.12g}",
                ))
        if problems:
            raise ValidationError("\n".join(problems))

    @api.constrains("quantity", "partner_id", "state", "return_line_id", "complaint_line_id")
    def _check_claimed_once(self):
        """What was complained about and then sent back is not claimed from the same for each of both."""
        # accounting need not be allowed to read returns and complaints
        claims = self.sudo().search(
            Domain("complaint_id", "in", self.complaint_id.ids) & Domain("partner_id", "in", self.partner_id.ids) & Domain("state", "not in", ("refused", "cancel")),
        )
        problems = []
        for claim in claims.filtered("complaint_line_id"):
            line = claim.complaint_line_id
            others = claims.filtered(lambda other, claim=claim: claim._is_returned_in(other))
            total = claim.quantity + sum(other.product_uom_id._compute_quantity(other.quantity, line.product_uom_id, round=False) for other in others)
            if others and (claim | others) & self.sudo() and line.product_uom_id.compare(total, line.quantity) > 0:
                problems.append(self.env._(
                    "%(product)s: of %(most)s %(unit)s in complaint %(complaint)s, %(total)s would be claimed from %(partner)s, of the complaint "
                    "and of the return together.", product=line.product_id.display_name, most=f"{line.quantity:.12g}", total=f"{total:.12g}",
                    unit=line.product_uom_id.name, complaint=claim.complaint_id.name, partner=claim.partner_id.display_name,
                ))
        if problems:
            raise ValidationError("\n".join(problems))

    def _is_returned_in(self, other):
        """True where the other claim may be about the same goods, as they came back because of the complaint."""
        mine, theirs = self.complaint_line_id, other.return_line_id
        return (
            bool(theirs) and (self.complaint_id, self.partner_id, self.product_id) == (other.complaint_id, other.partner_id, other.product_id)
            and (not mine.lot_id or not theirs.lot_id or mine.lot_id == theirs.lot_id)
            and (not mine.move_id or not theirs.move_id or mine.move_id == theirs.move_id)
        )

    @api.constrains("amount_claimed", "amount_accepted")
    def _check_amounts(self):
        problems = [
            self.env._("%s: amounts of a claim are not negative, and no more can be accepted than was claimed.", recovery.display_name)
            for recovery in self
            if recovery.amount_claimed < 0 or recovery.amount_accepted < 0 or recovery.currency_id.compare_amounts(recovery.amount_accepted, recovery.amount_claimed) > 0
        ]
        if problems:
            raise ValidationError("\n".join(problems))

    # ------------------------------------------------------------ windows
    @api.model
    def _action_claim(self, **defaults):
        """The window of a new claim; nothing is stored before the user saves it."""
        self.check_access("create")
        return {
            "type": "ir.actions.act_window", "name": self.env._("New Claim"), "res_model": self._name, "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }

    @api.model
    def _action_view(self, domain):
        return {**self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_return_recovery"), "domain": domain, "context": {}}

    def action_view_return(self):
        self.ensure_one()
        return self.return_id._get_records_action()

    def action_view_complaint(self):
        self.ensure_one()
        return self.complaint_id._get_records_action()
