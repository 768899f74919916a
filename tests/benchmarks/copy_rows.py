"""Rows by the hundred thousand, for benchmarks: made in SQL, in seconds. Nothing is computed or checked."""

from odoo.tools import SQL


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
