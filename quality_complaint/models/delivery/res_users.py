from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """What somebody who has left was to ask is asked by another."""
        result = super().write(vals)
        if not vals.get("active", True):
            # whoever archives a user need not have a right to follow-ups
            self.env["delivery.followup"].sudo()._hand_over_from(self)
        return result
