from odoo import fields, models


class QualityComplaintPart(models.AbstractModel):
    """What belongs to one complaint."""

    _name = "quality.complaint.part"
    _description = "Part of a Complaint"
    _inherit = ["quality.part.mixin"]
    _part_of = "complaint_id"

    complaint_id = fields.Many2one("quality.complaint", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="complaint_id.company_id", store=True, index=True)
