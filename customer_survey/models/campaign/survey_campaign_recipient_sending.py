import logging

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class SurveyCampaignRecipient(models.Model):
    """Each gets a copy of the questionnaire with a link of their own, reminders, and a way not to be asked again."""

    _name = "survey.campaign.recipient"
    _inherit = ["survey.campaign.recipient", "survey.unsubscribe.mixin"]
    _unsubscribe_path = "/customer_survey/unsubscribe"
    _unsubscribe_scope = "customer_survey.unsubscribe"

    answer_url = fields.Char(compute="_compute_urls")
    unsubscribe_url = fields.Char(compute="_compute_urls")

    def _compute_urls(self):
        for recipient in self:
            copy, base_url = recipient.user_input_id.sudo(), recipient.get_base_url()
            recipient.answer_url = tools.urls.urljoin(base_url, copy.get_start_url()) if copy else False
            recipient.unsubscribe_url = recipient._get_unsubscribe_url(base_url)

    # ------------------------------------------------------------ asking
    def _ask(self):
        """Give each a copy and send the link; who can't or must not be asked any more is left out."""
        # one campaign after the other: whom the first has just asked the second leaves out
        for planned in self.grouped("campaign_id").values():
            recipients = planned._leave_out()
            recipients._create_copies()
            recipients._send("customer_survey.mail_template_invitation")
            now = fields.Datetime.now()
            recipients.write({"state": "sent", "sent_on": now, "asked_on": now})
            recipients._schedule_reminders()

    def _leave_out(self):
        """Those of one campaign who can still be asked: since they were planned, contacts go, others ask them, and people say that they do not
        want e-mails."""
        gone = self.filtered(lambda recipient: not recipient.partner_id.active)
        gone.write({"state": "excluded", "exclusion": "gone"})
        addresses = self._get_blacklisted((self - gone).mapped("email_normalized"))
        unwanted = (self - gone).filtered(lambda recipient: recipient.email_normalized in addresses)
        unwanted.write({"state": "excluded", "exclusion": "blacklisted"})
        without = (self - gone - unwanted).filtered(lambda recipient: not recipient.email_normalized)
        without.write({"state": "excluded", "exclusion": "no_email"})
        left = self - gone - unwanted - without
        # whose address was corrected has been asked by this campaign already
        capped = left.filtered(lambda recipient: not recipient.is_asked_all_the_same and not recipient.sent_on)
        addresses = capped.campaign_id._get_recently_asked(capped.mapped("email_normalized")) if capped else set()
        recent = capped.filtered(lambda recipient: recipient.email_normalized in addresses)
        recent.write({"state": "excluded", "exclusion": "recent"})
        return left - recent

    def _create_copies(self):
        """A ``survey.user_input`` for each that has none yet."""
        for campaign, recipients in self.filtered(lambda recipient: not recipient.user_input_id).grouped("campaign_id").items():
            copies = campaign._create_copies([recipient._prepare_copy() for recipient in recipients])
            for recipient, copy in zip(recipients, copies, strict=True):
                recipient.user_input_id = copy

    def _prepare_copy(self):
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id, "email": self.email, "nickname": self.name,
            "entry_channel": "email", "test_entry": self.state == "test",
        }

    def _do_isolated(self, act, note_failure=None):
        """Do it for all at once, or, where that fails, for each alone: one that can't be written to is marked with the reason, logged, and
        holds up nobody.

        :param note_failure: function of the recipient and the reason; the recipient counts as not asked, if it is not given
        """
        try:
            with self.env.cr.savepoint():
                act(self)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # tried again as a whole
        except Exception as error:
            self.env.invalidate_all()
            if len(self) > 1:
                for recipient in self:
                    recipient._do_isolated(act, note_failure)
                return
            _logger.exception("Recipient %s of a campaign can't be written to", self.id)
            reason = str(error)[:200]
            if note_failure:
                note_failure(self, reason)
            else:
                self.write({"state": "bounced", "failure_reason": reason})

    # ------------------------------------------------------------ reminders
    @api.model
    def _to_remind_domain(self):
        return Domain("state", "=", "sent") & self.env["survey.campaign"]._collecting_domain()

    @api.model
    def _get_next_alert(self, rule, after):
        """As of `quality.deadline.mixin`: when the rule next has somebody to remind."""
        offset = rule._get_deadline_offset()
        domain = self._to_remind_domain() & Domain("asked_on", ">", after - offset)
        first = self.search_fetch(domain, ["asked_on"], order="asked_on", limit=1)
        return first.asked_on + offset if first else None

    def _schedule_reminders(self):
        if not self:
            return
        for rule in self.env["base.automation"]._get_deadline_rules(self._name):
            rule._trigger_deadline_rules(min(self.mapped("asked_on")) + rule._get_deadline_offset())

    def _remind(self):
        """Called by the automation rule: those who have not answered get their link once more."""
        # a run takes its time: who has answered meanwhile, or is about to, is left alone; whose reminder fails was asked all the same
        self.try_lock_for_update().filtered_domain(self._to_remind_domain())._do_isolated(
            lambda recipients: recipients._send_reminder(), lambda recipient, reason: recipient.write({"failure_reason": reason}),
        )

    def _send_reminder(self):
        unwanted = self._get_blacklisted(self.mapped("email_normalized"))
        left = self.filtered(lambda recipient: recipient.email_normalized in unwanted)
        left.state = "unsubscribed"
        reminded = self - left
        reminded._send("customer_survey.mail_template_reminder")
        for recipient in reminded:
            recipient.write({"reminder_count": recipient.reminder_count + 1, "asked_on": fields.Datetime.now()})
        reminded._schedule_reminders()

    # ------------------------------------------------------------ what comes back
    def _set_answered(self):
        """Their copies are complete, by whichever way."""
        for recipient in self.filtered(lambda recipient: recipient.state not in ("answered", "test")):
            recipient.write({"state": "answered", "exclusion": False, "answered_on": recipient.user_input_id.end_datetime or fields.Datetime.now()})

    def _set_bounced(self, reason):
        self.filtered(lambda recipient: recipient.state == "sent").write({"state": "bounced", "failure_reason": (reason or "")[:200]})

    def _set_delivered(self):
        """What could not be sent at first has gone out now."""
        self.filtered(lambda recipient: recipient.state == "bounced").write({"state": "sent", "failure_reason": False})

    def _unsubscribe(self):
        """The person does not want to be asked again, by no campaign and no mailing."""
        for recipient in self.filtered("email_normalized"):
            self.env["mail.blacklist"].sudo()._add(
                recipient.email_normalized,
                message=recipient.campaign_id._get_organizer_env()._("Unsubscribed from the satisfaction campaign «%s».", recipient.campaign_id.name),
            )
        self.filtered(lambda recipient: recipient.state in ("planned", "sent", "bounced")).state = "unsubscribed"

    def action_ask_again(self):
        """The address was corrected: send the link anew."""
        self.campaign_id.check_access("read")
        self.check_access("write")
        again = self.filtered(lambda recipient: recipient.state == "bounced" and recipient.campaign_id.state == "running").sudo()
        for recipient in again:
            recipient.email = recipient.partner_id.email or recipient.email
            recipient.write({"state": "planned", "failure_reason": False})
        again.campaign_id._trigger_sending()

