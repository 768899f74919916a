from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.quality_complaint.models.capa.quality_capa import CARRIED_OUT_STATES

# as long as answers come in or are evaluated, and until the customers know
MEASURE_STATES = ("running", "evaluation", "review", "feedback")


class SurveyCampaign(models.Model):
    """What is done about it: a measure for what many are not satisfied with, an improvement for what one has remarked."""

    _inherit = "survey.campaign"

    capa_ids = fields.One2many("quality.capa", "campaign_id", "Measures", copy=False, help="For items under the target, and for single remarks.")
    exemption_ids = fields.One2many("survey.campaign.exemption", "campaign_id", "Items without a Measure", copy=False)
    capa_count = fields.Integer("Measures Planned", compute="_compute_capa_count")
    capa_done_count = fields.Integer("Measures Done", compute="_compute_capa_count", help="Carried out, whether they are verified already or not.")
    remark_count = fields.Integer("Remarks", compute="_compute_remark_count")
    can_plan_measures = fields.Boolean(compute="_compute_can_plan_measures")

    @api.depends("capa_ids.state")
    def _compute_capa_count(self):
        counts = {}
        # whoever reads the campaign reads how much is done about it
        for campaign, state, count in self.env["quality.capa"].sudo()._read_group(
            [("campaign_id", "in", self._origin.ids), ("state", "!=", "cancel")], ["campaign_id", "state"], ["__count"],
        ):
            counts.setdefault(campaign.id, {})[state] = count
        for campaign in self:
            by_state = counts.get(campaign._origin.id, {})
            campaign.capa_count = sum(by_state.values())
            campaign.capa_done_count = sum(by_state.get(state, 0) for state in CARRIED_OUT_STATES)

    def _compute_remark_count(self):
        counts = dict(self.env["survey.campaign.remark"].sudo()._read_group(
            [("campaign_id", "in", self._origin.ids)], ["campaign_id"], ["__count"],
        ))
        for campaign in self:
            campaign.remark_count = counts.get(campaign._origin, 0)

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_can_plan_measures(self):
        for campaign in self:
            campaign.can_plan_measures = campaign.state in MEASURE_STATES and not campaign._get_missing_role("organizer")

    def _check_may_plan_measures(self):
        """Measures are planned by who organizes, while the campaign is under way."""
        self.check_access("read")
        for campaign in self:
            if missing := campaign._get_missing_role("organizer"):
                raise AccessError(self.env._("You may not plan measures of %(campaign)s: that takes %(role)s.", campaign=campaign.name, role=missing))
        if early := self.filtered(lambda campaign: campaign.state not in MEASURE_STATES):
            raise UserError(self.env._("Measures are planned while a campaign is under way: %s", ", ".join(early.mapped("name"))))

    def _get_new_measure_action(self, name, **defaults):
        """The window of an action that is not stored yet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "name": name, "res_model": "quality.capa", "views": [(False, "form")],
            "context": {"default_campaign_id": self.id, **defaults},
        }

    # ------------------------------------------------------------ gates
    def _get_gaps_review(self):
        """Each item under the target is answered; too few copies give no figure to answer."""
        gaps = super()._get_gaps_review()
        if self.has_too_few_copies:
            return gaps
        return gaps + [
            self.env._("A measure for «%(item)s» (%(percent).1f %%), or why none is taken", item=result.name, percent=result.percent)
            for result in self.result_ids.filtered("is_under_target") if not (result.capa_ids or result.exemption_id)
        ]

    # ------------------------------------------------------------ lists
    def action_view_capas(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("quality_complaint.action_quality_capa")
        return {**action, "domain": [("campaign_id", "=", self.id)], "context": {"create": False}, "name": self.env._("Measures")}

    def action_view_remarks(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_survey.action_survey_campaign_remark")
        return {**action, "domain": [("campaign_id", "=", self.id)], "context": {"single_campaign": True}}
