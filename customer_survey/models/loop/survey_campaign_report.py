from odoo import models


class SurveyCampaign(models.Model):
    """The report says what comes of the answers: measures, the management's review, and what the customers were told."""

    _inherit = "survey.campaign"

    def _get_report_sections(self, items):
        return [
            *super()._get_report_sections(items), self._get_report_measures(), self._get_report_review(), self._get_report_feedback(),
        ]

    def _get_report_measures(self):
        states = dict(self.env["quality.capa"]._fields["state"]._description_selection(self.env))
        capas = self.capa_ids.filtered(lambda capa: capa.state != "cancel")
        kinds = dict(self.env["quality.capa"]._fields["capa_type"]._description_selection(self.env))
        return {
            "title": self.env._("Measures Planned"),
            "text": "" if capas or self.exemption_ids else self.env._("No measures are planned yet."),
            "labels": [self.env._("Measure"), self.env._("Kind"), self.env._("Owner"), self.env._("Until"), self.env._("Status")],
            "rows": [
                [capa.name, kinds[capa.capa_type], capa.user_id.name, capa.date_deadline, states[capa.state]] for capa in capas
            ] + [
                [exemption.matrix_row_id.value or exemption.question_id.title, self.env._("No measure: %s", exemption.reason), None, None, None]
                for exemption in self.exemption_ids
            ],
        }

    def _get_report_review(self):
        return {
            "title": self.env._("Management Review"), "text": self.review_opinion or self.env._("Not reviewed yet."),
            "labels": [self.env._("Reviewed By"), self.env._("Reviewed On")],
            "rows": [[self.reviewed_by_id.name, self.reviewed_on]] if self.reviewed_on else [],
        }

    def _get_report_feedback(self):
        told = self.recipient_ids.filtered("feedback_on")
        return {
            "title": self.env._("Feedback to Customers"),
            "text": self.feedback_body if told else self.env._("The customers have not been told yet."),
            "labels": [self.env._("Customers Told"), self.env._("From"), self.env._("To")],
            "rows": [[len(told), min(told.mapped("feedback_on")), max(told.mapped("feedback_on"))]] if told else [],
        }
