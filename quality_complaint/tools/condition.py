from odoo.fields import Domain
from odoo.tools import Query


def get_condition(model, domain, alias):
    """A domain as the condition of a query that reads the model's table under that alias, so that what is late is defined once.

    :return: ``SQL``, whoever reads: what a figure counts does not depend on who looks; which figures they see, the rules say
    """
    records = model.sudo()
    return Domain(domain).optimize_full(records)._to_sql(records, alias, Query(model.env, alias, records._table_sql))
