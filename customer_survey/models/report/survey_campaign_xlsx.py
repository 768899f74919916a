import xlsxwriter

from odoo import models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from odoo.addons.quality_complaint.report.xlsx import add_table

# of the sheet of copies: (field, width in characters)
COPY_COLUMNS = [
    ("user_input_id", 12), ("date", 12), ("channel", 12), ("customer_id", 30), ("partner_category_id", 20), ("salesperson_id", 20), ("product_categ_id", 24),
    ("country_id", 18), ("score", 10), ("reachable", 10), ("percent", 12), ("nps_value", 12), ("nps_group", 14),
]


class SurveyCampaign(models.Model):
    """The report as an Excel file with charts of Excel's own."""

    _inherit = "survey.campaign"

    def _write_report(self, file):
        """Write the report as an XLSX file.

        :param file: binary file, open for writing
        """
        values = self._get_report_values()
        campaign = self.sudo()  # read access was checked with the values
        workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
        campaign._add_summary_sheet(workbook, values)
        campaign._add_items_sheet(workbook, values["items"])
        campaign._add_segments_sheet(workbook, values["segments"])
        campaign._add_copies_sheet(workbook)
        campaign._add_remarks_sheet(workbook, values["remarks"])
        for section in values["sections"]:
            labels = section["labels"] or [section["title"]]
            text = html2plaintext(section["text"])
            add_table(
                workbook, section["title"], [(label, 60 if position == 0 else 24) for position, label in enumerate(labels)],
                [*([[text]] if text else []), *section["rows"]],
            )
        workbook.close()

    def _add_summary_sheet(self, workbook, values):
        rows = [[self.env._("Note"), note] for note in values["notes"]]
        rows += [[label, text] for label, text in values["about"]]
        rows += [[label, number, unit] for label, number, unit in values["figures"]]
        first = 2 + len(rows)
        rows += [[label, percent, "%"] for label, _copies, percent in values["years"]]
        columns = [("", 44), (self.env._("Value"), 40), (self.env._("Unit"), 18)]
        sheet = add_table(workbook, self._get_report_title(), columns, rows, name=self.env._("Summary"))
        if values["years"]:
            chart = self._make_chart(workbook, self.env._("Satisfaction by Year"))
            labels, _copies, percents = zip(*values["years"], strict=True)
            chart.add_series(self._make_series(sheet, self.env._("Satisfaction"), first, (0, labels), (1, percents)))
            sheet.insert_chart("E2", chart)

    def _add_items_sheet(self, workbook, items):
        rows = [
            [
                item["section"], item["name"], item["answers"], item["percent"], self.target_percent, item["previous"], item["change"],
                self.env._("Below") if item["is_under_target"] else "",
            ]
            for item in items
        ]
        columns = [
            (self.env._("Section"), 24), (self.env._("Item"), 44), (self.env._("Answers"), 10), (self.env._("Satisfaction (%)"), 14),
            (self.env._("Target (%)"), 12), (self.env._("The Time Before (%)"), 14), (self.env._("Change (percentage points)"), 16),
            (self.env._("Below the Target"), 14),
        ]
        sheet = add_table(workbook, self.env._("Satisfaction by Item"), columns, rows, name=self.env._("Items"))
        if items:
            _sections, names, _answers, percents, targets, *_others = zip(*rows, strict=True)
            chart = self._make_chart(workbook, self.env._("Satisfaction by Item"))
            chart.add_series(self._make_series(sheet, self.env._("Satisfaction"), 2, (1, names), (3, percents)))
            target = workbook.add_chart({"type": "line"})
            target.add_series({
                **self._make_series(sheet, self.env._("Target"), 2, (1, names), (4, targets)), "line": {"color": "#C0392B", "width": 2},
            })
            chart.combine(target)
            sheet.insert_chart("J2", chart)

    def _add_segments_sheet(self, workbook, segments):
        columns = [
            (self.env._("Compared By"), 22), (self.env._("Group"), 36), (self.env._("Answers or Copies"), 12), (self.env._("Satisfaction (%)"), 14),
            (self.env._("The Time Before (%)"), 14), (self.env._("Change (percentage points)"), 16),
        ]
        rows = [
            [label, name, count, percent, previous, None if previous is None else percent - previous]
            for label, compared in segments for name, count, percent, previous in compared
        ]
        add_table(workbook, self.env._("Satisfaction by Segment"), columns, rows, name=self.env._("Segments"))

    def _add_copies_sheet(self, workbook):
        Copy = self.env["survey.campaign.copy"]
        labels = Copy.fields_get([name for name, _width in COPY_COLUMNS], ["string"])
        columns = [(labels[name]["string"], width) for name, width in COPY_COLUMNS]
        # all at once: the query behind it costs the same for one
        copies = Copy.search_fetch(Domain("campaign_id", "=", self.id), list(labels), order="date, id")
        rows = (self._get_copy_row(copy) for copy in copies)
        add_table(workbook, self.env._("Satisfaction by Copy"), columns, rows, name=self.env._("Copies"))

    def _get_copy_row(self, copy):
        row = []
        for name, _width in COPY_COLUMNS:
            value = copy[name]
            if name == "user_input_id":
                value = value.copy_reference or value.id
            elif name == "date":
                value = value and self.company_id._get_local_date(value)
            elif (name in ("score", "reachable", "percent") and not copy.reachable) or (name == "nps_value" and not copy.nps_group):
                value = None  # there is none, which is not zero
            elif copy._fields[name].type in ("many2one", "selection"):
                value = copy._fields[name].convert_to_export(value, copy)
            row.append(value)
        return row

    def _add_remarks_sheet(self, workbook, remarks):
        columns = [(self.env._("Question"), 40), (self.env._("Answered On"), 14), (self.env._("Customer"), 30), (self.env._("Remark"), 80)]
        rows = ([title, *remark] for title, found in remarks for remark in found)
        add_table(workbook, self.env._("Remarks by Question"), columns, rows, name=self.env._("Remarks"))

    # ------------------------------------------------------------ charts
    def _make_chart(self, workbook, title):
        """Columns from 0 to 100 %."""
        chart = workbook.add_chart({"type": "column"})
        chart.set_title({"name": title})
        chart.set_y_axis({"min": 0, "max": 100, "num_format": "0"})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 720, "height": 400})
        return chart

    def _make_series(self, sheet, name, first, categories, values):
        """Of the rows from ``first``; categories and values are each (column, what stands in it): a sheet that is written row by row no longer
        knows it, and viewers that do not calculate show only what the chart itself knows."""
        (category_column, category_data), (value_column, value_data) = categories, values
        last = first + len(value_data) - 1
        return {
            "name": name,
            "categories": [sheet.get_name(), first, category_column, last, category_column],
            "categories_data": list(category_data),
            "values": [sheet.get_name(), first, value_column, last, value_column],
            "values_data": list(value_data),
        }
