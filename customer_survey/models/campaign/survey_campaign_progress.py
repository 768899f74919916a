from odoo import api, fields, models


class SurveyCampaign(models.Model):
    """How far asking and answering are."""

    _inherit = "survey.campaign"

    recipient_count = fields.Integer(compute="_compute_progress")
    excluded_count = fields.Integer("Left Out", compute="_compute_progress")
    asked_count = fields.Integer("Asked", compute="_compute_progress")
    bounced_count = fields.Integer("Not Delivered", compute="_compute_progress")
    answered_count = fields.Integer("Answered", compute="_compute_progress")
    send_progress = fields.Float("Sent", compute="_compute_progress", help="Percent of the recipients by e-mail.")
    response_rate = fields.Float(compute="_compute_progress", help="Percent: recipients who have answered, of all who were asked.")

    @api.depends("recipient_ids.state", "recipient_ids.channel")
    def _compute_progress(self):
        counts = {}
        for campaign, state, count in self.env["survey.campaign.recipient"].sudo()._read_group(
            [("campaign_id", "in", self._origin.ids)], ["campaign_id", "state"], ["__count"],
        ):
            counts.setdefault(campaign.id, {})[state] = count
        for campaign in self:
            by_state = counts.get(campaign._origin.id, {})
            asked = sum(by_state.get(state, 0) for state in ("sent", "bounced", "answered", "unsubscribed"))
            total = asked + by_state.get("planned", 0)
            campaign.recipient_count = total
            campaign.excluded_count = by_state.get("excluded", 0)
            campaign.asked_count = asked
            campaign.bounced_count = by_state.get("bounced", 0)
            campaign.answered_count = by_state.get("answered", 0)
            campaign.send_progress = 100 * asked / total if total else 0.0
            campaign.response_rate = 100 * campaign.answered_count / asked if asked else 0.0
