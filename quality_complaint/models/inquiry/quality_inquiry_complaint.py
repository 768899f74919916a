from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import is_html_empty


class QualityInquiry(models.Model):
    """A question that turns out to be a complaint becomes one, once. It is over then and goes on there."""

    _inherit = "quality.inquiry"

    def action_create_complaint(self):
        """The window of a new complaint with all that was said; nothing is stored before the user saves it. What became
        one already leads to it."""
        self.ensure_one()
        if self.complaint_id:
            return self.complaint_id._get_records_action()
        self._check_link()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("File a Complaint"),
            "res_model": "quality.complaint",
            "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in self._prepare_complaint_values().items()},
        }

    def _prepare_complaint_values(self):
        """Received now: that it is a complaint is known from here on, and its time begins."""
        self.ensure_one()
        customer = self.commercial_partner_id
        values = {
            "inquiry_ids": [Command.link(self.id)],
            "company_id": self.company_id.id,
            "subject": self.subject,
            "partner_id": customer.id,
            "contact_id": self.partner_id.id if self.partner_id != customer else False,
            "partner_phone": self.partner_phone,
            "partner_email": self.partner_email,
            "channel": self.channel,
            "user_id": self.user_id.id or self.env.uid,
            "description": self._get_story(),
            "line_ids": [Command.create({"product_id": self.product_id.id})] if self.product_id else False,
        }
        return {name: value for name, value in values.items() if value}

    def _get_story(self):
        """What was asked, answered and said to it."""
        parts = [self.question] if not is_html_empty(self.question) else []
        if not self.partner_id and self.partner_name:
            parts.insert(0, Markup("<p>%s</p>") % self.env._("Asked by: %s", self.partner_name))
        if not is_html_empty(self.answer):
            parts.append(Markup("<p><strong>%s</strong></p>%s") % (self.env._("Our answer (%s):", self.name), self.answer))
        if self.result:
            parts.append(Markup("<p><strong>%s</strong></p><p>%s</p>") % (self.env._("What the customer said:"), self.result))
        return Markup().join(parts)

    def write(self, vals):
        if "complaint_id" not in vals:
            return super().write(vals)
        if not self.env.su:
            self._check_link(vals["complaint_id"])
        result = super().write(vals)
        self._set_became_complaint()
        return result

    def _check_link(self, complaint_id=None):
        """One inquiry becomes one complaint, for those whose inquiry it is."""
        if denied := self.filtered(lambda inquiry: not inquiry._may_manage()):
            raise AccessError(self.env._("Who took the question files the complaint:\n%s", "\n".join(denied.mapped("display_name"))))
        if became := self.filtered(lambda inquiry: inquiry.complaint_id and inquiry.complaint_id.id != complaint_id):
            raise UserError(self.env._("It has become a complaint already:\n%s", "\n".join(
                f"{inquiry.name}: {inquiry.sudo().complaint_id.name}" for inquiry in became  # which one, everybody may know
            )))
        if cancelled := self.filtered(lambda inquiry: inquiry.state == "cancel"):
            raise UserError(self.env._("It is cancelled. Reopen it first:\n%s", "\n".join(cancelled.mapped("display_name"))))

    def _set_became_complaint(self):
        """It goes on there: nobody has to answer here any more, and who was asked is told."""
        for inquiry in self.filtered("complaint_id"):
            complaint, asked = inquiry.complaint_id, inquiry.responder_id if inquiry.state == "forwarded" else inquiry.responder_id.browse()
            if not inquiry.partner_id:
                inquiry._write_system({"partner_id": (complaint.contact_id or complaint.partner_id).id})
            inquiry._message_log(body=self.env._("It has become a complaint: %s", complaint._get_html_link()))
            if inquiry.state in ("new", "forwarded", "answered"):
                inquiry._write_system({"state": "done"})
                inquiry._schedule_step(done=False)
            inquiry._notify_users(
                asked - self.env.user,
                lambda inquiry: (
                    inquiry.env._("No answer needed any more: %s", inquiry.display_name),
                    inquiry.env._("It has become a complaint: %s", inquiry.sudo().complaint_id.display_name),
                ),
            )
