import pytz

from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    complaint_sequence_id = fields.Many2one("ir.sequence", "Complaint Numbers", readonly=True, copy=False)

    capa_significance_level = fields.Float(
        "Significance Level", digits=(6, 4), default=0.05,
        help="For new actions: how probable it may be at most that chance alone brought so few recurrences.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_complaint_sequence()
        return companies

    @api.model
    def _create_missing_complaint_sequences(self):
        """For the companies that were there before the addon."""
        self.search([("complaint_sequence_id", "=", False)])._create_complaint_sequence()

    def _create_complaint_sequence(self):
        """The register of each company counts by itself, from one each year, without gaps."""
        for company in self:
            company.complaint_sequence_id = self.env["ir.sequence"].sudo().create({
                "name": self.env._("Complaints of %s", company.name),
                "code": "quality.complaint",
                "company_id": company.id,
                "implementation": "no_gap",
                "prefix": "C/%(range_year)s/",
                "padding": 5,
                "use_date_range": True,
            })

    def _get_local_date(self, moment):
        """The day of a moment (naive, UTC) where the company works."""
        zone = pytz.timezone(self.resource_calendar_id.tz or self.env.user.tz or "UTC")
        return pytz.utc.localize(moment).astimezone(zone).date()
