from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    agreement_sequence_id = fields.Many2one("ir.sequence", "Service Agreement Numbers", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_agreement_sequence()
        return companies

    @api.model
    def _create_missing_agreement_sequences(self):
        """For the companies that were there before."""
        self.search([("agreement_sequence_id", "=", False)])._create_agreement_sequence()

    def _create_agreement_sequence(self):
        for company in self:
            company.agreement_sequence_id = company._create_register_sequence(
                self.env._("Service Agreements of %s", company.name), "service.agreement", "SA/%(range_year)s/",
            )
