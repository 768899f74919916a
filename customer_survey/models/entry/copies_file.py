"""Reads a table out of a file that somebody has filled in, whatever they saved it as."""

import csv
import io

import openpyxl

# the languages' usual encodings; text in one of them can often be read in another, as nonsense
ENCODINGS = {"ja": ["cp932", "gb18030", "big5"], "zh_TW": ["big5", "gb18030", "cp932"], "zh_HK": ["big5", "gb18030", "cp932"]}
OTHER_ENCODINGS = ["gb18030", "cp932", "big5"]

# in the place of a formula whose file does not say what comes out of it
NOT_COMPUTED = object()

MAX_ROWS = 20_000


class UnreadableFile(ValueError):
    """Its only argument says why: "empty", "broken", "xls", "encoding" or "long"."""


def read_tables(content, lang=None):
    """What the file may say: a list of rows of values; several tables where its encoding can't be told, the likeliest first.

    :param bytes content: XLSX, of which the first sheet is read, or CSV with commas, semicolons or tabs
    :param str lang: of the reader, which makes some encodings likelier
    """
    if not content.strip():
        raise UnreadableFile("empty")
    if content.startswith(b"PK\x03\x04"):
        tables = [_read_xlsx(content)]
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile("xls")
    else:
        tables = [_read_csv(text) for text in _decode(content, lang)]
    if not any(any(value not in (None, "") for value in row) for row in tables[0]):
        raise UnreadableFile("empty")
    if len(tables[0]) > MAX_ROWS:
        raise UnreadableFile("long")
    return tables


def _read_xlsx(content):
    try:
        return [
            [NOT_COMPUTED if value is None and isinstance(formula, str) and formula.startswith("=") else value for value, formula in zip(*rows, strict=False)]
            for rows in zip(_read_sheet(content, data_only=True), _read_sheet(content, data_only=False), strict=False)
        ]
    except Exception as error:  # a damaged file makes openpyxl raise whatever the damage leads to
        raise UnreadableFile("broken") from error


def _read_sheet(content, data_only):
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what programs write there is often wrong
    return sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 1)


def _decode(content, lang):
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content:
        raise UnreadableFile("broken")
    else:
        encodings = ["utf-8-sig", *ENCODINGS.get(lang, ENCODINGS.get((lang or "")[:2], OTHER_ENCODINGS))]
    texts = []
    for encoding in encodings:
        try:
            texts.append(content.decode(encoding))
        except UnicodeDecodeError:
            continue
        if encoding.startswith("utf"):  # no other text happens to be that
            break
    if not texts:
        raise UnreadableFile("encoding")
    return texts


def _read_csv(text):
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=heading.count)))
    except csv.Error as error:
        raise UnreadableFile("broken") from error
