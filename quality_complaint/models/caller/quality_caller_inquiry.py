from odoo import api, models
from odoo.fields import Domain
from odoo.tools import escape_psql

from ..inquiry.quality_inquiry import FINISHED_STATES

INQUIRY_LIMITS = (5, 3)

INQUIRY_COLORS = {"done": "success", "cancel": "secondary", "answered": "primary"}


class QualityCaller(models.AbstractModel):
    """What the caller asked before, also who is no customer yet; and what he asks now."""

    _inherit = "quality.caller"

    @api.model
    def _get_phone_sources(self):
        return [*super()._get_phone_sources(), ("quality.inquiry", "partner_phone", ("partner_id",))]

    @api.model
    def _get_document_sources(self):
        return {**super()._get_document_sources(), "quality.inquiry": (("name",), Domain.TRUE, ("partner_id",))}

    @api.model
    def _find_by_phone(self, number):
        """Somebody unknown may have asked from this number before: the user's own inquiries say what he called himself."""
        found = super()._find_by_phone(number)
        if not found["partners"]:
            asked, _rank = self._search_phone(self.env["quality.inquiry"], "partner_phone", number)
            found["rows"] = [self._get_inquiry_row(inquiry, False) for inquiry in asked[:INQUIRY_LIMITS[0]]]
            found["create"]["name"] = next(filter(None, asked.mapped("partner_name")), False)
        return found

    @api.model
    def _find_by_document(self, text):
        """Who asked may be nobody that we know: the user's own inquiry of that number says what he called himself."""
        found = super()._find_by_document(text)
        domain = Domain("name", "=ilike", escape_psql(text)) & Domain("partner_id", "=", False)
        if found or not (asked := self.env["quality.inquiry"].search(domain, limit=1)):
            return found
        return {
            "message": asked.partner_name or asked.partner_phone or asked.partner_email, "rows": [self._get_inquiry_row(asked, True)],
            "create": {"name": asked.partner_name, "phone": asked.partner_phone},
        }

    @api.model
    def _get_caller_sections(self, customer, documents):
        return [*super()._get_caller_sections(customer, documents), self._get_inquiry_section(customer, documents)]

    @api.model
    def _get_inquiry_section(self, customer, documents):
        return self._get_case_section(
            "quality.inquiry", customer, documents, ~Domain("state", "in", FINISHED_STATES), INQUIRY_LIMITS, self._get_inquiry_row,
            name="inquiries", label=self.env._("Inquiries"), icon="fa-question-circle-o", sequence=40, empty=self.env._("No inquiries."),
        )

    @api.model
    def _get_inquiry_row(self, inquiry, asked):
        labels = dict(inquiry._fields["state"]._description_selection(self.env))
        facts = [(self.env._("Asked"), self._format_day(inquiry.date_received))]
        if inquiry.state == "forwarded":
            facts.append((self.env._("Answer Until"), self._format_day(inquiry.date_deadline)))
        return {
            "model": "quality.inquiry", "id": inquiry.id, "title": inquiry.name, "subtitle": inquiry.subject,
            "badge": (labels[inquiry.state], INQUIRY_COLORS.get(inquiry.state, "info")),
            "late": inquiry.state == "forwarded" and inquiry.deadline_state == "missed", "asked": asked, "facts": facts,
        }

    @api.model
    def open_new_inquiry(self, partner_id, number=False, name=False):
        """The window of a new inquiry of the caller, who may be nobody that we know."""
        self._check_reporter()
        partner = self.env["res.partner"].browse(partner_id or ())
        values = {"channel": "phone", "partner_id": partner.id, "partner_name": name}
        if number and not (partner.phone or partner.commercial_partner_id.phone):
            values["partner_phone"] = number
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Inquiry"),
            "res_model": "quality.inquiry",
            "views": [(False, "form")],
            "context": {f"default_{field}": value for field, value in values.items() if value},
        }
