from odoo import fields, models

# how a complaint names one, also where it is about several
COMPLAINT_PATHS = ("picking_id", "line_ids.move_id.picking_id")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    complaint_count = fields.Integer(compute="_compute_complaint_count", groups="quality_complaint.group_reporter")

    def _compute_complaint_count(self):
        counts = self.env["quality.complaint"]._count_about(self, *COMPLAINT_PATHS)
        for picking in self:
            picking.complaint_count = counts[picking._origin]

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
        Complaint = self.env["quality.complaint"]
        return Complaint._action_view(Complaint._get_about_domain(self, *COMPLAINT_PATHS), picking_id=self.id)
