from odoo import api, fields, models
from odoo.exceptions import ValidationError


class QualityComplaintLine(models.Model):
    """A product the customer complains about, as it was delivered."""

    _name = "quality.complaint.line"
    _description = "Complaint Line"
    _inherit = ["quality.complaint.part", "quality.delivered.mixin"]
    _order = "complaint_id, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    sale_line_id = fields.Many2one(compute="_compute_sale_line_id", store=True, readonly=False, precompute=True)
    quantity = fields.Float("Complained", digits="Product Unit", required=True, default=1)
    defect = fields.Text(help="What is wrong with it, so that a reader need not phone.")
    days_since_delivery = fields.Integer(
        compute="_compute_days_since_delivery", help="From the delivery to the day the customer told us.",
    )
    partner_id = fields.Many2one(related="complaint_id.partner_id", store=True, index=True)

    # ------------------------------------------------------------ what was delivered
    @api.depends("product_id", "complaint_id.sale_order_id")
    def _compute_sale_line_id(self):
        """A product that is added by hand is that of the order named on the complaint, where it was sold there."""
        for line in self:
            sold = line.sudo().sale_line_id  # see _compute_product_uom_id
            if not line.move_id and (not sold or sold.product_id != line.product_id):
                order = line.complaint_id.sudo().sale_order_id
                line.sale_line_id = order.order_line.filtered(
                    lambda sold: sold.product_id == line.product_id and sold._get_quantity_shipped() > 0,
                )[:1] if order.partner_id.commercial_partner_id == line.complaint_id.commercial_partner_id else False

    @api.depends("delivery_date", "complaint_id.date_received")
    def _compute_days_since_delivery(self):
        for line in self:
            line.days_since_delivery = (
                (line._get_warranty_claim_date() - line.delivery_date).days if line.delivery_date else 0
            )

    # ------------------------------------------------------------ warranty
    def _get_warranty_claim_date(self):
        return self.company_id._get_local_date(self.complaint_id.date_received or fields.Datetime.now())

    @api.depends("warranty_duration", "warranty_end_date", "complaint_id.date_received")
    def _compute_warranty_state(self):
        super()._compute_warranty_state()

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.complaint_id._record_recurrences()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "product_id" in vals:
            self.complaint_id._record_recurrences()
        return result

    # ------------------------------------------------------------ constraints
    @api.constrains("quantity", "product_uom_id", "move_id", "sale_line_id", "lot_id")
    def _check_quantity(self):
        """More than nothing, and all lines together not more than was delivered: of each lot, and of all lots."""
        problems = [
            self.env._("%s: the quantity complained about must be more than zero.", line.product_id.display_name)
            for line in self if line.quantity <= 0
        ]
        for complaint, changed in self.sudo().grouped("complaint_id").items():  # see _compute_product_uom_id
            sources = {line._get_source() for line in changed if line._get_source()}
            for source, lines in complaint.line_ids.grouped(lambda line: line._get_source()).items():
                if source in sources:
                    problems += lines._get_excesses()
        if problems:
            raise ValidationError("\n".join(problems))

    def _get_excesses(self):
        """Sentences about what of one delivery or order line is complained about beyond what was delivered."""
        excesses = []
        for lot, of_lot in self.grouped("lot_id").items():
            lines = of_lot if lot else self  # without a lot it may be any of them
            line = next(iter(lines))  # a slice would forget the others, and read its delivery for itself
            if lot and lot.product_id != line.product_id:
                continue  # that is what _check_source is about
            unit, shipped = line.product_uom_id, line._get_quantity_shipped(lot)
            total = sum(other.product_uom_id._compute_quantity(other.quantity, unit, round=False) for other in lines)
            if unit.compare(total, shipped) > 0:
                excesses.append(self.env._(
                    "%(product)s: %(quantity)s %(unit)s complained about, but only %(shipped)s %(unit)s were delivered.",
                    product=", ".join(filter(None, (line.product_id.display_name, lot.name))),
                    quantity=f"{total:.12g}", shipped=f"{shipped:.12g}", unit=unit.name,
                ))
        return excesses
