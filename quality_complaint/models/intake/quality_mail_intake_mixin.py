import logging

from markupsafe import Markup, escape

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, html2plaintext, is_html_empty
from odoo.tools.mail import email_split_and_format

from ...tools.incoming_mail import HAN, KANA, find_tokens, is_automatic_reply, wants_no_answer
from .quality_team import ALIAS_MODELS

_logger = logging.getLogger(__name__)

# what of a mail is shown and searched for numbers; a longer one is kept whole as an attachment
BODY_LIMIT = 200_000
READ_LIMIT = 100_000
SUBJECT_LIMIT = 250

READ_ACTIVITY = "mail.mail_activity_data_todo"

# a clock that is further behind than this is a wrong clock, not a slow mail
OLDEST_MAIL = {"days": 30}

# tells `message_new` that the mail is not to be answered by a program
NO_ANSWER = "intake_unanswered"

# programs do not answer what says so, and ours neither
AUTO_REPLY_HEADERS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


class QualityMailIntakeMixin(models.AbstractModel):
    """A mail that a person wrote becomes a record, or is added to the one it is about; nothing that arrives is lost.

    Who wrote it is found by his address, or becomes a contact. He is told at once that it has arrived (once, and never
    where a program would answer), and who has the next step is told of everything that he writes later.
    """

    _name = "quality.mail.intake.mixin"
    _description = "Intake by E-mail"
    _inherit = ["mail.thread"]

    _intake_body = "description"  # the field that takes what he wrote
    _acknowledgement_template = None

    acknowledged_on = fields.Datetime("Receipt Confirmed On", readonly=True, copy=False)

    # ------------------------------------------------------------ whether, and where to
    @api.model
    def _check_intake_route(self, message, message_dict, route):
        """Where a mail to this model goes: the route as it is, or to the record whose number its subject names.

        None where it is not to leave anything behind.
        """
        _model, thread_id, values, user_id, alias = route
        if refusal := self._get_intake_refusal(message, message_dict, thread_id):
            _logger.info("Ignored mail from %s with Message-Id %s: %s", message_dict["email_from"], message_dict["message_id"], refusal)
            return None
        self._tame_mail(message_dict)
        if thread_id:
            return route
        values = dict(values or {})
        company = self._get_intake_company(self.env["quality.team"].browse(values.get("team_id")))
        sender = self._find_sender(message_dict, company)
        if self._is_colleague(sender, company) and not sender.user_ids and (asker := email_split_and_format(str(message.get("Reply-To") or ""))):
            # a form on our website writes from our own address, and says whom to answer
            message_dict.update(email_from=asker[0], author_id=False)
            sender = self._find_sender(message_dict, company)
        if record := self._find_named_record(message_dict, company, sender):
            # what a colleague passes on is for us, not for the customer
            message_dict["is_internal"] = self._is_colleague(sender, company)
            return (record._name, record.id, None, user_id, alias)
        values[NO_ANSWER] = wants_no_answer(message, email_normalize(message_dict["email_from"]))
        return (*route[:2], values, user_id, alias)

    @api.model
    def _get_intake_refusal(self, message, message_dict, thread_id):
        """Why a mail is not to leave anything behind, for the log, or False."""
        if is_automatic_reply(message):
            return "an automatic reply"
        sender = email_normalize(message_dict["email_from"])
        if sender and self.env["mail.alias.domain"].sudo()._find_aliases([sender]):
            return "sent from an address of ours that mail is received at"
        if not (sender or thread_id) and self._is_flooded():
            return "too many mails without a sender"
        return False

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Core counts these of the last hours before it takes another mail of the same sender; it tells him when it does not."""
        return (
            Domain("channel", "=", "email")
            & Domain("date_received", ">=", fields.Datetime.subtract(fields.Datetime.now(), **OLDEST_MAIL))  # indexed
            & Domain("partner_email", "ilike" if email_from_normalized else "=", email_from_normalized)
        )

    @api.model
    def _is_flooded(self):
        """Core asks by the sender only: what has none is counted here, by the same limits."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        since = fields.Datetime.subtract(fields.Datetime.now(), minutes=int(get_param("mail.gateway.loop.minutes", 120)))
        count = self.sudo().search_count(self._detect_loop_sender_domain(False) & Domain("create_date", ">=", since))
        return count >= int(get_param("mail.gateway.loop.threshold", 20))

    @api.model
    def _tame_mail(self, message_dict):
        """What a browser or the database can't bear is taken out of the mail, and kept with it."""
        for name in ("subject", "email_from"):
            message_dict[name] = (message_dict.get(name) or "").replace("\0", "")
        attachments = [
            self._Attachment((name or "").replace("\0", ""), content, info)
            for name, content, info in message_dict.get("attachments") or ()
        ]
        body = message_dict.get("body") or ""
        if len(body) > BODY_LIMIT:
            attachments.append(self._Attachment("message.html", str(body), {}))
            notice = self.env._("The message is longer than this. It is attached as a whole: message.html")
            body = body[:BODY_LIMIT - 1000] + Markup("<p>… %s</p>") % notice
        message_dict.update(body=body, attachments=attachments)

    @api.model
    def _find_named_record(self, message_dict, company, sender):
        """The record whose number the subject names, if the sender has to do with it."""
        named = self._find_named_records(message_dict.get("subject"), company)
        return next((record for record in named if record._is_writer(sender, message_dict["email_from"])), None)

    @api.model
    def _find_named_records(self, subject, company):
        """All whose number the subject names: those of this model first."""
        numbers = [token.upper() for token in find_tokens(subject)]
        if not numbers:
            return []
        return [
            record._get_intake_record()
            for model in sorted(ALIAS_MODELS.values(), key=lambda model: model != self._name)
            # who writes has no rights here; whether it is his is asked next
            for record in self.env[model].sudo().search([("company_id", "=", company.id), ("name", "in", numbers)])
        ]

    def _get_intake_record(self):
        """The record that takes what is written about this one."""
        return self

    def _is_writer(self, sender, email_from):
        """Whether he has to do with it: the same customer, the address that the record names, or one of us."""
        self.ensure_one()
        address = email_normalize(email_from)
        return (
            (bool(sender) and sender.commercial_partner_id == self.partner_id.commercial_partner_id)
            or (bool(address) and address == email_normalize(self.partner_email))
            or self._is_colleague(sender, self.company_id)
        )

    # ------------------------------------------------------------ who
    @api.model
    def _get_intake_company(self, team):
        """Whose mail it is: the company of the team, else the one whose addresses these are."""
        of_domain = team.sudo().alias_domain_id.company_ids
        return team.company_id or (of_domain if len(of_domain) == 1 else self.env.company)

    @api.model
    def _find_sender(self, message_dict, company, create=False):
        """Who wrote it, of the contacts of this company; without an address nobody."""
        email_from = message_dict["email_from"]
        address = email_normalize(email_from)
        if not address:
            return self.env["res.partner"]
        text = f"{message_dict.get('subject') or ''} {message_dict.get('body') or ''}"[:READ_LIMIT]
        # the mail gateway acts for whoever writes
        return self.sudo()._partner_find_from_emails_single(
            [email_from], no_create=not create,
            filter_found=lambda partner: partner.company_id in (company, company.browse()),
            additional_values={address: {"company_id": company.id, **({"lang": self._guess_lang(text, company)} if create else {})}},
        )[:1]

    @api.model
    def _guess_lang(self, text, company):
        """The language to answer an unknown sender in: Japanese and Chinese show by their letters, all others are the company's."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        lang = company.partner_id.lang or self.env.lang or installed[0]
        other = "en" if lang[:2] in ("ja", "zh") else lang[:2]
        prefix = "ja" if KANA.search(text) else "zh" if HAN.search(text) else other
        return next((code for code in [lang, *installed] if code.startswith(prefix)), lang)

    @api.model
    def _is_colleague(self, sender, company):
        """One of us: he passes on what a customer has told him."""
        return bool(sender) and (not sender.partner_share or sender.commercial_partner_id == company.partner_id)

    @api.model
    def _get_intake_user(self, sender, team, company):
        """Who speaks with this customer: his salesperson, else the team's leader or a member, else a quality manager."""
        candidates = [
            *(sender.user_ids if self._is_colleague(sender, company) else (sender.user_id, sender.commercial_partner_id.user_id)),
            team.leader_id, *team.member_ids, *self.env.ref("quality_complaint.group_manager").all_user_ids,
        ]
        return next((user for user in candidates if user.active and not user.share and company in user.company_ids), self.env["res.users"])

    # ------------------------------------------------------------ a new record
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        given = dict(custom_values or {})
        unanswered = given.pop(NO_ANSWER, False)
        team = self.env["quality.team"].browse(given.get("team_id"))
        company = self._get_intake_company(team)
        sender = self._find_sender(msg_dict, company, create=True)
        msg_dict["author_id"] = sender.id or msg_dict.get("author_id")
        user = self._get_intake_user(sender, team, company)
        for_user = self.with_company(company).with_context(lang=user.lang or self.env.lang)
        values, remarks = for_user._prepare_intake_values(msg_dict, sender, team, company)
        # the mail itself tells its reader below: neither being assigned nor the activity has to
        quiet = for_user.with_context(mail_auto_subscribe_no_notify=True, mail_activity_quick_update=True)
        record = super(QualityMailIntakeMixin, quiet).message_new(
            msg_dict, {"name": "/", "company_id": company.id, **({"user_id": user.id} if user else {}), **values, **given},
        )
        if remarks:
            # OdooBot says it, not who wrote the mail
            record.with_user(SUPERUSER_ID)._message_log(body=Markup("<br/>").join(escape(remark) for remark in remarks))
        # what is posted on it next is the mail
        return self.browse(record.id).with_context(
            intake_of=record.id, intake_unanswered=unanswered or self._is_colleague(sender, company),
        )

    @api.model
    def _prepare_intake_values(self, msg_dict, sender, team, company):
        """Values of the new record, and what its reader has to know besides: a list of sentences.

        :param sender: ``res.partner``, empty where the mail does not say who wrote it
        """
        text = self._get_intake_text(msg_dict)
        subject = (msg_dict.get("subject") or "").strip() or next(filter(None, map(str.strip, text.splitlines())), self.env._("No Subject"))
        remarks = []
        if self._is_colleague(sender, company):
            remarks.append(self.env._("Passed on by %s.", sender.name))
        if not sender:
            remarks.append(self.env._(
                "The mail does not say who wrote it. Its sender as it came: «%(sender)s», sent to: %(recipients)s.",
                sender=msg_dict.get("email_from") or "", recipients=msg_dict.get("to") or "",
            ))
        remarks.extend(
            self.env._(
                "The subject names %(record)s, which is of another customer: %(customer)s. This may belong to it.",
                record=record.name, customer=record.partner_id.display_name,
            )
            for record in self._find_named_records(msg_dict.get("subject"), company)
        )
        return {
            "subject": subject[:SUBJECT_LIMIT], "channel": "email", "date_received": self._get_date_received(msg_dict),
        }, remarks

    @api.model
    def _get_intake_text(self, msg_dict):
        """The beginning of what was written, without tags."""
        return html2plaintext((msg_dict.get("body") or "")[:READ_LIMIT])

    @api.model
    def _get_date_received(self, msg_dict):
        """When it was sent, as far as the sender's clock can be true."""
        now = fields.Datetime.now()
        sent = fields.Datetime.to_datetime(msg_dict.get("date")) or now
        return sent if fields.Datetime.subtract(now, **OLDEST_MAIL) <= sent <= now else now

    # ------------------------------------------------------------ what is written on it
    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if message.message_type not in ("email", "comment"):
            return result
        if self.env.context.get("intake_of") == self.id:
            record = self.with_context(intake_of=False)
            if is_html_empty(record[self._intake_body]):
                # as posted, with its pictures; core shows plain text as it would a program, in lines that do not end
                record[self._intake_body] = Markup(str(message.body).replace("<pre", '<div style="white-space: pre-wrap"').replace("</pre>", "</div>"))
            record._tell_reader(message, msg_vals)
            if not self.env.context.get("intake_unanswered"):
                record._send_acknowledgement()
        elif not message.is_internal and not message.subtype_id.internal and message.author_id.partner_share:
            self._tell_reader(message, msg_vals)
        return result

    def _tell_reader(self, message, msg_vals):
        """Who has the next step is among those whom core notifies of the message, each of them once.

        What is finished has no next step: what comes then is an activity, one as long as it is not done.
        """
        record = self.sudo().with_context(mail_activity_quick_update=True)  # the customer writes; the message tells of it already
        user = record._get_mail_reader()
        if user and user.partner_id.id not in (msg_vals.get("partner_ids") or ()):
            msg_vals["partner_ids"] = [*(msg_vals.get("partner_ids") or ()), user.partner_id.id]
            message.sudo().partner_ids |= user.partner_id
        if user and record._is_finished() and not record.activity_search([READ_ACTIVITY], user_id=user.id):
            words = self.with_context(lang=user.lang).env
            record.activity_schedule(
                READ_ACTIVITY, user_id=user.id, summary=words._("The customer has written again: read it, and reopen this if it has to be"),
            )

    def _get_mail_reader(self):
        """Who has to read what the customer writes now: ``res.users``."""
        raise NotImplementedError

    def _is_finished(self):
        raise NotImplementedError

    # ------------------------------------------------------------ telling him that it has arrived
    def _send_acknowledgement(self):
        """Tell the customers at once, in their language and once only, that it has arrived and what comes next.

        Nothing is sent where the company does not want it, where there is no address, or where the template is gone.
        """
        template = self.env.ref(self._acknowledgement_template, raise_if_not_found=False)
        # who files it in the portal or by mail has no right to send in our name
        for record in self.with_user(SUPERUSER_ID) if template else ():
            if record.acknowledged_on or not record.company_id.confirms_receipt or not email_normalize(record.partner_email):
                continue
            try:
                with self.env.cr.savepoint():
                    record._post_acknowledgement(template)
            except Exception:  # a template is the user's to edit: a mistake in it must not lose what the customer wrote
                _logger.exception("The acknowledgement of %s could not be sent", record.display_name)
                words = self.with_context(lang=record.user_id.lang).env
                record._message_log(body=words._("The confirmation of receipt could not be made from its template. Nothing was sent."))

    def _post_acknowledgement(self, template):
        self.ensure_one()
        self.acknowledged_on = fields.Datetime.now()
        self.with_context(auto_reply=True).message_post_with_source(
            template, message_type="auto_comment", subtype_xmlid="mail.mt_note", email_layout_xmlid="mail.mail_notification_light",
        )

    def _notify_by_email_get_headers(self, headers=None):
        headers = super()._notify_by_email_get_headers(headers)
        return {**headers, **AUTO_REPLY_HEADERS} if self.env.context.get("auto_reply") else headers

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        """Answers come to the address of the team, if mail to it becomes such records, else to the company's catch-all."""
        reply_to = super()._notify_get_reply_to_batch(defaults=defaults, author_ids=author_ids)
        for record in self.sudo():  # the address is anybody's to know
            alias = record.team_id.alias_id
            if alias.alias_name and alias.alias_domain_id and alias.alias_model_id.model == self._name:
                reply_to[record.id] = self._notify_get_reply_to_formatted_email(
                    alias.alias_full_name, author_id=(author_ids or {}).get(record.id, False),
                )
        return reply_to
