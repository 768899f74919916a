from odoo import api, models


class ReturnOrderLine(models.Model):
    _inherit = "return.order.line"

    @api.depends("return_id.date_requested")
    def _compute_warranty_agreement_id(self):
        super()._compute_warranty_agreement_id()

    @api.depends("warranty_override")
    def _compute_covers(self):
        """What is decided by hand to be in warranty is so for parts and labour."""
        super()._compute_covers()
        for line in self.filtered("warranty_override"):
            line.covers_parts = line.covers_labour = line.warranty_override == "in"
