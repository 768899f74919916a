from odoo import api, fields, models

COST_KINDS = [
    ("freight", "Freight"), ("visit", "Visit"), ("labour", "Labour"), ("other", "Other"), ("recovery", "Recovered"),
]


class QualityComplaintCost(models.Model):
    """What a complaint costs and no document of Odoo says, or what came back for it. Bills come late: also when it is closed."""

    _name = "quality.complaint.cost"
    _description = "Cost of a Complaint"
    _inherit = ["quality.complaint.part"]
    _order = "complaint_id, date, id"
    _check_company_auto = True

    kind = fields.Selection(COST_KINDS, required=True, default="freight", help="Recovered: what a supplier or a carrier has paid for it.")
    name = fields.Char("Note", help="What was paid for, and on which paper it stands.")
    date = fields.Date(required=True, default=fields.Date.context_today)
    product_id = fields.Many2one(
        "product.product", compute="_compute_product_id", store=True, readonly=False, precompute=True, ondelete="restrict", check_company=True,
        help="Whose cost it is. Empty: of all that the complaint is about.",
    )
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, compute="_compute_currency_id", store=True, readonly=False, precompute=True,
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    company_amount = fields.Monetary(
        "In Company Currency", compute="_compute_company_amount", store=True, currency_field="company_currency_id",
        help="By the rate of the day.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", bypass_search_access=True)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Enter what was paid or came back as an amount of more than zero.")

    @api.depends("complaint_id")
    def _compute_product_id(self):
        for cost in self:
            products = cost.complaint_id.line_ids.product_id
            cost.product_id = cost.product_id or (products if len(products) == 1 else False)

    @api.depends("complaint_id")
    def _compute_currency_id(self):
        for cost in self:
            cost.currency_id = cost.currency_id or cost.complaint_id.company_id.currency_id or self.env.company.currency_id

    @api.depends("amount", "currency_id", "date", "company_id")
    def _compute_company_amount(self):
        for cost in self:
            company = cost.company_id or self.env.company
            cost.company_amount = cost.currency_id._convert(
                cost.amount, company.currency_id, company, cost.date or fields.Date.context_today(cost),
            ) if cost.currency_id else 0

    @api.model_create_multi
    def create(self, vals_list):
        costs = super().create(vals_list)
        costs._own_attachments()
        return costs

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    def _own_attachments(self):
        """Who may read the cost may read the bill, and nobody else."""
        for cost in self:
            cost.attachment_ids.filtered(lambda file: not file.res_id).write({"res_model": cost._name, "res_id": cost.id})

    def _check_whole_not_finished(self):
        """A bill that comes when the complaint is closed counts, too."""
