import logging
import secrets
from datetime import datetime, time, timedelta

import pytz

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import clean_context, format_date, plaintext2html

from ..deadline.quality_deadline_alert import RETRY_MINUTES
from .quality_complaint_follow_up import VERDICTS

_logger = logging.getLogger(__name__)

# stands in the link of the e-mail until it is sent, so that nobody has the link before, and no question is left of a mail that was not sent
UNSENT_TOKEN = "made-when-it-is-sent"


class QualityComplaint(models.Model):
    """Is the customer satisfied with what was done? He is asked by phone, at a visit or by e-mail.

    Satisfied: the complaint is closed. Not satisfied: the next round begins, with the team that his words are about.
    Whoever raised it is told how it went on.
    """

    _inherit = "quality.complaint"

    date_asked = fields.Datetime(
        "Asked by E-mail On", compute="_compute_date_asked", store=True, help="In this round, and not answered yet.",
    )
    date_to_ask = fields.Datetime(
        "To Be Asked by E-mail On", readonly=True, copy=False, index="btree_not_null",
        help="Then the question whether he is satisfied goes to the customer by itself, once in a round.",
    )
    unsatisfied_remark = fields.Text(
        "Not Satisfied With", compute="_compute_unsatisfied_remark", help="What the customer said about the reply before, while he has no new one.",
    )
    can_ask = fields.Boolean(compute="_compute_can_ask", help="The user may ask the customer now whether he is satisfied.")

    @api.depends("follow_up_ids.satisfied", "follow_up_ids.date", "round")
    def _compute_date_asked(self):
        for complaint in self:
            complaint.date_asked = not complaint._get_current_follow_up() and complaint._get_question().date

    @api.depends("state", "follow_up_ids.satisfied", "follow_up_ids.remark")
    def _compute_unsatisfied_remark(self):
        for complaint in self:
            answer = complaint._get_last_answer() if complaint.state in ("investigation", "reply") else complaint.follow_up_ids.browse()
            complaint.unsatisfied_remark = answer.satisfied == "no" and answer.remark

    @api.depends("state", "current_satisfied")
    @api.depends_context("uid")
    def _compute_can_ask(self):
        for complaint in self:
            complaint.can_ask = complaint.has_access("write") and not complaint._get_ask_refusal()

    # ------------------------------------------------------------ asking
    def _get_ask_refusal(self):
        """Why the customer of this complaint can't be asked now, or False. Also decides whether the buttons show."""
        self.ensure_one()
        if self.state != "follow_up":
            return self.env._("%s is not in follow-up.", self.name)
        if self.current_satisfied == "yes":
            return self.env._("The customer of %s has said that he is satisfied.", self.name)
        return False

    def _check_may_ask(self):
        self.check_access("write")
        if refusals := [refusal for complaint in self if (refusal := complaint._get_ask_refusal())]:
            raise UserError("\n".join(refusals))

    def action_ask_by_mail(self):
        """Open the mail composer with the question; its two buttons lead to a page where the customer answers."""
        self.ensure_one()
        self._check_may_ask()
        if not self.partner_email:
            raise UserError(self.env._("%s has no e-mail address to be asked at. Call instead.", (self.contact_id or self.partner_id).name))
        return self._get_composer_action(
            self.env._("Is the Customer Satisfied?"), "quality_complaint.mail_template_question", ask_customer=True,
        )

    def action_plan_visit(self):
        """Open a calendar event at the customer's; who goes is invited."""
        self.ensure_one()
        self._check_may_ask()
        person = self.contact_id or self.partner_id
        guide = self._get_role_user("reporter")
        zone = pytz.timezone(self.env.user.tz or "UTC")
        tomorrow = datetime.combine(fields.Date.context_today(self) + timedelta(days=1), time(10))
        start = zone.localize(tomorrow).astimezone(pytz.utc).replace(tzinfo=None)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a Visit"),
            "res_model": "calendar.event",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_name": self.env._("Follow-up visit: %(customer)s, %(complaint)s", customer=self.partner_id.display_name, complaint=self.name),
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_user_id": guide.id,
                "default_partner_ids": guide.partner_id.ids,
                "default_start": fields.Datetime.to_string(start),
                "default_stop": fields.Datetime.to_string(start + timedelta(hours=1)),
                "default_location": person.contact_address_inline or self.partner_id.contact_address_inline,
                "default_description": plaintext2html("\n".join(filter(None, (person.name, self.partner_phone)))),
            },
        }

    def message_post(self, *, body="", **kwargs):
        # the template may also be chosen in any composer; who writes from outside does not ask
        chosen = UNSENT_TOKEN in (body or "") and kwargs.get("message_type") == "comment" and self.env.user._is_internal()
        if not (chosen or self.env.context.get("ask_customer")):
            return super().message_post(body=body, **kwargs)
        self.ensure_one()
        self.sudo(False)._check_may_ask()  # some roads post in sudo: the right that counts is the user's own
        token = secrets.token_urlsafe(32)
        # the link is the customer's: who follows the complaint does not get it by e-mail
        message = super().message_post(body=body.replace(UNSENT_TOKEN, token), **{**kwargs, "notify_skip_followers": True})
        customers = message.partner_ids.filtered("partner_share")
        if message.is_internal or not customers:
            raise UserError(self.env._("The question has to go to the customer."))
        self.with_context(ask_customer=False)._set_asked(customers[0], token)
        return message

    def _set_asked(self, partner, token):
        """The question has gone to the customer by e-mail. Until he answers, the one who speaks with him keeps it among his activities."""
        company = self.sudo().company_id
        self.env["quality.complaint.follow.up"].sudo().create({  # the token is nobody's to write
            "complaint_id": self.id, "channel": "email", "partner_id": partner.id, "user_id": self.env.uid, "access_token": token,
            "date_expires": fields.Datetime.add(fields.Datetime.now(), days=company.complaint_follow_up_link_days),
        })
        if self.date_to_ask:
            self._plan_question()
        # the activity stays the one it was, with all that hangs on it
        self.activity_search(["quality_complaint.mail_activity_type_complaint"]).sudo().summary = self._get_step()[0]

    def _get_answer_url(self, satisfied=False):
        """Where the customer answers. For the template of the e-mail; the link comes to life when that is sent."""
        self.ensure_one()
        choice = f"?satisfied={satisfied}" if satisfied else ""
        return f"{self.get_base_url()}/quality_complaint/answer/{self.id}/{UNSENT_TOKEN}{choice}"

    def _get_step(self):
        if self.state == "follow_up" and self.date_asked:
            return self.env._("Asked by e-mail on %s, no answer yet: call the customer", format_date(self.env, self.date_asked)), "reporter"
        return super()._get_step()

    # ------------------------------------------------------------ asking by itself
    def _set_reply_sent(self, message=None):
        super()._set_reply_sent(message)
        for complaint in self:
            complaint.sudo().date_to_ask = False
            complaint._plan_question()

    def _plan_question(self):
        """The company's working days from now on, where it wants customers to be asked without anybody's doing."""
        self.ensure_one()
        complaint = self.sudo()  # the company's settings need not be the user's to read
        company = complaint.company_id
        if company.complaint_follow_up_mail:
            complaint.date_to_ask = self.env["quality.milestone"].with_company(company)._plan_deadline(
                fields.Datetime.now(), company.complaint_follow_up_mail_days, "day", complaint.team_id._get_calendar(company),
            )
            for rule in self.env["base.automation"]._get_deadline_rules(self._name):
                rule._trigger_deadline_rules(complaint.date_to_ask + rule._get_deadline_offset())

    @api.model
    def _to_ask_domain(self):
        return Domain("date_to_ask", "!=", False) & Domain("state", "=", "follow_up") & Domain("date_paused", "=", False)

    @api.model
    def _get_next_alert(self, rule, after):
        """As of `quality.deadline.mixin`: when the next customer is to be asked."""
        field, offset = rule.trg_date_id.name, rule._get_deadline_offset()
        first = self.search_fetch(self._to_ask_domain() & Domain(field, ">", after - offset), [field], order=field, limit=1)
        return first[field] + offset if first else None

    def _ask_by_itself(self):
        """Called by the automation rule. A mail that can't be made is logged and tried again before long; the others go out."""
        # a run takes its time: who was asked or has answered meanwhile is left alone
        for complaint in self.filtered_domain(self._to_ask_domain()):
            try:
                with self.env.cr.savepoint():
                    complaint._as_system()._send_question()
            except Exception:
                _logger.exception("The customer of complaint %s can't be asked", complaint.id)
                self.env["base.automation"]._trigger_deadline_rules(fields.Datetime.add(fields.Datetime.now(), minutes=RETRY_MINUTES))

    def _send_question(self):
        self.date_to_ask = False  # once in a round
        if self._get_ask_refusal():
            return
        if not self.partner_email:
            self._message_log(body=self.env._("The customer has no e-mail address, so the question whether he is satisfied could not go out by itself."))
            return
        context = self.action_ask_by_mail()["context"]
        self.env["mail.compose.message"].with_context(**context).create({})._action_send_mail()

    # ------------------------------------------------------------ answers
    def _record_customer_answer(self, satisfied, remark, partner, channel, question=None):
        """The customer himself answers, with a link that he was sent or in the portal: who calls this has made sure that
        it is he.

        The same answer again changes nothing.

        :param str satisfied: ``yes`` or ``no``
        :param str remark: his words; ``no`` takes some
        :param partner: ``res.partner`` who answers
        :param str channel: one of FOLLOW_UP_CHANNELS
        :param question: the ``quality.complaint.follow.up`` that he answers, where he was asked
        :return: the ``quality.complaint.follow.up`` that holds his answer
        :raise UserError: where the complaint does not wait for an answer
        """
        self.ensure_one()
        if satisfied not in dict(VERDICTS):
            raise UserError(self.env._("Say whether you are satisfied or not."))
        # what follows from his answer is not the customer's to do, and those who are told read their own language
        complaint, words = self._as_system(), (remark or "").strip()
        same = complaint._get_last_answer()
        # not satisfied, and still in follow-up: that answer was stored, and nobody went on from it
        if same.satisfied == satisfied and (complaint.state != "follow_up" or (satisfied == "yes" and same.round == complaint.round)):
            if words and words != same.remark:
                complaint._keep_customer_words(words, partner)
            if complaint.state == "follow_up" and not complaint._get_gaps("closed"):
                complaint._apply_follow_up(same)
            return same.with_env(self.env)
        if complaint.state != "follow_up":
            raise UserError(self.env._("%s does not wait for your answer any more.", complaint.name))
        if satisfied == "no" and not words:
            raise UserError(self.env._("Please write what you are not satisfied with, so that we can put it right."))
        # he judges those who have it now, though it was another team's when he was asked
        answer = {"satisfied": satisfied, "remark": words, "partner_id": partner.id, "team_id": complaint.team_id.id}
        follow_up = question.with_env(complaint.env) if question else complaint.follow_up_ids.browse()
        if follow_up and not follow_up.satisfied and follow_up.complaint_id == complaint and follow_up.round == complaint.round:
            follow_up.write(answer)
        else:
            follow_up = follow_up.create({**answer, "complaint_id": complaint.id, "channel": channel, "user_id": False})
        complaint._apply_follow_up(follow_up)
        return follow_up.with_env(self.env)

    def _as_system(self):
        """The complaint as OdooBot sees it, in the language of whoever speaks with the customer."""
        self.ensure_one()
        complaint = self.with_user(SUPERUSER_ID).with_context(clean_context(self.env.context)).with_company(self.sudo().company_id)
        return complaint.with_context(lang=complaint.user_id.lang or complaint.env.lang, tz=complaint.user_id.tz)

    def _get_last_answer(self):
        """What the customer answered last, in whatever round."""
        return self.follow_up_ids.filtered("satisfied").sorted(lambda answer: (answer.date_answered or answer.date, answer.id))[-1:]

    def _get_current_follow_up(self):
        """The last answer of the customer in this round, or an empty recordset."""
        return self._get_last_answer().filtered(lambda answer: answer.round == self.round)

    def _get_question(self):
        """What the customer was asked by e-mail in this round and has not answered: the last one."""
        return self.follow_up_ids.filtered(lambda question: question.round == self.round and not question.satisfied).sorted("id")[-1:]

    def _keep_customer_words(self, words, partner):
        """What the customer says when it does not decide anything any more is not lost: it is a message, and somebody calls him."""
        complaint = self._as_system().with_context(mail_create_nosubscribe=True)
        body = plaintext2html(words)
        if any(message.author_id == partner and message.body == body for message in complaint.message_ids):
            return
        complaint.message_post(body=body, author_id=partner.id, message_type="comment", subtype_xmlid="mail.mt_comment")
        summary = self.env._("%s has written after the answer: call the customer", partner.name)
        if complaint.activity_ids.filtered(lambda activity: activity.summary == summary):
            return
        user = complaint.user_id if complaint._is_employee(complaint.user_id) else complaint.team_id.leader_id
        complaint.activity_schedule("mail.mail_activity_data_todo", summary=summary, user_id=(user or complaint.user_id).id)

    # ------------------------------------------------------------ what follows from an answer
    def _apply_follow_up(self, follow_up):
        """Satisfied: close, unless something is still open. Not satisfied: a new round begins.

        The customer's answer is kept in any case.
        """
        self.ensure_one()
        if self.state != "follow_up":
            raise UserError(self.env._("%s is not in follow-up.", self.name))
        if follow_up != self._get_current_follow_up():
            raise UserError(self.env._("The customer has answered anew since. Only his last answer in this round counts."))
        self._complete_milestones("follow_up")
        self.sudo().date_to_ask = False  # nobody need ask him any more
        if follow_up.satisfied == "no":
            return self._return_to_team(follow_up)
        gaps = self._get_gaps("closed")
        if not gaps:
            return self.action_close()
        self._schedule_step()
        self._report_result(lambda complaint: (
            complaint.env._("%s: the customer is satisfied", complaint.display_name),
            " ".join(filter(None, (follow_up.remark, complaint.env._("Before closing: %s", ", ".join(complaint._get_gaps("closed")))))),
        ))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("The answer is recorded. Before closing:"),
                "message": "\n".join(gaps), "type": "warning", "sticky": True,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _return_to_team(self, follow_up):
        """The next round begins, with the team that the customer's words are about."""
        self.check_access("write")
        self._check_move("investigation")
        # who hands it over need not be one who handles, nor see it any more when it is done
        complaint, name, told = self.sudo(), self.name, self.env["res.users"]
        if follow_up.team_id and follow_up.team_id != complaint.team_id:
            before = complaint.handler_id
            complaint._transfer(follow_up.team_id, self.env._("The customer is not satisfied: %s", follow_up.remark))
            told = before | complaint._get_role_user("handler")
        # the message below tells it, so the activity need not
        complaint.with_context(mail_activity_quick_update=True).action_start_round()
        complaint._report_result(
            lambda complaint: (complaint.env._("%s: the customer is not satisfied", complaint.display_name), follow_up.remark),
            others=complaint._get_role_user("handler"), told=told,
        )
        return complaint.with_env(self.env)._leave_unseen(name)

    def action_close(self):
        super().action_close()
        for complaint in self:
            complaint._report_result(lambda complaint: (
                complaint.env._("Closed, the customer is satisfied: %s", complaint.display_name), complaint._get_current_follow_up().remark,
            ))

    def action_reject(self):
        super().action_reject()
        for complaint in self:
            complaint._report_result(
                lambda complaint: (complaint.env._("Closed as not upheld: %s", complaint.display_name), complaint.verdict_reason),
            )

    def action_reopen(self):
        closed = self.filtered(lambda complaint: complaint.state == "closed")
        super().action_reopen()
        for complaint in closed:
            complaint._report_result(lambda complaint: (
                complaint.env._("Reopened: %s", complaint.display_name), complaint.env._("It is handled again, in round %s.", complaint.round),
            ))

    def _report_result(self, compose, others=None, told=None):
        """Tell those who raised the complaint how it went on, each once.

        :param compose: as of `_notify_users`
        :param others: ``res.users`` who are told too
        :param told: ``res.users`` who know it already
        """
        nobody = self.env["res.users"]
        self._notify_users((self._get_raisers() | (others or nobody)) - (told or nobody) - self.env.user, compose)

    def _get_raisers(self):
        """Who speaks with the customer; and of what we found ourselves, whoever found it."""
        self.ensure_one()
        return self.user_id | (self.create_uid if self.channel == "internal" else self.env["res.users"])
