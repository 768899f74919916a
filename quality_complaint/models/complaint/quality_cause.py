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

    def write(self, vals):
        """Core refuses a cycle too, but only says that there is one."""
        above = (self.browse(vals.get("parent_id")).parent_path or "").split("/")
        if looped := self.filtered(lambda cause: str(cause.id) in above):
            raise ValidationError(self.env._(
                "A cause can't be part of itself, nor of one that is part of it: %s", ", ".join(looped.mapped("name")),
            ))
        return super().write(vals)
