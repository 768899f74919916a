from odoo import api, models
from odoo.fields import Domain
from odoo.tools import Query


class QualityDeadlineMixin(models.AbstractModel):
    """What is late is late in each statistic, too: they ask the same domains as lists and alerts."""

    _inherit = "quality.deadline.mixin"

    @api.model
    def _get_deadline_condition(self, *states, alias):
        """The records whose `deadline_state` is one of these, as the condition of a query that reads the table under that alias."""
        model = self.sudo()  # a condition of a sum; who may see which sums is decided where they are read
        domain = Domain("deadline_state", "in", states).optimize_full(model)
        return domain._to_sql(model, alias, Query(self.env, alias, self._table_sql))
