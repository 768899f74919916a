import functools

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime, plaintext2html

ACTIVITY_TYPE = "quality_complaint.mail_activity_type_inquiry"


class QualityInquiry(models.Model):
    """Whose turn it is: the step at hand is an activity of whoever has to take it, and he is told."""

    _inherit = "quality.inquiry"

    def _get_step(self):
        """(What has to be done now, who does it), or nobody where nothing has to be."""
        self.ensure_one()
        return {
            "new": (self.env._("Answer or forward the question"), self.user_id),
            "forwarded": (self.env._("Answer the question"), self.responder_id),
            "answered": (self.env._("Tell the customer the answer"), self._get_teller()),
        }.get(self.state, (False, self.env["res.users"]))

    def _do_step(self, said):
        """Take the step that the activity stands for, with what its doer wrote."""
        self.ensure_one()
        if self.state == "answered":
            if said:
                self.result = "\n".join(filter(None, (self.result, said)))
            self.action_tell()
        elif self.state in ("new", "forwarded"):
            if said:
                # what was already written stays
                self.answer = (self.answer or "") + plaintext2html(said)
            self.action_answer()

    def _get_teller(self):
        """Who took it; where he has left, who sells to the customer, else the team's leader."""
        self.ensure_one()
        inquiry = self.sudo()  # in which other companies they work, who answers need not know
        candidates = (inquiry.user_id, inquiry.commercial_partner_id.user_id, inquiry.team_id.leader_id)
        return next((user for user in candidates if inquiry._can_be_told(user)), inquiry.user_id).with_env(self.env)

    def _schedule_step(self, done=True):
        """Make the step that an inquiry is at an activity of whoever has to do it. ``done`` as in `_clear_steps`."""
        self._clear_steps(done)
        for (summary, user, day), inquiries in self.sudo().grouped(lambda inquiry: inquiry._get_step_activity()).items():
            if user:
                inquiries.activity_schedule(ACTIVITY_TYPE, summary=summary, user_id=user.id, date_deadline=day)

    def _get_step_activity(self):
        self.ensure_one()
        _summary, user = self._get_step()
        summary, _user = self.with_context(lang=user.lang)._get_step()  # in the words of who does it
        until = self.date_deadline if self.state == "forwarded" else fields.Datetime.now()
        return summary, user, fields.Datetime.context_timestamp(self.with_context(tz=user.tz), until).date()

    def _clear_steps(self, done=True):
        """The step at hand is over.

        :param bool done: it was done, and the chatter says so; else it fell away
        """
        steps = self.sudo()  # the step may be somebody else's activity
        if done:
            steps.activity_feedback([ACTIVITY_TYPE])
        else:
            steps.activity_unlink([ACTIVITY_TYPE])

    def _hand_over_step(self, before):
        """What changed hands is the activity of who has it now, and who is asked is told.

        :param dict before: {inquiry: (who answered, until when)}
        """
        forwarded = self.filtered(lambda inquiry: inquiry.state == "forwarded")
        asked = forwarded.filtered(lambda inquiry: inquiry.responder_id != before[inquiry][0])
        asked.sudo()._hand_over_alerts()  # an alert may be another's activity
        asked._ask()
        moved = (forwarded - asked).filtered(lambda inquiry: inquiry.date_deadline != before[inquiry][1])
        taken = self.filtered(lambda inquiry: (
            inquiry.state in ("new", "answered")
            and inquiry.sudo().activity_search([ACTIVITY_TYPE]).user_id - inquiry._get_step()[1]  # it may be somebody else's activity
        ))
        (moved | taken)._schedule_step(done=False)

    def _ask(self, remark=""):
        """Who answers gets it as an activity and is told."""
        # the message below tells it, so the activity need not
        self.with_context(mail_activity_quick_update=True)._schedule_step(done=False)
        for inquiry in self:
            inquiry._notify_users(inquiry.responder_id - self.env.user, functools.partial(self._compose_question, remark))

    @api.model
    def _compose_question(self, remark, inquiry):
        """(Subject, body) of what its responder is told, in the environment of who reads it."""
        return inquiry.env._("Your answer is needed: %s", inquiry.display_name), Markup().join(filter(None, (
            remark and Markup("<p>%s</p>") % remark,
            inquiry.question,
            Markup("<p>%s</p>") % inquiry.env._("Until %s", format_datetime(
                inquiry.env, inquiry.date_deadline, tz=inquiry.env.context.get("tz"), dt_format="short",
            )),
        )))
