from odoo import api, fields, models
from odoo.tools import email_normalize

STATES = [
    ("planned", "To Ask"), ("sent", "Asked"), ("bounced", "Not Delivered"), ("answered", "Answered"), ("unsubscribed", "Unsubscribed"),
]

CHANNELS = [("email", "E-mail"), ("paper", "Paper"), ("phone", "Phone")]


class SurveyCampaignRecipient(models.Model):
    """One who is asked in a campaign: to which address, how far it is, and what is known of the customer when it was planned.

    Name, address and segments are kept as they were, so that the figures stay what they were when the customer changes or is deleted.
    """

    _name = "survey.campaign.recipient"
    _description = "Recipient of a Satisfaction Campaign"
    _order = "campaign_id, name, id"
    _check_company_auto = True

    campaign_id = fields.Many2one("survey.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", "Contact", ondelete="set null", index="btree_not_null")
    customer_id = fields.Many2one("res.partner", ondelete="set null", index="btree_not_null", help="The company of the contact.")
    name = fields.Char(required=True)
    email = fields.Char("E-mail")
    email_normalized = fields.Char(compute="_compute_email_normalized", store=True, precompute=True)
    lang = fields.Char("Language")

    # segments, as they were when it was planned
    salesperson_id = fields.Many2one("res.users", ondelete="set null", index="btree_not_null")
    country_id = fields.Many2one("res.country", ondelete="set null")
    partner_category_id = fields.Many2one("res.partner.category", "Customer Group", ondelete="set null", help="The first tag of the customer.")
    product_categ_id = fields.Many2one("product.category", "Product Category", ondelete="set null", help="Of what was delivered most.")
    date_delivered = fields.Date("Last Delivery")

    # how far it is
    channel = fields.Selection(CHANNELS, default="email", required=True)
    state = fields.Selection(STATES, default="planned", required=True, index=True, readonly=True)
    user_input_id = fields.Many2one("survey.user_input", "Copy", ondelete="set null", index="btree_not_null", readonly=True, copy=False)
    sent_on = fields.Datetime(readonly=True)
    failure_reason = fields.Char(readonly=True)
    reminder_count = fields.Integer("Reminders", readonly=True)
    reminded_on = fields.Datetime(readonly=True)
    answered_on = fields.Datetime(readonly=True)

    _address_once = models.UniqueIndex("(campaign_id, email_normalized) WHERE email_normalized IS NOT NULL", "This address is asked in the campaign already.")
    _to_do = models.Index("(campaign_id, id) WHERE state = 'planned'")

    @api.depends("email")
    def _compute_email_normalized(self):
        for recipient in self:
            recipient.email_normalized = email_normalize(recipient.email) or False

    @api.depends("name", "email")
    def _compute_display_name(self):
        for recipient in self:
            recipient.display_name = f"{recipient.name} <{recipient.email}>" if recipient.email else recipient.name
