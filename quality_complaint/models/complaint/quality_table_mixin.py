import json

import pytz

from odoo import api, models
from odoo.tools import split_every

# records read at a time
BATCH = 1000


def read_columns(model, domain, names):
    """Tuples of stored values as the database has them, in the order of the model, of what the user may read: where a record for
    each would cost more than all the rest.
    """
    query = model._search(domain, order=model._order)
    return model.env.execute_query(query.select(*(model._field_to_sql(query.table, name, query) for name in names)))


class QualityTableMixin(models.AbstractModel):
    """Records as the rows of a table that can be downloaded as an Excel file of any length."""

    _name = "quality.table.mixin"
    _description = "Rows of a Table"

    @api.model
    def _get_table_columns(self, columns):
        """(field, label, width in Excel) of each of the columns (field, width)."""
        labels = self.fields_get([name for name, _width in columns], ["string"])
        return [(name, labels[name]["string"], width) for name, width in columns]

    def _get_table_rows(self, names):
        """A list for each record: the values of these fields as a reader sees them, texts, numbers, and dates in their time zone.

        Each label is looked up once, whatever the number of records.
        """
        composed = self._compose_table_texts()
        rows = self.read([name for name in names if name not in composed], load=None)
        columns = (
            [composed[name].get(id_, "") for id_ in self.ids] if name in composed
            else self._get_table_column(name, [row[name] for row in rows])
            for name in names
        )
        return [list(row) for row in zip(*columns, strict=True)]

    def _compose_table_texts(self):
        """{field: {id: text}} of computed texts that are quicker to compose for all records together. Extended by who has such."""
        return {}

    def _get_table_column(self, name, values):
        """What was read of one field of these records, as a reader sees it. Zero is a number; a share of nothing is nothing."""
        field = self._fields[name]
        match field.type:
            case "integer" | "float" | "monetary":
                # what the database has no number for is read as zero
                numbers = field._get_cache(self.env)
                return ["" if numbers.get(id_) is None else value for id_, value in zip(self.ids, values, strict=True)]
            case "many2one":
                # as in core's lists, the name of what is chosen is shown to whoever reads the record
                chosen = self.env[field.comodel_name].sudo().browse({value for value in values if value})
                labels = {record.id: record.display_name for record in chosen}
            case "selection":
                labels = dict(field._description_selection(self.env))
            case "datetime":
                zone = self.env.tz
                labels = {
                    value: pytz.utc.localize(value).astimezone(zone).replace(tzinfo=None) for value in set(values) if value
                }
            case _:
                return [value or "" for value in values]
        return [labels.get(value, "") for value in values]

    @api.model
    def _iter_table_rows(self, domain, names, order):
        """Rows of all records of the domain that the user may read, some at a time."""
        for ids in split_every(BATCH, self.search(domain, order=order).ids):
            records = self.browse(ids)
            yield from records._get_table_rows(names)
            # or else a long table would fill the memory; what waits to be written is kept
            records.env.invalidate_all()

    def _get_table_selection(self):
        """What is selected in the list, or else all that it shows: a domain that can be sent as JSON."""
        return [("id", "in", self.ids)] if self else self.env.context.get("active_domain") or []

    def _action_download_table(self, url):
        """Download what the controller of that address makes of the selection."""
        return {
            "type": "ir.actions.client", "tag": "quality_complaint.download",
            "params": {"url": url, "data": {"domain": json.dumps(self._get_table_selection())}},
        }
