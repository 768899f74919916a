from odoo.tests import tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignDue(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.moon = cls.env["res.company"].create({"name": "Moon"})

    def _run(self, moment):
        with self.at(moment):
            self._run_cron("customer_survey.ir_cron_due")
        return self.env["mail.activity"].search([
            ("activity_type_id", "=", self.env.ref("customer_survey.mail_activity_type_due").id),
            ("res_model", "=", "res.partner"), ("res_id", "in", (self.company | self.moon).partner_id.ids),
        ])

    def _ship(self, moment):
        with self.at(moment):
            self._create_shipped_order()

    def test_sales_management_is_told_once_and_of_its_company(self):
        self._ship("2026-05-01 10:00:00")
        told = self._run("2026-06-01 10:00:00")
        self.assertEqual(set(told.mapped("user_id.login")), {"qc_organizer", "qc_sales_manager"})
        self.assertEqual(set(told.mapped("summary")), {"The yearly satisfaction campaign of Sunrise Tools is due"})
        self.assertEqual(self._run("2026-06-02 10:00:00"), told)

    def test_twelve_months_after_the_last_one_was_finished(self):
        campaign = self._create_campaign()
        self.env.cr.execute("UPDATE survey_campaign SET state = 'done', date_finished = '2025-06-10 12:00:00' WHERE id = %s", [campaign.id])
        self.env.invalidate_all()
        self._ship("2026-05-01 10:00:00")
        self.assertFalse(self._run("2026-06-10 12:00:00"))
        self.assertIn("Satisfaction 2026", str(self._run("2026-06-10 12:00:01")[0].note))

    def test_what_is_under_way_is_not_asked_for_and_the_reminder_goes(self):
        self._ship("2026-05-01 10:00:00")
        self.assertTrue(self._run("2026-06-01 10:00:00"))
        self._create_campaign()
        self.assertFalse(self._run("2026-06-02 10:00:00"))

    def test_a_forgotten_campaign_mutes_nobody_for_ever(self):
        self._ship("2026-05-01 10:00:00")
        campaign = self._create_campaign(name="Forgotten")
        for started, told in (("2025-05-31 10:00:00", True), ("2025-06-02 10:00:00", False)):
            with self.subTest(started=started):
                self.env.cr.execute(
                    "UPDATE survey_campaign SET state = 'running', create_date = '2023-01-01', date_started = %s WHERE id = %s", [started, campaign.id],
                )
                self.env.invalidate_all()
                activities = self._run("2026-06-01 10:00:00")
                self.assertEqual(bool(activities), told)
                self.assertEqual("Forgotten was begun long ago" in str(activities[:1].note), told)

    def test_who_delivered_nothing_is_not_told(self):
        self.assertFalse(self._run("2026-06-01 10:00:00"))

    def test_the_company_says_how_often(self):
        self._ship("2026-05-01 10:00:00")
        self.company.survey_campaign_months = 0
        self.assertFalse(self._run("2026-06-01 10:00:00"))
