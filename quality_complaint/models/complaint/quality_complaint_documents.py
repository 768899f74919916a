import base64
import io
import json

import lxml.html

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty
from odoo.tools.safe_eval import safe_eval, time

from ...report.xlsx_document import write_documents


class QualityComplaint(models.Model):
    """The documents of a complaint, on paper and as Excel files that say the same as the paper."""

    _inherit = "quality.complaint"

    # ------------------------------------------------------------ on paper
    def action_print_reply(self):
        """The document as it would go out now."""
        self.ensure_one()
        report = self._get_reply_report()
        self._check_layout(report)
        return report.report_action(self, config=False)

    def _get_printed_reply(self, form):
        """What a layout of that form prints: text, days (the company's, whoever prints it), who approved it, revision, and whether it is but a draft.

        A text that was written in another form stays aside: it is drafted then, for the eyes of our people.
        """
        self.ensure_one()
        to_day = self.company_id._get_local_date
        received = to_day(self.date_received)
        if sent := self._get_reply_of_context("printed_reply_id"):
            return {
                "body": sent.body, "date": to_day(sent.sent_on), "received": received, "approved_by": sent.approved_by_id,
                "revision": sent.revision, "is_draft": False,
            }
        own = not is_html_empty(self.reply_body) and (self.reply_form or "letter") == form
        return {
            "body": self.reply_body if own else self._render_reply(form),
            "date": to_day((own and (self.reply_sent_on or self.reply_approved_on)) or fields.Datetime.now()),
            "received": received,
            "approved_by": self.reply_approved_by_id if own else self.env["res.users"],
            "revision": self.reply_revision,
            "is_draft": not (own and self.reply_approved_on),
        }

    def _get_reply_of_context(self, key):
        """The reply that is printed or sent once more, or nothing where it is the one that is written."""
        return self.reply_ids.filtered(lambda reply: reply.id == self.env.context.get(key))

    def _print_reply(self, report):
        """(file name, content) of the document."""
        self.ensure_one()
        lang = self._get_customer_lang()
        content, extension = self.env["ir.actions.report"]._render_qweb_pdf(report, self.ids)
        return f"{self.with_context(lang=lang)._get_file_name(report)}.{extension}", content

    def _get_file_name(self, report):
        """As the report says, in the language of the context, without the ending."""
        self.ensure_one()
        name = report.with_context(lang=self.env.lang).print_report_name
        return safe_eval(name, {"object": self, "time": time}) if name else self._get_file_number()

    def _get_file_number(self):
        """Its number as a part of a file's name, with the revision of its reply from the second on."""
        self.ensure_one()
        number = self.name.replace("/", "-")
        revision = self._get_reply_of_context("printed_reply_id").revision or self.reply_revision
        return f"{number} R{revision}" if revision > 1 else number

    def _process_attachments_for_template_post(self, mail_template):
        """The reply's documents come along with its mail, in the layout of each complaint."""
        documents = super()._process_attachments_for_template_post(mail_template)
        # a deleted template must not keep other mails from going out
        ours = self.env.ref("quality_complaint.mail_template_reply", raise_if_not_found=False)
        if (ours and mail_template == ours) or self.env.context.get("mark_reply_sent"):
            for complaint in self:
                documents.setdefault(complaint.id, {}).setdefault("attachments", []).extend(
                    (name, base64.b64encode(content)) for name, content in complaint._get_reply_documents()
                )
        return documents

    def _get_reply_documents(self):
        """A list of (file name, content): what goes to the customer, or went to him with the reply that is sent again."""
        self.ensure_one()
        if sent := self._get_reply_of_context("sent_reply_id"):
            if not sent._get_document():
                sent.sudo()._print()
            return [(file.name, file.raw) for file in sent.sudo().attachment_ids]
        report = self._get_reply_report()
        documents = [self._print_reply(report)]
        if self.sudo().commercial_partner_id.complaint_reply_xlsx:
            documents.append(self._make_xlsx(report))
        return documents

    # ------------------------------------------------------------ as Excel
    def _make_xlsx(self, report):
        """(file name, content) of what that report prints, in the customer's language where it is a reply."""
        self.ensure_one()
        file = io.BytesIO()
        write_documents(file, self._get_documents(report))
        complaint = self.with_context(lang=self._get_customer_lang()) if report.complaint_reply_form else self
        return f"{complaint._get_file_name(report)}.xlsx", file.getvalue()

    def _get_documents(self, report):
        """What that report prints: a list of (number, lxml element), one for each complaint."""
        documents = []
        for complaint in self:
            html, _kind = self.env["ir.actions.report"]._render_qweb_html(report, complaint.ids)
            root = lxml.html.fromstring(html)
            pages = root.xpath("//div[contains(concat(' ', @class, ' '), ' page ')]") or [root]
            documents.extend((complaint.name, page) for page in pages)
        return documents

    def _action_export_document(self, report):
        """Download what that report prints as an Excel file."""
        if not self:
            raise UserError(self.env._("There is no complaint to print."))
        return {
            "type": "ir.actions.client",
            "tag": "quality_complaint.download",
            "params": {"url": f"/quality_complaint/document/{report.id}.xlsx", "data": {"ids": json.dumps(self.ids)}},
        }

    def action_export_sheet(self):
        return self._action_export_document(self.env.ref("quality_complaint.action_report_complaint_sheet"))

    def action_export_reply(self):
        """The reply as it would go out now, as an Excel file."""
        self.ensure_one()
        report = self._get_reply_report()
        self._check_layout(report)
        return self._action_export_document(report)
