from odoo import fields, models
from odoo.exceptions import UserError


class ReturnOrder(models.Model):
    """Small returns are not each investigated. They are counted together, and where they are many a corrective action begins
    on exactly those.
    """

    _inherit = "return.order"

    statistic_capa_ids = fields.Many2many(
        "quality.capa", "quality_capa_return_rel", "return_id", "capa_id", "Actions Based on It", readonly=True, copy=False,
    )

    def action_start_corrective_action(self):
        """The unsaved form of a corrective action that is based on these returns."""
        self.check_access("read")
        if unfit := self.filtered(lambda order: order.state == "cancel"):
            raise UserError(self.env._("Returns that are cancelled call for no action. Leave these out:\n%s", "\n".join(unfit.mapped("display_name"))))
        return self.env["quality.capa"]._action_start_corrective(self)

    def _prepare_statistic_capa_values(self):
        """What these returns have in common comes along: a dictionary of ``quality.capa`` values."""
        products = self.line_ids.product_id
        for order in self:
            products &= order.line_ids.product_id
        return {
            "source_return_ids": self.ids, "team_id": self.team_id.id if len(self.team_id) == 1 else False, "check_product_ids": products.ids,
        }
