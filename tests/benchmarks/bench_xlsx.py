"""A table of 100,000 rows takes little longer than writing its cells, and little memory.

The same cells, collected before, are written by xlsxwriter alone, in the same formats.
"""

import gc
import os
import time
from datetime import datetime
from tempfile import TemporaryFile

import psutil
import xlsxwriter
from make_complaints import multiply
from measure import report

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.quality_complaint.report.xlsx import write_table
from odoo.addons.quality_complaint.tests.common import ComplaintCommon

ROWS = int(os.environ.get("ROWS", "100000"))
SLOWER = 1.3
MEMORY = 60 * 1024 * 1024


def write_plain(file, columns, rows):
    workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
    text = workbook.add_format({"text_wrap": True, "valign": "top"})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, [label for label, _width in columns])
    for number, row in enumerate(rows, start=1):
        for position, value in enumerate(row):
            if value:
                sheet.write(number, position, value, moment if isinstance(value, datetime) else text)
    workbook.close()


def measure(act):
    """(seconds, bytes that the process grew by at its highest) of one call."""
    gc.collect()
    process = psutil.Process()
    before, start = process.memory_info().rss, time.perf_counter()
    highest = act(lambda: process.memory_info().rss)
    return time.perf_counter() - start, highest - before


@tagged("post_install", "-at_install")
class BenchXlsx(ComplaintCommon):
    def _watch(self, rows, get_memory, seen):
        for number, row in enumerate(rows):
            if number % 1000 == 0:
                seen.append(get_memory())
            yield row

    def _compare(self, name, columns, get_rows):
        def write(get_memory):
            seen = [0]
            with TemporaryFile() as file:
                write_table(file, name, columns, self._watch(get_rows(), get_memory, seen))
                seen.append(get_memory())
            return max(seen)

        def write_alone(get_memory):
            with TemporaryFile() as file:
                write_plain(file, columns, cells)
            return get_memory()

        self.env.invalidate_all()
        seconds, memory = measure(write)
        cells = list(get_rows())
        self.assertEqual(len(cells), ROWS)
        alone, _memory = measure(write_alone)
        report(f"{name}, {ROWS:,} rows, {memory / 1024 / 1024:.1f} MB more than idle", seconds, alone, seconds / alone)
        self.assertLess(memory, MEMORY)
        self.assertLessEqual(seconds / alone, SLOWER)

    def test_the_feedback_register(self):
        originals = self.env["quality.complaint"]
        for number in range(10):
            complaint = self._create_complaint(line_ids=[Command.create({
                "product_id": self._create_product(f"Tool {number}").id, "defect": "Rust on both sides",
            })])
            originals |= complaint
        multiply(originals.sudo(), ROWS // 10, days=700)
        complaints = self.env["quality.complaint"].with_user(self.quality_manager).with_company(self.company)
        columns = [(label, width) for _name, label, width in complaints._get_register_columns()]
        domain = [("name", "=like", "COPY/%")]
        next(complaints._iter_register_rows(domain))
        self._compare("Feedback register", columns, lambda: complaints._iter_register_rows(domain))
