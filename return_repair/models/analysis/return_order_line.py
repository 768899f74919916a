from odoo import api, fields, models


class ReturnOrderLine(models.Model):
    _inherit = "return.order.line"

    refund_company_amount = fields.Monetary(
        "Refund in Company Currency", compute="_compute_refund_company_amount", store=True, compute_sudo=True, currency_field="company_currency_id",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")

    @api.depends("refund_amount", "refund_currency_id", "company_id", "return_id.date_requested")
    def _compute_refund_company_amount(self):
        """As the return sums it up."""
        for line in self:
            line.refund_company_amount = line._get_refund_in_company()
