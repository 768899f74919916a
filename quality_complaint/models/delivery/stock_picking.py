from odoo import fields, models
from odoo.exceptions import UserError

from .delivery_followup import STATES


class StockPicking(models.Model):
    _inherit = "stock.picking"

    delivery_followup_id = fields.Many2one(
        "delivery.followup", "Delivery Follow-up", compute="_compute_delivery_followup", groups="quality_complaint.group_reporter",
    )
    delivery_followup_state = fields.Selection(
        STATES, "Follow-up", compute="_compute_delivery_followup", groups="quality_complaint.group_reporter",
    )

    def _compute_delivery_followup(self):
        followups = {followup.picking_id: followup for followup in self.env["delivery.followup"].search([("picking_id", "in", self.ids)])}
        for picking in self:
            followup = followups.get(picking._origin, self.env["delivery.followup"])
            picking.delivery_followup_id = followup
            picking.delivery_followup_state = followup.state

    def _get_followup_refusal(self):
        """Why the customer is not asked how this arrived, or nothing."""
        self.ensure_one()
        if self.state != "done" or not self.move_ids._filter_delivered().filtered("quantity"):
            return self.env._("%s has not brought anything to a customer.", self.name)
        partner = self.sale_id.partner_id or self.partner_id
        if not partner:
            return self.env._("%s names no customer.", self.name)
        if not self.company_id.delivery_followup:
            return self.env._("%(delivery)s: %(company)s does not follow up deliveries.", delivery=self.name, company=self.company_id.name)
        if partner.commercial_partner_id.delivery_followup_off:
            return self.env._(
                "%(delivery)s: %(customer)s is not to be asked.", delivery=self.name, customer=partner.commercial_partner_id.name,
            )
        if self.carrier_id.delivery_followup_off:
            return self.env._("%(delivery)s: deliveries of %(carrier)s are not followed up.", delivery=self.name, carrier=self.carrier_id.name)
        return False

    def _get_returns_of_all(self):
        """The transfers with which all that this delivery brought came back; none, if some is still at the customer's."""
        self.ensure_one()
        moves = self.move_ids._filter_delivered()
        back = moves.returned_move_ids.filtered(lambda move: move.state == "done")
        for move in moves:
            returned = sum(
                of_move.product_uom._compute_quantity(of_move.quantity, move.product_uom, rounding_method="HALF-UP")
                for of_move in back if of_move.origin_returned_move_id == move
            )
            if move.product_uom.compare(returned, move.quantity) < 0:
                return self.browse()
        return back.picking_id

    def action_create_delivery_followups(self):
        """For deliveries that left before there were follow-ups."""
        self.check_access("read")
        followups = self.env["delivery.followup"]._create_for(self)
        present = self.env["delivery.followup"].sudo().search([("picking_id", "in", self.ids)])  # to know what is left out
        left_out = (self - present.picking_id)
        if not present:
            raise UserError("\n".join(left_out._get_no_followup_texts()))
        action = {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_delivery_followup"),
            "domain": [("id", "in", present.ids)],
        }
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {
                "type": "warning" if left_out else "success", "sticky": bool(left_out),
                "message": "\n".join([
                    self.env._("Follow-ups created: %s", len(followups)), *left_out._get_no_followup_texts(),
                ]),
                "next": action,
            },
        }

    def action_view_delivery_followup(self):
        self.ensure_one()
        return self.delivery_followup_id._get_records_action()

    def _get_no_followup_texts(self):
        return [picking._get_followup_refusal() or self.env._("%s: no check point is for it.", picking.name) for picking in self.sudo()]

    # ------------------------------------------------------------ called by the automation rules
    def _follow_up_deliveries(self):
        """These have left: ask how they arrived."""
        self.env["delivery.followup"]._create_for(self)

    def _follow_up_returns(self):
        """These have come back: of what came back as a whole nobody needs to be asked."""
        delivered = self.move_ids.origin_returned_move_id.picking_id
        # who receives need not know of follow-ups
        self.env["delivery.followup"].sudo().search([("picking_id", "in", delivered.ids), ("state", "=", "open")])._cancel_returned()
