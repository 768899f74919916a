from odoo import api, fields, models
from odoo.fields import Domain


class QualityComplaint(models.Model):
    _inherit = "quality.complaint"

    repair_ids = fields.One2many("repair.order", "complaint_id", "Repairs", groups="stock.group_stock_user")
    repair_count = fields.Integer(compute="_compute_repair_count", groups="stock.group_stock_user")
    accepts_repairs = fields.Boolean(compute="_compute_accepts_repairs", search="_search_accepts_repairs")

    @api.depends("repair_ids")
    def _compute_repair_count(self):
        counts = dict(self.env["repair.order"]._read_group(
            [("complaint_id", "in", self.ids)], ["complaint_id"], ["__count"],
        ))
        for complaint in self:
            complaint.repair_count = counts.get(complaint._origin, 0)

    @api.model
    def _repairable_domain(self):
        """Complaints that goods may be repaired for: approved, and not finished."""
        return self._unfinished_domain() & Domain("state", "not in", ("draft", "review"))

    @api.depends("state")
    def _compute_accepts_repairs(self):
        accepting = self.filtered_domain(self._repairable_domain())
        for complaint in self:
            complaint.accepts_repairs = complaint in accepting

    def _search_accepts_repairs(self, operator, value):
        return self._repairable_domain() if operator == "in" else NotImplemented

    def _get_gaps_reply(self):
        return super()._get_gaps_reply() + self._get_open_repair_gaps() + self._get_open_return_gaps()

    def _get_gaps_closed(self):
        return super()._get_gaps_closed() + self._get_open_repair_gaps() + self._get_open_return_gaps()

    def _get_open_repair_gaps(self):
        """The customer's goods have to be repaired before he is told so, and before the case is over."""
        return [
            self.env._("The repair %s is neither done nor cancelled", repair.name)
            for repair in self.repair_ids if repair.state not in ("done", "cancel")
        ]

    def action_view_repairs(self):
        self.ensure_one()
        return self.repair_ids._get_records_action(name=self.env._("Repairs"))
