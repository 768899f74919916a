from odoo import api, fields, models
from odoo.fields import Command

from ..odoo.ir_actions_report import REPLY_FORMS


class QualityComplaintReply(models.Model):
    """A reply as it went to the customer: text, documents, who approved it, who sent it to whom. Nobody changes it."""

    _name = "quality.complaint.reply"
    _description = "Reply as Sent"
    _inherit = ["quality.complaint.part"]
    _order = "complaint_id, revision desc"
    _rec_name = "revision"

    revision = fields.Integer(required=True, readonly=True, help="1 is what the customer got first.")
    round = fields.Integer(required=True, readonly=True)
    report_id = fields.Many2one("ir.actions.report", "Layout on File", readonly=True, index="btree_not_null", ondelete="set null")
    layout_name = fields.Char("Layout", readonly=True)
    reply_form = fields.Selection(REPLY_FORMS, "Form", readonly=True)
    body = fields.Html("Text", readonly=True, sanitize=False)  # it was sanitized when it was written
    approved_by_id = fields.Many2one("res.users", readonly=True)
    approved_on = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True)
    sent_on = fields.Datetime(required=True, readonly=True)
    sent_to = fields.Char(readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", readonly=True, bypass_search_access=True)

    _revision_once = models.Constraint("UNIQUE (complaint_id, revision)", "Each reply of a complaint has its own revision.")

    @api.depends("complaint_id", "revision")
    def _compute_display_name(self):
        for reply in self:
            reply.display_name = self.env._(
                "%(complaint)s, revision %(revision)s", complaint=reply.sudo().complaint_id.name, revision=reply.revision,
            )

    def _keep_attachments(self, attachments):
        """Copies of its own, which nobody removes: the message's files may be removed from the chatter."""
        self.ensure_one()
        self.attachment_ids = [
            Command.set([file.copy({"res_model": self._name, "res_id": self.id}).id for file in attachments.sudo()]),
        ]

    def _get_document(self):
        """The document that the customer got, or nothing where it was recorded without one."""
        self.ensure_one()
        return self.attachment_ids.filtered(lambda file: file.mimetype == "application/pdf")[:1] or self.attachment_ids[:1]

    def action_print(self):
        """Download the document as it was sent; what was recorded without one is printed from its text."""
        self.ensure_one()
        if not self._get_document():
            self.sudo()._print()  # it is kept with the reply, which nobody writes
        return {"type": "ir.actions.act_url", "url": f"/web/content/{self._get_document().id}?download=true", "target": "download"}

    def _print(self):
        self.ensure_one()
        complaint = self.complaint_id.with_context(printed_reply_id=self.id)
        own = self.report_id._filter_reply_layouts()
        report = own if own and own._has_template() else complaint._get_default_reply_report()
        complaint._check_layout(report)
        name, content = complaint._print_reply(report)
        self.attachment_ids = [
            Command.create({"name": name, "raw": content, "res_model": self._name, "res_id": self.id}),
        ]

    def action_send_again(self):
        """Open the mail composer with the documents of this reply, for the customer."""
        self.ensure_one()
        return self.complaint_id._get_composer_action(
            self.env._("Send Again"), "quality_complaint.mail_template_reply", sent_reply_id=self.id,
        )
