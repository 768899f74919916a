import re
import secrets

from lxml import html

from odoo import models, tools
from odoo.fields import Domain

MAIL_FIELDS = ("subject", "body_html", "email_from", "reply_to")

# what reads nothing else of a recipient says the same to all of a campaign and language
SHARED_FIELDS = {"campaign_id", "company_id", "lang"}

# variables that outlast their recipient in a loop
OWN_VARIABLES = re.compile(r"\bt-(set|foreach|call)\b")


class SurveyCampaignRecipient(models.Model):
    """E-mails are rendered as core does it, but together: core compiles the template anew for each, which takes longer than all the rest."""

    _inherit = "survey.campaign.recipient"

    def _send(self, template_xmlid):
        """Queue the template's e-mail to each, in their language; a bounce is found by the copy that it belongs to."""
        if not self:
            return
        self._cancel_waiting_mails()
        rendered = self._render_mails(self.env.ref(template_xmlid).sudo())
        # as core fills them in, for each anew
        author = self.env.user.partner_id
        reply_to = self.user_input_id.sudo()._notify_get_reply_to_batch(
            defaults={recipient.user_input_id.id: rendered[recipient.id]["email_from"] for recipient in self},
        )
        self.env["mail.mail"].sudo().create([
            {
                "author_id": author.id, "reply_to": reply_to[recipient.user_input_id.id],
                **{name: value for name, value in rendered[recipient.id].items() if value},
                "email_to": tools.formataddr((recipient.name, recipient.email_normalized)),
                "model": "survey.user_input", "res_id": recipient.user_input_id.id, "auto_delete": True, "is_notification": True,
                "headers": self._prepare_unsubscribe_headers(recipient.unsubscribe_url),
            }
            for recipient in self
        ])
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _cancel_waiting_mails(self):
        """What still waits to be sent, or to be tried again, gives way to what is sent now."""
        self.env["mail.mail"].sudo().search(
            Domain("model", "=", "survey.user_input") & Domain("res_id", "in", self.user_input_id.ids) & Domain("state", "in", ("outgoing", "exception")),
        ).state = "cancel"

    def _render_mails(self, template):
        """{id: {field: text}}: what reads of the recipient only :data:`SHARED_FIELDS` is rendered once, the body in one loop over all, and
        what can be neither for each alone."""
        if not template.lang or not self._is_shared(template.lang):
            return template._generate_template(self.ids, MAIL_FIELDS)
        rendered = {recipient.id: {} for recipient in self}
        for recipients in self.grouped(lambda recipient: (recipient.campaign_id, recipient.lang)).values():
            first = recipients[0]
            [(localized, _ids)] = template._classify_per_lang(first.ids).values()
            for name in MAIL_FIELDS:
                if self._is_shared(localized[name]):
                    texts = dict.fromkeys(recipients.ids, localized._render_field(name, first.ids)[first.id])
                elif name == "body_html" and not OWN_VARIABLES.search(localized.body_html):
                    texts = recipients._render_bodies(localized)
                else:
                    texts = localized._render_field(name, recipients.ids)
                for recipient_id, text in texts.items():
                    rendered[recipient_id][name] = text
        return rendered

    def _is_shared(self, text):
        """False where it may say something else to another recipient of the campaign."""
        return set(re.findall(r"\bobject\b(?:\.(\w+))?", text or "")) <= SHARED_FIELDS

    def _render_bodies(self, template):
        """{id: body} of recipients of one campaign and language."""
        separator = secrets.token_hex(16)
        # parsed as core does it for one, so that what was left open ends with the body
        body = html.tostring(html.fragment_fromstring(template.body_html, create_parent="div"), encoding="unicode")
        loop = f'<t t-foreach="recipients" t-as="object">{body}<t t-out="separator"/></t>'
        add_context = {"recipients": self.with_env(template.env), "separator": separator}
        options = template._fields["body_html"].render_options
        text = template._render_template(loop, self._name, self[:1].ids, engine="qweb", add_context=add_context, options=options)[self[0].id]
        bodies = [body[len("<div>"):-len("</div>")] for body in text.split(separator)[:-1]]
        return dict(zip(self.ids, bodies, strict=True))
