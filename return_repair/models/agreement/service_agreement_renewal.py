from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

ACTIVITY_TYPE = "return_repair.mail_activity_type_agreement"


class ServiceAgreement(models.Model):
    """An agreement that ends is renewed: who looks after it is reminded once, and the next one follows it without a gap."""

    _inherit = "service.agreement"

    renewed_from_id = fields.Many2one(
        "service.agreement", "Renewal Of", readonly=True, copy=False, index="btree_not_null", ondelete="restrict", check_company=True,
    )
    renewal_ids = fields.One2many("service.agreement", "renewed_from_id", "Renewed By")
    reminded_on = fields.Datetime(readonly=True, copy=False)

    # ------------------------------------------------------------ renewing
    def action_renew(self):
        """The next agreement with the same terms, to be checked and activated. One that was renewed already shows its renewal."""
        self.check_access("write")
        if unripe := self.filtered(lambda agreement: agreement.coverage_state not in ("running", "expired")):
            raise UserError(self.env._(
                "Only what is active or has expired is renewed: %s", ", ".join(unripe.mapped("display_name")),
            ))
        renewals = self.browse()
        for agreement in self:
            renewal = agreement.renewal_ids.filtered(lambda renewal: renewal.state != "cancel")[:1]
            if not renewal:
                renewal = agreement.copy(agreement._prepare_renewal_values())
                renewal._write_system({"renewed_from_id": agreement.id})
            renewals |= renewal
        return renewals._get_records_action(name=self.env._("Renewed"))

    def _prepare_renewal_values(self):
        """It begins on the day after, and is as long: in months where it was whole months, else in days."""
        self.ensure_one()
        start = fields.Date.add(self.date_to, days=1)
        span = relativedelta(start, self.date_from)
        length = relativedelta(months=12 * span.years + span.months) if not span.days else start - self.date_from
        return {"date_from": start, "date_to": fields.Date.subtract(start + length, days=1)}

    # ------------------------------------------------------------ reminding
    @api.model
    def _to_remind_domain(self):
        renewed = Domain("renewal_ids", "any", [("state", "=", "active")])
        return Domain("state", "=", "active") & Domain("reminded_on", "=", False) & ~renewed

    @api.model
    def _get_next_alert(self, rule, after):
        """As of `quality.deadline.mixin`: when the next agreement is near its end."""
        field, offset = rule.trg_date_id.name, rule._get_deadline_offset()
        first = self.search_fetch(
            self._to_remind_domain() & Domain(field, ">", (after - offset).date()), [field], order=field, limit=1,
        )
        return fields.Datetime.to_datetime(first[field]) + offset if first else None

    def _remind_of_end(self):
        """Called by the automation rule: renewing becomes an activity of who looks after the agreement, once."""
        due = self.filtered_domain(self._to_remind_domain())  # a run takes its time: what was renewed meanwhile is left alone
        due._write_system({"reminded_on": fields.Datetime.now()})
        for agreement in due:
            user = agreement._get_guide()
            agreement.activity_schedule(
                ACTIVITY_TYPE, user_id=user.id, date_deadline=agreement.date_last,
                summary=agreement.with_context(lang=user.lang).env._("Renew the service agreement, or let it end"),
            )

    def _remind_if_near(self):
        """What is entered when its end is near already is reminded of at once: the rule looks ahead from the day it is in force."""
        now = fields.Datetime.now()
        for rule in self.env["base.automation"]._get_deadline_rules(self._name):
            offset = rule._get_deadline_offset()
            self.filtered(lambda agreement, offset=offset: fields.Datetime.to_datetime(agreement.date_last) + offset <= now <= fields.Datetime.add(
                fields.Datetime.to_datetime(agreement.date_last), days=1,
            ))._remind_of_end()

    def _get_guide(self):
        """Who looks after it: the salesperson, else the customer's, else a sales administrator, else who runs complaints or Odoo."""
        self.ensure_one()
        groups = ("sales_team.group_sale_manager", "quality_complaint.group_admin", "base.group_system")
        candidates = [self.user_id, self.commercial_partner_id.user_id, *(self.env.ref(group).all_user_ids for group in groups)]
        return next((
            user for users in candidates for user in users.sudo()
            if user.active and not user.share and self.company_id in user.company_ids
        ), self.env.user)

    def _close_reminders(self):
        # the reminder may be somebody else's activity
        self.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == self.env.ref(ACTIVITY_TYPE))._action_done()
