from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STATES = [
    ("draft", "New"), ("to_approve", "To Approve"), ("approved", "Approved"), ("paid", "Credited"), ("refused", "Refused"), ("cancel", "Cancelled"),
]


class ReturnCompensation(models.Model):
    """The price of what a customer bought has fallen, and the price guarantee gives them the difference back as a credit note.

    How much it may be stands in return_compensation_amount.py, how it moves in return_compensation_workflow.py, the credit
    note in return_compensation_credit.py.
    """

    _name = "return.compensation"
    _description = "Price Compensation"
    _inherit = ["quality.workflow.mixin", "quality.notify.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_requested desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id"]

    # who and when
    name = fields.Char("Number", readonly=True, copy=False, index="trigram", default="/")
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    # who may see a compensation finds it by its order
    sale_order_id = fields.Many2one(
        "sale.order", "Sales Order", required=True, check_company=True, bypass_search_access=True, index=True, ondelete="restrict", tracking=True,
        domain="[('state', '=', 'sale')]",
    )
    partner_id = fields.Many2one(related="sale_order_id.partner_id", string="Customer", store=True, index=True)
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", "Sales Representative", required=True, default=lambda self: self.env.user, tracking=True, index=True, domain="[('share', '=', False)]",
    )
    date_requested = fields.Date("Requested On", required=True, default=fields.Date.context_today, copy=False, index=True)
    complaint_id = fields.Many2one(
        "quality.complaint", check_company=True, index="btree_not_null", copy=False, ondelete="restrict", bypass_search_access=True,
        domain="[('commercial_partner_id', '=', commercial_partner_id)]", help="The compensation is part of what its customer gets.",
    )

    # what for
    sale_line_id = fields.Many2one(
        "sale.order.line", "Order Line", required=True, check_company=True, index=True, ondelete="restrict",
        compute="_compute_sale_line_id", store=True, readonly=False, precompute=True,
        domain="[('order_id', '=', sale_order_id), ('display_type', '=', False), ('is_downpayment', '=', False)]",
    )
    product_id = fields.Many2one(related="sale_line_id.product_id", store=True, index="btree_not_null")
    product_categ_id = fields.Many2one(related="product_id.categ_id", store=True, index="btree_not_null")
    reason_id = fields.Many2one("return.compensation.reason", tracking=True, index="btree_not_null", ondelete="restrict")
    note = fields.Text("Details", help="What shows the lower price: an offer, an advertisement, what was promised.")

    state = fields.Selection(STATES, default="draft", required=True, tracking=True, copy=False, index=True)

    _number_once = models.Constraint("UNIQUE (company_id, name)", "This number of a price compensation exists already.")

    @api.depends("sale_order_id")
    def _compute_sale_line_id(self):
        """Proposed where the order sells one thing only."""
        for compensation in self:
            if compensation.sale_line_id.order_id != compensation.sale_order_id:
                lines = compensation.sale_order_id.order_line.filtered(lambda line: not line.display_type and not line.is_downpayment)
                compensation.sale_line_id = lines if len(lines) == 1 else False

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for compensation in self:
            number = compensation.name if compensation.name != "/" else self.env._("New Compensation")
            compensation.display_name = " ".join(filter(None, (number, compensation.partner_id.name)))

    # ------------------------------------------------------------ constraints
    @api.constrains("sale_order_id", "sale_line_id", "complaint_id")
    def _check_documents(self):
        """Order line and complaint are of the order's customer."""
        problems = []
        for compensation in self.sudo():
            line, complaint = compensation.sale_line_id, compensation.complaint_id
            if line.order_id != compensation.sale_order_id or line.display_type or line.is_downpayment:
                problems.append(self.env._(
                    "%(line)s sells nothing on order %(order)s.", line=line.display_name, order=compensation.sale_order_id.name,
                ))
            if complaint and complaint.commercial_partner_id != compensation.commercial_partner_id:
                problems.append(self.env._(
                    "%(complaint)s is a complaint of %(customer)s, not of %(other)s.", complaint=complaint.name,
                    customer=complaint.commercial_partner_id.display_name, other=compensation.commercial_partner_id.display_name,
                ))
        if problems:
            raise ValidationError("\n".join(problems))

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        default_order_id = self.env.context.get("default_sale_order_id")
        orders = self.env["sale.order"].browse([vals.get("sale_order_id") or default_order_id for vals in vals_list])
        for vals, order in zip(vals_list, orders, strict=True):
            # which company's it is everybody may know: the right to the order is checked below
            vals["company_id"] = order.sudo().company_id.id or self.env.company.id
        self.env["res.company"]._number_records(vals_list, "compensation_sequence_id")
        compensations = super().create(vals_list)
        compensations._check_linked()
        return compensations

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The register keeps every compensation that was asked for. Cancel it instead of deleting it."))

    def _check_linked(self):
        """Whoever names an order or a complaint sees it."""
        for linked in (self.sudo().sale_order_id, self.sudo().complaint_id):
            linked.with_env(self.env).check_access("read")

    # ------------------------------------------------------------ ways there and back
    @api.model
    def _action_view(self, domain, **defaults):
        """The window of the compensations in the domain; a new one begins with the defaults."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_return_compensation"),
            "domain": domain,
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }

    def action_view_sale_order(self):
        self.ensure_one()
        return self.sale_order_id._get_records_action()

    def action_view_complaint(self):
        self.ensure_one()
        return self.complaint_id._get_records_action()
