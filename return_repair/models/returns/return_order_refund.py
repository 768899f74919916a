from odoo import api, fields, models
from odoo.exceptions import UserError


class ReturnOrder(models.Model):
    """Credit notes belong to accounting: it posts them, changes or deletes them, and the return follows."""

    _inherit = "return.order"

    credit_note_ids = fields.Many2many("account.move", compute="_compute_credit_note_ids", compute_sudo=True, string="Credit Notes")
    credit_note_count = fields.Integer(compute="_compute_credit_note_ids", compute_sudo=True)
    refund_amount = fields.Monetary(
        compute="_compute_refund_amount", store=True, compute_sudo=True, currency_field="company_currency_id",
        help="With taxes, in the company's currency: what is credited, as accounting has it; until then, what it would be by the prices on the "
        "orders and the rate of the day the customer told us.",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    can_make_credit_notes = fields.Boolean(compute="_compute_can_make_credit_notes", help="Something was charged and is to be credited.")

    @api.depends("line_ids.credit_line_ids.move_id")
    def _compute_credit_note_ids(self):
        for order in self:
            order.credit_note_ids = order.line_ids.credit_line_ids.move_id
            order.credit_note_count = len(order.credit_note_ids)

    @api.depends("line_ids.refund_amount", "line_ids.refund_currency_id", "company_id", "date_requested")
    def _compute_refund_amount(self):
        for order in self:
            order.refund_amount = sum(line._get_refund_in_company() for line in order.line_ids)

    @api.depends("state", "line_ids.resolution", "line_ids.exchange_product_id", "line_ids.exchange_quantity", "line_ids.credit_line_ids.parent_state")
    @api.depends_context("uid")
    def _compute_can_make_credit_notes(self):
        for order in self:
            order.can_make_credit_notes = order.state == "processing" and order.has_access("write") and (
                not order._get_missing_role("receiver") and bool(order.sudo()._get_uncredited())
            )

    def _get_uncredited(self):
        """The lines whose money the customer should have back and has not."""
        return self.line_ids.filtered(lambda line: line._is_refunded() and line._get_lines_to_credit({}))

    def _get_gaps_done(self):
        gaps = super()._get_gaps_done()
        if self.state == "processing" and (uncredited := self._get_uncredited()):
            gaps.append(self.env._("The credit note for %s: make it again", ", ".join(uncredited.mapped("product_id.display_name"))))
        return gaps

    def action_make_credit_notes(self):
        """Accounting has deleted or cancelled one that is still owed."""
        self.check_access("write")
        if refused := self.filtered(lambda order: not order.can_make_credit_notes):
            raise UserError(self.env._("No credit note is missing: %s", ", ".join(refused.mapped("name"))))
        for resolution, lines in self.sudo()._get_uncredited().grouped("resolution").items():
            getattr(lines, f"_resolve_{resolution}")()

    def action_view_credit_notes(self):
        self.ensure_one()
        return self.credit_note_ids._get_records_action()
