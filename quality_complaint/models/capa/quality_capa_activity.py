from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from .quality_capa import UNFINISHED_STATES

# what has to be done, what has to be answered, what has to be revised
DO_TYPE = "quality_complaint.mail_activity_type_capa"
AGREE_TYPE = "quality_complaint.mail_activity_type_capa_agree"
REVISE_TYPE = "quality_complaint.mail_activity_type_capa_revise"


class QualityCapa(models.Model):
    """An action and its activities are one thing: whoever has to do something about it has it among his activities, with
    the same owner and day, and what is done to the one is done to the other (see mail_activity.py).
    """

    _inherit = "quality.capa"

    @api.model
    def _get_activity_types(self):
        """{type: its external id} of the activities that the actions themselves make."""
        Data = self.env["ir.model.data"].sudo()  # an activity type's id is no secret
        types = {Data._xmlid_to_res_id(xmlid, raise_if_not_found=False): xmlid for xmlid in (DO_TYPE, AGREE_TYPE, REVISE_TYPE)}
        return {self.env["mail.activity.type"].browse(type_id): xmlid for type_id, xmlid in types.items() if type_id}

    def _get_wanted_activities(self):
        """[(type, user, day, what has to be done)] as the state wants them."""
        self.ensure_one()
        if self.state == "open":
            return [(DO_TYPE, self._get_acting_owner(), self._get_deadline_day(), self.name)]
        if self.state == "proposed":
            summary = self.env._("Accept or object: %s", self.name)
            return [(AGREE_TYPE, user, self._get_answer_day(), summary) for user in self._get_answers("pending").user_id]
        if self.is_objected:
            summary = self.env._("Revise what was objected to: %s", self.name)
            return [(REVISE_TYPE, user, self._get_answer_day(), summary) for user in self._get_planners()[:1]]
        return []

    def _sync_activities(self):
        """Bring the activities in step: one for each who has to do something, and no other."""
        types = {xmlid: activity_type for activity_type, xmlid in self._get_activity_types().items()}
        of_capa = self._find_activities(*types).grouped("res_id")
        # that somebody has something to do is told by the action itself
        for capa in self.sudo().with_context(mail_activity_quick_update=True):
            spare = of_capa.get(capa.id, self.env["mail.activity"])
            missing = []
            for xmlid, user, day, summary in capa._get_wanted_activities():
                same = spare.filtered(lambda activity: activity.activity_type_id == types[xmlid] and activity.user_id == user)[:1]
                spare -= same
                if not same:
                    missing.append((xmlid, {"user_id": user.id, "date_deadline": day, "summary": summary}))
                elif xmlid == DO_TYPE:
                    same._write_difference({"date_deadline": day, "summary": summary})
            for xmlid, values in missing:
                # handed over rather than made anew
                other = spare.filtered(lambda activity: activity.activity_type_id == types[xmlid])[:1]
                spare -= other
                if other:
                    other._write_difference(values)
                else:
                    capa.activity_schedule(xmlid, **values)
            spare.unlink()

    def _find_activities(self, *xmlids):
        """The activities of these types, which follow the action whoever moves it."""
        activity_types = [activity_type.id for activity_type, xmlid in self._get_activity_types().items() if xmlid in xmlids]
        return self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).search([
            ("res_model", "=", self._name), ("res_id", "in", self.ids), ("activity_type_id", "in", activity_types),
        ])

    # ------------------------------------------------------------ moves
    def action_done(self):
        super().action_done()
        self._find_activities(DO_TYPE).action_feedback()

    def action_accept(self):
        super().action_accept()
        self._sync_activities()

    def _set_state(self, target):
        super()._set_state(target)
        # of what was carried out, the activity is done and not removed
        if target in UNFINISHED_STATES or target == "cancel":
            self._sync_activities()

    def _apply_changes(self, changes):
        """Owner, day and name are those of the activity too, and who is new to a running action is told."""
        super()._apply_changes(changes)
        running = self.filtered(lambda capa: capa.state == "open" and capa in changes)
        running._sync_activities()
        for capa in running:
            changed = changes[capa]
            before = changed.get("user_id", self.env["res.users"]) | changed.get("participant_ids", self.env["res.users"])
            newcomers = self.env["res.users"]
            if "user_id" in changed:
                newcomers |= capa._get_acting_owner() - before
            if "participant_ids" in changed:
                newcomers |= capa.participant_ids - before
            capa._tell_assigned(newcomers - self.env.user)

    # ------------------------------------------------------------ days
    def _get_zone(self):
        self.ensure_one()
        return pytz.timezone(self.user_id.tz or self.env.user.tz or "UTC")

    def _get_answer_day(self):
        """The next working day, and not after the deadline."""
        self.ensure_one()
        planned = self._plan_deadline(fields.Datetime.now(), 1, "day", self.sudo().company_id.resource_calendar_id)
        return pytz.utc.localize(min(planned, self.date_deadline)).astimezone(self._get_zone()).date()

    def _get_deadline_on(self, day):
        """The deadline moved to that day of its owner, with its hour; where that has passed, to the end of the working day.

        :rtype: datetime, naive, UTC
        """
        self.ensure_one()
        zone = self._get_zone()

        def to_utc(hour):
            return zone.localize(datetime.combine(day, hour)).astimezone(pytz.utc).replace(tzinfo=None)

        moved = to_utc(pytz.utc.localize(self.date_deadline).astimezone(zone).time())
        if moved >= fields.Datetime.now():
            return moved
        calendar = self.sudo().company_id.resource_calendar_id
        return self._plan_deadline(to_utc(time()) - timedelta(days=1), 1, "day", calendar)
