from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    return_decision_days = fields.Integer("Decide Within", default=2, help="Working days from the request of a return.")
    return_reply_days = fields.Integer("Answer the Customer Within", default=3, help="Working days from the request of a return.")
    return_foreign_goods = fields.Boolean("Repair Goods of Others", help="Goods that we have not delivered are taken in for repair.")
    return_post_credit_notes = fields.Boolean("Post Credit Notes of Returns", help="Off: they stay drafts for accounting.")
    return_address_id = fields.Many2one(
        "res.partner", check_company=True, help="Where customers send goods to. Empty: the company's address.",
    )
    return_sequence_id = fields.Many2one("ir.sequence", "RMA Numbers", readonly=True, copy=False)

    _return_days_positive = models.Constraint(
        "CHECK (return_decision_days > 0 AND return_reply_days > 0)", "The times to decide a return and to answer the customer have to be one day at least.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_return_sequence()
        return companies

    @api.model
    def _create_missing_return_sequences(self):
        """For the companies that were there before."""
        self.search([("return_sequence_id", "=", False)])._create_return_sequence()

    def _create_return_sequence(self):
        for company in self:
            company.return_sequence_id = company._create_register_sequence(
                self.env._("Returns of %s", company.name), "return.order", "R/%(range_year)s/",
            )
