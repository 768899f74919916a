from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class QualityDeliveredMixin(models.AbstractModel):
    """A product as it was delivered to a customer: by which move, of which lot, when, and how long its warranty runs.

    What inherits it has a ``partner_id`` and a ``company_id``, and says when the customer told us
    (`_get_warranty_claim_date`).
    """

    _name = "quality.delivered.mixin"
    _description = "Delivered Product"
    _inherit = ["warranty.mixin"]

    product_id = fields.Many2one("product.product", required=True, ondelete="restrict", index=True, check_company=True)
    sale_line_id = fields.Many2one("sale.order.line", "Sales Order Line", check_company=True, index="btree_not_null", ondelete="restrict")
    move_id = fields.Many2one(
        "stock.move", "Delivery Move", check_company=True, index="btree_not_null", ondelete="restrict",
    )
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", check_company=True, index="btree_not_null", ondelete="restrict",
        domain="[('product_id', '=', product_id)]",
    )
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    product_uom_id = fields.Many2one(
        "uom.uom", "Unit", compute="_compute_product_uom_id", store=True, readonly=False, precompute=True, required=True,
        domain="[('id', 'in', allowed_uom_ids)]", ondelete="restrict",
    )
    quantity_shipped = fields.Float("Shipped", digits="Product Unit", compute="_compute_quantity_shipped")
    delivery_date = fields.Date(
        compute="_compute_delivery_date", store=True, readonly=False,
        help="Of this lot to this customer, else of this order line. Fill it in for goods delivered before Odoo.",
    )

    # ------------------------------------------------------------ what was delivered
    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for line in self:
            line.allowed_uom_ids = line.product_id.uom_id | line.product_id.uom_ids | line.sudo().sale_line_id.product_uom_id

    @api.depends("product_id", "sale_line_id", "move_id")
    def _compute_product_uom_id(self):
        for line in self:
            # a stock user may complain about what he delivered without reading the order
            line.product_uom_id = (
                line.sudo().move_id.product_uom or line.sudo().sale_line_id.product_uom_id or line.product_id.uom_id
            ) if line.product_id else False

    @api.depends("product_uom_id", "lot_id", "move_id.quantity", "move_id.state", "sale_line_id.qty_delivered")
    def _compute_quantity_shipped(self):
        for line in self:
            line.quantity_shipped = line._get_quantity_shipped(line.lot_id)

    def _get_quantity_shipped(self, lot):
        """How much of it the delivery named on the line brought to the customer, in the line's unit.

        Of that lot on that move; without a lot, of that move; else of the order line. A kit counts in kits, by core.
        """
        self.ensure_one()
        line = self.sudo()  # see _compute_product_uom_id
        if line.move_id:
            if line.move_id.state != "done":
                return 0.0
            if lot:
                moved = line.move_id.move_line_ids.filtered(lambda moved: moved.lot_id == lot)
                return line.product_id.uom_id._compute_quantity(sum(moved.mapped("quantity_product_uom")), line.product_uom_id, round=False)
            return line.move_id.product_uom._compute_quantity(line.move_id.quantity, line.product_uom_id, round=False)
        if line.sale_line_id:
            return line.sale_line_id.product_uom_id._compute_quantity(
                line.sale_line_id._get_quantity_shipped(), line.product_uom_id, round=False,
            )
        return 0.0

    @api.depends("move_id", "sale_line_id", "lot_id", "partner_id")
    def _compute_delivery_date(self):
        last_of_lot = self.filtered(lambda line: line.lot_id and not line.move_id)._get_last_deliveries_of_lots()
        for line in self:
            sudo_line = line.sudo()  # see _compute_product_uom_id
            if line.move_id:
                delivered = sudo_line.move_id.date
            elif line.lot_id and (line.lot_id, line.partner_id.commercial_partner_id) in last_of_lot:
                delivered = last_of_lot[line.lot_id, line.partner_id.commercial_partner_id]
            else:
                delivered = max(sudo_line.sale_line_id._get_shipping_moves().mapped("date"), default=False)
            line.delivery_date = line.company_id._get_local_date(delivered) if delivered else line.delivery_date

    def _get_last_deliveries_of_lots(self):
        """{(lot, commercial partner): datetime} of the last delivery of each lot to each customer."""
        if not self:
            return {}
        moved = self.env["stock.move.line"].sudo().search_fetch(
            Domain("lot_id", "in", self.lot_id.ids) & Domain(self.env["stock.move.line"]._get_delivered_domain()),
            ["lot_id", "date", "picking_id"], order="date",
        )
        return {
            (line.lot_id.with_env(self.env), customer.with_env(self.env)): line.date
            for line in moved for customer in line.picking_id._get_customers()
        }

    # ------------------------------------------------------------ warranty
    def _get_warranty_product(self):
        return self.product_id

    def _get_warranty_start(self):
        return self.delivery_date

    @api.depends("product_id")
    def _compute_warranty_terms(self):
        super()._compute_warranty_terms()

    @api.depends("warranty_duration", "warranty_unit", "delivery_date")
    def _compute_warranty_end_date(self):
        super()._compute_warranty_end_date()

    # ------------------------------------------------------------ constraints
    def _get_source(self):
        """The move it was delivered with, else the order line it was sold with; empty, if neither is known."""
        return self.move_id or self.sale_line_id

    @api.constrains("delivery_date", "move_id")
    def _check_delivery_date(self):
        """What Odoo delivered was delivered on that day, whatever is typed."""
        for line in self.filtered("move_id"):
            moved = line.company_id._get_local_date(line.sudo().move_id.date)  # see _compute_product_uom_id
            if line.delivery_date != moved:
                raise ValidationError(self.env._(
                    "%(product)s was delivered on %(day)s, so no other day can be entered.",
                    product=line.product_id.display_name, day=format_date(self.env, moved),
                ))

    @api.constrains("product_id", "lot_id", "move_id", "sale_line_id", "product_uom_id", "partner_id")
    def _check_source(self):
        """The lot, the move and the order line are of this product and this customer."""
        problems = []
        for line in self.sudo():
            product, customer = line.product_id, line.partner_id.commercial_partner_id
            if line.lot_id and line.lot_id.product_id != product:
                problems.append(self.env._(
                    "Lot %(lot)s is of another product than %(product)s.", lot=line.lot_id.name, product=product.display_name,
                ))
            if line.move_id and line.move_id.product_id != product:
                problems.append(self.env._(
                    "The delivery %(delivery)s moved another product than %(product)s.",
                    delivery=line.move_id.picking_id.name or line.move_id.reference, product=product.display_name,
                ))
            if line.sale_line_id and not line.move_id and line.sale_line_id.product_id != product:
                problems.append(self.env._(
                    "The line of order %(order)s sold another product than %(product)s.",
                    order=line.sale_line_id.order_id.name, product=product.display_name,
                ))
            if line.move_id.picking_id.partner_id and not line.move_id._is_delivered_to(customer):
                problems.append(self.env._(
                    "The delivery %(delivery)s did not go to %(customer)s.",
                    delivery=line.move_id.picking_id.name, customer=customer.display_name,
                ))
            if line.sale_line_id and line.sale_line_id.order_id.partner_id.commercial_partner_id != customer:
                problems.append(self.env._(
                    "Order %(order)s is not an order of %(customer)s.",
                    order=line.sale_line_id.order_id.name, customer=customer.display_name,
                ))
        if problems:
            raise ValidationError("\n".join(dict.fromkeys(problems)))
