import uuid

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, format_date, html2plaintext

from ..complaint.quality_complaint import FINISHED_STATES

# our state in the customer's words: what he sees of it, not how we work
PORTAL_STATES = {
    "draft": "received", "review": "examined", "investigation": "working", "reply": "solved", "follow_up": "replied",
    "closed": "closed", "rejected": "closed", "cancel": "cancelled",
}

# how many of the steps shown to the customer are behind us in each state
STEPS_DONE = {"draft": 1, "review": 1, "investigation": 2, "reply": 3, "follow_up": 4, "closed": 5, "rejected": 2, "cancel": 1}

# what of the record the page of a customer asks for; not who works on it, with what and when
PORTAL_REQUESTS = ("contact_fields", "display_name")

# what the clock stands for while the customer has something to say
CUSTOMER_PAUSES = ("clarification", "customer")


class QualityComplaint(models.Model):
    """The customer's side of a complaint: whether he sees it, in which words, and what of the conversation is his.

    Portal users have no rights to complaints. What they see is what these methods say, after the controller has made sure
    that it is theirs.
    """

    _name = "quality.complaint"
    _inherit = ["quality.complaint", "portal.mixin"]

    portal_state = fields.Selection(
        [
            ("received", "Received"), ("examined", "Being Examined"), ("working", "In Progress"), ("solved", "Solution Found"),
            ("replied", "Reply Sent"), ("closed", "Closed"), ("cancelled", "Cancelled"),
        ],
        "Progress for the Customer", compute="_compute_portal_state",
    )
    is_waiting_for_customer = fields.Boolean("Waiting for the Customer", compute="_compute_portal_state")

    @api.model_create_multi
    def create(self, vals_list):
        """Each complaint has the secret of its link from the beginning: core would write it with the first message, one by one."""
        for vals in vals_list:
            vals.setdefault("access_token", str(uuid.uuid4()))
        return super().create(vals_list)

    def _compute_access_url(self):
        super()._compute_access_url()
        for complaint in self:
            complaint.access_url = f"/my/complaints/{complaint.id}"

    @api.depends("state", "current_satisfied", "pause_reason")
    def _compute_portal_state(self):
        for complaint in self:
            complaint.portal_state = PORTAL_STATES[complaint.state]
            complaint.is_waiting_for_customer = complaint._is_asking_customer() or complaint.pause_reason in CUSTOMER_PAUSES

    def _is_asking_customer(self):
        """True where the reply has gone out and the customer has not said whether he is satisfied."""
        self.ensure_one()
        return self.state == "follow_up" and self.current_satisfied != "yes"

    # ------------------------------------------------------------ whose it is
    @api.model
    def _get_portal_domain(self, user):
        """The complaints of the portal user's company, as far as its people know of them: what we have found ourselves is
        shown once we have told them."""
        if user._is_public():
            return Domain.FALSE
        return (
            Domain("commercial_partner_id", "=", user.partner_id.commercial_partner_id.id)
            & Domain("company_id", "in", user.company_ids.ids)
            & (Domain("channel", "!=", "internal") | Domain("customer_told_on", "!=", False) | Domain("reply_sent_on", "!=", False))
        )

    @api.model
    def _get_portal_waiting_domain(self, domain):
        """Of the complaints in the domain, those that wait for a word of the customer."""
        asked = self.search(Domain(domain) & Domain("state", "=", "follow_up"))
        return Domain("id", "in", asked.filtered(lambda complaint: complaint._is_asking_customer()).ids) | (
            Domain("state", "not in", FINISHED_STATES)
            & Domain("pause_ids", "any", [("date_to", "=", False), ("reason", "in", CUSTOMER_PAUSES)])
        )

    # ------------------------------------------------------------ how far it is
    def _get_portal_progress(self):
        """The steps that the customer sees, in order: dictionaries of label, state (done, current, todo) and date.

        The day is that of where we work, as in the promise: who comes by link has no time zone.
        """
        self.ensure_one()
        milestones = self.milestone_ids.filtered("date_done").sorted("date_done")
        done_on = {milestone.step: milestone.date_done for milestone in milestones if milestone.round == self.round}
        examined_on = milestones.filtered(lambda milestone: milestone.step == "review")[-1:].date_done
        steps = [
            (self.env._("Received"), self.date_received),
            (self.env._("Examined"), examined_on),
            (self.env._("Solved"), done_on.get("resolve")),
            (self.env._("Replied"), self.reply_sent_on),
            (self.env._("Confirmed by you"), self.date_closed),
        ]
        count = STEPS_DONE[self.state]
        if self.state in ("rejected", "cancel"):
            steps = [*steps[:count], (dict(self._fields["portal_state"]._description_selection(self.env))[self.portal_state], self.date_closed)]
            count = len(steps)
        return [
            {
                "label": label, "date": self.company_id._get_local_date(date) if date and number < count else False,
                "state": "done" if number < count else "current" if number == count else "todo",
            }
            for number, (label, date) in enumerate(steps)
        ]

    def _get_portal_promise(self):
        """Until when the customer has our reply, as a sentence, or False where nothing can be promised.

        Only what is approved has a time that does not change any more; while the clock stands, or when the day has
        passed, nothing is promised.
        """
        self.ensure_one()
        if self.state not in ("investigation", "reply") or self.date_paused:
            return False
        reply = self.milestone_ids.filtered(
            lambda milestone: milestone.step == "reply" and milestone.round == self.round and not milestone.date_done,
        )[:1]
        if not reply or reply.date_deadline < fields.Datetime.now():
            return False
        return self.env._("You will have our reply by %s.", format_date(self.env, self.company_id._get_local_date(reply.date_deadline)))

    def _get_portal_description(self):
        """What happened. A mail that one of us has passed on is not shown before somebody has worded it: what he wrote to us
        about the customer is in it as well."""
        self.ensure_one()
        passed_on = self.message_ids.filtered(
            lambda message: message.message_type == "email" and self._is_colleague(message.author_id, self.company_id),
        )
        words = passed_on and html2plaintext(self.description or "").split()
        is_unworded = any(html2plaintext(message.body).split() == words for message in passed_on)
        return False if is_unworded else self.description

    # ------------------------------------------------------------ conversation
    def _mail_get_partners(self, introspect_fields=False):
        """Who complained is written to; where nobody is named, the company."""
        return {complaint.id: complaint.contact_id or complaint.partner_id for complaint in self}

    def _get_portal_message_domain(self):
        """What the customer's people wrote, and what we wrote to them. What we say among ourselves, or to a supplier, is
        not his, even where it was not marked as a note."""
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
        """{"us": files that we sent the customer, "customer": files that he sent us}"""
        messages = self._get_portal_messages()
        own = messages.filtered("author_id.partner_share")
        return {"us": (messages - own).attachment_ids.sorted("id"), "customer": own.attachment_ids.sorted("id")}

    def _thread_to_store(self, store, fields, *, request_list=None):
        """With the link to a complaint comes its conversation. Core would hand out its activities, its followers and all of
        its files as well, to whoever asks for them with the link."""
        if request_list and not self.sudo(False).has_access("read"):
            request_list = [name for name in request_list if name in PORTAL_REQUESTS]
        return super()._thread_to_store(store, fields, request_list=request_list)

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Everybody at the customer gets the button to the complaint's page, nobody else from outside does."""
        groups = super()._notify_get_recipients_groups(message, model_description, msg_vals=msg_vals)
        if not self:
            return groups
        customer = self.commercial_partner_id
        link = self._notify_get_action_link("view", **{**(msg_vals or {}), "access_token": self.sudo()._portal_ensure_token()})
        for name, _is_in_group, data in groups:
            if name == "portal":
                data["has_button_access"] = False
        # after the one to whom it is written, whose link says who he is
        groups.insert(1, (
            "complaint_customer",
            lambda pdata: pdata["type"] != "user"
            and self.env["res.partner"].sudo().browse(pdata["id"]).commercial_partner_id == customer,
            {"active": True, "has_button_access": True, "button_access": {"url": link}},
        ))
        return groups

    def action_preview(self):
        """The page as the customer sees it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "target": "self", "url": self.get_portal_url()}
