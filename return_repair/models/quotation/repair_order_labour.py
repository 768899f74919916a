from odoo import api, fields, models
from odoo.exceptions import UserError

from ..repair.repair_order import FINISHED_STATES


class RepairOrder(models.Model):
    """The labour of a repair: hours that are quoted, and hours that it took.

    The hours that it took are delivered up to the hours that the customer has accepted.
    """

    _inherit = "repair.order"

    labour_hours = fields.Float(help="What it is expected to take. The quotation charges them where the warranty doesn't cover labour.")
    labour_hours_done = fields.Float(
        "Hours Worked", copy=False, help="Recorded at the end. Empty: as many as expected. The customer pays no more hours than were quoted.",
    )
    labour_line_id = fields.Many2one("sale.order.line", readonly=True, copy=False, index="btree_not_null", ondelete="set null")

    _labour_hours_positive = models.Constraint(
        "CHECK (labour_hours >= 0 AND labour_hours_done >= 0)", "Hours of labour can't be negative.",
    )

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"labour_line_id"}

    def write(self, vals):
        result = super().write(vals)
        if "labour_hours" in vals:
            self._update_labour_line()
        if "labour_hours_done" in vals:
            self.filtered(lambda repair: repair.state == "done")._deliver_labour()
        return result

    def action_repair_done(self):
        result = super().action_repair_done()
        self._deliver_labour()
        return result

    def action_repair_cancel(self):
        result = super().action_repair_cancel()
        with self._unlock_quotations():
            # as core does with the parts
            self.sudo().labour_line_id.product_uom_qty = 0
        return result

    def action_repair_cancel_draft(self):
        result = super().action_repair_cancel_draft()
        self._update_labour_line()
        return result

    def _update_labour_line(self):
        """The quotation of a repair of a return charges the hours that are expected."""
        for repair in self.sudo():  # who repairs need not be allowed to sell
            order = repair.sale_order_id
            if not (repair.return_line_id and order) or repair.state in FINISHED_STATES:
                continue
            with repair._unlock_quotations():
                if repair.labour_line_id:
                    repair.labour_line_id.product_uom_qty = repair.labour_hours
                elif repair.labour_hours:
                    repair.labour_line_id = self.env["sale.order.line"].sudo().with_company(repair.company_id).create({
                        "order_id": order.id, "product_id": repair._get_labour_product().id, "product_uom_qty": repair.labour_hours,
                    })
                repair._price_labour()
            repair._schedule_quotation_steps()

    def _get_labour_product(self):
        if not (product := self.company_id.repair_labour_product_id):
            raise UserError(self.env._("Choose in Settings › Returns what an hour of labour is sold as, or leave the labour hours empty."))
        return product

    def _price_labour(self):
        """Free where the warranty covers it; what was free and is not any more gets the customer's price, other prices stay."""
        self.ensure_one()
        line = self.labour_line_id
        if "labour" in self.return_line_id._get_repair_cover():
            line.filtered("price_unit").write({"price_unit": 0, "technical_price_unit": 0})
        elif not (line.price_unit or line.technical_price_unit):
            line._compute_price_unit()

    def _deliver_labour(self):
        for repair in self.sudo():  # see `_update_labour_line`
            quoted = repair.labour_line_id.product_uom_qty
            repair.labour_line_id.qty_delivered = min(repair.labour_hours_done or quoted, quoted)
