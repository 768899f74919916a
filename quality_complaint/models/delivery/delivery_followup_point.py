from odoo import fields, models

POINT_KINDS = [
    ("punctuality", "Punctuality"), ("packaging", "Packaging"), ("place", "Place of Delivery"), ("other", "Other"),
]


class DeliveryFollowupPoint(models.Model):
    """One question that is asked about each delivery that it is for.

    A delivery keeps the questions as they were when it left; a later change concerns later deliveries.
    """

    _name = "delivery.followup.point"
    _description = "Check Point of Deliveries"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Question", required=True, translate=True)
    help = fields.Char("What to Ask", translate=True, help="Shown to who asks the customer.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True, help="Empty: all companies.")
    kind = fields.Selection(
        POINT_KINDS, required=True, default="other", help="What the statistics count it as.",
    )
    photo_required = fields.Boolean("Photo if Not OK", help="Whoever answers «not OK» adds a photo.")
    carrier_ids = fields.Many2many("delivery.carrier", string="Carriers", check_company=True, help="Empty: however it was shipped.")
    partner_ids = fields.Many2many(
        "res.partner", string="Customers", check_company=True, domain="[('parent_id', '=', False)]",
        help="Asked at these, and at those with one of the tags. Both empty: all customers.",
    )
    partner_category_ids = fields.Many2many("res.partner.category", string="Customer Tags")
    product_categ_ids = fields.Many2many(
        "product.category", string="Product Categories", help="Asked where something of these was delivered. Empty: whatever it was.",
    )

    def _applies_to(self, picking):
        """True where it is asked about that delivery. Each limit that is set must be met."""
        self.ensure_one()
        return (
            self.company_id in (self.env["res.company"], picking.company_id)
            and self._match_carrier(picking) and self._match_customer(picking) and self._match_product(picking)
        )

    def _match_carrier(self, picking):
        return not self.carrier_ids or picking.carrier_id in self.carrier_ids

    def _match_customer(self, picking):
        if not (self.partner_ids or self.partner_category_ids):
            return True
        customers = picking._get_customers()
        return bool(
            customers & self.partner_ids.commercial_partner_id
            or (customers | picking.partner_id).category_id & self.partner_category_ids,
        )

    def _match_product(self, picking):
        if not self.product_categ_ids:
            return True
        # the path names a category and all above it
        above = {int(number) for categ in picking.move_ids.product_id.categ_id for number in categ.parent_path.split("/") if number}
        return not above.isdisjoint(self.product_categ_ids.ids)

    def _prepare_check_values(self):
        """The point as it is asked from now on, in the language of the context."""
        self.ensure_one()
        return {
            "point_id": self.id, "name": self.name, "help": self.help, "sequence": self.sequence, "kind": self.kind,
            "photo_required": self.photo_required,
        }
