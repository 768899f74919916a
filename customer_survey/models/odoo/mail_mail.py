from odoo import models
from odoo.fields import Domain


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """A campaign shows to whom its e-mails could not be sent."""
        if copies := self.filtered(lambda mail: mail.model == "survey.user_input").mapped("res_id"):
            # whoever runs the queue need not be allowed to read campaigns
            recipients = self.env["survey.campaign.recipient"].sudo().search(Domain("user_input_id", "in", copies))
            if failure_type:
                recipients._set_bounced(failure_reason or failure_type)
            else:
                recipients._set_delivered()
        return super()._postprocess_sent_message(success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type)
