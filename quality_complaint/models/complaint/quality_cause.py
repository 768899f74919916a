from odoo import api, fields, models
from odoo.exceptions import ValidationError


class QualityCause(models.Model):
    """A node of the cause tree."""

    _name = "quality.cause"
    _description = "Cause"
    _parent_store = True
    _order = "parent_path"
    _rec_names_search = ["name", "parent_id"]

    name = fields.Char(required=True, translate=True)
    display_name = fields.Char(recursive=True)
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

    @api.depends("name", "parent_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cause in self:
            cause.display_name = " / ".join(filter(None, (cause.parent_id.display_name, cause.name)))

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A cause can't be part of itself."))
