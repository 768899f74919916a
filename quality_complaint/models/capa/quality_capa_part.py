from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.access import check_rest, check_wholes


class QualityCapaPart(models.AbstractModel):
    """What the system keeps about one action. Whoever may read the action reads it, and nobody writes it by hand."""

    _name = "quality.capa.part"
    _description = "Part of an Action"

    capa_id = fields.Many2one("quality.capa", "Action", required=True, readonly=True, ondelete="cascade", index=True)

    def _check_access(self, operation):
        return check_rest(self, super()._check_access(operation), lambda rest: check_wholes(rest, "capa_id", operation))

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & Domain("capa_id", "in", self.env["quality.capa"]._search([]))
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
