import base64
import io
import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import formatLang

from ...report.xlsx import write_table
from ...tools.month import format_month

_logger = logging.getLogger(__name__)

TOP_CAUSES = 5


class ResCompany(models.Model):
    """Each month, those who answer for quality get the figures of the month before by e-mail, once."""

    _inherit = "res.company"

    complaint_report = fields.Boolean("Monthly Report by E-mail", default=True)
    complaint_report_user_ids = fields.Many2many(
        "res.users", "res_company_complaint_report_rel", "company_id", "user_id", "Recipients",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Empty: all quality managers of the company. Each gets figures about the complaints that they may read.",
    )
    complaint_report_month = fields.Date(
        "Last Month Reported", readonly=True, copy=False, default=lambda self: self.env.company._get_report_month(),
        help="Its first day. The first report is about the month in which the addon or the company is new.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        for company, vals in zip(companies, vals_list, strict=True):
            if not vals.get("complaint_report_month"):  # the default is of whoever creates it: only now it has working hours of its own
                company.complaint_report_month = company._get_report_month()
        return companies

    # ------------------------------------------------------------ when
    def _get_report_month(self):
        """The first day of the month that is over where the company works."""
        return self._get_last_months(2)[0]

    def _is_report_due(self):
        return self.complaint_report and not (self.complaint_report_month and self.complaint_report_month >= self._get_report_month())

    @api.model
    def _cron_send_complaint_report(self):
        """The mails of a company and that they are written are stored together: a run that is killed leaves none of them."""
        companies = self.search([("complaint_report", "=", True)]).filtered(lambda company: company._is_report_due())
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            if company.try_lock_for_update(allow_referencing=True).filtered(lambda locked: locked._is_report_due()):
                try:
                    with self.env.cr.savepoint():
                        company._send_complaint_report(company._get_report_month())
                except Exception:  # one that can't be reported on does not keep the others waiting
                    _logger.exception("Could not write the monthly report of company %s", company.id)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    # ------------------------------------------------------------ to whom and what
    def _get_report_users(self):
        """Of those who are named, or else of the quality managers: those who may read complaints of the company and have an address."""
        self.ensure_one()

        def may_get(user):
            return (
                user.active and not user.share and user.email and self in user.company_ids
                and user.has_group("quality_complaint.group_reporter")
            )

        managers = self.env.ref("quality_complaint.group_manager").all_user_ids
        return self.complaint_report_user_ids.filtered(may_get) or managers.filtered(may_get)

    def _send_complaint_report(self, month):
        """Who can't be written to does not keep the others from their mail. Where that is so with all, the next run tries again."""
        self.ensure_one()
        users = self._get_report_users()
        written = [self._write_complaint_report(user, month) for user in users]
        if any(written) or not users:
            self.complaint_report_month = month

    def _write_complaint_report(self, user, month):
        """
        :return: whether the mail is written
        """
        template = self.env.ref("quality_complaint.mail_template_monthly_report")
        reader = self.with_user(user).with_context(lang=user.lang, tz=user.tz, allowed_company_ids=self.ids)
        try:
            with self.env.cr.savepoint():
                report, attachments = reader._prepare_complaint_report(month)
                template.with_context(report=report, report_lang=user.lang).send_mail(self.id, email_values={
                    "recipient_ids": [Command.link(user.partner_id.id)], "attachments": attachments,
                })
        except Exception:
            _logger.exception("Could not write the monthly report of company %s to user %s", self.id, user.id)
            return False
        return True

    def _prepare_complaint_report(self, month):
        """What the template prints (``ctx['report']``), and the files that go with it as (name, content in base64), for the reader."""
        start, end = self._get_month_bounds(month)
        Complaint = self.env["quality.complaint"]
        received = Domain("company_id", "=", self.id) & Complaint._period_domain("date_received", start, end)
        title = self.env._("Complaints in %s", format_month(self.env, month))
        report = {
            "title": title,
            "figures": self._get_report_figures(start, end, month),
            "causes": [
                (cause.display_name, count) for cause, count in Complaint._read_group(
                    received & Domain("main_cause_id", "!=", False), ["main_cause_id"], ["__count"], order="__count desc, main_cause_id", limit=TOP_CAUSES,
                )
            ],
            "is_exported": self.env.user.has_group("base.group_allow_export"),
        }
        if not report["is_exported"]:
            return report, []
        file = io.BytesIO()
        columns = [(label, width) for _name, label, width in Complaint._get_register_columns()]
        write_table(file, Complaint._get_register_title(), columns, Complaint._iter_register_rows(received))
        return report, [(f"{title}.xlsx", base64.b64encode(file.getvalue()))]

    def _get_report_figures(self, start, end, month):
        """[(label, value as text)]; a dash where there is nothing to judge."""
        following = month + relativedelta(months=1)
        Complaint, period = self.env["quality.complaint"], (start, end, self)
        [(cost,)] = self.env["quality.cost"]._read_group(
            [("company_id", "=", self.id), ("date", ">=", month), ("date", "<", following)], [], ["amount:sum"],
        )
        counts = [
            (self.env._("Received"), Complaint._count_received(*period)),
            (self.env._("Closed"), Complaint._count_closed(*period)),
            (self.env._("With a step that became late"), Complaint._count_late(*period)),
        ]
        shares = [
            (self.env._("Answered in time"), Complaint._get_answered_in_time(*period)),
            (self.env._("Customers satisfied"), Complaint._get_satisfied(*period)),
        ]
        return [
            *((label, str(values.get(self, 0))) for label, values in counts),
            *((label, f"{formatLang(self.env, values[self], digits=1)} %" if self in values else "–") for label, values in shares),
            (self.env._("Net cost"), formatLang(self.env, cost or 0, currency_obj=self.currency_id)),
        ]
