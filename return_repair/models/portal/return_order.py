from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

# our state in the customer's words: what the customer sees of it, not how we work
PORTAL_STATES = {
    "draft": "received", "decision": "examined", "approved": "examined", "receiving": "awaited", "inspection": "inspected",
    "processing": "working", "done": "done", "cancel": "cancelled",
}

# how many of the steps shown to the customer are behind us in each state
STEPS_DONE = {"draft": 1, "decision": 1, "approved": 1, "receiving": 2, "inspection": 3, "processing": 4, "done": 5, "cancel": 1}


class ReturnOrder(models.Model):
    """The customer's side of a return: in which words it is shown, what of its documents, and until when the customer may
    cancel it. What is decided is ours until the customer was told."""

    _name = "return.order"
    _inherit = ["return.order", "quality.portal.mixin"]

    _portal_url = "/my/returns"

    portal_state = fields.Selection(
        [
            ("received", "Received"), ("examined", "Being Examined"), ("awaited", "Waiting for Your Goods"), ("inspected", "Being Inspected"),
            ("working", "In Progress"), ("done", "Done"), ("refused", "Not Accepted"), ("cancelled", "Cancelled"),
        ],
        "Progress for the Customer", compute="_compute_portal_state",
    )

    @api.depends("state", "verdict")
    def _compute_portal_state(self):
        for order in self:
            refused = order.state == "done" and order.verdict == "refused"
            order.portal_state = "refused" if refused else PORTAL_STATES[order.state]

    @api.model
    def _get_portal_domain(self, user):
        """What we take back by ourselves is shown once we have told the customer."""
        return super()._get_portal_domain(user) & (Domain("channel", "!=", "internal") | Domain("answered_on", "!=", False))

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Return %s", self.name)

    # ------------------------------------------------------------ how far it is
    def _get_portal_progress(self):
        """The steps that the customer sees, in order: dictionaries of label, state (done, current, todo) and date.

        The day is that of where we work: who comes by link has no time zone.
        """
        self.ensure_one()
        received_on = max(self.receipt_ids.filtered(lambda receipt: receipt.state == "done").mapped("date_done"), default=False)
        steps = [
            (self.env._("Received"), self.date_requested), (self.env._("Accepted"), self.answered_on),
            (self.env._("Goods are here"), received_on), (self.env._("Inspected"), False), (self.env._("Done"), self.date_done),
        ]
        count = STEPS_DONE[self.state]
        if self.portal_state in ("refused", "cancelled"):
            labels = dict(self._fields["portal_state"]._description_selection(self.env))
            steps = [steps[0], (labels[self.portal_state], self.date_done)]
            count = len(steps)
        return [
            {
                "label": label, "date": self.company_id._get_local_date(date) if date and number < count else False,
                "state": "done" if number < count else "current" if number == count else "todo",
            }
            for number, (label, date) in enumerate(steps)
        ]

    def _get_portal_promise(self):
        """Until when the customer has our answer, as a sentence, or False where it was given or the day has passed."""
        self.ensure_one()
        promised = self.milestone_ids.filtered(lambda milestone: milestone.step == "reply" and not milestone.date_done)[:1].date_deadline
        if not promised or self.answered_on or promised < fields.Datetime.now():
            return False
        return self.env._("You will have our answer by %s.", format_date(self.env, self.company_id._get_local_date(promised)))

    def _get_portal_description(self):
        """What the customer said. What stands on the complaint is shown there, as far as it is the customer's."""
        self.ensure_one()
        return False if self.complaint_id else self.description

    # ------------------------------------------------------------ documents
    def _get_portal_credit_notes(self):
        """Those that accounting has posted; a draft may still change."""
        self.ensure_one()
        return self.credit_note_ids.filtered(lambda move: move.state == "posted")

    def _get_portal_quotations(self):
        """What is offered for a repair or an exchange, once it was sent: the customer signs it on the page of the order."""
        self.ensure_one()
        offers = self.repair_quotation_ids | self.replacement_order_ids
        return offers.filtered(lambda offer: offer.state in ("sent", "sale"))

    def _get_portal_transfers(self):
        """What comes from the customer and what goes there."""
        self.ensure_one()
        to_customer = self.transfer_ids.filtered(lambda transfer: transfer.location_dest_id.usage == "customer")
        return (self.receipt_ids | to_customer).filtered(lambda transfer: transfer.state != "cancel").sorted("id")

    # ------------------------------------------------------------ cancelling
    def _can_be_cancelled_by_customer(self):
        """True as long as nobody has decided."""
        self.ensure_one()
        return self.state in ("draft", "decision") and not self.verdict

    def _cancel_from_portal(self, words, partner):
        """The customer does not want to return it any more; who handles it is told. Again changes nothing.

        :param str words: why, where the customer says it
        :param partner: ``res.partner`` who cancels
        :raise UserError: it is decided already
        """
        self.ensure_one()
        if self.state == "cancel":
            return
        if not self._can_be_cancelled_by_customer():
            raise UserError(self.env._("%s can't be cancelled here any more. Please write to us below, or call your contact.", self.name))
        # what follows is not the customer's to do, and those who handle it read their own language
        order = self.with_user(SUPERUSER_ID).with_company(self.company_id).with_context(lang=self.user_id.lang)
        order._cancel(order.env._("Cancelled by %(name)s in the portal. %(words)s", name=partner.name, words=words or "").strip())
        order.message_post(
            body=order.env._("I cancel this return. %s", words or "").strip(), author_id=partner.id,
            message_type="comment", subtype_xmlid="mail.mt_comment",
        )
