from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

RESOLUTIONS = [("refund", "Refund"), ("exchange", "Exchange"), ("repair", "Repair"), ("credit", "Store Credit"), ("reject", "Not Accepted")]

DISPOSITIONS = [("restock", "Back to Stock"), ("rework", "Rework"), ("scrap", "Scrap"), ("vendor", "Back to the Vendor")]

# what is decided about: who has accepted it has accepted this
DECIDED_FIELDS = {
    "product_id", "move_id", "sale_line_id", "product_uom_id", "quantity", "resolution", "exchange_product_id", "exchange_quantity",
}

OVERRIDE_FIELDS = {"warranty_override", "warranty_override_reason"}

# what was taken off the order is noted by what takes it off, and a line stays in its return
SYSTEM_FIELDS = {"quantity_unordered", "return_id"}

# a customer has not had more deliveries of one product lately than this
CANDIDATE_LIMIT = 50


class ReturnOrderLine(models.Model):
    """A product that comes back, as it was delivered: what the customer gets for it, and what happens to the goods.

    How much of a delivery may come back stands in return_order_line_limit.py, how it is received in
    return_order_line_receipt.py.
    """

    _name = "return.order.line"
    _description = "Return Line"
    _inherit = ["return.order.part", "quality.delivered.mixin"]
    _order = "return_id, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(related="return_id.partner_id", store=True, index=True)
    product_categ_id = fields.Many2one(related="product_id.categ_id", store=True, index=True)
    quality_brand_id = fields.Many2one(related="product_id.quality_brand_id", store=True, index="btree_not_null")

    # what comes back
    product_id = fields.Many2one(domain="[('type', '=', 'consu')]")
    move_id = fields.Many2one(compute="_compute_move_id", store=True, readonly=False, precompute=True)
    sale_line_id = fields.Many2one(compute="_compute_sale_line_id", store=True, readonly=False, precompute=True)
    picking_id = fields.Many2one(related="move_id.picking_id", string="Delivery", related_sudo=True)
    lot_name = fields.Char("Serial Number on the Goods", help="As the customer reads it from the goods. One that we know becomes the lot of the line.")
    lot_id = fields.Many2one(compute="_compute_lot_id", store=True, readonly=False, precompute=True)
    quantity = fields.Float("Announced", digits="Product Unit", required=True, default=1)
    quantity_returnable = fields.Float(
        "Returnable", digits="Product Unit", compute="_compute_quantity_returnable", help="What can still come back of this delivery, this line included.",
    )
    receipt_move_ids = fields.One2many("stock.move", "return_line_id", "Receipts", groups="stock.group_stock_user")
    quantity_received = fields.Float("Received", digits="Product Unit", compute="_compute_quantity_received", store=True)
    quantity_accepted = fields.Float("Accepted", digits="Product Unit", copy=False, help="What the inspection found to be as announced.")
    is_foreign = fields.Boolean("Not Delivered by Us", compute="_compute_is_foreign")
    reason_id = fields.Many2one(
        "return.reason", index=True, ondelete="restrict", compute="_compute_reason_id", store=True, readonly=False, precompute=True,
    )
    note = fields.Text(help="What is wrong with it. The customer and the supplier may read it.")

    # what is done about it
    resolution = fields.Selection(RESOLUTIONS, copy=False, help="What the customer gets for it.")
    exchange_product_id = fields.Many2one(
        "product.product", "Exchange For", check_company=True, ondelete="restrict", domain="[('sale_ok', '=', True)]",
        compute="_compute_exchange", store=True, readonly=False, help="The same, or another specification.",
    )
    exchange_quantity = fields.Float(digits="Product Unit", compute="_compute_exchange", store=True, readonly=False)
    disposition = fields.Selection(DISPOSITIONS, copy=False, help="What happens to the goods.")
    repair_ids = fields.One2many("repair.order", "return_line_id", "Repairs", groups="stock.group_stock_user")

    # the rule is the warranty mixin's; who decides the return may decide otherwise
    warranty_override = fields.Selection(
        [("in", "In Warranty"), ("out", "Out of Warranty")], "Warranty by Hand", copy=False, help="Decided by hand, whatever the terms say. Takes a reason.",
    )
    warranty_override_reason = fields.Char("Why by Hand", copy=False)
    can_override = fields.Boolean(compute="_compute_can_override")

    _warranty_override_reason = models.Constraint(
        "CHECK (warranty_override IS NULL OR TRIM(COALESCE(warranty_override_reason, '')) <> '')", "Write why the warranty is decided by hand.",
    )

    # ------------------------------------------------------------ what comes back
    @api.depends("lot_name", "product_id")
    def _compute_lot_id(self):
        """The lot of the number that is read from the goods, where we know it."""
        for line in self:
            if number := (line.lot_name or "").strip():
                # whoever records a return need not be allowed to look through all lots
                line.lot_id = self.env["stock.lot"].sudo().search([
                    ("name", "=", number), ("product_id", "=", line.product_id.id), ("company_id", "in", (False, line.return_id.company_id.id)),
                ], limit=1).with_env(self.env)
            elif line.lot_id.product_id != line.product_id:
                line.lot_id = False

    @api.depends("product_id", "lot_id", "return_id.partner_id", "return_id.sale_order_id")
    def _compute_move_id(self):
        """A product that is entered by hand came with the customer's last delivery that it can still come back from, that of
        the named order first."""
        for line in self:
            move = line.sudo().move_id
            if move.product_id != line.product_id or (line.lot_id and line.lot_id not in move.move_line_ids.lot_id):
                line.move_id = line._find_delivered_move()

    def _find_delivered_move(self):
        self.ensure_one()
        MoveLine = self.env["stock.move.line"].sudo()  # whoever records a return need not be allowed to read transfers
        customer = self.return_id.partner_id.commercial_partner_id
        if not (self.product_id and customer):
            return self.env["stock.move"]
        of_lot = Domain("lot_id", "=", self.lot_id.id) if self.lot_id else Domain.TRUE
        to_customer = Domain("picking_id.partner_id", "child_of", customer.id) | Domain("picking_id.sale_id.partner_id", "child_of", customer.id)
        moves = MoveLine.search(
            Domain(MoveLine._get_delivered_domain()) & of_lot & to_customer
            & Domain("product_id", "=", self.product_id.id) & Domain("company_id", "=", self.return_id.company_id.id),
            order="date desc, id desc", limit=CANDIDATE_LIMIT,
        ).move_id
        # that of the chosen order line, else that of the named order first
        moves = moves.filtered(lambda move: move.sale_line_id and move.sale_line_id == self.sale_line_id) or moves
        named = self.return_id.sudo().sale_order_id
        moves = moves.sorted(lambda move: move.sale_line_id.order_id != named) if named else moves
        rests = self._get_returnable((move, self.lot_id) for move in moves)
        with_rest = moves.filtered(lambda move: rests[move, self.lot_id] > 0)
        return (with_rest or moves)[:1].with_env(self.env)

    @api.depends("product_id", "move_id", "return_id.partner_id", "return_id.sale_order_id")
    def _compute_sale_line_id(self):
        """That of the delivery. What has none of its own, as a kit, is of the named order, else of the last that it was sold with."""
        for line in self:
            sudo_line = line.sudo()
            if line.move_id:
                line.sale_line_id = sudo_line.move_id.sale_line_id
            elif sudo_line.sale_line_id.product_id != line.product_id or not line.product_id:
                line.sale_line_id = line._find_sold_line()

    def _find_sold_line(self):
        self.ensure_one()
        SaleLine = self.env["sale.order.line"].sudo()  # whoever records a return need not be allowed to read orders
        customer = self.return_id.partner_id.commercial_partner_id
        if not (self.product_id and customer):
            return self.env["sale.order.line"]
        sold = SaleLine.search([
            ("order_partner_id", "child_of", customer.id), ("product_id", "=", self.product_id.id), ("state", "=", "sale"),
            ("company_id", "=", self.return_id.company_id.id), ("qty_delivered", ">", 0),
        ], order="id desc", limit=CANDIDATE_LIMIT)
        named = self.return_id.sudo().sale_order_id
        return sold.sorted(lambda line: line.order_id != named)[:1].with_env(self.env)

    @api.depends("move_id", "sale_line_id")
    def _compute_is_foreign(self):
        for line in self:
            line.is_foreign = not (line.move_id or line.sale_line_id)

    @api.depends("return_id.reason_id")
    def _compute_reason_id(self):
        for line in self:
            line.reason_id = line.return_id.reason_id or line.reason_id

    # ------------------------------------------------------------ what is done about it
    @api.depends("resolution", "product_id", "quantity")
    def _compute_exchange(self):
        """Proposed: the same, as many."""
        for line in self:
            if line.resolution != "exchange":
                line.exchange_product_id, line.exchange_quantity = False, 0
                continue
            if not line.exchange_product_id:
                line.exchange_product_id = line.product_id
            if not line.exchange_quantity:
                line.exchange_quantity = line.quantity

    # ------------------------------------------------------------ warranty
    def _get_warranty_claim_date(self):
        return self.company_id._get_local_date(self.return_id.date_requested or fields.Datetime.now())

    @api.depends("warranty_duration", "warranty_end_date", "return_id.date_requested", "warranty_override")
    def _compute_warranty_state(self):
        super()._compute_warranty_state()
        for line in self.filtered("warranty_override"):
            line.warranty_state = line.warranty_override

    @api.depends("warranty_override", "warranty_override_reason")
    def _compute_warranty_rule(self):
        super()._compute_warranty_rule()
        for line in self.filtered("warranty_override"):
            line.warranty_rule = self.env._("by hand: %s", line.warranty_override_reason)

    @api.depends("return_id.team_id", "return_id.state")
    @api.depends_context("uid")
    def _compute_can_override(self):
        for line in self:
            line.can_override = line.return_id.can_decide_as_manager

    # ------------------------------------------------------------ constraints
    @api.constrains("product_id", "lot_id", "move_id", "sale_line_id", "product_uom_id", "partner_id")
    def _check_source(self):
        """Also, what was delivered comes back to the order that it was delivered for."""
        super()._check_source()
        problems = [
            self.env._(
                "%(delivery)s delivered %(product)s for order %(order)s, not for %(other)s.",
                delivery=line.move_id.picking_id.name or line.move_id.reference, product=line.product_id.display_name,
                order=line.move_id.sale_line_id.order_id.name, other=line.sale_line_id.order_id.name or self.env._("no order"),
            )
            for line in self.sudo()  # who records a return need not be allowed to read orders and transfers
            if line.move_id.sale_line_id and line.move_id.sale_line_id != line.sale_line_id
        ]
        if problems:
            raise ValidationError("\n".join(problems))

    @api.constrains("product_id")
    def _check_goods(self):
        if services := self.product_id.filtered(lambda product: product.type != "consu"):
            raise ValidationError(self.env._("Only goods come back. These are none: %s", ", ".join(services.mapped("display_name"))))

    @api.constrains("exchange_quantity", "resolution")
    def _check_exchange(self):
        for line in self:
            if line.resolution == "exchange" and line.exchange_quantity <= 0:
                raise ValidationError(self.env._("%s: how many does the customer get for it?", line.product_id.display_name))

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        given = {name for vals in vals_list for name in OVERRIDE_FIELDS | {"quantity_unordered"} if vals.get(name)}
        lines._check_may_change(DECIDED_FIELDS | given)
        lines.filtered("warranty_override")._log_warranty_override()
        lines.return_id._take_back_decision()
        return lines

    def write(self, vals):
        moved = "return_id" in vals and self.return_id.ids != [vals["return_id"]]
        self._check_may_change(vals.keys() if moved else vals.keys() - {"return_id"})
        result = super().write(vals)
        if OVERRIDE_FIELDS & vals.keys():
            self._log_warranty_override()
        if DECIDED_FIELDS & vals.keys():
            self.return_id._take_back_decision()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_undecided(self):
        self._check_may_change(DECIDED_FIELDS)
        self.return_id._take_back_decision()

    @api.model
    def _get_system_fields(self):
        """Names of the fields that only the buttons set. Extended by what adds such fields."""
        return SYSTEM_FIELDS

    def _check_may_change(self, names):
        """What was decided stays as it was decided, and the warranty is overruled by who decides. A line stays in its return."""
        if self.env.su:
            return
        if forbidden := self._get_system_fields() & names:
            labels = self.fields_get(sorted(forbidden), ["string"])
            raise AccessError(self.env._(
                "Only the buttons of the return set: %s", ", ".join(label["string"] for label in labels.values()),
            ))
        if OVERRIDE_FIELDS & names and (denied := self.return_id.filtered(lambda order: order._get_missing_role("manager"))):
            raise AccessError(self.env._(
                "The warranty is decided by hand by the leader of the responsible team: %s", ", ".join(denied.mapped("name")),
            ))
        settled = self.return_id.filtered(lambda order: order.state not in ("draft", "decision"))
        if DECIDED_FIELDS & names and (denied := settled.filtered(lambda order: order._get_missing_role("manager"))):
            raise UserError(self.env._(
                "What was accepted is changed by the leader of the responsible team only: %s", ", ".join(denied.mapped("name")),
            ))

    def _log_warranty_override(self):
        """A line has no chatter of its own: what was decided by hand is told on the return."""
        labels = dict(self._fields["warranty_override"]._description_selection(self.env))
        for line in self:
            line.return_id._message_log(body=self.env._(
                "%(product)s: warranty decided by hand: %(verdict)s. %(reason)s",
                product=line.product_id.display_name, verdict=labels[line.warranty_override], reason=line.warranty_override_reason,
            ) if line.warranty_override else self.env._(
                "%s: warranty by its terms again.", line.product_id.display_name,
            ))

    # ------------------------------------------------------------ gates
    def _get_source_gaps(self):
        """What is missing to know the goods: a list of sentences."""
        gaps = []
        for line in self:
            product = line.product_id.display_name
            if line.lot_name and not line.lot_id and not line.is_foreign:
                gaps.append(self.env._(
                    "A serial number of %(product)s that we know: «%(number)s» is none. Correct it, or leave it empty until the goods are here",
                    product=product, number=line.lot_name,
                ))
            if line.is_foreign and not line.company_id.return_foreign_goods:
                gaps.append(self.env._(
                    "The delivery of %(product)s: none to %(customer)s is known, and goods of others are not taken (Settings)",
                    product=product, customer=line.partner_id.display_name,
                ))
        return gaps

    def _get_resolution_gaps(self):
        """What is missing to know what the customer gets: a list of sentences."""
        gaps = []
        for line in self:
            product = line.product_id.display_name
            if not line.resolution:
                gaps.append(self.env._("What the customer gets for %s: refund, exchange, repair …", product))
            elif line.is_foreign and line.resolution not in ("repair", "reject"):
                gaps.append(self.env._("Repair as resolution for %s: we did not deliver it, so nothing else can be done for it", product))
            elif line.resolution == "exchange" and not line.exchange_product_id:
                gaps.append(self.env._("What %s is exchanged for", product))
        return gaps

    # ------------------------------------------------------------ carrying it out
    def _carry_out(self):
        """Do what was decided: `_resolve_<resolution>` for the customer, `_dispose_<disposition>` for the goods.

        Each takes the lines of that value; doing it twice does nothing more.
        """
        for prefix, name in (("_resolve_", "resolution"), ("_dispose_", "disposition")):
            for value, lines in self.grouped(name).items():
                if act := value and getattr(lines, prefix + value, None):
                    act()
