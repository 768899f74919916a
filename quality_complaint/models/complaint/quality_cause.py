from odoo import api, fields, models
from odoo.exceptions import ValidationError


class QualityCause(models.Model):
    """A node of the cause tree."""

    _name = "quality.cause"
    _description = "Cause"
    _parent_store = True
    _order = "complete_name"
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name"]

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(compute="_compute_complete_name", store=True, recursive=True)
    parent_id = fields.Many2one("quality.cause", "Part Of", ondelete="restrict", index=True)
    parent_path = fields.Char(index=True)
    method = fields.Selection(
        [
            ("man", "Man"), ("machine", "Machine"), ("material", "Material"),
            ("method", "Method"), ("environment", "Environment"), ("measurement", "Measurement"),
        ],
        string="6M", help="The branch of the fishbone diagram.",
    )
    active = fields.Boolean(default=True)

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for cause in self:
            cause.complete_name = " / ".join(filter(None, (cause.parent_id.complete_name, cause.name)))

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A cause can't be part of itself."))
