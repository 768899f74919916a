from odoo import fields, models


class ServiceAgreement(models.Model):
    """The cases in which an agreement gave the customer a longer warranty."""

    _inherit = "service.agreement"

    return_count = fields.Integer("Returns by Its Warranty", compute="_compute_return_count")
    complaint_count = fields.Integer("Complaints by Its Warranty", compute="_compute_complaint_count")

    def _compute_return_count(self):
        counts = self.env["return.order"]._count_about(self, "line_ids.warranty_agreement_id")
        for agreement in self:
            agreement.return_count = counts[agreement._origin]

    def _compute_complaint_count(self):
        counts = self.env["quality.complaint"]._count_about(self, "line_ids.warranty_agreement_id")
        for agreement in self:
            agreement.complaint_count = counts[agreement._origin]

    def action_view_returns(self):
        self.ensure_one()
        return self.env["return.order"]._action_view([("line_ids.warranty_agreement_id", "=", self.id)], partner_id=self.partner_id.id)

    def action_view_complaints(self):
        self.ensure_one()
        return self.env["quality.complaint"]._action_view([("line_ids.warranty_agreement_id", "=", self.id)], partner_id=self.partner_id.id)

    def action_view_renewal(self):
        self.ensure_one()
        return self.renewal_ids._get_records_action(name=self.env._("Renewal"))
