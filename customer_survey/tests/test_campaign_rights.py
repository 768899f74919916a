from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignRights(CampaignCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls._create_customer(f"Customer {number}") for number in range(2)]
        cls.stranger = cls._new_user("stranger", "sales_team.group_sale_manager", company=cls.env["res.company"].create({"name": "Moon"}))

    def _plan(self):
        campaign = self._create_campaign(name="Draft", date_end="2099-12-31")
        self.env["survey.campaign.recipient"].with_user(self.organizer).create({"campaign_id": campaign.id, "partner_id": self.customers[0].id})
        return campaign

    def test_the_reviewer_organizes_nothing(self):
        running = self._collect(100)
        evaluated = self._collect(100, name="Evaluated")
        evaluated.action_close()
        draft = self._plan()
        for campaign, move in (
            (draft, "action_start"), (running, "action_close"), (evaluated, "action_submit"), (evaluated, "action_extend"), (running, "action_type_in"),
            (running, "action_import_copies"), (running, "action_send_test"),
        ):
            with self.subTest(move), self.assertRaises(UserError):
                getattr(campaign.with_user(self.reviewer), move)()
        self.assertEqual((draft.state, running.state, evaluated.state), ("draft", "running", "evaluation"))
        with self.assertRaises(AccessError):
            draft.recipient_ids.with_user(self.reviewer).lang = "en_US"
        with self.assertRaises(AccessError):
            evaluated.result_ids[0].with_user(self.reviewer).action_exempt()

    def test_the_reviewer_is_appointed_like_everybody_else(self):
        reviewer = self.env.ref("customer_survey.group_reviewer")
        shown = self.env["res.groups"]._get_view_group_hierarchy()
        self.assertIn(reviewer.id, shown["privileges"][reviewer.privilege_id.id]["group_ids"])
        self.assertNotEqual(reviewer.privilege_id, self.env.ref("customer_survey.group_organizer").privilege_id, "who organizes does not get it along")

    def test_another_company_sees_neither_recipients_nor_reasons(self):
        campaign = self._collect(40, minimum_copies=1)
        campaign.action_close()
        exemption = self.env["survey.campaign.exemption"].with_user(self.organizer).create({
            "campaign_id": campaign.id, "question_id": campaign.result_ids.question_id.id, "reason": "It rained",
        })
        for records, values in ((self._plan().recipient_ids, {"lang": "en_US"}), (exemption, {"reason": "No"})):
            theirs = self.env[records._name].with_user(self.stranger).browse(records.ids)
            with self.subTest(records._name):
                self.assertFalse(theirs.search([("id", "in", records.ids)]))
                for act in (lambda theirs=theirs: theirs.read(["campaign_id"]), lambda theirs=theirs, values=values: theirs.write(values), theirs.unlink):
                    with self.assertRaises(AccessError):
                        act()
        with self.assertRaises(AccessError):
            self.env["survey.campaign.recipient"].with_user(self.stranger).create({"campaign_id": campaign.id, "partner_id": self.contact.id})

    def test_the_table_for_copies_is_not_another_companys_and_its_unsubscribe_link_is_its_own(self):
        campaign = self._collect()
        path = f"/customer_survey/copies_template/{campaign.id}"
        self.authenticate(self.collector.login, self.collector.login)
        self.assertEqual(self.url_open(path).status_code, 200)
        self.authenticate(self.stranger.login, self.stranger.login)
        self.assertEqual(self.url_open(path).status_code, 403)
        recipient = campaign.recipient_ids[0]
        page = self.url_open(recipient.unsubscribe_url.replace(recipient.get_base_url(), ""))
        self.assertIn(self.company.name, page.text)
        self.assertNotIn("Moon", page.text)
