from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import ComplaintCommon
from .dashboard_common import DashboardMixin

DASHBOARD = "quality_complaint.spreadsheet_dashboard_complaints"


@tagged("post_install", "-at_install")
class TestDashboard(DashboardMixin, ComplaintCommon, HttpCase):
    """The dashboard of complaints shows live figures of what its reader may see."""

    def _plan(self, complaint, **values):
        complaint.sudo().milestone_ids.unlink()
        self.env["quality.milestone"].create({"complaint_id": complaint.id, "step": "reply", "owner_role": "reporter", **values})

    def test_its_figures_are_those_of_the_records(self):
        now = fields.Datetime.now().replace(hour=12, minute=0, second=0)
        with self.at(now):
            cause = self.env.ref("quality_complaint.cause_packaging")
            late, today, later = (
                self._create_complaint(cause_ids=[Command.create({"name": "Thin box", "cause_id": cause.id})]) for _number in range(3)
            )
            closed = self._move_to(self._create_complaint(), "closed")
            self._plan(late, date_deadline=now - timedelta(days=2))
            self._plan(today, date_deadline=now + timedelta(hours=1))
            self._plan(later, date_deadline=now + timedelta(days=2), date_done=now)
            self._create_capa(self._move_to(self._create_complaint(cause_ids=[]), "investigation"))
            self.env["quality.complaint.cost"].create({"complaint_id": closed.id, "kind": "freight", "amount": 120.5})
            self.env.flush_all()
            values, charts = self._get_figures(DASHBOARD, self.quality_manager)
        self.assertEqual((values["Open complaints"], values["Late complaints"], values["Complaints due today"]), (4, 1, 1))
        self.assertEqual((values["Satisfied"], values["Answered"]), (1, 1))
        self.assertEqual(values["Received complaints"], 5)
        self.assertEqual(values["Cost of poor quality"], 120.5)
        self.assertEqual((values["Actions to be done"], values["Late actions"]), (1, 0))
        self.assertEqual(values["Replies due"] - values["Replies in time"], 1, "the late one")
        self.assertEqual(charts["Main Causes"], [((cause.id, cause.display_name), 3)])

    def test_shares_count_what_the_objectives_count(self):
        now = fields.Datetime.now().replace(hour=12, minute=0, second=0)
        with self.at(now - timedelta(hours=1)):
            heard, _other = (self._move_to(self._create_complaint(), "closed") for _each in range(2))
            cancelled, old = self._create_complaint(), self._create_complaint(is_history=True, user=self.complaint_admin)
            heard.with_user(self.quality_manager).action_reopen()
            handled = heard.with_user(self.handler)
            handled.write({"handling_opinion": "Once more", "analysis": "Damp boxes"})
            handled.action_resolve()
            heard.with_user(self.sales_manager).action_approve_reply()
            self._send_reply(heard)
        with self.at(now):
            self._answer(heard, "no")
            self.env["quality.complaint"].search([("company_id", "=", self.company.id)]).sudo().milestone_ids.unlink()
            self._plan(heard, date_deadline=now - timedelta(days=2), date_done=now - timedelta(days=3))
            self._plan(cancelled, date_deadline=now - timedelta(days=2), date_done=now - timedelta(days=1))
            self._plan(old, date_deadline=now - timedelta(days=2))
            self._cancel(cancelled)
            values, charts = self._get_figures(DASHBOARD, self.quality_manager)
        self.assertEqual((values["Satisfied"], values["Answered"]), (1, 2))
        self.assertEqual((values["Replies in time"], values["Replies due"]), (1, 1))
        self.assertEqual(sorted(count for _month, _verdict, count in charts["Customers' Verdicts"]), [1, 1])

    def test_who_handles_complaints_is_offered_it(self):
        for user in (self.handler, self.quality_manager, self.complaint_admin):
            self.assertIn(DASHBOARD, self._get_shown(user))
        for user in (self.rep, self.worker, self.stock_user):
            self.assertNotIn(DASHBOARD, self._get_shown(user))

    def test_another_companys_figures_are_not_in_it(self):
        self._create_complaint()
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        manager = self._new_user("moon", "quality_complaint.group_manager", company=company)
        values, charts = self._get_figures(DASHBOARD, manager)
        self.assertFalse([name for name, value in values.items() if value], "and where there is nothing it opens")
        self.assertFalse([name for name, groups in charts.items() if groups])
        self.assertEqual(self._get_figures(DASHBOARD, self.outsider)[0]["Open complaints"], 0, "handles none of this team")

    def test_it_opens_for_each_role_with_and_without_data(self):
        self.start_tour("/odoo/complaint-dashboard", "quality_dashboard", login=self.handler.login)
        self._move_to(self._create_complaint(), "closed")
        self._create_capa(self._move_to(self._create_complaint(), "investigation"))
        for user in (self.handler, self.quality_manager, self.complaint_admin):
            self.start_tour("/odoo/complaint-dashboard", "quality_dashboard", login=user.login)
