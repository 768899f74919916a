from collections import Counter, defaultdict

from odoo import api, fields, models

from .survey_campaign_recipient import COUNTED_STATES


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

    @api.depends("state", "date_started", "recipient_ids.state", "recipient_ids.channel")
    def _compute_progress(self):
        """By e-mail one is asked when it is sent; on paper and by phone with the start of the campaign."""
        counts, mails = defaultdict(Counter), defaultdict(Counter)
        for campaign, channel, state, count in self.env["survey.campaign.recipient"].sudo()._read_group(
            [("campaign_id", "in", self._origin.ids)], ["campaign_id", "channel", "state"], ["__count"],
        ):
            counts[campaign.id][state] += count
            if channel == "email":
                mails[campaign.id][state] += count
        for campaign in self:
            by_state, by_mail = counts[campaign._origin.id], mails[campaign._origin.id]
            total = sum(by_state[state] for state in COUNTED_STATES)
            total_by_mail = sum(by_mail[state] for state in COUNTED_STATES)
            started = campaign.date_started and campaign.state != "draft"
            asked = total - (by_mail if started else by_state)["planned"]
            campaign.recipient_count = total
            campaign.excluded_count = by_state["excluded"]
            campaign.asked_count = asked
            campaign.bounced_count = by_state["bounced"]
            campaign.answered_count = by_state["answered"]
            campaign.send_progress = 100 - 100 * by_mail["planned"] / total_by_mail if total_by_mail else 0.0
            campaign.response_rate = 100 * campaign.answered_count / asked if asked else 0.0
