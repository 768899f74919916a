from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command


class QualityComplaint(models.Model):
    """A complaint that a delivery follow-up has brought: linked both ways, once for each follow-up."""

    _inherit = "quality.complaint"

    delivery_followup_id = fields.Many2one(
        "delivery.followup", "Delivery Follow-up", copy=False, index="btree_not_null", ondelete="restrict", check_company=True,
        bypass_search_access=True, domain="[('partner_id', '=', commercial_partner_id), ('complaint_ids', '=', False)]",
    )

    _delivery_followup_once = models.Constraint(
        "UNIQUE (delivery_followup_id)", "A complaint was filed from this delivery follow-up already.",
    )

    @api.constrains("delivery_followup_id", "partner_id")
    def _check_delivery_followup(self):
        others = self.filtered(lambda complaint: (
            (followup := complaint.sudo().delivery_followup_id) and complaint.commercial_partner_id not in followup.picking_id._get_customers()
        ))
        if others:
            raise ValidationError("\n".join(
                self.env._(
                    "The delivery %(delivery)s did not go to %(customer)s.",
                    delivery=complaint.sudo().delivery_followup_id.name, customer=complaint.commercial_partner_id.name,
                ) for complaint in others
            ))

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        complaints.filtered("delivery_followup_id")._take_over_followup()
        return complaints

    def write(self, vals):
        result = super().write(vals)
        if vals.get("delivery_followup_id"):
            self._take_over_followup()
        return result

    def _take_over_followup(self):
        """The photos come along, and a follow-up that only waited for the complaint is done."""
        self.delivery_followup_id.check_access("read")
        photo_kind = self.env.ref("quality_complaint.document_kind_photo", raise_if_not_found=False)
        for complaint in self:
            followup = complaint.delivery_followup_id.sudo()  # who may read it may give its photos to the complaint
            files = followup.check_ids.filtered(lambda check: check.answer == "not_ok").attachment_ids.filtered(
                lambda file: (file.res_model, file.res_id) == (followup._name, followup.id),
            )
            copies = self.env["ir.attachment"].browse(
                file.copy({"res_model": self._name, "res_id": complaint.id}).id for file in files
            )
            if copies and photo_kind:
                row = complaint.document_ids.filtered(lambda document: document.kind_id == photo_kind)
                photos = [Command.link(file.id) for file in copies]
                complaint.document_ids = [
                    Command.update(row.id, {"attachment_ids": photos}) if row
                    else Command.create({"kind_id": photo_kind.id, "attachment_ids": photos}),
                ]
            followup._message_log(body=self.env._("Complaint filed: %s", complaint._get_html_link(title=complaint.name)))
            followup._finish_answered()

    def action_view_delivery_followup(self):
        self.ensure_one()
        return self.delivery_followup_id._get_records_action()
