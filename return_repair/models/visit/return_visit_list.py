from odoo import models
from odoo.tools import format_date, format_datetime


class ReturnVisit(models.Model):
    """What those who go need to know, as text and as the printed list of their day."""

    _inherit = "return.visit"

    def _get_summary(self):
        """When, where and what for, in the language and by the clock of the environment."""
        self.ensure_one()
        return "\n".join(filter(None, (
            self.env._(
                "%(start)s, %(hours)s h", start=format_datetime(self.env, self.visit_start, tz=self.env.context.get("tz"), dt_format="short"),
                hours=f"{self.visit_duration:.3g}",
            ),
            self.address_id.contact_address_inline, self.note,
        )))

    def _get_day_lists(self):
        """[(person, day in words, their visits of that day in the order of time)], by person and day. Cancelled ones are left out."""
        visits = self.filtered(lambda visit: visit.state != "cancel")
        return [
            (user, format_date(self.env, day, date_format="EEEE, d MMMM y"), of_day.sorted("visit_start"))
            for user in visits.sudo()._get_visitors().sorted("name")
            for day, of_day in visits.filtered(lambda visit: user in visit.sudo()._get_visitors()).sorted("visit_start").grouped("visit_day").items()
        ]
