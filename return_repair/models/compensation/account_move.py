from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    return_compensation_ids = fields.Many2many(
        "return.compensation", compute="_compute_return_compensation_ids", compute_sudo=True, string="Price Compensations",
    )

    @api.depends("invoice_line_ids.return_compensation_id")
    def _compute_return_compensation_ids(self):
        for move in self:
            move.return_compensation_ids = move.invoice_line_ids.return_compensation_id

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted.return_compensation_ids._follow_credit_notes()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self.return_compensation_ids._follow_credit_notes()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self.return_compensation_ids._follow_credit_notes()
        return result

    def unlink(self):
        compensations = self.return_compensation_ids
        result = super().unlink()
        compensations._follow_credit_notes()
        return result

    def _tell_returns(self, say):
        super()._tell_returns(say)
        for move in self:
            for compensation in move.return_compensation_ids.sudo():  # accounting need not be allowed to read compensations
                compensation._message_log(body=say(self.env, note=move.name or move.ref or "", user=self.env.user.name))

    def action_view_return_compensations(self):
        self.ensure_one()
        return self.return_compensation_ids._get_records_action()
