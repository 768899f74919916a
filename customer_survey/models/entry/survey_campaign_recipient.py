from odoo import fields, models
from odoo.exceptions import UserError


class SurveyCampaignRecipient(models.Model):
    _inherit = "survey.campaign.recipient"

    campaign_state = fields.Selection(related="campaign_id.state", string="State of the Campaign")

    def _check_unanswered(self):
        if answered := self.filtered(lambda recipient: recipient.state == "answered"):
            raise UserError(self.env._("These have answered already, and no answer is counted twice: %s", ", ".join(answered.mapped("name"))))

    def action_type_in(self):
        self.ensure_one()
        self._check_unanswered()
        action = self.campaign_id.action_type_in()
        return {**action, "context": {**action["context"], "default_respondent": "recipient", "default_recipient_id": self.id}}
