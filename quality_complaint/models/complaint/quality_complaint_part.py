from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class QualityComplaintPart(models.AbstractModel):
    """What belongs to one complaint. Access to a part is access to its complaint:
    who may read the complaint reads its parts, who may write it changes them, and a finished
    complaint's parts are as fixed as itself.
    """

    _name = "quality.complaint.part"
    _description = "Part of a Complaint"

    complaint_id = fields.Many2one("quality.complaint", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="complaint_id.company_id", store=True, index=True)

    def _check_access(self, operation):
        refused = super()._check_access(operation)
        if refused or self.env.su or not any(self._ids):
            return refused
        complaints = self.sudo().complaint_id.with_env(self.env)
        complaint_refused = complaints._check_access("read" if operation == "read" else "write")
        if not complaint_refused:
            return None
        forbidden, make_error = complaint_refused
        parts = self.filtered(lambda part: part.sudo().complaint_id.id in forbidden._ids)
        return parts, make_error

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & Domain("complaint_id", "in", self.env["quality.complaint"]._search([]))
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _check_computed_untouched(self, vals):
        """What a rule computes is nobody's to write."""
        computed = {name for name in vals if (field := self._fields.get(name)) and field.compute and field.readonly}
        if computed and not self.env.su:
            labels = self.fields_get(sorted(computed), ["string"])
            raise AccessError(self.env._(
                "This is computed and can't be written: %s", ", ".join(label["string"] for label in labels.values()),
            ))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_computed_untouched(vals)
        parts = super().create(vals_list)
        parts.complaint_id._check_not_finished()
        return parts

    def write(self, vals):
        self._check_computed_untouched(vals)
        self.complaint_id._check_not_finished()
        result = super().write(vals)
        if "complaint_id" in vals:
            self.check_access("write")
            self.complaint_id._check_not_finished()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_not_finished(self):
        self.complaint_id._check_not_finished()
