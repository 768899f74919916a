from odoo.exceptions import UserError
from odoo.tests import tagged

from .page_common import SurveyPageCommon
from .score_common import ScoredCampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignRefusedAnswers(ScoredCampaignCommon, SurveyPageCommon):
    """What comes too late, twice or with the link of another is not taken, and nothing is counted that was not answered."""

    def _submit(self, survey, copy, quality):
        """What the page's script sends for the section of the questionnaire; what the server says is wrong with it."""
        quality_question = self.scored.question_ids[0]
        _correct, result = self.make_jsonrpc_request(f"/survey/submit/{survey.access_token}/{copy.access_token}", {
            "page_id": quality_question.page_id.id, str(quality_question.id): str(quality),
        })
        self.env.invalidate_all()
        return result.get("error")

    def _open_copies(self, number, **values):
        """Copies of a campaign that customers have opened but not answered."""
        copies = self._start(number, date_end="2026-06-30", **values).recipient_ids.sudo().user_input_id
        with self.at("2026-06-11 08:00:00"):
            for copy in copies:
                self._begin_survey(self._open_survey(copy.get_start_url()))
        self.env.invalidate_all()
        return copies

    def test_what_was_begun_in_time_is_not_taken_after_the_last_day(self):
        in_time, late = self._open_copies(2)
        with self.at("2026-06-30 23:59:59"):
            self.assertFalse(self._submit(self.scored, in_time, 5))
        with self.at("2026-07-01 00:00:00"):
            self.assertEqual(self._submit(self.scored, late, 1), "answer_deadline")
            self.assertIn("is now closed", self._get_words(self._open_survey(late.get_start_url())))
        self.assertEqual((in_time.state, late.state), ("done", "in_progress"))
        self.assertEqual((in_time.campaign_id.copy_count, in_time.campaign_id.satisfaction), (1, 100.0))

    def test_what_was_begun_is_not_taken_after_the_close(self):
        [copy] = self._open_copies(1)
        with self.at("2026-06-12 08:00:00"):
            copy.campaign_id.with_user(self.organizer).action_close()
        with self.at("2026-06-12 08:00:01"):
            self.assertEqual(self._submit(self.scored, copy, 1), "answer_deadline")
        self.assertEqual((copy.state, copy.campaign_id.copy_count, len(copy.user_input_line_ids)), ("in_progress", 0, 0))

    def test_a_copy_that_was_sent_is_not_taken_again(self):
        [copy] = self._open_copies(1)
        with self.at("2026-06-12 08:00:00"):
            self.assertFalse(self._submit(self.scored, copy, 1))
            self.assertEqual(self._submit(self.scored, copy, 5), "unauthorized")
        campaign = copy.campaign_id
        self.assertEqual((campaign.copy_count, campaign.answered_count, campaign.satisfaction), (1, 1, 20.0))
        self.assertEqual(self.env["quality.complaint"].search_count([("survey_user_input_id", "=", copy.id)]), 1)

    def test_the_token_of_another_campaign_opens_nothing(self):
        copied = self.scored.copy()
        [mine], [other] = self._open_copies(1), self._start(1, name="Other", date_end="2026-06-30").recipient_ids.sudo().user_input_id
        with self.at("2026-06-12 08:00:00"):
            self.assertEqual(self._submit(copied, mine, 5), "token_wrong")
            self.assertFalse(self._submit(self.scored, mine, 5))
        self.assertEqual((mine.campaign_id.copy_count, other.campaign_id.copy_count), (1, 0), "it counts where it belongs")

    def test_the_questionnaire_that_customers_have_stays(self):
        campaign, planned = self._start(1), self._create_campaign(name="Planned")
        with self.assertRaisesRegex(UserError, "have got the questionnaire already, so it stays: Satisfaction 2026$"):
            (campaign | planned).survey_id = self.survey
        campaign.survey_id = self.scored
        campaign._cancel("Wrong customers")
        campaign.action_reopen()
        with self.assertRaisesRegex(UserError, "so it stays"):
            campaign.survey_id = self.survey
        planned.with_user(self.collector).action_send_test()
        planned.survey_id = self.scored
        self.assertEqual(planned.survey_id, self.scored, "a test is nobody's questionnaire")
