from odoo import api, fields, models
from odoo.tools import is_html_empty

# what may be asked for on the complaint sheet, besides its lines and demands
REQUIRABLE_FIELDS = (
    "contact_id", "description", "partner_email", "partner_phone", "picking_id", "sale_order_id", "severity",
)
REQUIRABLE_LINE_FIELDS = ("defect", "delivery_date", "lot_id")


class QualityComplaintType(models.Model):
    """What kind of complaint it is decides who handles it, what must be on the sheet and what closing asks for."""

    _name = "quality.complaint.type"
    _description = "Complaint Type"
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    team_id = fields.Many2one("quality.team", "Responsible Team", check_company=True)
    handler_group_id = fields.Many2one(
        "res.groups", "Handled Only By", ondelete="restrict",
        help="Only users of this group review and handle complaints of this type. Empty: any handler.",
    )
    notify_user_ids = fields.Many2many(
        "res.users", string="Tell on Approval", domain="[('share', '=', False)]",
        help="Get a message in Discuss and an e-mail as soon as a complaint of this type is approved.",
    )
    inform_user_ids = fields.Many2many(
        "res.users", "quality_complaint_type_inform_users_rel", string="Inform of the Plan", domain="[('share', '=', False)]",
        help="Get the planned handling with its deadlines when it begins, and again when it was changed.",
    )
    product_required = fields.Boolean(
        "Needs a Product", default=True, help="Off for what is not about goods, such as how somebody was spoken to.",
    )
    required_field_ids = fields.Many2many(
        "ir.model.fields", string="Required Information",
        domain=lambda self: self._get_requirable_domain(),
        help="Must be on the sheet before the complaint can be submitted. At least one demand always is.",
    )
    required_document_kind_ids = fields.Many2many(
        "quality.document.kind", string="Required Documents",
        help="Must be attached before the complaint can be submitted.",
    )
    reply_report_id = fields.Many2one(
        "ir.actions.report", "Reply As", domain=lambda self: list(self.env["ir.actions.report"]._reply_layout_domain()),
        help="Where the customer did not ask for a layout of his own. Empty: a letter.",
    )
    minor_skips_investigation = fields.Boolean(
        "Minor Cases Without Investigation",
        help="A complaint of minor severity needs no cause analysis; it is analysed with the others, statistically.",
    )
    root_cause_required = fields.Boolean("Closing Needs a Root Cause", default=True)
    preventive_required = fields.Boolean("Closing Needs a Preventive Action")
    capa_template_ids = fields.One2many("quality.capa.template", "type_id", "Usual Actions", copy=True)
    effectiveness_required = fields.Boolean(
        "Closing Needs Proof of Effectiveness", help="Each corrective and preventive action has to be found effective first.",
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count")

    @api.model
    def _get_requirable_domain(self):
        return [
            "|",
            "&", ("model", "=", "quality.complaint"), ("name", "in", REQUIRABLE_FIELDS),
            "&", ("model", "=", "quality.complaint.line"), ("name", "in", REQUIRABLE_LINE_FIELDS),
        ]

    def _get_blank_labels(self, record):
        """Labels of the required fields that are empty on the record, a complaint or a complaint line."""
        # who files a complaint has no right to read field definitions
        required = self.sudo().required_field_ids.filtered(lambda field: field.model == record._name)
        return [
            field.field_description for field in required
            if (is_html_empty(record[field.name]) if field.ttype == "html" else not record[field.name])
        ]

    def _compute_complaint_count(self):
        counts = dict(self.env["quality.complaint"]._read_group(
            [("type_id", "in", self.ids)], ["type_id"], ["__count"],
        ))
        for complaint_type in self:
            complaint_type.complaint_count = counts.get(complaint_type, 0)

    def action_view_complaints(self):
        self.ensure_one()
        return self.env["quality.complaint"]._action_view([("type_id", "=", self.id)], type_id=self.id)
