from odoo.tests import tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignMails(CampaignCommon):
    """Whatever the templates say, each gets what core would render for them alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.template = cls.env.ref("customer_survey.mail_template_invitation")
        cls.template.with_context(lang="zh_CN").write({"subject": "{{ object.company_id.name }}：您满意吗？"})
        cls.customers = [
            cls._create_customer("Plain"), cls._create_customer("Ann & <b>Bob</b> \"Ltd\"", email="ann@bob.example"),
            cls._create_customer("蓝色工坊", email="blue@workshop.example", lang="zh_CN"), cls._create_customer("Last"),
        ]

    def _send_to_all(self, *campaigns):
        """{recipient: their e-mail}, each compared with what core renders for that recipient alone."""
        with self.at("2026-06-10 08:00:00"):
            for campaign in campaigns:
                self.env["survey.campaign.recipient"].with_user(self.organizer).create(
                    [{"campaign_id": campaign.id, "partner_id": customer.id} for customer in self.customers],
                )
                campaign.action_start()
            self._run_sending()
        mails = {}
        for campaign in campaigns:
            found = {mail.res_id: mail for mail in self._get_mails(campaign)}
            mails.update({recipient: found[recipient.user_input_id.id] for recipient in campaign.recipient_ids})
        self.assertEqual(len(mails), len(campaigns) * len(self.customers))
        for recipient, mail in mails.items():
            alone = self.template._generate_template(recipient.ids, ["subject", "body_html", "email_from"])[recipient.id]
            self.assertEqual({name: mail[name] for name in alone}, alone)
            self.assertIn(f"answer_token={recipient.user_input_id.access_token}", mail.body_html)
        return mails

    def _get_by_name(self, mails, field):
        return {recipient.name: mail[field] for recipient, mail in mails.items()}

    def test_the_template_that_is_shipped(self):
        mails = self._send_to_all(self._create_campaign())
        bodies = self._get_by_name(mails, "body_html")
        self.assertIn("Dear Ann &amp; &lt;b&gt;Bob&lt;/b&gt;", bodies["Ann & <b>Bob</b> \"Ltd\""])
        self.assertIn("Dear Last,", bodies["Last"])
        self.assertEqual(self._get_by_name(mails, "subject")["蓝色工坊"], "Sunrise Tools：您满意吗？")

    def test_a_person_of_a_company_is_greeted_by_name(self):
        ada = self.env["res.partner"].create({"name": "Ada Blue", "parent_id": self.customers[0].id, "email": "ada@plain.example"})
        yard = self.env["res.partner"].create({"type": "delivery", "parent_id": self.customers[3].id, "email": "yard@last.example"})
        self.customers = [ada, yard]
        mails = self._send_to_all(self._create_campaign())
        bodies = self._get_by_name(mails, "body_html")
        self.assertIn("Dear Ada Blue,", bodies["Ada Blue"])
        self.assertIn("Dear Last,", bodies["Last"], "an address without a name is the company's")
        recipient = next(recipient for recipient in mails if recipient.name == "Ada Blue")
        self.assertEqual(mails[recipient].email_to, '"Ada Blue" <ada@plain.example>')
        self.assertEqual((recipient.user_input_id.nickname, recipient.display_name), ("Ada Blue", "Plain, Ada Blue <ada@plain.example>"))
        self.assertIn(recipient.id, [found for found, _name in self.env["survey.campaign.recipient"].name_search("Plain")])

    def test_campaigns_of_one_run_keep_their_senders(self):
        other = self._create_campaign(name="Other", recent_days=0, user_id=self.sales_manager.id, date_end="2026-08-15")
        mails = self._send_to_all(self._create_campaign(), other)
        for recipient, mail in mails.items():
            organizer = self.sales_manager if recipient.campaign_id == other else self.organizer
            self.assertEqual(mail.email_from, organizer.email_formatted)

    def test_a_subject_that_names_the_customer(self):
        self.template.subject = "{{ object.name }}: how satisfied are you?"
        mails = self._send_to_all(self._create_campaign())
        self.assertEqual(self._get_by_name(mails, "subject")["Last"], "Last: how satisfied are you?")

    def test_a_body_that_depends_on_the_customer(self):
        self.template.body_html = """
            <p t-if="object.name == 'Plain'">Only you</p><p t-else="">You all</p><a t-att-href="object.answer_url" t-attf-title="For #{object.name}">Open</a>
        """
        bodies = self._get_by_name(self._send_to_all(self._create_campaign()), "body_html")
        self.assertEqual([name for name, body in bodies.items() if "Only you" in body], ["Plain"])

    def test_a_variable_of_one_is_not_handed_to_the_next(self):
        self.template.body_html = """
            <t t-if="object.name != 'Last'" t-set="who" t-value="object.name"/>
            <p><t t-out="who or 'Nobody'"/></p><t t-foreach="[1, 2]" t-as="number"><i t-out="number"/></t><a t-att-href="object.answer_url">Open</a>
        """
        bodies = self._get_by_name(self._send_to_all(self._create_campaign()), "body_html")
        self.assertEqual([name for name, body in bodies.items() if "Nobody" in body], ["Last"])

    def test_a_language_that_each_chooses_alone(self):
        self.template.lang = "{{ object.partner_id.lang if object.name != 'Last' else 'zh_CN' }}"
        subjects = self._get_by_name(self._send_to_all(self._create_campaign()), "subject")
        self.assertEqual([name for name, subject in subjects.items() if "您满意吗" in subject], ["Last", "蓝色工坊"])

    def test_a_body_that_was_left_open(self):
        self.env.cr.execute(
            "UPDATE mail_template SET body_html = jsonb_build_object('en_US', %s) WHERE id = %s",
            ["<div><p>Dear <t t-out=\"object.name\"/><br><a t-att-href=\"object.answer_url\">Open</a>", self.template.id],
        )
        self.template.invalidate_recordset()
        self._send_to_all(self._create_campaign())
