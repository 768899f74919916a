from odoo import api, models
from odoo.tools import SQL, Query


class QualityGroupMixin(models.AbstractModel):
    """The groups of an analysis: those of a type, a team or a product stand in its order, which is no more to group by.

    Core groups by what they are in the order of, such as their names, too, and sorts all rows for that: of a million rows that takes as
    long as to count them. Here the groups are put in order once they are counted.
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
        # several sets are counted by one process: it looks up the order of the few groups rather than join it to each row
        return super(QualityGroupMixin, self.with_context(groups_are_sets=True))._read_grouping_sets(*args, **kwargs)

    @api.model
    def _get_group_order(self, part, groupby_terms, query):
        """The part of an order that is about a many2one of the groups; None where core knows better."""
        name, *direction = part.split()
        field = self._fields.get(name)
        if name not in groupby_terms or not field or field.type != "many2one":
            return None
        group = self.env[field.comodel_name]
        by = [term.split() for term in group._order.split(",")]
        if field.company_dependent or not group._auto or any(not _is_plain(group._fields.get(by_name)) for by_name, *_direction in by):
            return None
        directions = [[word.upper() for word in words] for words in (direction, *(by_direction for _name, *by_direction in by))]
        if any(words not in ([], ["ASC"], ["DESC"]) for words in directions):
            return None
        is_down, *are_down = (words == ["DESC"] for words in directions)

        def get_column(by_name):
            if by_name == "id":
                return groupby_terms[name]
            if self.env.context.get("groups_are_sets"):
                return self._get_looked_up(group, by_name, groupby_terms[name])
            _group, alias = field.join(self, self._table, query)
            return SQL("MIN(%s)", group._field_to_sql(alias, by_name, query))

        return SQL(", ").join(
            SQL("%s %s", get_column(by_name), SQL("DESC") if by_is_down != is_down else SQL("ASC"))
            for (by_name, *_direction), by_is_down in zip(by, are_down, strict=True)
        )

    @api.model
    def _get_looked_up(self, group, name, id_):
        """A field of the record of that model and id."""
        query = Query(self.env, "of_group", SQL.identifier(group._table))
        column = group._field_to_sql("of_group", name, query)
        query.add_where(SQL("of_group.id = %s", id_))
        return query.subselect(column)


def _is_plain(field):
    """Whether a column, of its table or of the one that it inherits from, is what records are sorted by."""
    while field and field.inherited:
        field = field.related_field
    return field and field.store and field.column_type and not field.relational and field.type != "boolean"
