from odoo import api, models
from odoo.tools import format_date, format_datetime


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines.user_input_id._check_not_of_campaign()
        return lines

    def write(self, vals):
        if not self.env.su:
            self.user_input_id._check_not_of_campaign()
        result = super().write(vals)
        if not self.env.su:
            self.user_input_id._check_not_of_campaign()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_campaign(self):
        if not self.env.su:
            self.user_input_id._check_not_of_campaign()

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
