from odoo import api, fields, models
from odoo.fields import Domain

from ..repair.repair_order import FINISHED_STATES


class ReturnOrder(models.Model):
    """The repair quotations of a return, for who speaks with the customer and need not be allowed to repair."""

    _inherit = "return.order"

    repair_quotation_ids = fields.Many2many("sale.order", compute="_compute_repair_quotations", compute_sudo=True, string="Repair Quotations")
    repair_quotation_count = fields.Integer(compute="_compute_repair_quotations", compute_sudo=True)
    can_quote_repair = fields.Boolean(compute="_compute_repair_quotations", compute_sudo=True, help="A repair is to be paid and not quoted yet.")
    can_refuse_quotation = fields.Boolean(
        compute="_compute_can_refuse_quotation", help="A repair quotation is open, and the user speaks for the customer.",
    )
    is_waiting_for_customer = fields.Boolean(
        "Waiting for Customer", compute="_compute_repair_quotations", compute_sudo=True, search="_search_is_waiting_for_customer",
        help="The customer has a repair quotation and has not answered it.",
    )

    @api.depends("line_ids.repair_ids.quotation_state", "line_ids.repair_ids.state", "line_ids.repair_ids.sale_order_id")
    def _compute_repair_quotations(self):
        waiting_domain = self.env["repair.order"]._get_waiting_domain()
        for order in self:
            repairs = order.line_ids.repair_ids
            order.repair_quotation_ids = repairs.sale_order_id
            order.repair_quotation_count = len(repairs.sale_order_id)
            order.can_quote_repair = bool(order._get_repairs_to_quote())
            order.is_waiting_for_customer = bool(repairs.filtered_domain(waiting_domain))

    @api.depends("repair_quotation_ids")
    @api.depends_context("uid")
    def _compute_can_refuse_quotation(self):
        for order in self:
            order.can_refuse_quotation = bool(order._get_refusable_quotations())

    def _get_refusable_quotations(self):
        # who decides the return need not be allowed to read what is sold
        return self.sudo().repair_quotation_ids.with_env(self.env).filtered(lambda quotation: not quotation._get_refuse_blocker())

    @api.model
    def _search_is_waiting_for_customer(self, operator, value):
        if operator != "in":
            return NotImplemented
        # who sees a return finds it by its repairs without the right to read those
        lines = self.env["return.order.line"].sudo()._search(Domain("repair_ids", "any", self.env["repair.order"]._get_waiting_domain()))
        return Domain("line_ids", "in", lines)

    def _get_repairs_to_quote(self):
        return self.sudo().line_ids.repair_ids.filtered(
            lambda repair: repair.quotation_state == "missing" and repair.state not in FINISHED_STATES,
        )

    def action_quote_repairs(self):
        """A quotation for each repair that the customer pays and that has none."""
        self.check_access("write")
        quoted = self._get_repairs_to_quote()
        quoted.action_create_sale_order()
        return quoted.sale_order_id.with_env(self.env)._get_records_action()

    def action_refuse_quotations(self):
        """The window that asks why the customer does not want the repair at this price."""
        action = self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_repair_quotation_refusal")
        return {**action, "context": {"default_order_ids": self._get_refusable_quotations().ids}}

    def action_view_repair_quotations(self):
        self.ensure_one()
        return self.repair_quotation_ids._get_records_action()
