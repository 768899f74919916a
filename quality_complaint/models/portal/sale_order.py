from odoo import api, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _get_portal_complaint_domain(self, user):
        """The orders of the portal user's company of which something has arrived."""
        if user._is_public():
            return Domain.FALSE
        return (
            Domain("partner_id.commercial_partner_id", "=", user.partner_id.commercial_partner_id.id)
            & Domain("company_id", "in", user.company_ids.ids)
            & Domain("state", "in", ("sale", "cancel"))
            & (
                Domain("order_line.qty_delivered", ">", 0)
                | Domain("picking_ids.move_ids", "any", self.env["stock.move.line"]._get_delivered_domain())
            )
        )

    def _can_be_complained_about(self, user):
        """True where the portal user finds the order among those that he may complain about."""
        self.ensure_one()
        return bool(self.filtered_domain(self._get_portal_complaint_domain(user)))
