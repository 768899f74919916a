import math

from odoo import fields, models
from odoo.fields import Domain

# of the standard normal distribution: two-sided 95 %
Z_95 = 1.959963984540054

# the latest first
EARLIER_ORDER = "year desc, date_started desc, id desc"


def get_net_promoter_score(promoters, passives, detractors):
    """The Net Promoter Score and its 95 % interval, each from -100 to 100; None without answers.

    The score is the share of promoters less that of detractors (Reichheld, Harvard Business Review, December 2003). The interval is the adjusted
    Wald interval with three observations added, 3/4 to promoters and detractors and 3/2 to passives (Rocks, The American Statistician 70, 2016,
    365-372): it holds for few answers and for answers that are all the same.

    :return: (score, low, high) or None
    """
    answers = promoters + passives + detractors
    if not answers:
        return None
    total = answers + 3
    high_share, low_share = (promoters + 0.75) / total, (detractors + 0.75) / total
    middle = high_share - low_share
    margin = Z_95 * math.sqrt((high_share + low_share - middle**2) / total)
    return (
        100 * (promoters - detractors) / answers,
        max(100 * (middle - margin), -100.0), min(100 * (middle + margin), 100.0),
    )


class SurveyCampaign(models.Model):
    """What came of it. Satisfaction is the sum of the copies' scores in percent, divided by the number of copies."""

    _inherit = "survey.campaign"

    result_ids = fields.One2many("survey.campaign.result", "campaign_id", "Results", readonly=True)
    copy_count = fields.Integer("Copies Returned", compute="_compute_result", help="Complete copies, by e-mail, on paper and by phone.")
    satisfaction = fields.Float("Overall Satisfaction", compute="_compute_result", help="Percent: sum of the scores of the copies ÷ number of copies.")
    previous_satisfaction = fields.Float("The Time Before", compute="_compute_result")
    has_previous = fields.Boolean(compute="_compute_result")
    has_too_few_copies = fields.Boolean(compute="_compute_result")
    nps = fields.Float("Net Promoter Score", compute="_compute_result")
    nps_low = fields.Float("Net Promoter Score From", compute="_compute_result")
    nps_high = fields.Float("Net Promoter Score To", compute="_compute_result")
    nps_count = fields.Integer("Net Promoter Answers", compute="_compute_result")

    def _get_previous(self):
        """The campaign before: the latest earlier one."""
        return self.search(self._earlier_domain(), order=EARLIER_ORDER, limit=1)

    def _earlier_domain(self):
        """Campaigns in the company whose collection was closed: of an earlier year, or started before this one in the same."""
        self.ensure_one()
        same_year = Domain("year", "=", self.year)
        if self.date_started:
            same_year &= Domain("date_started", "<", self.date_started)
        return (
            Domain("company_id", "=", self.company_id.id) & Domain("date_closed", "!=", False)
            & (Domain("year", "<", self.year) | same_year)
        )

    def _compute_result(self):
        previous = {campaign: campaign._get_previous() if campaign._origin else self.browse() for campaign in self}
        figures = (self._origin | self.browse().union(*previous.values()))._get_figures()
        none = (0, 0.0, {})
        for campaign in self:
            copies, satisfaction, groups = figures.get(campaign._origin.id, none)
            before = figures.get(previous[campaign].id, none)
            campaign.copy_count = copies
            campaign.satisfaction = satisfaction
            campaign.has_too_few_copies = copies < campaign.minimum_copies
            campaign.has_previous = bool(before[0])
            campaign.previous_satisfaction = before[1]
            counts = [groups.get(group, 0) for group in ("promoter", "passive", "detractor")]
            campaign.nps_count = sum(counts)
            campaign.nps, campaign.nps_low, campaign.nps_high = get_net_promoter_score(*counts) or (0.0, 0.0, 0.0)

    def _get_figures(self):
        """{campaign id: (copies, satisfaction in percent, {Net Promoter group: copies})}."""
        figures = {}
        # whoever may read a campaign may read what came of it
        for campaign, group, copies, scored, percents in self.env["survey.campaign.copy"].sudo()._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "nps_group"], ["__count", "percent:count", "percent:sum"],
        ):
            figures.setdefault(campaign.id, []).append((group, copies, scored, percents or 0.0))
        return {
            campaign_id: (
                sum(copies for _group, copies, _scored, _percents in rows),
                sum(percents for _group, _copies, _scored, percents in rows) / (sum(scored for _group, _copies, scored, _percents in rows) or 1),
                {group: copies for group, copies, _scored, _percents in rows if group},
            )
            for campaign_id, rows in figures.items()
        }

    def action_view_copies(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_survey.action_survey_campaign_copy")
        return {**action, "domain": [("campaign_id", "=", self.id)]}

    def action_view_items(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_survey.action_survey_campaign_item")
        return {**action, "domain": [("campaign_id", "=", self.id)]}
