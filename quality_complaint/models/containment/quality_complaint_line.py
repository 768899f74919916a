from odoo import models


class QualityComplaintLine(models.Model):
    _inherit = "quality.complaint.line"

    def action_view_same_lot(self):
        """Where else the lot of these lines is."""
        return self.complaint_id._action_same_lot(self.lot_id)

    def _get_goods_text(self):
        """What the line is about, in words for the customer."""
        self.ensure_one()
        return self.env._(
            "%(product)s, lot %(lot)s: %(quantity)s %(unit)s", product=self.product_id.display_name, lot=self.lot_id.name,
            quantity=f"{self.quantity:.12g}", unit=self.product_uom_id.name,
        )
