from odoo import api, fields, models
from odoo.fields import Domain


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    lot_id = fields.Many2one(index="btree_not_null")  # where a lot went is asked among millions of lines

    @api.model
    def _get_delivered_domain(self):
        """What has left to a customer, also to one that is another company of ours. Holds for stock.move as well."""
        return Domain("state", "=", "done") & Domain("location_dest_id", "any", self._get_customer_places_domain())

    @api.model
    def _get_customer_places_domain(self):
        """Where goods are when they are a customer's; holds for stock.location."""
        return Domain("usage", "=", "customer") | Domain("usage", "=", "transit") & Domain("company_id", "=", False)

    def action_file_complaint(self):
        """A new complaint about what these lines moved, of their lots only."""
        self.check_access("read")
        return self.env["quality.complaint"]._action_file(self._prepare_complaint_lines())

    def _prepare_complaint_lines(self):
        """As of `stock.move`, of the lots of these lines only."""
        wanted = {(line.move_id.id, line.lot_id.id) for line in self}
        return [
            values for values in self.move_id._prepare_complaint_lines() if (values["move_id"], values.get("lot_id", False)) in wanted
        ]
