from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RepairOrder(models.Model):
    _inherit = "repair.order"

    complaint_id = fields.Many2one(
        "quality.complaint", index="btree_not_null", check_company=True, copy=False, ondelete="restrict", tracking=True,
        domain="[('accepts_repairs', '=', True), ('commercial_partner_id', 'parent_of', partner_id)]",
        help="The repair is part of its handling: it can't be resolved before the repair is done or cancelled.",
    )
    return_line_id = fields.Many2one(
        "return.order.line", index="btree_not_null", check_company=True, copy=False, ondelete="restrict",
        help="The repair is what the customer gets for this product that came back.",
    )

    @api.model
    def default_get(self, fields):
        """Filled in from the complaint line in the context, in the company of its complaint."""
        line = self.env["quality.complaint.line"].browse(self.env.context.get("default_repair_complaint_line_id"))
        if not line:
            return super().default_get(fields)
        values = super(RepairOrder, self.with_company(line.company_id)).default_get(fields)
        prepared = line._prepare_repair_values()
        return {**values, **{name: value for name, value in prepared.items() if name in fields}}

    @api.model_create_multi
    def create(self, vals_list):
        repairs = super().create(vals_list)
        repairs._get_linked_complaints().check_access("read")
        return repairs

    def write(self, vals):
        if "complaint_id" in vals:
            self._get_linked_complaints()._check_not_finished()
        result = super().write(vals)
        if "complaint_id" in vals:
            self._get_linked_complaints().check_access("read")
        return result

    def _get_linked_complaints(self):
        """The complaints, also where the user may not read the link's other end."""
        return self.sudo().complaint_id.with_env(self.env)

    @api.constrains("complaint_id")
    def _check_complaint_accepts_repairs(self):
        if refused := self.complaint_id.filtered(lambda complaint: not complaint.accepts_repairs):
            raise ValidationError(self.env._(
                "Goods are repaired for a complaint that is approved and not finished. These are not: %s",
                ", ".join(refused.mapped("display_name")),
            ))

    @api.constrains("complaint_id", "partner_id")
    def _check_complaint_customer(self):
        for repair in self:
            customer = repair.complaint_id.commercial_partner_id
            if customer and repair.partner_id and repair.partner_id.commercial_partner_id != customer:
                raise ValidationError(self.env._(
                    "%(complaint)s is a complaint of %(customer)s, not of %(other)s.",
                    complaint=repair.complaint_id.name, customer=customer.display_name, other=repair.partner_id.display_name,
                ))

    def action_view_complaint(self):
        self.ensure_one()
        return self.complaint_id._get_records_action()
