from odoo import models
from odoo.fields import Domain


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """A complaint shows that its customer could not be asked whether they are satisfied now."""
        if failure_type:
            copies = self.filtered(lambda mail: mail.model == "survey.user_input").mapped("res_id")
            # whoever runs the queue need not be allowed to read surveys
            self.env["survey.user_input"].sudo().search(
                Domain("id", "in", copies) & Domain("recovery_complaint_id", "!=", False),
            )._note_not_asked_again(failure_reason or failure_type)
        return super()._postprocess_sent_message(success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type)
