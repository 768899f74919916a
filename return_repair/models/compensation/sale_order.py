from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    compensation_count = fields.Integer(compute="_compute_compensation_count", groups="sales_team.group_sale_salesman")

    def _compute_compensation_count(self):
        counts = dict(self.env["return.compensation"]._read_group([("sale_order_id", "in", self._origin.ids)], ["sale_order_id"], ["__count"]))
        for order in self:
            order.compensation_count = counts.get(order._origin, 0)

    def action_file_compensation(self):
        """The window of a new compensation; nothing is stored before it is saved."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_new_compensation"),
            "context": {"default_sale_order_id": self.id},
        }

    def action_view_compensations(self):
        self.ensure_one()
        return self.env["return.compensation"]._action_view([("sale_order_id", "=", self.id)], sale_order_id=self.id)
