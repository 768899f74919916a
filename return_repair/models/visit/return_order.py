from odoo import api, fields, models


class ReturnOrder(models.Model):
    """Repairs at the customer's: the return waits for the visits that are planned for it."""

    _inherit = "return.order"

    visit_ids = fields.One2many("return.visit", "return_id", "Repair Visits")
    visit_count = fields.Integer("Number of Visits", compute="_compute_visit_count")

    @api.depends("visit_ids")
    def _compute_visit_count(self):
        counts = dict(self.env["return.visit"]._read_group([("return_id", "in", self._origin.ids)], ["return_id"], ["__count"]))
        for order in self:
            order.visit_count = counts.get(order._origin, 0)

    def _get_gaps_done(self):
        return super()._get_gaps_done() + self.visit_ids._get_open_gaps()

    def _finish(self, state="done", done=True):
        """Nobody goes there any more for what was cancelled."""
        super()._finish(state, done)
        if state == "cancel":
            self.sudo().visit_ids._call_off()

    def action_plan_visit(self):
        """The window of a new visit for this return; nothing is stored before the user saves it."""
        self.ensure_one()
        return self.env["return.visit"]._action_plan(return_id=self.id)

    def action_view_visits(self):
        self.ensure_one()
        return self.env["return.visit"]._action_view([("return_id", "=", self.id)], return_id=self.id)
