from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, html2plaintext

from ..complaint.quality_complaint import FINISHED_STATES

# our state in the customer's words: what he sees of it, not how we work
PORTAL_STATES = {
    "draft": "received", "review": "examined", "investigation": "working", "reply": "solved", "follow_up": "replied",
    "closed": "closed", "rejected": "closed", "cancel": "cancelled",
}

# how many of the steps shown to the customer are behind us in each state
STEPS_DONE = {"draft": 1, "review": 1, "investigation": 2, "reply": 3, "follow_up": 4, "closed": 5, "rejected": 2, "cancel": 1}

# what the clock stands for while the customer has something to say
CUSTOMER_PAUSES = ("clarification", "customer")


class QualityComplaint(models.Model):
    """The customer's side of a complaint: whether he sees it, in which words, and what of the conversation is his.

    Portal users have no rights to complaints. What they see is what these methods say, after the controller has made sure
    that it is theirs.
    """

    _name = "quality.complaint"
    _inherit = ["quality.complaint", "quality.portal.mixin"]

    _portal_url = "/my/complaints"

    portal_state = fields.Selection(
        [
            ("received", "Received"), ("examined", "Being Examined"), ("working", "In Progress"), ("solved", "Solution Found"),
            ("replied", "Reply Sent"), ("closed", "Closed"), ("cancelled", "Cancelled"),
        ],
        "Progress for the Customer", compute="_compute_portal_state",
    )
    is_waiting_for_customer = fields.Boolean("Waiting for the Customer", compute="_compute_portal_state")

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
        return super()._get_portal_domain(user) & (
            Domain("channel", "!=", "internal") | Domain("customer_told_on", "!=", False) | Domain("reply_sent_on", "!=", False)
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
