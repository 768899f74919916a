from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .common import CampaignCommon


class EntryCommon(CampaignCommon):
    """A campaign that runs to the end of July, with three customers of whom the first answers on the page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls._create_customer(f"Customer {number}") for number in range(3)]

    def _start(self, **values):
        campaign = self._create_campaign(**values)
        self.env["survey.campaign.recipient"].with_user(self.organizer).create(
            [{"campaign_id": campaign.id, "partner_id": customer.id} for customer in self.customers],
        )
        with self.at("2026-06-10 08:00:00"):
            campaign.action_start()
            campaign.recipient_ids.sudo()._ask()
        return campaign

    def _open_entry(self, records):
        """The window that the button of a campaign or of a recipient opens."""
        action = records.with_user(self.collector).action_type_in()
        return Form(self.env["survey.campaign.entry"].with_user(self.collector).with_context(**action["context"]))

    def _get_copy(self, campaign, **values):
        return self.env["survey.user_input"].search([("campaign_id", "=", campaign.id), *((name, "=", value) for name, value in values.items())])

    def _complete(self, copy, value="Very"):
        """The collector sends it, on core's page."""
        copy = copy.with_user(self.collector).sudo()
        copy._mark_in_progress()
        copy._save_lines(self.question["Are you satisfied?"], self._choice("Are you satisfied?", value))
        copy._mark_done()
        self.env.flush_all()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestCampaignEntry(EntryCommon):
    def test_a_copy_of_a_recipient_is_typed_in(self):
        campaign = self._start()
        first, second, _third = campaign.recipient_ids.sorted("id")
        entry = self._open_entry(second)
        self.assertEqual((entry.respondent, entry.recipient_id), ("recipient", second))
        entry.copy_reference = "P-009"
        entry = entry.save()
        action = entry.action_open()
        copy = second.sudo().user_input_id
        self.assertEqual(action["url"], copy.with_user(self.collector).sudo().get_start_url())
        self.assertEqual((copy.entry_channel, copy.copy_reference, copy.entered_by_id), ("paper", "P-009", self.collector))
        self.assertEqual((entry.copy_reference, entry.recipient_id.id, entry.typed_in_count), ("P-010", False, 1), "the next one comes with one click")
        self._complete(copy)
        self.assertEqual((second.state, second.channel, first.state, campaign.copy_count), ("answered", "paper", "sent", 1))
        self.assertEqual(self.env["survey.campaign.copy"].search([("campaign_id", "=", campaign.id)]).channel, "paper")

    def test_without_a_name_the_number_is_what_tells_copies_apart(self):
        campaign = self._start()
        entry = self._open_entry(campaign)
        entry.respondent = "anonymous"
        entry.copy_reference = "17"
        entry = entry.save()
        entry.action_open()
        copy = self._get_copy(campaign, copy_reference="17")
        self.assertFalse(copy.partner_id)
        entry.copy_reference = "17"
        entry.action_open()
        self.assertEqual(self._get_copy(campaign, copy_reference="17"), copy, "who was called away goes on with it")
        self._complete(copy)
        entry.copy_reference = " 17 "
        with self.assertRaisesRegex(UserError, "A copy with the number 17 is in Satisfaction 2026 already"):
            entry.action_open()
        entry.copy_reference = False
        with self.assertRaisesRegex(UserError, "Still missing: the number of the copy"):
            entry.action_open()
        entry.entry_channel = "phone"
        entry.action_open()
        phone = self._get_copy(campaign, entry_channel="phone")
        self._complete(phone)
        self.assertEqual((len(phone), campaign.copy_count, campaign.answered_count), (1, 2, 0))

    def test_a_contact_who_was_not_asked_is_added_and_one_who_was_is_that_recipient(self):
        campaign = self._start()
        entry = self._open_entry(campaign)
        entry.respondent = "contact"
        entry.partner_id = self.contact
        entry = entry.save()
        entry.action_open()
        added = campaign.recipient_ids.filtered(lambda recipient: recipient.partner_id == self.contact)
        self.assertEqual((added.channel, added.is_added_by_hand, bool(added.user_input_id)), ("paper", True, True))
        twin = self.env["res.partner"].create({"name": "The same office", "email": self.customers[1].email})
        entry.partner_id = twin
        entry.action_open()
        self.assertEqual(len(campaign.recipient_ids), 4)
        twice = campaign.recipient_ids.filtered(lambda recipient: recipient.partner_id == self.customers[1])
        self.assertEqual(twice.sudo().user_input_id.entered_by_id, self.collector)

    def test_a_window_that_is_given_up_changes_nothing_for_the_customer(self):
        self.customers[0].lang = "en_US"
        campaign = self._create_campaign()
        recipient = self.env["survey.campaign.recipient"].with_user(self.organizer).create({"campaign_id": campaign.id, "partner_id": self.customers[0].id})
        with self.at("2026-06-10 08:00:00"):
            campaign.action_start()
            entry = self._open_entry(recipient)
            entry.copy_reference = "P-1"
            entry.save().action_open()
            self._run_sending()
        copy = recipient.sudo().user_input_id
        self.assertEqual((recipient.state, recipient.channel, str(copy.deadline)), ("sent", "email", "2026-07-31 23:59:59"))
        self.assertIn(f"/en/survey/start/{self.survey.access_token}?answer_token={copy.access_token}", recipient.answer_url)
        with self.at("2026-06-11 08:00:00"):
            self._fill_in(recipient, **{"Are you satisfied?": self._choice("Are you satisfied?", "Very")})
        self.assertEqual((copy.entry_channel, copy.entered_by_id.ids, copy.copy_reference, recipient.channel), ("email", [], False, "email"))
        self.assertEqual(self.env["survey.campaign.copy"].search([("campaign_id", "=", campaign.id)]).channel, "email")

    def test_a_complaint_says_how_the_customer_told_us(self):
        campaign = self._start(complaint_threshold=50)
        for recipient, channel in zip(campaign.recipient_ids.sorted("id"), ("phone", "paper"), strict=False):
            entry = self._open_entry(recipient)
            entry.entry_channel = channel
            entry.save().action_open()
            self._complete(recipient.sudo().user_input_id, "Not at all")
            complaint = self.env["quality.complaint"].search([("survey_user_input_id", "=", recipient.sudo().user_input_id.id)])
            self.assertEqual(complaint.channel, channel)
            self.env.flush_all()
            self.assertEqual(self.env["quality.complaint.report"].search([("complaint_id", "=", complaint.id)]).channel, channel)

    def test_who_has_answered_is_refused(self):
        campaign = self._start()
        first = campaign.recipient_ids.sorted("id")[0]
        with self.at("2026-06-12 08:00:00"):
            self._fill_in(first, **{"Are you satisfied?": self._choice("Are you satisfied?", "Very")})
        with self.assertRaisesRegex(UserError, "answered already, and no answer is counted twice: Customer 0"):
            first.with_user(self.collector).action_type_in()
        entry = self._open_entry(campaign)
        entry.respondent = "contact"
        entry.partner_id = self.customers[0]
        entry = entry.save()
        with self.assertRaisesRegex(UserError, "answered already, and no answer is counted twice: Customer 0"):
            entry.action_open()
        other = self._start(name="Other", recent_days=0)
        entry.write({"respondent": "recipient", "recipient_id": other.recipient_ids[0].id})
        with self.assertRaisesRegex(UserError, "is not asked in Satisfaction 2026"):
            entry.action_open()

    def test_what_was_begun_on_the_page_gives_way_to_the_copy(self):
        campaign = self._start()
        recipient = campaign.recipient_ids[0]
        copy = recipient.sudo().user_input_id
        copy._mark_in_progress()
        copy._save_lines(self.question["Tell us more"], "half a")
        entry = self._open_entry(recipient).save()
        entry.action_open()
        self.assertEqual((recipient.sudo().user_input_id, copy.state, len(copy.user_input_line_ids)), (copy, "new", 0))

    def test_nothing_is_typed_in_after_the_close(self):
        campaign = self._start()
        first, second, _third = campaign.recipient_ids.sorted("id")
        campaign.date_end = "2026-08-15"
        self.assertEqual(str(first.user_input_id.deadline), "2026-08-15 23:59:59")
        with self.at("2026-08-20 08:00:00"):
            campaign.action_close()
            self.assertEqual(str(first.user_input_id.deadline), "2026-08-20 08:00:00")
            with self.assertRaisesRegex(UserError, "typed in while the campaign is running"):
                second.with_user(self.collector).action_type_in()
            campaign.date_end = "2026-09-15"
            campaign.action_extend()
            second.with_user(self.collector).action_type_in()
        self.assertEqual(str(first.user_input_id.deadline), "2026-09-15 23:59:59")

    def test_only_those_who_collect_type_in(self):
        campaign = self._start()
        for user in (self.worker, self.reviewer):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.env["survey.campaign.entry"].with_user(user).create({"campaign_id": campaign.id})
        with self.assertRaisesRegex(UserError, "typed in by customer service"):
            campaign.with_user(self.reviewer).action_type_in()
        stranger = self._new_user("stranger", "customer_survey.group_collector", company=self.env["res.company"].create({"name": "Moon"}))
        with self.assertRaises(AccessError):
            campaign.with_user(stranger).action_type_in()
        entry = self.env["survey.campaign.entry"].with_user(stranger).create({"campaign_id": campaign.id, "respondent": "anonymous", "copy_reference": "1"})
        with self.assertRaises(AccessError):
            entry.action_open()


@tagged("post_install", "-at_install")
class TestCampaignEntryPages(EntryCommon, HttpCase):
    """Core's pages, for copies of campaigns."""

    def _get(self, copy, survey=None):
        survey = survey or copy.survey_id
        return self.url_open(f"/survey/start/{survey.access_token}?answer_token={copy.access_token}")

    def test_who_types_in_opens_the_customers_copy_and_nobody_else_of_the_house_does(self):
        campaign = self._start(date_end="2099-12-31")
        recipient = campaign.recipient_ids[0]
        self._open_entry(recipient).save().action_open()
        self.authenticate(self.collector.login, self.collector.login)
        self.assertIn("Start", self._get(recipient.user_input_id).text)
        self.authenticate(self.worker.login, self.worker.login)
        self.assertIn("Survey Access Error", self._get(recipient.user_input_id).text)

    def test_paper_is_typed_in_after_the_last_day_and_until_the_close(self):
        campaign = self._start(date_end="2099-12-31")
        paper, mailed, _third = campaign.recipient_ids.sorted("id")
        self._open_entry(paper).save().action_open()
        campaign.date_end = "2020-01-01"
        self.assertIn("is now closed", self._get(paper.user_input_id).text, "the customer's own link")
        self.authenticate(self.collector.login, self.collector.login)
        self.assertIn("o_survey_start", self._get(paper.user_input_id).text)
        self.assertIn("is now closed", self._get(mailed.user_input_id).text)
        campaign.action_close()
        self.assertIn("is now closed", self._get(paper.user_input_id).text)

    def test_a_link_that_holds_no_more_leads_to_a_page_that_says_so(self):
        campaign = self._start(date_end="2099-12-31")
        open_one, late, closed = campaign.recipient_ids.user_input_id
        other = self.survey.copy()
        self.assertIn("o_survey_start", self._get(open_one).text)
        self.assertIn("Survey Access Error", self._get(open_one, other).text, "a token of another campaign's questionnaire")
        late.sudo().deadline = "2026-01-01 08:00:00"
        self.assertIn("is now closed", self._get(late).text)
        campaign.action_close()
        self.assertIn("is now closed", self._get(closed).text)
        self.assertEqual((open_one.state, late.state, closed.state), ("new", "new", "new"))
