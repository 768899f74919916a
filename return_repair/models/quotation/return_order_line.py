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

        Only what is known to be in warranty is free: an unknown delivery is charged until it is found, or decided by hand.
        """
        self.ensure_one()
        return {"parts", "labour"} if self.warranty_state == "in" else set()
