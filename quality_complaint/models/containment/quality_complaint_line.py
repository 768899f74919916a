from odoo import models


class QualityComplaintLine(models.Model):
    _inherit = "quality.complaint.line"

    def action_view_same_lot(self):
        """Where else the lot of these lines is."""
        return self.complaint_id._action_same_lot(self.lot_id)
