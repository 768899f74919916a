from odoo import api, fields, models

# we go there, at a time and to an address
PICKUPS = ("pickup", "home_pickup")


class ReturnOrder(models.Model):
    """How the goods come to us: the customer brings or sends them, or we fetch them."""

    _inherit = "return.order"

    tracking_number = fields.Char("Courier Tracking No.", copy=False)
    pickup_date = fields.Datetime("Pick-up On", copy=False, tracking=True)
    pickup_address_id = fields.Many2one(
        "res.partner", "Pick-up Address", check_company=True, ondelete="restrict",
        compute="_compute_pickup_address_id", store=True, readonly=False,
        domain="['|', ('id', '=', partner_id), ('commercial_partner_id', '=', commercial_partner_id)]",
    )

    @api.depends("partner_id", "contact_id", "collection")
    def _compute_pickup_address_id(self):
        for order in self:
            if order.collection not in PICKUPS:
                order.pickup_address_id = False
            elif order.pickup_address_id.commercial_partner_id != order.commercial_partner_id or not order.pickup_address_id:
                # where it was delivered to may be another's place
                delivered_to = order.sale_order_id.sudo().partner_shipping_id.with_env(self.env)
                own = (order.contact_id | delivered_to | order.partner_id).filtered(
                    lambda partner, order=order: partner.commercial_partner_id == order.commercial_partner_id,
                )
                order.pickup_address_id = next((partner for partner in own if order._has_address(partner)), order.partner_id)

    @api.model
    def _has_address(self, partner):
        return bool(partner and partner.street and partner.city)

    def _get_pickup_gaps(self):
        if self.collection not in PICKUPS:
            return []
        gaps = []
        if not self.pickup_address_id:
            gaps.append(self.env._("The address where the goods are picked up"))
        elif not self._has_address(self.pickup_address_id):
            gaps.append(self.env._(
                "Street and city of %s: without an address the goods can't be picked up. Complete it, or choose another way of collection",
                self.pickup_address_id.display_name,
            ))
        return gaps

    def _get_pickup_time_gaps(self):
        if self.collection not in PICKUPS:
            return []
        if not self.pickup_date:
            return [self.env._("When the goods are picked up")]
        return [self.env._("A time for the pick-up that lies ahead")] if self.pickup_date < fields.Datetime.now() else []
