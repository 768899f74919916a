from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..models.capa.quality_capa import UNFINISHED_STATES

PLACES = [("customer", "At Customers"), ("stock", "In Own Stock"), ("untraced", "In Products Without Lots")]


class QualityContainmentLine(models.TransientModel):
    """What of one lot is at one customer, in one place of own stock, or in products that carry no lot."""

    _name = "quality.containment.line"
    _description = "Where a Lot Is"
    _order = "place, is_own desc, quantity desc, id"

    containment_id = fields.Many2one("quality.containment", required=True, readonly=True, index=True, ondelete="cascade")
    place = fields.Selection(PLACES, required=True, readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True, ondelete="cascade")
    root_lot_id = fields.Many2one("stock.lot", "Lot Asked For", readonly=True, ondelete="cascade")
    path = fields.Char("Through Production", readonly=True, help="How something of the lot came into this one.")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    quantity = fields.Float("Still There", digits="Product Unit", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")

    # at a customer
    selected = fields.Boolean("File and Write", help="The buttons above are about these customers.")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, ondelete="cascade")
    is_own = fields.Boolean("Complained First", readonly=True, help="The customer whose complaint brought it up.")
    quantity_shipped = fields.Float("Shipped", digits="Product Unit", readonly=True)
    quantity_returned = fields.Float("Returned", digits="Product Unit", readonly=True)
    date_first = fields.Datetime("First Delivery", readonly=True)
    date_last = fields.Datetime("Last Delivery", readonly=True)
    move_id = fields.Many2one("stock.move", "Only Move", readonly=True, ondelete="cascade")
    picking_ids = fields.Json("Transfers", readonly=True)
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
    used_in_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")

    # ------------------------------------------------------------ computes
    @api.depends("partner_id", "containment_id.complaint_id")
    def _compute_complaint_id(self):
        """The customer's complaint of this containment about this lot, or one of his own; for its customer the one that brought it up."""
        for containment, lines in self.grouped("containment_id").items():
            complaint = containment.complaint_id
            found = complaint._find_contained(lines.partner_id, containment._get_lots()) if complaint else {}
            for line in lines:
                of_customer = (complaint if line.is_own else found.get(line.partner_id, complaint.browse())).sudo()  # see _find_contained
                if not line.is_own and line.lot_id not in of_customer.line_ids.lot_id:
                    of_customer = of_customer.browse()
                line.complaint_id = of_customer.with_env(self.env)
                line.customer_told_on = of_customer.customer_told_on
                line.partner_email = of_customer.partner_email if of_customer else line.partner_id.email

    @api.depends("lot_id", "location_id", "containment_id.complaint_id")
    def _compute_capa_id(self):
        for containment, lines in self.grouped("containment_id").items():
            # that it is planned, everybody who handles the complaint may know
            capas = self.env["quality.capa"].sudo().search(
                [("complaint_id", "=", containment.complaint_id.id), ("lot_id", "in", lines.lot_id.ids), ("state", "!=", "cancel")],
            ) if containment.complaint_id else self.env["quality.capa"]
            # one that goes on before one that is done
            by_lot = {
                capa.lot_id.id: capa.with_env(self.env)
                for capa in capas.sorted(lambda capa: (capa.state in UNFINISHED_STATES, capa.id))
            }
            for line in lines:
                line.capa_id = by_lot.get(line.lot_id.id) if line.location_id else False

    def write(self, vals):
        if not self.env.su and vals.keys() - {"selected"}:
            raise AccessError(self.env._("This list shows what was found. Only the ticks can be changed."))
        return super().write(vals)

    # ------------------------------------------------------------ business
    def _is_containable(self):
        """True where another customer is known who still has something."""
        self.ensure_one()
        return self.place == "customer" and not self.is_own and bool(self.partner_id) and self.quantity > 0

    def _get_finding(self):
        """What is at the customer, in one sentence."""
        self.ensure_one()
        company = self.company_id or self.env.company
        return self.env._(
            "%(quantity)s, lot %(lot)s, delivered until %(day)s",
            quantity=self.containment_id._format_quantities({self.product_id: self.quantity}),
            lot=self.path or self.lot_id.name, day=format_date(self.env, company._get_local_date(self.date_last)),
        )

    def _prepare_complaint_line(self):
        """Values of ``quality.complaint.line``: what is still there, of the delivery where it was only one."""
        self.ensure_one()
        product = self.product_id
        complained = self.containment_id.complaint_id.line_ids.filtered(lambda line: line.lot_id == self.root_lot_id)
        values = {
            "product_id": product.id, "lot_id": self.lot_id.id, "defect": complained[:1].defect,
            "product_uom_id": product.uom_id.id, "quantity": self.quantity,
        }
        move = self.move_id.sudo()  # who handles the complaint need not read transfers
        if move and move._is_delivered_to(self.partner_id):
            values.update({
                "move_id": move.id, "sale_line_id": move.sale_line_id.id, "product_uom_id": move.product_uom.id,
                "quantity": product.uom_id._compute_quantity(self.quantity, move.product_uom, rounding_method="HALF-UP"),
            })
        return values

    def _prepare_stock_action(self, complaint):
        """Values of the ``quality.capa`` that blocks one lot in own stock, wherever it lies."""
        lot, unit = self.lot_id, self.product_uom_id.name
        places = Markup().join(
            Markup("<li>%s</li>") % self.env._(
                "%(place)s: %(quantity)s %(unit)s, %(reserved)s of them reserved",
                place=", ".join(filter(None, (line.location_id.display_name, line.owner_id.display_name))),
                quantity=f"{line.quantity:.12g}", unit=unit, reserved=f"{line.quantity_reserved:.12g}",
            )
            for line in self
        )
        what = ", ".join(filter(None, (self.product_id.display_name, self[:1].path)))
        return {
            "name": self.env._(
                "Block and sort lot %(lot)s, %(quantity)s %(unit)s in stock",
                lot=lot.name, quantity=f"{sum(self.mapped('quantity')):.12g}", unit=unit,
            ),
            "description": Markup("<p>%s</p><ul>%s</ul>") % (what, places),
            "capa_type": "containment", "complaint_id": complaint.id, "lot_id": lot.id, "team_id": complaint.team_id.id,
        }

    # ------------------------------------------------------------ windows
    def action_view_deliveries(self):
        """The transfers that brought it to the customer."""
        self.ensure_one()
        return self.env["stock.picking"].browse(self.picking_ids or ())._get_records_action(name=self.env._("Deliveries"))
