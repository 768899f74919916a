from markupsafe import Markup

from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import plaintext2html

from odoo.addons.quality_complaint.models.portal.quality_portal_mixin import PORTAL_FIELDS

# a customer with more addresses than this calls
ADDRESS_LIMIT = 50


class ReturnOrder(models.Model):
    """A return that the customer asks for in the portal: what may be chosen, and what becomes of it."""

    _inherit = "return.order"

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | PORTAL_FIELDS

    @api.model
    def _get_too_many_text(self, count):
        return self.env._(
            "You have asked for %(count)s returns within an hour, and this one was not saved. Please wait a little, or reach us directly: %(contact)s",
            count=count, contact=self._get_company_contact(self.env.company),
        )

    # ------------------------------------------------------------ what may be chosen
    @api.model
    def _get_portal_reasons(self):
        return self.env["return.reason"].sudo().search([("active", "=", True)])  # settings, which a customer can't read

    @api.model
    def _get_portal_collections(self):
        """{collection: how the goods may come to us, in the customer's words}. A refund on the spot is agreed with us, not asked for here."""
        return {
            "courier": self.env._("I send it by courier"),
            "brought_in": self.env._("I bring it"),
            "pickup": self.env._("Please pick it up"),
        }

    @api.model
    def _get_portal_addresses(self, partner):
        """Where we can pick up: the company's addresses and the user's own, not those of colleagues."""
        customer = partner.commercial_partner_id
        # a customer can't read addresses; these are the company's own
        return self.env["res.partner"].sudo().search(
            Domain("commercial_partner_id", "=", customer.id) & Domain("street", "!=", False) & Domain("city", "!=", False)
            & (Domain("id", "in", (customer | partner).ids) | Domain("type", "in", ("delivery", "other"))),
            limit=ADDRESS_LIMIT,
        )

    # ------------------------------------------------------------ filing
    @api.model
    def _prepare_portal_values(self, partner, company, order, lines, reason, description):
        """Values of a return of that contact: of delivered lines of an own order, or of goods that we did not deliver.

        :param list lines: dictionaries of ``return.order.line`` values
        :param str description: plain text
        """
        parties = self._prepare_parties(lines) if lines else {"company_id": company.id}
        parties.pop("picking_id", None)
        customer = partner.commercial_partner_id
        return {
            **parties, "channel": "web", "partner_id": customer.id, "contact_id": partner.id if partner != customer else False,
            "reason_id": reason.id, "description": plaintext2html(description) if description else False,
            "user_id": self._get_portal_reporter(order, partner, company, reason.team_id).id,
            "line_ids": [Command.create(values) for values in lines],
        }

    def _get_portal_words(self):
        self.ensure_one()
        wishes = dict(self.line_ids._fields["wish"]._description_selection(self.env))
        goods = Markup().join(
            Markup("<li>%s</li>") % ". ".join(filter(None, (f"{text}: {wishes[line.wish]}", line.note)))
            for line, (text, _resolution) in zip(self.line_ids, self._get_answer_lines(), strict=True)
        )
        return Markup("<p><strong>%s</strong></p>%s%s") % (self.reason_id.name, self.description or "", goods and Markup("<ul>%s</ul>") % goods)
