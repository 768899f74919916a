from datetime import datetime, time
from operator import itemgetter

import pytz

from odoo import api, fields, models
from odoo.tools import SQL, groupby


class ResCompany(models.Model):
    _inherit = "res.company"

    deadline_warning_lead = fields.Float(
        "Warn Before a Deadline", default=8,
        help="Working hours. Holds for actions and parts of departments; the steps of a complaint have their own, in their deadline policy.",
    )
    complaint_stuck_days = fields.Integer("Stuck After", default=7, help="Days without a step forward.")
    complaint_pause_days = fields.Integer("Paused Too Long After", default=14, help="Days in which the clock stood.")
    complaint_transfer_limit = fields.Integer("Handed Round Too Often After", default=2, help="Transfers from team to team.")
    complaint_sequence_id = fields.Many2one("ir.sequence", "Complaint Numbers", readonly=True, copy=False)

    capa_significance_level = fields.Float(
        "Significance Level", digits=(6, 4), default=0.05,
        help="For new actions: how probable it may be at most that chance alone brought so few recurrences.",
    )

    complaint_follow_up_mail = fields.Boolean("Ask Customers by Themselves")
    complaint_follow_up_mail_days = fields.Integer("Ask After", default=3, help="Working days after the reply, or after the customer was asked before.")
    complaint_follow_up_link_days = fields.Integer("Answer Link Valid For", default=60, help="Days in which the customer can answer with the link of the e-mail.")

    _complaint_follow_up_positive = models.Constraint(
        "CHECK (complaint_follow_up_mail_days > 0 AND complaint_follow_up_link_days > 0)",
        "A customer is asked after one day at the earliest, and his link to answer is valid for one day at least.",
    )
    _complaint_limits_not_negative = models.Constraint(
        "CHECK (deadline_warning_lead >= 0 AND complaint_stuck_days >= 0 AND complaint_pause_days >= 0 AND complaint_transfer_limit >= 0)",
        "The limits of the supervision and the warning before a deadline can't be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_complaint_sequence()
        return companies

    def write(self, vals):
        """Who is not to be asked any more is not asked when it is switched on again."""
        if not vals.get("complaint_follow_up_mail", True):
            # the settings are the administrator's, the complaints need not be
            self.env["quality.complaint"].sudo().search([
                ("company_id", "in", self.ids), ("date_to_ask", "!=", False),
            ]).date_to_ask = False
        return super().write(vals)

    @api.model
    def _create_missing_complaint_sequences(self):
        """For the companies that were there before the addon."""
        self.search([("complaint_sequence_id", "=", False)])._create_complaint_sequence()

    def _create_complaint_sequence(self):
        for company in self:
            company.complaint_sequence_id = company._create_register_sequence(
                self.env._("Complaints of %s", company.name), "quality.complaint", "C/%(range_year)s/",
            )

    def _create_register_sequence(self, name, code, prefix):
        """The counter of a register: each company counts by itself, from one each year, without gaps."""
        self.ensure_one()
        return self.env["ir.sequence"].sudo().create({
            "name": name,
            "code": code,
            "company_id": self.id,
            "implementation": "no_gap",
            "prefix": prefix,
            "padding": 5,
            "use_date_range": True,
        })

    def _take_complaint_numbers(self, count):
        """The next numbers of the company's register, in one go: a list of text."""
        return self._take_numbers("complaint_sequence_id", count)

    @api.model
    def _number_records(self, vals_list, field):
        """Write the next numbers into the ``name`` of values of new records, each of its company's register.

        :param list vals_list: dictionaries with ``company_id``
        :param str field: of the company, with the counter
        """
        # companies in one order, so that two users never wait for each other
        for company_id, of_company in sorted(groupby(vals_list, itemgetter("company_id"))):
            numbers = self.browse(company_id)._take_numbers(field, len(of_company))
            for vals, number in zip(of_company, numbers, strict=True):
                vals["name"] = number

    def _take_numbers(self, field, count):
        """The next numbers of the company's register whose counter is in that field, in one go: a list of text."""
        self.ensure_one()
        sudo_company = self.sudo()  # the counter is the company's; who files something has no right to change it himself
        return sudo_company[field]._next_many(count, sudo_company._get_local_date(fields.Datetime.now()))

    # ------------------------------------------------------------ days
    def _get_zone(self):
        """That of its working hours, else UTC: not the reader's, or they would read other figures than the next one."""
        return pytz.timezone(self.resource_calendar_id.tz or "UTC")

    @api.model
    def _get_local_sql(self, moment):
        """`_get_zone` in a query that has ``resource_calendar`` as ``calendar``: that moment where the company works.

        :param SQL moment: naive, UTC
        """
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(calendar.tz, 'UTC'))", moment)

    def _get_local_date(self, moment):
        """The day of a moment (naive, UTC) where the company works."""
        return pytz.utc.localize(moment).astimezone(self._get_zone()).date()

    def _get_begin_of_day(self, day):
        """The moment (naive, UTC) at which a day begins where the company works."""
        return self._to_utc(datetime.combine(day, time.min))

    def _get_end_of_day(self, day):
        """The last second of a day where the company works: datetime, naive, UTC."""
        return self._to_utc(datetime.combine(day, time(23, 59, 59)))

    def _to_utc(self, moment):
        """What the clock shows where the company works, as naive UTC."""
        return self._get_zone().localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
