from odoo import api, models
from odoo.models import READ_GROUP_TIME_GRANULARITY
from odoo.tools import SQL, Query


class QualityGroupMixin(models.AbstractModel):
    """The groups of an analysis of many rows are put in order once they are counted.

    Core groups by what records are in the order of, such as their names, too, and sorts all rows for that: of a million rows that takes as
    long as to count them.
    """

    _name = "quality.group.mixin"
    _description = "Groups of an Analysis"

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        if not order:
            return super()._read_group_orderby(order, groupby_terms, query)
        return SQL(", ").join(
            self._get_group_order(part, groupby_terms, query) or super(QualityGroupMixin, self)._read_group_orderby(part, groupby_terms, query)
            for part in order.split(",")
        )

    @api.model
    def _read_grouping_sets(self, *args, **kwargs):
        return super(QualityGroupMixin, self.with_context(order_is_looked_up=True))._read_grouping_sets(*args, **kwargs)

    @api.model
    def _get_group_order(self, part, groupby_terms, query):
        """The part of an order that is about a month, a year or a many2one of the groups; None where core knows better."""
        term, *direction = part.split()
        direction = [word.upper() for word in direction]
        if term not in groupby_terms or direction not in ([], ["ASC"], ["DESC"]):
            return None
        is_down = direction == ["DESC"]
        name, _colon, granularity = term.partition(":")
        field = self._fields.get(name)
        if not field:
            return None
        if granularity in READ_GROUP_TIME_GRANULARITY and field.type in ("date", "datetime"):
            # no longer what is grouped by, else PostgreSQL, which does not know how few months there are, sorts all rows by it
            return SQL("%s + INTERVAL '0' %s", groupby_terms[term], _get_direction(is_down))
        if field.type != "many2one" or field.company_dependent:
            return None
        group = self.env[field.comodel_name]
        by = [(by_name, [word.upper() for word in words]) for by_name, *words in (by_part.split() for by_part in group._order.split(","))]
        if not group._auto or any(words not in ([], ["ASC"], ["DESC"]) or not _is_plain(group._fields.get(by_name)) for by_name, words in by):
            return None
        # several sets, months and distinct records are counted by one process, and the order is looked up for the few groups; else this
        # would keep PostgreSQL from counting by several, so it is joined to the rows
        is_looked_up = self.env.context.get("order_is_looked_up") or any(":" in other for other in groupby_terms)
        get_column = self._get_looked_up if is_looked_up else self._get_joined
        return SQL(", ").join(
            SQL(
                "%s %s", groupby_terms[term] if by_name == "id" else get_column(field, by_name, groupby_terms[term], query),
                _get_direction((words == ["DESC"]) != is_down),
            )
            for by_name, words in by
        )

    @api.model
    def _get_looked_up(self, field, name, id_, _query):
        group = self.env[field.comodel_name]
        query = Query(self.env, "of_group", SQL.identifier(group._table))
        column = group._field_to_sql("of_group", name, query)
        query.add_where(SQL("of_group.id = %s", id_))
        return query.subselect(column)

    @api.model
    def _get_joined(self, field, name, _id, query):
        group, alias = field.join(self, self._table, query)
        return SQL("MIN(%s)", group._field_to_sql(alias, name, query))


def _get_direction(is_down):
    return SQL("DESC") if is_down else SQL("ASC")


def _is_plain(field):
    """Whether a column, of its table or of the one that it inherits from, is what records are sorted by."""
    while field and field.inherited:
        field = field.related_field
    return field and field.store and field.column_type and not field.relational and field.type != "boolean"
