from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SurveyCampaignRecipient(models.Model):
    """Who has answered is told once what was improved; when, and how, stays on record."""

    _inherit = "survey.campaign.recipient"

    feedback_on = fields.Datetime("Told On", readonly=True, copy=False)
    feedback_channel = fields.Selection([("email", "E-mail"), ("other", "By Other Means")], "Told By", readonly=True, copy=False)
    feedback_failure = fields.Char("Why the Feedback Did Not Arrive", readonly=True, copy=False)

    _to_tell = models.Index("(campaign_id, id) WHERE state = 'answered' AND feedback_on IS NULL")

    @api.model
    def _to_tell_domain(self):
        """Those to whom the feedback goes next."""
        return (
            Domain("state", "=", "answered") & Domain("feedback_on", "=", False) & Domain("feedback_failure", "=", False)
            & Domain("campaign_id.state", "=", "feedback") & Domain("campaign_id.feedback_started_on", "!=", False)
        )

    def _tell(self):
        """Send each the feedback; who has no address, or wants no e-mails, is told by other means."""
        without = self.filtered(lambda recipient: not recipient.email_normalized)
        addresses = self._get_blacklisted((self - without).mapped("email_normalized"))
        unwanted = (self - without).filtered(lambda recipient: recipient.email_normalized in addresses)
        for recipients, reason in ((without, "no_email"), (unwanted, "blacklisted")):
            for campaign, group in recipients.grouped("campaign_id").items():
                labels = dict(self._fields["exclusion"]._description_selection(campaign._get_organizer_env()))
                group.feedback_failure = labels[reason]
        told = self - without - unwanted
        told._send("customer_survey.mail_template_feedback")
        told._set_told("email")

    def _set_told(self, channel):
        self.write({"feedback_on": fields.Datetime.now(), "feedback_channel": channel})
        self.campaign_id._note_all_told()

    def _set_not_told(self, reason):
        self.write({"feedback_on": False, "feedback_channel": False, "feedback_failure": reason})
        # the promise is not kept yet
        self.campaign_id.filtered(lambda campaign: campaign.state == "feedback" and campaign.date_done).date_done = False

    def _set_bounced(self, reason):
        super()._set_bounced(reason)
        told = self.filtered(lambda recipient: recipient.state == "answered" and recipient.feedback_channel == "email")
        told._set_not_told((reason or "")[:200])

    def _set_delivered(self):
        super()._set_delivered()
        failed = self.filtered(
            lambda recipient: recipient.state == "answered" and recipient.campaign_id.feedback_started_on
            and recipient.feedback_failure and not recipient.feedback_on,
        )
        failed.feedback_failure = False
        failed._set_told("email")

    def _check_feedback_open(self):
        self.check_access("write")
        if over := self.campaign_id.filtered(lambda campaign: campaign.state != "feedback" or not campaign.feedback_started_on):
            raise UserError(self.env._("No feedback is given to the customers now: %s", ", ".join(over.mapped("name"))))

    def action_set_told(self):
        """They were told by phone, by letter or in person."""
        self._check_feedback_open()
        # who was told is nobody's to write
        self.sudo().filtered(lambda recipient: recipient.state == "answered" and not recipient.feedback_on)._set_told("other")

    def action_tell_again(self):
        """The address was corrected, or they want e-mails again."""
        self._check_feedback_open()
        again = self.sudo().filtered(lambda recipient: recipient.state == "answered" and not recipient.feedback_on)
        for recipient in again:
            recipient.write({"email": recipient.partner_id.email or recipient.email, "feedback_failure": False})
        again.campaign_id._trigger_feedback()
