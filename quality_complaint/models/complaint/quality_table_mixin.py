import json

from odoo import api, fields, models
from odoo.tools import split_every

# records read at a time
BATCH = 1000


class QualityTableMixin(models.AbstractModel):
    """Records as the rows of a table that can be downloaded as an Excel file of any length."""

    _name = "quality.table.mixin"
    _description = "Rows of a Table"

    @api.model
    def _get_table_columns(self, columns):
        """(field, label, width in Excel) of each of the columns (field, width)."""
        labels = self.fields_get([name for name, _width in columns], ["string"])
        return [(name, labels[name]["string"], width) for name, width in columns]

    def _get_table_row(self, names):
        """The values of these fields as a reader sees them: numbers, texts, and dates in their time zone."""
        self.ensure_one()
        row = []
        for name in names:
            field, value = self._fields[name], self[name]
            if value and field.type == "datetime":
                value = fields.Datetime.context_timestamp(self, value).replace(tzinfo=None)
            elif value:
                value = field.convert_to_export(value, self)
            row.append(value or "")
        return row

    @api.model
    def _iter_table_rows(self, domain, names, order):
        """Rows of all records of the domain that the user may read, some at a time."""
        for ids in split_every(BATCH, self.search(domain, order=order).ids):
            records = self.browse(ids)
            yield from (record._get_table_row(names) for record in records)
            # or else a long table would fill the memory
            records.env.invalidate_all(flush=False)

    def _get_table_selection(self):
        """What is selected in the list, or else all that it shows: a domain that can be sent as JSON."""
        return [("id", "in", self.ids)] if self else self.env.context.get("active_domain") or []

    def _action_download_table(self, url):
        """Download what the controller of that address makes of the selection."""
        return {
            "type": "ir.actions.client", "tag": "quality_complaint.download",
            "params": {"url": url, "data": {"domain": json.dumps(self._get_table_selection())}},
        }
