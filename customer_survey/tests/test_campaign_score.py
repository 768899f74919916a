import random

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..models.score.survey_campaign import get_net_promoter_score
from .score_common import ScoredCampaignCommon


@tagged("post_install", "-at_install")
class TestCampaignScore(ScoredCampaignCommon):
    def _get_copies(self, campaign):
        return {row.user_input_id.id: row for row in self.env["survey.campaign.copy"].search([("campaign_id", "=", campaign.id)])}

    def test_a_copy_is_worth_what_was_reached_of_what_was_reachable(self):
        campaign = self._start(3)
        everything, some, nothing = campaign.recipient_ids
        full = self._answer(everything, Quality=4, Delivery="Fair", Likes=["Price", "Shape"], Phone="Good", Visit="Bad", Recommend=10, Guess=1)
        part = self._answer(some, Quality=5, Phone="Fair")
        none = self._answer(nothing, Recommend=3, Remarks="太慢了")
        copies = self._get_copies(campaign)
        # 4 of 5, 2 of 4, 1 + 3 of 6, 4 of 4, 0 of 4
        self.assertEqual((copies[full.id].score, copies[full.id].reachable), (14, 23))
        self.assertAlmostEqual(copies[full.id].percent, 100 * 14 / 23, 10)
        self.assertAlmostEqual(copies[part.id].percent, 100 * 7 / 9, 10)
        self.assertFalse(copies[none.id].reachable, "without an answer that counts there is no score")
        listed = etree.fromstring(self.env["survey.campaign.copy"].with_user(self.collector).get_view(view_type="list")["arch"])
        [percent] = listed.findall(".//field[@name='percent']")
        self.assertEqual((percent.get("invisible"), percent.get("avg")), ("not reachable", None), "nor is it shown as zero, or taken for zero in a mean")
        self.assertAlmostEqual(campaign.satisfaction, (100 * 14 / 23 + 100 * 7 / 9) / 2, 10)
        self.assertEqual((campaign.copy_count, campaign.has_too_few_copies), (3, False))

    def test_each_item_is_the_mean_of_its_answers(self):
        campaign = self._start(2, target_percent=70)
        for recipient, answers in zip(campaign.recipient_ids, (
            {"Quality": 5, "Delivery": "Good", "Phone": "Bad"}, {"Quality": 2, "Delivery": "Fair", "Phone": "Fair", "Visit": "Good"},
        ), strict=True):
            self._answer(recipient, **answers)
        self.assertEqual(
            [(result.name, result.page_id.title, result.copies, result.percent, result.is_under_target) for result in campaign.result_ids.sorted("sequence")],
            [
                ("Quality", "Goods", 2, 70.0, False), ("Delivery", "Goods", 2, 75.0, False), ("Phone", "Goods", 2, 25.0, True),
                ("Visit", "Goods", 1, 100.0, False),
            ],
        )

    def test_to_the_last_digit_against_a_plain_calculation(self):
        campaign = self._start(40)
        draw = random.Random(20260610)
        scores = {"Good": 4, "Fair": 2, "Bad": 0}
        likes = {"Price": 1, "Colour": 2, "Shape": 3}
        percents, items = [], {}
        for recipient in campaign.recipient_ids:
            answers, reached = {}, []
            if draw.random() < 0.8:
                answers["Quality"] = draw.randint(1, 5)
                reached.append(("Quality", answers["Quality"], 5))
            for title in ("Delivery", "Phone", "Visit"):
                if draw.random() < 0.7:
                    answers[title] = draw.choice(list(scores))
                    reached.append((title, scores[answers[title]], 4))
            if chosen := [name for name in likes if draw.random() < 0.4]:
                answers["Likes"] = chosen
                reached.append(("Likes", sum(likes[name] for name in chosen), 6))
            self._answer(recipient, **answers)
            if reached:
                percents.append(100 * sum(score for _name, score, _of in reached) / sum(of for _name, _score, of in reached))
            for name, score, of in reached:
                items.setdefault(name, []).append(100 * score / of)
        self.assertAlmostEqual(campaign.satisfaction, sum(percents) / len(percents), 10)
        found = {result.name.replace("What do you like?", "Likes"): (result.copies, result.percent) for result in campaign.result_ids}
        self.assertEqual(found.keys(), items.keys())
        for name, values in items.items():
            self.assertEqual(found[name][0], len(values))
            self.assertAlmostEqual(found[name][1], sum(values) / len(values), 10, name)

    def test_segments_are_those_of_the_recipients(self):
        campaign = self._start(3)
        for recipient, user, quality in zip(campaign.recipient_ids, (self.rep, self.rep, self.other_rep), (1, 3, 5), strict=True):
            recipient.sudo().salesperson_id = user
            self._answer(recipient, Quality=quality)
        by_rep = self.env["survey.campaign.copy"]._read_group([("campaign_id", "=", campaign.id)], ["salesperson_id"], ["percent:avg"])
        self.assertEqual(dict(by_rep), {self.rep: 40.0, self.other_rep: 100.0})

    def test_tests_and_unfinished_copies_are_not_counted(self):
        campaign = self._start(2)
        self._answer(campaign.recipient_ids[0], Quality=5)
        copy = campaign.recipient_ids[1].sudo().user_input_id
        copy._mark_in_progress()
        copy._save_lines(self.by_title["Quality"], 1)
        campaign.with_user(self.collector).action_send_test()
        test = campaign.recipient_ids.filtered(lambda recipient: recipient.state == "test")
        self._answer(test, Quality=1)
        campaign.invalidate_recordset()
        self.assertEqual((campaign.copy_count, campaign.satisfaction), (1, 100.0))
        self.assertTrue(campaign.has_too_few_copies)

    def test_recommending_is_only_what_the_marked_question_asks(self):
        campaign = self._start(6)
        for recipient, value in zip(campaign.recipient_ids, (10, 9, 8, 7, 6, 0), strict=True):
            self._answer(recipient, Recommend=value, Guess=0)
        self.assertEqual((campaign.nps_count, campaign.nps), (6, 0.0))
        self.by_title["Recommend"].sudo()._write({"is_nps": False})
        self.env.invalidate_all()
        self.assertEqual((campaign.nps_count, campaign.nps), (0, 0.0))

    def test_against_the_campaign_before(self):
        before = self._start(2, year=2025, name="Satisfaction 2025")
        for recipient, quality in zip(before.recipient_ids, (2, 3), strict=True):
            self._answer(recipient, Quality=quality)
        campaign = self._start(1, year=2026)
        self._answer(campaign.recipient_ids, Quality=4, Delivery="Good")
        self.assertFalse(campaign.has_previous, "one that still collects is none to compare with")
        with self.at("2026-06-20 08:00:00"):
            before.action_close()
        self.env.invalidate_all()
        self.assertEqual((campaign.has_previous, campaign.previous_satisfaction), (True, 50.0))
        self.assertEqual(
            [
                (result.name, result.has_previous, result.has_previous and (result.previous_percent, result.change))
                for result in campaign.result_ids.sorted("sequence")
            ],
            [("Quality", True, (50.0, 30.0)), ("Delivery", False, False)],
        )

    def _close_one(self, day, **values):
        """A campaign of one copy that started and was closed on that day."""
        answers = values.pop("answers")
        campaign = self._start(1, **values)
        campaign.sudo().date_started = f"{day} 08:00:00"
        self._answer(campaign.recipient_ids, **answers)
        with self.at(f"{day} 18:00:00"):
            campaign.action_close()
        self.env.flush_all()
        self.env.invalidate_all()
        return campaign

    def test_two_campaigns_of_one_year_are_compared(self):
        self._close_one("2025-09-10", year=2025, name="Last year", answers={"Quality": 1})
        spring = self._close_one("2026-03-10", year=2026, name="Spring", answers={"Quality": 2})
        autumn = self._close_one("2026-09-10", year=2026, name="Autumn", answers={"Quality": 4})
        self.assertEqual((spring.previous_satisfaction, autumn.previous_satisfaction), (20.0, 40.0))
        self.assertEqual((autumn.result_ids.previous_percent, spring.result_ids.previous_percent), (40.0, 20.0))
        self.assertEqual(
            [label for label, _copies, _percent in autumn._get_report_years()], ["Satisfaction 2025", "Spring", "Autumn"],
        )
        self.assertEqual([label for label, _copies, _percent in spring._get_report_years()], ["Satisfaction 2025", "Satisfaction 2026"])

    def test_the_campaign_before_is_the_latest_one_also_for_its_items(self):
        for year, answers in ((2024, {"Quality": 1, "Delivery": "Bad"}), (2025, {"Quality": 2})):
            earlier = self._start(1, year=year, name=f"Satisfaction {year}")
            self._answer(earlier.recipient_ids, **answers)
            with self.at("2026-06-20 08:00:00"):
                earlier.action_close()
        campaign = self._start(1, year=2026)
        self._answer(campaign.recipient_ids, Quality=3, Delivery="Good")
        self.assertEqual(campaign.previous_satisfaction, 40.0)
        self.assertEqual(
            campaign.result_ids._read_group([("campaign_id", "=", campaign.id)], ["question_id"], ["previous_percent:avg", "change:avg"]),
            [(self.by_title["Quality"], 40.0, 20.0), (self.by_title["Delivery"], False, False)],
        )

    def test_what_was_answered_stays_what_was_asked(self):
        campaign = self._start(2)
        self.by_title["Delivery"].suggested_answer_ids[0].answer_score = 5
        self._answer(campaign.recipient_ids[0], Quality=5)
        quality, delivery = self.by_title["Quality"], self.by_title["Delivery"]
        for change in (
            lambda: quality.write({"scale_max": 10}), lambda: quality.write({"is_satisfaction": False}), quality.unlink,
            lambda: delivery.suggested_answer_ids[0].write({"answer_score": 9}), delivery.suggested_answer_ids[0].unlink,
            lambda: self.env["survey.question"].create({"survey_id": self.scored.id, "title": "One more", "question_type": "scale"}),
        ):
            with self.assertRaisesRegex(UserError, "Duplicate the questionnaire"), self.env.cr.savepoint():
                change()
        quality.title = "Quality of the goods"  # a word that was misspelt can be put right
        copied = self.scored.copy()
        copied.question_ids[0].scale_max = 10

    def test_a_questionnaire_without_scores_cannot_be_sent(self):
        self.by_title["Delivery"].suggested_answer_ids.answer_score = 0
        campaign = self._create_campaign(survey_id=self.scored.id)
        self.assertIn("Scores of the answers to «Delivery»", campaign.next_gaps)
        with self.assertRaisesRegex(ValidationError, "a scale from 0 to 10"):
            self.by_title["Quality"].is_nps = True
        with self.assertRaisesRegex(ValidationError, "other questions have no score"):
            self.by_title["Remarks"].is_satisfaction = True

    def test_another_company_sees_no_answers(self):
        campaign = self._start(1)
        self._answer(campaign.recipient_ids, Quality=5)
        stranger = self._new_user("stranger", "sales_team.group_sale_manager", company=self.env["res.company"].create({"name": "Moon"}))
        for model in ("survey.campaign.item", "survey.campaign.copy", "survey.campaign.result", "survey.user_input.line"):
            records = self.env[model].with_user(stranger).search([])
            self.assertFalse(records.filtered(lambda record: record.id in self.env[model].sudo().search([("user_input_id.campaign_id" if model.endswith("line") else "campaign_id", "=", campaign.id)]).ids), model)


@tagged("post_install", "-at_install")
class TestNetPromoterScore(TransactionCase):
    def test_promoters_less_detractors(self):
        self.assertIsNone(get_net_promoter_score(0, 0, 0))
        score, low, high = get_net_promoter_score(60, 25, 15)
        # by hand: 60.75/103 and 15.75/103, difference 45/103, variance (76.5/103 - (45/103)²)/103
        self.assertEqual(score, 45.0)
        self.assertAlmostEqual(low, 100 * (45 / 103 - 1.959963984540054 * ((76.5 / 103 - (45 / 103) ** 2) / 103) ** 0.5), 9)
        self.assertAlmostEqual(high, 58.03552957496494, 9)

    def test_few_answers_that_are_all_the_same_are_not_certain(self):
        score, low, high = get_net_promoter_score(3, 0, 0)
        self.assertEqual((score, high), (100.0, 100.0))
        self.assertLess(low, 10)
