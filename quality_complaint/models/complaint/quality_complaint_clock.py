from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from .quality_complaint import FINISHED_STATES
from .quality_complaint_workflow import NEXT_STATE
from .quality_deadline_pause import PAUSE_REASONS

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
        help="Was brought over from another system: its deadlines count from the day it was received, and nobody is alerted of them.",
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
            policy = complaint.sudo().milestone_ids.policy_id[-1:]
            complaint.policy_explanation = policy._explain() if policy else False

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
        now = fields.Datetime.now()
        for pause in self.sudo().pause_ids.filtered(lambda pause: not pause.date_to):
            pause.write({"date_to": max(now, pause.date_from), "resumed_by_id": self.env.user.id})
        super()._finish(*steps)

    # ------------------------------------------------------------ imported history
    @api.model_create_multi
    def create(self, vals_list):
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        for vals in vals_list:
            if self.env.context.get("import_file"):
                received = fields.Datetime.to_datetime(vals.get("date_received"))
                vals.setdefault("is_history", bool(received and received < yesterday))
            elif vals.get("is_history") and not (self.env.su or self.env.user.has_group("quality_complaint.group_admin")):
                raise AccessError(self.env._("Only an administrator of complaints enters imported history."))
        return super().create(vals_list)
