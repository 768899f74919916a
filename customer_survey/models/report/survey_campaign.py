from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..score.survey_campaign import EARLIER_ORDER

# what copies are compared by: fields of survey.campaign.copy
SEGMENT_FIELDS = ("partner_category_id", "salesperson_id", "product_categ_id", "country_id")

# columns of the chart by year
MAX_YEARS = 5

# of a question on paper; the Excel file has them all
MAX_REMARKS = 100

# where there is no figure
NOTHING = "—"


class SurveyCampaign(models.Model):
    """The written report: what is printed and what is exported are the same figures.

    Whoever may read a campaign may read its report, so all of it is read with sudo(), by the campaign alone.
    """

    _inherit = "survey.campaign"

    def _get_report_title(self):
        self.ensure_one()
        return self.env._("Customer Satisfaction Report: %s", self.name)

    def _get_report_values(self):
        """All that the report says, in the language of the context. A figure that there is none of is None."""
        self.ensure_one()
        self.check_access("read")
        campaign = self.sudo()
        items = campaign._get_report_items()
        return {
            "notes": campaign._get_report_notes(),
            "about": campaign._get_report_about(),
            "figures": campaign._get_report_figures(),
            "years": campaign._get_report_years(),
            "items": items,
            "segments": campaign._get_report_segments(),
            "remarks": campaign._get_report_remarks(),
            "sections": campaign._get_report_sections(items),
        }

    # ------------------------------------------------------------ what it is
    def _get_report_notes(self):
        """Sentences that the reader has to know before the figures."""
        notes = []
        if self.state == "cancel":
            notes.append(self.env._("Cancelled: %s", self.cancel_reason))
        if self.state == "running":
            notes.append(self.env._("Interim, collection open: the figures change with each copy that comes back."))
        if not self.copy_count:
            notes.append(self.env._("No copy has come back yet."))
        elif self.has_too_few_copies:
            notes.append(self.env._(
                "Too few copies for a result: %(copies)s, and it takes %(minimum)s.", copies=self.copy_count, minimum=self.minimum_copies,
            ))
        return notes

    def _get_report_about(self):
        """A list of (label, text)."""
        return [
            (self.env._("Questionnaire"), self.survey_id.title or NOTHING),
            (self.env._("Organized By"), self.user_id.name),
            (self.env._("Deliveries"), f"{format_date(self.env, self.date_delivered_from)} – {format_date(self.env, self.date_delivered_to)}"),
            (self.env._("Answers Until"), format_date(self.env, self.date_end) or NOTHING),
            (self.env._("Status"), dict(self._fields["state"]._description_selection(self.env))[self.state]),
        ]

    def _get_report_figures(self):
        """A list of (label, number or None, unit)."""
        satisfaction = self.satisfaction if self.result_ids else None
        figures = [
            (self.env._("Customers Asked"), self.asked_count, ""),
            (self.env._("Copies Returned"), self.copy_count, ""),
            (self.env._("Response Rate"), self.response_rate if self.asked_count else None, "%"),
            (self.env._("Overall Satisfaction"), satisfaction, "%"),
            (self.env._("Target"), self.target_percent, "%"),
        ]
        if self.has_previous:
            figures.append((self.env._("The Time Before"), self.previous_satisfaction, "%"))
            figures.append((
                self.env._("Change"), satisfaction - self.previous_satisfaction if satisfaction is not None else None, self.env._("percentage points"),
            ))
        if self.nps_count:
            figures += [
                (self.env._("Net Promoter Score"), self.nps, ""),
                (self.env._("Net Promoter Score, lower end with 95 % confidence"), self.nps_low, ""),
                (self.env._("Net Promoter Score, upper end with 95 % confidence"), self.nps_high, ""),
                (self.env._("Net Promoter Answers"), self.nps_count, ""),
            ]
        return figures

    def _get_report_years(self):
        """This campaign and those before whose collection was closed, the latest ones, each as (label, copies, satisfaction)."""
        earlier = self.search(self._earlier_domain(), order=EARLIER_ORDER, limit=MAX_YEARS - 1)
        campaigns = (self.browse(reversed(earlier.ids)) | self).filtered("result_ids")
        years = campaigns.mapped("year")
        return [
            (
                self.env._("Satisfaction %s", campaign.year) if years.count(campaign.year) == 1 else campaign.name,
                campaign.copy_count, campaign.satisfaction,
            )
            for campaign in campaigns
        ]

    # ------------------------------------------------------------ what they answered
    def _get_report_items(self):
        """A dictionary for each item, in the order of the questionnaire."""
        domain = [("campaign_id", "=", self.id)]
        # a field can't say whether there was nothing to compare with, or nothing reached; a mean can, by False
        previous = {
            (question, row): None if percent is False else percent for question, row, percent in self.env["survey.campaign.result"]._read_group(
                domain, ["question_id", "matrix_row_id"], ["previous_percent:avg"],
            )
        }
        below = {
            (question, row): count for question, row, count in self.env["survey.campaign.item"]._read_group(
                [*domain, ("percent", "<", self.target_percent)], ["question_id", "matrix_row_id"], ["__count"],
            )
        }
        items = []
        for result in self.result_ids.sorted("sequence"):
            key = result.question_id, result.matrix_row_id
            items.append({
                "section": result.page_id.title or "", "name": result.name, "answers": result.copies, "percent": result.percent,
                "previous": previous[key], "change": None if previous[key] is None else result.percent - previous[key],
                "is_under_target": result.is_under_target, "below": below.get(key, 0),
            })
        return items

    def _get_report_segments(self):
        """A list of (label, rows): sections of the questionnaire, then what customers are grouped by. A row is
        (name, answers or copies, satisfaction, that of the campaign before)."""
        labels = self.env["survey.campaign.copy"].fields_get(SEGMENT_FIELDS, ["string"])
        segments = [(self.env._("Section"), self._compare_segments("survey.campaign.item", "page_id"))]
        segments += [(labels[name]["string"], self._compare_segments("survey.campaign.copy", name)) for name in SEGMENT_FIELDS]
        return [(label, rows) for label, rows in segments if rows]

    def _compare_segments(self, model, field):
        previous = self._get_previous()
        found = {self: {}, previous: {}}
        for campaign, value, count, percent in self.env[model]._read_group(
            [("campaign_id", "in", (self | previous).ids), ("reachable", ">", 0)], ["campaign_id", field], ["__count", "percent:avg"],
        ):
            found[campaign][value] = count, percent
        if not any(found[self]):  # of nobody is it known
            return []
        # a section of another year's questionnaire is another record
        before = {value.display_name: percent for value, (_count, percent) in found[previous].items()} if previous else {}
        values = sorted(found[self], key=lambda value: (not value, value.sequence if field == "page_id" else 0, value.display_name or ""))
        return [
            (value.display_name or self.env._("Not known"), *found[self][value], before.get(value.display_name))
            for value in values
        ]

    def _get_report_remarks(self):
        """What they wrote in their own words: a list of (question, remarks), in the order of the questionnaire. A remark is (the company's day,
        who wrote it as they were called when they were asked, words), the latest last."""
        lines = self.env["survey.user_input.line"].search(
            Domain("user_input_id.campaign_id", "=", self.id) & Domain("user_input_id.state", "=", "done") & Domain("user_input_id.test_entry", "!=", True)
            & Domain("answer_type", "in", ("text_box", "char_box")) & Domain("skipped", "!=", True)
            # a name and an address are no remark
            & Domain("question_id.save_as_nickname", "!=", True) & Domain("question_id.save_as_email", "!=", True),
            order="id",
        )
        recipients = self.env["survey.campaign.recipient"].search_fetch(
            Domain("user_input_id", "in", lines.user_input_id.ids), ["user_input_id", "name"],
        )
        names = {recipient.user_input_id: recipient.name for recipient in recipients}
        remarks = {}
        for line in lines:
            copy = line.user_input_id
            remarks.setdefault(line.question_id, []).append((
                self.company_id._get_local_date(copy.end_datetime or line.create_date), names.get(copy) or copy.nickname or "", line._get_answer_text(),
            ))
        return [(question.title, remarks[question]) for question in sorted(remarks, key=lambda question: (question.sequence, question.id))]

    # ------------------------------------------------------------ what comes of it
    def _get_report_sections(self, items):
        """What comes of the answers, a dictionary for each part: title, text (``str`` or ``Markup``), labels, rows (lists of values as
        :meth:`_format_figure` takes them). Extended by measures, management review and feedback.

        :param items: as of :meth:`_get_report_items`
        """
        weak = sorted((item for item in items if item["is_under_target"]), key=lambda item: item["percent"])
        text = self.env._("Items below the target, the lowest first.") if weak else self.env._("No item is below the target.")
        return [{
            "title": self.env._("What Customers Have in Common"),
            "text": text if self.result_ids else "",
            "labels": [
                self.env._("Item"), self.env._("Satisfaction (%)"), self.env._("Missing to the Target"), self.env._("Answers Below the Target"), self.env._("Answers"),
            ],
            "rows": [
                [item["name"], item["percent"], self.target_percent - item["percent"], item["below"], item["answers"]] for item in weak
            ],
        }]

    # ------------------------------------------------------------ on paper
    def _format_figure(self, value, unit="", signed=False):
        """A number, date or text as the reader writes it."""
        if value is None or value is False:
            return NOTHING
        if isinstance(value, float):
            text = formatLang(self.env, value, digits=1)
            value = f"+{text}" if signed and value > 0 else text
        elif not isinstance(value, int | str):
            value = format_date(self.env, value)
        return f"{value} {unit}".strip()

    def _get_printed_remarks(self, remarks):
        """Of each question (title, the latest remarks, how many more there are)."""
        return [(title, found[:-MAX_REMARKS - 1:-1], max(len(found) - MAX_REMARKS, 0)) for title, found in remarks]

    def action_print_report(self):
        return self.env.ref("customer_survey.action_report_campaign").report_action(self, config=False)

    def action_export_report(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/customer_survey/campaign/{self.id}.xlsx", "target": "download"}
