from markupsafe import Markup, escape

from odoo import models

# talking about a record, which changes nothing in it
TALK_FIELDS = {"activity_ids", "message_follower_ids", "message_ids", "message_partner_ids", "message_main_attachment_id"}


class QualityNotifyMixin(models.AbstractModel):
    """Tells people about a record in Discuss and by e-mail at once, and customers by core's mail composer.

    Core sends one or the other, by each user's preference. A complaint must reach its people
    both ways: the one they look at first, and the one that stays.
    """

    _name = "quality.notify.mixin"
    _description = "Notification in Discuss and by E-mail"

    def _notify_users(self, users, compose, at_once=True):
        """Tell each of the users of each record in self, in his language and with times as his clock shows them.

        :param users: ``res.users``; portal and archived users are left out, and those who may not work in the record's company
        :param compose: function of a record, in the language and the time zone of who reads, to (subject: plain text, body: ``Markup`` or
            text that is escaped); ``format_datetime`` takes no time zone from the context, so it is given to it
        :param bool at_once: send the e-mails as soon as this is stored; else leave them to the mail queue, which is
            cheaper for many
        """
        # by whom the mail server and the clock are set anybody may be told
        users = users.sudo().filtered(lambda user: user.active and not user.share)
        for record in self:
            told = users.filtered(lambda user: record.company_id in user.company_ids)
            for (lang, tz), alike in told.grouped(lambda user: (user.lang, user.tz or self.env.user.tz)).items():
                localized = record.with_context(lang=lang, tz=tz)
                localized._notify_alike(alike.with_env(localized.env), *compose(localized), at_once)

    def _notify_alike(self, users, subject, body, at_once):
        """Tell users of one language."""
        self.ensure_one()
        body = body if isinstance(body, Markup) else escape(body or "").replace("\n", Markup("<br/>"))
        chat_users = users.filtered(lambda user: user.notification_type != "inbox")
        mail_users = users - chat_users
        self.message_notify(
            # core has nothing else than e-mail for those who chose it: without an address, they have the chat
            partner_ids=(mail_users | chat_users.filtered("email")).partner_id.ids,
            subject=subject,
            body=body,
            notify_author=True,
            email_layout_xmlid="mail.mail_notification_layout",
            force_send=at_once,
        )
        self._notify_by_chat(chat_users, subject, body)
        self._notify_by_mail(mail_users.filtered("email"), subject, body, at_once)

    def _notify_by_chat(self, users, subject, body):
        """Post in each user's chat with OdooBot: Discuss has no inbox for those who chose e-mail."""
        self.ensure_one()
        odoobot = self.env.ref("base.partner_root")
        for user in users:
            self._get_chat(user).message_post(
                author_id=odoobot.id,
                body=self._notify_chat_body(subject, body),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def _get_chat(self, user):
        """The user's chat with OdooBot. Core looks it up with all that a browser shows of it; one query does."""
        Channel = self.env["discuss.channel"].sudo()  # the chat is OdooBot's, not the current user's
        both = [self.env.ref("base.partner_root").id, user.partner_id.id]
        return Channel.search(
            [("channel_type", "=", "chat"), *(("channel_member_ids.partner_id", "=", partner_id) for partner_id in both)], limit=1,
        ) or Channel.with_user(self.env.ref("base.user_root"))._get_or_create_chat([user.partner_id.id]).sudo()

    def _notify_chat_body(self, subject, body):
        return self._get_html_link(title=subject) + self.env["mail.render.mixin"]._replace_local_links(body)

    def _notify_by_mail(self, users, subject, body, at_once):
        """Mail the users whose notifications stay in Discuss."""
        self.ensure_one()
        if not users:
            return
        # an employee's mail server rights are not asked: the system tells, not the current user
        mails = self.env["mail.mail"].sudo().create({
            "subject": subject,
            "body_html": body,
            "recipient_ids": [(4, partner.id) for partner in users.partner_id],
            "model": self._name,
            "res_id": self.id,
            "auto_delete": True,
        })
        if at_once:
            mails.send_after_commit()

    # ------------------------------------------------------------ writing to the customer
    def _get_composer_action(self, name, template, **context):
        """The window of core's mail composer with that template, for the customer.

        :param str template: external id of a ``mail.template``
        :param context: what else the composer and the message that it posts are told
        """
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
