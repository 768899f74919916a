from odoo import api, fields, models


class QualityComplaint(models.Model):
    _inherit = "quality.complaint"

    survey_user_input_id = fields.Many2one(
        "survey.user_input", "Survey Answer", readonly=True, copy=False, index="btree_not_null", ondelete="set null",
        groups="survey.group_survey_user", help="The answer in which the customer said it; the description keeps its words.",
    )

    channel = fields.Selection(selection_add=[("paper", "Paper")], ondelete={"paper": "set default"})

    _survey_answer_once = models.UniqueIndex(
        "(survey_user_input_id) WHERE survey_user_input_id IS NOT NULL AND state != 'cancel'",
        "There is a complaint about this survey answer already.",
    )

    @api.model
    def default_get(self, fields):
        """Filled in from the survey answer in the context, in the company that has asked, or else that its customer belongs to."""
        user_input = self.env["survey.user_input"].browse(self.env.context.get("default_survey_user_input_id"))
        if not user_input:
            return super().default_get(fields)
        company = (user_input.campaign_company_id or user_input.partner_id.company_id) & self.env.companies
        values = super(QualityComplaint, self.with_company(company)).default_get(fields)
        prepared = user_input._prepare_complaint_values()
        return {**values, **{name: value for name, value in prepared.items() if name in fields}}

    def action_view_survey_user_input(self):
        self.ensure_one()
        return self.survey_user_input_id._get_records_action()
