from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .quality_notify_mixin import TALK_FIELDS


class QualityWorkflowMixin(models.AbstractModel):
    """A record that goes from state to state, each time by a button.

    Which state follows which is a table (`_get_transitions`); what must be true before is `_get_gaps_<state>`; who may do it
    is said in words (`_get_missing_role`); what happens then are the lines after the move in `action_*`. Who writes the state
    presses the button of that move, so that RPC, import and drag and drop obey alike.
    """

    _name = "quality.workflow.mixin"
    _description = "Moves from State to State"

    # ------------------------------------------------------------ what the model says
    @api.model
    def _get_transitions(self):
        """{state: {next state: (role that may do it, name of the method that does it with all that goes with it)}}

        A method whose name does not begin with ``action_`` takes more than the record, such as a reason: no written state can stand for it.
        """
        raise NotImplementedError

    @api.model
    def _get_finished_states(self):
        """The states in which the record is a record of what was."""
        return ("done", "cancel")

    @api.model
    def _get_system_fields(self):
        """Names of the fields that only the buttons set."""
        return set()

    @api.model
    def _get_later_fields(self):
        """Names of the fields that a new record is not given."""
        return self._get_system_fields()

    @api.model
    def _get_fixed_fields(self):
        """Names of the fields that are given when it is recorded, and never changed."""
        return {"name", "company_id"}

    @api.model
    def _get_living_fields(self):
        """Names of the fields that may change when it is finished."""
        return {"state"} | TALK_FIELDS

    def _get_missing_role(self, role):
        """What the user would have to be for that role here, in words, or False where that is so."""
        raise NotImplementedError

    # ------------------------------------------------------------ the rules of a move
    def _get_move_refusal(self, target, button=None):
        """Why this user can't move this record to that state, or False.

        Also decides whether the button shows.

        :param str button: where it matters which one: it moves only what it is for
        """
        self.ensure_one()
        role, its_button = self._get_transitions()[self.state].get(target, (None, None))
        labels = dict(self._fields["state"]._description_selection(self.env))
        if not role or button not in (None, its_button):
            return self.env._(
                "%(record)s is in state «%(state)s» and can't go to «%(target)s».",
                record=self.display_name, state=labels[self.state], target=labels[target],
            )
        if missing := self._get_missing_role(role):
            return self.env._(
                "You may not move %(record)s to «%(target)s»: that takes %(role)s.",
                record=self.display_name, target=labels[target], role=missing,
            )
        return False

    def _may_move(self, target):
        """True where this user can move this record to that state, whatever is still missing."""
        self.ensure_one()
        return self.has_access("write") and not self._get_move_refusal(target)

    def _get_gaps(self, target):
        """All that is still missing before the record may go to that state: a list of sentences."""
        self.ensure_one()
        # what is missing does not depend on who asks
        method = getattr(self.sudo(), f"_get_gaps_{target}", None)
        return method() if method else []

    def _check_move(self, target, button=None):
        if refusals := [refusal for record in self if (refusal := record._get_move_refusal(target, button))]:
            raise UserError("\n".join(refusals))
        self._check_gaps(target)

    def _check_gaps(self, target):
        labels = dict(self._fields["state"]._description_selection(self.env))
        blocked = {record: gaps for record in self if (gaps := record._get_gaps(target))}
        if blocked:
            raise UserError("\n\n".join(
                self.env._(
                    "%(record)s can't go to «%(target)s» yet. Still missing:\n%(gaps)s",
                    record=record.display_name, target=labels[target], gaps="\n".join(f"• {gap}" for gap in gaps),
                )
                for record, gaps in blocked.items()
            ))

    def _check_button(self, target, button):
        """The user may press that button, of all of self."""
        self.check_access("write")
        self._check_move(target, button)

    def _move(self, target, button=None, **values):
        """The state and what goes with it, all of self or none. ``button`` as in `_get_move_refusal`."""
        self._check_button(target, button)
        self._write_system({**values, "state": target})

    # ------------------------------------------------------------ writing
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # what may not be given may not be given as a default either
            forbidden = {f"default_{name}" for name in self._get_later_fields() | {"state", "name"}}
            self = self.with_env(self.env(context={key: value for key, value in self.env.context.items() if key not in forbidden}))
            first = self._fields["state"].default(self)
            for vals in vals_list:
                self._check_system_fields(vals, self._get_later_fields())
                if vals.get("state", first) != first:
                    raise UserError(self.env._("It begins as new. Its buttons move it on."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_system_fields(vals, self._get_system_fields() | self._get_fixed_fields())
        if vals.keys() - self._get_living_fields():
            self._check_not_finished()
        content = {key: value for key, value in vals.items() if key != "state"}
        if self.env.su and "state" in vals:
            # one write: what must be true in a state is true of what is written with it
            self._check_move(vals["state"])
            content = {**content, **self._prepare_state_values(content), "state": vals["state"]}
        if content:
            self._before_content_write(content)
            before = self._note_before_write(content)
            super().write(content)
            self._after_content_write(content, before)
        if "state" in vals and not self.env.su:
            self._press_buttons(vals["state"])
        return True

    def _before_content_write(self, vals):
        """What has to be refused or taken back before these values are written."""

    def _note_before_write(self, vals):
        """What `_after_content_write` has to know of the time before these values are written: a dictionary."""
        return {}

    def _after_content_write(self, vals, before):
        """What follows from these values, and comes before the move that was asked for with them."""

    def _prepare_state_values(self, vals):
        """What is written with a new state, and with these values: a dictionary."""
        return {}

    def _press_buttons(self, target):
        """Do what the buttons to that state do, each for the records that it is for."""
        self._check_move(target)
        transitions = self._get_transitions()
        for button, records in self.grouped(lambda record: transitions[record.state][target][1]).items():
            if not button.startswith("action_"):
                raise UserError(self.env._("This takes more than a state. Use the button of:\n%s", "\n".join(records.mapped("display_name"))))
            getattr(records, button)()

    def _write_system(self, vals):
        # the button has decided that the user may; the fields themselves are nobody's to write
        self.sudo().write(vals)

    @api.model
    def _check_system_fields(self, vals, system_fields=None):
        """Refuse values that only the buttons set."""
        system_fields = self._get_system_fields() if system_fields is None else system_fields
        if forbidden := system_fields & vals.keys():
            labels = self.fields_get(sorted(forbidden), ["string"])
            raise AccessError(self.env._(
                "Set by the system, not by hand: %s", ", ".join(label["string"] for label in labels.values()),
            ))

    def _check_not_finished(self):
        """What is finished is a record of what was: only reopening it lets it change."""
        if self.env.su:
            return
        if finished := self.sudo().filtered(lambda record: record.state in self._get_finished_states()):
            raise UserError(self.env._(
                "%s is finished and stays as it is. Reopen it first.", ", ".join(finished.mapped("display_name")),
            ))
