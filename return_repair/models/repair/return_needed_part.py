from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.quality_complaint.tools.choices import get_choices


class ReturnNeededPart(models.Model):
    """A part that the inspection found to be needed, or to be taken out: it goes onto the repair order, which issues it from stock."""

    _name = "return.needed.part"
    _description = "Part Needed for a Repair"
    _inherit = ["return.order.part"]
    _order = "line_id, id"
    _rec_name = "product_id"
    _check_company_auto = True

    line_id = fields.Many2one("return.order.line", required=True, ondelete="cascade", index=True)
    return_id = fields.Many2one(related="line_id.return_id", store=True, precompute=True)
    repair_line_type = fields.Selection(
        selection=get_choices("stock.move", "repair_line_type"), string="Kind",
        required=True, default="add", help="Added from stock, removed from the goods, or removed and put back into stock.",
    )
    product_id = fields.Many2one(
        "product.product", "Part", required=True, ondelete="restrict", check_company=True, domain="[('type', '=', 'consu')]",
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1, help="For all goods of the line together.")
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    product_uom_id = fields.Many2one(
        "uom.uom", "Unit", required=True, ondelete="restrict", compute="_compute_product_uom_id", store=True, readonly=False, precompute=True,
        domain="[('id', 'in', allowed_uom_ids)]",
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "The quantity of a part must be more than zero.")

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for part in self:
            part.allowed_uom_ids = part.product_id.uom_id | part.product_id.uom_ids

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        for part in self:
            part.product_uom_id = part.product_id.uom_id

    @api.constrains("product_id", "product_uom_id")
    def _check_unit(self):
        if other := self.filtered(lambda part: not part.product_uom_id._has_common_reference(part.product_id.uom_id)):
            raise ValidationError(self.env._("These parts are not counted in that unit: %s", ", ".join(other.product_id.mapped("display_name"))))

    @api.constrains("product_id")
    def _check_goods(self):
        if services := self.product_id.filtered(lambda product: product.type != "consu"):
            raise ValidationError(self.env._("Only goods are parts. These are none: %s", ", ".join(services.mapped("display_name"))))

    # ------------------------------------------------------------ CRUD: part of the result
    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.line_id._check_may_inspect()
        return parts

    def write(self, vals):
        self.line_id._check_may_inspect()
        result = super().write(vals)
        if "line_id" in vals:
            self.line_id._check_may_inspect()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_inspecting(self):
        self.line_id._check_may_inspect()
