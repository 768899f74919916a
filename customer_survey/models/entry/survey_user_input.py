from odoo import models


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _begin_entry(self):
        """What was answered on the customer's page and not sent gives way to the whole copy that came back."""
        begun = self.filtered(lambda copy: copy.state == "in_progress")
        begun.user_input_line_ids.unlink()
        begun.write({"state": "new", "start_datetime": False, "last_displayed_page_id": False, "survey_first_submitted": False})

    def _may_be_typed_in(self):
        """Whether this user is typing it in: paper has no last day but that of the collection."""
        self.ensure_one()
        return self.entered_by_id == self.env.user and self.campaign_id.state == "running"

    def _set_campaign_answered(self):
        """How a copy has come back is known when it is sent: customers may use their link although somebody began to type it in."""
        for copy in self.sudo().filtered(lambda copy: copy.campaign_id and copy.entered_by_id):
            if copy.entered_by_id == self.env.user:
                copy.recipient_ids.channel = copy.entry_channel
            elif copy.recipient_ids:
                copy.write({"entry_channel": "email", "entered_by_id": False, "copy_reference": False})
        super()._set_campaign_answered()
