"""What 100,000 answers come to is known in at most one and a half times of what the bare statements take.

They are those of this year's campaign, of three years. The bare statements are what one would write by hand for the figures that a screen
shows: one over the answers by item, one over the copies.
"""

from copy_rows import copy_rows
from measure import compare, report, timed

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.customer_survey.tests.score_common import ScoredCampaignCommon

ANSWERS, YEARS = 100_000, (2024, 2025, 2026)

COUNTED_SQL = "copy.campaign_id IN %(campaigns)s AND copy.state = 'done' AND copy.test_entry IS NOT TRUE"
ITEMS_SQL = f"""
    SELECT copy.id AS copy_id, copy.campaign_id, question.id AS question_id, line.matrix_row_id,
           CASE WHEN question.question_type = 'scale' THEN SUM(line.value_scale) ELSE SUM(choice.answer_score) END::float8 AS score,
           CASE WHEN question.question_type = 'scale' THEN question.scale_max WHEN question.question_type = 'multiple_choice' THEN best.total
                ELSE best.highest END::float8 AS reachable
    FROM survey_user_input copy
    JOIN survey_user_input_line line ON line.user_input_id = copy.id AND line.skipped IS NOT TRUE
    JOIN survey_question question ON question.id = line.question_id AND question.is_satisfaction
    LEFT JOIN survey_question_answer choice ON choice.id = line.suggested_answer_id
    LEFT JOIN (
        SELECT question_id, MAX(answer_score) AS highest, SUM(answer_score) AS total FROM survey_question_answer GROUP BY question_id
    ) best ON best.question_id = question.id
    WHERE {COUNTED_SQL}
    GROUP BY copy.id, question.id, line.matrix_row_id, best.total, best.highest
"""
RESULTS_SQL = f"""
    SELECT campaign_id, question_id, matrix_row_id, COUNT(*), AVG(100 * score / reachable)
    FROM ({ITEMS_SQL}) item GROUP BY campaign_id, question_id, matrix_row_id
"""
COPIES_SQL = f"""
    SELECT copy.campaign_id, COUNT(*), AVG(100 * item.score / item.reachable),
           COUNT(*) FILTER (WHERE nps.value >= 9), COUNT(*) FILTER (WHERE nps.value IN (7, 8)), COUNT(*) FILTER (WHERE nps.value <= 6)
    FROM survey_user_input copy
    LEFT JOIN (SELECT copy_id, SUM(score) AS score, SUM(reachable) AS reachable FROM ({ITEMS_SQL}) item GROUP BY copy_id) item ON item.copy_id = copy.id
    LEFT JOIN (
        SELECT line.user_input_id, line.value_scale AS value
        FROM survey_user_input_line line JOIN survey_question question ON question.id = line.question_id AND question.is_nps
        WHERE line.skipped IS NOT TRUE
    ) nps ON nps.user_input_id = copy.id
    WHERE {COUNTED_SQL}
    GROUP BY copy.campaign_id
"""
# by question and salesperson, by salesperson: the pivots of items and of copies
ITEM_PIVOT_SQL = f"""
    SELECT item.question_id, recipient.salesperson_id, COUNT(*), AVG(100 * item.score / item.reachable)
    FROM ({ITEMS_SQL}) item JOIN survey_campaign_recipient recipient ON recipient.user_input_id = item.copy_id
    GROUP BY item.question_id, recipient.salesperson_id
"""
COPY_PIVOT_SQL = f"""
    SELECT salesperson_id, COUNT(*), AVG(percent)
    FROM (
        SELECT recipient.salesperson_id, 100 * SUM(item.score) / SUM(item.reachable) AS percent
        FROM ({ITEMS_SQL}) item JOIN survey_campaign_recipient recipient ON recipient.user_input_id = item.copy_id
        GROUP BY item.copy_id, recipient.salesperson_id
    ) copy
    GROUP BY salesperson_id
"""


@tagged("post_install", "-at_install")
class BenchCampaignScore(ScoredCampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaigns = cls.env["survey.campaign"].union(*map(cls._collect_answers, YEARS))
        cls.campaigns[:-1].sudo().write({"date_closed": "2026-01-01"})
        cls.env.flush_all()
        cls.env.invalidate_all()
        cls.previous, cls.campaign = cls.campaigns[-2:]

    @classmethod
    def _collect_answers(cls, year):
        """A campaign with as many answers, of customers of two salespeople."""
        campaign = cls._create_campaign(
            survey_id=cls.scored.id, name=f"Satisfaction {year}", year=year, date_end="2099-12-31", recent_days=0,
        )
        cls.env["survey.campaign.recipient"].with_user(cls.organizer).create({"campaign_id": campaign.id, "partner_id": cls.customer.id})
        campaign.action_start()
        recipient = campaign.recipient_ids.sudo()
        recipient._ask()
        copy = cls._answer(cls, recipient, Quality=4, Delivery="Good", Likes=["Price", "Shape"], Phone="Fair", Visit="Good", Recommend=9, Remarks="Fine")
        lines = copy.user_input_line_ids
        times = ANSWERS // len(lines)
        copies = copy_rows(copy, times, {"access_token": "md5('%(year)s-' || number)"}, year=year)
        copy_rows(recipient, times, {
            "user_input_id": "%(copies)s + number", "email_normalized": "number || original.email_normalized", "salesperson_id": "CASE number %% 2 WHEN 0 THEN %(rep)s ELSE %(other)s END",
        }, copies=copies, rep=cls.rep.id, other=cls.other_rep.id)
        for line in lines:
            expressions = {"user_input_id": "%(copies)s + number"}
            if line.answer_type == "scale":
                expressions["value_scale"] = "1 + (hashint4(number) & 3)"
            if line.question_id == cls.by_title["Delivery"]:
                expressions["suggested_answer_id"] = "(%(choices)s::int[])[1 + number %% 3]"
            copy_rows(line, times, expressions, copies=copies, choices=cls.by_title["Delivery"].suggested_answer_ids.ids)
        return campaign

    def _query(self, statement, *campaigns):
        return self.env.execute_query(SQL(statement, campaigns=tuple(campaign.id for campaign in campaigns)))

    def _compare(self, name, show, bare, rounds=5):
        ratio, ours, by_hand = compare(self.env, show, bare, rounds)
        report(f"{name} of {ANSWERS:,} answers ({timed(self.env, show)[1]} queries) / by hand", ours, by_hand, ratio)
        self.assertLessEqual(ratio, 1.5)

    def _open_result(self):
        """The tab of a campaign, as the web client reads it."""
        [values] = self.campaign.with_user(self.organizer).with_company(self.company).web_read({
            **{name: {} for name in ("copy_count", "satisfaction", "has_previous", "previous_satisfaction", "nps", "nps_low", "nps_high", "nps_count")},
            "result_ids": {"fields": {
                **{name: {"fields": {"display_name": {}}} for name in ("page_id", "question_id", "matrix_row_id")},
                **{name: {} for name in ("copies", "percent", "previous_percent", "change", "is_under_target")},
            }},
        })
        return values

    def _read_pivot(self, model, *groupby):
        records = self.env[model].with_user(self.organizer).with_company(self.company)
        return records._read_group([("campaign_id", "=", self.campaign.id)], groupby, ["__count", "percent:avg"])

    def test_the_result_of_a_campaign(self):
        values = self._open_result()
        campaigns = self.campaign, self.previous
        found = {row[1:3]: row[3:] for row in self._query(RESULTS_SQL, *campaigns) if row[0] == self.campaign.id}
        self.assertEqual(
            {(result["question_id"]["id"], (result["matrix_row_id"] or {}).get("id")): (result["copies"], result["percent"]) for result in values["result_ids"]},
            found,
        )
        [row] = self._query(COPIES_SQL, self.campaign)
        self.assertEqual((values["copy_count"], round(values["satisfaction"], 9), values["nps_count"]), (row[1], round(row[2], 9), sum(row[3:])))
        self._compare("result", self._open_result, lambda: [self._query(statement, *campaigns) for statement in (RESULTS_SQL, COPIES_SQL)])

    def test_items_by_question_and_salesperson(self):
        self._compare(
            "items", lambda: self._read_pivot("survey.campaign.item", "question_id", "salesperson_id"), lambda: self._query(ITEM_PIVOT_SQL, self.campaign),
        )

    def test_copies_by_salesperson(self):
        self._compare(
            "copies", lambda: self._read_pivot("survey.campaign.copy", "salesperson_id"), lambda: self._query(COPY_PIVOT_SQL, self.campaign),
        )
