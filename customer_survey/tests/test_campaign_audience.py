from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignAudience(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.red = cls._create_customer("Red")
        cls.green = cls._create_customer("Green")

    def _ship(self, customer, day="2026-06-01", *lines, **values):
        with self.at(f"{day} 10:00:00"):
            return self._create_shipped_order(*lines, customer=customer, **values)

    def _find(self, **values):
        campaign = self._create_campaign(**values)
        with self.at("2026-06-10 08:00:00"):
            campaign.action_find_recipients()
        return campaign

    def _get_asked(self, campaign):
        return set(campaign.recipient_ids.filtered(lambda recipient: recipient.state == "planned").mapped("email"))

    def test_who_was_delivered_to_on_the_first_and_last_day_is_asked(self):
        for customer, day in ((self.red, "2026-01-01"), (self.green, "2026-03-31"), (self.customer, "2026-04-01")):
            self._ship(customer, day)
        campaign = self._find(date_delivered_from="2026-01-01", date_delivered_to="2026-03-31")
        self.assertEqual(self._get_asked(campaign), {"office@red.example", "office@green.example"})
        self.assertEqual(campaign.audience_count, 2)

    def test_what_was_not_delivered_does_not_count(self):
        self._create_order(customer=self.red)
        self._ship(self.green)
        self.assertEqual(self._get_asked(self._find()), {"office@green.example"})

    def test_each_customer_is_asked_once_and_the_chosen_person(self):
        buyer = self.env["res.partner"].create({"name": "Bea", "parent_id": self.red.id, "email": "bea@red.example"})
        yard = self.env["res.partner"].create({"name": "Yard", "parent_id": self.red.id, "email": "yard@red.example", "type": "delivery"})
        self._ship(self.red, "2026-05-01")
        self._ship(buyer, "2026-06-01", partner_shipping_id=yard.id)
        for choice, address in (("customer", "office@red.example"), ("orderer", "bea@red.example"), ("delivery", "yard@red.example")):
            with self.subTest(choice=choice):
                self.assertEqual(self._get_asked(self._find(contact_choice=choice)), {address})
        yard.email = False
        self.assertEqual(self._get_asked(self._find(contact_choice="delivery")), {"office@red.example"}, "else the customer's own address")

    def test_segments_are_kept_as_they_were(self):
        blades = self.env["product.category"].create({"name": "Blades"})
        knife, saw = self._create_product("Knife", categ_id=blades.id), self._create_product("Saw", categ_id=blades.id)
        gold = self.env["res.partner.category"].create({"name": "Gold"})
        self.red.write({"category_id": [Command.set(gold.ids)], "country_id": self.env.ref("base.jp").id})
        self._ship(self.red, "2026-06-01", self.product, knife, saw)
        recipient = self._find().recipient_ids
        self.red.write({"category_id": [Command.clear()], "country_id": self.env.ref("base.cn").id})
        self.assertEqual(
            (recipient.customer_id, recipient.salesperson_id, recipient.product_categ_id, recipient.partner_category_id, recipient.country_id.code,
             str(recipient.date_delivered)),
            (self.red, self.rep, blades, gold, "JP", "2026-06-01"),
        )
        recipient.sudo().partner_id = False
        self.assertEqual((recipient.name, recipient.email), ("Red", "office@red.example"), "also when the contact is gone")

    def test_who_is_left_out_stays_in_the_list_with_the_reason(self):
        silent = self._create_customer("Silent", email=False)
        tired = self._create_customer("Tired")
        twin = self._create_customer("Twin", email="Office@RED.example")
        for customer in (self.red, self.green, silent, tired, twin):
            self._ship(customer)
        self.env["mail.blacklist"]._add("office@tired.example")
        earlier = self._create_campaign(name="Spring")
        self.env["survey.campaign.recipient"].create({
            "campaign_id": earlier.id, "partner_id": self.green.id, "state": "sent", "asked_on": "2026-05-01 00:00:00",
        })
        campaign = self._find(recent_days=90)
        self.assertEqual(
            {recipient.customer_id.name: recipient.exclusion for recipient in campaign.recipient_ids},
            {"Red": False, "Silent": "no_email", "Tired": "blacklisted", "Twin": "twice", "Green": "recent"},
        )
        self.assertEqual((campaign.recipient_count, campaign.excluded_count), (1, 4))
        self.assertIn("office@green.example", self._get_asked(self._find(recent_days=40)), "41 days ago is long enough")

    def test_the_same_number_draws_the_same_sample(self):
        for number in range(20):
            self._ship(self._create_customer(f"Customer {number}"))
        first = self._get_asked(self._find(sample_size=5, sample_seed=7))
        self.assertEqual(len(first), 5)
        self.assertEqual(self._get_asked(self._find(sample_size=5, sample_seed=7)), first)
        self.assertNotEqual(self._get_asked(self._find(sample_size=5, sample_seed=8)), first)
        self.assertEqual(len(self._get_asked(self._find(sample_size=50))), 20)

    def test_conditions_narrow_the_customers(self):
        self._ship(self.red)
        self._ship(self.green)
        campaign = self._find(partner_domain="[('name', '=', 'Red')]")
        self.assertEqual(self._get_asked(campaign), {"office@red.example"})
        with self.assertRaisesRegex(ValidationError, "conditions for the customers can't be read"):
            campaign.partner_domain = "[('no_such_field', '=', 1)]"
        with self.assertRaisesRegex(ValidationError, "conditions for the customers can't be read"):
            campaign.partner_domain = "[(name"

    def test_an_empty_audience_is_said(self):
        with self.assertRaisesRegex(UserError, "No customer was delivered to from 2026-01-01 to 2026-12-31"):
            self._find(partner_domain="[('name', '=', 'Nobody')]")

    def test_found_anew_whoever_was_added_by_hand_stays(self):
        self._ship(self.red)
        campaign = self._find()
        by_hand = self.env["survey.campaign.recipient"].with_user(self.collector).create({"campaign_id": campaign.id, "partner_id": self.green.id})
        self._ship(self.customer)
        campaign.action_find_recipients()
        self.assertEqual(self._get_asked(campaign), {"office@red.example", "office@blueworkshop.example", "office@green.example"})
        self.assertEqual(by_hand.name, "Green")

    def test_two_with_one_address_that_wants_no_mails_are_one(self):
        twin = self._create_customer("Twin", email="Office@RED.example")
        for customer in (self.red, twin):
            self._ship(customer)
        self.env["mail.blacklist"]._add("office@red.example")
        campaign = self._find()
        first, second = campaign.recipient_ids.sorted("id")
        self.assertEqual((first.exclusion, second.exclusion), ("blacklisted", "twice"))
        with self.at("2026-06-11 08:00:00"):
            self.env["survey.campaign.recipient"].with_user(self.collector).create({"campaign_id": campaign.id, "partner_id": self.green.id})
            campaign.action_start()
            self.assertEqual(campaign._find_recipient(twin), first)
            campaign.with_user(self.collector)._type_in(first, "paper")
            self._fill_in(first)
        self.assertEqual((first.state, second.state), ("answered", "excluded"))

    def test_who_was_left_out_and_whose_address_is_added_by_hand_is_that_one(self):
        silent = self._create_customer("Silent", email="office@tired.example")
        self._ship(silent)
        self.env["mail.blacklist"]._add("office@tired.example")
        campaign = self._find()
        left = campaign.recipient_ids
        self.env["survey.campaign.recipient"].with_user(self.collector).create(
            {"campaign_id": campaign.id, "partner_id": self.green.id, "email": "office@tired.example", "channel": "phone"},
        )
        self.assertEqual((left.state, left.exclusion), ("excluded", "twice"))

    def test_only_what_was_the_reason_brings_back_who_was_left_out(self):
        silent, tired = self._create_customer("Silent", email=False), self._create_customer("Tired")
        for customer in (self.red, self.green, silent, tired):
            self._ship(customer)
        self.env["mail.blacklist"]._add("office@tired.example")
        earlier = self._create_campaign(name="Spring")
        self.env["survey.campaign.recipient"].create({
            "campaign_id": earlier.id, "partner_id": self.green.id, "state": "sent", "asked_on": "2026-05-01 00:00:00",
        })
        campaign = self._find()
        by_name = {recipient.name: recipient.with_user(self.collector) for recipient in campaign.recipient_ids}
        with self.at("2026-06-10 09:00:00"):
            for name in ("Green", "Silent", "Tired"):
                by_name[name].lang = "en_US"
            self.assertEqual([by_name[name].exclusion for name in ("Green", "Silent", "Tired")], ["recent", "no_email", "blacklisted"])
            by_name["Silent"].email = "office@red.example"
            self.assertEqual(by_name["Silent"].exclusion, "twice", "another reason holds now")
            by_name["Silent"].email = "silent@silent.example"
            by_name["Tired"].channel = "phone"
            self.assertEqual([by_name[name].state for name in ("Silent", "Tired")], ["planned", "planned"])
            with self.assertRaisesRegex(UserError, "(?s)asked recently, or is one of our companies.*Red"):
                (by_name["Green"] | by_name["Red"]).action_ask_all_the_same()
            by_name["Green"].action_ask_all_the_same()
            self.assertEqual((by_name["Green"].state, by_name["Green"].exclusion), ("planned", False))
            campaign.action_start()
            self._run_sending()
        self.assertEqual([by_name[name].state for name in ("Green", "Silent", "Tired")], ["sent", "sent", "planned"])

    def test_a_company_of_ours_is_no_customer(self):
        moon = self.env["res.company"].create({"name": "Moon", "email": "moon@moon.example"})
        self._ship(moon.partner_id)
        self._ship(self.red)
        campaign = self._find()
        self.assertEqual({recipient.name: recipient.exclusion for recipient in campaign.recipient_ids}, {"Moon": "own", "Red": False})

    def test_only_who_organizes_finds_the_recipients(self):
        self._ship(self.red)
        campaign = self._create_campaign()
        with self.assertRaisesRegex(UserError, "planned by somebody who has the right to organize surveys"):
            campaign.with_user(self.reviewer).action_find_recipients()
        with self.assertRaises(AccessError):
            campaign.with_user(self.collector).action_find_recipients()
        self.assertFalse(campaign.recipient_ids)

    def test_the_same_address_is_not_asked_twice(self):
        campaign = self._create_campaign()
        create = self.env["survey.campaign.recipient"].with_user(self.collector).create
        create({"campaign_id": campaign.id, "partner_id": self.red.id})
        with self.assertRaisesRegex(Exception, "asked in the campaign already|survey_campaign_recipient_address_once"), self.env.cr.savepoint():
            create({"campaign_id": campaign.id, "partner_id": self.green.id, "email": "OFFICE@red.example"})
            self.env.flush_all()

    def test_another_contact_brings_another_address(self):
        self._ship(self.red)
        recipient = self._find().recipient_ids.with_user(self.collector)
        recipient.partner_id = self.green
        self.assertEqual((recipient.name, recipient.email, recipient.customer_id), ("Green", "office@green.example", self.green))

    def test_what_the_system_sets_is_nobodys_to_write(self):
        self._ship(self.red)
        recipient = self._find().recipient_ids.with_user(self.collector)
        with self.assertRaisesRegex(AccessError, "Set by the system, not by hand: State"):
            recipient.state = "answered"
        with self.assertRaises(AccessError):
            recipient.create({"campaign_id": recipient.campaign_id.id, "partner_id": self.green.id, "asked_on": "2026-01-01"})

    def test_planning_is_over_with_the_start(self):
        self._ship(self.red)
        campaign = self._find()
        with self.at("2026-06-10 08:00:00"):
            campaign.action_start()
        with self.assertRaisesRegex(UserError, "planned before the start"):
            campaign.action_find_recipients()

    def test_another_companys_deliveries_do_not_count(self):
        moon = self.env["res.company"].create({"name": "Moon"})
        self._ship(self.red)
        self._ship(self.green)
        self.env["stock.move"].search([("picking_id.partner_id", "=", self.green.id)]).sudo()._write({"company_id": moon.id})
        self.env.invalidate_all()
        self.assertEqual(self._get_asked(self._find()), {"office@red.example"})
