from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

PAUSE_REASONS = [
    ("clarification", "Needs Clarification"), ("customer", "Waiting for the Customer"), ("goods", "Waiting for the Goods"),
]


class QualityDeadlinePause(models.Model):
    """A time in which the clock of a complaint stood: from when to when, why, and what came of it.

    The ledger is only added to. The deadlines follow from it (`quality.deadline.mixin._plan_deadline`).
    """

    _name = "quality.deadline.pause"
    _description = "Pause of the Clock"
    _inherit = ["quality.complaint.part"]
    _order = "complaint_id, date_from desc, id desc"
    _rec_name = "reason"

    reason = fields.Selection(PAUSE_REASONS, required=True, default="clarification")
    note = fields.Text("What Is to Be Clarified", required=True, help="What is asked, or what is waited for.")
    date_from = fields.Datetime("Since", required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "Paused By", required=True, default=lambda self: self.env.user)
    answer = fields.Text("What Was Said", help="What the customer said, or what came.")
    date_to = fields.Datetime("Until", readonly=True)
    resumed_by_id = fields.Many2one("res.users", readonly=True)

    _one_at_a_time = models.UniqueIndex("(complaint_id) WHERE date_to IS NULL", "The clock of this complaint stands already.")
    _ends_after_it_began = models.Constraint("CHECK (date_to >= date_from)", "A pause can't end before it began.")

    @api.constrains("note")
    def _check_note(self):
        if any(not pause.note.strip() for pause in self):
            raise ValidationError(self.env._("Write what is to be clarified or waited for: whoever asks the customer reads it."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            begun = {"date_from": fields.Datetime.now(), "user_id": self.env.user.id, "date_to": False, "resumed_by_id": False, "answer": False}
            if any(vals.keys() & begun.keys() for vals in vals_list):
                raise UserError(self.env._("A pause begins now, and by whoever enters it."))
            # given, so that no default stands for them
            vals_list = [
                {"complaint_id": self.env.context.get("default_complaint_id"), **vals, **begun} for vals in vals_list
            ]
        self.env["quality.complaint"].browse({vals["complaint_id"] for vals in vals_list})._check_may_pause()
        pauses = super().create(vals_list)
        pauses._begin()
        return pauses

    def _begin(self):
        """The clock stops; whoever speaks with the customer is asked to."""
        for pause in self:
            pause.complaint_id.sudo().milestone_ids._pause(pause.date_from)
        # the message below tells it, so the activity need not
        self.complaint_id.with_context(mail_activity_quick_update=True)._schedule_step(done=False)
        for pause in self:
            pause.complaint_id._notify_users(
                pause.complaint_id.user_id - pause.user_id,
                pause._compose_begin,
            )
            pause.complaint_id._message_log(body=self.env._(
                "The clock stands: %(reason)s. %(note)s", reason=pause._get_reason_label(), note=pause.note,
            ))

    def _compose_begin(self, complaint):
        reason = self.with_env(complaint.env)._get_reason_label()
        return complaint.env._("%(reason)s: %(complaint)s", reason=reason, complaint=complaint.display_name), self.note

    def action_confirm(self):
        """The form has done its work by being saved."""
        return {"type": "ir.actions.act_window_close"}

    def action_resume(self):
        """The clock runs again, and the deadlines move by the time it stood."""
        self.complaint_id.check_access("write")
        if over := self.filtered("date_to"):
            raise UserError(self.env._("The clock of %s runs again already.", ", ".join(over.complaint_id.mapped("name"))))
        if unsaid := self.filtered(lambda pause: not (pause.answer or "").strip()):
            raise UserError(self.env._(
                "Write what was said or what came, so that those who go on know it:\n%s", "\n".join(unsaid.mapped("note")),
            ))
        self._end()
        for pause in self:
            complaint = pause.complaint_id
            complaint._notify_users(
                (complaint.handler_id | pause.user_id) - self.env.user,
                lambda complaint, answer=pause.answer: (complaint.env._("It goes on: %s", complaint.display_name), answer),
            )
            complaint._message_log(body=self.env._("The clock runs again. %s", pause.answer))
        return {"type": "ir.actions.act_window_close"}

    def _close(self):
        """Write into the ledger that it ends now."""
        now = fields.Datetime.now()
        for pause in self.sudo():  # the ledger is nobody's to write, the button has decided that the user may
            # a clock that was set back must not make time run backwards
            pause.write({"date_to": max(now, pause.date_from), "resumed_by_id": self.env.user.id})

    def _end(self):
        self._close()
        self.complaint_id.sudo().milestone_ids._resume()
        self.complaint_id.with_context(mail_activity_quick_update=True)._schedule_step(done=False)

    def write(self, vals):
        """Only the answer is written by people, and only until the clock runs again."""
        if not self.env.su and (vals.keys() - {"answer"} or self.filtered("date_to")):
            raise UserError(self.env._("What is in the ledger of pauses stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What is in the ledger of pauses stays as it is."))

    def _get_reason_label(self):
        return dict(self._fields["reason"]._description_selection(self.env))[self.reason]
