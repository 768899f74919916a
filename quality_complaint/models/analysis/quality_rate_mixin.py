from odoo import api, models
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
