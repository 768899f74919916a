from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, plaintext2html


class QualityCapa(models.Model):
    """Those who carry out an action are asked first: each accepts or objects with a reason.

    The proposed actions of one plan run together when all have accepted. An objection brings its action back to whoever
    planned it, and the others wait until it was proposed anew. Each proposal is a revision with answers of its own.
    """

    _inherit = "quality.capa"

    revision = fields.Integer("Proposal No.", readonly=True, copy=False, help="Goes up each time it is proposed.")
    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    response_ids = fields.One2many("quality.capa.response", "capa_id", "Agreement", readonly=True, copy=False)
    is_objected = fields.Boolean("Objected", compute="_compute_is_objected", store=True, help="It waits to be revised.")
    objection = fields.Text(compute="_compute_objection")
    pending_user_ids = fields.Many2many("res.users", string="Waiting For", compute="_compute_pending_user_ids")
    can_accept = fields.Boolean(compute="_compute_pending_user_ids")
    can_object = fields.Boolean(compute="_compute_pending_user_ids")

    @api.depends("state", "revision", "response_ids.answer", "response_ids.revision")
    def _compute_is_objected(self):
        for capa in self:
            capa.is_objected = capa.state == "draft" and "objected" in capa._get_answers().mapped("answer")

    @api.depends("is_objected")
    def _compute_objection(self):
        for capa in self:
            objections = capa._get_answers("objected") if capa.is_objected else ()
            capa.objection = "\n".join(
                self.env._("%(who)s objects: %(reason)s", who=answer.user_id.name, reason=answer.reason) for answer in objections
            )

    @api.depends("state", "revision", "response_ids.answer")
    @api.depends_context("uid")
    def _compute_pending_user_ids(self):
        user = self.env.user
        for capa in self:
            capa.pending_user_ids = capa._get_answers("pending").user_id
            capa.can_accept = user in capa.pending_user_ids
            capa.can_object = capa.state == "proposed" and user in capa._get_answers("pending", "accepted").user_id

    def _get_answers(self, *answers):
        """The answers to the present proposal of each, all or these."""
        return self.response_ids.filtered(
            lambda response: response.revision == response.capa_id.revision and (not answers or response.answer in answers),
        )

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"revision", "proposed_by_id"}

    # ------------------------------------------------------------ rules
    def _needs_agreement(self):
        """True where others than the current user have to be asked. What stops the spread waits for nobody."""
        self.ensure_one()
        return self.capa_type != "containment" and bool(self._get_doers() - self.env.user)

    def _check_button(self, target, button):
        super()._check_button(target, button)
        if button == "action_propose" or (target == "open" and button == "action_open"):
            self.filtered(lambda capa: capa.state == "draft")._check_ready()
        if button == "action_open":
            self._check_asked()

    def _check_ready(self):
        """What it takes before others are asked to do it."""
        self._check_deadline_ahead()

    def _check_asked(self):
        """People are asked before it runs. Who has not answered can be passed over, an objection can't."""
        problems = [
            self.env._("%s\nRevise it and propose it again.", capa.objection) if capa.is_objected
            else self.env._("«%s» has not been proposed yet to those who carry it out.", capa.name)
            for capa in self if not self.env.su and capa.state == "draft" and capa._needs_agreement()
        ]
        if problems:
            raise UserError("\n".join(problems))

    # ------------------------------------------------------------ moves
    def action_propose(self):
        """Ask those who carry it out. Containment, and what nobody else has to agree to, runs at once."""
        self._check_button("proposed", "action_propose")
        containment = self.filtered(lambda capa: capa.capa_type == "containment")
        if containment:
            containment._run()
        if rest := self - containment:
            rest._set_state("proposed")
            rest._ask()
            rest._run_agreed()

    def action_accept(self):
        responses = self._get_my_answers("pending")
        responses._set_answer("accepted")
        self._run_agreed()

    def action_object(self):
        """Ask for the reason of the objection."""
        self._get_my_answers("pending", "accepted")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_capa_object"),
            "context": {"default_capa_ids": [Command.set(self.ids)]},
        }

    def _object(self, reason):
        """Back to whoever planned it, with the reason. The other actions of the plan wait."""
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write why you object: whoever planned it has to find a better way."))
        self._get_my_answers("pending", "accepted")._set_answer("objected", reason)
        # the one who objects need not be one who plans
        self.sudo()._set_state("draft")
        for capa in self:
            subject = self.env._("%(who)s objects: %(name)s", who=self.env.user.name, name=capa.name)
            body = plaintext2html(reason)
            capa.message_post(body=Markup("<p>%s</p>%s") % (subject, body), message_type="comment", subtype_xmlid="mail.mt_note")
            capa._notify_users(
                capa._get_planners() - self.env.user,
                lambda capa, body=body: (capa.env._("%(who)s objects: %(name)s", who=capa.env.user.name, name=capa.name), body),
            )

    def action_cancel(self):
        plans = self._get_plans()
        super().action_cancel()
        self._run_plans(plans)

    def unlink(self):
        plans = [plan - self for plan in self._get_plans()]
        result = super().unlink()
        self._run_plans(plans)
        return result

    # ------------------------------------------------------------ business
    def _set_state(self, target):
        super()._set_state(target)
        if target != "proposed":
            self._lapse()

    def _lapse(self):
        """Who has not answered is not waited for any more."""
        # as in `_set_answer`; when he was to answer is no date of an answer
        self.sudo()._get_answers("pending").answer = "lapsed"

    def _ask(self, keep=False):
        """A proposal of its own: each who carries it out is asked; whoever asks has agreed.

        :param bool keep: who accepted the last proposal has accepted this one
        """
        now = fields.Datetime.now()
        values = []
        # the answers are the system's to write
        for capa in self.sudo():
            kept = {answer.user_id: answer.date for answer in capa._get_answers("accepted")} if keep else {}
            kept.setdefault(self.env.user, now)
            capa._lapse()
            capa.write({"revision": capa.revision + 1, "proposed_by_id": self.env.user.id})
            values += [
                {
                    "capa_id": capa.id, "user_id": user.id, "revision": capa.revision,
                    "answer": "accepted" if user in kept else "pending", "date": kept.get(user),
                }
                for user in capa._get_doers()
            ]
        self.env["quality.capa.response"].sudo().create(values)
        self._tell_asked()

    def _tell_asked(self, users=None):
        """Tell those whose answer is awaited, all or these."""
        for capa in self:
            asked = capa.sudo()._get_answers("pending").user_id
            capa._notify_users(
                asked if users is None else asked & users,
                lambda capa: (
                    capa.env._("Do you agree? %(kind)s: %(name)s", kind=capa._get_type_label(), name=capa.name),
                    Markup("<p>%s</p><p>%s</p>") % (
                        capa._get_assignment_text(),
                        capa.env._("Please accept it, or object and say why. It begins when all have accepted."),
                    ),
                ),
            )
        self._sync_activities()

    def _apply_changes(self, changes):
        """Who agreed to something else is asked again; where only people changed, the new ones are asked."""
        super()._apply_changes(changes)
        proposed = self.filtered(lambda capa: capa.state == "proposed" and capa in changes)
        urgent = proposed.filtered(lambda capa: capa.capa_type == "containment")
        if urgent:
            urgent._run()
        proposed -= urgent
        people_only = proposed.filtered(lambda capa: changes[capa].keys() == {"participant_ids"})
        people_only._ask(keep=True)
        (proposed - people_only)._ask()
        proposed._run_agreed()

    def _follow_people(self):
        """Who has left is not waited for; who stands in for him is asked."""
        for capa in self.sudo():
            doers, answers = capa._get_doers(), capa._get_answers()
            answers.filtered(lambda answer: answer.answer == "pending" and answer.user_id not in doers).answer = "lapsed"
            newcomers = doers - answers.user_id
            self.env["quality.capa.response"].sudo().create([
                {"capa_id": capa.id, "user_id": user.id, "revision": capa.revision} for user in newcomers
            ])
            capa._tell_asked(newcomers)
        self._run_agreed()

    @api.model
    def _hand_over_from(self, users):
        """These users have left: what they were asked and what they were to do goes to who stands in for them."""
        concerned = self.with_context(active_test=False).search([
            ("state", "in", ("proposed", "open")), "|", ("user_id", "in", users.ids), ("participant_ids", "in", users.ids),
        ]).with_env(self.env)
        concerned.filtered(lambda capa: capa.state == "proposed")._follow_people()
        running = concerned.filtered(lambda capa: capa.state == "open")
        running._sync_activities()
        running._sync_event()
        for capa in concerned.filtered(lambda capa: capa.user_id in users):
            capa._notify_users(
                capa._get_acting_owner() | capa._get_planners(),
                lambda capa: (
                    capa.env._("The owner has left: %s", capa.name),
                    capa.env._(
                        "%(stand_in)s stands in for %(owner)s. Choose another owner if that is not right.",
                        stand_in=capa._get_acting_owner().name, owner=capa.user_id.name,
                    ),
                ),
            )

    def _get_my_answers(self, *answers):
        """The current user's answers to these proposals. Refused unless each of them waits for one."""
        responses = self.filtered(lambda capa: capa.state == "proposed").sudo()._get_answers(*answers).filtered(
            lambda response: response.user_id == self.env.user,
        )
        if others := self - responses.capa_id:
            raise UserError(self.env._("No answer of yours is awaited:\n%s", "\n".join(others.mapped("name"))))
        return responses

    def _get_acting_owner(self):
        """The owner; where he has left, the leader of the responsible team. Extended by what the action belongs to."""
        self.ensure_one()
        # who does it need not be allowed to read teams
        users = self.user_id | self.sudo().team_id.leader_id
        return users.filtered("active")[:1]

    def _get_doers(self):
        """Users who carry it out and still work here."""
        self.ensure_one()
        return self._get_acting_owner() | self.participant_ids.filtered("active")

    def _get_planners(self):
        """Users who are told what becomes of their proposal. Extended by what the action belongs to."""
        self.ensure_one()
        return self.proposed_by_id.filtered("active")

    # ------------------------------------------------------------ the plan
    def _get_plans(self):
        """The actions that run together, as a list of recordsets. Extended by what the action belongs to."""
        # an answer of one decides about actions that he need not be allowed to read
        return [capa.sudo() for capa in self]

    def _run_agreed(self):
        self._run_plans(self._get_plans())

    @api.model
    def _run_plans(self, plans):
        """Run what is proposed of each plan, if nobody objects and all have accepted."""
        for plan in plans:
            plan = plan.exists()
            proposed = plan.filtered(lambda capa: capa.state == "proposed")
            if not proposed:
                continue
            # two who answer at the same moment must see each other: the second is tried again
            self.env.cr.execute(SQL("UPDATE quality_capa SET revision = revision WHERE id IN %s", tuple(plan.ids)))
            if not any(plan.mapped("is_objected")) and not proposed._get_answers("pending"):
                proposed._run()
                proposed._tell_agreed()

    def _tell_agreed(self):
        """Tell those who planned it, unless they have just said so themselves."""
        for capa in self:
            capa._notify_users(
                capa._get_planners() - self.env.user,
                lambda capa: (capa.env._("All have agreed: %s", capa.name), capa.env._("It runs from now on.")),
            )
