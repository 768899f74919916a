"""Tables as Excel files, of any length in little memory."""

from datetime import date, datetime
from tempfile import TemporaryFile

import xlsxwriter
from werkzeug.wsgi import wrap_file

from odoo.http import Response, content_disposition, request

# what a sheet of Excel holds, and what a cell of it holds
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767


def write_table(file, title, columns, rows):
    """Write one table as an XLSX file.

    :param file: binary file, open for writing
    :param title, columns, rows: as in :func:`add_table`
    """
    # constant_memory writes each row as it comes; in_memory would collect it all
    workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
    add_table(workbook, title, columns, rows)
    workbook.close()


def add_table(workbook, title, columns, rows, name=None):
    """Add a sheet with one table: its title in the first row, the labels in the second, both frozen.

    A text is written as text, also where it begins with = + - @ or a control character: what a customer wrote is never a formula.

    :param str title: of the table
    :param columns: list of (label, width in characters)
    :param rows: iterable of lists of str, number (a float is shown with one decimal), date, naive datetime (as it is to be read), or a false
        value for nothing
    :param str name: of the sheet, as far as Excel allows; the title, if it is not given
    :return: the sheet
    """
    heading = workbook.add_format({"bold": True, "font_size": 14})
    label_format = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#EEEEEE", "text_wrap": True, "valign": "top"})
    text_format = workbook.add_format({"text_wrap": True, "valign": "top"})
    day_format = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
    time_format = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"})
    whole_format = workbook.add_format({"valign": "top"})
    decimal_format = workbook.add_format({"num_format": "0.0", "valign": "top"})

    sheet = workbook.add_worksheet(get_sheet_name(name or title))
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 1)
    for position, (_label, width) in enumerate(columns):
        sheet.set_column(position, position, width)
    sheet.write_string(0, 0, title, heading)
    for position, (label, _width) in enumerate(columns):
        sheet.write_string(1, position, label, label_format)
    number = 2
    for row in rows:
        if number >= MAX_ROWS:
            raise ValueError(f"A sheet holds {MAX_ROWS} rows at most")
        for position, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(number, position, value, time_format)
            elif isinstance(value, date):
                sheet.write_datetime(number, position, value, day_format)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(number, position, value, decimal_format if isinstance(value, float) else whole_format)
            elif value:
                sheet.write_string(number, position, "\n".join(str(value).splitlines())[:MAX_TEXT], text_format)
        number += 1
    sheet.autofilter(1, 0, max(number - 1, 1), len(columns) - 1)
    return sheet


def get_sheet_name(title):
    """As much of it as Excel allows, or None."""
    return "".join(char for char in title if char not in "[]:*?/\\'")[:31] or None


def make_table_response(title, columns, rows):
    """The table as a download. Parameters as in :func:`write_table`."""
    return make_response(title, lambda file: write_table(file, title, columns, rows))


def make_response(title, write):
    """A download of what ``write`` writes into a file, streamed from the disk."""
    file = TemporaryFile()  # noqa: SIM115 closed, and with that deleted, when it is sent
    write(file)
    size = file.tell()
    file.seek(0)
    return Response(
        wrap_file(request.httprequest.environ, file),
        headers={"Content-Length": size, "Content-Disposition": content_disposition(f"{title}.xlsx")},
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        direct_passthrough=True,
    )
