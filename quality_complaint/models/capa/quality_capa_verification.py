from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from .quality_capa import CARRIED_OUT_STATES, UNFINISHED_STATES

VERIFIED_TYPES = ("corrective", "preventive")

ACTIVITY_TYPE = "quality_complaint.mail_activity_type_verification"


class QualityCapa(models.Model):
    """An action that removes a cause counts as done when the quality department found that it works.

    Carried out by its owner it waits in «To Verify»; those who did it do not judge it.
    """

    _inherit = "quality.capa"

    verification_required = fields.Boolean(
        "Needs Verification", compute="_compute_verification_required", store=True, readonly=False, precompute=True, tracking=True,
        help="The quality department confirms that it was effective before it counts as done.",
    )
    verifier_id = fields.Many2one(
        "res.users", "To Be Verified By", compute="_compute_verifier_id", store=True, readonly=False, precompute=True, tracking=True,
        domain="[('share', '=', False)]", help="Is asked for the verdict. Empty: the company's quality managers.",
    )
    verdict_ids = fields.One2many("quality.capa.verdict", "capa_id", "Verdicts", readonly=True)
    last_verdict = fields.Selection(related="verdict_ids.verdict", string="Verdict")
    can_verify = fields.Boolean(compute="_compute_can_verify", help="The user may give the verdict now.")

    @api.depends("capa_type")
    def _compute_verification_required(self):
        for capa in self.filtered(lambda capa: capa.state in UNFINISHED_STATES):
            capa.verification_required = capa.capa_type in VERIFIED_TYPES

    @api.depends("team_id", "user_id", "participant_ids", "carried_out_by_ids", "verification_required")
    def _compute_verifier_id(self):
        for capa in self.filtered(lambda capa: capa.state not in ("done", "cancel")):
            kept = capa.verifier_id._origin if capa.verifier_id and not capa._get_verifier_refusal(capa.verifier_id) else False
            capa.verifier_id = capa.verification_required and (kept or next(
                (leader for leader in capa._get_verifying_leaders() if not capa._get_verifier_refusal(leader)), False,
            ))

    @api.depends("state", "user_id", "participant_ids", "team_id")
    @api.depends_context("uid")
    def _compute_can_verify(self):
        for capa in self:
            capa.can_verify = not capa._get_verify_refusal()

    @api.constrains("verifier_id", "user_id", "participant_ids")
    def _check_verifier_id(self):
        refusals = [
            refusal for capa in self
            if capa.verifier_id and (refusal := capa._get_verifier_refusal(capa.verifier_id))
        ]
        if refusals:
            raise ValidationError("\n".join(refusals))

    # ------------------------------------------------------------ who judges
    def _get_verifying_leaders(self):
        """The team leaders who may verify it, if they handle complaints at all. Extended by what the action belongs to."""
        self.ensure_one()
        return self.team_id.leader_id

    def _get_verifier_refusal(self, user):
        """Why that user can't verify this action, or False."""
        self.ensure_one()
        user = user.sudo()  # anybody who plans may name the verifier, and groups are not his to read
        if user.has_group("quality_complaint.group_admin"):
            return False
        if user in self.sudo().user_id | self.sudo().participant_ids._origin | self.sudo().carried_out_by_ids:
            return self.env._("%(user)s carries out «%(capa)s» and can't be the one who verifies it.", user=user.name, capa=self.name)
        is_leader = user in self.sudo()._get_verifying_leaders() and user.has_group("quality_complaint.group_handler")
        if not (is_leader or user.has_group("quality_complaint.group_manager")):
            return self.env._(
                "%(user)s can't verify «%(capa)s»: that takes a quality manager or the leader of the team that handles it.",
                user=user.name, capa=self.name,
            )
        return False

    def _get_verify_refusal(self):
        """Why this user can't give the verdict now, or False. Also decides whether the button shows."""
        self.ensure_one()
        if self.state != "verify":
            return self.env._("«%s» does not wait for a verdict.", self.name)
        return False if self.env.su else self._get_verifier_refusal(self.env.user)

    def _get_verifiers(self):
        """Who is asked for the verdict."""
        self.ensure_one()
        if named := self.verifier_id.filtered("active"):
            return named
        # whoever did it need not be allowed to read users' groups
        managers = self.env["res.users"].sudo().search(
            Domain("all_group_ids", "in", self.env.ref("quality_complaint.group_manager").ids)
            & Domain("company_ids", "in", self.company_id.ids) & Domain("share", "=", False),
        )
        managers = (managers - self.user_id - self.participant_ids - self.sudo().carried_out_by_ids).with_env(self.env)
        return managers or self._get_alert_fallback()

    # ------------------------------------------------------------ moves
    def write(self, vals):
        if vals.get("state") == "done" and not self.env.su and (waiting := self.filtered(lambda capa: capa.state == "verify")):
            raise UserError(self.env._(
                "A verdict needs its reason, so give it with the button «Verify»:\n%s", "\n".join(waiting.mapped("name")),
            ))
        if not self.env.su and self._get_check_fields() & vals.keys():
            self._check_judgement_fixed(vals)
        result = super().write(vals)
        if "verifier_id" in vals:
            self._ask_others()
        return result

    @api.model
    def _get_check_fields(self):
        """The fields that say how an action is judged."""
        return {"verification_required"}

    def _check_judgement_fixed(self, vals):
        """How an action is judged is agreed before it is known how it turned out.

        That a running one is to be judged at all is not taken back by those who only plan it.
        """
        if fixed := self.filtered(lambda capa: capa.state in CARRIED_OUT_STATES):
            labels = self.fields_get(sorted(self._get_check_fields() & vals.keys()), ["string"])
            raise UserError(self.env._(
                "%(fields)s: how «%(capas)s» is judged was fixed before it was carried out, and stays.",
                fields=", ".join(label["string"] for label in labels.values()), capas=", ".join(fixed.mapped("name")),
            ))
        unproven = self.filtered(lambda capa: capa.state == "open" and capa.verification_required and not vals.get("verification_required", True))
        if refusals := [refusal for capa in unproven if (refusal := capa._get_verifier_refusal(self.env.user))]:
            raise UserError("\n".join([self.env._("Only who may judge a running action can do without its verification."), *refusals]))

    def action_verify(self):
        """The window in which the verdict and its reason are given."""
        self.ensure_one()
        if refusal := self._get_verify_refusal():
            raise UserError(refusal)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Did It Work?"),
            "res_model": "quality.capa.verify",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_capa_id": self.id},
        }

    def action_reopen(self):
        super().action_reopen()
        self._clear_verification()
        # it is asked for again when it is carried out again, whoever reopens it
        self.sudo().check_asked_on = False

    def _get_done_state(self):
        return "verify" if self.verification_required else super()._get_done_state()

    def _check_ready(self):
        """How one will see that it works is said before it begins."""
        super()._check_ready()
        gaps = [gap for capa in self if not self.env.su and capa.verification_required for gap in capa._get_proof_gaps()]
        if gaps:
            raise UserError("\n".join(gaps))

    def _get_proof_gaps(self):
        """What is not agreed yet about how it will be judged: a list of sentences. Extended by what it belongs to."""
        self.ensure_one()
        if (self.criterion or "").strip():
            return []
        return [self.env._("«%s»: write how one will see that it worked.", self.name)]

    @api.model
    def _hand_over_from(self, users):
        super()._hand_over_from(users)
        self.search([("state", "=", "verify"), ("verifier_id", "in", users.ids)])._ask_others()

    def _set_done(self):
        super()._set_done()
        for capa in self.filtered_domain(self._verdict_due_domain()):
            capa._ask_verdict()

    # ------------------------------------------------------------ the verdict
    def _give_verdict(self, verdict, reason, accepted=False, again_on=None, date_deadline=None, observed=None):
        """What the quality department decides about one action that was carried out.

        :param str verdict: effective: it is done; ineffective: its owner does it again; inconclusive: it is looked at again
        :param bool accepted: inconclusive, but done all the same
        :param date again_on: inconclusive: until when it is observed
        :param datetime date_deadline: ineffective: until when it is done again; None, the time it had at first
        :param dict observed: values of the verdict's numbers where they are better known than the system knows them
        """
        self.ensure_one()
        if refusal := self._get_verify_refusal():
            raise UserError(refusal)
        if not (reason or "").strip():
            raise UserError(self.env._("Write why: the reason is kept with the verdict."))
        if verdict == "ineffective" and date_deadline and date_deadline < fields.Datetime.now():
            raise UserError(self.env._("It can't be done again until a time that has passed. Choose a later one."))
        is_over = verdict == "effective" or (verdict == "inconclusive" and accepted)
        if is_over and self.window_end > fields.Datetime.now():
            raise UserError(self._get_window_note())
        self._keep_verdict(verdict, reason, user_id=self.env.user.id, accepted=accepted, **(observed or {}))
        if verdict == "ineffective":
            self._reopen_ineffective(reason, date_deadline)
        elif is_over:
            self._move("done", "action_verify")
            self._clear_verification()
            self._notify_users(
                (self._get_done_recipients() | self.user_id) - self.env.user,
                lambda capa: (capa.env._("Verified: %s", capa.name), reason),
            )
        else:
            self._observe_until(again_on)

    def _keep_verdict(self, verdict, reason, **values):
        # a verdict is nobody's to write
        self.env["quality.capa.verdict"].sudo().create({
            **self._prepare_verdict_values(), "verdict": verdict, "reason": reason, **values,
        })
        self.invalidate_recordset(["verdict_ids", "last_verdict"])  # the cache puts the newest last

    def _prepare_verdict_values(self):
        self.ensure_one()
        return {"capa_id": self.id, "date_done": self.date_done, "window_end": self.window_end}

    def _reopen_ineffective(self, body, date_deadline=None):
        """Back to its owner, with a new time for it and told why.

        :param body: text, or ``Markup``
        """
        self.ensure_one()
        deadline = date_deadline or self._get_next_deadline()
        self._clear_verification()
        capa = self.sudo()  # the verdict has decided it, whoever plans
        capa._move("open", "action_reopen")
        capa.write({"date_start": fields.Datetime.now(), "date_deadline": deadline, "check_asked_on": False})
        self._notify_users(
            self._get_done_recipients() | self.user_id | self._get_verifiers(),
            lambda capa: (capa.env._("Not effective, to be done again: %s", capa.name), body),
        )

    def _observe_until(self, day):
        """Look again on that day; those who verify are asked again then."""
        self.ensure_one()
        days = (day - self.date_done.date()).days if day else 0
        if not day or self.date_done + timedelta(days=days) <= max(self.window_end, fields.Datetime.now()):
            raise UserError(self.env._("Say on which later day it is looked at again, or accept it without proof."))
        self._clear_verification()
        # the window is fixed for those who plan; who judges may wait longer
        self.sudo().write({"window_days": days, "check_asked_on": False})

    def _get_next_deadline(self):
        """As much time as it had at first, and not less than is given by default."""
        self.ensure_one()
        passed = fields.Date.today() - (self.date_start or self.date_deadline).date()
        return max(self.date_deadline + passed, self._default_date_deadline())

    # ------------------------------------------------------------ asking for it
    def _ask_others(self):
        """Where the verdict is awaited of somebody who is not to give it any more, it is asked of those who are."""
        activities = self.env["mail.activity"].sudo().search([
            ("res_model", "=", self._name), ("res_id", "in", self.ids), ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
        ]).grouped("res_id")
        for capa in self.sudo().filtered(lambda capa: capa.state == "verify" and capa.check_asked_on):
            asked = activities.get(capa.id, self.env["mail.activity"])
            if asked.user_id != capa._get_verifiers():
                asked.unlink()
                capa._ask_verdict()

    def _ask_verdict(self):
        """Tell those who verify, and make it their activity."""
        self.ensure_one()
        capa = self.sudo()  # whoever has done it asks, and the activity is another's
        for verifier in self._get_verifiers():
            capa = capa.with_context(lang=verifier.lang)
            capa.activity_schedule(
                ACTIVITY_TYPE, date_deadline=fields.Date.context_today(self.with_context(tz=verifier.tz or self.env.user.tz)),
                summary=capa.env._("Did it work?"), note=capa.proposal_note, user_id=verifier.id,
            )
        self._notify_users(
            self._get_verifiers() - self.env.user,
            lambda capa: (capa.env._("To verify: %s", capa.name), capa.proposal_note),
        )
        capa.check_asked_on = fields.Datetime.now()

    def _clear_verification(self):
        # it may be another verifier's activity; the verdict is what stays of it
        self.sudo().activity_unlink([ACTIVITY_TYPE])

    def _get_proof_text(self):
        """What shows that it works, in one sentence for somebody outside; empty where nothing does yet."""
        self.ensure_one()
        if verdict := self.verdict_ids.filtered(lambda verdict: self.date_done and verdict.date >= self.date_done)[:1]:
            return self.env._(
                "%(verdict)s, %(day)s: %(reason)s", verdict=dict(verdict._fields["verdict"]._description_selection(self.env))[verdict.verdict],
                day=format_date(self.env, verdict.date), reason=verdict.reason,
            )
        if self.state == "verify" and self.window_days:
            return self.env._("Observed until %(day)s: %(criterion)s", day=format_date(self.env, self.window_end), criterion=self.criterion or "")
        return self.env._("To be verified: %s", self.criterion or "") if self.state == "verify" else ""
