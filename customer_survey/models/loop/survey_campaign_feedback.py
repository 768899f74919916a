from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html_sanitize, is_html_empty

from odoo.addons.quality_complaint.models.capa.quality_capa import CARRIED_OUT_STATES

from ..campaign.survey_campaign_sending import BATCH

# of a measure that is only planned nothing is promised
SHOWN_STATES = ("proposed", "open", *CARRIED_OUT_STATES)

# so many are named where more are missing
NAMED = 10


class SurveyCampaign(models.Model):
    """Customers who answered are told what was improved, within a month; the deadline of the campaign is that of this feedback."""

    _inherit = "survey.campaign"

    feedback_body = fields.Html(
        "What the Customers Are Told", translate=True, copy=False,
        help="Drafted from the measures when the management approves them. Each customer gets it in their language.",
    )
    feedback_started_on = fields.Datetime("Feedback Sent From", readonly=True, copy=False)
    told_count = fields.Integer("Customers Told", compute="_compute_told_count", help="Of those who have answered.")
    can_send_feedback = fields.Boolean(compute="_compute_can_send_feedback")

    @api.depends("recipient_ids.feedback_on")
    def _compute_told_count(self):
        counts = dict(self.env["survey.campaign.recipient"].sudo()._read_group(
            [("campaign_id", "in", self._origin.ids), ("state", "=", "answered"), ("feedback_on", "!=", False)], ["campaign_id"], ["__count"],
        ))
        for campaign in self:
            campaign.told_count = counts.get(campaign._origin, 0)

    @api.depends("state", "user_id", "feedback_started_on")
    @api.depends_context("uid")
    def _compute_can_send_feedback(self):
        for campaign in self:
            campaign.can_send_feedback = campaign.state == "feedback" and not campaign.feedback_started_on and not campaign._get_missing_role("organizer")

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"feedback_started_on"}

    @api.model
    def _get_later_fields(self):
        return super()._get_later_fields() | {"feedback_body"}

    @api.model
    def _pending_domain(self):
        return super()._pending_domain() & Domain("state", "in", ("running", "evaluation", "review", "feedback"))

    def _get_alert_label(self):
        return self.env._("Feedback to the customers: %s", self.name)

    def _before_content_write(self, vals):
        if "feedback_body" in vals and not self.env.su and (sent := self.filtered("feedback_started_on")):
            raise UserError(self.env._("Customers have got it so already, so it stays: %s", ", ".join(sent.mapped("name"))))
        super()._before_content_write(vals)

    def update_field_translations(self, field_name, translations, source_lang=""):
        """In another language it is what the customers are told, too."""
        self._before_content_write({field_name: False})
        return super().update_field_translations(field_name, translations, source_lang)

    # ------------------------------------------------------------ the text
    def action_approve(self):
        super().action_approve()
        self.sudo()._draft_feedback()  # who reviews does not write it

    def action_draft_feedback(self):
        """Draft it from the measures as they are now."""
        self.check_access("write")
        if refused := self.filtered(lambda campaign: not campaign.can_send_feedback):
            raise UserError(self.env._("The feedback is written when the management has approved, and until it is sent: %s", ", ".join(refused.mapped("name"))))
        self._draft_feedback()

    def _draft_feedback(self):
        """In each language of those who are told, where nothing is written yet."""
        for campaign in self.filtered(lambda campaign: is_html_empty(campaign.feedback_body)):
            # what a single customer has remarked is not the others' to read
            measures = campaign.sudo().capa_ids.filtered(lambda capa: capa.state in SHOWN_STATES and not capa.remark_line_id)
            told = self.env["survey.campaign.recipient"].sudo()._read_group([("campaign_id", "=", campaign.id), ("state", "=", "answered")], ["lang"])
            languages = {self.env.lang, *(lang for [lang] in told)} & {code for code, _name in self.env["res.lang"].get_installed()} | {"en_US"}
            drafts = {lang: campaign._render_feedback_draft(lang, measures) for lang in languages}
            campaign.with_context(lang="en_US").feedback_body = drafts["en_US"]
            terms = {lang: self._fields["feedback_body"].get_trans_terms(draft) for lang, draft in drafts.items()}
            campaign.update_field_translations("feedback_body", {
                lang: dict(zip(terms["en_US"], translated, strict=True)) for lang, translated in terms.items() if lang != "en_US"
            }, source_lang="en_US")

    def _render_feedback_draft(self, lang, measures):
        self.ensure_one()
        localized = self.with_context(lang=lang)
        done = measures.filtered(lambda capa: capa.state in CARRIED_OUT_STATES)
        return html_sanitize(localized.env["ir.qweb"]._render("customer_survey.feedback_draft", {"done": done, "planned": measures - done}))

    # ------------------------------------------------------------ sending
    def action_send_feedback(self):
        """From now on it goes to those who have answered; what is said stays as it is."""
        self.check_access("write")
        if refused := self.filtered(lambda campaign: not campaign.can_send_feedback):
            raise UserError(self.env._("The feedback goes out once, when the management has approved: %s", ", ".join(refused.mapped("name"))))
        if empty := self.filtered(lambda campaign: is_html_empty(campaign.feedback_body)):
            raise UserError(self.env._("Write first what the customers are told: %s", ", ".join(empty.mapped("name"))))
        self._write_system({"feedback_started_on": fields.Datetime.now()})
        for campaign in self:
            campaign.message_post(body=campaign.feedback_body, subject=self.env._("Feedback to the customers"), subtype_xmlid="mail.mt_note")
        self._trigger_feedback()

    def _trigger_feedback(self):
        self.env.ref("customer_survey.ir_cron_feedback").sudo()._trigger()  # who organizes starts no scheduled action by themselves

    @api.model
    def _cron_send_feedback(self):
        Recipient = self.env["survey.campaign.recipient"]
        domain = Recipient._to_tell_domain()
        Progress = self.env["ir.cron"]
        Progress._commit_progress(remaining=Recipient.search_count(domain))
        last_id = 0
        while batch := Recipient.search(domain & Domain("id", ">", last_id), order="id", limit=BATCH):
            last_id = batch[-1].id
            # another host may be at it
            batch.try_lock_for_update().filtered_domain(domain)._do_isolated(
                lambda recipients: recipients._tell(), lambda recipient, reason: recipient._set_not_told(reason),
            )
            if not Progress._commit_progress(len(batch)):
                break

    def _note_all_told(self):
        """The promise is kept when the last of those who have answered is told, whenever somebody finishes the campaign."""
        waiting = {campaign for [campaign] in self.env["survey.campaign.recipient"].sudo()._read_group(self._waiting_domain(), ["campaign_id"])}
        # told by e-mail, by a collector, or by whoever runs the mail queue
        self.sudo().filtered(
            lambda campaign: campaign not in waiting and campaign.state == "feedback" and not campaign.date_done,
        ).date_done = fields.Datetime.now()

    def _waiting_domain(self):
        """Recipients who have answered and have not been told."""
        return Domain("campaign_id", "in", self.ids) & Domain("state", "=", "answered") & Domain("feedback_on", "=", False)

    # ------------------------------------------------------------ gates
    def _get_gaps_done(self):
        gaps = super()._get_gaps_done()
        Recipient = self.env["survey.campaign.recipient"]
        waiting = self._waiting_domain()
        number = Recipient.search_count(waiting)
        if number and not self.feedback_started_on:
            return [*gaps, self.env._("The feedback has to be sent to the customers who have answered")]
        gaps += [
            self.env._("%(name)s has not been told yet: %(reason)s", name=recipient.name, reason=recipient.feedback_failure or self.env._("not sent yet"))
            for recipient in Recipient.search(waiting, order="id", limit=NAMED)
        ]
        if number > NAMED:
            gaps.append(self.env._("%s more have not been told yet", number - NAMED))
        return gaps

    def action_view_answered(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_survey.action_survey_campaign_recipient")
        return {
            **action, "domain": [("campaign_id", "=", self.id), ("state", "=", "answered")],
            "context": {"default_campaign_id": self.id, "create": False, "show_feedback": True}, "name": self.env._("Feedback"),
        }
