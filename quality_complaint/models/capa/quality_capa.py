from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_datetime, is_html_empty

from ..deadline.quality_deadline_mixin import ALERT_FIELDS
from ..deadline.quality_notify_mixin import TALK_FIELDS

CAPA_TYPES = [
    ("containment", "Containment"),
    ("correction", "Correction"),
    ("corrective", "Corrective Action"),
    ("preventive", "Preventive Action"),
    ("visit", "On-Site Visit"),
]

# state: {next state: the button that does it}
TRANSITIONS = {
    "draft": {"proposed": "action_propose", "open": "action_open", "cancel": "action_cancel"},
    "proposed": {"draft": "action_draft", "open": "action_open", "cancel": "action_cancel"},
    "open": {"verify": "action_done", "done": "action_done", "cancel": "action_cancel"},
    "verify": {"done": "action_verify", "open": "action_reopen"},
    "done": {"open": "action_reopen"},
    "cancel": {"draft": "action_draft"},
}

# what the one who does it writes: what was done, and his talk about it
DOER_FIELDS = {"result"} | TALK_FIELDS

# what only the buttons set
SYSTEM_FIELDS = {"date_start", "date_warning", "date_paused", "date_done", "carried_out_by_ids", *ALERT_FIELDS.values()}

# what those who carry it out agree to
PLAN_FIELDS = {"name", "description", "capa_type", "user_id", "participant_ids", "date_deadline"}

# what somebody still has to do
UNFINISHED_STATES = ("draft", "proposed", "open")

# what its people have done; whether it worked is another question
CARRIED_OUT_STATES = ("verify", "done")


class QualityCapa(models.Model):
    """A corrective or preventive action: who does what until when, and what was done in the end.

    How those who carry it out agree to it stands in quality_capa_agreement.py, how it keeps step with its activities in
    quality_capa_activity.py, and with the calendar in quality_capa_visit.py.
    """

    _name = "quality.capa"
    _description = "Corrective or Preventive Action"
    _inherit = ["quality.deadline.mixin", "quality.notify.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"
    _check_company_auto = True

    name = fields.Char("What Is to Be Done", required=True, tracking=True)
    description = fields.Html("Details")
    capa_type = fields.Selection(
        CAPA_TYPES, string="Kind", required=True, default="correction", tracking=True,
        help="Containment: stops the spread at once. Correction: puts this case right. "
             "Corrective action: removes the cause. Preventive action: removes a possible cause elsewhere. "
             "On-site visit: people go to the customer; it stands in their calendars.",
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, readonly=False, required=True, precompute=True, index=True,
    )
    team_id = fields.Many2one("quality.team", "Responsible Team", check_company=True)
    user_id = fields.Many2one(
        "res.users", "Owner", required=True, tracking=True, index=True,
        domain="[('share', '=', False)]", default=lambda self: self.env.user,
    )
    participant_ids = fields.Many2many(
        "res.users", string="Other Participants", domain="[('share', '=', False)]", tracking=True,
    )
    date_deadline = fields.Datetime(
        required=True, tracking=True, copy=False, default=lambda self: self._default_date_deadline(),
        help="Proposed: the end of the next working day.",
    )
    state = fields.Selection(
        [
            ("draft", "Planned"), ("proposed", "Awaiting Agreement"), ("open", "In Progress"), ("verify", "To Verify"),
            ("done", "Done"), ("cancel", "Cancelled"),
        ],
        default="draft", required=True, tracking=True, copy=False, index=True, group_expand="_group_expand_states",
    )
    result = fields.Html("What Was Actually Done", copy=False)
    carried_out_by_ids = fields.Many2many(
        "res.users", "quality_capa_carried_out_rel", readonly=True, copy=False,
        help="Its people when it was carried out, and who said so. They do not judge it.",
    )
    may_plan = fields.Boolean(compute="_compute_may_plan", help="The user decides what is to be done, by whom and until when.")

    @api.model
    def _group_expand_states(self, states, domain):
        """A kanban always shows the columns of the work; the others where there is something in them."""
        return [state for state, _label in self._fields["state"].selection if state in UNFINISHED_STATES or state in states]

    def _compute_company_id(self):
        for capa in self.filtered(lambda capa: not capa.company_id):
            capa.company_id = self.env.company

    @api.depends("team_id")
    @api.depends_context("uid")
    def _compute_may_plan(self):
        for capa in self:
            capa.may_plan = not capa._origin or capa._origin._may_plan()

    @api.constrains("user_id", "participant_ids", "company_id")
    def _check_users_company(self):
        for capa in self:
            strangers = (capa.user_id | capa.participant_ids).filtered(lambda user: capa.company_id not in user.company_ids)
            if strangers:
                raise ValidationError(self.env._(
                    "%(users)s may not work in %(company)s, so «%(capa)s» can't be given to them.",
                    users=", ".join(strangers.mapped("name")), company=capa.company_id.name, capa=capa.name,
                ))

    @api.constrains("state", "result")
    def _check_result(self):
        without = self.filtered(lambda capa: capa.state in CARRIED_OUT_STATES and is_html_empty(capa.result))
        if without:
            raise ValidationError(self.env._(
                "Before it counts as done, write what was actually done:\n%s", "\n".join(without.mapped("name")),
            ))

    # ------------------------------------------------------------ rules
    @api.model
    def _pending_domain(self):
        return super()._pending_domain() & Domain("state", "in", UNFINISHED_STATES)

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_system_fields(vals)
            if not self.env.su and vals.get("state", "draft") != "draft":
                raise UserError(self.env._("A new action starts as planned. Start it with its button."))
        capas = super().create(vals_list)
        capas._check_deadline_ahead()
        return capas

    def write(self, vals):
        """Who writes the state presses the button of that move."""
        self._check_system_fields(vals)
        self._check_may_write(vals)
        content = {key: value for key, value in vals.items() if key != "state"}
        watched = content.keys() & self._get_plan_fields()
        before = {capa: {name: capa[name] for name in watched} for capa in self}
        result = super().write(content)
        changes = {
            capa: changed for capa, values in before.items()
            if (changed := {name: old for name, old in values.items() if capa[name] != old})
        }
        if changes:
            self._apply_changes(changes)
        if "state" in vals:
            target = vals["state"]
            self._check_transition(target)
            if self.env.su:
                if target not in CARRIED_OUT_STATES:
                    return super().write({"state": target, "date_done": False})
                # verifying does not change when it was carried out
                super(QualityCapa, self.filtered(lambda capa: not capa.date_done)).write({"date_done": fields.Datetime.now()})
                return super().write({"state": target})
            for button, capas in self.grouped(lambda capa: TRANSITIONS[capa.state][target]).items():
                getattr(capas, button)()
        return result

    @api.model
    def _get_plan_fields(self):
        return PLAN_FIELDS

    @api.model
    def _get_basis_fields(self):
        """What says what it is about, also where its people need not agree to it. Extended by what an action is based on."""
        return set()

    def _apply_changes(self, changes):
        """What follows when the content of an action was changed.

        :param dict changes: {action: {field name: value before}}
        """
        self.browse([capa.id for capa, changed in changes.items() if "date_deadline" in changed])._check_deadline_ahead()
        for capa, changed in changes.items():
            if "description" in changed:
                # core does not track rich text
                capa._message_log(body=Markup("<p>%s</p>%s") % (
                    self.env._("The details were changed. Before:"), changed["description"] or "—",
                ))

    def _check_deadline_ahead(self):
        """What is already past can be promised to nobody; only what is loaded as history by the system may be past."""
        now = fields.Datetime.now()
        if not self.env.su and (past := self.filtered(lambda capa: capa.date_deadline < now)):
            raise UserError(self.env._(
                "A deadline can't lie in the past. Choose a later one:\n%s",
                "\n".join(capa._get_assignment_text() for capa in past),
            ))

    def _may_plan(self):
        """True where the user decides what is to be done, by whom and until when. Extended by what the action belongs to."""
        self.ensure_one()
        user = self.env.user
        return self.env.su or user in (self.create_uid | self.team_id.leader_id) or user.has_group("quality_complaint.group_manager")

    def _check_may_write(self, vals):
        """Whoever does it writes what was done, while it runs; the rest is decided by those who plan."""
        if self.env.su:
            return
        if "result" in vals and (over := self.filtered(lambda capa: capa.state not in UNFINISHED_STATES)):
            raise UserError(self.env._("What was done is on record, reopen it to change it:\n%s", "\n".join(over.mapped("name"))))
        if vals.keys() & (self._get_plan_fields() | self._get_basis_fields()):
            over = self.filtered(lambda capa: capa.state in CARRIED_OUT_STATES)
            if over:
                raise UserError(self.env._(
                    "It was carried out as it was agreed, and stays so. Reopen it to change it:\n%s", "\n".join(over.mapped("name")),
                ))
        if vals.keys() - DOER_FIELDS - {"state"}:
            self._check_may_plan()

    def _check_may_plan(self):
        if denied := self.filtered(lambda capa: not capa._may_plan()):
            raise AccessError(self.env._(
                "What is to be done, by whom and until when is decided by those who plan it:\n%s", "\n".join(denied.mapped("name")),
            ))

    def _check_button(self, target, button):
        """A button moves only what it is for, for those who may press it."""
        self.check_access("write")
        self._check_transition(target, button)
        if target not in CARRIED_OUT_STATES:
            self._check_may_plan()

    def _move(self, target, button):
        """Only the state, all of self or none."""
        self._check_button(target, button)
        self._set_state(target)

    def _set_state(self, target):
        # the button has decided that the user may
        self.sudo().write({"state": target})

    @api.model
    def _check_system_fields(self, vals):
        if not self.env.su and (forbidden := self._get_system_fields() & vals.keys()):
            labels = self.fields_get(sorted(forbidden), ["string"])
            raise AccessError(self.env._(
                "Set by the system, not by hand: %s", ", ".join(label["string"] for label in labels.values()),
            ))

    @api.model
    def _get_system_fields(self):
        return SYSTEM_FIELDS

    def _check_transition(self, target, button=None):
        def is_allowed(capa):
            found = TRANSITIONS[capa.state].get(target)
            if found == "action_done" and target != capa._get_done_state():
                return False
            return found and button in (None, found)

        refused = self.filtered(lambda capa: not is_allowed(capa))
        if refused:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError("\n".join(
                self.env._("«%(capa)s» is %(state)s and can't become %(target)s.",
                           capa=capa.name, state=labels[capa.state], target=labels[target])
                for capa in refused
            ))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        if started := self.filtered(lambda capa: capa.state != "draft"):
            raise UserError(self.env._(
                "What was started is kept: cancel it instead of deleting it.\n%s", "\n".join(started.mapped("name")),
            ))

    # ------------------------------------------------------------ moves
    def action_open(self):
        """Start it by hand."""
        self._check_button("open", "action_open")
        self._run()

    def action_done(self):
        self._set_done()

    def action_cancel(self):
        self._move("cancel", "action_cancel")

    def action_draft(self):
        self._move("draft", "action_draft")

    def action_reopen(self):
        self._move("open", "action_reopen")

    # ------------------------------------------------------------ business
    def _run(self):
        """It runs from here on: tell those who carry it out."""
        self._set_state("open")
        for capa in self:
            capa._tell_assigned(capa._get_doers() - self.env.user)

    def _tell_assigned(self, users):
        self.ensure_one()
        self._notify_users(
            users,
            lambda capa: (
                capa.env._("%(kind)s: %(name)s", kind=capa._get_type_label(), name=capa.name), capa._get_assignment_text(),
            ),
        )

    def _set_done(self):
        """Close, and tell those who wait for it. Called with the result written."""
        for target, capas in self.grouped(lambda capa: capa._get_done_state()).items():
            capas._move(target, "action_done")
        for capa in self.sudo():  # it is the system's to note
            capa.carried_out_by_ids |= capa._get_doers() | self.env.user
        for capa in self:
            capa._notify_users(
                capa._get_done_recipients() - self.env.user,
                lambda capa: (capa.env._("Done: %s", capa.name), capa.result),
            )

    def _get_done_state(self):
        """The state it goes to when its people have carried it out."""
        self.ensure_one()
        return "done"

    def _get_done_recipients(self):
        """Users who are told when this is done. Extended by what the action belongs to."""
        self.ensure_one()
        return self.participant_ids

    def _get_type_label(self):
        return dict(self._fields["capa_type"]._description_selection(self.env))[self.capa_type]

    def _get_assignment_text(self):
        self.ensure_one()
        return self.env._(
            "%(name)s, owner %(owner)s, until %(deadline)s",
            name=self.name, owner=self.user_id.name,
            deadline=format_datetime(self.env, self.date_deadline, tz=self.env.context.get("tz")),
        )
