from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date


def _is_plain(field):
    """Whether a column of its table is what records are sorted by."""
    return field and field.store and field.column_type and not field.relational and field.type != "boolean"


class QualityReportMixin(models.AbstractModel):
    """The rows of an analysis. Whoever may read the record that a row is about reads the row, and nobody else.

    What inherits this names the one field that leads to that record (`_get_about_fields`), which is what a row opens.
    """

    _name = "quality.report.mixin"
    _description = "Analysis"
    _inherit = ["quality.about.mixin", "quality.table.mixin"]

    # on paper: (field, width in %), the order of the rows, the field that makes the sections, the day by which it is a period, the report
    _printed_columns = ()
    _printed_order = None
    _printed_group = None
    _printed_day = None
    _printed_report = None

    @api.model
    def _sees_all(self):
        """Where the rules of the records ask for no more than those of the rows, the allowed companies, the records need not be read."""
        (about,) = self._get_about_fields()
        of_records, of_rows = (
            self.env["ir.rule"]._compute_domain(model) for model in (self._fields[about].comodel_name, self._name)
        )
        return of_records == of_rows

    # ------------------------------------------------------------ speed
    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        """Groups of a type, a team or a customer stand in its order, which is no more to group by. Core groups by its name, too, and
        sorts all rows for that: of a million rows that takes as long as to count them.
        """
        if not order:
            return super()._read_group_orderby(order, groupby_terms, query)
        return SQL(", ").join(
            self._get_group_order(part, groupby_terms, query) or super(QualityReportMixin, self)._read_group_orderby(part, groupby_terms, query)
            for part in order.split(",")
        )

    @api.model
    def _read_grouping_sets(self, *args, **kwargs):
        # several sets are counted by one process: it looks up the order of the few groups rather than join it to each row
        return super(QualityReportMixin, self.with_context(groups_are_sets=True))._read_grouping_sets(*args, **kwargs)

    @api.model
    def _get_group_order(self, part, groupby_terms, query):
        """The part of an order that is about a many2one of the groups; None where core knows better."""
        name, *direction = part.split()
        field = self._fields.get(name)
        if name not in groupby_terms or not field or field.type != "many2one":
            return None
        group = self.env[field.comodel_name]
        by = [term.split() for term in group._order.split(",")]
        if any(not _is_plain(group._fields.get(by_name)) for by_name, *_direction in by):
            return None
        directions = [[word.upper() for word in words] for words in (direction, *(by_direction for _name, *by_direction in by))]
        if any(words not in ([], ["ASC"], ["DESC"]) for words in directions):
            return None
        is_down, *are_down = (words == ["DESC"] for words in directions)
        if self.env.context.get("groups_are_sets"):
            table = SQL.identifier(group._table)
            columns = [
                SQL("(SELECT %s FROM %s of_group WHERE of_group.id = %s)", group._field_to_sql("of_group", by_name), table, groupby_terms[name])
                for by_name, *_direction in by
            ]
        else:
            _group, alias = field.join(self, self._table, query)
            columns = [SQL("MIN(%s)", group._field_to_sql(alias, by_name, query)) for by_name, *_direction in by]
        return SQL(", ").join(
            SQL("%s %s", column, SQL("DESC") if by_is_down != is_down else SQL("ASC"))
            for column, by_is_down in zip(columns, are_down, strict=True)
        )

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
