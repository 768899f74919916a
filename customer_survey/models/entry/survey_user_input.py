from odoo import models


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _begin_entry(self):
        """What was answered on the customer's page and not sent gives way to the whole copy that came back."""
        begun = self.filtered(lambda copy: copy.state == "in_progress")
        begun.user_input_line_ids.unlink()
        begun.write({"state": "new", "start_datetime": False, "last_displayed_page_id": False, "survey_first_submitted": False})
