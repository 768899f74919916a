"""The table that copies are collected in, to be filled in with a spreadsheet program."""

import xlsxwriter
from xlsxwriter.utility import xl_range_abs

# as many copies are offered the answers to choose from
CHECKED_ROWS = 2000


def write_copies_template(file, sheet_names, columns):
    """Write an XLSX file: a sheet to fill in, with the allowed answers to choose from, and one that lists them.

    :param file: binary file, open for writing
    :param sheet_names: of the two sheets
    :param columns: list of (label, list of answers to choose from, what else is to be said); both may be empty
    """
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    label_format = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#EEEEEE", "text_wrap": True, "valign": "top"})
    text_format = workbook.add_format({"num_format": "@"})
    sheet, allowed = (workbook.add_worksheet(name) for name in sheet_names)
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 60)
    for position, (label, answers, hint) in enumerate(columns):
        # what is typed in stays what was typed in, so that copy 007 does not become 7
        sheet.set_column(position, position, 18, None if answers else text_format)
        allowed.set_column(position, position, 24)
        for target in (sheet, allowed):
            target.write_string(0, position, label, label_format)
        if note := "\n".join([*filter(None, [hint]), *answers]):
            sheet.write_comment(0, position, note, {"x_scale": 2, "y_scale": 1 + len(answers) / 6})
        for number, answer in enumerate([*answers, *filter(None, [hint])], 1):
            allowed.write_string(number, position, answer)
        if answers:
            source = f"='{sheet_names[1]}'!{xl_range_abs(1, position, len(answers), position)}"
            # several answers in a cell are none of the list's
            sheet.data_validation(1, position, CHECKED_ROWS, position, {"validate": "list", "source": source, "error_type": "warning"})
    workbook.close()
