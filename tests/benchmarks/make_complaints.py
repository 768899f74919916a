"""Many complaints at once, for benchmarks: copies of complaints that went their way, with all that belongs to them.

They are made in SQL, 10,000 in some seconds, a million in some minutes. To have a look at a large database of your own (never in one that counts):

    COMPLAINTS=10000 PYTHONPATH=tests/benchmarks odoo-bin shell -d DATABASE < tests/benchmarks/make_complaints.py
"""

import os

from copy_rows import unchecked

from odoo.tools import SQL

YEARS = 2
OPEN_ONE_IN = 10  # of the complaints that are made, one in so many is open
FINISHED_STATES = ("closed", "rejected", "cancel")


def multiply(complaints, times, days=0, links=None):
    """Copy each of the complaints, with its parts, actions and activities. Nothing is computed, checked or sent.

    :param complaints: the originals
    :param int times: copies of each
    :param float days: the oldest copy lies so many days before its original, in all its dates, the others evenly between
    :param dict links: {field: records that the copies, or their parts, have there by turns}; empty records for nothing
    :return: the copies
    """
    env = complaints.env
    [(last,)] = env.execute_query(SQL("SELECT MAX(id) FROM quality_complaint"))
    number = SQL("copy.number")
    new_id = SQL("%s + (original.rank - 1)::int * %s + copy.number", last, times)
    with unchecked(env):
        for model, key in _get_models(env):
            table = SQL.identifier(model._table)
            values = {
                name: SQL.identifier("source", name)
                for name, field in model._fields.items() if field.store and field.column_type and name != "id"
            }
            age = SQL("%s * %s * INTERVAL '1 second'", number, days * 86400 / times)
            values.update({
                name: SQL("%s - %s", value, age) for name, value in values.items()
                if days and model._fields[name].type in ("date", "datetime")
            })
            for name in values.keys() & (links or {}).keys():
                linked = links[name]
                values[name] = SQL("(%s::int[])[1 + %s %% %s]", linked.ids, number, len(linked)) if linked else SQL("NULL::int")
            for (name,) in env.execute_query(SQL(
                """
                SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
                 WHERE indrelid = %s::regclass AND indisunique AND NOT attnotnull
                """, model._table,
            )):
                values[name] = SQL("NULL")  # where it came from: there can be one only
            values[key] = new_id
            if model._name == "quality.complaint":
                values["name"] = SQL("'COPY/' || %s", new_id)
            env.cr.execute(SQL(
                """
                INSERT INTO %(table)s (%(columns)s)
                SELECT %(values)s
                FROM %(table)s AS source
                JOIN unnest(%(originals)s) WITH ORDINALITY AS original (id, rank) ON source.%(key)s = original.id %(of_model)s
                CROSS JOIN generate_series(1, %(times)s) AS copy (number)
                """,
                table=table, columns=SQL(", ").join(map(SQL.identifier, values)), values=SQL(", ").join(values.values()),
                originals=complaints.ids, key=SQL.identifier(key), times=times,
                of_model=SQL("AND source.res_model = 'quality.complaint'") if key == "res_id" else SQL(),
            ))
            env.cr.execute(SQL("ANALYZE %s", table))
    env.cr.execute("SELECT setval('quality_complaint_id_seq', (SELECT MAX(id) FROM quality_complaint))")
    env.invalidate_all()
    return complaints.browse(range(last + 1, last + 1 + times * len(complaints)))


def _get_models(env):
    """What a complaint consists of: (model, the field that holds the complaint's id)."""
    yield env["quality.complaint"], "id"
    for name in sorted(env.registry.descendants(["quality.complaint.part"], "_inherit")):
        if env[name]._auto and not env[name]._abstract:
            yield env[name], "complaint_id"
    yield env["quality.capa"], "complaint_id"
    yield env["mail.activity"], "res_id"


def make_complaints(originals, count):
    """About so many complaints of two years, most of them finished, of many customers, orders and lots.

    :param originals: at least one finished and one open complaint; which states they have, the copies have
    :return: the copies
    """
    env = originals.env
    first = env["stock.lot"].search_count([])  # so that it can be done again
    some = range(first, first + max(50, min(count // 20, 1000)))
    customers = env["res.partner"].create([{"name": f"Customer {number}", "is_company": True} for number in some])
    orders = env["sale.order"].create([
        {"partner_id": customer.id, "company_id": originals.company_id[:1].id, "user_id": originals.user_id[:1].id}
        for customer in customers
    ])
    product = originals.line_ids.product_id[:1]
    lots = env["stock.lot"].create([{"name": f"COPY-{number}", "product_id": product.id} for number in some])
    links = {
        "partner_id": customers, "commercial_partner_id": customers, "contact_id": customers.browse(),
        "sale_order_id": orders, "lot_id": lots,
    }
    finished = originals.filtered(lambda complaint: complaint.state in FINISHED_STATES)
    running = originals - finished
    return (
        multiply(finished, count * (OPEN_ONE_IN - 1) // OPEN_ONE_IN // len(finished), YEARS * 365, links)
        + multiply(running, count // OPEN_ONE_IN // len(running), 7, links)
    )


if "env" in globals():  # in Odoo's shell
    made = make_complaints(env["quality.complaint"].search([("name", "not like", "COPY/")]), int(os.environ.get("COMPLAINTS", "10000")))  # noqa: F821
    env.cr.commit()  # noqa: F821
    print(len(made), "complaints made")
