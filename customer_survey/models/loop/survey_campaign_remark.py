from odoo import fields, models
from odoo.tools import SQL


class SurveyCampaignRemark(models.Model):
    """What customers wrote in their own words, in answers to open questions and in comments, and what is improved because of it."""

    _name = "survey.campaign.remark"
    _description = "Remark of a Customer"
    _auto = False
    _rec_name = "remark"
    _order = "campaign_id, question_id, id"
    _depends = {
        "survey.user_input": ["campaign_id", "campaign_company_id", "state", "test_entry", "end_datetime", "nickname"],
        "survey.user_input.line": ["user_input_id", "question_id", "answer_type", "skipped", "value_text_box", "value_char_box"],
        "survey.question": ["page_id", "save_as_email", "save_as_nickname"],
        "survey.campaign.recipient": ["user_input_id", "name", "customer_id", "salesperson_id"],
        "quality.capa": ["remark_line_id", "state"],
    }

    campaign_id = fields.Many2one("survey.campaign", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_input_id = fields.Many2one("survey.user_input", "Copy", readonly=True)
    date = fields.Datetime("Answered On", readonly=True)
    page_id = fields.Many2one("survey.question", "Section", readonly=True)
    question_id = fields.Many2one("survey.question", readonly=True)
    remark = fields.Text("Customer's Words", readonly=True)
    name = fields.Char("Participant", readonly=True, help="As they are called in the campaign; empty on a copy without a name.")
    customer_id = fields.Many2one("res.partner", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    capa_id = fields.Many2one("quality.capa", "Improvement", readonly=True, help="The latest that is not cancelled.")
    capa_state = fields.Selection(related="capa_id.state", string="How Far It Is", related_sudo=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.id, copy.campaign_id, copy.campaign_company_id AS company_id, copy.id AS user_input_id, copy.end_datetime AS date,
                   question.page_id, question.id AS question_id, COALESCE(line.value_text_box, line.value_char_box) AS remark,
                   COALESCE(recipient.name, copy.nickname) AS name, recipient.customer_id, recipient.salesperson_id,
                   (SELECT MAX(capa.id) FROM quality_capa capa WHERE capa.remark_line_id = line.id AND capa.state != 'cancel') AS capa_id
              FROM survey_user_input copy
              JOIN survey_user_input_line line ON line.user_input_id = copy.id AND line.answer_type IN ('text_box', 'char_box') AND line.skipped IS NOT TRUE
              JOIN survey_question question ON question.id = line.question_id
                   AND question.save_as_email IS NOT TRUE AND question.save_as_nickname IS NOT TRUE
         LEFT JOIN survey_campaign_recipient recipient ON recipient.user_input_id = copy.id
             WHERE copy.campaign_id IS NOT NULL AND copy.state = 'done' AND copy.test_entry IS NOT TRUE
            """,
        )

    def action_plan_improvement(self):
        """The window of a new action about this remark, or of the one that there is."""
        self.ensure_one()
        self.campaign_id._check_may_plan_measures()
        if self.capa_id:
            return self.capa_id._get_records_action()
        return self.campaign_id._get_new_measure_action(self.env._("Plan an Improvement"), default_remark_line_id=self.id)

    def action_view_measure(self):
        """Where nothing is planned yet, a click on the row opens nothing."""
        self.ensure_one()
        return self.capa_id and self.capa_id._get_records_action()
