from odoo import api, fields, models
from odoo.fields import Domain


class QualityDeadlinePolicy(models.Model):
    """A policy that is for service agreements counts where one names it, before those that are for everybody."""

    _inherit = "quality.deadline.policy"

    for_agreements = fields.Boolean(
        "Only for Service Agreements", help="Counts only for complaints about what a service agreement covers that names this policy.",
    )

    def _specificity(self):
        return (self.for_agreements, *super()._specificity())

    def _get_criteria(self, complaint):
        agreements = complaint._get_agreements()[complaint].filtered(lambda agreement: self in agreement.policy_ids)
        return [*agreements.mapped("name"), *super()._get_criteria(complaint)]

    @api.model
    def _get_fitting_domain(self, complaint):
        named = complaint._get_agreements()[complaint].policy_ids
        return super()._get_fitting_domain(complaint) & (Domain("for_agreements", "=", False) | Domain("id", "in", named.ids))
