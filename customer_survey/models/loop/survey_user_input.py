import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, clean_context, email_normalize

_logger = logging.getLogger(__name__)


class SurveyUserInput(models.Model):
    """What follows from an answer at once: a low one becomes a complaint, and one that was asked for after a complaint says whether
    the customer is satisfied now."""

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "survey.unsubscribe.mixin"]
    _unsubscribe_path = "/customer_survey/unsubscribe/copy"
    _unsubscribe_scope = "customer_survey.unsubscribe_copy"

    evaluated_on = fields.Datetime(readonly=True, copy=False, help="What follows from the answer follows once.")
    recovery_complaint_id = fields.Many2one(
        "quality.complaint", "Asked Again After", readonly=True, copy=False, index="btree_not_null", ondelete="set null", groups="quality_complaint.group_reporter",
        help="The complaint whose customer is asked whether they are satisfied now.",
    )
    campaign_company_id = fields.Many2one(
        "res.company", "Company", compute="_compute_campaign_company_id", store=True, help="Of the campaign, or of the complaint after which the customer is asked again.",
    )
    unsubscribe_url = fields.Char(compute="_compute_unsubscribe_url")

    _recovery_once = models.UniqueIndex("(recovery_complaint_id) WHERE recovery_complaint_id IS NOT NULL", "The customer was asked again already.")

    @api.depends("campaign_id.company_id", "recovery_complaint_id.company_id")
    def _compute_campaign_company_id(self):
        for copy in self:
            copy.campaign_company_id = copy.campaign_id.company_id or copy.recovery_complaint_id.company_id

    # ------------------------------------------------------------ asked again after a complaint
    def _compute_unsubscribe_url(self):
        for copy in self:
            copy.unsubscribe_url = copy._get_unsubscribe_url(copy.get_base_url())

    def _unsubscribe(self):
        """The person does not want to be asked again, by no campaign and no mailing."""
        for copy in self:
            if address := email_normalize(copy.email):
                self.env["mail.blacklist"].sudo()._add(address)

    def _note_not_asked_again(self, reason):
        """Whoever speaks with the customer reads on the complaint that the question has not arrived."""
        for copy in self.filtered("recovery_complaint_id"):
            complaint = copy.recovery_complaint_id._as_system()
            complaint._message_log(body=complaint.env._("The e-mail that asks the customer whether they are satisfied now did not arrive: %s", reason or copy.email))

    def _message_receive_bounce(self, email, partner):
        super()._message_receive_bounce(email, partner)
        self.sudo()._note_not_asked_again(email)

    # ------------------------------------------------------------ what follows from an answer
    def _get_satisfaction(self):
        """{id: percent of what was reachable}, of the copies with an answer that counts."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            "SELECT item.user_input_id, 100 * SUM(item.score) / SUM(item.reachable) FROM (%s) item WHERE item.reachable > 0 GROUP BY item.user_input_id",
            self.env["survey.campaign.item"]._query_items(SQL("copy.id IN %s", tuple(self.ids))),
        )) if self else []
        return dict(rows)

    def _mark_done(self):
        result = super()._mark_done()
        self._act_on_answer()
        return result

    def _act_on_answer(self):
        """The customer's answer is stored, whatever becomes of this."""
        # who answers needs no rights
        system = self.with_user(SUPERUSER_ID).with_context(clean_context(self.env.context))
        copies = system.filtered(lambda copy: copy._is_answer() and (copy.campaign_id or copy.recovery_complaint_id) and not copy.evaluated_on)
        satisfaction = copies._get_satisfaction()
        copies.evaluated_on = fields.Datetime.now()
        for copy in copies:
            percent = satisfaction.get(copy.id)
            if copy.recovery_complaint_id:
                copy._act_isolated(lambda copy, percent: copy.recovery_complaint_id._as_system()._record_recovery(copy, percent), percent)
            elif percent is not None and percent < copy.campaign_id.complaint_threshold and not copy._act_isolated(type(copy)._file_low_answer, percent):
                copy.campaign_id._schedule_low_answer(copy, percent)

    def _act_isolated(self, act, percent):
        """Do it, and say whether it went well; what fails is logged and undone."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                return act(self, percent)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # tried again as a whole
        except Exception:
            self.env.invalidate_all()
            _logger.exception("Nothing could follow from the survey answer %s", self.id)
            return False

    def _file_low_answer(self, percent):
        """The complaint about this answer, filed for whoever speaks with the customer; empty where nobody knows whose answer it is."""
        self.ensure_one()
        if self.complaint_ids or not self.partner_id:
            return self.complaint_ids[:1]
        campaign = self.campaign_id
        user = (self.recipient_ids.salesperson_id[:1] or self.partner_id.commercial_partner_id.user_id).filtered(
            lambda user: user.active and not user.share and campaign.company_id in user.company_ids,
        ) or campaign.user_id
        copy = self.with_company(campaign.company_id).with_context(lang=user.lang, tz=user.tz)
        complaint = copy.env["quality.complaint"].create({
            **copy._prepare_complaint_values(), "company_id": campaign.company_id.id, "user_id": user.id,
        })
        # the message below tells it, so the activity need not
        complaint.with_context(mail_activity_quick_update=True)._schedule_step()
        complaint._notify_users(user, lambda complaint: (
            complaint.env._("Not satisfied: %s", complaint.partner_id.display_name),
            complaint.env._(
                "The answer to «%(campaign)s» reached %(percent).1f %% only, so it has become %(complaint)s. Please speak with the customer.",
                campaign=campaign.name, percent=percent, complaint=complaint.name,
            ),
        ))
        return complaint
