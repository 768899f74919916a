from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .quality_portal_mixin import PORTAL_FIELDS

# what of the files is shown as the photo of the defect
PICTURE = "image/"


class QualityComplaint(models.Model):
    """A complaint that the customer files himself: by whom it is handled first."""

    _inherit = "quality.complaint"

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | PORTAL_FIELDS

    @api.model
    def _get_too_many_text(self, count):
        return self.env._(
            "You have filed %(count)s complaints within an hour, and this one was not saved. Please wait a little, or reach us directly: %(contact)s",
            count=count, contact=self._get_company_contact(self.env.company),
        )

    # ------------------------------------------------------------ filing
    @api.model
    def _get_portal_type(self, company, product_required):
        """The first type for goods, or for what is not about goods; nobody asks a customer to classify. May be empty."""
        return self.env["quality.complaint.type"].sudo().search(  # settings, which a customer can't read
            [("company_id", "in", (False, company.id)), ("product_required", "=", product_required)], limit=1,
        )

    @api.model
    def _prepare_portal_values(self, partner, company, order, lines):
        """Values of a complaint of that contact about delivered lines of his order, or about no goods at all.

        :param list lines: dictionaries of ``quality.complaint.line`` values
        """
        about_goods = self._prepare_from_delivered(lines) if lines else {"company_id": company.id}
        complaint_type = self._get_portal_type(company, product_required=bool(lines)) or self._get_portal_type(company, not lines)
        if not complaint_type:
            raise UserError(self.env._("Complaints can't be filed here at the moment. Please call us or write to us: %s", self._get_company_contact(company)))
        customer = partner.commercial_partner_id
        return {
            **about_goods, "channel": "web", "partner_id": customer.id, "contact_id": partner.id if partner != customer else False,
            "type_id": complaint_type.id,
            "user_id": self._get_portal_reporter(order, partner, company, complaint_type.team_id).id,
        }

    def _complete_portal_filing(self, attachments):
        super()._complete_portal_filing(attachments)
        # in the language of whose activity it is; the message told it, so the activity need not
        self.with_context(lang=self.user_id.lang, mail_activity_quick_update=True)._schedule_step()
        self._add_photos(attachments.filtered(lambda file: file.mimetype.startswith(PICTURE)))
        self._send_acknowledgement()

    def _add_photos(self, pictures):
        """Pictures are photos of the defect, until somebody sorts them."""
        self.ensure_one()
        kind = self.env.ref("quality_complaint.document_kind_photo", raise_if_not_found=False)
        if not pictures or not kind:
            return
        row = self.document_ids.filtered(lambda document: document.kind_id == kind)
        if row:
            row.attachment_ids = [Command.link(picture.id) for picture in pictures]
        else:
            self.document_ids = [Command.create({"kind_id": kind.id, "attachment_ids": [Command.set(pictures.ids)]})]

    def _get_portal_words(self):
        """What the customer wrote, as he wrote it: the sheet may be worded anew, this stays."""
        self.ensure_one()
        goods = Markup().join(
            Markup("<li>%s</li>") % ": ".join(filter(None, (
                self.env._(
                    "%(quantity)s %(unit)s %(product)s", quantity=f"{line.quantity:.12g}", unit=line.product_uom_id.name,
                    product=line.product_id.display_name,
                ), line.defect,
            ))) for line in self.line_ids
        )
        demands = Markup().join(Markup("<li>%s</li>") % demand.name for demand in self.demand_ids)
        return Markup("<p><strong>%s</strong></p>%s%s<p>%s</p><ul>%s</ul>") % (
            self.subject, self.description or "", goods and Markup("<ul>%s</ul>") % goods, self.env._("I ask for:"), demands,
        )
