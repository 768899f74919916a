from odoo import api, fields, models
from odoo.fields import Domain


class QualityCapaPart(models.AbstractModel):
    """What the system keeps about one action. Whoever may read the action reads it, and nobody writes it by hand."""

    _name = "quality.capa.part"
    _description = "Part of an Action"

    capa_id = fields.Many2one("quality.capa", "Action", required=True, readonly=True, ondelete="cascade", index=True)

    def _check_access(self, operation):
        refused = super()._check_access(operation)
        if refused or self.env.su or not any(self._ids):
            return refused
        capa_refused = self.sudo().capa_id.with_env(self.env)._check_access(operation)
        if not capa_refused:
            return None
        forbidden, make_error = capa_refused
        return self.filtered(lambda part: part.sudo().capa_id.id in forbidden._ids), make_error

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & Domain("capa_id", "in", self.env["quality.capa"]._search([]))
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
