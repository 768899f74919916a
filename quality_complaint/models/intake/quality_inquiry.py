from odoo import api, models

from ..inquiry.quality_inquiry import FINISHED_STATES


class QualityInquiry(models.Model):
    """A question that arrives by e-mail."""

    _name = "quality.inquiry"
    _inherit = ["quality.inquiry", "quality.mail.intake.mixin"]

    _intake_body = "question"
    _acknowledgement_template = "quality_complaint.mail_template_inquiry_acknowledgement"

    @api.model
    def _prepare_intake_values(self, msg_dict, sender, team, company):
        values, remarks = super()._prepare_intake_values(msg_dict, sender, team, company)
        asker = {"partner_id": sender.id}
        if not sender or self._is_colleague(sender, company):
            asker = {"partner_name": msg_dict.get("email_from") if not sender else False}
            asker["partner_name"] = asker["partner_name"] or self.env._("Unknown Sender")
        return {**values, **asker}, remarks

    def _get_intake_record(self):
        """What is written about a question that has become a complaint is about the complaint."""
        return self.complaint_id or self

    def _get_mail_reader(self):
        return self._get_step()[1] or self._get_teller()

    def _is_finished(self):
        return self.state in FINISHED_STATES
