from odoo import fields, models


class ReturnOrderPart(models.AbstractModel):
    """What belongs to one return."""

    _name = "return.order.part"
    _description = "Part of a Return"
    _inherit = ["quality.part.mixin"]
    _part_of = "return_id"

    return_id = fields.Many2one("return.order", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="return_id.company_id", store=True, index=True)
