from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .return_recovery import CLAIM_GROUPS, OPEN_STATES

# state: {next state: (the role that may do it, the button that does it)}
TRANSITIONS = {
    "draft": {"claimed": ("claimer", "action_claim"), "cancel": ("claimer", "action_cancel")},
    "claimed": {
        "accepted": ("claimer", "action_accept"), "refused": ("claimer", "action_refuse"), "received": ("claimer", "action_receive"),
        "cancel": ("claimer", "action_cancel"),
    },
    "accepted": {"received": ("claimer", "action_receive"), "refused": ("claimer", "action_refuse")},
    "received": {"accepted": ("claimer", "action_reopen")},
    "refused": {"draft": ("claimer", "action_reopen")},
    "cancel": {"draft": ("claimer", "action_reopen")},
}


class ReturnRecovery(models.Model):
    """A claim is made by e-mail or otherwise, answered, and settled: in full, in part, or not at all."""

    _inherit = "return.recovery"

    can_edit = fields.Boolean(compute="_compute_can_edit", help="The user may claim, and it is not finished.")

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_edit(self):
        for recovery in self:
            recovery.can_edit = recovery.has_access("write") and recovery.state not in self._get_finished_states()

    # ------------------------------------------------------------ the rules of a move
    @api.model
    def _get_transitions(self):
        return TRANSITIONS

    @api.model
    def _get_finished_states(self):
        return ("received", "refused", "cancel")

    @api.model
    def _get_system_fields(self):
        return {*super()._get_system_fields(), "date_claimed", "date_done"}

    @api.model
    def _get_fixed_fields(self):
        return {"return_line_id", "complaint_line_id"}

    def _get_missing_role(self, role):
        claims = self.env.su or any(self.env.user.has_group(group) for group in CLAIM_GROUPS)
        return not claims and self.env._("a warehouse manager, accounting, or a quality manager")

    @api.model
    def _pending_domain(self):
        return super()._pending_domain() & Domain("state", "in", OPEN_STATES)

    def _get_gaps_claimed(self):
        gaps = []
        if not self.amount_claimed:
            gaps.append(self.env._("The amount that is claimed"))
        if not self.note:
            gaps.append(self.env._("The reason of the claim"))
        if not self.date_deadline:
            gaps.append(self.env._("Until when it is to be settled"))
        elif self.date_deadline <= fields.Datetime.now():
            gaps.append(self.env._("A day ahead until when it is to be settled"))
        return gaps

    def _get_gaps_refused(self):
        return [] if self.refusal_reason else [self.env._("Why it is refused")]

    def _get_gaps_received(self):
        return [] if self.amount_received else [self.env._("What came back: a posted credit note of the vendor, or an entry below")]

    # ------------------------------------------------------------ moves
    def action_claim(self):
        """It was claimed by phone, on a portal, or with the goods; by e-mail see `action_send_claim`."""
        self._move("claimed", "action_claim", date_claimed=fields.Datetime.now())

    def action_accept(self):
        self._move("accepted", "action_accept")

    def action_refuse(self):
        self._move("refused", "action_refuse", date_done=fields.Datetime.now())

    def action_receive(self):
        """All that comes has come. What does not come is told."""
        rests = {recovery: recovery.amount_open for recovery in self if recovery.amount_open}
        self._move("received", "action_receive", date_done=fields.Datetime.now())
        for recovery, rest in rests.items():
            recovery._message_log(body=self.env._("Settled, though %s did not come back.", recovery.currency_id.format(rest)))

    def action_cancel(self):
        self._move("cancel", "action_cancel", date_done=fields.Datetime.now())

    def action_reopen(self):
        """What was refused is claimed anew: with other words, and another day until which it is to be settled."""
        for state, target, values in (("received", "accepted", {}), ("cancel", "draft", {}), ("refused", "draft", {"refusal_reason": False})):
            if recoveries := self.filtered(lambda recovery, state=state: recovery.state == state):
                recoveries._move(target, "action_reopen", date_done=False, **values)
        if claimed := self.filtered(lambda recovery: recovery.state == "claimed"):
            claimed._check_button("draft", "action_reopen")

    # ------------------------------------------------------------ by e-mail
    def action_send_claim(self):
        """Open the mail composer with the claim; sending it is claiming."""
        self.ensure_one()
        self._check_button("claimed", "action_claim")
        if not self.partner_id.email:
            raise UserError(self.env._("%s has no e-mail address to send the claim to.", self.partner_id.name))
        return self._get_composer_action(self.env._("Send the Claim"), "return_repair.mail_template_recovery_claim", mark_recovery_claimed=True)

    def message_post(self, **kwargs):
        if not self.env.context.get("mark_recovery_claimed"):
            return super().message_post(**kwargs)
        # some roads post in sudo: the right that counts is the user's own
        by_user = self.sudo(False).with_context(mark_recovery_claimed=False)
        by_user._check_button("claimed", "action_claim")
        message = super().message_post(**kwargs)
        if message.is_internal or self.partner_id not in message.partner_ids:
            raise UserError(self.env._("The claim has to go to %s.", self.partner_id.name))
        by_user.action_claim()
        return message

    def _get_claim_number(self):
        """What the other side quotes when they answer."""
        claim = self.sudo()  # accounting need not be allowed to read returns and complaints
        return claim.return_id.name or claim.complaint_id.name

    def _get_claim_goods(self):
        """Product and lot, as the other side knows them."""
        claim = self.sudo()  # accounting need not be allowed to read lots
        return ", ".join(filter(None, (claim.product_id.display_name, claim.lot_id.name)))

    # ------------------------------------------------------------ money
    def action_make_refund(self):
        """The unsaved credit note of the vendor about what is still to come."""
        self.ensure_one()
        self.env["account.move"].check_access("create")
        journal = self.env["account.journal"].search([("type", "=", "purchase"), *self.env["account.journal"]._check_company_domain(self.company_id)], limit=1)
        return {
            "type": "ir.actions.act_window", "name": self.env._("Vendor Credit Note"), "res_model": "account.move", "views": [(False, "form")],
            "context": {
                "default_move_type": "in_refund", "default_partner_id": self.partner_id.id, "default_company_id": self.company_id.id,
                "default_journal_id": journal.id, "default_currency_id": self.currency_id.id, "default_invoice_origin": self._get_claim_number(),
                "default_invoice_line_ids": [Command.create({
                    "name": self.display_name, "quantity": 1, "price_unit": self.amount_open, "return_recovery_id": self.id,
                    "account_id": journal.default_account_id.id, "tax_ids": [Command.clear()],
                })],
            },
        }

    def action_view_refunds(self):
        self.ensure_one()
        return self.refund_line_ids.move_id._get_records_action()
