from odoo import fields, models


class ReturnOrder(models.Model):
    """What came is inspected before anything is done about it.

    The role ``inspector`` is that of who receives: the leader and the people of the responsible team, quality managers, the
    warehouse. Who found what stands on each line.
    """

    _inherit = "return.order"

    inspection_line_ids = fields.One2many(related="line_ids", string="Inspection")

    def _get_missing_role(self, role):
        return super()._get_missing_role("receiver" if role == "inspector" else role)

    def _get_gaps_processing(self):
        return super()._get_gaps_processing() + self.line_ids._get_inspection_gaps()

    def action_inspect(self):
        """The results of what came, to be recorded."""
        self.ensure_one()
        came = self.line_ids.filtered("quantity_received")
        if len(came) == 1:
            return came.action_open_inspection()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_inspect_return_lines"),
            "domain": [("id", "in", came.ids)], "context": {},
        }
