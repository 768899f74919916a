import functools

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime, is_html_empty

from ..deadline.quality_deadline_mixin import ALERT_FIELDS
from .quality_complaint import FINISHED_STATES
from .quality_complaint_workflow import NEXT_STATE
from .quality_deadline_pause import PAUSE_REASONS

# steps that are not taken again in a later round
FIRST_ROUND_STEPS = ("acknowledge", "review")

# who complains so knows that we have heard him
SPOKEN_CHANNELS = ("phone", "visit", "word_of_mouth")

# what is to be done while the clock stands, and whose it is
PAUSE_ROLES = {"clarification": "reporter", "customer": "reporter", "goods": "handler"}


class QualityComplaint(models.Model):
    """The clock of a complaint: what was promised for it, by which policy, and when and why it stood."""

    _inherit = "quality.complaint"

    pause_ids = fields.One2many("quality.deadline.pause", "complaint_id", "Pauses", copy=False)
    current_pause_id = fields.Many2one("quality.deadline.pause", compute="_compute_current_pause_id", string="Pause")
    pause_reason = fields.Selection(PAUSE_REASONS, compute="_compute_current_pause_id")
    pause_note = fields.Char("The Clock Stands", compute="_compute_current_pause_id")
    date_paused = fields.Datetime("Clock Stands Since", compute="_compute_date_paused", store=True, index="btree_not_null")
    can_pause = fields.Boolean(compute="_compute_can_pause", help="The user may stop the clock.")
    is_history = fields.Boolean(
        "Imported History", readonly=True, copy=False,
        help="Was brought over from another system: its deadlines count from the day it was received, nobody is alerted of them, "
            "and no figure of timeliness counts them.",
    )
    policy_explanation = fields.Char("Deadlines By", compute="_compute_policy_explanation")

    @api.depends("pause_ids.date_to")
    def _compute_date_paused(self):
        for complaint in self:
            complaint.date_paused = complaint.pause_ids.filtered(lambda pause: not pause.date_to).date_from

    @api.depends("pause_ids.date_to", "pause_ids.note")
    @api.depends_context("lang", "tz")
    def _compute_current_pause_id(self):
        current = self.env["quality.deadline.pause"].search(
            [("complaint_id", "in", self._origin.ids), ("date_to", "=", False)],
        ).grouped("complaint_id")
        for complaint in self:
            pause = complaint.current_pause_id = current.get(complaint._origin, self.env["quality.deadline.pause"])
            complaint.pause_reason = pause.reason
            complaint.pause_note = self.env._(
                "since %(moment)s: %(note)s", moment=format_datetime(self.env, pause.date_from, dt_format="short"), note=pause.note,
            ) if pause else False

    @api.depends("state", "date_paused", "team_id")
    @api.depends_context("uid")
    def _compute_can_pause(self):
        for complaint in self:
            complaint.can_pause = complaint.has_access("write") and not complaint._get_pause_refusal()

    @api.depends("milestone_ids.policy_id")
    @api.depends_context("lang")
    def _compute_policy_explanation(self):
        for complaint in self:
            policy = complaint.sudo().milestone_ids[-1:].policy_id
            complaint.policy_explanation = policy._explain(complaint) if policy else False

    # ------------------------------------------------------------ steps
    def _apply_deadline_policy(self, restart=False):
        """Promise the times of the policy that fits. They count from the beginning of the round, and what is done in it stays done.

        :param bool restart: count from now on, every step again
        """
        now = fields.Datetime.now()
        Milestone = self.env["quality.milestone"].sudo()  # the clock is not anybody's to write
        values, outdated = [], Milestone
        # many complaints are often promised the same
        windows = {}
        plan = functools.cache(lambda company, *promise: Milestone.with_company(company)._plan_deadline(*promise, windows))
        criteria = self._get_policy_criteria()
        policies = {
            alike: self.env["quality.deadline.policy"]._find_for(complaints[:1])
            for alike, complaints in self.grouped(lambda complaint: criteria[complaint]).items()
        }
        for complaint in self.sudo():
            policy = policies[criteria[complaint]]
            of_round = complaint.milestone_ids.filtered(lambda milestone: milestone.round == complaint.round)
            done = set() if restart else set(of_round.filtered("date_done").mapped("step"))
            history = complaint.is_history and complaint.round == 1 and not restart
            begin = complaint.date_received if history else now
            start = now if restart else min(of_round.mapped("date_start"), default=begin)
            replaced = of_round.filtered(lambda milestone: not milestone.date_done)
            outdated |= replaced
            calendar = complaint.team_id._get_calendar(complaint.company_id)
            pauses = tuple(
                (pause.date_from, pause.date_to) for pause in complaint.pause_ids if pause.date_to and pause.date_to > start
            )
            for line in policy.line_ids:
                if line.step in done or (complaint.round > 1 and line.step in FIRST_ROUND_STEPS):
                    continue
                deadline = plan(complaint.company_id, start, line.duration, line.duration_unit, calendar, pauses)
                same = replaced.filtered(lambda step: step.step == line.step and step.date_deadline == deadline)[:1]
                values.append({
                    "complaint_id": complaint.id, "round": complaint.round, "policy_id": policy.id, "date_start": start,
                    "resource_calendar_id": calendar.id, "step": line.step, "owner_role": line.owner_role,
                    "duration": line.duration, "duration_unit": line.duration_unit, "warning_lead": line.warning_lead,
                    "date_deadline": deadline,
                    # what is late already does not stop
                    "date_paused": complaint.date_paused and deadline >= complaint.date_paused and complaint.date_paused,
                    # nobody is told twice of the same deadline, nor at all of what was over before it was brought here
                    **{name: same[name] or (history and deadline < now and now) for name in ALERT_FIELDS.values()},
                })
        if outdated:
            outdated.active = False
        Milestone.create(values)

    def _get_policy_criteria(self):
        """{complaint: what decides on its policy}. Extended together with `quality.deadline.policy._get_fitting_domain`."""
        return {complaint: (complaint.company_id, complaint.type_id, complaint.urgency) for complaint in self}

    def _complete_milestones(self, *steps):
        done = self.milestone_ids.filtered(lambda milestone: milestone.step in steps and not milestone.date_done)
        if done:
            # the button has decided that the user may; the clock is not anybody's to write
            done.sudo().date_done = fields.Datetime.now()

    def action_submit(self):
        super().action_submit()
        self.filtered(lambda complaint: complaint.channel in SPOKEN_CHANNELS)._complete_milestones("acknowledge")

    def _message_post_after_hook(self, message, msg_vals):
        """Who complained in writing is acknowledged with our first message to him."""
        ours = not message.author_id.partner_share
        if ours and not message.is_internal and message.partner_ids.filtered("partner_share"):
            self._complete_milestones("acknowledge")
        return super()._message_post_after_hook(message, msg_vals)

    def write(self, vals):
        result = super().write(vals)
        if not is_html_empty(vals.get("analysis")):
            self._complete_milestones("analyse")
        return result

    def _hand_over_step(self):
        super()._hand_over_step()
        self.sudo().milestone_ids._hand_over_alerts()

    # ------------------------------------------------------------ pausing
    def _get_pause_refusal(self):
        """Why this user can't stop the clock of this complaint, or False. Also decides whether the button shows."""
        self.ensure_one()
        if self.state == "draft" or self.state in FINISHED_STATES:
            return self.env._("The clock of %s can be stopped from its review on until it is finished.", self.name)
        if not self._has_role("handler"):
            return self.env._("The clock of %s is stopped by those who handle it.", self.name)
        if self.date_paused:
            return self.env._("The clock of %s stands already.", self.name)
        return False

    def _check_may_pause(self):
        if not self.env.su and (refusals := [refusal for complaint in self if (refusal := complaint._get_pause_refusal())]):
            raise UserError("\n".join(refusals))

    def action_pause(self):
        """Ask why the clock is to stop."""
        self.ensure_one()
        if refusal := self._get_pause_refusal():
            raise UserError(refusal)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_deadline_pause"),
            "context": {"default_complaint_id": self.id},
        }

    def action_resume(self):
        """Ask what was said, and let the clock run again."""
        self.ensure_one()
        if not self.current_pause_id:
            raise UserError(self.env._("The clock of %s runs.", self.name))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_deadline_pause"),
            "name": self.env._("What Came of It?"),
            "res_id": self.current_pause_id.id,
        }

    def _get_gaps(self, target):
        gaps = super()._get_gaps(target)
        if self.current_pause_id and target == NEXT_STATE.get(self.state):
            gaps.append(self.env._("An answer to what was asked: «%s»", self.current_pause_id.note))
        return gaps

    def _get_step(self):
        if pause := self.sudo().current_pause_id:
            summaries = {
                "clarification": self.env._("Clarify with the customer: %s", pause.note),
                "customer": self.env._("Ask the customer: %s", pause.note),
                "goods": self.env._("See whether the goods have come: %s", pause.note),
            }
            return summaries[pause.reason], PAUSE_ROLES[pause.reason]
        return super()._get_step()

    def _finish(self, *steps):
        """Nothing is waited for any more."""
        self.sudo().pause_ids.filtered(lambda pause: not pause.date_to)._close()
        super()._finish(*steps)

    # ------------------------------------------------------------ imported history
    @api.model_create_multi
    def create(self, vals_list):
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        may_mark = self.env.su or self.env.user.has_group("quality_complaint.group_admin")
        for vals in vals_list:
            if vals.get("is_history") and not may_mark:
                raise AccessError(self.env._("Only an administrator of complaints enters imported history."))
            received = self.env.context.get("import_file") and fields.Datetime.to_datetime(vals.get("date_received"))
            vals.setdefault("is_history", bool(received and received < yesterday))
        return super().create(vals_list)
