"""Printed documents as Excel files that read like the paper: made from the same HTML, so that both say the same."""

import re
from collections import Counter
from itertools import accumulate, pairwise, zip_longest
from unicodedata import east_asian_width

import xlsxwriter

from odoo.tools import split_every

from .xlsx import get_sheet_name, make_response

# a document is laid out on columns of one width, so that tables of any shape stand below one another
GRID_COLUMNS = 24
GRID_WIDTH = 100  # characters
LINE_HEIGHT = 15  # points
MAX_LINES = 25  # of a row; Excel shows 409 points at most
MAX_SPAN = 100  # columns of a table that one cell takes; a mail may say any number

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {
    "address", "blockquote", "body", "dd", "div", "dl", "dt", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul",
}
UNSEEN = {"head", "script", "style", "template", "title"}


def write_documents(file, documents):
    """Write HTML documents as an XLSX file, each on a sheet of its own: its text in its order, its tables as tables.

    A text is written as text, as in :func:`write_table`. A row that would be higher than Excel shows goes on in the next one.

    :param file: binary file, open for writing
    :param documents: list of (name of the sheet, lxml element)
    """
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    formats = {
        "heading": workbook.add_format({"bold": True, "font_size": 13, "text_wrap": True, "valign": "vcenter", "bg_color": "#E9ECEF"}),
        "text": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "label": workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#F5F5F5"}),
        "cell": workbook.add_format({"text_wrap": True, "valign": "top", "border": 1}),
    }
    used = Counter()
    for name, document in documents:
        name = get_sheet_name(name) or ""
        used[name.lower()] += 1
        again = used[name.lower()]
        # two companies may have the same number
        sheet = workbook.add_worksheet(f"{name[:27]} ({again})" if name and again > 1 else name or None)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        rows = list(_iter_rows(document))
        columns = max([GRID_COLUMNS, *(len(cells) for cells in rows)])
        sheet.set_column(0, columns - 1, GRID_WIDTH / columns)
        number = 0
        for cells in rows:
            for part in _split_high(cells):
                _write_cells(sheet, number, columns, part, formats)
                number += 1
    workbook.close()


def _write_cells(sheet, number, columns, cells, formats):
    """One row. Each cell is (text, kind, its part of the width)."""
    ends = [0]
    for position, share in enumerate(accumulate(cell[2] for cell in cells)):
        # each has a column at least, and leaves one for each that follows
        end = round(share * columns)
        ends.append(min(max(end, ends[-1] + 1), columns - (len(cells) - position - 1)))
    ends[-1] = columns
    for (text, kind, _share), (first, end) in zip(cells, pairwise(ends), strict=True):
        if end - first > 1:
            # the text is not given to it: it would take one with = for a formula
            sheet.merge_range(number, first, number, end - 1, "", formats[kind])
        if text:
            sheet.write_string(number, first, text, formats[kind])
        elif end - first == 1:
            sheet.write_blank(number, first, None, formats[kind])
    lines = max(len(_wrap(text, share)) for text, _kind, share in cells)
    sheet.set_row(number, LINE_HEIGHT * lines + 3)


def _split_high(cells):
    """The row, or its parts where it is higher than Excel shows."""
    wrapped = [_wrap(text, share) for text, _kind, share in cells]
    if max(map(len, wrapped)) <= MAX_LINES:
        return [cells]
    parts = zip_longest(*(["\n".join(lines) for lines in split_every(MAX_LINES, lines)] for lines in wrapped), fillvalue="")
    return [[(text, *cell[1:]) for text, cell in zip(part, cells, strict=True)] for part in parts]


def _wrap(text, share):
    """Its lines in a cell of that part of the width; Chinese and Japanese characters are two wide."""
    room = max(int(GRID_WIDTH * share * 0.92), 4)
    lines = []
    for line in text.split("\n"):
        current, width = "", 0
        for word in re.findall(r"[^\s\u2E80-\uFFFF]+\s*|\s+|[\u2E80-\uFFFF]", line):
            size = sum(2 if east_asian_width(char) in "WF" else 1 for char in word)
            if width and width + size > room:
                lines.append(current.rstrip())
                current, width = "", 0
            while size > room:
                lines.append(word[:room])
                word, size = word[room:], size - room
            current, width = current + word, width + size
        lines.append(current.rstrip())
    return lines


def _iter_rows(element):
    """The rows of a document. Each is a list of cells (text, kind, part of the width)."""
    inline = []
    inline.append(_flatten(element.text))
    for node in element.iterchildren():
        if not _is_block(node):
            inline.extend((_get_text(node), _flatten(node.tail)))
            continue
        yield from _make_text_rows("".join(inline))
        inline = [_flatten(node.tail)]
        if node.tag == "table":
            yield from _iter_table_rows(node)
        elif node.tag in HEADINGS:
            yield from _make_text_rows(_get_text(node), "heading")
        elif node.tag == "li" or not _has_blocks(node):
            yield from _make_text_rows(_get_text(node, marked=True))
        else:
            yield from _iter_rows(node)
    yield from _make_text_rows("".join(inline))


def _make_text_rows(text, kind="text"):
    text = _tidy(text)
    return [[(text, kind, 1.0)]] if text else []


def _iter_table_rows(table):
    rows = [
        list(row.iterchildren("th", "td"))
        for row in table.iter("tr") if next(row.iterancestors("table")) is table
    ]
    shares = _get_shares(rows)
    for row in filter(None, rows):
        cells, position = [], 0
        for cell in row:
            span = _get_span(cell)
            share = sum(shares[position:position + span]) or 1 / len(shares)
            cells.append((_tidy(_get_text(cell)), "label" if cell.tag == "th" else "cell", share))
            position += span
        # what a cell of a row above, or nothing, stands in
        cells.extend(("", "cell", share) for share in shares[position:])
        yield cells


def _get_span(cell):
    span = cell.get("colspan", "1")
    # Python reads no number of thousands of digits
    return min(max(int(span[:9]), 1), MAX_SPAN) if span.isdecimal() else 1


def _get_shares(rows):
    """The part of the width of each column: as its cells say, the rest in equal parts."""
    count = max((sum(map(_get_span, row)) for row in rows), default=1)
    shares = [0.0] * count
    for row in rows:
        position = 0
        for cell in row:
            span = _get_span(cell)
            found = re.search(r"(?:^|[;\s])width:\s*(\d+(?:\.\d+)?)%", cell.get("style") or "")
            if found and span == 1 and position < count:
                shares[position] = shares[position] or min(float(found[1]) / 100, 0.9)
            position += span
    rest, open_columns = max(1 - sum(shares), 0.1), shares.count(0.0)
    shares = [share or rest / open_columns for share in shares]
    return [share / sum(shares) for share in shares]


def _is_block(node):
    """True where it begins a row of its own."""
    return node.tag not in UNSEEN and isinstance(node.tag, str) and (node.tag in BLOCKS or _has_blocks(node))


def _has_blocks(node):
    return any(child.tag in BLOCKS for child in node.iterdescendants())


def _get_text(node, marked=False):
    """All that can be read in it, a line for each block."""
    if node.tag in UNSEEN or not isinstance(node.tag, str):
        return ""
    if node.tag == "br":
        return "\n"
    if node.tag == "img":
        return f"[{node.get('alt') or node.get('title') or 'image'}]"
    text = _flatten(node.text) if node.tag != "pre" else node.text or ""
    for child in node.iterchildren():
        text += _get_text(child, marked=True) + _flatten(child.tail)
    if node.tag == "li" and marked:
        parent = node.getparent()
        number = 1 + sum(1 for _other in node.itersiblings("li", preceding=True))
        text = (f"{number}. " if parent is not None and parent.tag == "ol" else "• ") + text.strip()
    if node.tag in ("td", "th") and marked:
        return f"{text.strip()}  "
    return f"\n{text}\n" if node.tag in BLOCKS else text


def _flatten(text):
    return re.sub(r"\s+", " ", text or "")


def _tidy(text):
    """No blanks around lines and no empty ones."""
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.splitlines())
    return "\n".join(filter(None, lines))


def make_documents_response(title, documents):
    """The documents as a download. Parameters as in :func:`write_documents`."""
    return make_response(title, lambda file: write_documents(file, documents))
