from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from .quality_complaint_follow_up import VERDICTS


class QualityComplaint(models.Model):
    """Is the customer satisfied with what was done? Satisfied: the complaint is closed. Not satisfied: the next round begins."""

    _inherit = "quality.complaint"

    # ------------------------------------------------------------ answers
    def _record_customer_answer(self, satisfied, remark, partner, channel):
        """The customer himself answers, with a link that he was sent or in the portal: who asks this has made sure that
        it is he.

        The same answer again changes nothing.

        :param str satisfied: ``yes`` or ``no``
        :param str remark: his words; ``no`` takes some
        :param partner: ``res.partner`` who answers
        :param str channel: one of FOLLOW_UP_CHANNELS
        :return: the ``quality.complaint.follow.up`` that holds his answer
        :raise UserError: where the complaint does not wait for an answer
        """
        self.ensure_one()
        if satisfied not in dict(VERDICTS):
            raise UserError(self.env._("Say whether you are satisfied or not."))
        # what follows from his answer is not the customer's to do, and those who are told read their own language
        complaint = self._as_system()
        same = complaint._get_last_answer()
        if same.satisfied == satisfied and (complaint.state != "follow_up" or same.round == complaint.round):
            return same.with_env(self.env)
        if complaint.state != "follow_up":
            raise UserError(self.env._("%s does not wait for your answer any more.", complaint.name))
        answer = {"satisfied": satisfied, "remark": (remark or "").strip(), "partner_id": partner.id}
        follow_up = complaint._get_question()
        if follow_up and channel == follow_up.channel:
            follow_up.write(answer)
        else:
            follow_up = follow_up.create({**answer, "complaint_id": complaint.id, "channel": channel, "user_id": False})
        complaint._apply_follow_up(follow_up)
        return follow_up.with_env(self.env)

    def _as_system(self):
        """The complaint as OdooBot sees it, in the language of whoever speaks with the customer."""
        self.ensure_one()
        complaint = self.with_user(SUPERUSER_ID).with_context(clean_context(self.env.context)).with_company(self.sudo().company_id)
        return complaint.with_context(lang=complaint.user_id.lang or complaint.env.lang)

    def _get_last_answer(self):
        """What the customer answered last, in whatever round."""
        return self.follow_up_ids.filtered("satisfied").sorted(lambda answer: (answer.date_answered or answer.date, answer.id))[-1:]

    def _get_question(self):
        """What the customer was asked by e-mail in this round and has not answered yet: the last one."""
        return self.follow_up_ids.filtered(
            lambda question: question.round == self.round and not question.satisfied,
        ).sorted("id")[-1:]

    def _get_current_follow_up(self):
        """The last answer of the customer in this round, or an empty recordset."""
        answer = self._get_last_answer()
        return answer.filtered(lambda answer: answer.round == self.round)
