from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class ReturnOrder(models.Model):
    """The repairs of a return: it waits for them and for the way back, and tells sales what came of them."""

    _inherit = "return.order"

    repair_ids = fields.Many2many("repair.order", compute="_compute_repair_ids", compute_sudo=True, string="Repairs")
    repair_count = fields.Integer(compute="_compute_repair_ids", compute_sudo=True)
    can_repair_again = fields.Boolean(compute="_compute_can_repair", help="A repair was cancelled, or is missing.")
    can_send_back = fields.Boolean(compute="_compute_can_repair", help="Repaired or not, goods wait for their way back to the customer.")
    can_change_resolution = fields.Boolean(compute="_compute_can_repair", help="The user may decide that the customer gets something else than the repair.")

    @api.depends("line_ids.repair_ids")
    def _compute_repair_ids(self):
        for order in self:
            order.repair_ids = order.line_ids.repair_ids
            order.repair_count = len(order.repair_ids)

    @api.depends("state", "line_ids.resolution", "line_ids.repair_ids.state", "line_ids.repair_ids.ship_move_id.state")
    @api.depends_context("uid")
    def _compute_can_repair(self):
        for order in self:
            processed = order.state == "processing" and order.has_access("write")
            lines = order.sudo().line_ids if processed else order.line_ids.browse()
            receives = processed and not order._get_missing_role("receiver")
            order.can_send_back = receives and bool(lines._get_repairs_to_send() or lines._get_rejected_to_send_back())
            order.can_repair_again = receives and bool(order.sudo()._get_lines_to_repair_again())
            order.can_change_resolution = processed and not order._get_missing_role("manager") and any(
                not line._get_change_refusal() for line in lines
            )

    def _get_lines_to_repair_again(self):
        return self.line_ids.filtered(
            lambda line: line.resolution == "repair" and (
                "cancel" in line._get_repairs_to_send().mapped("state") or line._get_goods_to_repair()
            ),
        )

    # ------------------------------------------------------------ gates
    def _get_gaps_done(self):
        gaps = super()._get_gaps_done()
        return gaps + self.line_ids._get_repair_gaps() if self.state == "processing" else gaps

    # ------------------------------------------------------------ moves
    def action_repair_again(self):
        """Repair what was cancelled after all."""
        self.check_access("write")
        if refused := self.filtered(lambda order: not order.can_repair_again):
            raise UserError(self.env._("No repair was cancelled or is missing: %s", ", ".join(refused.mapped("name"))))
        self.sudo()._get_lines_to_repair_again()._repair_again()

    def action_send_back(self):
        """Prepare the transfer that brings the goods back, repaired or not."""
        self.check_access("write")
        if refused := self.filtered(lambda order: not order.can_send_back):
            raise UserError(self.env._("Nothing waits for its way back to the customer: %s", ", ".join(refused.mapped("name"))))
        self.line_ids._ship_repaired()
        # who receives need not be allowed to make every transfer
        self.sudo().line_ids._get_rejected_to_send_back()._send_back()

    def action_view_repairs(self):
        self.ensure_one()
        return self.repair_ids._get_records_action(name=self.env._("Repairs"))

    # ------------------------------------------------------------ telling
    def _tell_repaired(self, repairs):
        """Sales is told what was found and what was done; of a cancelled repair also the leader, who decides what now."""
        self.ensure_one()
        cancelled = repairs.filtered(lambda repair: repair.state == "cancel" and not repair._goes_back())
        if done := repairs.filtered(lambda repair: repair.state == "done"):
            self._notify_users(self.user_id, lambda order: (
                order.env._("Repaired: %s", order.display_name), order._describe_repairs(done),
            ))
        if cancelled:
            self._notify_users(self.user_id | self.team_id.leader_id, lambda order: (
                order.env._("Repair cancelled: %s", order.display_name),
                order._describe_repairs(cancelled) + Markup("<p>%s</p>") % order.env._(
                    "Repair it again, send it back as it is, or change the resolution.",
                ),
            ))

    def _describe_repairs(self, repairs):
        """What was inspected, found and done, in the language of the environment: ``Markup``."""
        faults = dict(self.line_ids._fields["fault"]._description_selection(self.env))
        kinds = dict(self.env["stock.move"]._fields["repair_line_type"]._description_selection(self.env))
        described = Markup()
        for repair in repairs.with_env(self.env):
            line = repair.return_line_id
            parts = repair.move_ids.filtered(lambda move: move.state == "done")
            facts = [
                self.env._("Found: %s", ", ".join(filter(None, (faults.get(line.fault), line.fault_description)))),
                *(self.env._(
                    "%(kind)s: %(quantity)s %(unit)s %(product)s", kind=kinds[move.repair_line_type], quantity=f"{move.quantity:.12g}",
                    unit=move.product_uom.name, product=move.product_id.display_name,
                ) for move in parts),
            ]
            described += Markup("<p><strong>%s</strong></p><ul>%s</ul>") % (
                ", ".join(filter(None, (repair.name, repair.product_id.display_name, repair.lot_id.name))),
                Markup().join(Markup("<li>%s</li>") % fact for fact in facts),
            )
        return described
