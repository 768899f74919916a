from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..campaign.survey_campaign import FINISHED_STATES

ACTIVITY_TYPE = "customer_survey.mail_activity_type_due"


class ResCompany(models.Model):
    """A campaign at least so often: where none was finished in that time, sales management is told, once."""

    _inherit = "res.company"

    survey_campaign_months = fields.Integer(
        "Months Between Campaigns", default=12, help="Sales management is told when none was finished in that time. Zero: nobody is.",
    )

    _survey_months_not_negative = models.Constraint("CHECK (survey_campaign_months >= 0)", "The months between campaigns can't be negative.")

    @api.model
    def _cron_survey_campaign_due(self):
        for company in self.search(Domain("survey_campaign_months", ">", 0)):
            if company._is_survey_campaign_due():
                company._remind_of_survey_campaign()
            else:
                company._get_survey_reminders().unlink()
            self.env["ir.cron"]._commit_progress(1)

    def _is_survey_campaign_due(self):
        """True where customers were delivered to, and none of their campaigns was finished, or begun and not cancelled, in that time."""
        self.ensure_one()
        since = fields.Datetime.now() - relativedelta(months=self.survey_campaign_months)
        Campaign = self.env["survey.campaign"]
        of_company = Domain("company_id", "=", self.id)
        begun = Domain("state", "not in", FINISHED_STATES) & (Domain("create_date", ">=", since) | Domain("date_started", ">=", since))
        if Campaign.search_count(of_company & (begun | Domain("date_finished", ">=", since)), limit=1):
            return False
        delivered = self.env["stock.move.line"]._get_delivered_domain() & of_company
        return bool(self.env["stock.move"].search_count(delivered & Domain("date", ">=", since), limit=1))

    def _get_survey_reminders(self):
        self.ensure_one()
        return self.env["mail.activity"].search(
            Domain("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id) & Domain("res_model", "=", "res.partner") & Domain("res_id", "=", self.partner_id.id),
        )

    def _remind_of_survey_campaign(self):
        """An activity of each who organizes campaigns; who has one already does not get another."""
        self.ensure_one()
        told = self._get_survey_reminders().user_id
        organizers = self.env.ref("customer_survey.group_organizer").all_user_ids.filtered(
            lambda user: user.active and not user.share and self in user.company_ids,
        )
        Campaign, of_company = self.env["survey.campaign"], Domain("company_id", "=", self.id)
        last = Campaign.search(of_company & Domain("state", "=", "done"), order="date_finished desc", limit=1)
        stuck = Campaign.search(of_company & Domain("state", "not in", FINISHED_STATES), limit=1)
        for user in organizers - self.env.ref("base.user_root") - told:
            texts = self.with_context(lang=user.lang).env
            notes = []
            if last:
                finished = fields.Date.to_string(last.date_finished)
                notes.append(texts._("The last one, %(campaign)s, was finished on %(date)s.", campaign=last.name, date=finished))
            if stuck:
                notes.append(texts._("%s was begun long ago and is not finished: go on with it, or cancel it.", stuck.name))
            self.partner_id.activity_schedule(
                ACTIVITY_TYPE, user_id=user.id, automated=True,
                summary=texts._("The yearly satisfaction campaign of %s is due", self.name),
                note=Markup("<br/>").join(notes or [texts._("There was none yet. Plan one under Satisfaction › Campaigns.")]),
            )
