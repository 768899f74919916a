import xlsxwriter

from odoo import api, models

from ...report.xlsx import add_table
from ...tools.month import format_month
from .quality_objective import MONTHS

# how far apart the charts stand in the Excel file, in rows
CHART_ROWS = 18


class QualityObjective(models.Model):
    """Targets against actuals of the last months, on a page for each company and as an Excel file."""

    _inherit = "quality.objective"

    @api.model
    def _get_report_title(self):
        return self.env._("Quality Objectives")

    def _get_report_pages(self):
        """A dictionary for each company: its objectives' figures, month by month."""
        monthly = self._get_monthly()
        pages = []
        for company, objectives in self.sorted().grouped("company_id").items():
            months = company._get_last_months(MONTHS)
            pages.append({
                "company": company,
                "months": months,
                "labels": [format_month(self.env, month, "yMMM") for month in months],
                "period": self.env._(
                    "%(company)s: %(first)s to %(last)s", company=company.name,
                    first=format_month(self.env, months[0]), last=format_month(self.env, months[-1]),
                ),
                "rows": [objective._prepare_report_row(months, monthly[objective]) for objective in objectives],
                "has_data": any(monthly[objective] for objective in objectives),
            })
        return pages

    def _prepare_report_row(self, months, of_objective):
        self.ensure_one()
        counts = [of_objective.get(month, (0, 0)) for month in months]
        percents = [self._get_percent(*count) for count in counts]
        known = [percent for percent in percents if percent is not None]
        return {
            "objective": self,
            "counts": counts,
            "percents": percents,
            "trend": known[-1] - known[-2] if len(known) > 1 else None,
        }

    # ------------------------------------------------------------ Excel
    def _write_report(self, file):
        """Write the objectives as an XLSX file: targets and actuals, each month, and a line for each objective.

        :param file: binary file, open for writing
        """
        pages = self._get_report_pages()
        workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
        self._add_summary_sheet(workbook, pages)
        self._add_month_sheet(workbook, pages)
        workbook.close()

    @api.model
    def _get_status_labels(self):
        return dict(self._fields["status"]._description_selection(self.env))

    @api.model
    def _add_summary_sheet(self, workbook, pages):
        widths = {
            "company_id": 24, "measure": 30, "team_id": 20, "target": 10, "actual": 10, "numerator": 10, "denominator": 10, "status": 18,
            "definition": 100,
        }
        labels = self.fields_get(list(widths), ["string"])
        columns = [(labels[name]["string"], width) for name, width in widths.items()]
        columns.insert(-1, (self.env._("Change (points)"), 12))
        names = dict(self._fields["measure"]._description_selection(self.env))
        statuses = self._get_status_labels()
        rows = (
            [
                page["company"].name, names[objective.measure], objective.team_id.name, objective.target,
                objective.actual if objective.denominator else None, objective.numerator, objective.denominator, statuses[objective.status],
                row["trend"], objective.definition,
            ]
            for page in pages for row in page["rows"] for objective in row["objective"]
        )
        title = "; ".join([self._get_report_title(), *(page["period"] for page in pages)])
        add_table(workbook, title, columns, rows, name=self._get_report_title())

    @api.model
    def _add_month_sheet(self, workbook, pages):
        labels = self.fields_get(["company_id", "measure", "target", "actual", "numerator", "denominator", "status"], ["string"])
        names = ("company_id", "measure", "month", "target", "actual", "numerator", "denominator", "status")
        texts = {**{name: field["string"] for name, field in labels.items()}, "month": self.env._("Month")}
        statuses = self._get_status_labels()
        rows, lines = [], []
        for page in pages:
            for row in page["rows"]:
                objective = row["objective"]
                lines.append((f"{objective.display_name} ({page['company'].name})", len(rows), row))
                for month, (numerator, denominator), percent in zip(page["months"], row["counts"], row["percents"], strict=True):
                    status = "none" if percent is None else "met" if percent >= objective.target else "missed"
                    rows.append([
                        page["company"].name, objective.display_name, month, objective.target, percent, numerator, denominator,
                        statuses[status],
                    ])
        columns = [(texts[name], width) for name, width in zip(names, (24, 36, 12, 10, 10, 10, 10, 18), strict=True)]
        sheet = add_table(workbook, self.env._("By Month"), columns, rows)
        drawn = [line for line in lines if any(percent is not None for percent in line[2]["percents"])]
        for position, (title, first, row) in enumerate(drawn):
            chart = workbook.add_chart({"type": "line"})
            chart.set_title({"name": title})
            chart.set_y_axis({"min": 0, "max": 100, "num_format": "0"})
            chart.set_x_axis({"num_format": "yyyy-mm", "text_axis": True})
            chart.set_legend({"position": "bottom"})
            chart.set_size({"width": 720, "height": 340})
            chart.show_blanks_as("gap")
            months = [str(month) for _company, _objective, month, *_figures in rows[first:first + MONTHS]]
            targets = [row["objective"].target] * MONTHS
            for name, column, values, line in (
                (texts["actual"], 4, row["percents"], {"width": 2.25}),
                (texts["target"], 3, targets, {"color": "#28A745", "dash_type": "dash"}),
            ):
                # a sheet that is written row by row no longer knows its values
                chart.add_series({
                    "name": name, "line": line, "marker": {"type": "circle" if column == 4 else "none"},
                    "categories": [sheet.get_name(), first + 2, 2, first + 1 + MONTHS, 2], "categories_data": months,
                    "values": [sheet.get_name(), first + 2, column, first + 1 + MONTHS, column],
                    "values_data": ["" if value is None else value for value in values],
                })
            sheet.insert_chart(1 + position * CHART_ROWS, len(columns) + 1, chart)
