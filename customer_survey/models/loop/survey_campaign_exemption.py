from odoo import api, fields, models
from odoo.exceptions import UserError


class SurveyCampaignExemption(models.Model):
    """An item stayed under the target, and why no measure is taken all the same."""

    _name = "survey.campaign.exemption"
    _description = "Item of a Campaign without a Measure"
    _rec_name = "reason"

    campaign_id = fields.Many2one("survey.campaign", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    question_id = fields.Many2one("survey.question", required=True, readonly=True, ondelete="cascade", index=True)
    matrix_row_id = fields.Many2one("survey.question.answer", "Row", readonly=True, ondelete="cascade", index="btree_not_null")
    reason = fields.Text("Why No Measure Is Taken", required=True)

    _item_once = models.UniqueIndex(
        "(campaign_id, question_id, COALESCE(matrix_row_id, 0))", "It is said already why no measure is taken for this item.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        exemptions = super().create(vals_list)
        exemptions._check_reason()
        return exemptions

    def write(self, vals):
        result = super().write(vals)
        self._check_reason()
        return result

    def _check_reason(self):
        self.campaign_id._check_may_plan_measures()
        if not all((exemption.reason or "").strip() for exemption in self):
            raise UserError(self.env._("Write why no measure is taken: the management's review reads it."))

    @api.ondelete(at_uninstall=False)
    def _unlink_while_planned(self):
        self.campaign_id._check_may_plan_measures()
