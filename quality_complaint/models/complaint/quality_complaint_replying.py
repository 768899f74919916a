from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from .quality_complaint_reply_text import REPLY_TEXT_FIELDS


class QualityComplaint(models.Model):
    """How the reply goes out: approved by the sales manager, sent as a document, kept as it was sent, corrected if need be."""

    _inherit = "quality.complaint"

    reply_approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    reply_approved_on = fields.Datetime(readonly=True, copy=False)
    reply_sent_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    can_approve_reply = fields.Boolean(compute="_compute_can_approve_reply")
    reply_ids = fields.One2many("quality.complaint.reply", "complaint_id", "Replies Sent", copy=False, bypass_search_access=True)
    reply_revision = fields.Integer(
        "Revision of the Reply", compute="_compute_reply_revision", help="Of the reply that is written, or that was sent last.",
    )

    @api.depends("reply_ids", "reply_sent_on")
    def _compute_reply_revision(self):
        for complaint in self:
            sent = len(complaint.reply_ids)
            complaint.reply_revision = sent if complaint.reply_sent_on else sent + 1

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
        if REPLY_TEXT_FIELDS & vals.keys():
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
        # what is missing does not depend on who asks
        if blocked := {complaint: gaps for complaint in self if (gaps := complaint.sudo()._get_reply_gaps())}:
            raise UserError("\n\n".join(
                self.env._(
                    "The reply of %(complaint)s can't be approved yet:\n%(gaps)s",
                    complaint=complaint.name, gaps="\n".join(f"• {gap}" for gap in gaps),
                )
                for complaint, gaps in blocked.items()
            ))
        for complaint in self:
            # what is approved is the text in this layout
            complaint._write_system({
                "reply_report_id": complaint._get_reply_report().id,
                "reply_approved_by_id": self.env.user.id, "reply_approved_on": fields.Datetime.now(),
            })
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
        if not self._get_reply_report()._has_template():
            raise UserError(self.env._(
                "The template of the layout «%s» does not exist any more. Choose another layout and have it approved.", self.reply_report_id.name,
            ))
        if not self.partner_email:
            raise UserError(self.env._("%s has no e-mail address to send the reply to.", (self.contact_id or self.partner_id).name))
        return self._get_composer_action(
            self.env._("Send the Reply"), "quality_complaint.mail_template_reply", mark_reply_sent=True,
            reply_approval=fields.Datetime.to_string(self.reply_approved_on),
        )

    def action_send_agreement(self):
        """Open the mail composer with what was agreed when the complaint was not upheld."""
        self.ensure_one()
        if self.state != "rejected":
            raise UserError(self.env._("%s is not closed as not upheld, so there is no agreement to send.", self.name))
        return self._get_composer_action(self.env._("Send the Agreement"), "quality_complaint.mail_template_agreement")

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
        # the documents were made when the mail was begun, which may have been scheduled for later
        begun = self.env.context.get("reply_approval")
        if outdated := self.filtered(lambda complaint: begun and fields.Datetime.to_string(complaint.reply_approved_on) != begun):
            raise UserError(self.env._(
                "This mail has a document from before the reply was approved anew. Discard it, and send the reply again: %s",
                ", ".join(outdated.mapped("name")),
            ))
        message = super().message_post(**kwargs)
        if message.is_internal or not message.attachment_ids or not message.partner_ids.filtered("partner_share"):
            raise UserError(self.env._("The reply has to go to the customer, with the letter attached."))
        self.with_context(mark_reply_sent=False)._set_reply_sent(message)
        return message

    def _set_reply_sent(self, message=None):
        """The approved reply has gone to the customer with that message. Now he is asked whether he is satisfied."""
        for complaint in self:
            complaint._keep_sent_reply(message)
        self._write_system({"reply_sent_on": fields.Datetime.now()})
        self._move("follow_up")
        self._complete_milestones("reply")
        self._schedule_step()

    def action_correct_reply(self):
        """What was sent was not right: back to the reply, to send another one in the same round. What was sent is kept."""
        self._move("reply", "action_correct_reply")
        self._write_system({"reply_approved_by_id": False, "reply_approved_on": False, "reply_sent_on": False})
        self._schedule_step(done=False)

    def _get_gaps(self, target):
        """A reply is corrected as long as the customer has not answered to it."""
        if (self.state, target) != ("follow_up", "reply"):
            return super()._get_gaps(target)
        answered = self.sudo()._get_current_follow_up()
        return [self.env._("The customer has answered to this reply. A new round is begun by recording that he is not satisfied.")] if answered else []

    # ------------------------------------------------------------ what was sent
    def _keep_sent_reply(self, message=None):
        self.ensure_one()
        # what was sent is nobody's to write
        reply = self.env["quality.complaint.reply"].sudo().create(self.sudo()._prepare_sent_reply_values(message))
        if message:
            reply._keep_attachments(message.attachment_ids)

    def _prepare_sent_reply_values(self, message=None):
        self.ensure_one()
        report = self._get_reply_report()
        told = message.partner_ids.filtered("partner_share") if message else self._get_reply_partner()
        return {
            "complaint_id": self.id,
            "revision": self.reply_revision,
            "round": self.round,
            "report_id": report.id,
            "layout_name": report.name,
            "reply_form": self.reply_form,
            "body": self.reply_body,
            "approved_by_id": self.reply_approved_by_id.id,
            "approved_on": self.reply_approved_on,
            "sent_by_id": self.env.uid,
            "sent_on": fields.Datetime.now(),
            "sent_to": ", ".join(partner.email_formatted or partner.name for partner in told) or self.partner_email,
        }

    def _get_sent_replies(self):
        """What the customer got, the newest first."""
        return self.reply_ids.sorted("revision", reverse=True)
