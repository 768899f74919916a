from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import plaintext2html


class QualityCapa(models.Model):
    """A measure of a campaign: about an item that many are not satisfied with, or about what one customer has remarked."""

    _inherit = "quality.capa"

    campaign_id = fields.Many2one("survey.campaign", copy=False, ondelete="restrict", index="btree_not_null", check_company=True)
    campaign_question_id = fields.Many2one(
        "survey.question", "Item", copy=False, ondelete="set null", index="btree_not_null", help="The question that stayed under the target.",
    )
    campaign_row_id = fields.Many2one("survey.question.answer", "Row", copy=False, ondelete="set null", index="btree_not_null")
    remark_line_id = fields.Many2one(
        "survey.user_input.line", "Remark", copy=False, ondelete="set null", index="btree_not_null", help="What the customer wrote; the details keep the words.",
    )

    @api.model
    def default_get(self, fields):
        """Filled in from the campaign's item or remark in the context."""
        values = super().default_get(fields)
        campaign = self.env["survey.campaign"].browse(self.env.context.get("default_campaign_id"))
        if campaign:
            campaign._check_may_plan_measures()
            # whoever plans need not have rights to surveys
            prepared = self.new(
                {name: self.env.context.get(f"default_{name}") for name in ("campaign_question_id", "campaign_row_id", "remark_line_id")},
            ).sudo()._prepare_measure_values(campaign)
            values.update({name: value for name, value in prepared.items() if name in fields})
        return values

    def _prepare_measure_values(self, campaign):
        """Values of a measure about the item or the remark of this new record."""
        self.ensure_one()
        remark = self.env["survey.campaign.remark"].search([("id", "=", self.remark_line_id.id), ("campaign_id", "=", campaign.id)]) \
            if self.remark_line_id else self.env["survey.campaign.remark"]
        values = {"company_id": campaign.company_id.id, "capa_type": "correction" if remark else "corrective"}
        if remark:
            values["name"] = self.env._("Remark of %s", remark.name) if remark.name else self.env._("Remark of a customer")
            values["description"] = plaintext2html(remark.remark)
        elif self.campaign_question_id:
            values["name"] = self.campaign_row_id.value or self.campaign_question_id.title
        return values

    @api.depends("campaign_id")
    def _compute_company_id(self):
        for capa in self.filtered("campaign_id"):
            # who plans need not read the campaign
            capa.company_id = capa.sudo().campaign_id.company_id
        super()._compute_company_id()

    @api.constrains("campaign_id", "remark_line_id")
    def _check_remark_of_campaign(self):
        for capa in self.sudo().filtered("remark_line_id"):
            if capa.remark_line_id.user_input_id.campaign_id != capa.campaign_id:
                raise ValidationError(self.env._("«%s» is about a remark of another campaign.", capa.name))

    def _get_item(self):
        """(question, row of a matrix) that it is about."""
        self.ensure_one()
        return self.campaign_question_id, self.campaign_row_id

    # ------------------------------------------------------------ who plans
    @api.model_create_multi
    def create(self, vals_list):
        capas = super().create(vals_list)
        capas._check_campaign_plannable()
        return capas

    def write(self, vals):
        result = super().write(vals)
        if "campaign_id" in vals:
            self._check_campaign_plannable()
        return result

    def _check_campaign_plannable(self):
        campaigns = self.sudo().campaign_id.with_env(self.env)  # who plans other actions need not have rights to surveys
        if campaigns and not self.env.su:
            campaigns._check_may_plan_measures()

    def _may_plan(self):
        campaign = self.sudo().campaign_id.with_env(self.env)
        return super()._may_plan() or bool(campaign and campaign.has_access("read") and not campaign._get_missing_role("organizer"))

    def _get_done_recipients(self):
        return super()._get_done_recipients() | self.sudo().campaign_id.user_id.with_env(self.env)

    def _get_planners(self):
        return super()._get_planners() | self.sudo().campaign_id.user_id.filtered("active").with_env(self.env)

    def action_view_campaign(self):
        self.ensure_one()
        return self.campaign_id._get_records_action()
