from odoo import api, fields, models
from odoo.exceptions import UserError


class RepairQuotationRefusal(models.TransientModel):
    """The customer refuses a repair quotation: why, and whether the inspection is charged."""

    _name = "repair.quotation.refusal"
    _description = "Refusal of Repair Quotations"

    # the leader who may refuse them need not be allowed to read orders
    order_ids = fields.Many2many("sale.order", required=True, string="Quotations", bypass_search_access=True)
    quotations = fields.Char("Repair Quotations", compute="_compute_quotations")
    reason = fields.Text(required=True)
    charge_fee = fields.Boolean("Charge Inspection Fee", help="An order for the inspection fee is made and can be invoiced.")

    @api.model_create_multi
    def create(self, vals_list):
        # core asks for the right to read what is linked; who may refuse it is asked when it is confirmed
        return super(RepairQuotationRefusal, self.sudo()).create(vals_list).with_env(self.env)

    @api.depends("order_ids")
    def _compute_quotations(self):
        for refusal in self:
            refused = refusal.order_ids.filtered(lambda order: not order._get_refuse_blocker())
            refusal.quotations = ", ".join(refused.sudo().mapped("name"))  # see `order_ids`

    def action_confirm(self):
        orders = self.sudo().order_ids.with_env(self.env)  # see `create`
        if blockers := [blocker for order in orders if (blocker := order._get_refuse_blocker())]:
            raise UserError("\n".join(blockers))
        orders._get_open_repairs().with_env(self.env)._refuse(self.reason, self.charge_fee)
