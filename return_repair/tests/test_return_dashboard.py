from odoo.tests import HttpCase, tagged

from odoo.addons.quality_complaint.tests.dashboard_common import DashboardMixin

from .common import ReturnCommon

DASHBOARD = "return_repair.spreadsheet_dashboard_returns"


@tagged("post_install", "-at_install")
class TestReturnDashboard(DashboardMixin, ReturnCommon, HttpCase):
    """The dashboard of returns shows live figures of what its reader may see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 100)
        cls._create_shipped_order((cls.product, 10))

    def test_its_figures_are_those_of_the_records(self):
        first, second = self._create_return(), self._create_return()
        self._move_return(first, "decision")
        self._move_return(second, "cancel")
        self.env.flush_all()
        values, charts = self._get_figures(DASHBOARD, self.quality_manager)
        self.assertEqual((values["Open returns"], values["Returns to decide"], values["Requested returns"]), (1, 1, 2))
        self.assertFalse(values["Warranty cost"])
        self.assertEqual([count for *_groups, count in charts["Reasons"]], [1], "without the cancelled one")
        self.assertEqual(sum(count for *_groups, count in charts["Returns Requested"]), 2)

    def test_each_sees_their_own(self):
        self._create_return()
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        manager = self._new_user("moon", "quality_complaint.group_manager", company=company)
        self.assertEqual(self._get_figures(DASHBOARD, self.rep)[0]["Open returns"], 1)
        for user in (self.other_rep, manager):
            self.assertEqual(self._get_figures(DASHBOARD, user)[0]["Open returns"], 0)
        self.assertNotIn(DASHBOARD, self._get_shown(self.worker))

    def test_it_opens_for_each_role_with_and_without_data(self):
        self.start_tour("/odoo/return-dashboard", "quality_dashboard", login=self.other_rep.login)
        self._move_return(self._create_return(), "decision")
        for user in (self.rep, self.handler, self.quality_manager):
            self.start_tour("/odoo/return-dashboard", "quality_dashboard", login=user.login)
