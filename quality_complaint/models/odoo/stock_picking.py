from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    complaint_count = fields.Integer(compute="_compute_complaint_count", groups="quality_complaint.group_reporter")

    def _compute_complaint_count(self):
        counts = dict(self.env["quality.complaint"]._read_group(
            [("picking_id", "in", self.ids)], ["picking_id"], ["__count"],
        ))
        for picking in self:
            picking.complaint_count = counts.get(picking, 0)

    def _is_delivered_to(self, customer):
        """True where the transfer went to that commercial partner, or for an order of his."""
        self.ensure_one()
        return customer in (self.partner_id.commercial_partner_id | self.sale_id.partner_id.commercial_partner_id)

    def action_file_complaint(self):
        """A new complaint about what these transfers brought to the customer."""
        self.check_access("read")
        return self.env["quality.complaint"]._action_file(
            self.sudo().move_ids._prepare_complaint_lines(),  # the order behind it may not be the user's to read
        )

    def action_view_complaints(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint"),
            "domain": [("picking_id", "=", self.id)],
            "context": {"default_picking_id": self.id},
        }
