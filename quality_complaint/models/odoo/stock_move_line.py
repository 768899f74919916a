from odoo import api, fields, models
from odoo.fields import Domain


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    lot_id = fields.Many2one(index="btree_not_null")  # where a lot went is asked among millions of lines

    @api.model
    def _get_delivered_domain(self):
        """What has left to a customer, also to one that is another company of ours. Holds for stock.move as well."""
        return Domain("state", "=", "done") & (
            Domain("location_dest_id.usage", "=", "customer")
            | Domain("location_dest_id.usage", "=", "transit") & Domain("location_dest_id.company_id", "=", False)
        )

    @api.model
    def _get_returned_domain(self):
        """What has come back from a customer. From another company of ours also come purchases, so only what is marked as
        the return of a delivery."""
        return Domain("state", "=", "done") & ~self._get_delivered_domain() & (
            Domain("location_id.usage", "=", "customer")
            | Domain("location_id.usage", "=", "transit") & Domain("location_id.company_id", "=", False)
            & Domain("move_id.origin_returned_move_id", "!=", False)
        )

    def action_file_complaint(self):
        """A new complaint about what these lines moved, of their lots only."""
        self.check_access("read")
        values = self.move_id._prepare_complaint_lines()
        wanted = {(line.move_id.id, line.lot_id.id) for line in self}
        return self.env["quality.complaint"]._action_file([
            line for line in values if (line["move_id"], line.get("lot_id", False)) in wanted
        ])
