from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class StockLot(models.Model):
    _inherit = "stock.lot"

    complaint_count = fields.Integer(compute="_compute_complaint_count", groups="quality_complaint.group_reporter")

    def _compute_complaint_count(self):
        counts = self.env["quality.complaint"]._count_about(self, "line_ids.lot_id")
        for lot in self:
            lot.complaint_count = counts[lot._origin]

    def action_view_complaints(self):
        self.ensure_one()
        return self.env["quality.complaint"]._action_view([("line_ids.lot_id", "=", self.id)])

    def action_file_complaint(self):
        """A new complaint about this lot. When it went to several customers, ask which delivery it is about."""
        delivered = self._get_delivered_lines()
        if len(delivered.picking_id.partner_id.commercial_partner_id) <= 1:
            return delivered.action_file_complaint()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_lot_deliveries"),
            "domain": [("id", "in", delivered.ids)],
        }

    def _get_delivered_lines(self):
        """What brought this lot to customers."""
        self.ensure_one()
        self.check_access("read")
        MoveLine = self.env["stock.move.line"]
        return MoveLine.search(Domain("lot_id", "=", self.id) & MoveLine._get_delivered_domain())

    def action_view_containment(self):
        """Where the lot is, in the companies of the user: for who may see all that was delivered."""
        self.check_access("read")
        user = self.env.user
        if not (user.has_group("stock.group_stock_user") or user.has_group("quality_complaint.group_manager")):
            raise AccessError(self.env._("Where a lot went is shown on the complaint, to those who handle it."))
        return self.env["quality.containment"]._action_open(self, self.env.companies)
