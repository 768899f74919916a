from odoo import api, fields, models


class QualityComplaint(models.Model):
    """Repairs at the customer's: the complaint waits for the visits that are planned for it."""

    _inherit = "quality.complaint"

    visit_ids = fields.One2many("return.visit", "complaint_id", "Repair Visits")
    repair_visit_count = fields.Integer("Number of Repair Visits", compute="_compute_repair_visit_count")

    @api.depends("visit_ids")
    def _compute_repair_visit_count(self):
        counts = dict(self.env["return.visit"]._read_group([("complaint_id", "in", self._origin.ids)], ["complaint_id"], ["__count"]))
        for complaint in self:
            complaint.repair_visit_count = counts.get(complaint._origin, 0)

    def _get_gaps_reply(self):
        return super()._get_gaps_reply() + self.visit_ids._get_open_gaps()

    def _get_gaps_closed(self):
        return super()._get_gaps_closed() + self.visit_ids._get_open_gaps()

    def _finish(self, *steps):
        """Nobody goes there any more for what is over; those of a return are the return's."""
        super()._finish(*steps)
        self.sudo().visit_ids.filtered(lambda visit: not visit.return_id)._call_off()

    def _prepare_merge_moves(self, kept):
        """The visits of a merged complaint are the kept one's; those of its returns come with them."""
        visits = self.visit_ids.filtered(lambda visit: not visit.return_id)
        return [
            *super()._prepare_merge_moves(kept),
            *([(visits, {"complaint_id": kept.id}, {"complaint_id": self.id})] if visits else ()),
        ]

    def action_plan_visit_for_repair(self):
        """The window of a new visit for this complaint; nothing is stored before the user saves it."""
        self.ensure_one()
        return self.env["return.visit"]._action_plan(complaint_id=self.id)

    def action_view_repair_visits(self):
        self.ensure_one()
        return self.env["return.visit"]._action_view([("complaint_id", "=", self.id)], complaint_id=self.id)
