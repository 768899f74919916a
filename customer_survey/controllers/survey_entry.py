from odoo.http import request

from odoo.addons.survey.controllers.main import Survey


class SurveyEntry(Survey):
    def _check_validity(self, survey_sudo, answer_sudo, answer_token, ensure_token=True, check_partner=True):
        """Who types in a copy is not the customer that it is of, and the last day of the e-mails is not that of paper."""
        is_typed_in = answer_sudo and answer_sudo.entered_by_id == request.env.user
        validity = super()._check_validity(
            survey_sudo, answer_sudo, answer_token, ensure_token=ensure_token, check_partner=check_partner and not is_typed_in,
        )
        # of what core checks, only the partner comes after the last day
        return True if validity == "answer_deadline" and answer_sudo._may_be_typed_in() else validity
