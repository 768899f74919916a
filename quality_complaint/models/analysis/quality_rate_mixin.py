from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class QualityRateMixin(models.AbstractModel):
    """Rows with rates: a rate of several rows is that of all that they count, not the average of their rates."""

    _name = "quality.rate.mixin"
    _description = "Rows with Rates"

    # {field of the rate: (for how many, field of the sum, field of what it is a share of)}
    _rates = {}

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        name, _colon, aggregator = aggregate_spec.partition(":")
        if name not in self._rates or aggregator != "avg":
            return super()._read_group_select(aggregate_spec, query)
        per, *columns = self._rates[name]
        part, whole = (self._field_to_sql(self._table, column, query) for column in columns)
        return SQL("SUM(%s) * %s::numeric / NULLIF(SUM(%s), 0)", part, per, whole)

    # ------------------------------------------------------------ speed: rows of months
    @api.model
    def _read_group(self, domain, *args, **kwargs):
        return super(QualityRateMixin, self._count_since(domain))._read_group(domain, *args, **kwargs)

    @api.model
    def _read_grouping_sets(self, domain, *args, **kwargs):
        return super(QualityRateMixin, self._count_since(domain))._read_grouping_sets(domain, *args, **kwargs)

    @api.model
    def _count_since(self, domain):
        """For groups of a time: what lies before its first month is not counted, in order to be left out."""
        domain = Domain(domain).optimize_full(self)
        conditions = domain.children if getattr(domain, "OPERATOR", None) == "&" else [domain]
        first = [
            fields.Date.to_date(condition.value) for condition in conditions
            if getattr(condition, "field_expr", None) == "month" and condition.operator in (">", ">=")
        ]
        return self.with_context(counted_since=max(first)) if first else self

    @api.model
    def _get_since_sql(self, moment):
        """That the moment (naive, UTC) is not long before the months that are asked for; which month it is in, the row says.

        :param SQL moment: a column, by which its index finds it
        """
        since = self.env.context.get("counted_since")
        return SQL("%s >= %s", moment, since - timedelta(days=2)) if since else SQL("TRUE")
