from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class QualityComplaint(models.Model):
    """What comes back because of a complaint: it is part of its handling, so the complaint waits for it."""

    _inherit = "quality.complaint"

    return_ids = fields.One2many("return.order", "complaint_id", "Returns")
    return_count = fields.Integer("Returns About It", compute="_compute_return_count")
    can_return = fields.Boolean(compute="_compute_can_return", help="The user may take goods back for it.")

    @api.depends("return_ids")
    def _compute_return_count(self):
        counts = dict(self.env["return.order"]._read_group(
            [("complaint_id", "in", self._origin.ids)], ["complaint_id"], ["__count"],
        ))
        for complaint in self:
            complaint.return_count = counts.get(complaint._origin, 0)

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_return(self):
        for complaint in self:
            complaint.can_return = bool(complaint._origin) and not complaint._get_return_refusal()

    def _get_return_refusal(self):
        """Why this user can't take goods back for this complaint, or False. Also decides whether the button shows."""
        self.ensure_one()
        if not self.env["return.order"].has_access("create"):
            return self.env._("You have no right to record returns.")
        if not self.accepts_repairs:
            return self.env._(
                "Goods are taken back for a complaint that is approved and not finished. %s is not.", self.display_name,
            )
        return False

    def action_file_return(self):
        """A new return of all goods that the complaint is about and that can still come back."""
        return self.line_ids.action_file_return()

    def action_view_return_orders(self):
        self.ensure_one()
        return self.env["return.order"]._action_view(
            [("complaint_id", "=", self.id)], complaint_id=self.id, partner_id=self.partner_id.id,
        )

    def _get_open_return_gaps(self):
        """What comes back is seen to before the customer is told so, and before the case is over."""
        return [
            self.env._("The return %s is neither done nor cancelled", order.name) for order in self.return_ids if order.is_open
        ]

    def _prepare_merge_moves(self, kept):
        """The returns of a merged complaint are the kept one's."""
        returns = self.return_ids
        return [
            *super()._prepare_merge_moves(kept),
            *([(returns, {"complaint_id": kept.id}, {"complaint_id": self.id})] if returns else ()),
        ]

    def _prepare_return_values(self, lines):
        """Values of a ``return.order`` for some lines of this complaint."""
        self.ensure_one()
        returnable = lines._prepare_return_lines()
        if not returnable:
            raise UserError(self.env._("None of these can come back: they are no goods, or have come back already."))
        return {
            "complaint_id": self.id,
            "partner_id": self.partner_id.id,
            "contact_id": self.contact_id.id,
            "company_id": self.company_id.id,
            "partner_phone": self.partner_phone,
            "channel": self.channel,
            "user_id": self.user_id.id,
            "sale_order_id": self.sudo().sale_order_id.id,
            "description": self.description,
            "line_ids": [Command.create(values) for values in returnable],
        }
