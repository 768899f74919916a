from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date


class QualityReportMixin(models.AbstractModel):
    """The rows of an analysis. Whoever may read the record that a row is about reads the row, and nobody else.

    What inherits this names the one field that leads to that record (`_get_about_fields`), which is what a row opens.
    """

    _name = "quality.report.mixin"
    _description = "Analysis"
    _inherit = ["quality.about.mixin", "quality.group.mixin", "quality.table.mixin"]

    # on paper: (field, width in %), the order of the rows, the field that makes the sections, the day by which it is a period, the report
    _printed_columns = ()
    _printed_order = None
    _printed_group = None
    _printed_day = None
    _printed_report = None

    @api.model
    def _get_days(self, begin, end):
        """Calendar days from one moment to another, with the part of a day; empty where one of them has not come."""
        return SQL("EXTRACT(EPOCH FROM %s - %s)::float / 86400", end, begin)

    def _get_table_rows(self, names):
        # whoever reads the rows reads the names in them, as in a list, also of a record that is not theirs to open
        return super(QualityReportMixin, self.sudo())._get_table_rows(names)

    def action_view_record(self):
        self.ensure_one()
        (about,) = self._get_about_fields()
        return self[about]._get_records_action()

    # ------------------------------------------------------------ on paper
    def action_print(self):
        """What is selected, or else all that the list shows."""
        rows = self.search(self._get_table_selection(), order=self._printed_order)
        if not rows:
            raise UserError(self.env._("There is nothing to print in this selection."))
        return self.env.ref(self._printed_report).report_action(rows, config=False)

    @api.model
    def _get_printed_title(self):
        raise NotImplementedError

    def _get_printed_summary(self):
        """What these rows are in one sentence: how many, and what has become of them."""
        raise NotImplementedError

    @api.model
    def _get_printed_labels(self):
        """(label, width in %) of each column."""
        return [(label, percent) for _name, label, percent in self._get_table_columns(self._printed_columns)]

    def _get_printed_rows(self):
        return self._get_table_rows([name for name, _percent in self._printed_columns])

    def _get_printed_by_company(self):
        """Of each company, in the order of the table: (company, its period in one sentence, [(what a section is about, its rows)])."""
        ordered = self.search(Domain("id", "in", self.ids), order=self._printed_order)
        return [
            (company, rows._get_printed_period(), list(rows.grouped(self._printed_group).items()))
            for company, rows in ordered.grouped("company_id").items()
        ]

    def _get_printed_period(self):
        days = [day for day in self.mapped(self._printed_day) if day]
        return self.env._(
            "%(company)s, %(first)s to %(last)s: %(summary)s", company=self.company_id.name,
            first=format_date(self.env, min(days)), last=format_date(self.env, max(days)), summary=self._get_printed_summary(),
        )
