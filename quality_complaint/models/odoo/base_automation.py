from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

CRON = "base_automation.ir_cron_data_base_automation_check"

# alerts between two commits of the scheduler
BATCH = 50

# how long a transaction may take
SOON_MINUTES = 15


class BaseAutomation(models.Model):
    """Rules that alert of a deadline remember on each record that it was told, so they look at everything that was due
    since they are in force: nothing that a crashed run left, or that was moved, is missed; and nothing from before.
    """

    _inherit = "base.automation"

    deadline_alert = fields.Selection(
        [("warning", "Warning"), ("missed", "Missed"), ("escalation", "Escalation"), ("question", "Question to the Customer")],
        readonly=True, help="This rule tells those concerned once for each record. Change its delay and its conditions as you like.",
    )

    @api.constrains("deadline_alert", "trg_date_calendar_id")
    def _check_no_calendar(self):
        """The deadlines count working time already."""
        if any(rule.deadline_alert and rule.trg_date_calendar_id for rule in self):
            raise ValidationError(self.env._(
                "An alert of a deadline can't use a calendar: give its delay in hours or days. The deadlines themselves count working hours.",
            ))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("deadline_alert"):
                # core would take all that ever was due for new
                vals.setdefault("last_run", fields.Datetime.now())
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() == {"last_run"}:
            # core's memory of a run; ours is on the records
            self = self.filtered(lambda rule: not rule.deadline_alert)
        woken = self.filtered(lambda rule: rule.deadline_alert and not rule.active) if vals.get("active") else self.browse()
        result = super().write(vals)
        # what fell due while it was switched off is not made up for
        super(BaseAutomation, woken).write({"last_run": fields.Datetime.now()})
        if vals.keys() & {"active", "trg_date_range", "trg_date_range_type", "trg_date_range_mode", "trg_date_id"}:
            self.filtered("deadline_alert")._trigger_next_deadline()
        return result

    # ------------------------------------------------------------ running
    @api.model
    def _cron_process_time_based_actions(self):
        # first, so that it stands when a rule fails
        self._get_deadline_rules()._trigger_next_deadline()
        self._drop_later_triggers()
        super(BaseAutomation, self.with_context(alerts_in_batches=True))._cron_process_time_based_actions()

    def _search_time_based_automation_records(self, *, until):
        """Of our rules as a list of batches, which core takes one after the other as it does records."""
        records = super()._search_time_based_automation_records(until=until)
        if not (self.deadline_alert and self.env.context.get("alerts_in_batches")):
            return records
        return [records[at:at + BATCH] for at in range(0, len(records), BATCH)]

    def _process(self, records, domain_post=None):
        """Our rules run their actions once for all of a batch, and store what was sent: core would store all of a run,
        or nothing."""
        if not (self.deadline_alert and self.env.context.get("alerts_in_batches")):
            return super()._process(records, domain_post)
        for action in self.sudo().action_server_ids:
            action.with_context(active_model=records._name, active_ids=records.ids, active_id=records[:1].id).run()
        # the e-mails go out as soon as they are stored, and not with the next hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        self.env["ir.cron"]._commit_progress()
        return None

    # ------------------------------------------------------------ when
    @api.model
    def _get_deadline_rules(self, model_name=False):
        """The rules in force that alert of deadlines, of that model or of all."""
        domain = [("deadline_alert", "!=", False), ("active", "=", True)]
        # whoever sets a deadline need not be allowed to read the rules
        return self.sudo().search(domain + ([("model_name", "=", model_name)] if model_name else []))

    def _get_deadline_offset(self):
        """How long after its date the rule acts, as ``timedelta``; negative: before. A month counts as 30 days."""
        self.ensure_one()
        amount = self.trg_date_range * (-1 if self.trg_date_range_mode == "before" else 1)
        return {
            "minutes": timedelta(minutes=amount), "hour": timedelta(hours=amount),
            "day": timedelta(days=amount), "month": timedelta(days=30 * amount),
        }.get(self.trg_date_range_type, timedelta())

    def _trigger_next_deadline(self):
        """Have the scheduler run when one of these rules next has something to do."""
        now = self.env.cr.now()  # as core does, when it looks for what is due
        moments = [
            moment for rule in self if (moment := self.env[rule.model_name].sudo()._get_next_alert(rule, now))
        ]
        if moments:
            self._trigger_deadline_rules(min(moments))

    @api.model
    def _trigger_deadline_rules(self, moment):
        """Have the scheduler run at that moment, unless it does so before: each run looks for the next moment itself."""
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if not cron:
            return
        cron = cron.sudo()  # whoever sets a deadline starts no scheduled action by himself
        at = moment + timedelta(seconds=1)  # what is due at a moment is late after it
        # a run that begins before this is stored would not see it
        soon = fields.Datetime.add(fields.Datetime.now(), minutes=SOON_MINUTES)
        pending = self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", cron.id), ("call_at", ">", min(soon, at))])
        if any(trigger.call_at <= at for trigger in pending):
            return
        cron._trigger(at)

    @api.model
    def _drop_later_triggers(self):
        """One pending trigger is enough. Only the scheduler tidies up: people who set deadlines at the same moment would
        else get in each other's way."""
        pending = self.env["ir.cron.trigger"].sudo().search(
            [("cron_id", "=", self.env.ref(CRON).id), ("call_at", ">", self.env.cr.now())], order="call_at",
        )
        pending[1:].try_lock_for_update().unlink()
