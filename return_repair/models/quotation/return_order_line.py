from odoo import models


class ReturnOrderLine(models.Model):
    _inherit = "return.order.line"

    def write(self, vals):
        result = super().write(vals)
        # who decides the warranty need not be allowed to repair
        self.sudo().repair_ids._follow_warranty()
        return result

    def _get_repair_cover(self):
        """What a repair costs the customer nothing for: a set of ``parts`` and ``labour``.

        Only what is known to be in warranty is free: an unknown delivery is charged until it is found, or decided by hand. Goods that
        the customer does not get back are reworked for ourselves.
        """
        self.ensure_one()
        is_ours = self.resolution in ("refund", "exchange", "credit")
        return {kind for kind in ("parts", "labour") if is_ours or self[f"covers_{kind}"]}

    def _cancel_repairs(self):
        """What the customer has been asked to pay for is not repaired any more: nor is it offered."""
        quotations = self.repair_ids.filtered(lambda repair: repair.state != "done").sale_order_id
        super()._cancel_repairs()
        quotations._withdraw_repair_quotation()
