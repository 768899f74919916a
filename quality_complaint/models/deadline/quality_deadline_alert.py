import functools
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_datetime

from .quality_deadline_mixin import ALERT_FIELDS

_logger = logging.getLogger(__name__)

# the steps of what this addon has
OWN_ACTIVITY_TYPES = (
    "quality_complaint.mail_activity_type_complaint", "quality_complaint.mail_activity_type_capa",
    "quality_complaint.mail_activity_type_assignment", "quality_complaint.mail_activity_type_inquiry",
    "quality_complaint.mail_activity_type_delivery", "quality_complaint.mail_activity_type_deadline",
)

# after a failed alert the next run is not waited for
RETRY_MINUTES = 15

ACTIVITY_TYPES = {
    "warning": "quality_complaint.mail_activity_type_deadline",
    "missed": "quality_complaint.mail_activity_type_deadline",
    "escalation": "quality_complaint.mail_activity_type_escalation",
}


class QualityDeadlineMixin(models.AbstractModel):
    """Who is told of a deadline: its owner before it passes, he and his superiors when it has passed, those above them
    when it stays late. Each once, in Discuss, by e-mail and as an activity.

    The automation rules in quality_deadline_alert_data.xml say when. The time it went out stays on the record, so that
    nobody is told twice, whatever happens to the scheduler.
    """

    _inherit = "quality.deadline.mixin"

    warned_on = fields.Datetime(readonly=True, copy=False)
    alerted_on = fields.Datetime(readonly=True, copy=False)
    escalated_on = fields.Datetime(readonly=True, copy=False)
    alert_activity_ids = fields.Many2many("mail.activity", string="Activities of Alerts", readonly=True, copy=False)

    # ------------------------------------------------------------ who
    def _deadline_owner(self):
        """The ``res.users`` who has to do it."""
        self.ensure_one()
        return self.user_id

    def _deadline_team(self):
        """The ``quality.team`` it is done for; its leader is the owner's superior."""
        self.ensure_one()
        return self.team_id

    def _deadline_superiors(self):
        """Those who are told when it was missed."""
        return self._deadline_team().leader_id

    def _deadline_escalation(self):
        """Those who are told when it stays late: named by the team, else by the superiors' own rank."""
        return self._deadline_team().escalation_user_ids or self._deadline_superiors()

    def _can_be_told(self, users):
        company = self._get_deadline_company()
        return users.filtered(lambda user: user.active and not user.share and company in user.company_ids)

    def _get_alert_recipients(self, kind):
        """(users, remark): where the one concerned can't be told, somebody above him is, and the remark says why."""
        self.ensure_one()
        owner = self._deadline_owner()
        users = {
            "warning": owner, "missed": owner | self._deadline_superiors(), "escalation": self._deadline_escalation(),
        }[kind]
        remark = ""
        if not self._can_be_told(owner):
            remark = (
                self.env._("%s can't be told any more (archived, or not of this company). Please see to it.", owner.name)
                if owner else self.env._("Nobody is responsible for it. Please see to it.")
            )
        elif not owner.email:
            remark = self.env._("%s has no e-mail address and was told in Odoo only.", owner.name)
        if remark:
            users |= self._deadline_superiors()
        users = self._can_be_told(users)
        return users or self._get_alert_fallback(), remark

    def _get_alert_fallback(self):
        """Where nobody else is left: those who run the complaints of the company, else those who run Odoo."""
        groups = ("quality_complaint.group_admin", "base.group_system")
        return next((users for group in groups if (users := self._can_be_told(self.env.ref(group).all_user_ids))), self.env["res.users"])

    # ------------------------------------------------------------ what
    def _get_alert_document(self):
        """The record with the chatter: what the activity and the messages belong to."""
        self.ensure_one()
        return self

    def _get_alert_label(self):
        """What is due, in a few words."""
        self.ensure_one()
        return self.display_name

    def _get_alert_subject(self, kind):
        label = self._get_alert_label()
        if kind == "warning":
            return self.env._("Due soon: %s", label)
        if kind == "missed":
            return self.env._("Late: %s", label)
        return self.env._("Still late: %s", label)

    def _get_alert_body(self, remark):
        owner = self._deadline_owner()
        return " ".join(filter(None, (
            self.env._(
                "Deadline %(deadline)s, responsible: %(owner)s.",
                deadline=format_datetime(self.env, self.date_deadline, tz=self.env.context.get("tz"), dt_format="short"),
                owner=owner.name or self.env._("nobody"),
            ),
            remark,
        )))

    def _compose_alert(self, kind, document):
        """(Subject, body) as the readers of that document's environment understand them."""
        localized = self.with_env(document.env)
        _users, remark = localized._get_alert_recipients(kind)
        return localized._get_alert_subject(kind), localized._get_alert_body(remark)

    # ------------------------------------------------------------ telling
    def _alert(self, kind):
        """Called by the automation rules. A bad record is logged and tried again before long; the others are told."""
        told_on, now = ALERT_FIELDS[kind], fields.Datetime.now()
        # a run takes its time: what was done or told meanwhile is left alone
        due = self.filtered_domain(self._running_domain() & Domain(told_on, "=", False))
        try:
            with self.env.cr.savepoint():
                due._send_alerts(kind)
                due.write({told_on: now})
        except Exception:
            if len(due) > 1:
                for record in due:
                    record._alert(kind)
                return
            _logger.exception("The alert «%s» of %s can't be sent", kind, due)
            self.env["base.automation"]._trigger_deadline_rules(fields.Datetime.add(now, minutes=RETRY_MINUTES))

    def _send_alerts(self, kind):
        told = {}
        for record in self:
            users, _remark = record._get_alert_recipients(kind)
            if not users:
                raise UserError(self.env._("Nobody in %s can be told.", record._get_deadline_company().name))
            record._get_alert_document()._notify_users(users, functools.partial(record._compose_alert, kind), at_once=False)
            told[record] = users
        self._create_alert_activities(kind, told)

    def _create_alert_activities(self, kind, told):
        """Each has it among his activities; who has one of that document already does not get another.

        :param dict told: {record: users}
        """
        activity_type = self.env.ref(ACTIVITY_TYPES[kind])
        own_types = [self.env.ref(xmlid).id for xmlid in self._get_own_activity_types()]
        owners, values = [], []
        for record, users in told.items():
            document = record._get_alert_document()
            if kind != "escalation":
                users -= document.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id.id in own_types).user_id
            for user in users:
                owners.append(record)
                values.append({
                    "activity_type_id": activity_type.id, "user_id": user.id, "date_deadline": record._get_deadline_day(user),
                    "summary": record.with_context(lang=user.lang)._get_alert_subject(kind), "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(document._name), "res_id": document.id,
                })
        # the activities are others'; the message has told them
        activities = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(values)
        for record, activity in zip(owners, activities, strict=True):
            record.alert_activity_ids = [Command.link(activity.id)]

    @api.model
    def _get_own_activity_types(self):
        """With one of these somebody has it among his activities already. Extended by what has a step of its own."""
        return OWN_ACTIVITY_TYPES

    def _clear_alert_activities(self):
        """What is over need not be seen to any more."""
        over = self.sudo().filtered("alert_activity_ids")
        (over - over.filtered_domain(self._pending_domain())).alert_activity_ids.unlink()

    def _hand_over_alerts(self):
        """Who has nothing to do with it any more need not see to it; who has it now is warned for himself."""
        for record in self.filtered("alert_activity_ids"):
            concerned = record._deadline_owner() | record._deadline_superiors() | record._deadline_escalation()
            if foreign := record.alert_activity_ids.filtered(lambda activity: activity.user_id not in concerned):
                foreign.unlink()
                record.warned_on = False

    def _reset_alerts(self):
        """A deadline that was moved is warned of and missed anew."""
        self.sudo().write(dict.fromkeys(ALERT_FIELDS.values(), False))
        self.sudo().alert_activity_ids.unlink()

    # ------------------------------------------------------------ when
    def _schedule_alerts(self):
        """Have the automation rules run in the minute in which the first of these records is due."""
        now = fields.Datetime.now()
        moments = []
        for rule in self.env["base.automation"]._get_deadline_rules(self._name):
            field, told_on, offset = rule.trg_date_id.name, ALERT_FIELDS[rule.deadline_alert], rule._get_deadline_offset()
            moments += [
                max(record[field] + offset, now) for record in self.sudo()
                if record[field] and not record[told_on] and not record.date_done and not record.date_paused
            ]
        if moments:
            self.env["base.automation"]._trigger_deadline_rules(min(moments))

    @api.model
    def _get_next_alert(self, rule, after):
        """The first moment after the given one at which that rule has something to do, or None."""
        field, offset = rule.trg_date_id.name, rule._get_deadline_offset()
        first = self.search_fetch(
            self._running_domain() & Domain(ALERT_FIELDS[rule.deadline_alert], "=", False) & Domain(field, ">", after - offset),
            [field], order=field, limit=1,
        )
        return first[field] + offset if first else None
