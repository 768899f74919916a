from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_date, is_html_empty

from ..capa.quality_capa import CARRIED_OUT_STATES


class QualityComplaint(models.Model):
    """The reply to the customer: drafted from the record, approved by the sales manager, sent as a document."""

    _inherit = "quality.complaint"

    reply_body = fields.Html("Reply", copy=False, sanitize_style=True)
    reply_approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    reply_approved_on = fields.Datetime(readonly=True, copy=False)
    reply_sent_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    can_approve_reply = fields.Boolean(compute="_compute_can_approve_reply")

    @api.depends("state", "reply_approved_on", "sales_manager_id")
    @api.depends_context("uid")
    def _compute_can_approve_reply(self):
        for complaint in self:
            complaint.can_approve_reply = not complaint._get_approve_reply_refusal()

    def _get_approve_reply_refusal(self):
        """Why this user can't approve the reply, or False. Also decides whether the button shows.

        It takes the sales manager named on the complaint, who did not file it himself, or any sales administrator.
        """
        self.ensure_one()
        if self.state != "reply":
            return self.env._("%s is not at its reply.", self.name)
        if self.reply_approved_on:
            return self.env._("The reply of %s is approved already.", self.name)
        user = self.env.user
        named = user == self.sales_manager_id and user not in (self.user_id | self.create_uid)
        if not (self.env.su or named or user.has_group("sales_team.group_sale_manager")):
            return self.env._("The reply of %s is the sales manager's to approve.", self.name)
        return False

    def _before_content_write(self, vals):
        """What was approved is the text as it stood: a changed one needs a new approval."""
        if "reply_body" in vals:
            if sent := self.filtered("reply_sent_on"):
                raise UserError(self.env._("The reply has gone to the customer and stays as it is: %s", ", ".join(sent.mapped("name"))))
            changed = self.filtered(lambda complaint: complaint.reply_approved_on and not complaint.reply_sent_on)
            changed._write_system({"reply_approved_by_id": False, "reply_approved_on": False})
            changed._schedule_step()
        super()._before_content_write(vals)

    # ------------------------------------------------------------ moves
    def action_draft_reply(self):
        """Write the reply anew from what is recorded."""
        if too_early := self.filtered(lambda complaint: complaint.state != "reply"):
            raise UserError(self.env._("%s is not at its reply.", ", ".join(too_early.mapped("name"))))
        self._draft_reply()

    def action_approve_reply(self):
        if refusals := [refusal for complaint in self if (refusal := complaint._get_approve_reply_refusal())]:
            raise UserError("\n".join(refusals))
        if empty := self.filtered(lambda complaint: is_html_empty(complaint.reply_body)):
            raise UserError(self.env._("There is no reply to approve yet:\n%s", "\n".join(empty.mapped("display_name"))))
        self._write_system({"reply_approved_by_id": self.env.user.id, "reply_approved_on": fields.Datetime.now()})
        # the message below tells it, so the activity need not
        self.with_context(mail_activity_quick_update=True)._schedule_step()
        for complaint in self:
            complaint._notify_users(
                complaint.user_id - self.env.user,
                lambda complaint: (
                    complaint.env._("The reply of %s is approved", complaint.display_name),
                    complaint.env._("You can send it to the customer now."),
                ),
            )

    def action_send_reply(self):
        """Open the mail composer with the reply as a PDF; sending it moves the complaint to its follow-up."""
        self.ensure_one()
        if self.state != "reply" or not self.reply_approved_on:
            raise UserError(self.env._("Only an approved reply is sent to the customer."))
        if not self.partner_email:
            raise UserError(self.env._("%s has no e-mail address to send the reply to.", (self.contact_id or self.partner_id).name))
        return self._get_composer_action(
            self.env._("Send the Reply"), "quality_complaint.mail_template_reply", mark_reply_sent=True,
        )

    def action_send_agreement(self):
        """Open the mail composer with what was agreed when the complaint was not upheld."""
        self.ensure_one()
        if self.state != "rejected":
            raise UserError(self.env._("%s is not closed as not upheld, so there is no agreement to send.", self.name))
        return self._get_composer_action(self.env._("Send the Agreement"), "quality_complaint.mail_template_agreement")

    def _get_composer_action(self, name, template, **context):
        """The mail composer with that template, for the customer."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": self.env.ref(template).id,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible_signature",
                "force_email": True,
                **context,
            },
        }

    def _get_reply_partner(self):
        """Who gets the reply, or nobody where the address on the complaint is not his: then it goes to the address."""
        self.ensure_one()
        partner = self.contact_id or self.partner_id
        return partner if partner.email_normalized == email_normalize(self.partner_email) else partner.browse()

    def message_post(self, **kwargs):
        if not self.env.context.get("mark_reply_sent"):
            return super().message_post(**kwargs)
        # some roads post in sudo: the right that counts is the user's own
        self.sudo(False).check_access("write")
        if unapproved := self.filtered(lambda complaint: complaint.state != "reply" or not complaint.reply_approved_on):
            raise UserError(self.env._("Only an approved reply is sent to the customer: %s", ", ".join(unapproved.mapped("name"))))
        message = super().message_post(**kwargs)
        if message.is_internal or not message.attachment_ids or not message.partner_ids.filtered("partner_share"):
            raise UserError(self.env._("The reply has to go to the customer, with the letter attached."))
        self.with_context(mark_reply_sent=False)._set_reply_sent()
        return message

    def _set_reply_sent(self):
        """The approved reply has gone to the customer. Now he is asked whether he is satisfied."""
        self._write_system({"reply_sent_on": fields.Datetime.now()})
        self._move("follow_up")
        self._complete_milestones("reply")
        self._schedule_step()

    # ------------------------------------------------------------ drafting
    def _draft_reply(self):
        for complaint in self:
            complaint.reply_body = complaint._render_reply()

    def _draft_missing_reply(self):
        """What somebody has edited in this round is not overwritten unasked."""
        self.filtered(lambda complaint: is_html_empty(complaint.reply_body))._draft_reply()

    def _render_reply(self):
        """The reply letter's text out of the record, in the customer's language.

        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        lang = self._get_customer_lang()
        return self.env["ir.qweb"]._render(
            "quality_complaint.reply_body", self.with_context(lang=lang)._prepare_reply_values(), lang=lang,
        )

    def _prepare_reply_values(self):
        """What the reply's template shows. Sentences around a value are made here, so that each language
        can put the value where it belongs."""
        self.ensure_one()
        capas = self.capa_ids.sorted("id")
        return {
            "complaint": self,
            "greeting": self.env._("Dear %s,", self.contact_id.name or self.partner_id.name),
            "opening": self.env._(
                "Thank you for telling us about “%s”. We are sorry for the trouble it caused you. "
                "This is what we found and what we have done.", self.subject,
            ),
            "present": capas.filtered(
                lambda capa: capa.state in CARRIED_OUT_STATES and capa.capa_type in ("containment", "correction", "visit"),
            ),
            "lasting": [
                (capa, self.env._("%(action)s (until %(day)s)", action=capa.name, day=format_date(self.env, capa._get_deadline_day())))
                for capa in capas.filtered(lambda capa: capa.state != "cancel" and capa.capa_type in ("corrective", "preventive"))
            ],
        }

    def _get_customer_lang(self):
        return self.contact_id.lang or self.partner_id.lang or self.env.lang
