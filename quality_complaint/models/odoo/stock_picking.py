from collections import Counter

from odoo import fields, models
from odoo.fields import Domain


class StockPicking(models.Model):
    _inherit = "stock.picking"

    complaint_count = fields.Integer(compute="_compute_complaint_count", groups="quality_complaint.group_reporter")

    def _get_complaint_domain(self):
        """Complaints about these transfers, also those that are about several of them."""
        return Domain("picking_id", "in", self.ids) | Domain("line_ids.move_id.picking_id", "in", self.ids)

    def _compute_complaint_count(self):
        # the complaints are the user's to see; how they hang together need not be
        complaints = self.env["quality.complaint"].search(self._get_complaint_domain()).sudo()
        counts = Counter(
            picking for complaint in complaints for picking in complaint.picking_id | complaint.line_ids.move_id.picking_id
        )
        for picking in self:
            picking.complaint_count = counts[picking]

    def _is_delivered_to(self, customer):
        """True where the transfer went to that commercial partner, or for an order of his."""
        self.ensure_one()
        return customer in self._get_customers()

    def _get_customers(self):
        """The commercial partners it went to: that of the transfer, and that of its order."""
        return (self.partner_id | self.sale_id.partner_id).commercial_partner_id

    def action_file_complaint(self):
        """A new complaint about what these transfers brought to the customer."""
        self.check_access("read")
        return self.env["quality.complaint"]._action_file(self.move_ids._prepare_complaint_lines())

    def action_view_complaints(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint"),
            "domain": self._get_complaint_domain(),
            "context": {"default_picking_id": self.id},
        }
