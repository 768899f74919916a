import functools

from odoo import fields, models

ACTIVITY_TYPE = "return_repair.mail_activity_type_return"


class ReturnOrder(models.Model):
    """Whose turn it is, and until when: the promised times, and the activity of whoever has the step."""

    _inherit = "return.order"

    # ------------------------------------------------------------ deadlines
    def _promise_steps(self):
        """Promise the times of `_get_promised_days`, from now on; what was promised before falls away."""
        Milestone = self.env["return.milestone"].sudo()  # the clock is not anybody's to write
        now, values = fields.Datetime.now(), []
        promised = self._get_promised_days()
        windows = {}
        # many returns are often promised the same
        plan = functools.cache(lambda company, days, calendar: Milestone.with_company(company)._plan_deadline(now, days, "day", calendar, (), windows))
        for order in self.sudo():
            company = order.company_id
            calendar = order.team_id._get_calendar(company)
            for step, days in promised[order].items():
                values.append({
                    "return_id": order.id, "step": step, "date_start": now, "duration": days, "duration_unit": "day",
                    "resource_calendar_id": calendar.id, "date_deadline": plan(company, days, calendar),
                })
        self.sudo().milestone_ids.filtered(lambda milestone: not milestone.date_done).active = False
        Milestone.create(values)

    def _get_promised_days(self):
        """{return: {step: working days}}: the company's. Extended by what promises other times."""
        return {
            order: {"decision": order.company_id.return_decision_days, "reply": order.company_id.return_reply_days}
            for order in self.sudo()  # who records a return need not be allowed to read the settings
        }

    def _complete_milestones(self, *steps):
        done = self.milestone_ids.filtered(lambda milestone: milestone.step in steps and not milestone.date_done)
        if done:
            # the button has decided that the user may; the clock is not anybody's to write
            done.sudo().date_done = fields.Datetime.now()

    # ------------------------------------------------------------ people
    def _is_employee(self, user):
        """True where the user works for us, in the company of the return."""
        return bool(user) and user.active and not user.share and self.company_id in user.sudo().company_ids

    def _get_role_user(self, role):
        """Who has that role: ``manager`` (decides for the responsible team) or ``rep``. Who has left is stood in for by the other."""
        self.ensure_one()
        people = [self.team_id.leader_id, self.user_id]
        if role == "rep":
            people.reverse()
        return next((user for user in people if self._is_employee(user)), people[0])

    # ------------------------------------------------------------ activities
    def _get_steps(self):
        """[(role, what that role has to do now)]."""
        self.ensure_one()
        if self.state == "decision" and self.verdict == "refused":
            return [("rep", self.env._("Tell the customer why the return is refused"))]
        if self.state == "decision":
            return [(role, self.env._("Decide on the return")) for role in ("manager", "rep") if not self[f"{role}_verdict"]]
        return {
            "draft": [("rep", self.env._("Complete the return and submit it"))],
            "approved": [("rep", self.env._("Answer the customer"))],
            "inspection": [("manager", self.env._("Have the goods inspected"))],
            "processing": [("manager", self.env._("See that all that was decided is carried out"))],
        }.get(self.state, [])

    def _schedule_steps(self, done=True):
        """The steps that a return is at are activities of those who have to do them; the others are over.

        :param bool done: they were done, and the chatter says so; else they fell away
        """
        for order in self.sudo():  # the step may be somebody else's activity
            wanted = order._get_wanted_activities()
            present = order.activity_search([ACTIVITY_TYPE])
            kept = present.filtered(lambda activity: (activity.user_id, activity.summary) in wanted)
            for activity in present - kept:
                if done:
                    activity._action_done()
                else:
                    activity.unlink()
            for user, summary in wanted - {(activity.user_id, activity.summary) for activity in kept}:
                deadline = order.date_deadline or fields.Datetime.now()
                order.activity_schedule(
                    ACTIVITY_TYPE, summary=summary, user_id=user.id,
                    date_deadline=fields.Datetime.context_timestamp(order.with_context(tz=user.tz), deadline).date(),
                )

    def _get_wanted_activities(self):
        """{(user, what he has to do now, in his language)}."""
        self.ensure_one()
        wanted = set()
        for role, _summary in self._get_steps():
            if user := self._get_role_user(role):
                wanted.add((user, dict(self.with_context(lang=user.lang)._get_steps())[role]))
        return wanted

    def _hand_over_steps(self):
        """The steps at hand are activities of those who have to do them now."""
        for order in self.sudo():
            if order.activity_search([ACTIVITY_TYPE]):  # who has just recorded a return has none
                order._schedule_steps(done=False)
        self.sudo().milestone_ids._hand_over_alerts()
