from odoo import api, fields, models

from ..deadline.quality_deadline_mixin import DURATION_UNITS


class ResCompany(models.Model):
    _inherit = "res.company"

    inquiry_duration = fields.Float("Time to Answer", default=1, help="For questions that are forwarded to a team.")
    inquiry_duration_unit = fields.Selection(DURATION_UNITS, "Unit of the Time to Answer", default="day", required=True)
    inquiry_sequence_id = fields.Many2one("ir.sequence", "Inquiry Numbers", readonly=True, copy=False)

    _inquiry_duration_positive = models.Constraint("CHECK (inquiry_duration > 0)", "The time to answer an inquiry has to be more than nothing.")

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_inquiry_sequence()
        return companies

    @api.model
    def _create_missing_inquiry_sequences(self):
        """For the companies that were there before."""
        self.search([("inquiry_sequence_id", "=", False)])._create_inquiry_sequence()

    def _create_inquiry_sequence(self):
        for company in self:
            company.inquiry_sequence_id = company._create_register_sequence(
                self.env._("Inquiries of %s", company.name), "quality.inquiry", "Q/%(range_year)s/",
            )
