from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...tools.access import check_rest, check_wholes


class QualityPartMixin(models.AbstractModel):
    """What belongs to one whole, such as a complaint. Access to a part is access to the whole: who may read the whole
    reads its parts, who may write it changes them, and a finished whole's parts are as fixed as itself.

    What inherits it names the field of the whole (`_part_of`); the whole has a method ``_check_not_finished``.
    """

    _name = "quality.part.mixin"
    _description = "Part of a Whole"
    _part_of = None

    def _check_access(self, operation):
        of_whole = "read" if operation == "read" else "write"
        return check_rest(self, super()._check_access(operation), lambda rest: check_wholes(rest, self._part_of, of_whole))

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            whole = self.env[self._fields[self._part_of].comodel_name]
            domain = Domain(domain) & Domain(self._part_of, "in", whole._search([]))
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
        parts._check_whole_not_finished()
        return parts

    def write(self, vals):
        self._check_computed_untouched(vals)
        self._check_whole_not_finished()
        result = super().write(vals)
        if self._part_of in vals:
            self.check_access("write")
            self._check_whole_not_finished()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_not_finished(self):
        self._check_whole_not_finished()

    def _check_whole_not_finished(self):
        self[self._part_of]._check_not_finished()
