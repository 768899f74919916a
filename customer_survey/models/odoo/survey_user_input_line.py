from odoo import models
from odoo.tools import format_date, format_datetime


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    def _get_answer_text(self):
        """The answer in full, as the reader writes dates and numbers; empty when the question was skipped.

        Core's display name is cut after fifty characters.
        """
        self.ensure_one()
        if self.skipped or not self.answer_type:
            return ""
        if self.answer_type == "suggestion":
            return ": ".join(filter(None, (self.matrix_row_id.value, self.suggested_answer_id.value_label)))
        if self.answer_type == "date":
            return format_date(self.env, self.value_date)
        if self.answer_type == "datetime":
            return format_datetime(self.env, self.value_datetime)
        if self.answer_type == "numerical_box":
            return f"{self.value_numerical_box:.15g}"
        return str(self[f"value_{self.answer_type}"])
