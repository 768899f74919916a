from odoo import api, fields, models
from odoo.fields import Domain


class QualityComplaintDocument(models.Model):
    """The files of one kind that belong to a complaint; a row without files is still asked for."""

    _name = "quality.complaint.document"
    _description = "Complaint Document"
    _inherit = ["quality.complaint.part"]
    _order = "complaint_id, id"

    kind_id = fields.Many2one("quality.document.kind", "Document", required=True, ondelete="restrict")
    attachment_ids = fields.Many2many("ir.attachment", string="Files", bypass_search_access=True)

    _kind_once = models.Constraint("UNIQUE (complaint_id, kind_id)", "Each kind of document has one row: add the files there.")

    @api.model
    def _missing_domain(self):
        return Domain("attachment_ids", "=", False)

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._own_attachments()
        return documents

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    def _own_attachments(self):
        """Who may read the complaint may read its files."""
        for document in self:
            document.attachment_ids.filtered(lambda file: not file.res_id or file.res_model == document._name).write(
                {"res_model": document.complaint_id._name, "res_id": document.complaint_id.id},
            )
