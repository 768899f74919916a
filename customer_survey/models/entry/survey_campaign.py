from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SurveyCampaign(models.Model):
    """Copies that come back on paper or are answered by phone are typed in, for as long as the collection is open."""

    _inherit = "survey.campaign"

    def _check_may_enter(self):
        self.ensure_one()
        self.check_access("read")
        if missing := self._get_missing_role("collector"):
            raise UserError(self.env._("Copies are typed in by %s.", missing))
        if self.state != "running":
            raise UserError(self.env._("Copies are typed in while the campaign is running, and %s is not.", self.name))

    def _find_recipient(self, contact):
        """The recipient that this contact is, by the contact or else by the address; empty where the contact was not planned."""
        self.ensure_one()
        recipients = self.env["survey.campaign.recipient"].search(self._enterable_domain() & (
            Domain("partner_id", "=", contact.id) | Domain("email_normalized", "=", contact.email_normalized or "-")
        ))
        return recipients.sorted(lambda recipient: (recipient.partner_id != contact, recipient.state == "excluded"))[:1]

    def _enterable_domain(self):
        """Recipients who may send back a copy; one with the address of another is that other."""
        return Domain("campaign_id", "in", self.ids) & Domain("state", "!=", "test") & Domain("exclusion", "!=", "twice")

    def _type_in(self, recipient, channel, reference=None):
        """The ``survey.user_input`` to type in a copy.

        One that was begun, by the customer or by somebody who was called away, begins anew, so that nothing is counted twice.

        :param recipient: `survey.campaign.recipient`; empty for a copy without a name
        """
        self._check_may_enter()
        recipient._check_unanswered()
        # who collects need not have rights to surveys, and how a copy came back is set by nobody else
        copy = recipient.sudo().user_input_id
        if reference:
            numbered = self.env["survey.user_input"].sudo().search(Domain("campaign_id", "=", self.id) & Domain("copy_reference", "=", reference))
            if numbered and (numbered.state == "done" or (numbered != copy and (recipient or numbered.recipient_ids))):
                raise UserError(self.env._("A copy with the number %(number)s is in %(campaign)s already.", number=reference, campaign=self.name))
            copy = copy or numbered
        if not copy:
            copy = self._create_copies([recipient.sudo()._prepare_copy() if recipient else {}])
            recipient.sudo().user_input_id = copy
        copy._begin_entry()
        copy.write({**self._prepare_entry_values(channel), "copy_reference": reference or copy.copy_reference})
        return copy.with_env(self.env)

    def _prepare_entry_values(self, channel):
        """What a copy that is typed in has other than one that the customer answers."""
        return {"entry_channel": channel, "entered_by_id": self.env.uid}

    def action_type_in(self):
        self._check_may_enter()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_survey.action_survey_campaign_entry")
        return {**action, "context": {"default_campaign_id": self.id}}

    def action_import_copies(self):
        self._check_may_enter()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_survey.action_survey_campaign_import_wizard")
        return {**action, "context": {"default_campaign_id": self.id}}
