from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    complaint_reply_report_id = fields.Many2one(
        "ir.actions.report", "Replies to Complaints As", domain=lambda self: list(self.env["ir.actions.report"]._reply_layout_domain()),
        help="The layout that this customer asked for. Empty: as the type of the complaint says, else a letter.",
    )
    complaint_reply_xlsx = fields.Boolean("Also as Excel", help="The reply goes out as an Excel file too.")
    complaint_count = fields.Integer(compute="_compute_complaint_count", groups="quality_complaint.group_reporter")

    @api.model
    def _commercial_fields(self):
        return [*super()._commercial_fields(), "complaint_reply_report_id", "complaint_reply_xlsx"]

    def _compute_complaint_count(self):
        counts = dict(self.env["quality.complaint"]._read_group(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)], ["commercial_partner_id"], ["__count"],
        ))
        for partner in self:
            partner.complaint_count = counts.get(partner.commercial_partner_id, 0)

    def action_view_complaints(self):
        """All complaints of the customer, also those of his other contacts."""
        self.ensure_one()
        return self.env["quality.complaint"]._action_view(
            [("commercial_partner_id", "=", self.commercial_partner_id.id)], partner_id=self.commercial_partner_id.id,
        )
