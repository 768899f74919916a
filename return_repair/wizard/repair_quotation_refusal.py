from odoo import fields, models
from odoo.exceptions import UserError


class RepairQuotationRefusal(models.TransientModel):
    """The customer refuses a repair quotation: why, and whether the inspection is charged."""

    _name = "repair.quotation.refusal"
    _description = "Refusal of Repair Quotations"

    order_ids = fields.Many2many("sale.order", required=True, string="Quotations")
    reason = fields.Text(required=True)
    charge_fee = fields.Boolean("Charge Inspection Fee", help="An order for the inspection fee is made and can be invoiced.")

    def action_confirm(self):
        orders = self.order_ids
        orders.check_access("write")
        if denied := orders.filtered(lambda order: not order.can_refuse_repair):
            raise UserError(self.env._("These quote no repair that is still open: %s", ", ".join(denied.mapped("name"))))
        orders._get_open_repairs().with_env(self.env)._refuse(self.reason, self.charge_fee)
