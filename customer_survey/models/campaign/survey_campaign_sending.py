from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .survey_campaign_recipient import COUNTED_STATES

# recipients between two commits of the scheduler
BATCH = 200


class SurveyCampaign(models.Model):
    """Sending goes in batches: what was queued is stored with who got it, so a run that is interrupted loses nobody and asks nobody twice."""

    _inherit = "survey.campaign"

    def _get_gaps_running(self):
        gaps = super()._get_gaps_running()
        if self.survey_id:
            gaps += self.survey_id._get_campaign_gaps()
        if self.state == "draft" and not any(recipient.state in COUNTED_STATES for recipient in self.recipient_ids):
            gaps.append(self.env._("Somebody to ask: find the recipients, or add them by hand"))
        if not (self.user_id.email_normalized or self.company_id.email):
            gaps.append(self.env._("An e-mail address of %(user)s or of %(company)s, that the customers are written from", user=self.user_id.name, company=self.company_id.name))
        return gaps

    def action_start(self):
        super().action_start()
        self._trigger_sending()

    def _trigger_sending(self):
        cron = self.env.ref("customer_survey.ir_cron_send").sudo()  # who organizes starts no scheduled action by themselves
        for campaign in self.filtered(lambda campaign: campaign.state == "running"):
            cron._trigger(max(campaign.date_send or fields.Datetime.now(), fields.Datetime.now()))

    @api.model
    def _to_send_domain(self):
        """Recipients whose turn it is."""
        return (
            Domain("state", "=", "planned") & Domain("channel", "=", "email") & self._collecting_domain()
            & (Domain("campaign_id.date_send", "=", False) | Domain("campaign_id.date_send", "<=", fields.Datetime.now()))
        )

    @api.model
    def _collecting_domain(self):
        """Recipients of campaigns that run and whose last day for answers is not over where their company works."""
        running = Domain("campaign_id.state", "=", "running")
        campaigns = self.search(Domain("state", "=", "running")).filtered(
            lambda campaign: campaign.date_end and campaign.date_end >= campaign.company_id._get_local_date(fields.Datetime.now()),
        )
        return running & Domain("campaign_id", "in", campaigns.ids)

    @api.model
    def _cron_send(self):
        Recipient = self.env["survey.campaign.recipient"]
        domain = self._to_send_domain()
        Progress = self.env["ir.cron"]
        Progress._commit_progress(remaining=Recipient.search_count(domain))
        last_id = 0
        while batch := Recipient.search(domain & Domain("id", ">", last_id), order="id", limit=BATCH):
            last_id = batch[-1].id
            # another host may be at it
            batch.try_lock_for_update().filtered_domain(domain)._do_isolated(lambda recipients: recipients._ask())
            if not Progress._commit_progress(len(batch)):
                break

    def _create_copies(self, vals_list):
        """The ``survey.user_input`` of this campaign with these values, unanswered, one for each."""
        self.ensure_one()
        survey = self.survey_id.sudo()  # who sends and collects need not have rights to surveys
        questions = [Command.set(survey._prepare_user_input_predefined_questions().ids)]
        deadline = self.company_id._get_end_of_day(self.date_end) if self.date_end else False
        UserInput = self.env["survey.user_input"].sudo().with_context(mail_create_nosubscribe=True, mail_create_nolog=True, tracking_disable=True)
        return UserInput.create([
            {
                "survey_id": survey.id, "campaign_id": self.id, "deadline": deadline,
                "predefined_question_ids": questions, "invite_token": UserInput._generate_invite_token() if survey.is_attempts_limited else False, **vals,
            }
            for vals in vals_list
        ])

    def _before_content_write(self, vals):
        """Whoever was asked has that questionnaire, and all of a campaign are asked the same."""
        super()._before_content_write(vals)
        if "survey_id" in vals and not self.env.su:
            # who organizes need not have rights to surveys
            asked = self.env["survey.user_input"].sudo()._read_group(
                [("campaign_id", "in", self.ids), ("survey_id", "!=", vals["survey_id"]), ("test_entry", "!=", True)], ["campaign_id"],
            )
            if asked:
                raise UserError(self.env._(
                    "Customers have got the questionnaire already, so it stays: %s", ", ".join(campaign.name for [campaign] in asked),
                ))

    # ------------------------------------------------------------ until when
    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"date_end", "state"}:
            self._set_answer_deadline()
        if "date_end" in vals:
            self.filtered(lambda campaign: campaign.state == "running" and campaign.date_end)._set_feedback_deadline()
        return result

    def _set_answer_deadline(self):
        """Copies can be answered to the end of the last day, and not any more once the collection is closed."""
        for campaign in self.sudo():
            if campaign.state == "running" and campaign.date_end:
                until = campaign.company_id._get_end_of_day(campaign.date_end)
            elif campaign.state in ("draft", "running"):
                continue
            else:
                until = campaign.date_closed or fields.Datetime.now()
            unanswered = self.env["survey.user_input"].sudo().search(Domain("campaign_id", "=", campaign.id) & Domain("state", "!=", "done"))
            unanswered.filtered(lambda copy, until=until: copy.deadline != until).deadline = until

    # ------------------------------------------------------------ trying it out
    def action_send_test(self):
        """The invitation as the customers get it, to whoever tries it; the answers are not counted."""
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if missing := self._get_missing_role("collector"):
            raise UserError(self.env._("A test is sent by %s.", missing))
        if not self.survey_id or not user.email_normalized:
            raise UserError(self.env._("A test takes a questionnaire, and an e-mail address of yours to send it to."))
        # tests are nobody's to change
        Recipient = self.env["survey.campaign.recipient"].sudo()
        Recipient.search(Domain("campaign_id", "=", self.id) & Domain("state", "=", "test") & Domain("partner_id", "=", user.partner_id.id)).unlink()
        test = Recipient.create({"campaign_id": self.id, "partner_id": user.partner_id.id, "state": "test", "email": user.email, "lang": user.lang})
        test._create_copies()
        test._send("customer_survey.mail_template_invitation")
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("The test is on its way to %s.", user.email)},
        }
