"""Rows by the hundred thousand, for benchmarks: made in SQL, in seconds. Nothing is computed or checked."""

import contextlib

from odoo.tools import SQL


@contextlib.contextmanager
def unchecked(env):
    """Rows are inserted in a part of the time: foreign keys are not checked, where the user of the database may say so.

    Their indexes stay. Those that are built anew in a transaction which has also changed rows are not used in it, so that what is measured
    then would be plans that nobody gets.
    """
    env.flush_all()
    [(is_superuser,)] = env.execute_query(SQL("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    if is_superuser:
        env.cr.execute("SET LOCAL session_replication_role = replica")
    yield
    if is_superuser:
        env.cr.execute("SET LOCAL session_replication_role = origin")


def copy_rows(record, times, expressions=None, **values):
    """Copy a record so many times; return the id of the first copy.

    :param dict expressions: {field: SQL of the copy's value}; ``number`` is the copy's, from 0, ``original`` the row that is copied
    :param values: what the expressions name as ``%(name)s``
    """
    cr, table = record.env.cr, SQL.identifier(record._table)
    cr.execute(SQL("SELECT MAX(id) + 1 FROM %s", table))
    [first] = cr.fetchone()
    columns = [name for name, field in record._fields.items() if field.store and field.column_type and name != "id"]
    cr.execute(SQL(
        "INSERT INTO %(table)s (id, %(columns)s) SELECT %(first)s + number, %(values)s "
        "FROM %(table)s original, generate_series(0, %(times)s - 1) AS number WHERE original.id = %(original)s",
        table=table, columns=SQL(", ").join(map(SQL.identifier, columns)), first=first, times=times, original=record.id,
        values=SQL(", ").join(
            SQL(expressions[name], **values) if name in (expressions or {}) else SQL.identifier("original", name) for name in columns
        ),
    ))
    cr.execute(SQL("SELECT setval(%s, %s)", f"{record._table}_id_seq", first + times - 1))
    cr.execute(SQL("ANALYZE %s", table))
    return first


def copy_documents(records, times, days, links):
    """Copy records that belong together so many times: what one of them has of another, its copy has of that one's copy.

    :param records: of any models, none before those that it points to
    :param float days: the oldest copies lie so many days before the originals, in all their dates, the others evenly between
    :param dict links: {field: records that the copies have there by turns}
    """
    with unchecked(records[0].env):
        firsts = {}
        for record in records:
            expressions, values = {}, {"second": days * 86400 / times}
            for name, field in record._fields.items():
                if not field.store or not field.column_type:
                    continue
                if field.type == "many2one" and (first := firsts.get(record[name])):
                    expressions[name], values[name] = f"%({name})s + number", first
                elif name in links and record[name]:
                    expressions[name], values[name] = f"(%({name})s::int[])[1 + number %% {len(links[name])}]", links[name].ids
                elif field.type in ("date", "datetime"):
                    expressions[name] = f"original.{name} - number * %(second)s * INTERVAL '1 second'"
                elif name == "name" and field.type == "char":
                    expressions[name] = "original.name || '/' || number"  # of many documents there can be one only with a number
            firsts[record] = copy_rows(record, times, expressions, **values)
        for linked in links.values():
            linked.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(linked._table)))
