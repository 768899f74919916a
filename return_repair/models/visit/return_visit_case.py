import pytz

from odoo import api, fields, models


class ReturnVisit(models.Model):
    """The visits as the return or complaint sees them that they are for."""

    _inherit = "return.visit"

    @api.model
    def default_get(self, fields):
        """Proposed for tomorrow at nine, by the user's clock."""
        values = super().default_get(fields)
        if "visit_start" in fields and not values.get("visit_start"):
            values["visit_start"] = self._get_tomorrow_at_nine()
        return values

    @api.model
    def _get_tomorrow_at_nine(self):
        zone = pytz.timezone(self.env.user.tz or "UTC")
        now = fields.Datetime.context_timestamp(self.with_context(tz=zone.zone), fields.Datetime.now())
        local = fields.Datetime.to_datetime(fields.Date.add(now.date(), days=1)).replace(hour=9)
        return zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    def _get_open_gaps(self):
        """What is waited for: a list of sentences."""
        return [
            self.env._("The visit of %(technician)s on %(day)s, which is neither done nor cancelled",
                       technician=visit.user_id.name, day=fields.Date.to_string(visit.visit_day))
            for visit in self if visit.state == "planned"
        ]

    def _call_off(self):
        """What they are for is over."""
        self.filtered(lambda visit: visit.state == "planned").action_cancel()

    @api.model
    def _action_plan(self, **defaults):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a Repair Visit"),
            "res_model": self._name,
            "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }

    @api.model
    def _action_view(self, domain, **defaults):
        """The window of the visits in the domain; a new one begins with the defaults."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_return_visit"),
            "domain": domain,
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }
