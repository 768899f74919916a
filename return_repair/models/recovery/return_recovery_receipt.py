from odoo import api, fields, models


class ReturnRecoveryReceipt(models.Model):
    """What a supplier or a carrier gave for a claim, other than by a credit note in accounting."""

    _name = "return.recovery.receipt"
    _description = "Receipt for a Claim"
    _inherit = ["quality.part.mixin"]
    _part_of = "recovery_id"
    _order = "recovery_id, date, id"

    recovery_id = fields.Many2one("return.recovery", "Claim", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="recovery_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("credit", "Credit"), ("goods", "Replacement Goods")], required=True, default="credit", help="Replacement goods count with their value.",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    quantity = fields.Float(digits="Product Unit", help="Of replacement goods.")
    currency_id = fields.Many2one(related="recovery_id.currency_id")
    amount = fields.Monetary(required=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    company_amount = fields.Monetary(
        "In Company Currency", compute="_compute_company_amount", store=True, currency_field="company_currency_id", help="By the rate of the day.",
    )
    name = fields.Char("Note", help="On which paper it stands.")

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Enter what came back as an amount of more than zero.")

    @api.depends("amount", "date", "recovery_id.currency_id", "company_id")
    def _compute_company_amount(self):
        for receipt in self:
            company = receipt.company_id
            receipt.company_amount = receipt.currency_id._convert(
                receipt.amount, company.currency_id, company, receipt.date or fields.Date.context_today(receipt),
            ) if company and receipt.currency_id else 0
