from odoo.tests import tagged

from .common import CampaignCommon
from .page_common import SurveyPageCommon

LANGUAGES = ("zh_CN", "zh_TW", "ja_JP")


@tagged("post_install", "-at_install")
class TestCampaignLanguages(CampaignCommon, SurveyPageCommon):
    """Customers are asked in their own language, whatever the one of their browser is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_languages(*LANGUAGES, modules=("survey", "customer_survey"))
        cls.standard = cls.env.ref("customer_survey.survey_standard")

    def _ask(self, *languages):
        """A campaign with the standard questionnaire, and a customer of each language who was asked."""
        campaign = self._create_campaign(survey_id=self.standard.id, date_end="2099-12-31")
        for lang in languages:
            customer = self._create_customer(f"Customer {lang} {len(campaign.recipient_ids)}", lang=lang)
            self.env["survey.campaign.recipient"].with_user(self.organizer).create({"campaign_id": campaign.id, "partner_id": customer.id})
        campaign.action_start()
        self._run_sending()
        return campaign.recipient_ids.sorted("id")

    def _get_texts(self, record, lang):
        """The texts of it that a customer reads, in that language: each is translated."""
        names = {"survey.question": ("title", "scale_min_label", "scale_max_label"), "survey.question.answer": ("value",)}[record._name]
        texts = []
        for name in names:
            if english := record.with_context(lang="en_US")[name]:
                texts.append(record.with_context(lang=lang)[name])
                self.assertNotEqual(texts[-1], english, f"{record._name} {name} in {lang}")
        return texts

    def test_each_question_row_and_answer_of_the_standard_questionnaire_is_on_the_page_in_their_language(self):
        for recipient in self._ask(*LANGUAGES):
            lang = recipient.lang
            page = self._open_survey(recipient.answer_url)
            first = self._get_words(page)
            standard = self.standard.with_context(lang=lang)
            self.assertIn(standard.title, first)
            self.assertNotIn("Customer Satisfaction", first)
            self.assertNotIn("It takes about three minutes", first)
            self._begin_survey(page)
            for section in self.standard.page_ids:
                words = self._get_words(page)
                questions = section.question_ids
                for record in (section, *questions, *questions.suggested_answer_ids, *questions.matrix_row_ids):
                    for text in self._get_texts(record, lang):
                        with self.subTest(lang=lang, text=text):
                            self.assertIn(text, words)
                self._send_page(page)
            last = self._get_words(page)
            self.assertNotIn("Thank you for your time", last)
            self.assertIn({"zh_CN": "感谢您抽出时间", "zh_TW": "感謝您", "ja_JP": "お時間をいただきありがとうございました"}[lang], last)
            self.assertEqual(recipient.sudo().user_input_id.lang_id.code, lang)

    def test_the_customer_can_choose_another_language_on_the_first_page(self):
        recipient = self._ask("ja_JP")
        page = self._open_survey(recipient.answer_url)
        self.assertEqual(
            set(page.xpath("//select[@name='lang_code']/option/@value")), {code for code, _name in self.env["res.lang"].get_installed()},
        )
        path = f"{self.standard.access_token}/{recipient.sudo().user_input_id.access_token}"
        chosen = self._open_survey(f"/zh_CN/survey/{path}?language-changed=true")
        self._begin_survey(chosen)
        self.assertIn("产品质量", self._get_words(chosen))

    def test_a_language_that_is_not_installed_is_the_browsers(self):
        recipient = self._ask("en_US")
        recipient.sudo().lang = "fr_FR"
        self.assertIn("Product Quality", self._start_and_read(recipient))

    def _start_and_read(self, recipient):
        page = self._open_survey(recipient.answer_url)
        self._begin_survey(page)
        return self._get_words(page)

    def test_who_unsubscribes_reads_it_in_their_language(self):
        recipient = self._ask("ja_JP")
        path = recipient.unsubscribe_url.replace(recipient.get_base_url(), "")
        for data in (None, {"List-Unsubscribe": "One-Click"}):
            words = self.url_open(path, data=data).text
            self.assertNotIn("satisfaction surveys any more", words)
            self.assertNotIn("We will not ask", words)
            self.assertIn(recipient.email_normalized, words)

    def test_what_stays_on_record_is_in_the_language_of_who_organizes(self):
        self.organizer.lang = "zh_CN"
        bounced, gone = self._ask("ja_JP", "ja_JP").with_context(lang="ja_JP")
        bounced.sudo().user_input_id._message_receive_bounce(bounced.email, bounced.partner_id)
        self.assertEqual(bounced.failure_reason, "邮件因无法投递被退回。")
        gone.sudo()._unsubscribe()
        [entry] = self.env["mail.blacklist"].search([("email", "=", gone.email_normalized)])
        self.assertTrue(entry.message_ids.filtered(lambda message: "退订" in (message.body or "")))
        (bounced | gone).sudo().email = False
        (bounced | gone).sudo()._tell()
        self.assertEqual(set((bounced | gone).mapped("feedback_failure")), {"无电子邮件地址"})
