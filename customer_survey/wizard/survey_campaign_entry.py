import re

from odoo import api, fields, models
from odoo.exceptions import UserError


class SurveyCampaignEntry(models.TransientModel):
    """Opens core's page to type in one copy after the other: it stays open behind the page, ready for the next."""

    _name = "survey.campaign.entry"
    _description = "Typing In of Copies"

    campaign_id = fields.Many2one("survey.campaign", required=True, readonly=True)
    company_id = fields.Many2one(related="campaign_id.company_id")
    entry_channel = fields.Selection([("paper", "Paper"), ("phone", "Phone")], "Answered By", required=True, default="paper")
    respondent = fields.Selection(
        [("recipient", "Somebody Who Was Asked"), ("contact", "Another Contact"), ("anonymous", "Without a Name")],
        "Copy Of", required=True, default="recipient",
    )
    recipient_id = fields.Many2one("survey.campaign.recipient", domain="[('campaign_id', '=', campaign_id), ('state', 'not in', ('answered', 'test'))]")
    partner_id = fields.Many2one("res.partner", "Contact", domain="[('company_id', 'in', (False, company_id))]")
    copy_reference = fields.Char(
        "Copy No.", help="The number that stands on the copy. It keeps a copy from being typed in twice.",
    )
    typed_in_count = fields.Integer("Typed In", readonly=True)

    def action_open(self):
        """Core's page in a tab of its own; this window goes on to the next number."""
        self.ensure_one()
        reference = (self.copy_reference or "").strip()
        self._check_complete(reference)
        copy = self.campaign_id._type_in(self._get_recipient(), self.entry_channel, reference or None)
        self.write({
            "recipient_id": False, "partner_id": False, "copy_reference": self._get_next_reference(reference), "typed_in_count": self.typed_in_count + 1,
        })
        # whoever types in may open that one copy, without rights to surveys
        return {"type": "ir.actions.act_url", "url": copy.sudo().get_start_url(), "target": "new"}

    def _check_complete(self, reference):
        missing = []
        if self.respondent == "recipient" and not self.recipient_id:
            missing.append(self.env._("who of those who were asked has answered"))
        if self.respondent == "contact" and not self.partner_id:
            missing.append(self.env._("the contact who has answered"))
        if self.respondent == "anonymous" and self.entry_channel == "paper" and not reference:
            missing.append(self.env._("the number of the copy: without a name, nothing else tells whether it was typed in before"))
        if missing:
            raise UserError(self.env._("Still missing: %s", "; ".join(missing)))

    def _get_recipient(self):
        campaign = self.campaign_id
        if self.respondent == "recipient":
            if not self.recipient_id.filtered_domain(campaign._enterable_domain()):
                raise UserError(self.env._("%(name)s is not asked in %(campaign)s.", name=self.recipient_id.name, campaign=campaign.name))
            return self.recipient_id
        if self.respondent == "contact":
            return campaign._find_recipient(self.partner_id) or self.env["survey.campaign.recipient"].create(
                {"campaign_id": campaign.id, "partner_id": self.partner_id.id, "channel": self.entry_channel},
            )
        return self.env["survey.campaign.recipient"]

    @api.model
    def _get_next_reference(self, reference):
        """P-009 is followed by P-010; what does not end in a number, by nothing."""
        return re.sub(r"\d+$", lambda number: str(int(number[0]) + 1).zfill(len(number[0])), reference) if re.search(r"\d$", reference) else False
