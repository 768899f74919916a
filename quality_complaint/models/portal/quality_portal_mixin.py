import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

# what of the record the page of a customer asks for; not who works on it, with what and when
PORTAL_REQUESTS = ("contact_fields", "display_name")

# only filing through the portal sets this
PORTAL_FIELDS = {"portal_submission"}


class QualityPortalMixin(models.AbstractModel):
    """What customers file and follow in the portal: whose it is, what of the conversation is theirs, how often they may file.

    Portal users have no rights to the records. What they see is what these methods say, after the controller has made sure
    that it is theirs. The record has a customer with ``commercial_partner_id``, ``contact_id`` and ``partner_email``, a
    ``company_id``, and ``user_id``, who speaks with the customer.
    """

    _name = "quality.portal.mixin"
    _description = "Filed and Followed in the Portal"
    _inherit = ["portal.mixin", "mail.thread", "quality.upload.mixin"]

    _portal_url = None  # of the list; the pages of the records are below it

    portal_submission = fields.Char(
        readonly=True, copy=False, help="The form that it was sent with: one form makes one record, however often it is sent.",
    )

    _portal_submission_once = models.UniqueIndex(
        "(portal_submission) WHERE portal_submission IS NOT NULL", "This form was sent already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Each has the secret of its link from the beginning: core would write it with the first message, one by one."""
        for vals in vals_list:
            vals.setdefault("access_token", str(uuid.uuid4()))
        return super().create(vals_list)

    def _compute_access_url(self):
        super()._compute_access_url()
        for record in self:
            record.access_url = f"{self._portal_url}/{record.id}"

    # ------------------------------------------------------------ whose it is
    @api.model
    def _get_portal_domain(self, user):
        """What is the portal user's company's."""
        if user._is_public():
            return Domain.FALSE
        return (
            Domain("commercial_partner_id", "=", user.partner_id.commercial_partner_id.id)
            & Domain("company_id", "in", user.company_ids.ids)
        )

    # ------------------------------------------------------------ conversation
    def _mail_get_partners(self, introspect_fields=False):
        """Who asked is written to; where nobody is named, the company."""
        return {record.id: record.contact_id or record.partner_id for record in self}

    def _get_portal_message_domain(self):
        """What the customer's people wrote, and what we wrote to them. What we say among ourselves, or to a supplier, is
        not theirs, even where it was not marked as a note."""
        self.ensure_one()
        is_customer = Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
        if address := email_normalize(self.partner_email):
            is_customer |= Domain("email_normalized", "=", address)
        return (
            Domain("author_id", "any", is_customer) | Domain("partner_ids", "any", is_customer)
            | Domain("notified_partner_ids", "any", is_customer)
        )

    def _get_portal_messages(self):
        """The messages that the customer sees, newest first."""
        self.ensure_one()
        Message = self.env["mail.message"]
        return Message.search(
            Domain(self._fields["website_message_ids"].get_comodel_domain(self)) & Domain("res_id", "=", self.id)
            & Domain("subtype_id", "=", self.env.ref("mail.mt_comment").id) & Domain(Message._get_search_domain_share())
            & self._get_portal_message_domain(),
        )

    def _get_portal_attachments(self):
        """{"us": files that we sent the customer, "customer": files that the customer sent us}"""
        messages = self._get_portal_messages()
        own = messages.filtered("author_id.partner_share")
        return {"us": (messages - own).attachment_ids.sorted("id"), "customer": own.attachment_ids.sorted("id")}

    def _thread_to_store(self, store, fields, *, request_list=None):
        """With the link to a record comes its conversation. Core would hand out its activities, its followers and all of
        its files as well, to whoever asks for them with the link."""
        if request_list and not self.sudo(False).has_access("read"):
            request_list = [name for name in request_list if name in PORTAL_REQUESTS]
        return super()._thread_to_store(store, fields, request_list=request_list)

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Everybody at the customer gets the button to the record's page, nobody else from outside does."""
        groups = super()._notify_get_recipients_groups(message, model_description, msg_vals=msg_vals)
        if not self:
            return groups
        customer = self.commercial_partner_id
        link = self._notify_get_action_link("view", **{**(msg_vals or {}), "access_token": self.sudo()._portal_ensure_token()})
        for name, _is_in_group, data in groups:
            if name == "portal":
                data["has_button_access"] = False
        # after the one to whom it is written, whose link says who it is
        groups.insert(1, (
            "quality_customer",
            lambda pdata: pdata["type"] != "user"
            and self.env["res.partner"].sudo().browse(pdata["id"]).commercial_partner_id == customer,
            {"active": True, "has_button_access": True, "button_access": {"url": link}},
        ))
        return groups

    def action_preview(self):
        """The page as the customer sees it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "target": "self", "url": self.get_portal_url()}

    # ------------------------------------------------------------ filing
    @api.model
    def _get_portal_filing_refusal(self, user):
        """Why this portal user can't file another one now, or False."""
        limit = self._get_portal_limit("portal_hourly_limit", 20)
        an_hour_ago = fields.Datetime.now() - timedelta(hours=1)
        # portal users have no rights to the records; how many they filed they may know
        count = self.sudo().search_count(
            Domain("commercial_partner_id", "=", user.partner_id.commercial_partner_id.id)  # indexed
            & Domain("create_uid", "=", user.id) & Domain("create_date", ">", an_hour_ago), limit=limit,
        )
        return self._get_too_many_text(count) if count >= limit else False

    @api.model
    def _get_too_many_text(self, count):
        """What a customer is told who has filed that many within an hour."""
        raise NotImplementedError

    @api.model
    def _get_company_contact(self, company):
        """How the customer reaches the company without this page."""
        sudo_company = company.sudo()  # any customer may know it
        return ", ".join(filter(None, (sudo_company.phone, sudo_company.email))) or sudo_company.name

    @api.model
    def _get_portal_reporter(self, order, partner, company, team):
        """Who speaks with this customer: who sold it, else who would if it were a mail."""
        seller = order.user_id
        if seller.active and not seller.share and company in seller.company_ids:
            return seller
        # who of us looks after whom is not the customer's to read
        intake = self.env["quality.mail.intake.mixin"].sudo()
        return intake._get_intake_user(partner.sudo(), team.sudo(), company) or self.env.ref("base.user_admin")

    @api.model
    def _find_portal_submission(self, user, submission):
        """The record that this form of this user has made already, or an empty recordset."""
        # what a customer filed is the customer's
        return self.sudo().search([("portal_submission", "=", self._get_submission_key(user, submission))], limit=1)

    @api.model
    def _get_submission_key(self, user, submission):
        """Nobody can take another user's form."""
        return f"{user.id}-{submission}"

    @api.model
    def _file_from_portal(self, values, files=(), submission=False):
        """The record of the portal user who is logged in: recorded as new, with the files; who speaks with the customer
        is told at once.

        :param dict values: all values of the record
        :param files: ``werkzeug.datastructures.FileStorage``, checked before
        """
        user = self.env.user
        # the message below tells it, so neither being assigned nor the activity need to
        quiet = {"mail_auto_subscribe_no_notify": True, "mail_activity_quick_update": True}
        # a portal user has no rights to the records; the controller has made sure that the order is the customer's
        record = self.sudo().with_company(values["company_id"]).with_context(**quiet).create({
            **values, "portal_submission": submission and self._get_submission_key(user, submission),
        }).with_context(**dict.fromkeys(quiet, False))
        attachments = self._store_uploads(files)
        record.message_post(
            body=record._get_portal_words(), attachment_ids=attachments.ids, author_id=user.partner_id.id,
            message_type="comment", subtype_xmlid="mail.mt_comment",
        )
        record._complete_portal_filing(attachments)
        return record

    def _get_portal_words(self):
        """What the customer wrote, in the words of the customer: the record may be worded anew, this stays."""
        raise NotImplementedError

    def _complete_portal_filing(self, attachments):
        """What else follows from what a customer has filed."""
