from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignMeasures(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls._create_customer(f"Customer {number}") for number in range(3)]

    def _evaluate(self, *percents, remark="", **values):
        """A campaign whose collection is closed, with a copy for each satisfaction of 40 or 100 %."""
        campaign = self._collect(*percents, remark=remark, **{"minimum_copies": 1, **values})
        campaign.action_close()
        return campaign

    def test_an_item_under_the_target_takes_a_measure_or_a_reason(self):
        campaign = self._evaluate(40, 40)
        with self.assertRaisesRegex(UserError, r"A measure for «Are you satisfied\?» \(40.0 %\), or why none is taken"):
            campaign.action_submit()
        capa = self._open_action(self.organizer, campaign.result_ids.action_plan_measure()).save()
        self.assertEqual(
            (capa.name, capa.capa_type, capa.campaign_id, capa.company_id, campaign.result_ids.capa_ids),
            ("Are you satisfied?", "corrective", campaign, self.company, capa),
        )
        campaign.action_submit()
        self.assertEqual(campaign.state, "review")

    def test_a_cancelled_measure_answers_nothing(self):
        campaign = self._evaluate(40)
        capa = self._open_action(self.organizer, campaign.result_ids.action_plan_measure()).save()
        capa.with_user(self.organizer).action_cancel()
        self.env.invalidate_all()
        self.assertIn("Are you satisfied?", campaign.next_gaps)
        [planned] = [part for part in campaign.with_user(self.reviewer)._get_report_values()["sections"] if part["title"] == "Measures Planned"]
        self.assertEqual((planned["text"], planned["rows"]), ("No measures are planned yet.", []))

    def test_why_none_is_taken_is_said_once_and_can_be_put_better(self):
        campaign = self._evaluate(40)
        for reason in ("It rained", "It rained for a month"):
            action = campaign.result_ids.action_exempt()
            form = Form(self.env["survey.campaign.exemption"].with_user(self.organizer).with_context(**action["context"]).browse(action["res_id"] or []))
            form.reason = reason
            form.save()
            self.env.invalidate_all()
        self.assertEqual(campaign.exemption_ids.mapped("reason"), ["It rained for a month"])
        self.assertFalse(campaign.next_gaps)
        with self.assertRaisesRegex(UserError, "Write why"):
            campaign.exemption_ids.reason = " "

    def test_too_few_copies_and_items_on_target_call_for_nothing(self):
        self.assertIn("Are you satisfied?", self._evaluate(40).next_gaps)
        self.assertFalse(self._evaluate(40, name="Few", minimum_copies=2).next_gaps)
        self.assertFalse(self._evaluate(100, name="Good").next_gaps)

    def test_a_remark_becomes_one_improvement_with_the_words(self):
        campaign = self._evaluate(100, 40, remark="The box <b>was</b> wet")
        remarks = self.env["survey.campaign.remark"].with_user(self.organizer).search([("campaign_id", "=", campaign.id)])
        self.assertEqual(remarks.mapped("remark"), ["The box <b>was</b> wet"] * 2)
        self.assertEqual(campaign.remark_count, 2)
        capa = self._open_action(self.organizer, remarks[0].action_plan_improvement()).save()
        self.assertEqual((capa.name, capa.capa_type), (f"Remark of {remarks[0].name}", "correction"))
        self.assertIn("The box &lt;b&gt;was&lt;/b&gt; wet", str(capa.description))
        self.env.invalidate_all()
        self.assertEqual(remarks[0].action_plan_improvement()["res_id"], capa.id, "a second press shows it")
        self.assertFalse(remarks[1].capa_id)
        self.assertFalse(remarks[1].action_view_measure())

    def test_its_owner_works_on_it_without_rights_to_surveys_and_a_named_person_verifies(self):
        campaign = self._evaluate(40)
        form = self._open_action(self.organizer, campaign.result_ids.action_plan_measure())
        form.user_id, form.verifier_id = self.worker, self.quality_manager
        capa = form.save()
        capa.with_user(self.organizer).action_propose()
        done = capa.with_user(self.worker)
        done.action_accept()
        done.result = "Retrained"
        self.assertEqual((campaign.capa_count, campaign.capa_done_count), (1, 0))
        done.action_done()
        self.assertEqual((capa.state, campaign.capa_done_count), ("verify", 1))
        capa.with_user(self.quality_manager)._give_verdict("effective", "Nobody has complained since")
        self.assertEqual(capa.state, "done")
        self.assertIn("Retrained", str(Form(done).result))
        with self.assertRaises(AccessError):
            campaign.with_user(self.worker).read(["name"])

    def test_only_who_organizes_plans_and_only_while_it_is_under_way(self):
        campaign = self._evaluate(40)
        values = {"name": "Mine", "campaign_id": campaign.id, "user_id": self.worker.id}
        for user in (self.collector, self.reviewer, self.handler, self.rep):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.env["quality.capa"].with_user(user).create(values)
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                campaign.result_ids.with_user(user).action_exempt()
        draft = self._create_campaign(name="Next")
        with self.assertRaisesRegex(UserError, "under way"):
            self.env["quality.capa"].with_user(self.organizer).create({**values, "campaign_id": draft.id})

    def test_another_company_sees_nothing_of_it(self):
        campaign = self._evaluate(40, remark="Wet")
        capa = self._open_action(self.organizer, campaign.result_ids.action_plan_measure()).save()
        stranger = self._new_user("stranger", "sales_team.group_sale_manager", company=self.env["res.company"].create({"name": "Moon"}))
        for model in ("survey.campaign.remark", "survey.campaign.exemption", "quality.capa"):
            self.assertFalse(self.env[model].with_user(stranger).search([("campaign_id", "=", campaign.id)]))
        with self.assertRaises(AccessError):
            Form(self.env["quality.capa"].with_user(stranger).with_context(default_campaign_id=campaign.id))
        with self.assertRaises(AccessError):
            capa.with_user(stranger).read(["name"])

    def test_a_remark_of_another_campaign_is_refused(self):
        campaign, other = self._evaluate(40, remark="Wet"), self._evaluate(40, name="Other", remark="Dry")
        remark = self.env["survey.campaign.remark"].search([("campaign_id", "=", other.id)])
        with self.assertRaisesRegex(ValidationError, "remark of another campaign"):
            self.env["quality.capa"].with_user(self.organizer).create({"name": "Wrong", "campaign_id": campaign.id, "remark_line_id": remark.id})

    def test_reviewer_and_collector_read_what_is_done(self):
        campaign = self._evaluate(40, remark="Wet")
        capa = self._open_action(self.organizer, campaign.result_ids.action_plan_measure()).save()
        for user in (self.reviewer, self.collector):
            seen = campaign.with_user(user)
            self.assertEqual((seen.capa_count, seen.remark_count, seen.result_ids.capa_ids), (1, 1, capa))
            with self.assertRaises(AccessError):
                capa.with_user(user).name = "Mine"
