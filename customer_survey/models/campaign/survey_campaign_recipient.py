from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

STATES = [
    ("planned", "To Ask"), ("excluded", "Left Out"), ("sent", "Asked"), ("bounced", "Not Delivered"), ("answered", "Answered"),
    ("unsubscribed", "Unsubscribed"), ("test", "Test"),
]

CHANNELS = [("email", "E-mail"), ("paper", "Paper"), ("phone", "Phone")]

EXCLUSIONS = [
    ("no_email", "No E-mail Address"), ("blacklisted", "Does Not Want E-mails"), ("recent", "Asked Recently"), ("twice", "Same Address Twice"),
    ("gone", "Archived or Deleted"), ("own", "One of Our Companies"),
]

# left out by a rule that the company may set aside for somebody; who wants no e-mails gets none
WAIVABLE_EXCLUSIONS = ("recent", "own")

# what may be said of a recipient by hand, until the recipient was asked
PLANNED_FIELDS = {
    "campaign_id", "partner_id", "name", "email", "lang", "channel", "customer_id", "salesperson_id", "country_id", "partner_category_id", "product_categ_id",
    "is_added_by_hand",
}

# who was asked, or can still answer; the others are not of the campaign
COUNTED_STATES = ("planned", "sent", "bounced", "answered", "unsubscribed")


class SurveyCampaignRecipient(models.Model):
    """One who is asked in a campaign: to which address, how far it is, and what is known of the customer when it was planned.

    Name, address and segments are kept as they were, so that the figures stay what they were when the customer changes or is deleted.
    """

    _name = "survey.campaign.recipient"
    _description = "Recipient of a Satisfaction Campaign"
    _order = "campaign_id, name, id"
    _rec_names_search = ["name", "email", "customer_id"]
    _check_company_auto = True

    campaign_id = fields.Many2one("survey.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", ondelete="set null", index="btree_not_null", check_company=True, help="The person who is asked.",
    )
    name = fields.Char(
        compute="_compute_from_partner", store=True, readonly=False, precompute=True, required=True, help="The e-mails greet the person so.",
    )
    email = fields.Char("E-mail", compute="_compute_from_partner", store=True, readonly=False, precompute=True)
    email_normalized = fields.Char(compute="_compute_email_normalized", store=True)
    lang = fields.Char("Language", compute="_compute_from_partner", store=True, readonly=False, precompute=True)
    is_added_by_hand = fields.Boolean(default=True, readonly=True, help="Stays when the recipients are looked up anew.")

    # segments, as they were when it was planned
    customer_id = fields.Many2one(
        "res.partner", compute="_compute_from_partner", store=True, readonly=False, precompute=True, ondelete="set null", index="btree_not_null",
        help="The company of the contact.",
    )
    salesperson_id = fields.Many2one(
        "res.users", compute="_compute_from_partner", store=True, readonly=False, precompute=True, ondelete="set null", index="btree_not_null",
    )
    country_id = fields.Many2one("res.country", compute="_compute_from_partner", store=True, readonly=False, precompute=True, ondelete="set null")
    partner_category_id = fields.Many2one(
        "res.partner.category", "Customer Group", compute="_compute_from_partner", store=True, readonly=False, precompute=True, ondelete="set null",
        help="The first tag of the customer.",
    )
    product_categ_id = fields.Many2one("product.category", "Product Category", ondelete="set null", help="Of most of the deliveries.")
    date_delivered = fields.Date("Last Delivery", readonly=True)

    # how far it is
    channel = fields.Selection(CHANNELS, default="email", required=True)
    state = fields.Selection(STATES, default="planned", required=True, index=True, readonly=True)
    exclusion = fields.Selection(EXCLUSIONS, "Left Out Because", readonly=True)
    is_asked_all_the_same = fields.Boolean(readonly=True, help="Though asked recently, or one of our companies.")
    user_input_id = fields.Many2one("survey.user_input", "Copy", ondelete="set null", index="btree_not_null", readonly=True, copy=False)
    sent_on = fields.Datetime(readonly=True)
    asked_on = fields.Datetime("Last Asked On", readonly=True, index="btree_not_null")
    reminder_count = fields.Integer("Reminders", readonly=True)
    answered_on = fields.Datetime(readonly=True)
    failure_reason = fields.Char("Why It Did Not Arrive", readonly=True)

    _address_once = models.UniqueIndex(
        "(campaign_id, email_normalized) WHERE email_normalized IS NOT NULL AND state NOT IN ('excluded', 'test')",
        "This address is asked in the campaign already.",
    )
    _to_do = models.Index("(id) WHERE state = 'planned'")

    @api.depends("partner_id")
    def _compute_from_partner(self):
        """As the contact is now: later changes of the contact leave it as it was."""
        for recipient in self:
            partner = recipient.partner_id
            if not partner:  # deleted since: what is known stays
                continue
            customer = partner.commercial_partner_id
            recipient.name = partner.name or customer.name or partner.display_name
            recipient.email = partner.email
            recipient.lang = partner.lang
            recipient.customer_id = customer
            recipient.salesperson_id = customer.user_id
            recipient.country_id = customer.country_id
            recipient.partner_category_id = customer.category_id[:1]

    @api.depends("email")
    def _compute_email_normalized(self):
        for recipient in self:
            recipient.email_normalized = email_normalize(recipient.email) or False

    @api.depends("name", "email", "customer_id.name")
    def _compute_display_name(self):
        for recipient in self:
            names = dict.fromkeys(filter(None, (recipient.customer_id.sudo().name, recipient.name)))
            name = ", ".join(names)
            recipient.display_name = f"{name} <{recipient.email}>" if recipient.email else name

    @api.model
    def _counted_domain(self):
        """Those whom the campaign is for: who was left out, and tests, are not."""
        return Domain("state", "in", COUNTED_STATES)

    # ------------------------------------------------------------ who may change what
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_planned_fields(vals)
                if not vals.get("partner_id"):
                    raise UserError(self.env._("Who is asked is a contact: choose one, or create it."))
        recipients = super().create(vals_list)
        recipients._check_campaign_open()
        if not self.env.su:
            recipients._mark_same_address()
        return recipients

    def write(self, vals):
        if not self.env.su:
            self._check_planned_fields(vals)
            if asked := self.filtered(lambda recipient: recipient.state not in ("planned", "excluded")):
                raise UserError(self.env._("These have been asked already, so they stay as they are: %s", ", ".join(asked.mapped("name"))))
        result = super().write(vals)
        if not self.env.su and vals.keys() & {"partner_id", "email", "channel"}:
            self.filtered("exclusion").sudo()._plan_anew()
            self._mark_same_address()
        return result

    def _plan_anew(self):
        """Who was left out and can be asked now is asked; for the others the reason is the one that holds now."""
        for campaign, recipients in self.grouped("campaign_id").items():
            others = campaign.recipient_ids - recipients
            reasons = campaign._get_exclusions(
                [(recipient.email_normalized, recipient.channel, recipient.customer_id.id) for recipient in recipients],
                set(others.filtered(lambda recipient: recipient.state in COUNTED_STATES).mapped("email_normalized")),
            )
            for recipient, reason in zip(recipients, reasons, strict=True):
                recipient.write({"state": "excluded" if reason else "planned", "exclusion": reason})

    def _mark_same_address(self):
        """Who was left out, and has the address of somebody who is asked now, is that one."""
        for campaign, recipients in self.filtered(lambda recipient: recipient.state == "planned").grouped("campaign_id").items():
            addresses = set(recipients.mapped("email_normalized")) - {False}
            # who is left out why is the system's to say
            self.sudo().search(
                Domain("campaign_id", "=", campaign.id) & Domain("state", "=", "excluded") & Domain("email_normalized", "in", list(addresses)),
            ).exclusion = "twice"

    def action_ask_all_the_same(self):
        """Set the rule aside by which they were left out."""
        self.check_access("write")
        if refused := self.filtered(lambda recipient: recipient.exclusion not in WAIVABLE_EXCLUSIONS):
            labels = dict(self._fields["exclusion"]._description_selection(self.env))
            raise UserError(self.env._("Only who was asked recently, or is one of our companies, can be asked all the same:\n%s", "\n".join(
                f"{recipient.name}: {labels[recipient.exclusion]}" if recipient.exclusion else recipient.name for recipient in refused
            )))
        self._check_campaign_open()
        # the button says who may; the fields are nobody's to write
        self.sudo().write({"state": "planned", "exclusion": False, "is_asked_all_the_same": True})
        self._mark_same_address()
        self.campaign_id._trigger_sending()

    @api.model
    def _check_planned_fields(self, vals):
        if forbidden := vals.keys() - PLANNED_FIELDS:
            labels = self.fields_get(sorted(forbidden), ["string"])
            raise AccessError(self.env._(
                "Set by the system, not by hand: %s", ", ".join(label["string"] for label in labels.values()),
            ))

    def _check_campaign_open(self):
        if over := self.campaign_id.filtered(lambda campaign: campaign.state not in ("draft", "running")):
            raise UserError(self.env._("Nobody is asked any more in: %s", ", ".join(over.mapped("name"))))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        if asked := self.filtered(lambda recipient: recipient.state not in ("planned", "excluded", "test")):
            raise UserError(self.env._("Who has been asked stays on record: %s", ", ".join(asked.mapped("name"))))

    @api.model
    def _get_blacklisted(self, addresses):
        """Those of these normalized addresses that do not want e-mails."""
        return set(self.env["mail.blacklist"].sudo().search([("email", "in", list(addresses))]).mapped("email"))

    def action_view_user_input(self):
        self.ensure_one()
        return self.user_input_id._get_records_action()
