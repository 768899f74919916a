from odoo import fields, models


class SurveyCampaignReason(models.TransientModel):
    """What is not done without saying why."""

    _name = "survey.campaign.reason"
    _description = "Reason of a Move of Campaigns"

    campaign_ids = fields.Many2many("survey.campaign", required=True)
    move = fields.Selection([("cancel", "Cancel"), ("send_back", "Send Back")], required=True, default="cancel")
    reason = fields.Text(required=True)

    def action_confirm(self):
        {"cancel": self.campaign_ids._cancel, "send_back": self.campaign_ids._send_back}[self.move](self.reason)
