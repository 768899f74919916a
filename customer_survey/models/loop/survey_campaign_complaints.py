from odoo import api, fields, models
from odoo.fields import Domain


class SurveyCampaign(models.Model):
    """Who is not satisfied at all does not wait for the report: the answer becomes a complaint at once."""

    _inherit = "survey.campaign"

    complaint_threshold = fields.Float(
        "Complaint Below", default=40, digits=(5, 1), help="Percent. A copy with less becomes a complaint of that customer at once. Zero: none does.",
    )
    complaint_count = fields.Integer("Complaints", compute="_compute_complaint_count", groups="quality_complaint.group_reporter")

    _threshold_in_range = models.Constraint(
        "CHECK (complaint_threshold >= 0 AND complaint_threshold <= 100)", "Answers become complaints below a figure from 0 % to 100 %.",
    )

    @api.model
    def _complaints_domain(self, campaigns):
        return Domain("survey_user_input_id.campaign_id", "in", campaigns.ids)

    def _compute_complaint_count(self):
        # the answers lead to the complaints, which core does not group by in one step
        complaints = self.env["quality.complaint"].sudo().search(self._complaints_domain(self._origin))
        complaints = complaints.with_env(self.env)._filtered_access("read").sudo()
        by_campaign = complaints.grouped(lambda complaint: complaint.survey_user_input_id.campaign_id)
        for campaign in self:
            campaign.complaint_count = len(by_campaign.get(campaign._origin, ()))

    def action_view_complaints(self):
        self.ensure_one()
        complaints = self.env["quality.complaint"].sudo().search(self._complaints_domain(self)).with_env(self.env)._filtered_access("read")
        return complaints._get_records_action(name=self.env._("Complaints"))

    def _schedule_low_answer(self, copy, percent):
        """Where no complaint can be filed, whoever organizes sees to it."""
        self.ensure_one()
        texts = self.with_context(lang=self.user_id.lang).env
        self.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.user_id.id, automated=True,
            summary=texts._("Not satisfied: %s", copy.nickname or copy.email or texts._("a customer without a name")),
            note=texts._("This copy reached %(percent).1f %%. It could not become a complaint by itself: %(link)s", percent=percent, link=copy._get_html_link()),
        )
