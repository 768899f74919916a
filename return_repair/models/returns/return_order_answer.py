from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_time

from .return_order_collection import PICKUPS


class ReturnOrder(models.Model):
    """The customer gets a clear answer: how the goods come to us, under which number, what he gets; or why not.

    By e-mail, or told by phone or in person. Sending or telling it is what moves the return on.
    """

    _inherit = "return.order"

    answered_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answer = fields.Text("Told the Customer", readonly=True, copy=False)
    can_answer = fields.Boolean(compute="_compute_can_answer", help="It is decided, and the user may tell the customer.")

    @api.depends("state", "verdict")
    @api.depends_context("uid")
    def _compute_can_answer(self):
        for order in self:
            order.can_answer = order.has_access("write") and not order._get_answer_refusal()

    def _get_answer_refusal(self):
        """Why there is nothing to tell the customer now, or False."""
        self.ensure_one()
        if self.state == "approved" or (self.state == "decision" and self.verdict == "refused"):
            return False
        return self.env._("There is no decision on %s that the customer does not know yet.", self.name)

    def _check_answer(self):
        """Before anything is said to the customer: it is decided, and complete."""
        self.check_access("write")
        if refusals := [refusal for order in self if (refusal := order._get_answer_refusal())]:
            raise UserError("\n".join(refusals))
        self.filtered(lambda order: order.state == "approved")._check_gaps("receiving")

    # ------------------------------------------------------------ moves
    def action_tell(self):
        """The customer was told by phone or in person."""
        self._tell(self.env._("Told by phone or in person."))

    def _tell(self, said):
        """The customer knows: what is accepted is waited for, what is refused is over."""
        self._check_answer()
        refused = self.filtered(lambda order: order.verdict == "refused")
        self._set_told(said)
        (self - refused)._start_receiving()
        refused._finish()

    def _set_told(self, said):
        self._write_system({"answered_on": fields.Datetime.now(), "answered_by_id": self.env.uid, "answer": said})
        self._complete_milestones("decision", "reply")

    def action_send_answer(self):
        """Open the mail composer with the answer; sending it is telling the customer."""
        self.ensure_one()
        self._check_answer()
        if not self.partner_email:
            raise UserError(self.env._(
                "%s has no e-mail address to send the answer to. Enter one, or tell the customer and press «Told the Customer».",
                (self.contact_id or self.partner_id).name,
            ))
        return self._get_composer_action(self.env._("Send the Answer"), "return_repair.mail_template_return_answer", mark_return_told=True)

    def message_post(self, **kwargs):
        if not self.env.context.get("mark_return_told"):
            return super().message_post(**kwargs)
        # some roads post in sudo: the right that counts is the user's own
        by_user = self.sudo(False).with_context(mark_return_told=False)
        by_user._check_answer()
        message = super().message_post(**kwargs)
        receivers = message.partner_ids.filtered("partner_share")
        if message.is_internal or not receivers:
            raise UserError(self.env._("The answer has to go to the customer."))
        by_user._tell(self.env._("Sent by e-mail to %s.", ", ".join(receivers.mapped("name"))))
        return message

    # ------------------------------------------------------------ what it says
    def _get_email_partner(self):
        """Who gets the answer by e-mail, or nobody where the address is not his: then it goes to the address."""
        self.ensure_one()
        partner = self.contact_id or self.partner_id
        return partner if partner.email == self.partner_email else partner.browse()

    def _get_return_address(self):
        """Where customers send goods to: as the company has set, else its own address."""
        self.ensure_one()
        company = self.company_id.sudo()  # everybody may know where goods are sent to
        return company.return_address_id or company.partner_id

    def _get_answer_sentences(self):
        """How the goods come to us, for the customer: sentences in the language of the environment.

        Made here, so that each language can put the values where they belong.
        """
        self.ensure_one()
        if self.collection in PICKUPS:
            sentences = [self.env._(
                "We pick the goods up on %(day)s at %(time)s, at this address: %(address)s.",
                **self._get_pickup_moment(), address=self._get_address_line(self.pickup_address_id),
            )] if self.pickup_date else [self.env._("We pick the goods up and will tell you when.")]
            if self.collection == "home_pickup":
                sentences.append(self.env._("Our driver brings the refund with him."))
        else:
            address = self._get_address_line(self._get_return_address())
            sentences = [
                self.env._("Please bring the goods to: %s.", address) if self.collection == "brought_in"
                else self.env._("Please send the goods to: %s.", address),
            ]
        sentences.append(self.env._("Write the number %s clearly on the parcel, so that we find your return at once.", self.name))
        return sentences

    def _get_pickup_moment(self):
        """Day and time of the pick-up by the customer's clock, where he has one, else by the company's."""
        zoned = self.with_context(tz=self.partner_id.tz or self._mail_get_timezone())
        moment = fields.Datetime.context_timestamp(zoned, self.pickup_date)
        return {
            "day": format_date(self.env, moment.date(), date_format="long"), "time": format_time(self.env, moment.time(), time_format="short"),
        }

    @api.model
    def _get_address_line(self, partner):
        lines = (partner.display_name, *partner._display_address(without_company=True).splitlines())
        return ", ".join(line.strip() for line in lines if line.strip())

    def _get_answer_lines(self):
        """What the customer gets for each product: pairs of texts."""
        self.ensure_one()
        labels = dict(self.line_ids._fields["resolution"]._description_selection(self.env))
        return [
            (self.env._(
                "%(quantity)s %(unit)s %(product)s", quantity=f"{line.quantity:.12g}", unit=line.product_uom_id.name,
                product=", ".join(filter(None, (line.product_id.display_name, line.lot_id.name or line.lot_name))),
            ), labels.get(line.resolution, ""))
            for line in self.line_ids
        ]
