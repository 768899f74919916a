from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty, plaintext2html

from ..capa.quality_capa_activity import AGREE_TYPE, DO_TYPE
from ..capa.quality_capa_verification import ACTIVITY_TYPE as VERIFY_TYPE


class MailActivity(models.Model):
    """What is done to the activity of an action is done to the action, by the action's rules: marked done, handed to
    another, moved to another day, or cancelled. Whether there is still something to do decides the action's state, so
    that each of the two ends where both agree.
    """

    _inherit = "mail.activity"

    # ------------------------------------------------------------ which they are
    def _filter_live(self, xmlid):
        """The activities of that type whose action still waits for just that."""
        # most activities of a system are of other types, and whose they are is asked by the write itself
        ours = self.sudo().filtered(lambda activity: (
            self._get_action_type(activity.activity_type_id.id) == xmlid
            and activity.active and activity.res_model == "quality.capa"
        ))
        if not ours:
            return self.browse()
        capas = ours._get_capas().exists().grouped("id")
        return ours.filtered(lambda activity: (
            (capa := capas.get(activity.res_id))
            and (capa.state == "open" if xmlid == DO_TYPE else activity.user_id in capa._get_answers("pending").user_id)
        )).with_env(self.env)

    def _get_capas(self):
        return self.env["quality.capa"].browse(set(self.mapped("res_id")))

    @api.model
    def _get_action_type(self, activity_type_id):
        """The external id of an activity type that the actions themselves make, or None."""
        return self.env["quality.capa"]._get_activity_types().get(self.env["mail.activity.type"].browse(activity_type_id))

    # ------------------------------------------------------------ in step
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(self._get_action_type(vals.get("activity_type_id")) for vals in vals_list):
            self._refuse_by_hand()
        return super().create(vals_list)

    def write(self, vals):
        self._check_stays_in_step(vals)
        result = super().write(vals)
        if vals.keys() & {"user_id", "date_deadline"}:
            self._filter_live(DO_TYPE)._move_capas()
        return result

    def unlink(self):
        """Whoever cancels the activity cancels the action; what core clears away does not."""
        if self.env.su:
            return super().unlink()
        capas = self._filter_live(DO_TYPE)._get_capas()
        result = super().unlink()
        if capas:
            capas.action_cancel()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_awaited(self):
        if not self.env.su and self._filter_live(AGREE_TYPE):
            raise UserError(self.env._("An answer is awaited: accept the action, or object to it."))
        self._check_verdict_given()

    def _action_done(self, feedback=False, attachment_ids=None):
        """Doing the activity of an action does the action, and the feedback is what was actually done."""
        self._check_verdict_given()
        to_do, to_agree = self._filter_live(DO_TYPE), self._filter_live(AGREE_TYPE)
        capas, done = to_do._get_capas(), (feedback or "").strip()
        if not done and any(is_html_empty(capa.result) for capa in capas):
            raise UserError(self.env._("Write as feedback what was actually done: it is kept with the action."))
        if others := to_agree.filtered(lambda activity: activity.user_id != self.env.user):
            raise UserError(self.env._("Only %s can accept it.", ", ".join(others.user_id.mapped("name"))))
        for capa in capas if done else ():
            # what was already written stays
            capa.result = (capa.result or "") + plaintext2html(done)
        if capas:
            capas._set_done()
        agreed = to_agree._get_capas()
        if agreed:
            agreed._get_my_answers("pending")._set_answer("accepted")
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if agreed:
            agreed._run_agreed()
        return result

    def _check_verdict_given(self):
        """A verdict that is waited for is not forgotten by ticking it off."""
        verification = self.env.ref(VERIFY_TYPE, raise_if_not_found=False)
        activities = self.filtered(lambda activity: activity.res_model == "quality.capa" and activity.activity_type_id == verification)
        waiting = activities._get_capas().filtered(lambda capa: capa.state == "verify")
        if waiting and not self.env.su:
            raise UserError(self.env._(
                "Say with the button «Verify» whether it worked, or choose there who verifies it:\n%s", "\n".join(waiting.mapped("name")),
            ))

    def _write_difference(self, vals):
        """Write what differs."""
        for activity in self:
            if changed := {
                name: value for name, value in vals.items()
                if activity._fields[name].convert_to_write(activity[name], activity) != value
            }:
                activity.write(changed)

    def _move_capas(self):
        """Owner and day of the activities become those of their actions, if the user may plan them."""
        for activity in self:
            capa = activity._get_capas()
            vals = {}
            if activity.user_id != capa._get_acting_owner():
                vals["user_id"] = activity.user_id.id
            if activity.date_deadline != capa._get_deadline_day():
                vals["date_deadline"] = capa._get_deadline_on(activity.date_deadline)
            if vals:
                capa.write(vals)

    # ------------------------------------------------------------ refusals
    def _check_stays_in_step(self, vals):
        """An activity of an action stays one, of that action, as long as the action waits for it."""
        if self.env.su:
            return
        live = self._filter_live(DO_TYPE)
        asked = self._filter_live(AGREE_TYPE)
        if self._get_action_type(vals.get("activity_type_id")) and any(
            activity.activity_type_id.id != vals["activity_type_id"] for activity in self
        ):
            self._refuse_by_hand()
        if vals.get("active") and any(self._get_action_type(activity.activity_type_id.id) and not activity.active for activity in self):
            raise UserError(self.env._("It is done: reopen the action instead."))
        if not vals.get("active", True) or "user_id" in vals:
            self._check_verdict_given()
        if not vals.get("active", True) and (live | asked):
            raise UserError(self.env._("Mark it as done, with what was actually done."))
        if vals.keys() & {"res_id", "res_model_id", "res_model"} and (live | asked):
            raise UserError(self.env._("It belongs to its action and can't be moved to another record."))
        if "activity_type_id" in vals and any(activity.activity_type_id.id != vals["activity_type_id"] for activity in live | asked):
            raise UserError(self.env._("It belongs to its action and stays of this type."))
        if "user_id" in vals:
            if live and not vals["user_id"]:
                raise UserError(self.env._("An action needs an owner."))
            if any(activity.user_id.id != vals["user_id"] for activity in asked):
                raise UserError(self.env._("Each answers for himself. Choose another owner or participant on the action."))

    def _refuse_by_hand(self):
        raise UserError(self.env._("Activities of this type are made by the actions of complaints. Choose another type."))
