from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    return_line_id = fields.Many2one(
        "return.order.line", index="btree_not_null", copy=False, ondelete="set null", check_company=True,
        help="Offered instead of what came back there.",
    )

    def action_file_return(self):
        """A new return of what was delivered of these order lines."""
        self.check_access("read")
        Return = self.env["return.order"]
        # who sold it may take it back without the right to read transfers
        return Return._action_file(Return._prepare_from_delivered(self.sudo()._prepare_complaint_lines()))
