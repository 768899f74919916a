from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date


class QualityContainmentLine(models.TransientModel):
    """What of one lot is at one customer, in one place of own stock, or in products that carry no lot."""

    _name = "quality.containment.line"
    _description = "Where a Lot Is"
    _order = "place, is_own desc, quantity desc, id"

    containment_id = fields.Many2one("quality.containment", required=True, readonly=True, index=True, ondelete="cascade")
    place = fields.Selection(
        [("customer", "At Customers"), ("stock", "In Own Stock"), ("untraced", "In Products Without Lots")], required=True, readonly=True,
    )
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True, ondelete="cascade")
    root_lot_id = fields.Many2one("stock.lot", "Lot Asked For", readonly=True, ondelete="cascade")
    path = fields.Char("Through Production", readonly=True, help="How something of the lot came into this one.")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    quantity = fields.Float("Still There", digits="Product Unit", readonly=True)
    product_uom_id = fields.Many2one(related="lot_id.product_id.uom_id", string="Unit")

    # at a customer
    selected = fields.Boolean("File and Write", help="The buttons above are about these customers.")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, ondelete="cascade")
    is_own = fields.Boolean("Complained", readonly=True, help="The customer whose complaint brought it up.")
    quantity_shipped = fields.Float("Shipped", digits="Product Unit", readonly=True)
    quantity_returned = fields.Float("Returned", digits="Product Unit", readonly=True)
    date_first = fields.Datetime("First Delivery", readonly=True)
    date_last = fields.Datetime("Last Delivery", readonly=True)
    move_ids = fields.Json("Moves", readonly=True)
    delivery_count = fields.Integer("Deliveries", readonly=True)
    complaint_id = fields.Many2one("quality.complaint", compute="_compute_complaint_id")
    customer_told_on = fields.Datetime("Told On", compute="_compute_complaint_id")
    partner_email = fields.Char("E-mail", compute="_compute_complaint_id")

    # in own stock
    location_id = fields.Many2one("stock.location", readonly=True, ondelete="cascade")
    owner_id = fields.Many2one("res.partner", readonly=True, ondelete="cascade", help="Goods of somebody else that are kept here.")
    quantity_reserved = fields.Float("Reserved", digits="Product Unit", readonly=True)
    capa_id = fields.Many2one("quality.capa", "Action", compute="_compute_capa_id")

    # in products without lots
    product_id = fields.Many2one("product.product", "Used In", readonly=True, ondelete="cascade")

    # ------------------------------------------------------------ computes
    @api.depends("partner_id", "containment_id.complaint_id")
    def _compute_complaint_id(self):
        """The customer's complaint of this containment, or one of his own about it; the one that brought it up for its customer."""
        for containment, lines in self.grouped("containment_id").items():
            complaint = containment.complaint_id
            found = complaint._find_contained(lines.partner_id, containment.line_ids.lot_id) if complaint else {}
            for line in lines:
                line.complaint_id = complaint if line.is_own else found.get(line.partner_id)
                of_customer = line.complaint_id.sudo()  # see _find_contained
                line.customer_told_on = of_customer.customer_told_on
                line.partner_email = of_customer.partner_email if of_customer else line.partner_id.email

    @api.depends("lot_id", "location_id", "containment_id.complaint_id")
    def _compute_capa_id(self):
        for containment, lines in self.grouped("containment_id").items():
            # that it is planned, everybody who handles the complaint may know
            capas = self.env["quality.capa"].sudo().search(
                [("complaint_id", "=", containment.complaint_id.id), ("lot_id", "in", lines.lot_id.ids)],
            ).with_env(self.env) if containment.complaint_id else self.env["quality.capa"]
            by_lot = {capa.sudo().lot_id.id: capa for capa in capas}
            for line in lines:
                line.capa_id = by_lot.get(line.lot_id.id) if line.location_id else False

    def write(self, vals):
        if not self.env.su and vals.keys() - {"selected"}:
            raise AccessError(self.env._("This list shows what was found. Only the ticks can be changed."))
        return super().write(vals)

    # ------------------------------------------------------------ business
    def _get_moves(self):
        # who handles the complaint need not read transfers
        return self.env["stock.move"].sudo().browse(move_id for line in self for move_id in line.move_ids or () if move_id)

    def _is_containable(self):
        """True where another customer is known who still has something."""
        self.ensure_one()
        return self.place == "customer" and not self.is_own and bool(self.partner_id) and self.quantity > 0

    def _format_quantity(self):
        """In words, by product: "12 Units of Drill, 3 m of Cable"."""
        return ", ".join(
            self.env._(
                "%(quantity)s %(unit)s of %(product)s", quantity=f"{sum(lines.mapped('quantity')):.12g}",
                unit=product.uom_id.name, product=product.display_name,
            )
            for product, lines in self.grouped(lambda line: line.lot_id.product_id).items()
        )

    def _get_finding(self):
        """What is at the customer, in one sentence."""
        self.ensure_one()
        company = self.company_id or self.env.company
        return self.env._(
            "%(quantity)s, lot %(lot)s, delivered until %(day)s", quantity=self._format_quantity(),
            lot=self.path or self.lot_id.name, day=format_date(self.env, company._get_local_date(self.date_last)),
        )

    def _prepare_complaint_line(self):
        """Values of ``quality.complaint.line``: what is still there, of the delivery where it was only one."""
        self.ensure_one()
        product = self.lot_id.product_id
        complained = self.containment_id.complaint_id.line_ids.filtered(lambda line: line.lot_id == self.root_lot_id)
        values = {
            "product_id": product.id, "lot_id": self.lot_id.id, "defect": complained[:1].defect,
            "product_uom_id": product.uom_id.id, "quantity": self.quantity,
        }
        move = self._get_moves()
        if len(move) == 1 and move._is_delivered_to(self.partner_id):
            values.update({
                "move_id": move.id, "sale_line_id": move.sale_line_id.id, "product_uom_id": move.product_uom.id,
                "quantity": product.uom_id._compute_quantity(self.quantity, move.product_uom, rounding_method="HALF-UP"),
            })
        return values

    def _prepare_stock_action(self, complaint):
        """Values of the ``quality.capa`` that blocks one lot in own stock, wherever it lies."""
        lot = self.lot_id
        places = Markup().join(
            Markup("<li>%s</li>") % self.env._(
                "%(place)s: %(quantity)s %(unit)s, %(reserved)s of them reserved",
                place=", ".join(filter(None, (line.location_id.display_name, line.owner_id.display_name))),
                quantity=f"{line.quantity:.12g}", unit=line.product_uom_id.name, reserved=f"{line.quantity_reserved:.12g}",
            )
            for line in self
        )
        way = Markup("<p>%s</p>") % self[:1].path if self[:1].path else ""
        return {
            "name": self.env._(
                "Block and sort lot %(lot)s, %(quantity)s in stock", lot=lot.name, quantity=self._format_quantity(),
            ),
            "description": Markup("%s<ul>%s</ul>") % (way, places),
            "capa_type": "containment", "complaint_id": complaint.id, "lot_id": lot.id, "team_id": complaint.team_id.id,
        }

    # ------------------------------------------------------------ windows
    def action_view_deliveries(self):
        """The transfers that brought it to the customer."""
        self.ensure_one()
        return self._get_moves().picking_id.sudo(False)._get_records_action(name=self.env._("Deliveries"))

    def action_view_complaint(self):
        self.ensure_one()
        return self.complaint_id._get_records_action()
