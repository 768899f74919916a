from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

# only filing through the portal sets this
PORTAL_FIELDS = {"portal_submission"}

# what of the files is shown as the photo of the defect
PICTURE = "image/"


class QualityComplaint(models.Model):
    """A complaint that the customer files himself: by whom it is handled first, and how many he may file."""

    _inherit = "quality.complaint"

    portal_submission = fields.Char(
        readonly=True, copy=False, help="The form that it was sent with: one form makes one complaint, however often it is sent.",
    )

    _portal_submission_once = models.UniqueIndex(
        "(portal_submission) WHERE portal_submission IS NOT NULL", "This form was sent already.",
    )

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | PORTAL_FIELDS

    # ------------------------------------------------------------ may he
    @api.model
    def _get_portal_filing_refusal(self, user):
        """Why this portal user can't file another complaint now, or False."""
        limit = self._get_portal_limit("portal_hourly_limit", 20)
        an_hour_ago = fields.Datetime.now() - timedelta(hours=1)
        # he has no rights to complaints; how many he filed he may know
        count = self.sudo().search_count(
            Domain("commercial_partner_id", "=", user.partner_id.commercial_partner_id.id)  # indexed
            & Domain("create_uid", "=", user.id) & Domain("create_date", ">", an_hour_ago), limit=limit,
        )
        if count < limit:
            return False
        return self.env._(
            "You have filed %(count)s complaints within an hour, and this one was not saved. Please wait a little, or reach us directly: %(contact)s",
            count=count, contact=self._get_company_contact(self.env.company),
        )

    @api.model
    def _get_company_contact(self, company):
        """How the customer reaches the company without this page."""
        sudo_company = company.sudo()  # any customer may know it
        return ", ".join(filter(None, (sudo_company.phone, sudo_company.email))) or sudo_company.name

    @api.model
    def _find_portal_submission(self, user, submission):
        """The complaint that this form of this user has made already, or an empty recordset."""
        # what he filed is his
        return self.sudo().search([("portal_submission", "=", self._get_submission_key(user, submission))], limit=1)

    @api.model
    def _get_submission_key(self, user, submission):
        """Nobody can take another user's form."""
        return f"{user.id}-{submission}"

    # ------------------------------------------------------------ filing
    @api.model
    def _get_portal_type(self, company, product_required):
        """The first type for goods, or for what is not about goods; nobody asks a customer to classify. May be empty."""
        return self.env["quality.complaint.type"].sudo().search(  # settings, which a customer can't read
            [("company_id", "in", (False, company.id)), ("product_required", "=", product_required)], limit=1,
        )

    def _get_portal_reporter(self, order, partner, company, team):
        """Who speaks with this customer: who sold it, else who would if it were a mail."""
        seller = order.user_id
        if seller.active and not seller.share and company in seller.company_ids:
            return seller
        # who of us looks after whom is not the customer's to read
        return self.sudo()._get_intake_user(partner.sudo(), team.sudo(), company) or self.env.ref("base.user_admin")

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

    @api.model
    def _file_from_portal(self, values, files=(), submission=False):
        """The complaint of the portal user who is logged in: recorded as new, with the files; who speaks with the customer
        is told at once, the customer gets the acknowledgement.

        :param dict values: all values of the complaint
        :param files: ``werkzeug.datastructures.FileStorage``, checked before
        """
        user = self.env.user
        # a portal user has no rights to complaints; the controller has made sure that the order is his
        complaint = self.sudo().with_company(values["company_id"]).with_context(mail_auto_subscribe_no_notify=True).create({
            **values, "portal_submission": submission and self._get_submission_key(user, submission),
        }).with_context(mail_auto_subscribe_no_notify=False)
        attachments = self._store_uploads(files)
        # in the language of whose activity it is; the message below tells it, so the activity need not
        complaint.with_context(lang=complaint.user_id.lang, mail_activity_quick_update=True)._schedule_step()
        complaint.message_post(
            body=complaint._get_portal_words(), attachment_ids=attachments.ids, author_id=user.partner_id.id,
            message_type="comment", subtype_xmlid="mail.mt_comment",
        )
        complaint._add_photos(attachments.filtered(lambda file: file.mimetype.startswith(PICTURE)))
        complaint._send_acknowledgement()
        return complaint

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
