from markupsafe import Markup

from odoo import fields, models
from odoo.tools import email_normalize


class QualityComplaint(models.Model):
    """Who was not satisfied in a campaign is asked once more when their complaint is closed; if they still are not, somebody else takes it up."""

    _inherit = "quality.complaint"

    recovery_input_ids = fields.One2many(
        "survey.user_input", "recovery_complaint_id", "Recovery Survey", groups="survey.group_survey_user",
        help="The customer's answer after the complaint was closed.",
    )

    def action_close(self):
        super().action_close()
        # who closes it needs no rights to surveys
        self.sudo()._ask_whether_recovered()

    def _ask_whether_recovered(self):
        """A copy of the questionnaire with a link of its own, once for each complaint about an answer in a campaign."""
        copies = self.env["survey.user_input"]
        for complaint in self.filtered(lambda complaint: complaint.survey_user_input_id.campaign_id and not complaint.recovery_input_ids):
            contact = complaint.contact_id or complaint.survey_user_input_id.partner_id or complaint.partner_id
            if refusal := complaint._get_recovery_refusal(contact):
                complaint._message_log(body=refusal)
                continue
            copies += complaint.survey_user_input_id.campaign_id._create_copies([{
                "recovery_complaint_id": complaint.id, "campaign_id": False, "deadline": False, "partner_id": contact.id, "email": contact.email,
                "nickname": contact.name, "entry_channel": "email",
            }])
        if not copies:
            return
        mails = self.env.ref("customer_survey.mail_template_recovery").sudo().send_mail_batch(copies.ids)
        urls = {copy.id: copy.unsubscribe_url for copy in copies}
        for mail in mails:
            mail.headers = copies._prepare_unsubscribe_headers(urls[mail.res_id])

    def _get_recovery_refusal(self, contact):
        """Why the customer is not asked again, or False."""
        self.ensure_one()
        address = email_normalize(contact.email)
        if not self.survey_user_input_id.survey_id.active:
            return self.env._("The customer is not asked again whether they are satisfied: the questionnaire is archived.")
        if not address or not contact.active:
            return self.env._("The customer is not asked again whether they are satisfied: there is no e-mail address.")
        if self.env["survey.campaign.recipient"]._get_blacklisted([address]):
            return self.env._("The customer is not asked again whether they are satisfied: they want no e-mails.")
        return False

    # ------------------------------------------------------------ the answer
    def _record_recovery(self, copy, percent):
        """Note what the customer says now; where they are still not satisfied, another owner takes it up, in a new round.

        :param copy: the ``survey.user_input``
        :param percent: its satisfaction, or None without an answer that counts
        """
        self.ensure_one()
        self.message_post(
            body=Markup("<p>%s</p>%s") % (self._get_recovery_words(percent), copy.with_env(self.env)._render_complaint_description()),
            message_type="comment", subtype_xmlid="mail.mt_note",
        )
        if self._is_recovery_low(percent) and self.state == "closed":
            self._hand_to_another(percent)
        return True

    def _is_recovery_low(self, percent):
        return percent is not None and percent < self.survey_user_input_id.campaign_id.complaint_threshold

    def _get_recovery_words(self, percent):
        """What the customer says now, in the language of the context."""
        if percent is None:
            return self.env._("Asked again, the customer has answered nothing that counts as satisfaction.")
        if self._is_recovery_low(percent):
            return self.env._("Asked again, the customer is still not satisfied: %.1f %%.", percent)
        return self.env._("Asked again, the customer is satisfied now: %.1f %%.", percent)

    def _hand_to_another(self, percent):
        before = self.handler_id
        # the message below tells it, so the activity need not
        complaint = self.with_context(mail_activity_quick_update=True)
        complaint.action_reopen()
        if owner := self._get_other_owner(before):
            complaint.handler_id = owner
        complaint._notify_users(
            owner or self._get_role_user("handler"),
            lambda complaint: (complaint.env._("Please take it up anew: %s", complaint.display_name), complaint._get_recovery_words(percent)),
        )

    def _get_other_owner(self, before):
        """Who takes it up instead of that handler: the team's leader, else those to whom the team escalates; or nobody."""
        self.ensure_one()
        return next(
            (user for user in (self.team_id.leader_id | self.team_id.escalation_user_ids) - before if self._is_employee(user) and self._may_be_handled_by(user)),
            self.env["res.users"],
        )

    def action_view_recovery(self):
        self.ensure_one()
        return self.recovery_input_ids._get_records_action()
