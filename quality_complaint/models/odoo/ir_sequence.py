from odoo import fields, models
from odoo.tools import SQL


def _take(counter, amount):
    """Count a gapless sequence, or one of its date ranges, up by the amount, and return its number before."""
    counter.flush_recordset(["number_next"])
    [(number,)] = counter.env.execute_query(SQL(
        "UPDATE %(table)s SET number_next = number_next + %(amount)s WHERE id = %(id)s RETURNING number_next - %(amount)s",
        table=SQL.identifier(counter._table), amount=amount, id=counter.id,
    ))
    counter.invalidate_recordset(["number_next", "number_next_actual"])
    return number


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _next_many(self, count, sequence_date):
        """The next numbers, taken in one go: as `next_by_id` would give them one after the other.

        Two users who take from the same gapless sequence at the same time follow each other: the second waits, and is
        then tried again by core, which sees what the first one took.

        :param int count: how many
        :param date sequence_date: the day whose range counts, and whose year, month and day a prefix may name
        :rtype: list[str]
        """
        self.ensure_one()
        self.browse().check_access("read")
        sequence = self.with_context(ir_sequence_date=fields.Date.to_string(sequence_date))
        if self.implementation != "no_gap":
            return [sequence.next_by_id(sequence_date) for _ in range(count)]
        counter = self
        if self.use_date_range:
            counter = self._get_or_create_range(sequence_date)
            sequence = sequence.with_context(ir_sequence_date_range=fields.Date.to_string(counter.date_from))
        step = self.number_increment
        first = _take(counter, count * step)
        prefix, suffix = sequence._get_prefix_suffix()
        return [f"{prefix}{first + index * step:0{self.padding}d}{suffix}" for index in range(count)]

    def _get_or_create_range(self, day):
        """The range of that day. The first number of a year makes it."""
        of_day = self.env["ir.sequence.date_range"].search(
            [("sequence_id", "=", self.id), ("date_from", "<=", day), ("date_to", ">=", day)], limit=1,
        )
        if of_day:
            return of_day
        # waits for who makes the same range at this moment, and then fails in the way that core tries again
        self.env.cr.execute(SQL("UPDATE ir_sequence SET write_date = write_date WHERE id = %s", self.id))
        return self._create_date_range_seq(day)
