from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    compensation_approval_limit = fields.Monetary(
        "Compensations without Approval up to",
        help="With taxes, for one order line. Above it, a sales administrator approves who has not filed it.",
    )
    compensation_sequence_id = fields.Many2one("ir.sequence", "Compensation Numbers", readonly=True, copy=False)

    _compensation_limit_not_negative = models.Constraint(
        "CHECK (compensation_approval_limit >= 0)", "The limit up to which compensations need no approval can't be below zero.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_compensation_sequence()
        return companies

    @api.model
    def _create_missing_compensation_sequences(self):
        """For the companies that were there before."""
        self.search([("compensation_sequence_id", "=", False)])._create_compensation_sequence()

    def _create_compensation_sequence(self):
        for company in self:
            company.compensation_sequence_id = company._create_register_sequence(
                self.env._("Price compensations of %s", company.name), "return.compensation", "PC/%(range_year)s/",
            )
