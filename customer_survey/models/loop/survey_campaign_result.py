from odoo import api, fields, models


class SurveyCampaignResult(models.Model):
    """An item under the target calls for a measure, or for the reason why none is taken."""

    _inherit = "survey.campaign.result"

    capa_ids = fields.Many2many("quality.capa", string="Measures", compute="_compute_answer")
    exemption_id = fields.Many2one("survey.campaign.exemption", "Why No Measure Is Taken", compute="_compute_answer")

    @api.depends("campaign_id.capa_ids.state", "campaign_id.exemption_ids")
    def _compute_answer(self):
        # whoever reads the result reads what is done about it
        campaigns = self.campaign_id.sudo()
        capas = campaigns.capa_ids.filtered(lambda capa: capa.state != "cancel").grouped(lambda capa: (capa.campaign_id, *capa._get_item()))
        exemptions = {
            (exemption.campaign_id, exemption.question_id, exemption.matrix_row_id): exemption for exemption in campaigns.exemption_ids
        }
        for result in self:
            item = (result.campaign_id, result.question_id, result.matrix_row_id)
            result.capa_ids = capas.get(item, False)
            result.exemption_id = exemptions.get(item, False)

    def action_plan_measure(self):
        """The window of a new action about this item; an item may need several."""
        self.ensure_one()
        self.campaign_id._check_may_plan_measures()
        return self.campaign_id._get_new_measure_action(
            self.env._("Plan a Measure"), default_campaign_question_id=self.question_id.id, default_campaign_row_id=self.matrix_row_id.id,
        )

    def action_exempt(self):
        """The window in which it is said why no measure is taken."""
        self.ensure_one()
        self.campaign_id._check_may_plan_measures()
        return {
            "type": "ir.actions.act_window", "name": self.env._("Why Is No Measure Taken?"), "res_model": "survey.campaign.exemption",
            "views": [(False, "form")], "target": "new", "res_id": self.exemption_id.id, "context": {
                "default_campaign_id": self.campaign_id.id, "default_question_id": self.question_id.id, "default_matrix_row_id": self.matrix_row_id.id,
            },
        }
