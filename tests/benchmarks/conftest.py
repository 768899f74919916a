"""Benchmarks are named bench_*.py, so that the tests do not run them: name the files to run them."""

from measure import REPORT


def pytest_terminal_summary(terminalreporter):
    if REPORT:
        terminalreporter.section("benchmarks: measured, reference, ratio")
        for line in REPORT:
            terminalreporter.write_line(line)
