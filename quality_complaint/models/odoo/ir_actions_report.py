from odoo import api, fields, models
from odoo.fields import Domain

# what a reply is made of: how it is drafted, and what has to be on record first
REPLY_FORMS = [("letter", "Letter"), ("8d", "8D Report"), ("a3", "A3 Report")]


class IrActionsReport(models.Model):
    """A report on complaints can be a layout of the reply: ours, or one that a company made itself."""

    _inherit = "ir.actions.report"

    complaint_reply_form = fields.Selection(
        REPLY_FORMS, "Reply to the Customer As",
        help="Makes the report a layout in which complaints are replied to. The text is drafted in this form, and what the form "
             "needs has to be on record before the reply is approved.",
    )

    @api.model
    def _reply_layout_domain(self):
        return Domain("complaint_reply_form", "!=", False) & Domain("model", "=", "quality.complaint") & Domain("report_type", "=", "qweb-pdf")

    def _filter_reply_layouts(self):
        return self.filtered_domain(self._reply_layout_domain())

    def _has_template(self):
        """False where somebody deleted the template that it is printed with."""
        self.ensure_one()
        return bool(self.env["ir.ui.view"]._get_template_view(self.report_name, raise_if_not_found=False))

    def write(self, vals):
        layouts = self._filter_reply_layouts()
        result = super().write(vals)
        (layouts - layouts._filter_reply_layouts())._replace_in_replies()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_replaced_in_replies(self):
        self._replace_in_replies()

    def _replace_in_replies(self):
        """What was not sent yet goes out in the layout that is next in turn."""
        if self:
            # whoever configures reports need not see the complaints
            Complaint = self.env["quality.complaint"].sudo()
            Complaint.search(
                Domain("reply_report_id", "in", self.ids) & Domain("reply_sent_on", "=", False) & Complaint._unfinished_domain(),
            )._replace_reply_layout(self)
