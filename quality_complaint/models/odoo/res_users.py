from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """What somebody who has left was asked, or was to do, goes to who stands in for him."""
        result = super().write(vals)
        if not vals.get("active", True):
            # whoever archives a user need not have a right to actions
            self.env["quality.capa"].sudo()._hand_over_from(self)
        return result
