from odoo import api, models
from odoo.fields import Domain


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model
    def _get_delivered_domain(self):
        """What has left to a customer, also to one that is another company of ours. Holds for stock.move as well."""
        return Domain("state", "=", "done") & (
            Domain("location_dest_id.usage", "=", "customer")
            | Domain("location_dest_id.usage", "=", "transit") & Domain("location_dest_id.company_id", "=", False)
        )

    def action_file_complaint(self):
        """A new complaint about what these lines moved, of their lots only."""
        self.check_access("read")
        values = self.move_id._prepare_complaint_lines()
        wanted = {(line.move_id.id, line.lot_id.id) for line in self}
        return self.env["quality.complaint"]._action_file([
            line for line in values if (line["move_id"], line.get("lot_id", False)) in wanted
        ])
